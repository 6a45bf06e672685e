//! What policy is told of a runbook's signatures.

use std::sync::Arc;

use conductor_domain::{
    scope::Scope,
    trust::unsigned::{Alert, Refused},
};
use conductor_engine::{limits::ALERT_SHOWN_MS, runbooks::Vouched};

use crate::call::{Ask, Call};

/// What begins runs: policy is told of the runbook's signatures.
const STARTS: [&str; 2] = ["run.start", "run.rerun"];

impl Call {
    /// What the signatures come to of the version that would run, or of what is to be published.
    pub(crate) fn vouched(&self, scope: &Scope, ask: Ask<'_>) -> Option<Arc<Vouched>> {
        if let Some(draft) = ask.vouched {
            return Some(Arc::new(draft.clone()));
        }
        let ((name, version), views) = (ask.workflow, self.engine().views());
        let runs = STARTS.contains(&ask.action) && !name.is_empty();
        let found = runs.then(|| views.workflow(&scope.tenant, name, version)).flatten()?;
        Some(views.vouched(&found, self.engine().now()))
    }

    /// The alerts of a tenant that are still told of, oldest first.
    pub(crate) fn alerts(&self, scope: &Scope) -> Vec<Alert> {
        let now = self.engine().now();
        let kept = self.engine().views().alerts(&scope.tenant);
        kept.iter().filter(|alert| now.ms_since(alert.at) < ALERT_SHOWN_MS).cloned().collect()
    }

    /// Tells whoever asked of the last runbook that was refused because of its signatures.
    pub(crate) fn warn_of_runbooks(&self, scope: &Scope) {
        if let Some(last) = self.alerts(scope).last() {
            self.warnings.add(&[told(last)]);
        }
    }
}

/// An alert in a sentence.
pub(crate) fn told(alert: &Alert) -> String {
    let Refused { workflow, version, action, by, why, problem, .. } = &alert.refused;
    let why = if problem.is_empty() { why.word() } else { problem };
    let environment = &alert.scope.environment;
    format!(
        "unsigned_runbook: {action} of {workflow} {version} by {by} in {environment} was refused: {why}"
    )
}
