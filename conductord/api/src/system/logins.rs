//! That many logins failed: whoever looks after a tenant is told, for a day.

use conductor_domain::{org::session::Alarm, scope::Scope};
use conductor_protocol::v1;

use super::doctor::check;
use crate::{call::Call, limits::LOGIN_ALARM_SHOWN_MS};

/// Tells the caller of each place where many failed.
pub(super) fn warn(call: &Call, scope: &Scope) {
    let sentences: Vec<String> = alarms(call, &scope.tenant).iter().map(sentence).collect();
    call.warnings.add(&sentences);
}

/// How logins to a tenant go, in a line of the doctor.
pub(super) fn doctor(call: &Call, tenant: &str) -> v1::DoctorCheck {
    let alarms = alarms(call, tenant);
    if alarms.is_empty() {
        return check("logins", "ok", "none failed more often than people err".into(), "");
    }
    let told: Vec<String> = alarms.iter().map(sentence).collect();
    let hint = "`conductor events tail --kind login.` has them; a key that was stolen is revoked with \
                `conductor keys revoke`";
    check("logins", "warn", told.join("; "), hint)
}

fn alarms(call: &Call, tenant: &str) -> Vec<Alarm> {
    let engine = call.engine();
    engine.views().login_alarms(tenant, engine.now() - LOGIN_ALARM_SHOWN_MS)
}

fn sentence(alarm: &Alarm) -> String {
    let known = &alarm.alarmed;
    format!("{} logins from {} failed in a row and are slowed down", known.failures, known.origin)
}
