//! The top line, which never lies, and the line of screens below it.

use ratatui::{
    Frame,
    layout::Rect,
    style::{Modifier, Style},
    text::{Line, Span},
    widgets::Paragraph,
};

use super::ellipsis;
use crate::{
    app::{Context, LinkState, Shared, Tone, time},
    theme::Meaning,
};

/// Cells of who somebody is, where they are not just the local user.
const PRINCIPAL_CELLS: usize = 24;

/// Tenant, environment, region; who somebody is, where it is not the local user; the link; what
/// waits for whoever looks; the clock. Where there is little room the clock goes first, then the
/// name, tenant and region, then all but the first word and the numbers at the right. The environment
/// never goes: nobody has to guess whether it is production.
pub(crate) fn header(frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let room = usize::from(area.width);
    let (mut left, mut right) = (left(shared, true, true), right(shared, Room::Clock));
    let fits = |left: &Line<'_>, right: &Line<'_>| left.width() + right.width() < room;
    for (name, scope, much) in [
        (true, true, Room::Words),
        (false, true, Room::Words),
        (false, false, Room::Words),
        (false, false, Room::Numbers),
    ] {
        if fits(&left, &right) {
            break;
        }
        (left, right) = (self::left(shared, name, scope), self::right(shared, much));
    }
    let taken = u16::try_from(left.width()).unwrap_or(u16::MAX).min(area.width);
    let plain = shared.look.style(ground(shared));
    frame.render_widget(Paragraph::new(left).style(plain), area);
    let cells = u16::try_from(right.width()).unwrap_or(u16::MAX).min(area.width - taken);
    let place = Rect { x: area.right() - cells, width: cells, ..area };
    frame.render_widget(Paragraph::new(right).style(plain), place);
}

/// How much is told at the right.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Clock,
    Words,
    /// The state of the link, and how many of what.
    Numbers,
}

/// What the line stands on: in production, and what is to feel like it, a band of its own.
fn ground(shared: &Shared) -> Meaning {
    let felt = shared.context.as_ref().map(|context| shared.tone(context));
    match felt == Some(Tone::Danger) || shared.is_production() {
        true => Meaning::Band,
        false => Meaning::Header,
    }
}

/// A context's word as it stands wherever something could be changed.
pub(crate) fn badge<'a>(context: &Context, ground: Meaning, shared: &Shared) -> Span<'a> {
    let look = &shared.look;
    let on_ground = |meaning| {
        let bg = look.style(ground).bg;
        Style { bg, ..look.style(meaning) }.add_modifier(Modifier::REVERSED | Modifier::BOLD)
    };
    let style = match shared.tone(context) {
        Tone::Danger => look.style(Meaning::Production),
        Tone::Warn => on_ground(Meaning::Warn),
        Tone::Ok => on_ground(Meaning::Ok),
        Tone::Accent => on_ground(Meaning::Accent),
    };
    Span::styled(format!(" {} ", context.word), style)
}

/// A meaning on the line's ground.
fn on_ground(shared: &Shared, meaning: Meaning) -> Style {
    let style = shared.look.style(meaning);
    let ground = shared.look.style(ground(shared));
    // Its own ground and what goes with that stay behind.
    Style { bg: ground.bg, sub_modifier: Modifier::empty(), ..style }
}

fn left<'a>(shared: &Shared, name: bool, whole_scope: bool) -> Line<'a> {
    let look = &shared.look;
    let plain = look.style(ground(shared));
    let dim = on_ground(shared, Meaning::HeaderDim);
    let dot = Span::styled(format!(" {} ", look.glyphs.separator), dim);
    let scope = &shared.scope;
    let mut spans = vec![Span::styled(" ", plain)];
    if name {
        spans.push(Span::styled("conductor ", plain));
        let known = !scope.environment.is_empty();
        let chevron = if known { look.glyphs.chevron } else { "" };
        spans.push(Span::styled(format!("{chevron} "), dim));
    }
    // It never goes, as the environment does not: where one is, nobody has to guess.
    let named = shared.context.as_ref();
    let is_env = |context: &Context| context.word.eq_ignore_ascii_case(&scope.environment);
    if let Some(context) = named {
        spans.extend([badge(context, ground(shared), shared), Span::styled(" ", plain)]);
    }
    // Before the daemon has answered only what was asked for is known.
    let has = |text: &str| whole_scope && !text.is_empty();
    if has(&scope.tenant) {
        spans.extend([Span::styled(scope.tenant.clone(), plain), dot.clone()]);
    }
    if named.is_some_and(is_env) {
        // The word says it already.
        if spans.last().is_some_and(|last| *last == dot) {
            spans.pop();
        }
    } else if shared.is_production() {
        let word = format!(" {} ", scope.environment.to_uppercase());
        spans.push(Span::styled(word, look.style(Meaning::Production)));
    } else {
        spans.push(Span::styled(scope.environment.clone(), plain));
    }
    if has(&scope.region) {
        spans.extend([dot, Span::styled(scope.region.clone(), plain)]);
    }
    if shared.named {
        spans.push(Span::styled("  as ", dim));
        let who = ellipsis(&shared.principal, PRINCIPAL_CELLS, look.glyphs.ellipsis);
        spans.push(Span::styled(who.into_owned(), plain));
    }
    if shared.read_only {
        spans.push(Span::styled("  read-only", dim));
    }
    Line::from(spans)
}

fn right<'a>(shared: &Shared, room: Room) -> Line<'a> {
    let look = &shared.look;
    let brief = room == Room::Numbers;
    let (glyph, words, meaning) = link(shared, brief);
    let style = on_ground(shared, meaning);
    let mut spans = Vec::new();
    if let Some(paused) = shared.paused {
        let age =
            if brief { String::new() } else { format!(", {} old", stale_age(shared, paused.at)) };
        let words = format!("{} {}{age}  ", look.glyphs.paused, paused.words());
        spans.push(Span::styled(words, on_ground(shared, Meaning::Warn)));
    }
    if shared.recording.is_some() {
        let style = on_ground(shared, Meaning::Danger);
        spans.push(Span::styled(format!("{} rec  ", look.glyphs.live), style));
    }
    spans.push(Span::styled(format!("{glyph} {words} "), style));
    let mut tell = |glyph: &str, text: &str, meaning: Meaning| {
        let air = if brief { " " } else { "  " };
        spans.push(Span::styled(format!("{air}{glyph} {text} "), on_ground(shared, meaning)));
    };
    let counted = |number: u32, one: &str, many: &str| match (brief, number) {
        (true, _) => number.to_string(),
        (false, 1) => format!("1 {one}"),
        (false, _) => format!("{number} {many}"),
    };
    let waiting = shared.approvals_waiting;
    if waiting > 0 {
        tell(look.glyphs.flag, &counted(waiting, "approval", "approvals"), Meaning::Warn);
    }
    let (due, open) = shared.alerts;
    if due > 0 {
        tell(look.glyphs.alert, &counted(due, "review due", "reviews due"), Meaning::Warn);
    }
    if open > 0 {
        tell(look.glyphs.alert, &counted(open, "incident", "incidents"), Meaning::Danger);
    }
    if !shared.freezes.is_empty() {
        // By shape and word: everybody who works here is held up.
        let stopped = shared.freezes.iter().any(|freeze| !freeze.stops.is_empty());
        let (word, meaning) =
            if stopped { ("stopped", Meaning::Danger) } else { ("frozen", Meaning::Warn) };
        tell(look.glyphs.frozen, word, meaning);
    }
    if room == Room::Clock {
        // In minutes: an idle console has nothing to draw every second.
        let clock = time::clock_minutes(shared.now, &look.zone);
        spans.push(Span::styled(format!("  {clock} "), on_ground(shared, Meaning::HeaderDim)));
    }
    Line::from(spans)
}

/// State of the link as glyph, words and meaning.
fn link(shared: &Shared, brief: bool) -> (&'static str, String, Meaning) {
    let g = shared.look.glyphs;
    let more = |words: &str| if brief { String::new() } else { words.to_owned() };
    match (&shared.link.state, shared.link.heard_at) {
        (LinkState::Live, _) => {
            let latency = shared.link.latency.map(|l| format!(" {} ms", l.as_millis().max(1)));
            (g.live, format!("live{}", more(&latency.unwrap_or_default())), Meaning::Ok)
        }
        (LinkState::Connecting, _) => (g.connecting, "connecting".into(), Meaning::Waiting),
        (LinkState::Lost(_), Some(at)) => {
            let age = stale_age(shared, at);
            (g.stale, format!("stale {age}{}", more(", retrying")), Meaning::Warn)
        }
        (LinkState::Lost(_), None) => {
            (g.stale, format!("no daemon{}", more(", retrying")), Meaning::Warn)
        }
    }
}

/// Age of the data: by the second, or by the minute where motion is unwanted.
fn stale_age(shared: &Shared, since: jiff::Timestamp) -> String {
    let seconds = shared.now.duration_since(since).as_secs().max(0);
    match (shared.look.reduced_motion, seconds) {
        (true, ..60) => "under 1 m".into(),
        (true, s) => format!("{} m", s / 60),
        (false, s @ ..60) => format!("{s} s"),
        (false, s) => format!("{} m {:02} s", s / 60, s % 60),
    }
}
