//! Whether the tasks may run of what the daemon itself starts for somebody.

use std::collections::BTreeMap;

use conductor_domain::work::run::plan::demands;
use conductor_protocol::id::DecisionId;
use serde_json::{Map, Value};

use super::turn::Turn;
use crate::{
    command::{Context, Ruling},
    demands::question,
};

impl Turn<'_> {
    /// The circumstances of the first task that policy does not let run, when there is one.
    pub(super) fn denied_task(
        &self,
        context: &Context,
        (name, version): (&str, &str),
        (inputs, hosts): (&Map<String, Value>, &BTreeMap<String, Vec<Value>>),
    ) -> Option<Context> {
        let catalogue = &self.kernel.state.catalogue;
        let workflow = catalogue.find(&context.scope.tenant, name, version)?;
        let demands = demands(&workflow.manifest, &context.scope, inputs, hosts);
        demands.iter().find_map(|demand| {
            let question = question(&context.ruling.question, name, demand);
            let verdict = self.kernel.rules.decide(&question);
            if verdict.is_unconditional() {
                return None;
            }
            let id = DecisionId::new(self.now.unix_ms, self.dice.roll());
            let ruling = Ruling { id, question, verdict };
            Some(Context { ruling, ..context.clone() })
        })
    }
}
