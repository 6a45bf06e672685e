//! What is asked of others to approve: a command as it will be carried out, and what is signed of it.

use std::{collections::BTreeMap, sync::Arc};

use conductor_domain::{
    trust::{
        approval::{KIND, Statement},
        glass::Terms,
        signing_key,
    },
    work::run::{self, Rerun, StartRequest},
};
use conductor_protocol::{
    id::{ApprovalId, RunId},
    jcs,
    verdict::Stage,
};
use serde_json::{Map, Value};

use crate::{
    command::{Command, Context, Rejection},
    kernel::{runs::BOUNDS, turn::Turn},
    runbooks::Draft,
};

/// What is asked for, of whom, until when.
pub(super) struct Asked {
    pub(super) command: Command,
    pub(super) stages: Vec<Stage>,
    /// How long it can be signed, in seconds.
    pub(super) window: u64,
    /// Somebody goes ahead alone by these terms, for this reason.
    pub(super) glass: Option<(Terms, String)>,
    /// What waits already, and ends by it.
    pub(super) instead: Option<ApprovalId>,
}

/// What of a command whoever approves has to see besides who asks for what.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) version: String,
    pub(super) manifest: String,
    pub(super) plan: String,
    pub(super) inputs: Map<String, Value>,
    pub(super) hosts: Hosts,
}

/// The hosts of tasks by task, as an inventory has them.
type Hosts = BTreeMap<String, Vec<Value>>;

/// What a run would be repeated with.
pub(super) struct Again {
    pub(super) workflow: String,
    pub(super) version: String,
    pub(super) inputs: Map<String, Value>,
    pub(super) hosts: Hosts,
}

/// A statement with what is kept beside it.
pub(super) struct Stated {
    pub(super) canonical: String,
    pub(super) reason: String,
}

impl Turn<'_> {
    /// A command as it will be carried out, whatever is published meanwhile; and what of it is to
    /// be seen. What could not be done now is refused now: nobody is asked to approve it.
    pub(super) fn frozen(
        &mut self,
        context: &Context,
        command: Command,
    ) -> Result<(Command, Seen), Rejection> {
        let tenant = context.scope.tenant.as_str();
        match command {
            start @ Command::Start { .. } => self.frozen_start(context, start),
            Command::Rerun { run, how, inputs, version, reason, hosts } => {
                let again = self.again(tenant, run, (&how, &inputs, hosts.as_ref()))?;
                self.refuse_frozen(&context.scope, &again.workflow, None)?;
                let version = if version.is_empty() { again.version } else { version };
                let catalogue = &self.kernel.state.catalogue;
                let found = Arc::clone(catalogue.to_start(tenant, &again.workflow, &version)?);
                self.refuse_flawed(context, &found)?;
                let seen = Seen {
                    version: version.clone(),
                    manifest: found.digest.clone(),
                    inputs: again.inputs,
                    hosts: again.hosts,
                    ..Seen::default()
                };
                Ok((Command::Rerun { run, how, inputs, version, reason, hosts }, seen))
            }
            Command::Publish { manifest, provenance, signatures } => {
                let source = provenance.source.as_deref();
                let draft = Draft { manifest: &manifest, source, signatures: &signatures };
                drop(self.proven(context, draft)?);
                let canonical =
                    jcs::canonical_json(&*manifest).map_err(|error| kept_badly(&error))?;
                let seen = Seen {
                    version: manifest.version.clone(),
                    manifest: jcs::sha256_digest(canonical.as_bytes()),
                    ..Seen::default()
                };
                Ok((Command::Publish { manifest, provenance, signatures }, seen))
            }
            Command::Freeze { name, change } => {
                let change = self.freeze_as_it_stands(tenant, &name, change)?;
                Ok((Command::Freeze { name, change }, Seen::default()))
            }
            Command::RotateSigningKey { number, reason } => {
                let said = (reason.clone(), String::new());
                signing_key::order(&self.kernel.state.signing_keys, number, said)?;
                Ok((Command::RotateSigningKey { number, reason }, Seen::default()))
            }
            other => Ok((other, Seen::default())),
        }
    }

    /// The same of a start.
    fn frozen_start(
        &mut self,
        context: &Context,
        mut command: Command,
    ) -> Result<(Command, Seen), Rejection> {
        let Command::Start { workflow, version, inputs, hosts, plan, subject, .. } = &mut command
        else {
            return Ok((command, Seen::default()));
        };
        if let Some(refusal) = plan.as_ref().and_then(|plan| plan.changed.clone()) {
            return Err((*refusal).into());
        }
        let catalogue = &self.kernel.state.catalogue;
        let tenant = context.scope.tenant.as_str();
        let found = Arc::clone(catalogue.to_start(tenant, workflow, version)?);
        self.refuse_frozen(&context.scope, workflow, None)?;
        self.refuse_flawed(context, &found)?;
        let digest = plan.as_ref().map(|plan| plan.digest.clone()).unwrap_or_default();
        let probe = StartRequest::new(RunId::from_bits(0), inputs.clone(), context.ruling.id);
        let probe = StartRequest { hosts: Some(hosts.clone()), subject: subject.clone(), ..probe };
        drop(run::start(&found, &context.scope, probe, self.now, &BOUNDS)?);
        let seen = Seen {
            version: found.manifest.version.clone(),
            manifest: found.digest.clone(),
            plan: digest,
            inputs: inputs.clone(),
            hosts: hosts.clone(),
        };
        version.clone_from(&seen.version);
        Ok((command, seen))
    }

    /// What an ended run would be repeated with.
    pub(super) fn again(
        &self,
        tenant: &str,
        id: RunId,
        (how, inputs, hosts): (&Rerun, &Map<String, Value>, Option<&Hosts>),
    ) -> Result<Again, Rejection> {
        let old = self.find_run(tenant, id)?;
        let mut all: Map<String, Value> = serde_json::from_str(&old.inputs).unwrap_or_default();
        all.extend(inputs.clone());
        let hosts = match (how, hosts) {
            (Rerun::Whole, Some(hosts)) => hosts.clone(),
            _ => serde_json::from_str(&old.hosts).unwrap_or_default(),
        };
        let (workflow, version) = (old.workflow.name.clone(), old.workflow.version.clone());
        Ok(Again { workflow, version, inputs: all, hosts })
    }

    pub(super) fn statement(
        &self,
        context: &Context,
        approval: ApprovalId,
        (kept, seen, stages): (&Value, Seen, &[Stage]),
        (expires_at, glass): (u64, Option<&(Terms, String)>),
    ) -> Result<Stated, Rejection> {
        let (question, verdict) = (&context.ruling.question, &context.ruling.verdict);
        // Over what is kept, digit for digit: canonical JSON would round great numbers.
        let command = jcs::sha256_digest(kept.to_string().as_bytes());
        let name = |host: &Value| host.get("name").and_then(Value::as_str).map(str::to_owned);
        let names = |hosts: Vec<Value>| hosts.iter().filter_map(name).collect();
        let statement = Statement {
            kind: KIND.to_owned(),
            approval,
            scope: context.scope.clone(),
            requester: context.principal.clone(),
            reason: glass.map_or_else(|| reason_of(kept), |(_, reason)| reason.clone()),
            action: question.action.clone(),
            resource_kind: question.resource.kind.clone(),
            resource: question.resource.id.clone(),
            version: seen.version,
            manifest: seen.manifest,
            plan: seen.plan,
            inputs: seen.inputs,
            targets: seen.hosts.into_iter().map(|(task, hosts)| (task, names(hosts))).collect(),
            command,
            decision: context.ruling.id,
            bundle_revision: verdict.bundle_revision.clone(),
            risk: verdict.risk.clone(),
            stages: stages.to_vec(),
            glass: glass.map(|(terms, _)| terms.clone()),
            happened: None,
            nonce: format!("{:032x}", self.dice.roll()),
            requested_at: self.now.unix_ms,
            expires_at,
        };
        let canonical = statement.canonical()?;
        Ok(Stated { canonical, reason: statement.reason })
    }
}

/// Why, in the words of whoever asked, where a command has them.
pub(super) fn reason_of(kept: &Value) -> String {
    let fields = kept.as_object().and_then(|command| command.values().next());
    let lifted = |fields: &Value| fields.pointer("/change/lift/reason").cloned();
    let given = |fields: &Value| fields.get("reason").cloned().or_else(|| lifted(fields));
    let reason = fields.and_then(given);
    let reason = reason.as_ref().and_then(Value::as_str);
    reason.unwrap_or_default().to_owned()
}

pub(super) fn kept_badly(error: &dyn std::fmt::Display) -> Rejection {
    Rejection::Unavailable(format!("what is asked for can't be kept: {error}"))
}
