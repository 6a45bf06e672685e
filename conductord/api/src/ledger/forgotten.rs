//! What is left of a record whose key was destroyed: that there was one, and which record says why nobody can
//! read it any more.

use conductor_domain::scope::Scope;
use conductor_engine::{
    ports::{KeyFound, Record},
    service::Engine,
};
use conductor_protocol::v1;
use serde_json::json;

use crate::convert::time;

/// The kind that stands for one whose own nobody knows any more.
const KIND: &str = "sealed";

/// The record, for whoever reads of the tenant that it was of. Of which environment it was is forgotten
/// with it.
pub(super) fn event(engine: &Engine, scope: &Scope, found: &Record) -> Option<v1::Event> {
    let Ok(KeyFound::Destroyed(left)) = engine.keyring().key(&found.key_id) else { return None };
    if left.tenant != scope.tenant {
        return None;
    }
    // Of a tenant that is forgotten as a whole nobody is left to be told: who is called so now is another.
    let whole = engine.keyring().forgotten_tenants();
    if whole.get(&left.tenant).is_some_and(|by| found.seq < *by) {
        return None;
    }
    let message = format!(
        "sealed with a key that was destroyed on {} (record {})",
        left.at.rfc3339(),
        left.record
    );
    let data = json!({
        "sealed": {
            "keyId": found.key_id,
            "destroyed": left.at.rfc3339(),
            "record": left.record,
            "message": message,
        }
    });
    Some(v1::Event {
        seq: found.seq,
        at: Some(time(found.at)),
        scope: Some(crate::convert::scope(&Scope { tenant: left.tenant, ..Scope::default() })),
        kind: KIND.to_owned(),
        subject: message,
        data_json: data.to_string(),
        ..v1::Event::default()
    })
}
