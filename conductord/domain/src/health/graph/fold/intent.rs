//! Workflows and schedules.

use conductor_protocol::manifest::workflow_of;
use semver::Version;

use super::{super::Life, EdgeKind, EntityChange, EntityKey, EntityKind, Notes};
use crate::intent::{schedule, workflow};

impl Notes<'_> {
    pub(super) fn workflow_published(&mut self, e: &workflow::Published) {
        let version = EntityKey::workflow(&e.name, &e.version);
        let change = EntityChange::seen(version.clone()).state("active").life(Life::Live);
        self.entity(change.with("digest", &e.digest).with("title", &e.manifest.title));
        self.edge(version.clone(), EdgeKind::VersionOf, EntityKey::workflow(&e.name, ""));
        self.by(version.clone(), EdgeKind::PublishedBy);
        self.decided(version.clone(), &e.decision);
        if let Some(signature) = &e.signature {
            let signer = EntityKey::principal(&signature.principal);
            self.noted(version.clone(), EdgeKind::SignedBy, signer, "author");
        }
        for task in &e.manifest.tasks {
            if let Some((name, wanted)) = workflow_of(task.uses.as_str()) {
                // What is no version, such as a placeholder, is found out when it runs.
                let exact = Version::parse(wanted).map_or("", |_| wanted);
                let called = EntityKey::workflow(name, exact);
                self.noted(version.clone(), EdgeKind::Calls, called, &task.id);
            }
        }
        for secret in e.manifest.secrets() {
            let secret = EntityKey::new(EntityKind::Resource, format!("secret:{secret}"));
            self.edge(version.clone(), EdgeKind::Uses, secret);
        }
    }

    /// Versions of a workflow stand so from here on. What is retired is put away.
    pub(super) fn versions(&mut self, name: &str, versions: &[String], state: &str) {
        let life = if state == "retired" { Life::Archived } else { Life::Live };
        for version in versions {
            let version = EntityChange::seen(EntityKey::workflow(name, version));
            self.entity(version.state(state).life(life));
        }
    }

    pub(super) fn workflow_reviewed(&mut self, e: &workflow::Reviewed) {
        let reviewer = EntityKey::principal(self.by);
        let note = if e.accepted { "accepted" } else { "not accepted" };
        self.noted(EntityKey::workflow(&e.name, &e.version), EdgeKind::ReviewedBy, reviewer, note);
    }

    pub(super) fn workflow_countersigned(&mut self, e: &workflow::Countersigned) {
        let signer = EntityKey::principal(&e.signature.principal);
        let version = EntityKey::workflow(&e.name, &e.version);
        self.noted(version, EdgeKind::SignedBy, signer, "reviewer");
    }

    /// A schedule of the scope that the fact came about in.
    pub(super) fn schedule_key(&self, name: &str) -> EntityKey {
        let (environment, region) = (&self.scope.environment, &self.scope.region);
        EntityKey::new(EntityKind::Schedule, format!("{environment}/{region}/{name}"))
    }

    pub(super) fn schedule_set(&mut self, e: &schedule::Set) {
        let key = self.schedule_key(&e.name);
        let change = self.here(key.clone()).with("workflow", &e.spec.workflow);
        let change = change.with("version", e.version.to_string());
        // An edit of one that rests lets it rest.
        self.entity(if e.version == 1 { change.state("active") } else { change }.life(Life::Live));
        let workflow = EntityKey::workflow(&e.spec.workflow, &e.spec.workflow_version);
        self.edge(key.clone(), EdgeKind::Starts, workflow);
        self.by(key.clone(), EdgeKind::SetBy);
        self.decided(key, &e.decision);
    }

    /// A schedule stands so from here on; one that is removed stays on record.
    pub(super) fn schedule(&mut self, name: &str, state: &str) {
        let life = if state == "removed" { Life::Deleted } else { Life::Live };
        let change = self.here(self.schedule_key(name)).state(state).life(life);
        self.entity(change);
    }
}
