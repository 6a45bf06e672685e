//! A reviewer's signature under a version: what is signed is read once more, compared with the version
//! that was signed last, and shown whole before it is asked about.

use conductor_protocol::{
    manifest,
    v1::{GetWorkflowRequest, GetWorkflowResponse, ListWorkflowsRequest, Workflow},
};

use super::{record::VERSIONS_MAX, registry::read_manifest, screen::WorkflowsScreen};
use crate::{
    app::{
        Answer, Countersign, ENROLL, Effect, Fault, Level, Mutation, Query, Shared, Signs, key_name,
    },
    compared,
    planned::plain,
    screen::Intent,
    signing::{Choice, Found, Vouched, cannot_countersign, signed_by, signed_text},
    widget::Confirm,
};

/// What is asked of the daemon before the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// The version, whole.
    Version,
    /// All versions, to find the one that was signed last.
    Versions,
    /// That one, whole.
    Before,
}

/// A version that is looked at once more before it is signed.
#[derive(Debug)]
pub(super) struct Looking {
    name: String,
    version: String,
    /// The keys were looked for.
    keys: bool,
    read: Option<Box<Workflow>>,
    before: Before,
}

/// The version that was signed last before this one.
#[derive(Debug)]
enum Before {
    /// It is not known yet which.
    Unknown,
    /// None was.
    None,
    Read(Box<Workflow>),
    /// It can't be compared, and why.
    Missing(String),
}

impl WorkflowsScreen {
    /// Begins to look at the version that is shown, for its reviewer to sign.
    pub(super) fn countersign(&mut self, shared: &Shared) -> Vec<Intent> {
        let Some(version) = self.version() else { return Vec::new() };
        let (name, version) = (version.name.clone(), version.version.clone());
        let scope = Some(shared.scope.clone());
        let read = GetWorkflowRequest {
            scope: scope.clone(),
            name: name.clone(),
            version: version.clone(),
        };
        let all = ListWorkflowsRequest {
            scope,
            page_size: VERSIONS_MAX,
            all_versions: true,
            text: name.clone(),
            ..<_>::default()
        };
        self.looking =
            Some(Looking { name, version, keys: false, read: None, before: Before::Unknown });
        let asks =
            [(Look::Version, Query::Workflow(read)), (Look::Versions, Query::Workflows(all))];
        let mut intents = vec![Intent::Do(Effect::FindKeys(Signs::Runbooks))];
        intents.extend(asks.map(|(look, query)| self.look(look, query)));
        intents
    }

    /// A question that was on its way is not asked: whoever wanted it does something else now.
    pub(crate) fn rest(&mut self) {
        self.looking = None;
    }

    /// Takes the keys that were found; goes on with a signature that waited for them.
    pub(crate) fn take_keys(
        &mut self,
        found: Result<Found, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        let known = self.keys.is_known();
        self.keys.take(found);
        let Some(looking) = &mut self.looking else {
            // They were looked for by whoever wants to know which they are.
            if !known {
                let text = format!("signing with {}", self.keys.line());
                shared.messages.say(shared.now, Level::Info, &text, "");
            }
            return Vec::new();
        };
        looking.keys = true;
        if self.keys.key().is_none() {
            self.looking = None;
            let text = format!("can't sign: {}", self.keys.problem());
            shared.messages.say(shared.now, Level::Error, &text, ENROLL);
        }
        self.ask_to_sign(shared).into_iter().collect()
    }

    /// Takes what was asked before the question.
    pub(super) fn looked(
        &mut self,
        look: Look,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        let Some(looking) = &mut self.looking else { return Vec::new() };
        match (look, answer) {
            (Look::Version, Ok(Answer::Workflow(answer))) => {
                looking.read = Some(Box::new(answer.workflow.unwrap_or_default()));
            }
            (Look::Version, Err(fault)) => {
                self.looking = None;
                shared.messages.say(shared.now, Level::Error, &fault.message, &fault.hint);
            }
            (Look::Versions, Ok(Answer::Workflows(page))) => {
                let last = last_signed(&page.workflows, (&looking.name, &looking.version));
                let Some(last) = last else {
                    looking.before = Before::None;
                    return self.ask_to_sign(shared).into_iter().collect();
                };
                let (scope, name) = (Some(shared.scope.clone()), looking.name.clone());
                let request = GetWorkflowRequest { scope, name, version: last };
                return vec![self.look(Look::Before, Query::Workflow(request))];
            }
            (Look::Before, Ok(Answer::Workflow(answer))) => {
                let GetWorkflowResponse { workflow, .. } = *answer;
                looking.before = Before::Read(Box::new(workflow.unwrap_or_default()));
            }
            (Look::Versions | Look::Before, Err(fault)) => {
                looking.before = Before::Missing(fault.message);
            }
            // An answer of another kind than was asked for can't come: the client pairs them.
            (_, Ok(_)) => {}
        }
        self.ask_to_sign(shared).into_iter().collect()
    }

    /// Asks, once everything that the question shows has come.
    fn ask_to_sign(&mut self, shared: &mut Shared) -> Option<Intent> {
        let come = |looking: &mut Looking| {
            let known = !matches!(looking.before, Before::Unknown);
            looking.keys && known && looking.read.is_some()
        };
        let looking = self.looking.take_if(come)?;
        let (found, key) = (looking.read?, self.keys.key()?.clone());
        if let Some(why) = cannot_countersign(&found, &shared.principal) {
            let text = format!("can't countersign {} {}: {why}", found.name, found.version);
            shared.messages.say(shared.now, Level::Warn, &plain(&text), "");
            return None;
        }
        match signed_text(&found) {
            Ok(text) => {
                let confirm = question(&found, &looking.before, (text, &key), shared);
                Some(Intent::Confirm(Box::new(confirm)))
            }
            Err(error) => {
                let text = format!("don't sign it: {error}");
                shared.messages.say(shared.now, Level::Error, &plain(&text), "");
                None
            }
        }
    }

    /// It was signed: what is known of it is read again.
    pub(crate) fn countersigned(&mut self, name: &str, version: &str) {
        self.registry.forget(name, version);
    }
}

/// The version below this one that was signed last, and holds. The daemon lists the newest first, by
/// the time that they were published at.
fn last_signed(all: &[Workflow], (name, version): (&str, &str)) -> Option<String> {
    let at = |one: &Workflow| one.published_at.as_ref().map(|at| (at.seconds, at.nanos));
    let own = all.iter().find(|one| one.name == name && one.version == version)?;
    let older = all.iter().filter(|one| one.name == name && at(one) < at(own));
    let signed =
        older.filter(|one| matches!(Vouched::of(one), Vouched::Signed | Vouched::Countersigned));
    signed.max_by_key(|one| at(one)).map(|one| one.version.clone())
}

/// The question: which version, who signed it, by what key, what is different, and all of its text.
fn question(
    found: &Workflow,
    before: &Before,
    (text, key): (String, &Choice),
    shared: &Shared,
) -> Confirm {
    let mut lines = vec![
        format!("{} {}   published by {}", found.name, found.version, found.published_by),
        signed_by(found),
        format!("digest {}", found.digest),
        format!("key {}", key_name(key)),
    ];
    if key.wants_touch() {
        lines.push("the key waits for a touch".to_owned());
    }
    if !found.signature_problem.is_empty() {
        lines.push(format!("does not hold: {}", found.signature_problem));
    }
    let lines = lines.iter().map(|line| plain(line)).collect();
    let mut items = changed(found, before, shared);
    items.extend([String::new(), "What is signed, whole".to_owned()]);
    items.extend(text.lines().map(|line| format!("  {}", plain(line))));
    let (name, version) = (found.name.clone(), found.version.clone());
    let (scope, key) = (shared.scope.clone(), key.clone());
    let signed = Countersign { scope, name, version, text, key };
    let mutation = Mutation::Countersign(Box::new(signed));
    let words = ("Countersign this?", "sign it");
    Confirm::new(words, lines, &found.name, mutation, shared).showing(items)
}

/// What is different from the version that was signed last.
fn changed(found: &Workflow, before: &Before, shared: &Shared) -> Vec<String> {
    let old = match before {
        Before::Read(old) => old,
        Before::Missing(why) => {
            return vec![plain(&format!("it is not compared with the one signed before: {why}"))];
        }
        Before::None | Before::Unknown => {
            return vec!["no version before it was signed".to_owned()];
        }
    };
    let read = |one: &Workflow| read_manifest(&one.manifest_json);
    let (old_manifest, new_manifest) = match (read(old), read(found)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(fault), _) | (_, Err(fault)) => return vec![plain(&fault.message)],
    };
    let changes = manifest::diff(&old_manifest, &new_manifest);
    let source = |one: &Workflow| one.source.as_ref().map(|source| source.text.clone());
    let mut lines = vec![format!("Changed since {}, the version signed last", old.version)];
    let told = compared::lines(&changes, shared.look.glyphs.becomes);
    lines.extend(
        told.iter()
            .map(|line| plain(&line.iter().map(|(_, text)| text.as_str()).collect::<String>())),
    );
    if changes.is_empty() {
        lines.push("  nothing that it does".to_owned());
    }
    // A text says more than its manifest: what people read before they run it.
    if let (Some(old), Some(new)) = (source(old), source(found))
        && old != new
    {
        lines.extend([String::new(), "In the text".to_owned()]);
        let told = compared::texts(&old, &new);
        lines.extend(told.iter().map(|line| {
            let text = line.iter().map(|(_, text)| text.as_str()).collect::<String>();
            plain(&format!("  {text}"))
        }));
    }
    lines
}
