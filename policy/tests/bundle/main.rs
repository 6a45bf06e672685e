//! The built-in bundle, asked from outside: its whole table, its coverage, and a second engine.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod coverage;
mod matrix;
mod second_engine;

use std::{fs, path::Path};

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

const ACTIONS: [&str; 30] = [
    "workflow.validate",
    "workflow.publish",
    "workflow.deprecate",
    "workflow.retire",
    "workflow.read",
    "run.plan",
    "run.start",
    "task.run",
    "run.cancel",
    "run.rerun",
    "run.read",
    "schedule.read",
    "schedule.edit",
    "schedule.pause",
    "schedule.backfill",
    "ledger.read",
    "ledger.verify",
    "system.read",
    "worker.work",
    "worker.read",
    "host.read",
    "secret.list",
    "identity.grant",
    "identity.revoke",
    "identity.read",
    "decision.read",
    "run.pause",
    "run.resume",
    "run.skip",
    "run.release",
];

fn question(role: &str, action: &str) -> Question {
    let roles = if role == "(none)" { vec![] } else { vec![role.to_owned()] };
    Question {
        subject: Subject { principal: "uid:1".into(), roles, ..Subject::default() },
        action: action.into(),
        resource: Resource {
            kind: String::new(),
            id: String::new(),
            owner: String::new(),
            ..Resource::default()
        },
        context: Situation {
            tenant_id: "acme".into(),
            environment: "dev".into(),
            region: "local".into(),
            channel: "unix".into(),
            ..Situation::default()
        },
    }
}

/// Every role with every action.
fn every_question() -> impl Iterator<Item = Question> {
    ACTIONS.into_iter().flat_map(|action| ROLES.map(|role| question(role, action)))
}

/// The committed files: their names inside the bundle, and their text.
fn committed() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("bundle");
    let mut files = Vec::new();
    for folder in fs::read_dir(&root).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort();
    files
}
