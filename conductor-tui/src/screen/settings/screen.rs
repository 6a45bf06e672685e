//! The screen's state: which pane, which row, and the list of what a setting can be.

use conductor_protocol::{
    needles::Needles,
    v1::{StatusRequest, StatusResponse},
};
use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};
use serde_json::json;

use super::{
    about::about,
    keys::{KeyLine, key_lines},
    view::{heights, settings_view},
};
use crate::{
    app::{Answer, Effect, Fault, Query, Shared, Subject, Ticket, body},
    input::{Action, Place},
    screen::{Event, Intent, Screen, Tab},
    settings::{Kind, Origin, Row, Spec, spec},
    widget::{Scroll, Target},
};

/// Which pane has the focus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Focus {
    #[default]
    Settings,
    Keys,
    About,
}

impl Focus {
    pub(super) const ALL: [Self; 3] = [Self::Settings, Self::Keys, Self::About];

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::Keys => "Keys",
            Self::About => "About",
        }
    }

    fn step(self, by: usize) -> Self {
        Self::ALL[(self as usize + by) % Self::ALL.len()]
    }
}

/// A list of what a setting can be lies open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choosing {
    pub(super) spec: &'static Spec,
    pub(super) choices: Vec<String>,
    pub(super) at: Scroll,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct SettingsScreen {
    pub(super) focus: Focus,
    pub(super) filter: String,
    /// Of the panes, in their order.
    pub(super) at: [Scroll; 3],
    pub(super) choosing: Option<Choosing>,
    keys: Vec<KeyLine>,
    /// Everything else as it was last, for whoever writes it to a file.
    listed: (Vec<Row>, Vec<(String, String)>),
    /// What the daemon says of itself.
    pub(super) daemon: Option<Result<Box<StatusResponse>, Fault>>,
    /// Older answers don't count.
    generation: u64,
}

impl SettingsScreen {
    /// The settings that match.
    pub(super) fn settings(&self, shared: &Shared) -> Vec<Row> {
        let mut rows = shared.told.settings();
        rows.retain(|row| {
            let help = spec(&row.name).map_or("", |spec| spec.help);
            self.matches(&format!("{} {} {} {help}", row.name, row.value, row.origin))
        });
        rows
    }

    /// The lines of keys that match.
    pub(super) fn keys(&self) -> Vec<&KeyLine> {
        let text = |line: &KeyLine| {
            let changed = if line.changed.is_empty() { "" } else { "changed" };
            let KeyLine { place, action, keys, help, .. } = line;
            format!("{place} {action} {keys} {help} {changed}")
        };
        self.keys.iter().filter(|line| self.matches(&text(line))).collect()
    }

    /// What matches of the rest.
    pub(super) fn about(&self, shared: &Shared) -> Vec<(String, String)> {
        let mut rows = about(self, shared);
        rows.retain(|(name, text)| self.matches(&format!("{name} {text}")));
        rows
    }

    fn matches(&self, text: &str) -> bool {
        Needles::new(&self.filter).matches(text)
    }

    /// The chosen setting.
    fn row(&self, shared: &Shared) -> Option<(Row, &'static Spec)> {
        let row = self.settings(shared).into_iter().nth(self.at[0].cursor)?;
        let spec = spec(&row.name)?;
        Some((row, spec))
    }

    fn rows(&self, focus: Focus, shared: &Shared) -> usize {
        match focus {
            Focus::Settings => self.settings(shared).len(),
            Focus::Keys => self.keys().len(),
            Focus::About => self.about(shared).len(),
        }
    }

    fn ask(&mut self, shared: &Shared) -> Vec<Intent> {
        if !shared.link.is_live() {
            return Vec::new();
        }
        self.generation += 1;
        let ticket = Ticket::Screen(Tab::Settings, self.generation);
        let request = StatusRequest { scope: Some(shared.scope.clone()) };
        vec![Intent::Do(Effect::Ask(ticket, Query::Status(request)))]
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Vec<Intent> {
        if self.choosing.is_some() {
            return self.choose(action, shared);
        }
        match action {
            Action::NextPane => self.focus = self.focus.step(1),
            Action::PreviousPane => self.focus = self.focus.step(2),
            Action::Back if self.focus == Focus::Settings => self.filter.clear(),
            Action::Back => self.focus = Focus::Settings,
            Action::ChangeSetting => return self.change(shared),
            Action::WriteSetting => {
                let chosen = self.row(shared);
                let effect = chosen
                    .map(|(row, _)| Effect::WriteSetting { name: row.name, value: row.value });
                return effect.map(Intent::Do).into_iter().collect();
            }
            moving => {
                let rows = self.rows(self.focus, shared);
                let height = heights(body(shared.size), self.focus)[self.focus as usize];
                self.at[self.focus as usize].act(moving, rows, height);
            }
        }
        Vec::new()
    }

    /// What is one of two becomes the other; of the rest the list opens, at what it is.
    fn change(&mut self, shared: &Shared) -> Vec<Intent> {
        let Some((row, spec)) = self.row(shared) else { return Vec::new() };
        if spec.kind == Kind::Toggle {
            let other = if row.value == "on" { "off" } else { "on" };
            return vec![Intent::Go(Target::Choose(spec.name, other.to_owned()))];
        }
        let choices = shared.told.choices(spec);
        let cursor = choices.iter().position(|choice| *choice == row.value).unwrap_or(0);
        self.choosing = Some(Choosing { spec, choices, at: Scroll { cursor, offset: 0 } });
        Vec::new()
    }

    fn choose(&mut self, action: Action, shared: &Shared) -> Vec<Intent> {
        let Some(open) = &mut self.choosing else { return Vec::new() };
        match action {
            Action::Back => self.choosing = None,
            Action::ChangeSetting => {
                let taken = open.choices.get(open.at.cursor).cloned();
                let target = taken.map(|value| Target::Choose(open.spec.name, value));
                self.choosing = None;
                return target.map(Intent::Go).into_iter().collect();
            }
            moving => {
                let height = usize::from(body(shared.size).height.saturating_sub(2));
                open.at.act(moving, open.choices.len(), height);
            }
        }
        Vec::new()
    }

    fn settle(&mut self, shared: &Shared) {
        self.listed = (shared.told.settings(), about(self, shared));
        let heights = heights(body(shared.size), self.focus);
        for focus in Focus::ALL {
            let rows = self.rows(focus, shared);
            self.at[focus as usize].settle(rows, heights[focus as usize]);
        }
        if let Some(open) = &mut self.choosing {
            let height = usize::from(body(shared.size).height.saturating_sub(2));
            open.at.settle(open.choices.len(), height);
        }
    }

    /// Why the chosen setting is not changed here; nothing where it can be.
    fn fixed(&self, action: Action, shared: &Shared) -> Option<&'static str> {
        let (row, spec) = self.row(shared)?;
        let from_file = matches!(row.origin, Origin::File { .. });
        match (action, spec.kind) {
            (_, Kind::Text) => {
                Some("the console starts with it; `conductor settings set` writes it")
            }
            (Action::ChangeSetting, Kind::Toggle)
                if spec.short() == "read_only" && row.value == "on" =>
            {
                Some("a console that is read-only stays so")
            }
            (Action::WriteSetting, _) if from_file => Some("the file says so already"),
            _ => None,
        }
    }
}

impl Screen for SettingsScreen {
    fn title(&self) -> &'static str {
        "Settings"
    }

    fn places(&self) -> &'static [Place] {
        match (self.focus, &self.choosing) {
            (_, Some(_)) => &[Place::SettingChoices],
            (Focus::Settings, None) => &[Place::Settings],
            (Focus::Keys, None) => &[Place::SettingKeys],
            (Focus::About, None) => &[Place::About],
        }
    }

    fn subject(&self, action: Action) -> Subject {
        match (action, self.focus) {
            (Action::ChangeSetting | Action::WriteSetting, Focus::Keys | Focus::About) => {
                Subject::Absent
            }
            _ => Subject::Of(String::new()),
        }
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let intents = match event {
            Event::Enter => {
                self.keys = key_lines(&shared.told.keys());
                self.ask(shared)
            }
            Event::Act(action @ (Action::ChangeSetting | Action::WriteSetting))
                if self.choosing.is_none() && self.fixed(action, shared).is_some() =>
            {
                let why = self.fixed(action, shared).unwrap_or_default();
                let now = shared.now;
                shared.messages.say(now, crate::app::Level::Warn, why, "");
                Vec::new()
            }
            Event::Act(action) => self.act(action, shared),
            Event::Reply(Ticket::Screen(_, number), answer) if number == self.generation => {
                match answer {
                    Ok(Answer::Status(status)) => self.daemon = Some(Ok(status)),
                    Ok(_) => {}
                    Err(fault) => self.daemon = Some(Err(fault)),
                }
                Vec::new()
            }
            Event::Leave => {
                self.choosing = None;
                Vec::new()
            }
            Event::Resize | Event::Tick | Event::Reply(..) | Event::Feed(..) => Vec::new(),
        };
        self.settle(shared);
        intents
    }

    fn outermost(&self) -> bool {
        self.focus == Focus::Settings && self.choosing.is_none()
    }

    /// A pane, or a setting.
    fn open(&mut self, what: &str, shared: &mut Shared) -> Vec<Intent> {
        self.choosing = None;
        self.filter.clear();
        match what {
            "keys" => self.focus = Focus::Keys,
            "about" => self.focus = Focus::About,
            name => {
                self.focus = Focus::Settings;
                let rows = self.settings(shared);
                let wanted = spec(name).map(|spec| spec.name);
                let at = rows.iter().position(|row| Some(row.name.as_str()) == wanted);
                self.at[0].cursor = at.unwrap_or(0);
            }
        }
        self.settle(shared);
        Vec::new()
    }

    fn filter_text(&self) -> String {
        self.filter.clone()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        text.clone_into(&mut self.filter);
        self.at = <_>::default();
        self.settle(shared);
        Ok(Vec::new())
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        settings_view(self, frame, area, shared);
    }

    fn twin(&self) -> String {
        match self.focus {
            Focus::Settings => "conductor settings list",
            Focus::Keys => "conductor keymap",
            Focus::About => "conductor paths",
        }
        .to_owned()
    }

    fn chosen(&self, shared: &Shared) -> Option<String> {
        let at = self.at[self.focus as usize].cursor;
        match self.focus {
            Focus::Settings => self.row(shared).map(|(row, _)| row.name),
            Focus::Keys => self.keys().get(at).map(|line| line.action.to_owned()),
            Focus::About => self.about(shared).into_iter().nth(at).map(|(_, text)| text),
        }
    }

    fn export(&self) -> Option<(String, String)> {
        let keys = self.keys.iter().map(|line| {
            let KeyLine { place, action, keys, changed, .. } = line;
            json!({ "place": place, "action": action, "keys": keys, "changed": changed })
        });
        let keys: Vec<_> = keys.collect();
        let (settings, about) = &self.listed;
        let settings = settings.iter().map(
            |row| json!({ "name": row.name, "value": row.value, "from": row.origin.to_string() }),
        );
        let settings: Vec<_> = settings.collect();
        let about: serde_json::Map<_, _> =
            about.iter().map(|(name, text)| (name.clone(), text.clone().into())).collect();
        let json = json!({ "settings": settings, "keys": keys, "about": about });
        Some(("settings".to_owned(), serde_json::to_string_pretty(&json).ok()?))
    }

    fn next_wake(&self, _shared: &Shared) -> Option<Timestamp> {
        None
    }
}
