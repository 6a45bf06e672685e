//! Laws of publishing.

use std::sync::Arc;

use conductor_protocol::{error_code::Code, manifest};

use super::*;
use crate::event::{Envelope, Event};

fn manifest(version: &str, task: &str) -> conductor_protocol::manifest::Manifest {
    let source = format!(
        "name: disk-check\nversion: {version}\ntasks:\n- id: {task}\n  uses: pkg:builtin/noop@1\n"
    );
    manifest::parse(&source).unwrap()
}

fn publish_into(catalogue: &mut Catalogue, version: &str, task: &str) -> Result<bool, Code> {
    match publish(catalogue, "acme", manifest(version, task), String::new()) {
        Ok(Publication::Known(_)) => Ok(false),
        Ok(Publication::New(event)) => {
            let envelope = Envelope {
                at: Timestamp::from_unix_ms(1),
                scope: Scope { tenant: "acme".into(), ..Scope::default() },
                principal: Principal::uid(1),
                trace: None,
                idempotency: None,
                event: Event::WorkflowPublished(event.clone()),
            };
            catalogue.apply(&envelope, &event);
            Ok(true)
        }
        Err(refusal) => Err(refusal.code),
    }
}

#[test]
fn a_version_never_changes_and_only_goes_up() {
    let mut catalogue = Catalogue::default();
    for (version, task, expected) in [
        ("1.0.0", "a", Ok(true)),
        ("1.0.0", "a", Ok(false)),
        ("1.0.0", "b", Err(Code::WorkflowVersionConflict)),
        ("0.9.0", "b", Err(Code::WorkflowVersionOrder)),
        ("1.1.0-rc.1", "b", Ok(true)),
        ("1.1.0", "b", Ok(true)),
        ("1.1.0-rc.2", "b", Err(Code::WorkflowVersionOrder)),
        ("1.10.0", "b", Ok(true)),
        ("1.9.0", "b", Err(Code::WorkflowVersionOrder)),
        ("1.0.0", "a", Ok(false)),
    ] {
        assert_eq!(publish_into(&mut catalogue, version, task), expected, "{version} {task}");
    }
    let newest = catalogue.newest("acme", "disk-check").map(|known| &known.manifest.version);
    assert_eq!(newest, Some(&"1.10.0".to_owned()));
    assert_eq!(catalogue.of_tenant("acme").len(), 4);
}

#[test]
fn tenants_do_not_see_each_other() {
    let mut catalogue = Catalogue::default();
    publish_into(&mut catalogue, "1.0.0", "a").unwrap();
    assert!(catalogue.newest("globex", "disk-check").is_none());
    assert!(catalogue.of_tenant("globex").is_empty());
    let shared = catalogue.get("acme", "disk-check", "1.0.0").cloned();
    assert!(shared.is_some_and(|known: Arc<Workflow>| known.scope.tenant == "acme"));
}
