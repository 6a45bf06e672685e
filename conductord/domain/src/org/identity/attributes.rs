//! What is known of a principal in a tenant, for policy to decide by.

use std::collections::BTreeMap;

use conductor_protocol::error_code::Code;

use super::{Described, Grants};
use crate::{
    Refusal,
    org::{
        RISKS, SENSITIVITIES,
        words::{NAME_CHARS_MAX, is_name, shown},
    },
};

/// The attributes there are.
pub const ATTRIBUTES: [&str; 5] =
    ["business_unit", "data_sensitivity", "environment", "region", "risk_profile"];

/// Sets attributes; an empty value takes one away. `None` when all of it is so already.
///
/// # Errors
/// `ATTRIBUTE_INVALID`
pub fn describe(
    grants: &Grants,
    tenant: &str,
    event: Described,
) -> Result<Option<Described>, Refusal> {
    if event.attributes.is_empty() {
        return Err(invalid("no attribute is named".into(), names()));
    }
    for (name, value) in &event.attributes {
        check(name, value)?;
    }
    let known = grants.attributes(tenant, &event.principal);
    let changed: BTreeMap<String, String> = event
        .attributes
        .into_iter()
        .filter(|(name, value)| known.get(name).map_or("", String::as_str) != value)
        .collect();
    Ok((!changed.is_empty()).then_some(Described { attributes: changed, ..event }))
}

fn check(name: &str, value: &str) -> Result<(), Refusal> {
    if !ATTRIBUTES.contains(&name) {
        return Err(invalid(format!("there is no attribute `{}`", shown(name)), names()));
    }
    let words: &[&str] = match name {
        "data_sensitivity" => &SENSITIVITIES,
        "risk_profile" => &RISKS,
        _ => &[],
    };
    if value.is_empty() || words.contains(&value) || (words.is_empty() && is_name(value)) {
        return Ok(());
    }
    let hint = match words {
        [] => format!("use 1 to {NAME_CHARS_MAX} letters, digits, `_`, `.` and `-`"),
        words => format!("it is one of {}", words.join(", ")),
    };
    Err(invalid(format!("`{}` is no value of attribute `{name}`", shown(value)), hint))
}

fn names() -> String {
    format!("the attributes are {}", ATTRIBUTES.join(", "))
}

fn invalid(message: String, hint: String) -> Refusal {
    Refusal::new(Code::AttributeInvalid, message, hint)
}
