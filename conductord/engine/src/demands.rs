//! What policy is asked about each task of a workflow before a run of it starts.

use conductor_domain::work::run::plan::Demand;
use conductor_protocol::verdict::{Question, Resource, Situation, TaskAsked};

/// The question about a task, by whoever asks to start its workflow.
#[must_use]
pub fn question(start: &Question, workflow: &str, demand: &Demand) -> Question {
    Question {
        subject: start.subject.clone(),
        action: "task.run".into(),
        resource: Resource {
            kind: "task".into(),
            id: format!("{workflow}/{}", demand.task),
            owner: String::new(),
            secrets: demand.secrets.clone(),
            task: Some(TaskAsked {
                executor: demand.executor.clone(),
                hosts: demand.hosts.clone(),
                hosts_known: demand.hosts_known,
                resources: demand.resources.clone(),
                scopes: demand.scopes.clone(),
            }),
            ..start.resource.clone()
        },
        // How full the tenant is, and what the run costs, was asked with the start.
        context: Situation { load: None, spend: None, ..start.context.clone() },
    }
}
