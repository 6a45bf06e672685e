//! That keys grow old: their owners are reminded, and a tenant's administrators told how many do.
//! Nothing comes of it by itself.

use std::sync::Arc;

use conductor_domain::{org::key::Key, scope::Scope};
use conductor_protocol::v1;

use crate::call::Call;

const DAY_MS: u64 = 24 * 3_600_000;

impl Call {
    /// Tells whoever asks which of their own keys, of those that count here, are due to be replaced.
    pub(crate) fn warn_of_keys(&self, scope: &Scope) {
        let (engine, rotate_ms) = (self.engine(), self.api.key_rotation_ms());
        let now = engine.now();
        let whose = (scope.tenant.as_str(), self.peer.principal());
        let due = engine.views().own_keys_due(whose, rotate_ms, now);
        let sentence = |key: &Arc<Key>| {
            let days = now.ms_since(key.since) / DAY_MS;
            format!(
                "your key {} is {days} days old and due to be replaced: have another one enrolled, \
                 then revoke it with `conductor --tenant {} keys revoke`",
                key.terms.fingerprint, key.tenant
            )
        };
        self.warnings.add(&due.iter().map(sentence).collect::<Vec<_>>());
    }
}

/// How a tenant's keys are, in a line of the doctor.
pub(crate) fn check(call: &Call, tenant: &str) -> v1::DoctorCheck {
    let (engine, rotate_ms) = (call.engine(), call.api.key_rotation_ms());
    let (sign, due) = engine.views().count_keys(tenant, rotate_ms, engine.now());
    let sign = if sign == 1 { "1 key signs".to_owned() } else { format!("{sign} keys sign") };
    let (status, message, hint) = match (rotate_ms, due) {
        (0, _) => ("ok", format!("{sign}; nobody is reminded to replace them"), ""),
        (_, 0) => ("ok", format!("{sign}; none is due to be replaced"), ""),
        (_, due) => {
            let message = format!("{sign}; {due} of them are due to be replaced");
            ("warn", message, "`conductor keys list` marks them")
        }
    };
    v1::DoctorCheck { name: "keys".into(), status: status.into(), message, hint: hint.into() }
}
