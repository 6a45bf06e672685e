//! What comes in, checked: scopes, ids, texts, pages, JSON.

use std::str::FromStr;

use conductor_domain::{
    scope::{Principal, Scope},
    time::Timestamp,
};
use conductor_engine::limits::{INPUTS_BYTES_MAX, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};
use conductor_protocol::{error_code::Code, v1};
use serde_json::{Map, Value};

use crate::{
    failure::{Failure, Outcome},
    limits::{LEFT_OUT_MAX, SCOPE_NAME_CHARS_MAX, TEXT_BYTES_MAX},
};

/// Where a request acts: what is empty is the default.
pub(crate) fn scope(scope: Option<v1::Scope>) -> Outcome<Scope> {
    let default = Scope::default();
    let Some(given) = scope else { return Ok(default) };
    Ok(Scope {
        tenant: scope_name("tenant", given.tenant, default.tenant)?,
        environment: scope_name("environment", given.environment, default.environment)?,
        region: scope_name("region", given.region, default.region)?,
    })
}

fn scope_name(what: &str, given: String, default: String) -> Outcome<String> {
    if given.is_empty() {
        return Ok(default);
    }
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    if given.len() <= SCOPE_NAME_CHARS_MAX && given.bytes().all(known) {
        return Ok(given);
    }
    Err(Failure::invalid(
        format!("`{}` is no {what} name", shown(&given)),
        format!("use 1 to {SCOPE_NAME_CHARS_MAX} letters, digits, `_`, `.` and `-`"),
    ))
}

/// An id of its kind.
pub(crate) fn id<T>(what: &str, given: &str) -> Outcome<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    given.parse().map_err(|error: T::Err| {
        let hint = match given {
            "" => format!("name the {what}"),
            _ => "copy it from where it is shown, whole".to_owned(),
        };
        Failure::new(Code::IdInvalid, error.to_string(), hint)
    })
}

/// Words of the caller's own.
pub(crate) fn text(what: &str, given: String) -> Outcome<String> {
    if given.len() > TEXT_BYTES_MAX {
        let message = format!("the {what} has {} bytes, {TEXT_BYTES_MAX} are taken", given.len());
        return Err(Failure::invalid(message, "shorten it"));
    }
    Ok(given)
}

/// A reason that must be given.
pub(crate) fn reason(given: String) -> Outcome<String> {
    let reason = text("reason", given)?;
    if reason.trim().is_empty() {
        return Err(Failure::invalid(
            "the reason is missing",
            "say why, for those who read it later",
        ));
    }
    Ok(reason)
}

/// A filter that may be left out.
pub(crate) fn filter(what: &str, given: String) -> Outcome<Option<String>> {
    Ok(Some(text(what, given)?).filter(|text| !text.is_empty()))
}

/// Names that a filter leaves out.
pub(crate) fn names(what: &str, given: Vec<String>) -> Outcome<Vec<String>> {
    if given.len() > LEFT_OUT_MAX {
        let message = format!("{} {what} are left out, {LEFT_OUT_MAX} can be", given.len());
        return Err(Failure::invalid(message, "leave out fewer"));
    }
    given.into_iter().map(|name| text(what, name)).collect()
}

/// Somebody's name, as policy and grants know them.
pub(crate) fn principal(given: String) -> Outcome<Principal> {
    let hint = "name them like `uid:1000`";
    let given = text("principal", given)?;
    let printable = given.bytes().all(|byte| byte.is_ascii_graphic());
    match given.split_once(':') {
        Some((kind, name)) if printable && !kind.is_empty() && !name.is_empty() => {
            Ok(Principal::new(given))
        }
        _ => Err(Failure::invalid(format!("`{}` is no principal", shown(&given)), hint)),
    }
}

/// Rows of a page.
pub(crate) fn page_size(given: u32) -> usize {
    match usize::try_from(given) {
        Ok(0) => PAGE_SIZE_DEFAULT,
        Ok(size) => size.min(PAGE_SIZE_MAX),
        Err(_) => PAGE_SIZE_MAX,
    }
}

/// A page token that is not one for this list.
pub(crate) fn bad_page_token() -> Failure {
    Failure::new(
        Code::PageTokenInvalid,
        "the page token is not one that this list gave for this filter",
        "begin again without a token",
    )
}

/// A run's inputs: a JSON object, empty for none.
pub(crate) fn inputs(given: &str) -> Outcome<Map<String, Value>> {
    if given.is_empty() {
        return Ok(Map::new());
    }
    if given.len() > INPUTS_BYTES_MAX {
        let message =
            format!("the inputs have {} bytes, {INPUTS_BYTES_MAX} are taken", given.len());
        return Err(Failure::new(Code::InputsInvalid, message, "pass a path instead of contents"));
    }
    serde_json::from_str(given).map_err(|error| {
        Failure::new(
            Code::InputsInvalid,
            format!("the inputs are not a JSON object: {error}"),
            "give an object like {\"host\": \"web-1\"}",
        )
    })
}

/// A point in time, when there is one.
pub(crate) fn time(
    what: &str,
    given: Option<pbjson_types::Timestamp>,
) -> Outcome<Option<Timestamp>> {
    let Some(given) = given else { return Ok(None) };
    let seconds = u64::try_from(given.seconds).ok();
    let millis = u64::try_from(given.nanos).ok().map(|nanos| nanos / 1_000_000);
    let unix_ms = seconds.and_then(|seconds| seconds.checked_mul(1_000)?.checked_add(millis?));
    match unix_ms {
        Some(unix_ms) if unix_ms < 1 << 47 => Ok(Some(Timestamp::from_unix_ms(unix_ms))),
        _ => Err(Failure::invalid(
            format!("`{what}` is not a time after 1970"),
            "give a time in RFC 3339",
        )),
    }
}

/// A text for a message, cut where it is long.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(64).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_tenant(tenant: &str, good: bool) {
        let given = v1::Scope { tenant: tenant.into(), ..v1::Scope::default() };
        assert_eq!(scope(Some(given)).is_ok(), good, "{tenant:?}");
    }

    #[test]
    fn scope_names_are_of_one_form() {
        let longest = "x".repeat(64);
        for good in ["", "default", "acme.eu-1", "A_b", &longest] {
            check_tenant(good, true);
        }
        let too_long = "x".repeat(65);
        for bad in ["a b", "a/b", "\0", "ä", "a\n", &too_long] {
            check_tenant(bad, false);
        }
        assert_eq!(scope(None).unwrap(), Scope::default());
    }

    #[test]
    fn ids_of_another_kind_are_refused_with_their_code() {
        let wrong = id::<conductor_protocol::id::RunId>("run", "dec_01").unwrap_err();
        assert_eq!(wrong.code(), Code::IdInvalid);
    }

    /// Whatever a kind begins with, the sentence is English.
    #[test]
    fn kinds_that_begin_with_a_vowel_are_named_well() {
        let wrong = id::<conductor_protocol::id::ApprovalId>("approval", "run_01").unwrap_err();
        let status = wrong.into_status(conductor_protocol::id::TraceId::from_bits(7));
        assert!(status.message().starts_with("`run_01` is no approval id:"), "{status}");
        let given = v1::Scope { environment: "a b".into(), ..v1::Scope::default() };
        let status = scope(Some(given)).unwrap_err();
        let status = status.into_status(conductor_protocol::id::TraceId::from_bits(7));
        assert_eq!(status.message(), "`a b` is no environment name");
    }

    #[test]
    fn principals_name_their_kind() {
        for good in ["uid:1000", "tcp:anonymous", "ssh:alice@example.org"] {
            assert!(principal(good.into()).is_ok(), "{good}");
        }
        for bad in ["", "alice", ":x", "uid:", "uid:1 0", "uid:\n"] {
            assert!(principal(bad.into()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn times_outside_the_calendar_are_refused() {
        let at = |seconds, nanos| Some(pbjson_types::Timestamp { seconds, nanos });
        assert_eq!(time("since", at(1, 5_000_000)).unwrap().unwrap().unix_ms, 1_005);
        assert!(time("since", at(-1, 0)).is_err());
        assert!(time("since", at(i64::MAX, 0)).is_err());
        assert!(time("since", at(0, -1)).is_err());
    }

    #[test]
    fn inputs_are_one_object() {
        assert!(inputs("").unwrap().is_empty());
        assert!(inputs(r#"{"a":1}"#).is_ok());
        for bad in ["[]", "1", "{", "null"] {
            assert_eq!(inputs(bad).unwrap_err().code(), Code::InputsInvalid, "{bad}");
        }
    }
}
