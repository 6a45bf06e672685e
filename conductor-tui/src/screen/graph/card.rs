//! What is known of one entity, in lines.

use conductor_protocol::v1::GraphEntity;
use ratatui::layout::Rect;

use crate::{
    app::{Shared, time},
    planned::{Line, Tone, lay::Page, plain},
    widget::{Sheet, count},
};

/// State and life in words; a life that goes on needs none.
pub(crate) fn state(known: &GraphEntity) -> String {
    plain(&match (known.state.as_str(), known.life.as_str()) {
        (state, "live" | "") => state.to_owned(),
        ("", life) => life.to_owned(),
        (state, life) => format!("{state}, {life}"),
    })
}

/// How it stands, by tone: what is over is dim, what went wrong is not.
pub(crate) fn tone(known: &GraphEntity) -> Tone {
    match (known.life.as_str(), known.state.as_str()) {
        ("deleted", _) => Tone::Bad,
        ("archived", _) => Tone::Warn,
        (_, "failed" | "denied" | "timed_out" | "revoked") => Tone::Bad,
        (_, "succeeded" | "approved" | "active" | "published") => Tone::Good,
        _ => Tone::Plain,
    }
}

/// The page, in lines for a frame's inside.
pub(crate) fn lines(known: &GraphEntity, inner: Rect, shared: &Shared) -> Vec<Line> {
    let mut page = Page::new(Sheet::columns(inner));
    page.whole(&plain(&known.kind), &plain(&known.id));
    let state = state(known);
    if !state.is_empty() {
        page.field("state", &[(tone(known), state)]);
    }
    let life = match known.life.as_str() {
        "archived" => "archived: nothing begins from it any more",
        "deleted" => "deleted: it was taken away, and what it did stays on record",
        _ => "",
    };
    let place: Vec<&str> = [known.environment.as_str(), &known.region]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let at = |at: Option<&pbjson_types::Timestamp>, seq: u64| {
        let at = at.map(|at| time::from_wire(at).to_zoned(shared.look.zone.clone()));
        let at = at.map(|at| at.strftime("%Y-%m-%d %H:%M:%S").to_string());
        at.map(|at| format!("{at}, record {}", count(seq))).unwrap_or_default()
    };
    for (label, text) in [
        ("life", life.to_owned()),
        ("where", plain(&place.join(" / "))),
        ("first", at(known.first_at.as_ref(), known.first_seq)),
        ("changed", at(known.last_at.as_ref(), known.last_seq)),
    ] {
        if !text.is_empty() {
            page.field(label, &[(Tone::Plain, text)]);
        }
    }
    let mut attributes: Vec<_> = known.attributes.iter().collect();
    attributes.sort();
    if !attributes.is_empty() {
        page.heading("What else is known");
    }
    for (name, value) in attributes {
        page.labelled(2, &plain(name), &[(Tone::Plain, plain(value))]);
    }
    page.lines
}
