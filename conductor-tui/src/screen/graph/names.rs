//! Names of entities: which texts are one, and which screen an entity has.

use crate::{screen::Tab, widget::Target};

/// Beginnings of what is an id wherever it stands.
const IDS: [&str; 6] = ["run_", "dec_", "apr_", "rcpt_", "sha256:", "host:"];
const ENTITY_KINDS: [&str; 12] = [
    "workflow", "run", "task", "schedule", "tenant", "user", "system", "resource", "decision",
    "approval", "receipt", "artifact",
];

/// Whether a text names one entity rather than describing some.
pub(super) fn is_id(text: &str) -> bool {
    let text = text.trim();
    let of_kind = || {
        let (kind, id) = text.split_once(':')?;
        (ENTITY_KINDS.contains(&kind) && !id.is_empty()).then_some(())
    };
    let known = IDS.iter().any(|begin| text.len() > begin.len() && text.starts_with(begin));
    !text.contains(' ') && (known || of_kind().is_some())
}

/// The screen of an entity's kind, where there is one.
pub(super) fn there(name: &str) -> Option<Target> {
    let (kind, id) = name.split_once(':')?;
    let last = || id.rsplit('/').next().unwrap_or(id).to_owned();
    match kind {
        "run" => Some(Target::Run(id.to_owned())),
        "task" => Some(Target::Run(id.split('/').next().unwrap_or(id).to_owned())),
        "approval" => Some(Target::Approval(id.to_owned())),
        "schedule" => Some(Target::At(Tab::Schedules, last())),
        "workflow" => {
            let name = id.split('@').next().unwrap_or(id);
            Some(Target::At(Tab::Workflows, name.to_owned()))
        }
        "decision" => Some(Target::At(Tab::Policy, id.to_owned())),
        "tenant" => Some(Target::At(Tab::Tenants, id.to_owned())),
        "receipt" => Some(Target::At(Tab::Ledger, id.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_told_from_words_and_has_a_screen_by_its_kind() {
        for id in ["run_01jd", "host:web-1", "schedule:prod/eu/nightly", "user:uid:1000"] {
            assert!(is_id(id), "{id}");
        }
        for words in ["", "run_", "part_of", "host: web", "run:", "color:red"] {
            assert!(!is_id(words), "{words}");
        }
        assert_eq!(there("task:run_1/drain"), Some(Target::Run("run_1".into())));
        let nightly = Target::At(Tab::Schedules, "nightly".into());
        assert_eq!(there("schedule:prod/eu/nightly"), Some(nightly));
        assert_eq!(there("resource:host:web-1"), None);
    }
}
