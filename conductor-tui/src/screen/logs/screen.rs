//! The screen's state: which run's output is shown, how, and what keys do to it.

use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};
use serde_json::json;

use super::{
    draw::{Columns, Hosts},
    view::{inner, logs_view},
};
use crate::{
    app::{Level, Shared, Subject, body},
    input::{Action, Place, in_shell},
    log::{Line, Log, Only, Shape, Sieve, Window},
    screen::{Event, Intent, Screen},
    widget::{Target, Told},
};

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct LogsScreen {
    /// Empty until one was opened.
    pub(crate) run_id: String,
    /// The task that it was opened for; empty for all.
    pub(crate) task: String,
    pub(crate) log: Log,
    times: bool,
    wraps: bool,
    hosts: Hosts,
    shown: bool,
    /// Lines are left to be looked through.
    pub(crate) looks: bool,
}

impl LogsScreen {
    pub(crate) fn columns(&self, cells: usize) -> Columns {
        Columns::of(&self.log, self.times, self.hosts, cells)
    }

    /// The window that lines have in the screen's part of the window.
    pub(crate) fn shape(&self, area: Rect) -> Shape {
        let inner = inner(area);
        let cells = usize::from(inner.width);
        Shape {
            height: usize::from(inner.height).saturating_sub(1),
            cells: self.columns(cells).text(cells),
            wraps: self.wraps,
        }
    }

    fn watch(&mut self, shared: &mut Shared) -> Vec<Intent> {
        let wanted = self.shown && !self.run_id.is_empty();
        let effect = wanted.then(|| self.log.watch(&self.run_id, shared)).flatten();
        effect.map(Intent::Do).into_iter().collect()
    }

    /// Shows lines of other hosts, streams or times, or all of them.
    fn sift(&mut self, action: Action, shape: Shape) {
        let host = self.log.current(shape).and_then(|line| self.log.source(&line)).map(|s| s.host);
        self.log.sift(|sieve| match action {
            Action::OnlyHost if sieve.host.is_some() => sieve.host = None,
            Action::OnlyHost => sieve.host = host.map(Only::Host),
            Action::Streams => {
                sieve.stderr = match sieve.stderr {
                    None => Some(true),
                    Some(true) => Some(false),
                    Some(false) => None,
                };
            }
            Action::SinceAll => sieve.window = Window::All,
            Action::Since1m => sieve.window = Window::Minutes(1),
            Action::Since5m => sieve.window = Window::Minutes(5),
            Action::Since15m => sieve.window = Window::Minutes(15),
            Action::Since1h => sieve.window = Window::Minutes(60),
            _ => {}
        });
    }

    /// Goes to something that is looked for, and says where there is none.
    fn seek(&mut self, action: Action, shape: Shape, shared: &mut Shared) {
        let now = shared.now;
        let (found, what) = match action {
            Action::NextMatch => (self.log.seek_match(false, shape), "nothing matches"),
            Action::PreviousMatch => (self.log.seek_match(true, shape), "nothing matches"),
            Action::NextError => {
                (self.log.seek_error(false, now, shape), "no error after this line")
            }
            Action::PreviousError => {
                (self.log.seek_error(true, now, shape), "no error before this line")
            }
            Action::NextMark => (self.log.seek_mark(shape), "no line is marked: m marks one"),
            _ => (self.log.mark(shape), "no more lines can be marked"),
        };
        if !found {
            shared.messages.say(now, Level::Info, what, "");
        }
    }

    fn act(&mut self, action: Action, shared: &mut Shared) -> Vec<Intent> {
        let shape = self.shape(body(shared.size));
        match action {
            Action::Times => self.times = !self.times,
            Action::Wrap => self.wraps = !self.wraps,
            Action::HostColumn => {
                self.hosts = match self.hosts {
                    Hosts::Auto => Hosts::Letter,
                    Hosts::Letter => Hosts::Off,
                    Hosts::Off => Hosts::Name,
                    Hosts::Name => Hosts::Letter,
                };
            }
            Action::NextMatch
            | Action::PreviousMatch
            | Action::NextError
            | Action::PreviousError
            | Action::Mark
            | Action::NextMark => self.seek(action, shape, shared),
            Action::Back => return self.back(),
            Action::Open if !self.run_id.is_empty() => {
                return vec![Intent::Go(Target::Run(self.run_id.clone()))];
            }
            Action::OnlyHost
            | Action::Streams
            | Action::SinceAll
            | Action::Since1m
            | Action::Since5m
            | Action::Since15m
            | Action::Since1h => self.sift(action, shape),
            moving => {
                self.log.act(moving, shape);
            }
        }
        Vec::new()
    }

    /// Takes away the search, then what hides lines, then goes back to the run.
    fn back(&mut self) -> Vec<Intent> {
        let task = (!self.task.is_empty()).then(|| Only::Task(self.task.clone()));
        let plain = Sieve::of_task(task);
        if self.log.needle().is_some() {
            self.log.look_for("");
        } else if *self.log.sieve() != plain {
            self.log.sift(|sieve| *sieve = plain);
        } else if !self.run_id.is_empty() {
            return vec![Intent::Go(Target::Run(self.run_id.clone()))];
        }
        Vec::new()
    }

    fn as_json(&self, line: &Line<'_>) -> serde_json::Value {
        let source = self.log.source(line);
        let at = Timestamp::from_millisecond(line.tag.at_ms).ok().filter(|_| line.tag.at_ms != 0);
        json!({
            "taskId": source.map_or("", |source| &source.task),
            "attempt": source.map_or(0, |source| source.attempt),
            "stream": if line.tag.stderr { "stderr" } else { "stdout" },
            "at": at.map(|at| at.to_string()).unwrap_or_default(),
            "text": line.text,
        })
    }
}

impl Screen for LogsScreen {
    fn title(&self) -> &'static str {
        "Logs"
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Logs]
    }

    fn subject(&self, action: Action) -> Subject {
        let of_lines = action.spec().places.contains(&Place::Logs) || action == Action::Copy;
        match action {
            _ if of_lines && self.run_id.is_empty() => Subject::Absent,
            Action::NextMatch | Action::PreviousMatch if self.log.needle().is_none() => {
                Subject::NotNow("nothing is looked for: `/` looks for a text")
            }
            Action::Export if self.log.rows().len() == 0 => Subject::NotNow("no line is shown"),
            _ => Subject::Of(String::new()),
        }
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        let intents = match event {
            Event::Enter => {
                self.shown = true;
                self.watch(shared)
            }
            Event::Leave => {
                self.shown = false;
                self.log.unwatch().map(Intent::Do).into_iter().collect()
            }
            Event::Act(action) => self.act(action, shared),
            Event::Feed(id, news) => {
                self.log.hear(id, &news);
                Vec::new()
            }
            Event::Reply(..) | Event::Resize | Event::Tick => Vec::new(),
        };
        self.looks = self.log.settle(shared.now, self.shape(body(shared.size)));
        intents
    }

    fn outermost(&self) -> bool {
        self.run_id.is_empty()
    }

    fn open(&mut self, what: &str, shared: &mut Shared) -> Vec<Intent> {
        let (run_id, task) = what.split_once(' ').unwrap_or((what, ""));
        if self.run_id == run_id && self.task == task && self.log.fault.is_none() {
            return Vec::new();
        }
        let mut intents: Vec<Intent> = self.log.unwatch().map(Intent::Do).into_iter().collect();
        // The filters of another run would hide what this one says.
        self.log = Log::default();
        (self.run_id, self.task) = (run_id.to_owned(), task.to_owned());
        if !task.is_empty() {
            self.log.sift(|sieve| sieve.task = Some(Only::Task(task.to_owned())));
        }
        self.shown = true;
        intents.extend(self.watch(shared));
        intents
    }

    fn filter_text(&self) -> String {
        self.log.sieve().text().to_owned()
    }

    fn filter(&mut self, text: &str, shared: &mut Shared) -> Result<Vec<Intent>, String> {
        self.log.sift(|sieve| sieve.set_text(text));
        self.looks = self.log.settle(shared.now, self.shape(body(shared.size)));
        Ok(Vec::new())
    }

    fn search_text(&self) -> String {
        self.log.needle().map(|needle| needle.text().to_owned()).unwrap_or_default()
    }

    fn search(&mut self, text: &str, goes: bool, shared: &mut Shared) {
        let shape = self.shape(body(shared.size));
        self.log.look_for(text);
        self.looks = self.log.settle(shared.now, shape);
        if goes && self.log.needle().is_some() {
            // From the end what was said last is nearest, else what comes next.
            let back = self.log.follows();
            if !self.log.seek_nearest(back, shape) {
                shared.messages.say(shared.now, Level::Info, "nothing matches", "");
            }
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        logs_view(self, frame, area, shared);
    }

    fn told(&self, shared: &Shared) -> Option<Told> {
        super::told::told(self, shared)
    }

    fn twin(&self) -> String {
        match (self.run_id.as_str(), self.task.as_str()) {
            ("", _) => "conductor runs logs RUN --follow".to_owned(),
            (run, "") => format!("conductor runs logs {run} --follow"),
            (run, task) => format!("conductor runs logs {run} {} --follow", in_shell(task)),
        }
    }

    fn chosen(&self, shared: &Shared) -> Option<String> {
        let marked: Vec<&str> = self.log.marked().map(|line| line.text).collect();
        if marked.is_empty() {
            let line = self.log.current(self.shape(body(shared.size)))?;
            return Some(line.text.to_owned());
        }
        Some(marked.join("\n"))
    }

    fn export(&self) -> Option<(String, String)> {
        let mut text = String::from("[\n");
        for (at, line) in self.log.shown().enumerate() {
            text.push_str(if at == 0 { "  " } else { ",\n  " });
            text.push_str(&self.as_json(&line).to_string());
        }
        text.push_str("\n]\n");
        (self.log.rows().len() > 0).then(|| (format!("logs-{}", self.run_id), text))
    }

    fn next_wake(&self, shared: &Shared) -> Option<Timestamp> {
        self.looks.then_some(shared.now)
    }
}
