//! The bundles that decide or decided, what is refused, what drifts, and the question before policy goes
//! back to one of before.

use conductor_protocol::v1::{DeployedBundle, DriftItem, RollBackRequest, ShowBundlesResponse};
use ratatui::layout::Rect;
use serde_json::{Map, Value};

use crate::{
    app::{Fault, Mutation, Shared, time},
    planned::{Line, Tone, lay::Page, plain},
    widget::{Confirm, Form, REASON, Scroll, Sheet},
};

/// Digits of a revision in a list: enough to name it.
const REVISION_CHARS: usize = 19;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Bundles {
    /// As the daemon said last.
    pub(crate) known: Option<ShowBundlesResponse>,
    pub(crate) fault: Option<Fault>,
    pub(crate) scroll: Scroll,
}

impl Bundles {
    /// Newest first; the first one decides.
    pub(crate) fn rows(&self) -> &[DeployedBundle] {
        self.known.as_ref().map_or(&[], |known| &known.bundles)
    }

    pub(crate) fn selected(&self) -> Option<&DeployedBundle> {
        self.rows().get(self.scroll.cursor)
    }

    pub(crate) fn take(&mut self, answer: Result<ShowBundlesResponse, Fault>) {
        match answer {
            Ok(known) => (self.known, self.fault) = (Some(known), None),
            // What is known can still be read.
            Err(fault) if self.known.is_none() => self.fault = Some(fault),
            Err(_) => {}
        }
    }

    /// Why one can't go back to the chosen one.
    pub(crate) fn stands(&self) -> Option<&'static str> {
        let chosen = self.selected()?;
        let active = self.rows().first().map(|first| first.revision.as_str());
        match active == Some(chosen.revision.as_str()) {
            true => Some("it decides already"),
            false if !chosen.kept => Some("the daemon does not keep it any more"),
            false => None,
        }
    }

    /// Asks why.
    pub(crate) fn ask_why(&self) -> Option<Form> {
        let chosen = self.selected()?;
        Some(Form::rolling_back(&chosen.revision, &name(chosen)))
    }
}

/// As people call it: its label, or the first digits of its revision.
pub(crate) fn name(bundle: &DeployedBundle) -> String {
    let short = short(&bundle.revision);
    if bundle.label.is_empty() { short } else { plain(&bundle.label) }
}

pub(crate) fn short(revision: &str) -> String {
    plain(revision).chars().take(REVISION_CHARS).collect()
}

/// Why it decided, in words.
pub(crate) fn cause(bundle: &DeployedBundle) -> String {
    plain(&match (bundle.cause.as_str(), bundle.reason.as_str()) {
        ("rolled_back", "") => format!("{} went back to it", bundle.by),
        ("rolled_back", reason) => format!("{} went back to it: {reason}", bundle.by),
        ("started", _) => "the daemon started with it".to_owned(),
        _ => "its source gave it".to_owned(),
    })
}

/// The question before policy decides by a bundle of before.
pub(crate) fn roll_back(revision: &str, given: &Map<String, Value>, shared: &Shared) -> Confirm {
    let reason = given.get(REASON).and_then(Value::as_str).unwrap_or_default().to_owned();
    let lines = vec![
        format!("all that is asked from now on is decided by {}", short(revision)),
        "in every tenant; the source's bundle is passed over until it has another".to_owned(),
        format!("because: {reason}"),
    ];
    let request = RollBackRequest {
        scope: Some(shared.scope.clone()),
        revision: revision.to_owned(),
        reason,
        ..<_>::default()
    };
    let words = ("Go back to this bundle?", "go back");
    // Typed in production: the digits that the list shows.
    Confirm::new(words, lines, &short(revision), Mutation::RollBack(request), shared)
}

/// The chosen bundle, and what is wrong beside it, in lines for a frame's inside.
pub(crate) fn lines(bundles: &Bundles, inner: Rect, shared: &Shared) -> Vec<Line> {
    let mut page = Page::new(Sheet::columns(inner));
    let known = bundles.known.clone().unwrap_or_default();
    if let Some(refused) = &known.refused {
        page.line(vec![
            (Tone::Bad, "refused ".to_owned()),
            (Tone::Plain, plain(&format!("{}: {}", refused.source, refused.problem))),
        ]);
        page.line(vec![(Tone::Dim, "the one before it goes on deciding".to_owned())]);
        page.gap();
    }
    if let Some(bundle) = bundles.selected() {
        one(bundle, bundles.scroll.cursor == 0, (&mut page, shared));
    }
    let (open, settled): (Vec<_>, Vec<_>) =
        known.drift.iter().partition(|item| item.settled_at.is_none());
    drift("Drifts: deployed is not what the configuration wants", &open, (&mut page, shared));
    drift("Drifted before", &settled, (&mut page, shared));
    page.lines
}

fn one(bundle: &DeployedBundle, active: bool, (page, shared): (&mut Page, &Shared)) {
    let state = match (active, bundle.kept) {
        (true, _) => (Tone::Good, "decides now"),
        (false, true) => (Tone::Plain, "kept: one can go back to it"),
        (false, false) => (Tone::Dim, "not kept any more"),
    };
    page.field("state", &[(state.0, state.1.to_owned())]);
    page.whole("revision", &plain(&bundle.revision));
    let signed = match bundle.signed_by.as_str() {
        "" => "nobody had to sign it",
        key => key,
    };
    let at = bundle.at.as_ref().map(|at| when(at, shared)).unwrap_or_default();
    for (label, text) in [
        ("label", bundle.label.as_str()),
        ("source", &bundle.source),
        ("signed by", signed),
        ("since", &at),
        ("why", &cause(bundle)),
    ] {
        if !text.is_empty() {
            page.field(label, &[(Tone::Plain, plain(text))]);
        }
    }
    if !bundle.decision_id.is_empty() {
        page.whole("decision", &plain(&bundle.decision_id));
    }
}

fn drift(title: &str, items: &[&DriftItem], (page, shared): (&mut Page, &Shared)) {
    if items.is_empty() {
        return;
    }
    page.heading(title);
    for item in items {
        let since = item.opened_at.as_ref().map(|at| when(at, shared)).unwrap_or_default();
        let text = format!("  {} since {since}", plain(&item.what));
        page.line(vec![(Tone::Warn, text)]);
        page.labelled(4, "wanted", &[(Tone::Plain, plain(&item.desired))]);
        page.labelled(4, "deployed", &[(Tone::Plain, plain(&item.deployed))]);
    }
}

pub(crate) fn when(at: &pbjson_types::Timestamp, shared: &Shared) -> String {
    let at = time::from_wire(at).to_zoned(shared.look.zone.clone());
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
