//! The chosen runbook, for somebody who sees no rows.

use conductor_protocol::v1::WorkflowState;

use super::{layout::Focus, screen::WorkflowsScreen};
use crate::{
    app::{Shared, time},
    signing::Vouched,
    widget::Told,
    words::workflow_state,
};

/// See the module. The page and the record are read as they are drawn.
pub(super) fn told(screen: &WorkflowsScreen, shared: &Shared) -> Option<Told> {
    let workflow = screen.selected().filter(|_| screen.focus == Focus::List)?;
    let state = match workflow.state() {
        WorkflowState::Published | WorkflowState::Unspecified => "",
        state => workflow_state(state),
    };
    let risk = shared.risks.get(&workflow.name).map(|risk| format!("risk {risk}"));
    let rehearsed = workflow.rehearsed.as_ref().and_then(|found| found.at.as_ref());
    let rehearsed = rehearsed.map(|at| {
        let age = shared.data_now().duration_since(time::from_wire(at));
        format!("rehearsed {} ago", time::spoken(age))
    });
    let why_not = shared.denied("run.start", &workflow.name);
    let parts = [
        format!("runbook {}", workflow.name),
        format!("version {}", workflow.version),
        Vouched::of(workflow).word().to_owned(),
        state.to_owned(),
        risk.unwrap_or_default(),
        rehearsed.unwrap_or_else(|| "never rehearsed".to_owned()),
        why_not.map(|why| format!("policy denies it: {why}")).unwrap_or_default(),
        shared.besides("run.start", &workflow.name).unwrap_or_default().to_owned(),
        workflow.description.clone(),
    ];
    let at = (screen.registry.scroll.cursor, screen.registry.rows().len());
    Some(Told::row(&workflow.name, parts, at))
}
