//! Draws the artifacts of a run: the list, and beside or instead of it what is known of the chosen one
//! and what it says.

use conductor_protocol::v1::{ArtifactMark, ArtifactRecord, ArtifactSignature, FlagsSource};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    artifacts::{Artifacts, Content, LOOKED_AT_BYTES_MAX, proves, signature},
    layout::inside,
};
use crate::{
    app::{Look, SHOWN_BYTES_MAX, Shared, time},
    planned::{self, Tone, lay::Page},
    theme::Meaning,
    widget::{Notice, Pane, Sheet, bytes, count, notice, pad, plain, select},
};

/// Columns from which the chosen one stands beside the list.
const BESIDE_FROM: u16 = 100;
const KIND: usize = 16;
const SIZE: usize = 8;
const PROVES: usize = 11;
const SIGNATURE: usize = 13;
/// Inner widths from which a row says what it proves, how its signature stands, and its digest.
const PROVES_FROM: usize = 56;
const SIGNATURE_FROM: usize = 70;
const DIGEST_FROM: usize = 94;
/// Inner width from which it says of what kind it is.
const KIND_FROM: usize = 48;
const DIGEST: usize = 20;

/// Where the list goes, and the chosen one.
fn panes(area: Rect, reading: bool) -> (Option<Rect>, Option<Rect>) {
    if area.width < BESIDE_FROM {
        return if reading { (None, Some(area)) } else { (Some(area), None) };
    }
    let left = area.width * 48 / 100;
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    (Some(Rect { width: left, ..area }), Some(right))
}

/// Rows of the list that are seen.
pub(super) fn list_height(artifacts: &Artifacts, area: Rect, reading: bool) -> usize {
    let list = panes(area, reading).0.unwrap_or(area);
    let below = u16::from(artifacts.more);
    usize::from(inside(list).height.saturating_sub(1 + below))
}

/// Lines of the chosen one's page, and rows that it is read in.
pub(super) fn page_size(artifacts: &Artifacts, area: Rect, shared: &Shared) -> (usize, usize) {
    let place = panes(area, true).1.unwrap_or(area);
    let inner = inside(place);
    (page(artifacts, inner, shared).len(), usize::from(inner.height))
}

/// Draws both.
pub(super) fn artifacts_view(
    artifacts: &Artifacts,
    frame: &mut Frame<'_>,
    area: Rect,
    reading: bool,
    shared: &Shared,
) {
    let (list, chosen) = panes(area, reading);
    if let Some(area) = list {
        list_view(artifacts, frame, area, !reading, shared);
    }
    if let Some(area) = chosen {
        chosen_view(artifacts, frame, area, reading, shared);
    }
}

fn list_view(
    artifacts: &Artifacts,
    frame: &mut Frame<'_>,
    area: Rect,
    focused: bool,
    shared: &Shared,
) {
    let look = &shared.look;
    let (shown, all) = (artifacts.rows().len(), artifacts.len());
    let (detail, note) = match (artifacts.loaded, artifacts.filter.as_str()) {
        (false, _) => (String::new(), artifacts.run_id.clone()),
        (true, "") => (count(all as u64), artifacts.run_id.clone()),
        (true, filter) => {
            (plain(filter), format!("{} of {}", count(shown as u64), count(all as u64)))
        }
    };
    let inner = Pane { title: "Artifacts", detail, note, focused }.draw(frame, area, look);
    let instead = match &artifacts.fault {
        Some(fault) if all == 0 => Some(Notice::fault(look, fault)),
        None if !artifacts.loaded => Some(Notice::loading(look, "artifacts")),
        None if all == 0 => {
            let body = ["tasks leave them behind; conductor artifacts upload brings one"];
            Some(Notice::empty(look, "the run has no artifact", &body))
        }
        _ if shown == 0 => {
            let filter = format!("filter: {}", plain(&artifacts.filter));
            Some(Notice::empty(look, "no artifact matches", &[&filter, "Esc shows all again"]))
        }
        _ => None,
    };
    if let Some(message) = instead {
        notice(frame, inner, &message, look);
        return;
    }
    let cells = usize::from(inner.width);
    let mark = look.glyphs.ellipsis;
    let name = name_cells(cells);
    let head = columns(cells, &["kind", "size", "proves", "signature", "digest"], mark);
    let head = format!("    {} {head}", pad("name", name, mark));
    let top = Rect { height: 1.min(inner.height), ..inner };
    frame.render_widget(Paragraph::new(Line::styled(head, look.style(Meaning::Dim))), top);
    let bottom = u16::from(artifacts.more).min(inner.height - top.height);
    let height = inner.height - top.height - bottom;
    let rows = Rect { y: inner.y + top.height, height, ..inner };
    if artifacts.more {
        let text = format!("only the newest {} are here: Y copies the command", count(all as u64));
        let line = Line::styled(pad(&text, cells, mark), look.style(Meaning::Warn));
        let place = Rect { y: rows.bottom(), height: bottom, ..inner };
        frame.render_widget(Paragraph::new(line), place);
    }
    let window = artifacts.scroll.window(artifacts.rows().len(), usize::from(rows.height));
    let lines = window.filter_map(|at| {
        let chosen = at == artifacts.scroll.cursor;
        Some(row(artifacts.row(at)?, chosen, (focused, name, cells), look))
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), rows);
}

fn name_cells(cells: usize) -> usize {
    let mut taken = 5 + SIZE;
    let wanted = [
        (KIND_FROM, KIND),
        (PROVES_FROM, PROVES),
        (SIGNATURE_FROM, SIGNATURE),
        (DIGEST_FROM, DIGEST),
    ];
    for (from, more) in wanted {
        taken += if cells >= from { more } else { 0 };
    }
    cells.saturating_sub(taken).max(8)
}

/// The columns behind the name that there is room for.
fn columns(cells: usize, texts: &[&str; 5], mark: char) -> String {
    let [kind, size, proves, signature, digest] = *texts;
    let kind = if cells >= KIND_FROM { pad(kind, KIND, mark) } else { String::new() };
    let mut line = format!("{kind}{size:>width$}", width = SIZE - 2);
    line.push_str("  ");
    for (from, text, room) in [
        (PROVES_FROM, proves, PROVES),
        (SIGNATURE_FROM, signature, SIGNATURE),
        (DIGEST_FROM, digest, DIGEST),
    ] {
        if cells >= from {
            line.push_str(&pad(text, room, mark));
        }
    }
    line
}

fn row<'a>(
    artifact: &ArtifactRecord,
    chosen: bool,
    (focused, name, cells): (bool, usize, usize),
    look: &Look,
) -> Line<'a> {
    let (g, mark) = (look.glyphs, look.glyphs.ellipsis);
    // Shape, word and colour of the signature say the same.
    let (glyph, meaning) = match artifact.signature() {
        _ if artifact.expired.is_some() => (g.cancelled, Meaning::Warn),
        ArtifactSignature::Signed => (g.succeeded, Meaning::Ok),
        ArtifactSignature::Unverifiable => (g.failed, Meaning::Danger),
        _ => (g.waiting, Meaning::Dim),
    };
    let word = match &artifact.expired {
        Some(_) => "removed",
        None => signature(artifact.signature()),
    };
    let size = bytes(artifact.size_bytes);
    let digest = artifact.digest.trim_start_matches("sha256:");
    let texts = [&*plain(&artifact.kind), &size, &proves(artifact), word, digest];
    let cursor = if chosen { g.cursor } else { " " };
    let mut line = Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(format!("{glyph} "), look.style(meaning)),
        Span::raw(format!("{} ", pad(&plain(&artifact.name), name, mark))),
        Span::styled(columns(cells, &texts, mark), look.style(Meaning::Dim)),
    ]);
    if chosen && focused {
        select(&mut line, look);
    }
    line
}

fn chosen_view(
    artifacts: &Artifacts,
    frame: &mut Frame<'_>,
    area: Rect,
    focused: bool,
    shared: &Shared,
) {
    let look = &shared.look;
    let chosen = artifacts.selected();
    let detail = chosen.map(|artifact| plain(&artifact.name)).unwrap_or_default();
    let note = if artifacts.saves() { "saving".to_owned() } else { "e saves it".to_owned() };
    let inner = Pane { title: "Artifact", detail, note, focused }.draw(frame, area, look);
    if chosen.is_none() {
        let words = ["its record, and what it says"];
        notice(frame, inner, &Notice::empty(look, "no artifact is chosen", &words), look);
        return;
    }
    artifacts.sheet.view(frame, inner, page(artifacts, inner, shared), look);
}

/// What is known of the chosen one, and what it says.
fn page(artifacts: &Artifacts, inner: Rect, shared: &Shared) -> Vec<planned::Line> {
    let mut page = Page::new(Sheet::columns(inner));
    if let Some(artifact) = artifacts.selected() {
        facts(artifact, &mut page, shared);
        page.heading("Content");
        content(artifacts, artifact, &mut page);
    }
    page.lines
}

fn facts(artifact: &ArtifactRecord, page: &mut Page, shared: &Shared) {
    let mut field = |label: &str, tone: Tone, text: &str| {
        if !text.is_empty() {
            page.field(label, &[(tone, plain(text))]);
        }
    };
    field("artifact", Tone::Strong, &artifact.artifact_id);
    field("kind", Tone::Plain, &artifact.kind);
    field("task", Tone::Plain, &artifact.task_id);
    field("digest", Tone::Strong, &artifact.digest);
    field("place", Tone::Plain, &artifact.uri);
    field("hash", Tone::Plain, &artifact.content_hash);
    field("size", Tone::Plain, &bytes(artifact.size_bytes));
    field("type", Tone::Plain, &artifact.media_type);
    let declared = match artifact.flags_source() {
        FlagsSource::Declared => " (declared: nobody looked)",
        _ => "",
    };
    let flags = proves(artifact);
    if flags.is_empty() {
        field("proves", Tone::Dim, "nothing by itself");
    } else {
        field("proves", Tone::Good, &format!("{flags}{declared}"));
    }
    field("found", Tone::Plain, &artifact.found);
    match artifact.signature() {
        ArtifactSignature::Signed => {
            let by = format!("signed by {} with {}", artifact.signed_by, artifact.signed_with);
            field("signature", Tone::Good, &by);
        }
        ArtifactSignature::Unverifiable => {
            let why = format!("unverifiable: {}", artifact.signature_problem);
            field("signature", Tone::Bad, &why);
        }
        _ => field("signature", Tone::Dim, "unsigned"),
    }
    for signer in &artifact.signed_within {
        let by = format!("by {} with {}", signer.principal, signer.fingerprint);
        field("inside", Tone::Good, &by);
    }
    let moment = |at: Option<&pbjson_types::Timestamp>| {
        let at = at.map(time::from_wire).unwrap_or_default();
        at.to_zoned(shared.look.zone.clone()).strftime("%d %b %H:%M").to_string()
    };
    let since = format!("{}, {}", artifact.created_by, moment(artifact.created_at.as_ref()));
    field("by", Tone::Plain, &since);
    field("retention", Tone::Plain, &artifact.tier);
    let mark = |mark: &ArtifactMark| {
        format!("by {}, {}: {}", mark.by, moment(mark.at.as_ref()), mark.reason)
    };
    field("held", Tone::Warn, &artifact.held.as_ref().map(mark).unwrap_or_default());
    field("removed", Tone::Warn, &artifact.expired.as_ref().map(mark).unwrap_or_default());
    field("more", Tone::Plain, &artifact.additional_metadata_json);
}

fn content(artifacts: &Artifacts, artifact: &ArtifactRecord, page: &mut Page) {
    let mut say = |tone: Tone, text: String| {
        page.line(vec![(Tone::Plain, "  ".to_owned()), (tone, text)]);
    };
    if let Some(why) = artifacts.not_read() {
        return say(Tone::Warn, why.to_owned());
    }
    match &artifacts.content {
        Content::Unasked if artifact.size_bytes > LOOKED_AT_BYTES_MAX => {
            say(Tone::Dim, "it is too large to be looked at here: e saves it".to_owned());
        }
        Content::Unasked => say(Tone::Dim, "Enter reads it, e saves it".to_owned()),
        Content::Coming(done, total) => {
            say(Tone::Strong, format!("reading: {} of {}", bytes(*done), bytes(*total)));
        }
        Content::Fault(fault) => {
            say(Tone::Bad, plain(&fault.message));
            if !fault.hint.is_empty() {
                say(Tone::Dim, plain(&fault.hint));
            }
        }
        Content::Here { text, cut } => {
            say(Tone::Good, "its digest holds: it is what was recorded".to_owned());
            let Some(text) = text else {
                return say(Tone::Dim, "it is not text: e saves it".to_owned());
            };
            page.gap();
            let room = SHOWN_BYTES_MAX / 1024;
            for line in text.lines() {
                page.line(vec![(Tone::Plain, String::new()), (Tone::Plain, plain(line))]);
            }
            if *cut {
                let words = format!("the first {room} KiB: e saves all of it");
                page.line(vec![(Tone::Plain, String::new()), (Tone::Dim, words)]);
            }
        }
    }
}
