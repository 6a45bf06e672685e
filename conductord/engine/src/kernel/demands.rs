//! Whether the tasks may run of what the daemon itself starts for somebody.

use std::collections::BTreeMap;

use conductor_domain::{
    Refusal,
    scope::{Principal, Scope},
    work::run::plan::demands,
};
use conductor_protocol::{error_code::Code, id::DecisionId};
use serde_json::{Map, Value};

use super::turn::Turn;
use crate::{
    command::{Context, Ruling},
    demands::question,
    limits,
};

/// What was denied, and what that comes to.
pub(super) type Denied = Box<(Context, Box<Refusal>)>;

impl Turn<'_> {
    /// Whether somebody may start a workflow and run its tasks, where the daemon does it for them.
    /// All of it is asked of one bundle: when that changes in between, everything is asked again.
    pub(super) fn leave_to_start(
        &mut self,
        (scope, owner): (&Scope, &Principal),
        (workflow, channel): ((&str, &str), &str),
        given: (&Map<String, Value>, &BTreeMap<String, Vec<Value>>),
    ) -> Result<Context, Denied> {
        let mut tries = limits::BUNDLE_TRIES_MAX;
        loop {
            tries -= 1;
            let context = self.on_behalf_of(scope, owner, workflow, (channel, given.1));
            if let Err(refusal) = self.leave(&context) {
                return Err(Box::new((context, refusal)));
            }
            match self.denied_task(&context, workflow, given) {
                None => return Ok(context),
                Some((_, refusal)) if refusal.code == Code::DecisionStale && tries > 0 => {}
                Some(denied) => return Err(Box::new(denied)),
            }
        }
    }

    /// The circumstances of the first task that policy does not let run, when there is one.
    fn denied_task(
        &self,
        context: &Context,
        (name, version): (&str, &str),
        (inputs, hosts): (&Map<String, Value>, &BTreeMap<String, Vec<Value>>),
    ) -> Option<(Context, Box<Refusal>)> {
        let catalogue = &self.kernel.state.catalogue;
        let workflow = catalogue.find(&context.scope.tenant, name, version)?;
        let demands = demands(&workflow.manifest, &context.scope, inputs, hosts);
        demands.iter().find_map(|demand| {
            let question = question(&context.ruling.question, name, demand);
            let verdict = self.kernel.rules.decide(&question);
            let id = DecisionId::new(self.now.unix_ms, self.dice.roll());
            let ruling = Ruling { id, question, verdict };
            let one_bundle =
                ruling.verdict.bundle_revision == context.ruling.verdict.bundle_revision;
            let context = Context { ruling, ..context.clone() };
            if !one_bundle {
                let message = "the policy bundle changed while the start was decided";
                let stale = Refusal::new(Code::DecisionStale, message, "it is tried again");
                return Some((context, Box::new(stale)));
            }
            let refusal = self.leave(&context).err()?;
            Some((context, refusal))
        })
    }
}
