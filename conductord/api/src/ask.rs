//! A question to policy: what is asked, and what the daemon's records put to it.

use conductor_domain::{
    scope::{Principal, Scope},
    work::run::plan::Demand,
};
use conductor_engine::{command::Ruling, demands, runbooks::Vouched};
use conductor_protocol::{
    manifest::Governed,
    verdict::{Load, Question, Resource, Situation, TasksByClass},
};

use crate::call::Call;

/// What is asked of policy: an action on a resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    /// Such as `run.start`.
    pub(crate) action: &'a str,
    /// Such as `workflow`.
    pub(crate) kind: &'a str,
    /// Name or id; empty for all of the kind.
    pub(crate) id: &'a str,
    /// Who owns it; empty where nobody does.
    pub(crate) owner: &'a str,
    /// Names of the secrets that come into play.
    pub(crate) secrets: &'a [String],
    /// The published workflow that it is about, and its version; the newest without one. What its
    /// manifest says of risk, data, regions and purpose goes with the question.
    pub(crate) workflow: (&'a str, &'a str),
    /// A manifest that need not be published says it instead.
    pub(crate) draft: Option<&'a Governed>,
    /// What governance knew of it when it was asked for says it instead.
    pub(crate) known: Option<&'a Resource>,
    /// What the signatures come to of a manifest that is to be published.
    pub(crate) vouched: Option<&'a Vouched>,
    /// The tasks of a workflow that would run: each is asked about besides, as `task.run`.
    pub(crate) tasks: (&'a str, &'a [Demand]),
    /// What it would add to the tenant's load.
    pub(crate) asked: Option<&'a TasksByClass>,
}

impl<'a> Ask<'a> {
    /// About everything of a kind.
    pub(crate) fn all(action: &'a str, kind: &'a str) -> Self {
        Self::one(action, kind, "")
    }

    /// About one thing that nobody owns.
    pub(crate) fn one(action: &'a str, kind: &'a str, id: &'a str) -> Self {
        let workflow = if kind == "workflow" { (id, "") } else { ("", "") };
        Self {
            action,
            kind,
            id,
            owner: "",
            secrets: &[],
            workflow,
            draft: None,
            known: None,
            vouched: None,
            tasks: ("", &[]),
            asked: None,
        }
    }
}

impl Call {
    /// What policy says.
    pub(crate) fn rule(&self, scope: &Scope, ask: Ask<'_>) -> Ruling {
        self.rule_on((self.peer.principal(), self.peer.channel()), scope, ask)
    }

    /// What policy says of somebody, and how they came: who signed need not be who calls.
    pub(crate) fn rule_on(
        &self,
        (principal, channel): (&Principal, &str),
        scope: &Scope,
        ask: Ask<'_>,
    ) -> Ruling {
        let mut records = self.engine().known(&scope.tenant, principal);
        if principal == self.peer.principal() {
            self.narrow(&scope.tenant, &mut records.subject);
        }
        // Who is nobody here is judged by nothing of the tenant's: no answer can tell of it.
        let here = records.tenant.is_some();
        let (workflow, _) = ask.tasks;
        let starts = here && !workflow.is_empty();
        // Their own key is somebody's, role or not: who has lost it says so. So is a session.
        let own = matches!(ask.kind, "key" | "session") && ask.owner == records.subject.principal;
        let resource = match (here, own) {
            (true, _) => self.resource(scope, ask),
            (false, true) => Resource { owner: ask.owner.to_owned(), ..Resource::default() },
            (false, false) => Resource::default(),
        };
        // Of which workflow it is matters to whoever may come with a token for some of them.
        let of = [ask.workflow.0, workflow].into_iter().find(|name| !name.is_empty());
        let of = of.filter(|_| here && records.subject.has_token());
        let of = of.map_or_else(|| resource.workflow.clone(), str::to_owned);
        let question = Question {
            subject: records.subject,
            action: ask.action.to_owned(),
            resource: Resource {
                kind: ask.kind.to_owned(),
                id: ask.id.to_owned(),
                workflow: of,
                ..resource
            },
            context: Situation {
                tenant_id: scope.tenant.clone(),
                environment: scope.environment.clone(),
                region: scope.region.clone(),
                channel: channel.to_owned(),
                load: ask.asked.filter(|_| here).map(|asked| self.load(&scope.tenant, asked)),
                tenant: records.tenant,
                spend: starts.then(|| self.engine().spend(&scope.tenant, workflow)).flatten(),
            },
        };
        self.decide(question)
    }

    /// What policy says of a task of a workflow whose start was asked about.
    pub(crate) fn rule_task(&self, start: &Ruling, workflow: &str, task: &Demand) -> Ruling {
        self.decide(demands::question(&start.question, workflow, task))
    }

    pub(crate) fn decide(&self, question: Question) -> Ruling {
        let verdict = self.api.guard().decide(&question);
        Ruling { id: self.engine().fresh_decision(), question, verdict }
    }

    /// Whose it is, what secrets come into play, and what governance needs to know of the workflow
    /// that is asked about.
    fn resource(&self, scope: &Scope, ask: Ask<'_>) -> Resource {
        let (owner, secrets) = (ask.owner.to_owned(), ask.secrets.to_vec());
        if let Some(known) = ask.known {
            return Resource { owner, secrets, task: None, ..known.clone() };
        }
        let governed = match (ask.draft, ask.workflow) {
            (Some(draft), _) => draft.clone(),
            (None, ("", _)) => Governed::default(),
            (None, (name, version)) => self.engine().views().governed(&scope.tenant, name, version),
        };
        let resource = governed.onto(Resource { owner, secrets, ..Resource::default() });
        match self.vouched(scope, ask) {
            Some(vouched) => vouched.onto(resource),
            None => resource,
        }
    }

    /// What a tenant has open, and may.
    fn load(&self, tenant: &str, asked: &TasksByClass) -> Load {
        Load {
            asked: asked.clone(),
            in_use: self.engine().views().classes_in_use(tenant),
            limit: self.engine().quota(tenant),
        }
    }
}
