//! A run beside its plan: the plan is asked for once the run is here, and compared with it as it goes on.

use conductor_protocol::v1::Plan;
use ratatui::{Frame, layout::Rect};

use super::{
    layout::{Focus, inside},
    screen::RunsScreen,
};
use crate::{
    against,
    app::{Answer, Effect, Fault, Query, Shared, Ticket, body},
    input::Action,
    planned,
    screen::{Intent, Tab},
    widget::{Notice, Pane, Sheet, notice},
};

/// Tells these questions from those about artifacts, marks and receipts.
const OF_PLAN: u64 = 1 << 61;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Beside {
    run_id: String,
    /// The number of the question, once it was asked; answers to those before are thrown away.
    asked: Option<u64>,
    asked_last: u64,
    plan: Option<Result<Plan, Fault>>,
    sheet: Sheet,
}

/// Whether a ticket's number is that of a question for a plan.
pub(super) fn is_of_plan(number: u64) -> bool {
    number & OF_PLAN != 0
}

impl RunsScreen {
    /// Shows the run that keys act on beside its plan.
    pub(super) fn open_beside(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let Some(run_id) = self.target().map(|run| run.run_id.clone()) else { return Vec::new() };
        self.seen.focus = Focus::Against;
        self.beside =
            Beside { run_id: run_id.clone(), asked_last: self.beside.asked_last, ..<_>::default() };
        self.show(&run_id, shared)
    }

    /// Asks for the plan, once the run is here to say which.
    pub(super) fn ask_plan(&mut self, shared: &Shared) -> Option<Intent> {
        let open = self.open.as_ref().filter(|_| self.seen.focus == Focus::Against)?;
        let run = open.run.as_ref().filter(|_| open.run_id == self.beside.run_id)?;
        if self.beside.asked.is_some() || !shared.link.is_live() {
            return None;
        }
        self.beside.asked_last += 1;
        let number = OF_PLAN | self.beside.asked_last;
        self.beside.asked = Some(number);
        let request = against::request(run, Some(shared.scope.clone()));
        Some(Intent::Do(Effect::Ask(Ticket::Screen(Tab::Runs, number), Query::Plan(request))))
    }

    /// Takes the plan.
    pub(super) fn take_plan(&mut self, number: u64, answer: Result<Answer, Fault>) {
        if self.beside.asked != Some(number) {
            return;
        }
        match answer {
            Ok(Answer::Plan(answer)) => {
                self.beside.plan = Some(Ok(answer.plan.unwrap_or_default()));
            }
            // An answer of another kind than was asked for can't come: the client pairs them.
            Ok(_) => {}
            Err(fault) => self.beside.plan = Some(Err(fault)),
        }
    }

    /// Moves the page; says whether the action was one that moves.
    pub(super) fn act_beside(&mut self, action: Action, shared: &Shared) -> bool {
        let inner = inside(body(shared.size));
        let lines = self.beside_lines(inner).map_or(0, |lines| lines.len());
        self.beside.sheet.act(action, lines, usize::from(inner.height))
    }

    /// The comparison as `e` writes it.
    pub(super) fn beside_json(&self) -> Option<String> {
        let run = self.open.as_ref()?.run.as_ref()?;
        let plan = self.beside.plan.as_ref()?.as_ref().ok()?;
        serde_json::to_string_pretty(&against::compare(run, plan)).ok()
    }

    fn beside_lines(&self, inner: Rect) -> Option<Vec<planned::Line>> {
        let open = self.open.as_ref().filter(|open| open.run_id == self.beside.run_id)?;
        let (run, plan) = (open.run.as_ref()?, self.beside.plan.as_ref()?.as_ref().ok()?);
        Some(against::lines(&against::compare(run, plan), Sheet::columns(inner)))
    }
}

/// Draws it, in the whole window.
pub(super) fn beside_view(screen: &RunsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let Beside { run_id, plan, sheet, .. } = &screen.beside;
    let open = screen.open.as_ref().filter(|open| open.run_id == *run_id);
    let summary = open.and_then(|open| open.run.as_ref()?.summary.as_ref());
    let detail = summary.map(|run| format!("{} {}", run.workflow, run.version));
    let (detail, note) = (detail.unwrap_or_default(), run_id.clone());
    let inner = Pane { title: "Run and plan", detail, note, focused: true }.draw(frame, area, look);
    let fault = open.and_then(|open| open.fault.as_ref().filter(|_| open.run.is_none()));
    let instead = match (fault, plan) {
        (Some(fault), _) | (None, Some(Err(fault))) => Notice::fault(look, fault),
        (None, None) if summary.is_none() => Notice::loading(look, "the run"),
        (None, None) => Notice::loading(look, "its plan"),
        (None, Some(Ok(_))) => match screen.beside_lines(inner) {
            Some(lines) => return sheet.view(frame, inner, lines, look),
            None => Notice::loading(look, "the run"),
        },
    };
    notice(frame, inner, &instead, look);
}
