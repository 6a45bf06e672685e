//! The page of one tenant: how it stands, what it may use and has spent, how it is governed, who holds
//! which role, what was done to it lately; the checklist, and what forgetting it would take.

use std::collections::BTreeMap;

use conductor_protocol::v1::{OpenRuns, RecordedDecision, Tenant, TenantSettings};
use ratatui::{Frame, layout::Rect};

use super::{changes::goes, list, screen::TenantsScreen, view::panes};
use crate::{
    app::{Fault, Look, Shared, body, time},
    planned::{self, Tone, lay, plain},
    theme::Meaning,
    widget::{Notice, Pane, Sheet, count, notice},
};

/// Cells of a budget's bar.
const BAR: usize = 16;

type Out<'a> = (&'a mut lay::Page, &'a Shared);

/// Lines of the page, and rows that it is read in.
pub(super) fn size(screen: &TenantsScreen, shared: &Shared) -> (usize, usize) {
    let place = panes(body(shared.size), screen.reading).1.unwrap_or_default();
    let (width, height) = (place.width.saturating_sub(4), place.height.saturating_sub(2));
    let inner = Rect { width, height, ..place };
    let lines = screen.selected().map_or(0, |it| lines(screen, it, inner, shared).len());
    (lines, usize::from(height))
}

/// Draws it.
pub(super) fn view(screen: &TenantsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let chosen = screen.selected();
    let name = chosen.map(|tenant| plain(&tenant.name));
    let title = name.as_deref().unwrap_or("Tenant");
    let here = chosen.is_some_and(|tenant| tenant.name == shared.scope.tenant);
    let detail = if here { "the console looks at it".to_owned() } else { String::new() };
    let focused = screen.reading;
    let pane = Pane { title, detail, focused, ..Pane::default() };
    let inner = pane.draw(frame, area, look);
    let Some(tenant) = chosen else {
        let words = ["what it may use, who works in it, what was done to it"];
        notice(frame, inner, &Notice::empty(look, "no tenant is chosen", &words), look);
        return;
    };
    screen.sheet.view(frame, inner, lines(screen, tenant, inner, shared), look);
}

fn lines(
    screen: &TenantsScreen,
    tenant: &Tenant,
    inner: Rect,
    shared: &Shared,
) -> Vec<planned::Line> {
    let mut page = lay::Page::new(Sheet::columns(inner));
    stands(tenant, (&mut page, shared));
    // What was just asked for comes first.
    forgetting(screen, (&mut page, shared));
    checklist(screen, (&mut page, shared));
    limits(tenant, (&mut page, shared));
    governed(tenant, (&mut page, shared));
    people(screen, tenant, (&mut page, shared));
    lately(screen, (&mut page, shared));
    page.lines
}

fn when(at: Option<&pbjson_types::Timestamp>, shared: &Shared) -> Option<String> {
    let at = time::from_wire(at?).to_zoned(shared.look.zone.clone());
    Some(at.strftime("%Y-%m-%d %H:%M").to_string())
}

const fn tone(meaning: Meaning) -> Tone {
    match meaning {
        Meaning::Ok => Tone::Good,
        Meaning::Warn => Tone::Warn,
        Meaning::Danger => Tone::Bad,
        Meaning::Dim => Tone::Dim,
        _ => Tone::Plain,
    }
}

fn stands(tenant: &Tenant, (page, shared): Out<'_>) {
    let (glyph, word, meaning) = list::state(tenant, &shared.look);
    page.field("state", &[(tone(meaning), format!("{glyph} {word}"))]);
    if let Some(suspended) = &tenant.suspended {
        let at = when(suspended.at.as_ref(), shared).unwrap_or_default();
        let runs = match suspended.runs() {
            OpenRuns::Pause => "runs under way are paused",
            _ => "runs under way go on to their ends",
        };
        let by = format!("since {at}, by {}; {runs}", suspended.by);
        page.field("", &[(Tone::Warn, plain(&by))]);
        page.field("because", &[(Tone::Plain, plain(&suspended.reason))]);
    }
    let made = match (when(tenant.created_at.as_ref(), shared), tenant.created_by.as_str()) {
        (Some(at), "") => at,
        (Some(at), by) => format!("{at}, by {by}"),
        (None, _) => "it was used before tenants were created".to_owned(),
    };
    page.field("made", &[(Tone::Plain, plain(&made))]);
    let runs = match tenant.runs_active {
        0 => (Tone::Dim, "none under way".to_owned()),
        runs => (Tone::Plain, format!("{} under way", count(runs))),
    };
    page.field("runs", &[runs]);
    if tenant.version > 0 {
        let at = when(tenant.changed_at.as_ref(), shared).unwrap_or_default();
        let text = format!("version {}, since {at}", tenant.version);
        page.field("settings", &[(Tone::Plain, text)]);
    }
}

/// What a setting says, and that it is not the tenant's own where it is not.
fn said(text: &str, is_own: bool) -> Vec<(Tone, String)> {
    let mut said = vec![(Tone::Plain, plain(text))];
    if !is_own {
        said.push((Tone::Dim, "  (from the configuration)".to_owned()));
    }
    said
}

fn limits(tenant: &Tenant, (page, shared): Out<'_>) {
    let (own, set) = both(tenant);
    page.heading("May use");
    for class in ["small", "medium", "large"] {
        if let Some(tasks) = set.quotas.get(class) {
            let text = format!("{} tasks of open runs", count(u64::from(*tasks)));
            page.field(class, &said(&text, own.quotas.contains_key(class)));
        }
    }
    if set.quotas.is_empty() {
        page.field("tasks", &[(Tone::Dim, "no quota: policy's own limits count".to_owned())]);
    }
    page.heading("Spent, in seconds of workers' time");
    for spend in &tenant.spends {
        let part = list::part(spend);
        let meaning = list::meaning(part);
        let words = format!(" {} of {}", count(spend.spent), count(spend.limit));
        let mut text = meter(part, tone(meaning), &shared.look);
        text.push((tone(meaning), words));
        if part >= 1.0 {
            text.push((Tone::Bad, "  nothing starts any more".to_owned()));
        }
        if !own.budgets.contains_key(&spend.window) {
            text.push((Tone::Dim, "  (from the configuration)".to_owned()));
        }
        page.field(&plain(&spend.window), &text);
    }
    if tenant.spends.is_empty() {
        page.field("budget", &[(Tone::Dim, "none: what is spent is not counted".to_owned())]);
    }
    page.heading("Contents of artifacts are kept");
    for part in ["hot", "warm", "cold"] {
        let days = set.retention.get(part).copied().unwrap_or_default();
        let is_own = own.retention.contains_key(part);
        page.field(part, &said(&format!("until day {days}"), is_own));
    }
}

/// What its record says, and with that of the configuration.
fn both(tenant: &Tenant) -> (TenantSettings, TenantSettings) {
    (tenant.settings.clone().unwrap_or_default(), tenant.effective.clone().unwrap_or_default())
}

/// A bar in text; whatever was spent is seen, however little it was.
fn meter(part: f64, tone: Tone, look: &Look) -> Vec<(Tone, String)> {
    let cells = (part.clamp(0.0, 1.0) * BAR as f64).round() as usize;
    let cells = cells.max(usize::from(part > 0.0));
    let glyphs = look.glyphs;
    vec![(tone, glyphs.bar.repeat(cells)), (Tone::Dim, glyphs.track.repeat(BAR - cells))]
}

fn governed(tenant: &Tenant, (page, _): Out<'_>) {
    let (own, set) = both(tenant);
    page.heading("Governed");
    let before = page.lines.len();
    for (label, text, is_own) in [
        ("profile", set.profile, !own.profile.is_empty()),
        ("risk", set.risk_profile, !own.risk_profile.is_empty()),
        ("data", set.data_sensitivity, !own.data_sensitivity.is_empty()),
        ("unit", set.business_unit, !own.business_unit.is_empty()),
        ("home", set.region, !own.region.is_empty()),
        ("regions", set.regions.join(", "), !own.regions.is_empty()),
        ("purposes", set.purposes.join(", "), !own.purposes.is_empty()),
        ("admits", set.admits.join(", "), !own.admits.is_empty()),
    ] {
        if !text.is_empty() {
            page.field(label, &said(&text, is_own));
        }
    }
    if page.lines.len() == before {
        page.line(vec![(
            Tone::Dim,
            "by what the bundle of policy says of every tenant".to_owned(),
        )]);
    }
}

/// Why something is not told.
fn untold(fault: &Fault, page: &mut lay::Page) {
    page.line(vec![(Tone::Warn, format!("not told: {}", plain(&fault.message)))]);
}

fn reading(page: &mut lay::Page, look: &Look) {
    page.line(vec![(Tone::Dim, format!("reading{}", look.glyphs.ellipsis))]);
}

fn people(screen: &TenantsScreen, tenant: &Tenant, (page, shared): Out<'_>) {
    page.heading("Roles");
    match &screen.detail.grants {
        None => reading(page, &shared.look),
        Some(Err(fault)) => untold(fault, page),
        Some(Ok(found)) => {
            let mut roles: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for grant in &found.grants {
                roles.entry(&grant.role).or_default().push(&grant.principal);
            }
            if roles.is_empty() {
                let text = "nobody holds one: nobody can work in it".to_owned();
                page.line(vec![(Tone::Warn, text)]);
            }
            for (role, who) in roles {
                // Roles are longer than the labels of a page.
                let names = plain(&who.join(", "));
                page.line(vec![(Tone::Dim, format!("{:<19}", plain(role))), (Tone::Plain, names)]);
            }
        }
    }
    if !tenant.guests.is_empty() {
        page.heading("Guests, who may read");
    }
    for guest in &tenant.guests {
        let until = when(guest.until.as_ref(), shared).unwrap_or_default();
        let text = format!("until {until}, let in by {}: {}", guest.by, guest.reason);
        page.line(vec![
            (Tone::Strong, format!("{} ", plain(&guest.principal))),
            (Tone::Plain, plain(&text)),
        ]);
    }
}

fn lately(screen: &TenantsScreen, (page, shared): Out<'_>) {
    page.heading("Done to it lately");
    match &screen.detail.lately {
        None => reading(page, &shared.look),
        Some(Err(fault)) => untold(fault, page),
        Some(Ok(found)) if found.is_empty() => {
            page.line(vec![(Tone::Dim, "nothing that is on record".to_owned())]);
        }
        Some(Ok(found)) => found.iter().for_each(|one| done(one, (page, shared))),
    }
}

fn done(one: &RecordedDecision, (page, shared): Out<'_>) {
    let decision = one.decision.clone().unwrap_or_default();
    let glyphs = shared.look.glyphs;
    let (glyph, word, tone) = match (decision.allow, decision.unmet.as_str()) {
        (true, "") => (glyphs.succeeded, "done".to_owned(), Tone::Good),
        (true, unmet) => {
            let want = plain(unmet).replace('_', " ").to_lowercase();
            (glyphs.waiting, format!("not done: {want}"), Tone::Warn)
        }
        (false, _) => (glyphs.cancelled, "denied".to_owned(), Tone::Bad),
    };
    let times = if one.count > 1 { format!(", {} times", one.count) } else { String::new() };
    page.line(vec![
        (Tone::Dim, when(one.at.as_ref(), shared).unwrap_or_default()),
        (Tone::Strong, format!("  {} ", plain(&one.action))),
        (tone, format!("{glyph} {word}{times}")),
        (Tone::Plain, format!("  by {}", plain(&one.principal))),
    ]);
}

fn checklist(screen: &TenantsScreen, (page, shared): Out<'_>) {
    let Some(checks) = &screen.detail.checks else { return };
    page.heading("Whether it is ready");
    let found = match checks {
        None => return reading(page, &shared.look),
        Some(Err(fault)) => return untold(fault, page),
        Some(Ok(found)) => found,
    };
    let glyphs = shared.look.glyphs;
    for check in found.iter().filter(|check| check.status != "not_built") {
        let (glyph, tone) = match check.status.as_str() {
            "ok" => (glyphs.succeeded, Tone::Good),
            _ => (glyphs.failed, Tone::Bad),
        };
        let word = if check.status == "ok" { "ok" } else { "missing" };
        page.labelled(
            0,
            &plain(&check.name),
            &[
                (tone, format!("{glyph} {word}")),
                (Tone::Plain, format!("  {}", plain(&check.message))),
            ],
        );
        if !check.mend.is_empty() {
            page.labelled(0, "", &[(Tone::Strong, plain(&check.mend))]);
        }
    }
    let absent: Vec<&str> = found
        .iter()
        .filter(|check| check.status == "not_built")
        .map(|check| check.name.as_str())
        .collect();
    if !absent.is_empty() {
        let text = format!("not built in this version: {}", plain(&absent.join(", ")));
        page.line(vec![(Tone::Dim, text)]);
    }
}

fn forgetting(screen: &TenantsScreen, (page, shared): Out<'_>) {
    let Some(looked) = &screen.detail.looked else { return };
    page.heading("Forgetting it");
    let found = match looked {
        None => return reading(page, &shared.look),
        Some(Err(fault)) => return untold(fault, page),
        Some(Ok(found)) => found,
    };
    for line in goes(found) {
        page.line(vec![(Tone::Plain, line)]);
    }
    if found.in_the_way.is_empty() {
        let text = "nothing is in the way: the same key again asks for it".to_owned();
        page.line(vec![(Tone::Warn, text)]);
    }
    for what in &found.in_the_way {
        page.line(vec![(Tone::Bad, format!("in the way: {}", plain(what)))]);
    }
}
