//! The whole ledger, hashed again by the daemon and compared with the newest checkpoint: how far it is, and
//! what came of it.

use conductor_protocol::v1::VerifyProgress;

use super::checkpoints::Checkpoints;
use crate::{
    app::{Fault, FeedId},
    planned::{Tone, lay::Page, plain},
    widget::count,
};

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Stage {
    #[default]
    Nothing,
    Running,
    Done,
    /// By a key, or because the screen was left.
    Stopped,
    Failed(Fault),
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Verify {
    pub(super) stage: Stage,
    pub(super) progress: VerifyProgress,
    pub(super) feed: Option<FeedId>,
}

impl Verify {
    pub(super) fn begin(&mut self, id: FeedId) {
        *self = Self { stage: Stage::Running, feed: Some(id), ..Self::default() };
    }

    /// Stops it; gives what is to be dropped.
    pub(super) fn stop(&mut self) -> Option<FeedId> {
        let id = self.feed.take()?;
        self.stage = Stage::Stopped;
        Some(id)
    }

    pub(super) fn ended(&mut self, fault: Option<Fault>) {
        self.feed = None;
        self.stage = match fault {
            Some(fault) => Stage::Failed(fault),
            None if self.progress.finished => Stage::Done,
            None => Stage::Failed(Fault {
                kind: crate::app::FaultKind::Other,
                code: String::new(),
                message: "the daemon stopped before the ledger was verified".to_owned(),
                hint: "verify it again when it serves".to_owned(),
                approval: String::new(),
            }),
        };
    }

    /// Part that is done, of 1.
    pub(super) fn part(&self) -> f64 {
        match self.progress.records_total {
            0 => 0.0,
            total => self.progress.records_done as f64 / total as f64,
        }
    }

    /// The page.
    pub(super) fn tell(&self, checkpoints: &Checkpoints, page: &mut Page) {
        let (done, total) = (count(self.progress.records_done), count(self.progress.records_total));
        let so_far = format!("{done} of {total} records");
        match &self.stage {
            Stage::Nothing | Stage::Failed(_) => {}
            Stage::Running => {
                let percent = (self.part() * 100.0).floor();
                page.line(vec![
                    (Tone::Strong, "verifying ".to_owned()),
                    (Tone::Plain, format!("{so_far}, {percent} %")),
                ]);
                page.line(vec![(Tone::Dim, "x stops it; leaving the screen does, too".to_owned())]);
            }
            Stage::Stopped => {
                page.line(vec![
                    (Tone::Warn, "stopped ".to_owned()),
                    (Tone::Plain, format!("after {so_far}: nothing is known of the rest")),
                ]);
                page.line(vec![(Tone::Dim, "v begins anew".to_owned())]);
            }
            Stage::Done if self.progress.ok => self.tell_good(checkpoints, page),
            Stage::Done => {
                page.line(vec![
                    (Tone::Bad, "FAILED ".to_owned()),
                    (Tone::Plain, plain(&self.progress.problem)),
                ]);
                let mend =
                    "stop the daemon, keep the data folder as it is, and compare with a backup";
                page.line(vec![(Tone::Warn, mend.to_owned())]);
            }
        }
    }

    fn tell_good(&self, checkpoints: &Checkpoints, page: &mut Page) {
        let progress = &self.progress;
        let records = count(progress.records_done);
        page.line(vec![
            (Tone::Good, "VERIFIED ".to_owned()),
            (
                Tone::Plain,
                format!("{records} records are what was written, by the daemon's own count"),
            ),
        ]);
        page.whole("root", &plain(&progress.root_hash));
        let (sealed, forgotten) = (count(progress.sealed), count(progress.forgotten));
        let text = format!("{sealed} sealed, {forgotten} of them forgotten");
        page.field("payloads", &[(Tone::Plain, text)]);
        let of_size = |size: u64| checkpoints.seen.iter().rev().find(|s| s.answer.size == size);
        let compared = match of_size(progress.records_done).map(|seen| (&seen.signed, seen)) {
            Some((Ok(key), seen)) if seen.answer.root_hash == progress.root_hash => {
                (Tone::Good, format!("the same root is signed by {}, checked here", plain(key)))
            }
            Some((Ok(_), _)) => (
                Tone::Bad,
                "the signed checkpoint over so many records has another root".to_owned(),
            ),
            _ => {
                let text = "no checkpoint over just so many records was seen here to compare with";
                (Tone::Dim, text.to_owned())
            }
        };
        page.field("signed", &[compared]);
    }
}
