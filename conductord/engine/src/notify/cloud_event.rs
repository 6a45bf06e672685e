//! A notice as programs read it: a CloudEvent 1.0 in JSON, in the structured mode.

use conductor_domain::time::Timestamp;
use serde_json::{Value, json};

use super::{notice::Notice, outbox::Letter, words};

/// The event. `source` is the origin of the daemon's ledger: with the id it names the notification for
/// ever.
#[must_use]
pub fn cloud_event(letter: &Letter, source: &str) -> Value {
    let notice = &letter.notice;
    json!({
        "specversion": "1.0",
        "id": letter.id.to_string(),
        "source": format!("/conductor/{source}"),
        "type": format!("conductor.{}", notice.kind.word()),
        "subject": if notice.subject.is_empty() { "test" } else { &notice.subject },
        "time": notice.at.rfc3339(),
        "datacontenttype": "application/json",
        "data": data(notice),
    })
}

fn data(notice: &Notice) -> Value {
    let scope = &notice.scope;
    let mut data = json!({
        "tenant": scope.tenant,
        "environment": scope.environment,
        "region": scope.region,
        "event": notice.seq,
        "action": notice.action,
        "resource": {"kind": notice.resource_kind, "id": notice.resource},
        "requester": notice.requester,
        "by": notice.by,
        "for": notice.audience,
        "summary": words::subject(notice),
        "look": notice.look(),
    });
    let mut add = |name: &str, value: Option<Value>| {
        if let (Some(value), Some(data)) = (value, data.as_object_mut()) {
            data.insert(name.to_owned(), value);
        }
    };
    let word = |text: &String| (!text.is_empty()).then(|| json!(text));
    add("stage", notice.stage.as_ref().map(|stage| json!(stage)));
    add("expiresAt", notice.expires_at.map(Timestamp::rfc3339).map(Value::String));
    add("status", word(&notice.status));
    add("message", word(&notice.message));
    data
}
