//! What waits for one target: pure, and kept whole after every change.

use std::collections::VecDeque;

use conductor_domain::{
    org::notification::{Care, Tended},
    time::Timestamp,
};
use conductor_protocol::id::NotificationId;
use serde::{Deserialize, Serialize};

use super::notice::Notice;
use crate::{
    limits::{
        LETTERS_DEAD_MAX, LETTERS_OPEN_MAX, NOTIFY_PROBLEM_CHARS_MAX, NOTIFY_REST_MAX_MS,
        NOTIFY_TRIES_DEFAULT, NOTIFY_WAIT_DEFAULT_MS, NOTIFY_WAIT_MAX_MS,
    },
    ports::Undelivered,
};

/// How often a target is tried, and how soon again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Attempts of a notification.
    pub tries: u32,
    /// The first wait, in milliseconds; doubled each time, half of it by chance.
    pub wait_ms: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: NOTIFY_TRIES_DEFAULT, wait_ms: NOTIFY_WAIT_DEFAULT_MS }
    }
}

/// A notice on its way to one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    /// The same for the same fact, target and address, however often it is sent.
    pub id: NotificationId,
    /// The address; empty where the target is one place.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// What it says.
    pub notice: Notice,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// When it was given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_up_at: Option<Timestamp>,
    /// What came of the last attempt.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub problem: String,
}

/// What becomes of a letter that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is tried again.
    Again,
    /// It was given up.
    Dead,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Outbox {
    /// The last event that was looked at.
    pub position: u64,
    /// It was not configured when the daemon was last started.
    pub away: bool,
    /// What waits, for the first time or again.
    pub open: Vec<Letter>,
    /// What was given up, the oldest first.
    pub dead: VecDeque<Letter>,
    /// How many were taken.
    pub delivered: u64,
    /// When the last one was.
    pub delivered_at: Option<Timestamp>,
    /// Attempts that failed since.
    pub failures: u32,
    /// Since when.
    pub failing_since: Option<Timestamp>,
    /// What came of the last attempt, if it failed.
    pub problem: String,
    /// Nothing is tried before: what is at the other end took nothing.
    pub rests_until: Option<Timestamp>,
}

impl Outbox {
    /// One that is told of what comes after an event.
    #[must_use]
    pub fn beginning(position: u64) -> Self {
        Self { position, ..Self::default() }
    }

    /// Whether more may wait.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.open.len() < LETTERS_OPEN_MAX
    }

    /// When something is to be tried; none when nothing waits.
    #[must_use]
    pub fn next_at(&self) -> Option<Timestamp> {
        let next = self.open.iter().map(|letter| letter.next_at).min()?;
        Some(self.rests_until.map_or(next, |rest| rest.max(next)))
    }

    /// The letter that is to be tried now.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Option<&Letter> {
        self.next_at().filter(|at| *at <= now)?;
        self.open.iter().min_by_key(|letter| (letter.next_at, letter.notice.seq))
    }

    /// A letter was taken.
    pub fn taken(&mut self, id: NotificationId, now: Timestamp) {
        self.open.retain(|letter| letter.id != id);
        self.delivered += 1;
        self.delivered_at = Some(now);
        (self.failures, self.failing_since, self.rests_until) = (0, None, None);
        self.problem.clear();
    }

    /// A letter was not taken. `roll` is chance.
    pub fn failed(
        &mut self,
        id: NotificationId,
        (now, roll): (Timestamp, u64),
        why: &Undelivered,
        patience: Patience,
    ) -> Fate {
        self.failures = self.failures.saturating_add(1);
        self.failing_since.get_or_insert(now);
        self.problem = why.why.chars().take(NOTIFY_PROBLEM_CHARS_MAX).collect();
        if !why.for_good {
            // Others are not tried at once where one was not taken.
            let rest = wait(self.failures, (patience.wait_ms, NOTIFY_REST_MAX_MS), roll);
            self.rests_until = Some(now + rest);
        }
        let Some(place) = self.open.iter().position(|letter| letter.id == id) else {
            return Fate::Dead;
        };
        let letter = &mut self.open[place];
        letter.attempts += 1;
        letter.problem.clone_from(&self.problem);
        letter.next_at = now + wait(letter.attempts, (patience.wait_ms, NOTIFY_WAIT_MAX_MS), roll);
        if !why.for_good && letter.attempts < patience.tries {
            return Fate::Again;
        }
        let mut letter = self.open.remove(place);
        letter.given_up_at = Some(now);
        self.dead.push_back(letter);
        while self.dead.len() > LETTERS_DEAD_MAX {
            self.dead.pop_front();
        }
        Fate::Dead
    }

    /// Does what somebody wants done with dead letters.
    pub fn tend(&mut self, tended: &Tended, now: Timestamp) {
        let (meant, rest): (VecDeque<Letter>, VecDeque<Letter>) =
            std::mem::take(&mut self.dead).into_iter().partition(|letter| {
                tended.care != Care::Test && tended.notifications.contains(&letter.id)
            });
        self.dead = rest;
        if tended.care == Care::Retry && !meant.is_empty() {
            // Whoever says so has mended it.
            self.rests_until = None;
            self.open.extend(meant.into_iter().map(|letter| Letter {
                attempts: 0,
                next_at: now,
                given_up_at: None,
                ..letter
            }));
        }
    }
}

/// The wait after so many attempts, in milliseconds: doubled each time up to a bound, half of it by
/// chance.
fn wait(attempts: u32, (first_ms, max_ms): (u64, u64), roll: u64) -> u64 {
    let doubled = 1_u64.checked_shl(attempts.saturating_sub(1)).unwrap_or(u64::MAX);
    let full = first_ms.saturating_mul(doubled).min(max_ms);
    full / 2 + roll % (full / 2).max(1)
}
