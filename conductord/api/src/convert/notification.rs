//! Notifications, in lines of a timeline.

use conductor_domain::org::notification::{Care, Tended};

use super::timeline::counted;

/// Somebody looked after what a target of notifications did not take.
pub(super) fn tended(event: &Tended, by: &str) -> String {
    let (target, letters) = (&event.target, counted(event.notifications.len(), "notification"));
    match event.care {
        Care::Retry => format!("{by} has {letters} for `{target}` delivered anew"),
        Care::Drop => format!("{by} dropped {letters} for `{target}`"),
        Care::Test => format!("{by} tried out whether `{target}` takes notifications"),
    }
}
