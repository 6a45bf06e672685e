//! How a recorded console was started.

use std::{collections::BTreeMap, sync::LazyLock};

use conductor_protocol::v1::Scope;
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    app::{
        Context, Look, Told,
        model::{Model, Start},
        used::Used,
        views::Views,
    },
    columns::Arrangements,
    input::{Grammar, KeyChange, KeyChanges, Keymap},
    screen::Tab,
    terminal::Notifier,
    theme::{Choice, Depth, GlyphSet, ThemeStore},
    widget::Target,
};

/// The first line of a recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Setting {
    /// The form of the file.
    pub(crate) conductor_recording: u32,
    /// Of the console that recorded.
    pub(crate) version: String,
    pub(crate) at: Timestamp,
    pub(crate) size: (u16, u16),
    pub(crate) theme: String,
    pub(crate) ascii: bool,
    pub(crate) reduced_motion: bool,
    /// An IANA name.
    pub(crate) zone: String,
    pub(crate) scope: Scope,
    pub(crate) read_only: bool,
    pub(crate) endpoint: String,
    /// The named context, and all that there were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) context: Option<Context>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) contexts: Vec<String>,
    /// Changes to the keymap.
    pub(crate) keys: BTreeMap<String, Vec<String>>,
    pub(crate) themes: Vec<String>,
    /// What the console was told to be.
    #[serde(default)]
    pub(crate) told: Told,
    /// What was chosen in the palette before: it gives its order.
    pub(crate) used: Used,
    /// How lists were arranged before.
    #[serde(default)]
    pub(crate) arrangements: Arrangements,
    /// Views that were saved where it was recorded.
    #[serde(default)]
    pub(crate) views: Views,
    /// The screen in front, by the name of its action; the first one where it says nothing.
    #[serde(default)]
    pub(crate) front: String,
    /// Where a console that was running for a while goes on counting its places and its subscriptions.
    #[serde(default)]
    pub(crate) counts: (u64, u64),
}

impl Setting {
    /// The start of a console that is recorded.
    pub(crate) fn of(start: &Start, keys: &KeyChanges) -> Self {
        Self {
            conductor_recording: super::FORM,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            at: start.now,
            size: start.size,
            theme: start.look.palette.name.clone(),
            ascii: std::ptr::eq(start.look.glyphs, GlyphSet::Ascii.glyphs()),
            reduced_motion: start.look.reduced_motion,
            zone: start.look.zone.iana_name().unwrap_or("UTC").to_owned(),
            scope: start.scope.clone(),
            read_only: start.read_only.0 || start.read_only.1,
            endpoint: start.endpoint.clone(),
            context: start.contexts.0.clone(),
            contexts: start.contexts.1.clone(),
            keys: keys.iter().map(|(name, change)| (name.clone(), change.keys.clone())).collect(),
            themes: start.themes.clone(),
            told: start.told.clone(),
            used: start.used.clone(),
            arrangements: start.arrangements.clone(),
            views: start.views.only(&Used::place(&start.endpoint, &start.scope.tenant)),
            front: String::new(),
            counts: (0, 0),
        }
    }

    /// A console that is running, as if it was started now.
    pub(crate) fn now(model: &Model, at: Timestamp, keys: &KeyChanges) -> Self {
        let shared = &model.shared;
        Self {
            conductor_recording: super::FORM,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            at,
            size: shared.size,
            theme: shared.look.palette.name.clone(),
            ascii: std::ptr::eq(shared.look.glyphs, GlyphSet::Ascii.glyphs()),
            reduced_motion: shared.look.reduced_motion,
            zone: shared.look.zone.iana_name().unwrap_or("UTC").to_owned(),
            scope: shared.scope.clone(),
            read_only: shared.read_only,
            endpoint: shared.link.endpoint.clone(),
            context: shared.context.clone(),
            contexts: model.contexts.names.clone(),
            keys: keys.iter().map(|(name, change)| (name.clone(), change.keys.clone())).collect(),
            themes: model.themes.clone(),
            told: shared.told.clone(),
            used: model.used.clone(),
            arrangements: shared.arrangements.clone(),
            views: model.views.only(&Used::place(&shared.link.endpoint, &shared.scope.tenant)),
            front: model.tab.action().spec().name.to_owned(),
            counts: (model.epoch, shared.feeds_made),
        }
    }

    /// A console that plays it, at its beginning.
    ///
    /// # Errors
    ///
    /// What of it this console does not know.
    pub(crate) fn model(&self, depth: Depth, grammar: fn() -> Grammar) -> Result<Model, String> {
        let mut model = Model::new(self.start(depth, grammar)?);
        (model.epoch, model.shared.feeds_made) = self.counts;
        if let Ok(tab) = Tab::named(&self.front) {
            model.tab = tab;
            model.trail = <_>::default();
            model.trail.went(Target::Act(tab.action()));
        }
        Ok(model)
    }

    /// The start of a console that plays it, with the colours that this terminal has.
    ///
    /// # Errors
    ///
    /// What of it this console does not know.
    pub(crate) fn start(&self, depth: Depth, grammar: fn() -> Grammar) -> Result<Start, String> {
        let shipped = ThemeStore::shipped();
        let choice = Choice { mono: depth == Depth::Mono, ..Choice::default() };
        let change = |(name, keys): (&String, &Vec<String>)| {
            (name.clone(), KeyChange { keys: keys.clone(), ..KeyChange::default() })
        };
        let keys: KeyChanges = self.keys.iter().map(change).collect();
        // A theme of the recorder's own is not in the file.
        let name = if choice.mono { "mono" } else { self.theme.as_str() };
        let theme = shipped.theme(name).or_else(|_| shipped.theme("dark"));
        let palette = theme.map_err(|problem| problem.to_string())?.at(depth);
        let glyphs = if self.ascii { GlyphSet::Ascii } else { GlyphSet::Unicode };
        Ok(Start {
            now: self.at,
            size: self.size,
            look: Look {
                palette,
                choice,
                glyphs: glyphs.glyphs(),
                reduced_motion: self.reduced_motion,
                zone: TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC),
            },
            scope: self.scope.clone(),
            // What can't be changed by a recording can't be changed.
            read_only: (false, self.read_only),
            contexts: (self.context.clone(), self.contexts.clone()),
            notifier: Notifier::Off,
            endpoint: self.endpoint.clone(),
            keymap: Keymap::new(&keys).map_err(|problem| problem.to_string())?,
            themes: self.themes.clone(),
            told: self.told.clone(),
            mouse: false,
            grammar: LazyLock::new(grammar),
            // What was typed in other sessions is nobody else's.
            commands: Vec::new(),
            used: self.used.clone(),
            arrangements: self.arrangements.clone(),
            views: self.views.clone(),
        })
    }
}
