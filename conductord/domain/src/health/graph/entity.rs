//! An entity as it stands, and how a fact changes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{EntityKey, EntityKind};
use crate::{scope::Scope, time::Timestamp};

/// Characters of an attribute, at most; longer ones are cut.
const ATTRIBUTE_CHARS_MAX: usize = 256;

/// Whether it is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Life {
    /// It is there.
    #[default]
    Live,
    /// Nothing begins from it any more; what did stays as it was.
    Archived,
    /// It was removed; what it was stays on record.
    Deleted,
}

impl Life {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }
}

/// An entity as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Which one.
    pub key: EntityKey,
    /// Where it lives; empty for what the whole tenant has.
    pub environment: String,
    /// Likewise.
    pub region: String,
    /// Where it stands, in the words of its kind; empty where it is only there.
    pub state: String,
    /// Whether it is still there.
    pub life: Life,
    /// What else is known of it, by name.
    pub attributes: BTreeMap<String, String>,
    /// The record of the ledger that spoke of it first.
    pub first_seq: u64,
    /// When that was.
    pub first_at: Timestamp,
    /// The record that changed it last.
    pub last_seq: u64,
    /// When that was.
    pub last_at: Timestamp,
}

/// What a fact says of an entity. One that only names it says nothing but that it is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Where it lives.
    pub place: Option<(String, String)>,
    /// Where it stands.
    pub state: Option<String>,
    /// Whether it is still there.
    pub life: Option<Life>,
    /// What else is known of it.
    pub attributes: Vec<(&'static str, String)>,
}

/// What a fact says of one entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityChange {
    /// Of which.
    pub key: EntityKey,
    /// What.
    pub said: Said,
}

impl EntityChange {
    /// It is there.
    #[must_use]
    pub fn seen(key: EntityKey) -> Self {
        Self { key, said: Said::default() }
    }

    /// It stands so.
    #[must_use]
    pub fn state(mut self, state: &str) -> Self {
        self.said.state = Some(state.to_owned());
        self
    }

    /// It is there, put away, or removed.
    #[must_use]
    pub const fn life(mut self, life: Life) -> Self {
        self.said.life = Some(life);
        self
    }

    /// It lives there.
    #[must_use]
    pub fn at(mut self, scope: &Scope) -> Self {
        self.said.place = Some((scope.environment.clone(), scope.region.clone()));
        self
    }

    /// This is known of it; an empty value says nothing.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        let value: String = value.as_ref().chars().take(ATTRIBUTE_CHARS_MAX).collect();
        if !value.is_empty() {
            self.said.attributes.push((name, value));
        }
        self
    }
}

impl Entity {
    /// The entity after a fact: `known` as it stood before, if it was there. A record that was folded
    /// before, or one before that, changes nothing.
    #[must_use]
    pub fn after(known: Option<Self>, change: &EntityChange, (seq, at): (u64, Timestamp)) -> Self {
        let mut entity = known.unwrap_or_else(|| Self {
            key: change.key.clone(),
            environment: String::new(),
            region: String::new(),
            state: String::new(),
            life: Life::Live,
            attributes: BTreeMap::new(),
            first_seq: seq,
            first_at: at,
            last_seq: seq,
            last_at: at,
        });
        let said = &change.said;
        if *said == Said::default() || seq < entity.last_seq {
            return entity;
        }
        (entity.last_seq, entity.last_at) = (seq, at);
        if let Some((environment, region)) = &said.place {
            entity.environment.clone_from(environment);
            entity.region.clone_from(region);
        }
        if let Some(state) = &said.state {
            entity.state.clone_from(state);
        }
        if let Some(life) = said.life {
            entity.life = life;
        }
        for (name, value) in &said.attributes {
            entity.attributes.insert((*name).to_owned(), value.clone());
        }
        entity
    }

    /// Something that is known of it; empty for nothing.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// Whether it is a version of a workflow, and none of the workflows themselves.
    #[must_use]
    pub fn is_version(&self) -> bool {
        self.key.kind == EntityKind::Workflow && self.key.id.contains('@')
    }
}
