//! Requests, filled in by their fields' names.

use conductor_protocol::DESCRIPTORS;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MapKey, MethodDescriptor,
    ReflectMessage as _, Value,
};

/// What things are called in a tenant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    pub(super) tenant: &'static str,
    pub(super) workflow: &'static str,
    pub(super) schedule: &'static str,
    pub(super) principal: &'static str,
    pub(super) task: &'static str,
    /// A public key, and its fingerprint.
    pub(super) key: &'static str,
    pub(super) fingerprint: &'static str,
}

/// What has an id in a tenant, and where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct There<'a> {
    pub(super) run: &'a str,
    pub(super) approval: &'a str,
    pub(super) environment: &'a str,
}

/// The digest of nothing that is kept.
const ABSENT: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
/// Where something came from, and what confines it: a stranger says nothing of them.
const UNSENT: [&str; 3] = ["Provenance", "Repository", "Confinement"];
/// How deep messages stand in one another at most.
const DEPTH_MAX: usize = 6;

const MANIFEST: &str =
    "name: sent\nversion: 1.0.0\ntasks:\n  - {id: a, uses: pkg:builtin/noop@1}\n";

/// What is committed.
pub(super) fn pool() -> DescriptorPool {
    DescriptorPool::decode(DESCRIPTORS).unwrap()
}

/// Whether it is one of the project's own, and none of gRPC's.
pub(super) fn is_ours(method: &MethodDescriptor) -> bool {
    method.full_name().starts_with("conductor.")
}

/// What a caller would send who knows these names.
pub(super) fn request(
    method: &MethodDescriptor,
    names: &Names,
    there: There<'_>,
) -> DynamicMessage {
    let filler = Filler { names, there };
    let mut message = DynamicMessage::new(method.input());
    filler.fill(&mut message, 0);
    message
}

struct Filler<'n> {
    names: &'n Names,
    there: There<'n>,
}

impl Filler<'_> {
    fn fill(&self, message: &mut DynamicMessage, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        let descriptor = message.descriptor();
        for field in descriptor.fields() {
            let of_choice = field.containing_oneof();
            // The first of a choice is taken.
            if of_choice.is_some_and(|choice| choice.fields().next().as_ref() != Some(&field)) {
                continue;
            }
            if let Some(value) = self.value(&field, depth) {
                message.set_field(&field, value);
            }
        }
    }

    fn value(&self, field: &FieldDescriptor, depth: usize) -> Option<Value> {
        if field.is_map() {
            return self.map(field);
        }
        let one = match field.kind() {
            Kind::String => Value::String(self.text(field)?),
            Kind::Message(message) => {
                let mut inner = DynamicMessage::new(message);
                self.fill(&mut inner, depth + 1);
                Value::Message(inner)
            }
            Kind::Bytes => Value::Bytes(b"bytes".to_vec().into()),
            Kind::Uint64 if matches!(field.name(), "seq" | "tree_size" | "new_size" | "token") => {
                Value::U64(1)
            }
            // Nothing: the first page, no deadline, the newest.
            _ => return None,
        };
        Some(if field.is_list() { Value::List(vec![one]) } else { one })
    }

    /// Maps are of names that the project knows, to words and numbers.
    fn map(&self, field: &FieldDescriptor) -> Option<Value> {
        let key = match field.name() {
            "attributes" => "business_unit",
            _ => return None,
        };
        let unit = Value::String(self.names.principal.replace(':', "-"));
        Some(Value::Map([(MapKey::String(key.to_owned()), unit)].into()))
    }

    /// The text of a field; none where it is left empty.
    fn text(&self, field: &FieldDescriptor) -> Option<String> {
        let message = field.parent_message().full_name().to_owned();
        // What could narrow a list down is left out of it: everything is asked for.
        let lists = ["List", "Export", "Tail"];
        let listed = lists.iter().any(|word| message.starts_with(&format!("conductor.v1.{word}")));
        let of_one = ["conductor.v1.ExportRunRequest", "conductor.v1.ExportGraphRequest"];
        if listed && !of_one.contains(&message.as_str()) {
            return None;
        }
        let place = format!("{}.{}", message.trim_start_matches("conductor.v1."), field.name());
        let name = match message.trim_start_matches("conductor.v1.") {
            of if of.contains("Schedule") => self.names.schedule,
            of if of.contains("Freeze") => self.names.schedule,
            of if of.contains("Tenant") || of.contains("Guest") => self.names.tenant,
            of if of.contains("Workflow") => self.names.workflow,
            "GetArtifactRequest" | "Artifact" => "canary-artifact",
            "GetHostRequest" => "canary-host",
            "WorkRequest" => "worker",
            _ => "",
        };
        let text = match place.as_str() {
            "Scope.tenant" => self.names.tenant,
            "Scope.environment" => self.there.environment,
            "Scope.region" => return None,
            "TenantPatch.profile" => "internal",
            "TenantPatch.risk_profile" => "low",
            "TenantPatch.business_unit" => "sent-unit",
            "TenantPatch.data_sensitivity" => "public",
            "TenantPatch.region" => "local",
            "Names.names" => "local",
            "StartRunRequest.subject" | "ScheduleSpec.subject" => return None,
            "ForgetSubjectRequest.subject" => "customer-4711",
            // The workflow is named: what is planned is what is there.
            "PlanRunRequest.manifest" => return None,
            "ListReceiptsRequest.kind" => "run.ended",
            // None is YAML, which is what is sent.
            of if of.ends_with(".media_type") => return None,
            "UploadArtifactHeader.digest" | "ArtifactUsesRequest.digest" => ABSENT,
            "ReleaseTaskRequest.answer" => "retry",
            "CreateTrackedRequest.name"
            | "UploadArtifactHeader.name"
            | "RecordArtifactRequest.name" => "sent by a stranger",
            "Question.action" => "run.read",
            "Question.resource" => self.there.run,
            "DelegateApprovalRequest.to" => self.names.principal,
            // Everything is asked for.
            "ApprovalTimesRequest.action" => return None,
            "EvalPolicyRequest.question_json" => "{}",
            "PolicyFile.name" => "authz/authz.rego",
            "PolicyFile.text" => "package conductor.authz\n\ndecision := {\"allow\": true}\n",
            // Keys are given in one of two ways: taken apart.
            "EnrollKeysRequest.allowed_signers" => return None,
            "NewKey.namespaces" => "approval@conductor",
            "NewKey.public_key" => self.names.key,
            "ScheduleSpec.cron" => "@daily",
            "ScheduleSpec.zone" | "FreezeWindow.zone" => "UTC",
            // Once, from now on.
            "FreezeWindow.from" | "FreezeWindow.until" | "FreezeWindow.cron" => return None,
            "FreezeReach.environment" => self.there.environment,
            "ServerReflectionRequest.host" => "localhost",
            _ => return self.by_name(field, name),
        };
        Some(text.to_owned())
    }

    /// The text of a field that is called the same everywhere; `name` is that of what the message
    /// is about.
    fn by_name(&self, field: &FieldDescriptor, name: &str) -> Option<String> {
        let message = field.parent_message().full_name().to_owned();
        let text = match field.name() {
            "run_id" => self.there.run,
            "approval_id" => self.there.approval,
            "entity" => self.there.run,
            "resource" => "host:canary-host",
            "artifact_id" | "artifact_ids" => "art_01jdzzzzzzfffffffffffffff0",
            "kind" => "other",
            "uri" => "s3://stranger/artifact",
            "media_type" => "application/json",
            "content_hash" => ABSENT,
            "additional_metadata_json" => "{}",
            "incident_id" => "inc_01jdzzzzzzfffffffffffffff0",
            "receipt_id" => "rcpt_01jdzzzzzzfffffffffffffff0",
            "session_id" => "ses_01jdzzzzzzfffffffffffffff0",
            "token_id" => "tok_01jdzzzzzzfffffffffffffff0",
            "disclosure_id" => "dsc_01jdzzzzzzfffffffffffffff0",
            "ids" | "related_entity_ids" | "related_decision_ids" => "stranger-1",
            "metadata_json" => "{}",
            "summary" => "said by a stranger",
            "service" => "service:stranger",
            "scopes" => "run.read",
            // No challenge, which it would not be told of.
            "statement" => "{}",
            "task_id" => self.names.task,
            "workflow" | "instead" => self.names.workflow,
            "principal" | "owner" => self.names.principal,
            "name" if !name.is_empty() => name,
            "fingerprint" => self.names.fingerprint,
            "target" => "canary-target",
            "notification_id" | "notification_ids" => "ntf_01jdzzzzzzfffffffffffffff0",
            "role" => "operator",
            "worker_id" => "wrk_01jdzzzzzzfffffffffffffff0",
            "manifest" => MANIFEST,
            "reason" | "message" | "description" | "text" | "comment" | "signature" => {
                "said by a stranger"
            }
            "executors" => "pkg:builtin/noop@1",
            "decision_id" => "dec_01jdzzzzzzfffffffffffffff0",
            "revision" => "sha256:0000000000",
            "inputs_json" | "outputs_json" => "{}",
            "version" | "workflow_version" => "1.0.0",
            "digest" | "log_digest" => "sha256:00",
            // A page, a key, a plan, signatures, a subject and what came from where: none.
            "page_token" | "idempotency_key" | "plan" | "signatures" => return None,
            _ if UNSENT.iter().any(|unsent| message.ends_with(unsent)) => return None,
            _ if !message.starts_with("conductor.") => return None,
            other => panic!("say what a stranger would send as `{message}.{other}`"),
        };
        Some(text.to_owned())
    }
}
