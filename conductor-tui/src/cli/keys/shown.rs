//! Keys as people read them.

use conductor_protocol::v1;

use crate::cli::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, one_line},
};

/// All of them, one a line.
pub(super) fn list(keys: &[v1::EnrolledKey], context: &mut Context<'_>) -> Result<(), Failure> {
    if context.output.listed(keys)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("principal"),
        Column::fixed("fingerprint"),
        Column::fixed("type"),
        Column::text("comment"),
        Column::fixed("enrolled"),
        Column::text("by"),
        Column::text("valid"),
        Column::fixed("state"),
        Column::text("note"),
    ]);
    for key in keys {
        let (word, meaning) = state(key.state());
        table.row([
            Cell::of(one_line(&key.principal), Meaning::Strong),
            key.fingerprint.clone().into(),
            kind(key).into(),
            one_line(&key.comment).into(),
            context.output.clock.date_time(key.enrolled_at.as_ref()).into(),
            one_line(&key.enrolled_by).into(),
            valid(key, context).into(),
            Cell::of(word, meaning),
            note(key, context),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// In a word, with what that stands for.
const fn state(state: v1::KeyState) -> (&'static str, Meaning) {
    match state {
        v1::KeyState::Active => ("active", Meaning::Good),
        v1::KeyState::NotYetValid => ("not yet valid", Meaning::Warn),
        v1::KeyState::Expired => ("expired", Meaning::Dim),
        v1::KeyState::Revoked => ("revoked", Meaning::Bad),
        v1::KeyState::Unspecified => ("unknown", Meaning::Plain),
    }
}

/// Its type, as OpenSSH names it; of a CA that it is one.
fn kind(key: &v1::EnrolledKey) -> String {
    let name = key.key_type.trim_end_matches("@openssh.com");
    if key.cert_authority { format!("{name} (CA)") } else { name.to_owned() }
}

/// What it may sign where that is not all, and when.
fn valid(key: &v1::EnrolledKey, context: &Context<'_>) -> String {
    let time = |at: &Option<_>| context.output.clock.date_time(at.as_ref());
    let mut parts = Vec::new();
    if key.valid_after.is_some() {
        parts.push(format!("from {}", time(&key.valid_after)));
    }
    if key.valid_before.is_some() {
        parts.push(format!("until {}", time(&key.valid_before)));
    }
    if key.namespaces.len() < 3 {
        let bare = |name: &String| name.trim_end_matches("@conductor").to_owned();
        let names: Vec<String> = key.namespaces.iter().map(bare).collect();
        parts.push(format!("for {}", names.join(", ")));
    }
    if parts.is_empty() { "always".to_owned() } else { parts.join(" ") }
}

/// That it is due to be replaced, or how it was taken back.
fn note(key: &v1::EnrolledKey, context: &Context<'_>) -> Cell {
    match &key.revocation {
        Some(revoked) => {
            let at = context.output.clock.date_time(revoked.at.as_ref());
            let (by, reason) = (one_line(&revoked.by), one_line(&revoked.reason));
            Cell::of(format!("{at} by {by}: {reason}"), Meaning::Dim)
        }
        None if key.rotate_due => Cell::of("rotate", Meaning::Warn),
        None => Cell::default(),
    }
}
