//! The approval that is being read. It stays as it was when it was read: what became of it since is
//! told beside it, and shown when the reader wants it.

use conductor_protocol::v1::Approval;

use crate::{
    app::Fault,
    input::Action,
    signing::{Checked, Mismatch, changes},
    widget::Scroll,
};

/// What is shown.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) approval: Approval,
    /// What would be signed, or why nobody should sign it.
    pub(crate) checked: Result<Checked, Mismatch>,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) id: String,
    /// Nothing until the first answer.
    pub(crate) read: Option<Result<Read, Fault>>,
    /// As it is by now, where that is another.
    newer: Option<Approval>,
    /// What became of it before what is shown, and after what was shown.
    pub(crate) changed: Vec<String>,
    /// What policy said when it asked for the approval.
    pub(crate) because: Vec<String>,
    /// The first line that is seen.
    pub(crate) from: usize,
}

impl Reading {
    pub(crate) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            read: None,
            newer: None,
            changed: Vec::new(),
            because: Vec::new(),
            from: 0,
        }
    }

    /// What is shown, when it can be.
    pub(crate) fn shown(&self) -> Option<&Read> {
        self.read.as_ref()?.as_ref().ok()
    }

    /// What became of it since it was read; nothing when it is the same.
    pub(crate) fn news(&self) -> Vec<String> {
        match (self.shown(), &self.newer) {
            (Some(read), Some(newer)) => changes(&read.approval, newer),
            _ => Vec::new(),
        }
    }

    /// Whether a list has another one than what is known of it here.
    pub(crate) fn is_outdated_by(&self, listed: &Approval) -> bool {
        let Some(read) = self.shown() else { return false };
        let known = self.newer.as_ref().unwrap_or(&read.approval);
        let known =
            Approval { command_json: String::new(), manifest_json: String::new(), ..known.clone() };
        known != *listed
    }

    /// Takes it as the daemon has it now. Where nobody is reading it is shown at once.
    pub(crate) fn take(&mut self, approval: Approval, (tenant, seen): (&str, bool)) {
        match self.shown() {
            Some(read) if read.approval == approval => self.newer = None,
            Some(_) if seen => self.newer = Some(approval),
            _ => self.show(approval, tenant),
        }
    }

    /// Shows it in place of what was shown, from where the reader is.
    pub(crate) fn show(&mut self, approval: Approval, tenant: &str) {
        let checked = Checked::new(&approval, (&self.id, tenant));
        self.newer = None;
        self.read = Some(Ok(Read { approval, checked }));
    }

    pub(crate) fn failed(&mut self, fault: Fault) {
        // What was read can still be read.
        if self.shown().is_none() {
            self.read = Some(Err(fault));
        }
    }

    /// Shows what became of it since it was read, from the top; says what.
    pub(crate) fn show_news(&mut self, tenant: &str) -> Vec<String> {
        let news = self.news();
        if let Some(newer) = self.newer.take() {
            self.show(newer, tenant);
            self.changed.clone_from(&news);
            self.from = 0;
        }
        news
    }

    /// Moves the page of so many lines in a window of so many.
    pub(crate) fn act(&mut self, action: Action, lines: usize, height: usize) -> bool {
        let mut scroll = Scroll { cursor: self.from, offset: 0 };
        let moved = scroll.act(action, (lines + 1).saturating_sub(height), height);
        if moved {
            self.from = scroll.cursor;
        }
        moved
    }
}
