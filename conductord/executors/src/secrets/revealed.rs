//! The values of one attempt: put where they belong, taken out of what leaves.

use std::{collections::BTreeMap, sync::Arc};

use conductor_engine::ports::Lease;
use conductor_protocol::{error_code::Code, manifest::may_hold_secret};
use serde_json::{Map, Value};
use zeroize::Zeroize as _;

use super::{NoSecret, SecretValue};
use crate::redact::Redactor;

/// An attempt's secrets, for as long as it lasts.
pub(crate) struct Revealed {
    values: Vec<(String, SecretValue)>,
    redactor: Arc<Redactor>,
}

impl Revealed {
    /// These, by name. Blocks for some milliseconds when they are long.
    pub(super) fn new(values: Vec<(String, SecretValue)>) -> Result<Self, NoSecret> {
        let all = values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let redactor = Redactor::new(all).map_err(|error| NoSecret {
            code: Code::SecretUnavailable,
            name: values.first().map(|(name, _)| name.clone()).unwrap_or_default(),
            why: format!("nothing can look for it: {error}"),
        })?;
        Ok(Self { values, redactor: Arc::new(redactor) })
    }

    /// What takes them out again.
    pub(crate) fn redactor(&self) -> Arc<Redactor> {
        Arc::clone(&self.redactor)
    }

    /// Puts them in the places of their placeholders: in the environment, and in those parameters
    /// that may hold secrets. Elsewhere a placeholder stays, and stands for nothing.
    pub(crate) fn fill(&self, lease: &mut Lease) {
        let Lease { with, env, secrets, uses, .. } = lease;
        let value = |name: &str| {
            self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
        };
        let fill = |text: &mut String| {
            if let Some(filled) = secrets.fill(text, value) {
                *text = filled;
            }
        };
        env.values_mut().for_each(fill);
        for (key, parameter) in with.iter_mut() {
            if may_hold_secret(uses, key) {
                each_text(parameter, &fill);
            }
        }
    }
}

/// Overwrites what an attempt was given.
pub(crate) fn wipe(env: &mut BTreeMap<String, String>, with: &mut Map<String, Value>) {
    env.values_mut().for_each(|text| text.zeroize());
    with.values_mut().for_each(|parameter| each_text(parameter, &|text| text.zeroize()));
}

fn each_text(value: &mut Value, change: &impl Fn(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| each_text(field, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
