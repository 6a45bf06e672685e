//! What every screen sees: the time, the look, the scope, the link, policy's word, messages.

use std::{collections::HashMap, time::Duration};

use conductor_protocol::{
    v1::{self, Scope},
    verdict::Obligation,
};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    contexts::{Context, Tone},
    effect::{Effect, FeedId, Ticket},
    messages::Messages,
    query::Query,
    told::Told,
    used::Used,
};
use crate::{
    columns::{Arrangement, Arrangements, Table},
    input::{Action, SecretNames},
    planned::Word,
    theme::{Choice, Glyphs, Meaning, Palette},
    widget::count,
};

/// Verdicts kept; beyond that all are asked again.
const VERDICTS_MAX: usize = 4096;
/// Questions to policy in one request.
const QUESTIONS_MAX: usize = 200;

/// How things look here.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) palette: Palette,
    /// Which theme fits: the environment and the terminal's ground have a say.
    pub(crate) choice: Choice,
    pub(crate) glyphs: &'static Glyphs,
    pub(crate) reduced_motion: bool,
    pub(crate) zone: TimeZone,
}

impl Look {
    pub(crate) fn style(&self, meaning: Meaning) -> ratatui::style::Style {
        self.palette.style(meaning)
    }

    /// Plain text on whatever ground it is drawn on: in a dialog that is not the screen's.
    pub(crate) fn plain(&self) -> ratatui::style::Style {
        ratatui::style::Style { bg: None, ..self.style(Meaning::Text) }
    }
}

/// State of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LinkState {
    /// Nothing is known yet.
    Connecting,
    Live,
    /// The daemon does not answer; tried again until it does.
    Lost(String),
}

/// The connection and what was last heard over it.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) state: LinkState,
    pub(crate) latency: Option<Duration>,
    /// When the daemon last answered.
    pub(crate) heard_at: Option<Timestamp>,
    /// Where the daemon is looked for.
    pub(crate) endpoint: String,
}

impl Link {
    pub(crate) fn is_live(&self) -> bool {
        self.state == LinkState::Live
    }

    /// Whether anything was ever heard.
    pub(crate) fn was_up(&self) -> bool {
        self.heard_at.is_some()
    }
}

/// Whether an action can be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Availability {
    Ready,
    /// Shown dimmed; says why when tried.
    Refused(String),
    /// There is nothing to do it to: not shown.
    Absent,
}

/// What an action would be done to, as its screen sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Policy is asked about this resource.
    Of(String),
    /// The daemon has said already that policy lets it be done.
    Allowed,
    /// It makes no sense in this state, and why.
    NotNow(&'static str),
    /// The same, in the words of somebody else.
    Refused(String),
    Absent,
}

/// A view that stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paused {
    /// The time that what is shown was true at.
    pub(crate) at: Timestamp,
    /// How much has come since: runs that changed, lines of output, events.
    pub(crate) news: u64,
    /// There is more of it than is counted.
    pub(crate) more: bool,
}

impl Paused {
    /// That it does, and how much waits: `PAUSED 14 new`.
    pub(crate) fn words(self) -> String {
        match (self.news, self.more) {
            (0, false) => "PAUSED".to_owned(),
            (news, false) => format!("PAUSED {} new", count(news)),
            (news, true) => format!("PAUSED {}+ new", count(news)),
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) now: Timestamp,
    /// Columns and rows.
    pub(crate) size: (u16, u16),
    pub(crate) look: Look,
    /// What the console was told to be.
    pub(crate) told: Told,
    /// The named context that is looked at.
    pub(crate) context: Option<Context>,
    pub(crate) scope: Scope,
    pub(crate) principal: String,
    /// Whether who that is has to be said: it is not just the local user.
    pub(crate) named: bool,
    pub(crate) read_only: bool,
    /// Approvals that wait for whoever uses the console.
    pub(crate) approvals_waiting: u32,
    /// What was done alone and nobody has reviewed so far, and incidents that are open.
    pub(crate) alerts: (u32, u32),
    /// What nothing starts in here.
    pub(crate) freezes: Vec<v1::Freeze>,
    pub(crate) link: Link,
    /// The file that the session is being recorded in.
    pub(crate) recording: Option<String>,
    pub(crate) messages: Messages,
    /// What policy said: what it asks for besides, or why not.
    pub(crate) verdicts: HashMap<(String, String), Result<String, String>>,
    /// Policy's word on how much harm a start can do, by the workflow's name.
    pub(crate) risks: HashMap<String, String>,
    pub(crate) feeds_made: u64,
    /// How lists are arranged, here and in other places.
    pub(crate) arrangements: Arrangements,
    /// Inputs that a form of this session took for secrets: shown nowhere else, either.
    pub(crate) secret_inputs: SecretNames,
    /// The view in front stands still.
    pub(crate) paused: Option<Paused>,
}

impl Shared {
    /// What a context's word looks like: production looks like production whatever was wished.
    pub(crate) fn tone(&self, context: &Context) -> Tone {
        if self.is_production() { Tone::Danger } else { context.tone }
    }

    /// The time that what is shown was true at: now, when the daemon last answered, or when the view
    /// was paused.
    pub(crate) fn data_now(&self) -> Timestamp {
        if let Some(paused) = self.paused {
            return paused.at;
        }
        match (&self.link.state, self.link.heard_at) {
            (LinkState::Lost(_), Some(heard)) => heard,
            _ => self.now,
        }
    }

    /// How a list is arranged here: at this daemon, in this tenant.
    pub(crate) fn arrangement(&self, table: &'static Table) -> Arrangement {
        self.arrangements.of(&self.place(), table)
    }

    /// What is remembered belongs to a place: a daemon and a tenant.
    pub(crate) fn place(&self) -> String {
        Used::place(&self.link.endpoint, &self.scope.tenant)
    }

    /// When a screen reads anew by itself: not while its view stands still.
    pub(crate) fn refreshes(&self, at: Option<Timestamp>) -> Option<Timestamp> {
        at.filter(|_| self.paused.is_none())
    }

    /// Whether it is time for that.
    pub(crate) fn refreshes_now(&self, at: Option<Timestamp>) -> bool {
        self.refreshes(at).is_some_and(|due| due <= self.now)
    }

    /// A name for a new subscription.
    pub(crate) fn feed_id(&mut self) -> FeedId {
        self.feeds_made += 1;
        FeedId(self.feeds_made)
    }

    /// Asks policy about an action on many resources, as many at once as the daemon answers.
    pub(crate) fn ask_policy_of(&self, action: &str, resources: &[String]) -> Vec<Effect> {
        resources
            .chunks(QUESTIONS_MAX)
            .filter_map(|some| {
                self.ask_policy(some.iter().map(|name| (action, name.clone())).collect())
            })
            .collect()
    }

    /// Whether this is where mistakes are felt.
    pub(crate) fn is_production(&self) -> bool {
        is_production(&self.scope.environment)
    }

    /// Loads the theme that fits here, where another one is shown.
    pub(crate) fn fit_theme(&self) -> Option<Effect> {
        let name = self.look.choice.name(self.is_production());
        (name != self.look.palette.name).then(|| Effect::LoadTheme(name.to_owned()))
    }

    /// Asks policy what it would say, as far as it is not known yet.
    pub(crate) fn ask_policy(&self, questions: Vec<(&str, String)>) -> Option<Effect> {
        let unknown = |(action, resource): &(&str, String)| {
            !self.verdicts.contains_key(&((*action).to_owned(), resource.clone()))
        };
        let questions: Vec<v1::Question> = questions
            .into_iter()
            .filter(unknown)
            .map(|(action, resource)| v1::Question { action: action.to_owned(), resource })
            .collect();
        if questions.is_empty() || !self.link.is_live() {
            return None;
        }
        let scope = Some(self.scope.clone());
        let request = v1::AuthorizeRequest { scope, questions: questions.clone() };
        Some(Effect::Ask(Ticket::Verdicts(questions), Query::Verdicts(request)))
    }

    /// Keeps policy's answers.
    pub(crate) fn take_verdicts(
        &mut self,
        questions: Vec<v1::Question>,
        answer: v1::AuthorizeResponse,
    ) {
        if self.verdicts.len() > VERDICTS_MAX {
            self.verdicts.clear();
            self.risks.clear();
        }
        for (question, decision) in questions.into_iter().zip(answer.decisions) {
            if question.action == "run.start" && !decision.risk.is_empty() {
                self.risks.insert(question.resource.clone(), decision.risk.clone());
            }
            let reasons = decision.reasons.join("; ");
            let verdict = match Word::of(&decision) {
                Word::Denied => Err(reasons),
                // Asking for it is how somebody else is asked to approve it.
                Word::Allowed | Word::Waits => Ok(besides(&decision)),
            };
            self.verdicts.insert((question.action, question.resource), verdict);
        }
    }

    /// Policy's refusal, where it is known.
    pub(crate) fn denied(&self, policy: &str, resource: &str) -> Option<&str> {
        let verdict = self.verdicts.get(&(policy.to_owned(), resource.to_owned()))?;
        verdict.as_ref().err().map(String::as_str)
    }

    /// What policy asks for besides where it allows something, such as `requires approval (2)`.
    pub(crate) fn besides(&self, policy: &str, resource: &str) -> Option<&str> {
        let verdict = self.verdicts.get(&(policy.to_owned(), resource.to_owned()))?;
        verdict.as_ref().ok().map(String::as_str).filter(|word| !word.is_empty())
    }

    /// Whether an action can be done to its subject, and if not, why.
    pub(crate) fn availability(&self, action: Action, subject: Subject) -> Availability {
        let resource = match subject {
            Subject::Absent => return Availability::Absent,
            Subject::NotNow(why) => return Availability::Refused(why.to_owned()),
            Subject::Refused(why) => return Availability::Refused(why),
            Subject::Of(resource) => Some(resource),
            Subject::Allowed => None,
        };
        let Some(policy) = action.spec().policy else { return Availability::Ready };
        if self.read_only {
            return Availability::Refused("this console is read-only".into());
        }
        if !self.link.is_live() {
            let why = "not connected (changes are refused, not queued)";
            return Availability::Refused(why.into());
        }
        match resource.as_ref().and_then(|resource| self.denied(policy, resource)) {
            Some("") => Availability::Refused("policy denies it".into()),
            Some(reason) => Availability::Refused(format!("policy: {reason}")),
            None => Availability::Ready,
        }
    }
}

/// What a permission asks for besides, in a few words; empty for nothing.
fn besides(decision: &v1::Decision) -> String {
    let known = |one: &v1::Obligation| serde_json::from_str::<Obligation>(&one.value_json).ok();
    let mut words = Vec::new();
    for obligation in decision.obligations.iter().filter_map(known) {
        match obligation {
            Obligation::RequireApproval { stages, .. } => {
                // Whoever asks signs it alone: nobody else has to.
                let others = stages.iter().filter(|stage| !stage.requester);
                let people: u32 = others.map(|stage| stage.quorum.max(1)).sum();
                words.push(match people {
                    0 => "asks for a touch of your key".to_owned(),
                    people => format!("requires approval ({people})"),
                });
            }
            Obligation::StepUp { .. } => words.push("asks for a touch of your key".to_owned()),
            Obligation::RequireReview { quorum, .. } => {
                words.push(format!("reviewed after ({quorum})"))
            }
            Obligation::DryRunOnly => words.push("without effect only".to_owned()),
            _ => {}
        }
    }
    words.join(", ")
}

/// Environments whose name says production.
pub(crate) fn is_production(environment: &str) -> bool {
    let name = environment.to_ascii_lowercase();
    ["prod", "prd", "live"]
        .iter()
        .any(|word| name == *word || name.starts_with(&format!("{word}-")))
        || name.starts_with("production")
}

#[cfg(test)]
mod tests {
    use conductor_protocol::v1::{Decision, Obligation};

    use super::{besides, is_production};

    #[test]
    fn what_policy_asks_for_besides_is_said_in_a_few_words() {
        let decision = |all: &[&str]| {
            let obligation = |json: &&str| Obligation {
                value_json: (*json).to_owned(),
                ..Obligation::default()
            };
            Decision { obligations: all.iter().map(obligation).collect(), ..<_>::default() }
        };
        let two = r#"{"type": "require_approval", "window_seconds": 60, "stages": [
            {"roles": ["approver"], "quorum": 2}]}"#;
        let own = r#"{"type": "require_approval", "window_seconds": 60, "stages": [
            {"roles": [], "quorum": 1, "requester": true, "touch": true}]}"#;
        let touch = r#"{"type": "step_up", "method": "ssh-touch"}"#;
        let warn = r#"{"type": "warn", "message": "old"}"#;
        assert_eq!(besides(&decision(&[two, warn])), "requires approval (2)");
        assert_eq!(besides(&decision(&[own])), "asks for a touch of your key");
        assert_eq!(
            besides(&decision(&[two, touch])),
            "requires approval (2), asks for a touch of your key"
        );
        assert_eq!(besides(&decision(&[warn, "{}", "broken"])), "");
    }

    #[test]
    fn production_is_known_by_its_name() {
        for name in ["prod", "PROD", "production", "prod-eu", "live", "prd"] {
            assert!(is_production(name), "{name}");
        }
        for name in ["dev", "preprod", "product-demo", "staging", ""] {
            assert!(!is_production(name), "{name}");
        }
    }
}
