//! Who may do what: the whole table, printed and reviewed as a diff.

use conductor_policy::Guard;
use conductor_protocol::verdict::{Question, Resource, Situation, Subject};

const ROLES: [&str; 7] = [
    "(none)",
    "read_only",
    "operator",
    "workflow_author",
    "workflow_reviewer",
    "tenant_admin",
    "conductor_admin",
];

const ACTIONS: [&str; 16] = [
    "workflow.validate",
    "workflow.publish",
    "workflow.read",
    "run.start",
    "run.cancel",
    "run.rerun",
    "run.read",
    "ledger.read",
    "ledger.verify",
    "system.read",
    "worker.work",
    "worker.read",
    "identity.grant",
    "identity.revoke",
    "identity.read",
    "decision.read",
];

fn question(role: &str, action: &str) -> Question {
    let roles = if role == "(none)" { vec![] } else { vec![role.to_owned()] };
    Question {
        subject: Subject { principal: "uid:1".into(), roles },
        action: action.into(),
        resource: Resource { kind: String::new(), id: String::new(), owner: String::new() },
        context: Situation {
            tenant_id: "acme".into(),
            environment: "dev".into(),
            region: "local".into(),
            channel: "unix".into(),
        },
    }
}

#[test]
fn every_role_against_every_action() {
    let guard = Guard::embedded().unwrap();
    let mut table = format!("{:<20}{}\n", "", ROLES.map(|role| format!("{role:<19}")).concat());
    for action in ACTIONS {
        let cells = ROLES.map(|role| {
            let verdict = guard.decide(&question(role, action));
            format!("{:<19}", if verdict.allow { "yes" } else { "-" })
        });
        table.push_str(format!("{action:<20}{}", cells.concat()).trim_end());
        table.push('\n');
    }
    insta::assert_snapshot!(table);
}
