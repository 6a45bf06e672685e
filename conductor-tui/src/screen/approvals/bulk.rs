//! One question before many approvals are answered. What is signed is read first, each whole: it is
//! asked for once more, checked, and stands in the question; one yes makes one signature for each.

use std::collections::{BTreeMap, BTreeSet};

use conductor_protocol::v1::{Approval, DenyApprovalRequest, GetDecisionRequest};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    heard::{because, get_request},
    marks::{NAMES_MAX, SIGN_MAX, by_risk, line, unfit, verdict},
    screen::ApprovalsScreen,
};
use crate::{
    app::{
        Answer, Approve, ENROLL, Effect, Fault, Level, Mutation, Query, Say, Shared, Signs, Ticket,
        Verdict, counts, is_production, key_name, reasons,
    },
    input::Action,
    planned::plain,
    screen::{Intent, Tab},
    signing::{self, Checked, Choice, Reader},
    widget::{Confirm, Form, REASON, rows_of},
};

/// Columns of what is signed, in a question with room for it; and what its frame takes.
const COLUMNS: (u16, u16) = (32, 84);
const FRAME: u16 = 8;

/// What is asked of the daemon for the question.
#[derive(Debug)]
enum Wanted {
    /// The approval, whole.
    Whole(String),
    /// What policy said when it asked for it.
    Because(String),
}

/// Approvals that are read once more before they are signed.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    /// In the order of the question.
    ids: Vec<String>,
    wanted: BTreeMap<u64, Wanted>,
    whole: BTreeMap<String, Result<Approval, Fault>>,
    because: BTreeMap<String, Vec<String>>,
    /// The keys were looked for.
    keys: bool,
}

impl ApprovalsScreen {
    /// A yes to all that are marked: reads each of them once more, whole, before it asks.
    pub(super) fn approve_marked(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let fit = |one: &&Approval| !verdict(Action::Approve, one, shared).is_left_out();
        let fit: Vec<&Approval> = self.marks.rows().filter(fit).collect();
        if fit.is_empty() {
            let judged = self.judged(Action::Approve, shared);
            let text = format!("can't approve what is marked: {}", reasons(&judged));
            shared.messages.say(shared.now, Level::Warn, &text, "");
            return Vec::new();
        }
        if fit.len() > SIGN_MAX {
            let text = format!("{} are marked, and one yes signs {SIGN_MAX} at most", fit.len());
            let why = "each is read before it is signed; take marks, or filter and mark fewer";
            shared.messages.say(shared.now, Level::Warn, &text, why);
            return Vec::new();
        }
        let mut gathering = Gathering::default();
        let mut intents = vec![Intent::Do(Effect::FindKeys(Signs::Approvals))];
        for one in fit {
            let (id, scope) = (one.approval_id.clone(), Some(shared.scope.clone()));
            let decision_id = one.decision_id.clone();
            let because = GetDecisionRequest { scope, decision_id };
            let asked = [
                (Wanted::Whole(id.clone()), Query::Approval(get_request(&id, shared))),
                (Wanted::Because(id.clone()), Query::Decision(because)),
            ];
            gathering.ids.push(id);
            for (wanted, query) in asked {
                self.asked_last += 1;
                gathering.wanted.insert(self.asked_last, wanted);
                let ticket = Ticket::Screen(Tab::Approvals, self.asked_last);
                intents.push(Intent::Do(Effect::Ask(ticket, query)));
            }
        }
        self.gathering = Some(gathering);
        intents
    }

    /// Takes what was asked for the question; asks it once all has come.
    pub(super) fn gathered(
        &mut self,
        number: u64,
        answer: Result<Answer, Fault>,
        shared: &mut Shared,
    ) -> Vec<Intent> {
        let Some(gathering) = &mut self.gathering else { return Vec::new() };
        match (gathering.wanted.remove(&number), answer) {
            (Some(Wanted::Whole(id)), Ok(Answer::Approval(answer))) => {
                gathering.whole.insert(id, Ok(answer.approval.unwrap_or_default()));
            }
            (Some(Wanted::Whole(id)), Err(fault)) => {
                gathering.whole.insert(id, Err(fault));
            }
            (Some(Wanted::Because(id)), Ok(Answer::Decision(decision))) => {
                gathering.because.insert(id, because(&decision));
            }
            // Not everybody may see a decision.
            _ => {}
        }
        self.ask_once_all_came(shared)
    }

    /// The keys were looked for.
    pub(super) fn keys_came(&mut self, shared: &mut Shared) -> Vec<Intent> {
        if let Some(gathering) = &mut self.gathering {
            gathering.keys = true;
        }
        self.ask_once_all_came(shared)
    }

    fn ask_once_all_came(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let come = |gathering: &mut Gathering| gathering.keys && gathering.wanted.is_empty();
        let Some(gathering) = self.gathering.take_if(come) else { return Vec::new() };
        let Some(key) = self.keys.key().cloned() else {
            let text = format!("can't sign: {}", self.keys.problem());
            shared.messages.say(shared.now, Level::Error, &text, ENROLL);
            return Vec::new();
        };
        self.sign_marked(&gathering, &key, shared).into_iter().collect()
    }

    /// Asks before all that were read are signed.
    fn sign_marked(
        &mut self,
        gathering: &Gathering,
        key: &Choice,
        shared: &mut Shared,
    ) -> Option<Intent> {
        let mut goes: Vec<((Approval, Checked), Verdict)> = Vec::new();
        let mut left_out: Vec<(Approval, Verdict)> = Vec::new();
        let others = self.marks.rows().filter(|one| !gathering.ids.contains(&one.approval_id));
        left_out.extend(others.map(|one| (one.clone(), verdict(Action::Approve, one, shared))));
        for id in &gathering.ids {
            let listed = || self.marks.rows().find(|one| one.approval_id == *id).cloned();
            match gathering.whole.get(id) {
                Some(Ok(read)) => match fit_to_sign(read, (id, shared)) {
                    Ok(checked) => {
                        let word = verdict(Action::Approve, read, shared);
                        goes.push(((read.clone(), checked), word));
                    }
                    Err(why) => left_out.push((read.clone(), Verdict::LeftOut(why))),
                },
                other => {
                    let why = match other {
                        Some(Err(fault)) => fault.message.clone(),
                        _ => "it was not read".to_owned(),
                    };
                    left_out.push((listed().unwrap_or_default(), Verdict::LeftOut(why)));
                }
            }
        }
        if goes.is_empty() {
            let text = format!("can't approve what is marked: {}", reasons(&left_out));
            shared.messages.say(shared.now, Level::Warn, &text, "");
            return None;
        }
        let names = production(&goes);
        if names.len() > NAMES_MAX {
            let text = format!("{} different things in production are marked", names.len());
            let why =
                format!("one yes signs {NAMES_MAX} of them at most, for each is typed by its name");
            shared.messages.say(shared.now, Level::Warn, &text, &why);
            return None;
        }
        self.asked_about = goes.iter().map(|((read, _), _)| listed(read)).collect();
        let (items, mutations) =
            (items(&goes, &left_out, gathering, shared), signed(&goes, key, shared));
        let lines = lines(&goes, &left_out, key);
        let count = goes.len();
        let one = if count == 1 { "1 request".to_owned() } else { format!("{count} requests") };
        let title = format!("Sign {one}?");
        let confirm = Confirm::many((&title, "sign each"), lines, items, mutations, shared)?;
        // They may be of another environment than the console looks at.
        let word = std::iter::once(format!("sign {count}")).chain(names);
        let word = word.collect::<Vec<_>>().join(" ");
        let confirm = confirm.in_environment(&felt(goes.iter().map(|((read, _), _)| read)), &word);
        let confirm = confirm.typed(&word).whole();
        Some(Intent::Confirm(Box::new(confirm)))
    }

    /// Says what became of those that are to be signed since the question was made, if anything did.
    pub(crate) fn tell_news_of(&mut self, ids: &[&str], shared: &mut Shared) -> bool {
        let changed = |id: &&&str| {
            let is = |one: &&Approval| one.approval_id == **id;
            self.asked_about.iter().find(is) != self.list.all().find(is)
        };
        let changed: Vec<&str> = ids.iter().filter(changed).copied().collect();
        let Some(first) = changed.first() else { return false };
        let more = match changed.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let text = format!("nothing was signed: {first}{more} changed since the question came");
        shared.messages.say(shared.now, Level::Warn, &text, "read them again before you sign");
        true
    }

    fn judged(&self, action: Action, shared: &Shared) -> Vec<(&Approval, Verdict)> {
        self.marks.rows().map(|one| (one, verdict(action, one, shared))).collect()
    }

    /// Asks for the reason of a no to all that are marked; says why where it is of none of them.
    pub(super) fn ask_why(&self, shared: &mut Shared) -> Option<Intent> {
        let judged = self.judged(Action::Deny, shared);
        let (left_out, goes): (Vec<_>, Vec<_>) =
            judged.into_iter().partition(|(_, verdict)| verdict.is_left_out());
        if goes.is_empty() {
            let text = format!("can't deny what is marked: {}", reasons(&left_out));
            shared.messages.say(shared.now, Level::Warn, &text, "");
            return None;
        }
        Some(Intent::Form(Box::new(Form::denying(goes.len()))))
    }

    /// The question before all that are marked are denied; nothing where none can be any more.
    pub(crate) fn deny_marked(
        &self,
        given: &Map<String, Value>,
        shared: &Shared,
    ) -> Option<Confirm> {
        let reason = given.get(REASON).and_then(Value::as_str).unwrap_or_default();
        let (left_out, goes): (Vec<_>, Vec<_>) = self
            .judged(Action::Deny, shared)
            .into_iter()
            .partition(|(_, verdict)| verdict.is_left_out());
        let mut lines = vec![
            counts(&goes, left_out.len()),
            format!("because: {reason}"),
            "each ends, whoever has signed so far; this can't be taken back".to_owned(),
        ];
        if !left_out.is_empty() {
            lines.push(format!("left out: {}", reasons(&left_out)));
        }
        let all = goes.iter().chain(&left_out);
        let items = all.map(|(one, verdict)| item(one, verdict, shared)).collect();
        let deny = |one: &Approval| {
            let request = DenyApprovalRequest {
                scope: Some(shared.scope.clone()),
                approval_id: one.approval_id.clone(),
                reason: reason.to_owned(),
                ..<_>::default()
            };
            Mutation::Approval(Say::Deny(request))
        };
        let mutations = goes.iter().map(|(one, _)| deny(one)).collect();
        let count = goes.len();
        let title =
            if count == 1 { "Deny 1 request?".into() } else { format!("Deny {count} requests?") };
        let confirm = Confirm::many((&title, "deny them"), lines, items, mutations, shared)?;
        let felt = felt(goes.iter().map(|(one, _)| *one));
        Some(confirm.in_environment(&felt, &format!("{count} {felt}")))
    }
}

/// The environment that a question about all of these is asked for: production, where one of them is.
fn felt<'a>(all: impl Iterator<Item = &'a Approval>) -> String {
    let environments = all.filter_map(|one| one.scope.as_ref()).map(|scope| &scope.environment);
    let mut environments = environments.collect::<Vec<_>>();
    environments.sort_by_key(|name| !is_production(name));
    environments.first().map(|name| (*name).clone()).unwrap_or_default()
}

/// The names that are typed: of what would be done in production, as the signed bytes have them.
fn production(goes: &[((Approval, Checked), Verdict)]) -> BTreeSet<String> {
    let statements = goes.iter().map(|((_, checked), _)| &checked.statement);
    statements
        .filter(|statement| is_production(&statement.scope.environment))
        .map(|statement| match statement.resource.as_str() {
            "" => statement.approval.clone(),
            resource => resource.to_owned(),
        })
        .collect()
}

/// As the list has it: without what only the whole of it comes with.
fn listed(read: &Approval) -> Approval {
    Approval { command_json: String::new(), manifest_json: String::new(), ..read.clone() }
}

/// What would be signed, checked; or why it is left out. What counts is what the bytes say.
fn fit_to_sign(read: &Approval, (id, shared): (&str, &Shared)) -> Result<Checked, String> {
    if let Some(why) = unfit(Action::Approve, read, &shared.principal) {
        return Err(why);
    }
    let checked = Checked::new(read, (id, &shared.scope.tenant));
    let checked = checked.map_err(|mismatch| format!("don't sign it: {mismatch}"))?;
    let statement = &checked.statement;
    if statement.glass.is_some() || statement.happened.is_some() {
        return Err("what was or is done alone is signed by itself".to_owned());
    }
    match by_risk(&statement.risk) {
        Some(why) => Err(why.to_owned()),
        None => Ok(checked),
    }
}

fn lines(
    goes: &[((Approval, Checked), Verdict)],
    left_out: &[(Approval, Verdict)],
    key: &Choice,
) -> Vec<String> {
    let mut lines = vec![counts(goes, left_out.len()), format!("key {}", key_name(key))];
    if key.wants_touch() {
        lines.push("each asks for a touch of its own, one after the other".to_owned());
    }
    if !left_out.is_empty() {
        lines.push(format!("left out: {}", reasons(left_out)));
    }
    lines.push("one signature for each; what each does stands below, whole".to_owned());
    lines
}

fn signed(goes: &[((Approval, Checked), Verdict)], key: &Choice, shared: &Shared) -> Vec<Mutation> {
    let sign = |checked: &Checked| {
        let approve = Approve {
            scope: shared.scope.clone(),
            approval_id: checked.statement.approval.clone(),
            statement: checked.text.clone(),
            key: key.clone(),
        };
        Mutation::Approval(Say::Approve(Box::new(approve)))
    };
    goes.iter().map(|((_, checked), _)| sign(checked)).collect()
}

/// One of them as a line: the word first, so that it is never cut.
fn item(approval: &Approval, verdict: &Verdict, shared: &Shared) -> String {
    let why = match verdict.why() {
        "" => String::new(),
        why => format!("  {why}"),
    };
    let (head, id) = (verdict.head(&shared.look), &approval.approval_id);
    format!("{head} {}{why}  {id}", line(approval))
}

/// A line for each, and below them everything that is signed, one page for each.
fn items(
    goes: &[((Approval, Checked), Verdict)],
    left_out: &[(Approval, Verdict)],
    gathering: &Gathering,
    shared: &Shared,
) -> Vec<String> {
    let width = shared.size.0.saturating_sub(FRAME).clamp(COLUMNS.0, COLUMNS.1);
    let width = usize::from(width);
    let signed = goes.iter().map(|((read, _), verdict)| item(read, verdict, shared));
    let left_out = left_out.iter().map(|(one, verdict)| item(one, verdict, shared));
    // Between words, where what is signed is broken anywhere and has every blank.
    let mut items: Vec<String> =
        signed.chain(left_out).flat_map(|line| rows_of(&line, width)).collect();
    let zone = &shared.look.zone;
    let clock = |ms: u64| {
        let at = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let at = at.unwrap_or_default().to_zoned(zone.clone());
        at.strftime("%d %b %H:%M").to_string()
    };
    let now = u64::try_from(shared.data_now().as_millisecond()).unwrap_or_default();
    for (number, ((read, checked), _)) in (1..).zip(goes) {
        let because = gathering.because.get(&read.approval_id);
        let policy = because.map(Vec::as_slice).unwrap_or_default();
        let reader = Reader { width, now_ms: now, clock: &clock, policy, key: "" };
        items.push(String::new());
        items.push(format!("{number} of {}   {}", goes.len(), plain(&read.approval_id)));
        let page = signing::lines(checked, read, &reader);
        items.extend(page.into_iter().map(|line| line.into_iter().map(|(_, text)| text).collect()));
    }
    items
}
