//! Draws the list: a line for each tenant with its state, its runs, the budget that is nearest to its end,
//! and since when it is there.

use conductor_protocol::v1::{Tenant, TenantSpend};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::screen::{SUSPENDED, TenantsScreen};
use crate::{
    app::{Look, Shared, time},
    theme::Meaning,
    widget::{BarSpan, Notice, Pane, bar, count, notice, pad, plain, select},
};

const STATE: usize = 10;
const RUNS: usize = 7;
/// Cells of the bar of a budget, and of its words.
const BAR: usize = 8;
const SPENT: usize = 12;
const AGE: usize = 6;
const RISK: usize = 8;
/// Cells of the word that says where the console looks.
const HERE: usize = 4;

/// Part of a budget from which it wants a look.
const NEARLY: f64 = 0.8;

/// How many cells the columns have that are not always there.
#[derive(Debug, Clone, Copy)]
struct Columns {
    name: usize,
    spent: bool,
    bar: bool,
    risk: bool,
    age: bool,
}

impl Columns {
    const fn of(cells: usize) -> Self {
        let name = match cells {
            ..44 => 11,
            44..60 => 16,
            _ => 20,
        };
        let (spent, bar) = (cells >= 53, cells >= 66);
        Self { name, spent, bar, age: cells >= 72, risk: cells >= 80 }
    }

    /// Cells of what is told of budgets: before the words a bar and a blank, where there is one.
    const fn spent(self) -> usize {
        if self.bar { BAR + 1 + SPENT } else { SPENT }
    }
}

/// Draws it.
pub(super) fn view(screen: &TenantsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let (shown, all) = (screen.rows().len(), screen.all().len());
    let more = if screen.cut { "+" } else { "" };
    let note = match (screen.loaded, shown == all) {
        (false, _) => String::new(),
        (true, true) => format!("{}{more}", count(all as u64)),
        (true, false) => format!("{} of {}{more}", count(shown as u64), count(all as u64)),
    };
    let (detail, focused) = (screen.filter.clone(), !screen.reading);
    let inner = Pane { title: "Tenants", detail, note, focused }.draw(frame, area, look);
    if let Some(message) = instead(screen, look) {
        notice(frame, inner, &message, look);
        return;
    }
    let columns = Columns::of(usize::from(inner.width));
    let top = Rect { height: 1.min(inner.height), ..inner };
    let head = pad(&head(columns, look), usize::from(inner.width), look.glyphs.ellipsis);
    frame.render_widget(Paragraph::new(Line::styled(head, look.style(Meaning::Dim))), top);
    let rows = Rect { y: inner.y + top.height, height: inner.height - top.height, ..inner };
    let window = screen.scroll.window(shown, usize::from(rows.height));
    let drawn = screen.rows().enumerate().skip(window.start).take(window.len()).map(|(at, row)| {
        let mut drawn = line(row, (at == screen.scroll.cursor, columns), shared);
        if at == screen.scroll.cursor {
            select(&mut drawn, look);
        }
        drawn
    });
    frame.render_widget(Paragraph::new(drawn.collect::<Vec<_>>()), rows);
}

fn instead(screen: &TenantsScreen, look: &Look) -> Option<Notice> {
    match &screen.fault {
        Some(fault) => Some(Notice::fault(look, fault)),
        None if !screen.loaded => Some(Notice::loading(look, "tenants")),
        None if screen.all().is_empty() => {
            let body = [
                "roles let people read of a tenant: workflow_reviewer, tenant_admin",
                "conductor whoami says which ones you hold here",
            ];
            Some(Notice::empty(look, "there is no tenant that you may read of", &body))
        }
        None if screen.rows().len() == 0 => {
            Some(Notice::empty(look, "no tenant matches", &["Esc shows all"]))
        }
        None => None,
    }
}

fn head(columns: Columns, look: &Look) -> String {
    let mark = look.glyphs.ellipsis;
    let mut head = format!(
        "    {}{}{}",
        pad("tenant", columns.name, mark),
        pad("state", STATE, mark),
        pad("runs", RUNS, mark)
    );
    if columns.spent {
        head += &pad("spent", columns.spent(), mark);
    }
    if columns.risk {
        head += &pad("risk", RISK, mark);
    }
    if columns.age {
        head += &pad("made", AGE, mark);
    }
    head
}

/// The shape, the word and the meaning of a tenant's state.
pub(super) fn state(tenant: &Tenant, look: &Look) -> (&'static str, String, Meaning) {
    match tenant.status.as_str() {
        "active" => (look.glyphs.live, "active".to_owned(), Meaning::Ok),
        SUSPENDED => (look.glyphs.paused, SUSPENDED.to_owned(), Meaning::Warn),
        other => (look.glyphs.queued, plain(other), Meaning::Dim),
    }
}

/// Part of a budget that is spent. One of nothing is spent by anything.
pub(super) fn part(spend: &TenantSpend) -> f64 {
    match (spend.spent, spend.limit) {
        (0, _) => 0.0,
        (_, 0) => f64::INFINITY,
        (spent, limit) => spent as f64 / limit as f64,
    }
}

/// How a budget stands.
pub(super) fn meaning(part: f64) -> Meaning {
    match part {
        part if part >= 1.0 => Meaning::Danger,
        part if part >= NEARLY => Meaning::Warn,
        _ => Meaning::Ok,
    }
}

/// `45% day`, and `all of day` where nothing is left.
fn spent(spend: &TenantSpend) -> String {
    let part = part(spend);
    if part >= 1.0 {
        return format!("all of {}", plain(&spend.window));
    }
    format!("{:.0}% {}", (part * 100.0).floor(), plain(&spend.window))
}

fn line<'a>(tenant: &Tenant, (chosen, columns): (bool, Columns), shared: &Shared) -> Line<'a> {
    let look = &shared.look;
    let mark = look.glyphs.ellipsis;
    let dim = look.style(Meaning::Dim);
    let (glyph, word, tone) = state(tenant, look);
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let runs = match tenant.runs_active {
        0 => String::new(),
        runs => count(runs),
    };
    let mut spans = vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(format!("{glyph} "), look.style(tone)),
        Span::raw(pad(&plain(&tenant.name), columns.name - 1, mark)),
        Span::raw(" "),
        Span::styled(pad(&word, STATE, mark), look.style(tone)),
        Span::styled(pad(&runs, RUNS, mark), look.style(Meaning::Running)),
    ];
    if columns.spent {
        let worst = tenant.spends.iter().max_by(|a, b| part(a).total_cmp(&part(b)));
        match worst {
            Some(spend) => {
                let (part, tone) = (part(spend), meaning(part(spend)));
                if columns.bar {
                    let used = BarSpan { from: 0.0, to: part.min(1.0), meaning: tone };
                    let used = if part > 0.0 { vec![used] } else { Vec::new() };
                    spans.extend(bar(&used, BAR, look));
                    spans.push(Span::raw(" "));
                }
                spans.push(Span::styled(pad(&spent(spend), SPENT, mark), look.style(tone)));
            }
            None => spans.push(Span::styled(pad("no budget", columns.spent(), mark), dim)),
        }
    }
    if columns.risk {
        let risk = tenant.effective.as_ref().map(|set| plain(&set.risk_profile));
        spans.push(Span::styled(pad(&risk.unwrap_or_default(), RISK, mark), dim));
    }
    if columns.age {
        let made = tenant.created_at.as_ref().map(time::from_wire);
        let age = made.map(|at| time::age(at, shared.data_now())).unwrap_or_default();
        spans.push(Span::styled(pad(&age, AGE, mark), dim));
    }
    let here = if tenant.name == shared.scope.tenant { "here" } else { "" };
    spans.push(Span::styled(pad(here, HERE, mark), look.style(Meaning::Accent)));
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_that_is_spent_is_told_in_words() {
        let spend = |spent, limit| TenantSpend { window: "day".into(), spent, limit };
        for (of, words, tone) in [
            (spend(0, 0), "0% day", Meaning::Ok),
            (spend(1, 0), "all of day", Meaning::Danger),
            (spend(79, 100), "79% day", Meaning::Ok),
            (spend(999, 1000), "99% day", Meaning::Warn),
            (spend(1000, 1000), "all of day", Meaning::Danger),
        ] {
            assert_eq!((spent(&of).as_str(), meaning(part(&of))), (words, tone));
        }
    }
}
