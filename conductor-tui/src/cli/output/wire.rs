//! The protocol's messages as the JSON that scripts get. One mapping, driven by the protocol's
//! own descriptors, for every command and every format:
//!
//! - Field names are the protocol's, in lowerCamelCase, and every field is always there: what is
//!   not set is `null`, `0`, `""`, `false`, `[]` or `{}` as its type has it.
//! - 64-bit integers are JSON numbers (protobuf's own mapping makes them strings, which `jq`
//!   compares as text).
//! - An enum is its value's short word: `RUN_STATUS_TIMED_OUT` is `timed_out`.
//! - A field that holds JSON as text (`inputs_json`, `manifest_json`, …) is that JSON, under its
//!   name without the ending: `inputs`, `manifest`. One that is empty is `null`.
//! - Times are RFC 3339 in UTC, bytes are base64.
//! - A run's `summary` stands at the top of the run, so that a row of `runs list` and the answer
//!   of `runs show` have the same fields in the same places.

use std::{collections::HashMap, sync::OnceLock};

use conductor_protocol::{DESCRIPTORS, v1};
use prost::Message as _;
use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorSet,
    field_descriptor_proto::{Label, Type},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::status::word;

/// Messages whose fields stand in the message that holds them.
const FLATTENED: &[(&str, &str)] = &[(".conductor.v1.Run", "summary")];
/// Ending of the fields that hold JSON as text.
const JSON_ENDING: &str = "Json";

/// A message that is shown.
pub(crate) trait Wire: Serialize {
    /// Its full name in the protocol, with the leading dot.
    const NAME: &'static str;
}

macro_rules! wire {
    ($($message:ident)*) => {
        $(impl Wire for v1::$message {
            const NAME: &'static str = concat!(".conductor.v1.", stringify!($message));
        })*

        #[cfg(test)]
        const SHOWN: &[&str] = &[$(<v1::$message as Wire>::NAME),*];
    };
}

wire! {
    Problem Workflow WorkflowSource PublishWorkflowResponse WorkflowLifecycleResponse
    CountersignWorkflowResponse
    Schedule SetScheduleResponse FireTime ScheduleVersion
    StartRunResponse CancelRunResponse ChangeRunResponse RunSummary Run TimelineEntry
    Event CheckpointResponse VerifyProgress InclusionProofResponse
    StatusResponse WhoAmIResponse Grant RecordedDecision DoctorCheck Worker Host Secret Plan
    ShowBundlesResponse RollBackResponse DriftItem
    PrincipalAttributes Tenant TenantCheck
    Approval ApprovalTimesResponse
    Incident ArtifactRecord RetentionRow ExpireArtifactsResponse CheckGateResponse
    Freeze SetFreezeResponse LiftFreezeResponse SwitchKillResponse
    EnrolledKey EnrollKeysResponse RevokeKeyResponse
    Session Token RevokeTokenResponse
    NotificationTarget DeadLetter TestNotificationResponse
    RetryNotificationsResponse DropNotificationsResponse
    EvalPolicyResponse PolicyTested PolicyCoverageResponse DiffPolicyResponse PolicyFlip PolicyReplay
}

/// A message as scripts get it.
pub(crate) fn to_value<M: Wire>(message: &M) -> Value {
    // A message that can't be written is a bug of the generated code; it would show as `null`.
    let plain = serde_json::to_value(message).unwrap_or_default();
    schema().message(M::NAME, plain)
}

/// The protocol's messages by full name.
struct Schema(HashMap<String, DescriptorProto>);

fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        // The bytes are compiled in and compared with the sources by a test of the protocol.
        let set = FileDescriptorSet::decode(DESCRIPTORS).unwrap_or_default();
        let messages = set.file.into_iter().flat_map(|file| {
            let package = file.package.unwrap_or_default();
            let named = move |m: DescriptorProto| (format!(".{package}.{}", m.name()), m);
            file.message_type.into_iter().map(named)
        });
        Schema(messages.collect())
    })
}

impl Schema {
    fn message(&self, name: &str, value: Value) -> Value {
        let (Some(shape), Value::Object(mut given)) = (self.0.get(name), value) else {
            return Value::Null;
        };
        let mut shown = Map::new();
        for field in &shape.field {
            let value = self.field(field, shape, given.remove(field.json_name()));
            if FLATTENED.contains(&(name, field.json_name())) {
                shown.extend(value.as_object().cloned().unwrap_or_default());
                continue;
            }
            match field.json_name().strip_suffix(JSON_ENDING) {
                Some(bare) if field.r#type() == Type::String => shown.insert(bare.into(), value),
                _ => shown.insert(field.json_name().into(), value),
            };
        }
        Value::Object(shown)
    }

    fn field(
        &self,
        field: &FieldDescriptorProto,
        shape: &DescriptorProto,
        given: Option<Value>,
    ) -> Value {
        let is_map = shape.nested_type.iter().any(|nested| {
            nested.options.as_ref().is_some_and(|options| options.map_entry())
                && field.type_name().ends_with(&format!(".{}", nested.name()))
        });
        if is_map {
            return given.unwrap_or_else(|| json!({}));
        }
        if field.label() == Label::Repeated {
            let Some(Value::Array(items)) = given else { return json!([]) };
            return items.into_iter().map(|item| self.one(field, Some(item))).collect();
        }
        if given.is_none() && field.proto3_optional() {
            return Value::Null;
        }
        self.one(field, given)
    }

    fn one(&self, field: &FieldDescriptorProto, given: Option<Value>) -> Value {
        match field.r#type() {
            Type::Message if field.type_name() == ".google.protobuf.Timestamp" => time(given),
            Type::Message => {
                given.map_or(Value::Null, |value| self.message(field.type_name(), value))
            }
            Type::Enum => {
                let name = field.type_name().rsplit('.').next().unwrap_or_default();
                let value = given.as_ref().and_then(Value::as_str).unwrap_or("UNSPECIFIED");
                word(name, value).into()
            }
            Type::String if field.json_name().ends_with(JSON_ENDING) => embedded(given.as_ref()),
            Type::String | Type::Bytes => given.unwrap_or_else(|| json!("")),
            Type::Bool => given.unwrap_or_else(|| json!(false)),
            _ => number(given),
        }
    }
}

/// JSON that came as text; text that is none stays text, so that nothing is hidden.
fn embedded(given: Option<&Value>) -> Value {
    let text = given.and_then(Value::as_str).unwrap_or_default();
    match text {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

/// A time as the protocol's mapping writes it; UTC is `Z`, as most tools have it.
pub(crate) fn time(given: Option<Value>) -> Value {
    match given.as_ref().and_then(Value::as_str).and_then(|text| text.strip_suffix("+00:00")) {
        Some(utc) => format!("{utc}Z").into(),
        None => given.unwrap_or_default(),
    }
}

fn number(given: Option<Value>) -> Value {
    match given {
        None => json!(0),
        Some(Value::String(digits)) => {
            serde_json::from_str(&digits).unwrap_or(Value::String(digits))
        }
        Some(other) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shown_message_is_in_the_protocol() {
        for name in SHOWN {
            assert!(schema().0.contains_key(*name), "{name}");
        }
    }

    #[test]
    fn a_run_has_its_summary_on_top_and_real_json() {
        let summary = v1::RunSummary {
            run_id: "run_1".into(),
            status: v1::RunStatus::TimedOut.into(),
            started_at: Some(pbjson_types::Timestamp { seconds: 1_800_000_000, nanos: 5_000_000 }),
            tasks_total: 1,
            ..<_>::default()
        };
        let attempt = v1::Attempt { number: 1, log_bytes: 1 << 60, ..<_>::default() };
        let task = v1::Task {
            id: "disk".into(),
            status: v1::TaskStatus::Succeeded.into(),
            attempts: vec![attempt],
            outputs_json: r#"{"percent":91}"#.into(),
            ..<_>::default()
        };
        let run = v1::Run {
            summary: Some(summary),
            tasks: vec![task],
            inputs_json: r#"{"host":"db1"}"#.into(),
            seq: 7,
            ..<_>::default()
        };
        insta::assert_snapshot!(serde_json::to_string_pretty(&to_value(&run)).unwrap());
    }

    #[test]
    fn what_is_not_set_is_there_all_the_same() {
        let value = to_value(&v1::StartRunResponse::default());
        insta::assert_snapshot!(value, @r#"{"runId":"","seq":0,"decisionId":"","replayed":false,"warnings":[]}"#);
        let value = to_value(&v1::RunSummary::default());
        assert_eq!(value["status"], "unspecified");
        assert_eq!(value["endedAt"], Value::Null);
    }
}
