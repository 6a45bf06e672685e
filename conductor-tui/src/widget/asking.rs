//! What a form is filled in for, and the forms that ask for a reason or an answer.

mod tenant;

use serde_json::{Map, Value, json};

pub(crate) use self::tenant::{HOURS, TenantWord, WHO};
use super::form::Form;

/// Fields of a form that asks for a reason.
pub(crate) const REASON: &str = "reason";
pub(crate) const INSTEAD: &str = "instead";

/// What somebody says who reviews, and the words for it.
pub(crate) const OPINION: &str = "opinion";
pub(crate) const ACCEPT: &str = "accept";
pub(crate) const REJECT: &str = "reject";

/// The answer to a task that is held.
pub(crate) const ANSWER: &str = "answer";

/// Whom an approval is handed to, and what is said to it.
pub(crate) const TO: &str = "to";
pub(crate) const TEXT: &str = "text";

/// What is frozen or stopped, until when, how.
pub(crate) const WHAT: &str = "what";
pub(crate) const WHICH: &str = "which";
pub(crate) const NAME: &str = "name";
pub(crate) const UNTIL: &str = "until";
pub(crate) const KILL: &str = "kill";

/// Which bundle is tried out, on decisions of how many days.
pub(crate) const BUNDLE: &str = "bundle";
pub(crate) const DAYS: &str = "days";

/// What a form is filled in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    Start,
    /// A start, with the plan looked at before.
    Request,
    /// The plan below it is asked for: others have to approve it, and read why.
    AskFor,
    /// A run that is to show whether a runbook works.
    Rehearse,
    Plan,
    Deprecate,
    Retire,
    /// What somebody thinks of a version is said.
    Review,
    /// A task is left out.
    Skip(TaskOfRun),
    /// A task that is held is answered.
    Release(TaskOfRun),
    /// Something is said to an approval.
    Say(Saying),
    /// A no is said to all approvals that are marked.
    DenyMarked,
    /// A part of the tenant is frozen, let go on, or stopped.
    Freeze(FreezeWord),
    /// Policy decides by this bundle of before.
    RollBack(String),
    /// A bundle is tried out.
    Candidate,
    /// A tenant is made, or something is done to one.
    Tenant(TenantWord),
}

/// What is done to a part of the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FreezeWord {
    Set,
    Lift,
    Switch,
}

/// What is said to an approval besides yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Deny,
    Delegate,
    Withdraw,
    BreakGlass,
    Comment,
}

/// What is said to which approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saying {
    pub(crate) word: Word,
    pub(crate) approval_id: String,
    /// Where it would be done.
    pub(crate) environment: String,
}

/// The task that a form is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaskOfRun {
    pub(crate) run_id: String,
    pub(crate) task_id: String,
}

impl Form {
    /// Asks for the reason of something else than a start.
    pub(crate) fn reason(purpose: Purpose, workflow: &str, version: &str) -> Self {
        let text = |help: &str| json!({"type": "string", "description": help, "maxLength": 1000});
        let mut properties = Map::new();
        let help = match purpose {
            Purpose::Skip(_) => "Why; kept with the run",
            Purpose::AskFor => "Why; whoever approves it reads this",
            _ => "Why; whoever wants to start it reads this",
        };
        properties.insert(REASON.into(), text(help));
        if purpose == Purpose::Deprecate {
            properties.insert(INSTEAD.into(), text("What to use instead, NAME or NAME@VERSION"));
        }
        properties[REASON]["minLength"] = 1.into();
        Self::asking(purpose, (workflow, version), properties, &[REASON])
    }

    /// Asks what somebody thinks of a version.
    pub(crate) fn review(workflow: &str, version: &str) -> Self {
        let opinion = json!({
            "enum": [ACCEPT, REJECT],
            "description": "Whether it may be used, as far as you are concerned",
        });
        let reason = json!({
            "type": "string",
            "description": "Why; needed unless you accept it",
            "maxLength": 1000,
        });
        let properties = [(OPINION, opinion), (REASON, reason)];
        let properties = properties.map(|(name, schema)| (name.to_owned(), schema));
        let properties = properties.into_iter().collect();
        Self::asking(Purpose::Review, (workflow, version), properties, &[OPINION])
    }

    /// Asks for what is to be said to an approval.
    pub(crate) fn saying(saying: Saying, (resource, version): (&str, &str)) -> Self {
        let text = |help: &str, least: u32| {
            let kind = "string";
            json!({"type": kind, "description": help, "minLength": least, "maxLength": 1000})
        };
        let (fields, required): (Vec<(&str, Value)>, &[&str]) = match saying.word {
            Word::Deny => (vec![(REASON, text("Why; whoever asked reads it", 1))], &[REASON]),
            Word::Delegate => {
                let to = text("Who is to sign instead, such as uid:1001", 1);
                (vec![(TO, to), (REASON, text("Why; it stays on record", 1))], &[TO, REASON])
            }
            Word::Withdraw => (vec![(REASON, text("Why, if you like", 0))], &[]),
            Word::BreakGlass => {
                (vec![(REASON, text("Why; whoever reviews it reads it", 1))], &[REASON])
            }
            Word::Comment => {
                (vec![(TEXT, text("What everybody reads who looks at it", 1))], &[TEXT])
            }
        };
        let properties = fields.into_iter().map(|(name, schema)| (name.to_owned(), schema));
        Self::asking(Purpose::Say(saying), (resource, version), properties.collect(), required)
    }

    /// Asks why all approvals that are marked are denied.
    pub(crate) fn denying(count: usize) -> Self {
        let reason = json!({
            "type": "string",
            "description": "Why; whoever asked for one of them reads it",
            "minLength": 1,
            "maxLength": 1000,
        });
        let properties = Map::from_iter([(REASON.to_owned(), reason)]);
        let what = if count == 1 { "1 request".to_owned() } else { format!("{count} requests") };
        Self::asking(Purpose::DenyMarked, (&what, ""), properties, &[REASON])
    }

    /// Asks what is to be frozen, stopped or let go on; `names` are those that can be.
    pub(crate) fn freezing(
        word: FreezeWord,
        (tenant, environment): (&str, &str),
        names: &[String],
    ) -> Self {
        let text = |help: &str, least: u32| json!({"type": "string", "description": help, "minLength": least, "maxLength": 1000});
        let what = json!({
            "enum": ["environment", "workflow", "tenant"],
            "default": "environment",
            "description": "What: one environment, one workflow anywhere, or all of the tenant",
        });
        let mut which = text("Its name; nothing for the tenant", 0);
        which["default"] = environment.into();
        let reason = text("Why; whoever is held up reads it", 1);
        let (fields, required): (Vec<(&str, Value)>, &[&str]) = match word {
            FreezeWord::Set => {
                let name = text("What the freeze is called", 1);
                let until =
                    text("Until when (2027-03-28T06:00Z); nothing for until it is lifted", 0);
                let fields = vec![
                    (NAME, name),
                    (WHAT, what),
                    (WHICH, which),
                    (UNTIL, until),
                    (REASON, reason),
                ];
                (fields, &[NAME, WHAT, REASON])
            }
            FreezeWord::Switch => {
                let kill = json!({
                    "type": "boolean",
                    "default": false,
                    "description": "Give no time to clean up",
                });
                let fields = vec![(WHAT, what), (WHICH, which), (KILL, kill), (REASON, reason)];
                (fields, &[WHAT, REASON])
            }
            FreezeWord::Lift => {
                let name = json!({
                    "enum": names,
                    "default": names.first(),
                    "description": "Which freeze",
                });
                (vec![(NAME, name), (REASON, reason)], &[NAME, REASON])
            }
        };
        let properties = fields.into_iter().map(|(name, schema)| (name.to_owned(), schema));
        Self::asking(Purpose::Freeze(word), (tenant, ""), properties.collect(), required)
    }

    /// Asks for the answer to a task that is held, one of `answers`, and why.
    pub(crate) fn answer(
        task: TaskOfRun,
        (workflow, version): (&str, &str),
        (message, answers): (&str, &[String]),
    ) -> Self {
        let mut properties = Map::new();
        let answer = json!({
            "enum": answers,
            "default": answers.first(),
            "description": message,
        });
        properties.insert(ANSWER.into(), answer);
        let reason = json!({
            "type": "string",
            "description": "Why; kept with the run",
            "maxLength": 1000,
        });
        properties.insert(REASON.into(), reason);
        Self::asking(Purpose::Release(task), (workflow, version), properties, &[ANSWER])
    }

    /// Asks why policy is to decide by a bundle of before.
    pub(crate) fn rolling_back(revision: &str, name: &str) -> Self {
        let reason = json!({
            "type": "string",
            "description": "Why; it stays on record",
            "minLength": 1,
            "maxLength": 1000,
        });
        let properties = Map::from_iter([(REASON.to_owned(), reason)]);
        let purpose = Purpose::RollBack(revision.to_owned());
        Self::asking(purpose, (name, ""), properties, &[REASON])
    }

    /// Asks which bundle is tried out, and on decisions of how many days.
    pub(crate) fn candidate(path: &str, days: u32) -> Self {
        let place = json!({
            "type": "string",
            "description": "Folder or archive of the bundle that is to come",
            "minLength": 1,
            "default": path,
        });
        let back = json!({
            "type": "integer",
            "description": "Decisions of so many days are asked again",
            "minimum": 1,
            "maximum": 366,
            "default": days,
        });
        let properties = Map::from_iter([(BUNDLE.to_owned(), place), (DAYS.to_owned(), back)]);
        Self::asking(Purpose::Candidate, ("", ""), properties, &[BUNDLE, DAYS])
    }

    fn asking(
        purpose: Purpose,
        (workflow, version): (&str, &str),
        properties: Map<String, Value>,
        required: &[&str],
    ) -> Self {
        let mut schema = Map::new();
        schema.insert("required".into(), json!(required));
        schema.insert("properties".into(), properties.into());
        let mut form = Self::new(workflow, version, &schema, &[]);
        form.purpose = purpose;
        form
    }

    /// What is being asked.
    pub(super) fn title(&self) -> String {
        match &self.purpose {
            Purpose::Start | Purpose::Request => format!("Run {}", self.workflow),
            Purpose::AskFor => format!("Ask for {}", self.workflow),
            Purpose::Rehearse => format!("Rehearse {}", self.workflow),
            Purpose::Plan => format!("Plan {}", self.workflow),
            Purpose::Review => format!("Review {}", self.workflow),
            Purpose::Deprecate => format!("Deprecate {}", self.workflow),
            Purpose::Retire => format!("Retire {}", self.workflow),
            Purpose::Skip(task) => format!("Leave out {} of {}", task.task_id, self.workflow),
            Purpose::Release(task) => format!("Answer {} of {}", task.task_id, self.workflow),
            Purpose::Say(saying) => match saying.word {
                Word::Deny => format!("Deny {}", self.workflow),
                Word::Delegate => format!("Have somebody else sign {}", self.workflow),
                Word::Withdraw => format!("Withdraw {}", self.workflow),
                Word::BreakGlass => format!("Go ahead alone with {}", self.workflow),
                Word::Comment => format!("Say something to {}", self.workflow),
            },
            Purpose::DenyMarked => format!("Deny {}", self.workflow),
            Purpose::RollBack(_) => format!("Go back to {}", self.workflow),
            Purpose::Candidate => "Try out a bundle of policy".to_owned(),
            Purpose::Tenant(word) => word.title(&self.workflow),
            Purpose::Freeze(FreezeWord::Set) => "Let nothing start".to_owned(),
            Purpose::Freeze(FreezeWord::Lift) => "Let it go on".to_owned(),
            Purpose::Freeze(FreezeWord::Switch) => "Stop everything".to_owned(),
        }
    }
}
