//! Whether the tasks may run of what the daemon itself starts for somebody.

use std::collections::BTreeMap;

use conductor_domain::{
    Refusal,
    scope::{Principal, Scope},
    work::run::plan::demands,
};
use conductor_protocol::{error_code::Code, id::DecisionId};
use serde_json::{Map, Value};

use super::{commands::leave, turn::Turn};
use crate::{
    command::{Context, Ruling},
    demands::question,
    limits,
    obligations::Proofs,
};

/// What was denied, and what that comes to.
pub(super) type Denied = Box<(Context, Box<Refusal>)>;

/// The same of a task whose circumstances are those of its start.
type DeniedTask = Box<(Ruling, Box<Refusal>)>;

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
            if let Err(refusal) = leave(&context.ruling, Proofs::default()) {
                return Err(Box::new((context, refusal)));
            }
            match self.leave_of_tasks(&context, Proofs::default(), workflow, given) {
                Ok(tasks) => return Ok(Context { tasks, ..context }),
                Err(denied) if denied.1.code == Code::DecisionStale && tries > 0 => {}
                Err(denied) => {
                    let (ruling, refusal) = *denied;
                    return Err(Box::new((Context { ruling, ..context }, refusal)));
                }
            }
        }
    }

    /// What policy says of the tasks that a start would run; of the first one that it does not let
    /// run, and why, when there is one.
    pub(super) fn leave_of_tasks(
        &self,
        context: &Context,
        proofs: Proofs,
        (name, version): (&str, &str),
        (inputs, hosts): (&Map<String, Value>, &BTreeMap<String, Vec<Value>>),
    ) -> Result<Vec<Ruling>, DeniedTask> {
        let catalogue = &self.kernel.state.catalogue;
        let Some(workflow) = catalogue.find(&context.scope.tenant, name, version) else {
            return Ok(Vec::new());
        };
        let demands = demands(&workflow.manifest, &context.scope, inputs, hosts);
        let ask = |demand| {
            let question = question(&context.ruling.question, name, demand);
            let verdict = self.kernel.rules.decide(&question);
            let id = DecisionId::new(self.now.unix_ms, self.dice.roll());
            let ruling = Ruling { id, question, verdict };
            if ruling.verdict.bundle_revision != context.ruling.verdict.bundle_revision {
                let message = "the policy bundle changed while the start was decided";
                let stale = Refusal::new(Code::DecisionStale, message, "it is tried again");
                return Err(Box::new((ruling, Box::new(stale))));
            }
            match leave(&ruling, proofs) {
                Ok(()) => Ok(ruling),
                Err(refusal) => Err(Box::new((ruling, refusal))),
            }
        };
        demands.iter().map(ask).collect()
    }
}
