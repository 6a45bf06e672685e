//! How lists were arranged, by daemon and tenant and screen: kept from one session to the next.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    arrangement::{Arrangement, Sort},
    table::Table,
};

/// Places (a daemon and a tenant) remembered; the one that was arranged longest ago makes room.
const PLACES_MAX: usize = 32;

/// A list's arrangement as it is written down. Names that another version does not know are passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    /// `COLUMN:asc` or `COLUMN:desc`; empty for the order that the list comes in.
    sort: String,
    /// All columns in their order; a hidden one has a `-` before its name.
    columns: Vec<String>,
    wide: bool,
}

impl Kept {
    pub(crate) fn of(arrangement: &Arrangement) -> Self {
        let name = |(column, shown): &(&super::Column, bool)| {
            format!("{}{}", if *shown { "" } else { "-" }, column.name)
        };
        let (sort, usual) = (arrangement.sort(), Arrangement::new(arrangement.table()).sort());
        Self {
            sort: if sort == usual { String::new() } else { sort.to_string() },
            columns: arrangement.columns().iter().map(name).collect(),
            wide: arrangement.is_wide(),
        }
    }

    /// What it is sorted by, `COLUMN:asc` or `COLUMN:desc`; empty for the order that the list comes in.
    pub(crate) fn order(&self) -> &str {
        &self.sort
    }

    /// The arrangement of a list. Columns that were not known when it was written are as they come.
    pub(crate) fn arrangement(&self, table: &'static Table) -> Arrangement {
        let mut arrangement = Arrangement::new(table);
        if let Ok(sort) = Sort::read(table, &self.sort) {
            arrangement.sort_by(sort);
        }
        let names = || self.columns.iter().map(|name| name.trim_start_matches('-'));
        let known: Vec<&str> = names().filter(|name| table.column(name).is_some()).collect();
        if !known.is_empty() {
            let new = table.columns.iter().filter(|column| !known.contains(&column.name));
            let new: Vec<&str> = new.map(|column| column.name).collect();
            // The order first, then which of them are shown.
            let shown = |name: &str| match self.columns.iter().any(|kept| kept == name) {
                true => true,
                false => new.contains(&name) && table.usual.contains(&name),
            };
            let order: Vec<&str> = known.iter().chain(&new).copied().collect();
            if arrangement.choose(&order.join(",")).is_ok() {
                order.iter().for_each(|name| arrangement.show(name, shown(name)));
            }
        }
        arrangement.keep_main();
        arrangement.widen(self.wide);
        arrangement
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// By the screen's name.
    screens: BTreeMap<String, Kept>,
    /// When one was last arranged, in seconds since 1970.
    at: i64,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Arrangements {
    #[serde(default)]
    places: BTreeMap<String, Place>,
}

impl Arrangements {
    /// How a list is arranged in a place.
    pub(crate) fn of(&self, place: &str, table: &'static Table) -> Arrangement {
        let kept = self.places.get(place).and_then(|place| place.screens.get(table.name));
        kept.map_or_else(|| Arrangement::new(table), |kept| kept.arrangement(table))
    }

    /// It is arranged so from now on.
    pub(crate) fn keep(&mut self, (place, screen): (&str, &str), kept: Kept, now: Timestamp) {
        let known = self.places.entry(place.to_owned()).or_default();
        known.screens.insert(screen.to_owned(), kept);
        known.at = now.as_second();
        while self.places.len() > PLACES_MAX {
            let oldest = self.places.iter().min_by_key(|(_, place)| place.at);
            let Some(oldest) = oldest.map(|(place, _)| place.clone()) else { break };
            self.places.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::RUNS;

    fn arranged() -> Arrangement {
        let mut arrangement = Arrangement::new(&RUNS);
        arrangement.choose("+took -owner").unwrap();
        arrangement.shift(0, true);
        arrangement.sort_by(Sort::read(&RUNS, "took:asc").unwrap());
        arrangement.widen(true);
        arrangement
    }

    #[test]
    fn what_was_arranged_is_there_again() {
        let written = serde_json::to_string(&Kept::of(&arranged())).unwrap();
        let kept: Kept = serde_json::from_str(&written).unwrap();
        assert_eq!(kept.arrangement(&RUNS), arranged());
        assert_eq!(Kept::default().arrangement(&RUNS), Arrangement::new(&RUNS));
    }

    #[test]
    fn what_another_version_wrote_is_read_as_far_as_it_is_known() {
        let text = r#"{"sort": "cost:desc", "columns": ["owner", "cost", "-status"], "more": 1}"#;
        let kept: Kept = serde_json::from_str(text).unwrap();
        let arrangement = kept.arrangement(&RUNS);
        assert!(arrangement.is_natural());
        let shown: Vec<&str> = arrangement.shown().map(|column| column.name).collect();
        assert_eq!(shown, ["owner", "workflow", "tasks", "started"], "the rest is as it comes");
        assert_eq!(arrangement.columns().len(), RUNS.columns.len());
    }

    #[test]
    fn places_know_nothing_of_each_other_and_are_bounded() {
        let mut all = Arrangements::default();
        let now = Timestamp::UNIX_EPOCH;
        let later = |n: i64| Timestamp::from_second(n).unwrap();
        all.keep(("socket acme", "runs"), Kept::of(&arranged()), now);
        assert_eq!(all.of("socket acme", &RUNS), arranged());
        assert_eq!(all.of("socket globex", &RUNS), Arrangement::new(&RUNS));
        for n in 1..100 {
            all.keep((&format!("place {n}"), "runs"), Kept::default(), later(n));
        }
        assert_eq!(all.places.len(), PLACES_MAX);
        assert_eq!(all.of("socket acme", &RUNS), Arrangement::new(&RUNS));
    }
}
