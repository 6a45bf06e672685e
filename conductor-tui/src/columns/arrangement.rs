//! How somebody has arranged a list: the order of the rows, which columns are shown and in which order.

use std::fmt;

use super::table::{Column, Direction, Table};

/// What rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By which column.
    pub column: &'static Column,
    /// Which way.
    pub direction: Direction,
}

impl Sort {
    /// Reads `COLUMN`, `COLUMN:asc` or `COLUMN:desc`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what there is.
    pub fn read(table: &Table, text: &str) -> Result<Self, String> {
        let (name, direction) = text.split_once(':').unwrap_or((text, ""));
        let column = table.find(name)?;
        let direction = match direction {
            "" => column.first,
            "asc" => Direction::Asc,
            "desc" => Direction::Desc,
            other => return Err(format!("`{other}` is not a direction: asc or desc")),
        };
        Ok(Self { column, direction })
    }

    /// What it is called, such as `longest first`.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        self.column.order_words(self.direction)
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.column.name, self.direction)
    }
}

/// See the module. Every column of the table is in it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrangement {
    table: &'static Table,
    /// What the rows are sorted by.
    sort: Sort,
    /// In their order, each with whether it is shown.
    columns: Vec<(&'static Column, bool)>,
    /// The list has the whole window, and shows every column that has room.
    wide: bool,
}

impl Arrangement {
    /// The list as it comes.
    #[must_use]
    pub fn new(table: &'static Table) -> Self {
        // A table names its own order; the first column stands in for one that it forgot.
        let column = table.column(table.natural.0).unwrap_or(&table.columns[0]);
        let shown = |column: &'static Column| (column, table.usual.contains(&column.name));
        Self {
            table,
            sort: Sort { column, direction: table.natural.1 },
            columns: table.columns.iter().map(shown).collect(),
            wide: false,
        }
    }

    /// What can be arranged.
    #[must_use]
    pub const fn table(&self) -> &'static Table {
        self.table
    }

    /// What the rows are sorted by.
    #[must_use]
    pub const fn sort(&self) -> Sort {
        self.sort
    }

    /// Whether it is the order that the list comes in.
    #[must_use]
    pub fn is_natural(&self) -> bool {
        (self.sort.column.name, self.sort.direction) == self.table.natural
    }

    /// Whether it is the order that the list comes in, from its other end.
    #[must_use]
    pub fn is_turned(&self) -> bool {
        let (name, direction) = self.table.natural;
        (self.sort.column.name, self.sort.direction) == (name, direction.turned())
    }

    /// What the order is called, in a title and in a sentence: ` by took`, `longest first`; empty for the
    /// order that the list comes in.
    pub(crate) fn by_words(&self) -> (String, &'static str) {
        match self.is_natural() {
            true => (String::new(), ""),
            false => (format!(" by {}", self.sort.column.name), self.sort.words()),
        }
    }

    /// Sorts by something else.
    pub const fn sort_by(&mut self, sort: Sort) {
        self.sort = sort;
    }

    /// Sorts by a column: in the direction that suits it, and the other way round when it is the one
    /// already.
    pub fn press(&mut self, column: &'static Column) {
        let same = self.sort.column.name == column.name;
        let direction = if same { self.sort.direction.turned() } else { column.first };
        self.sort = Sort { column, direction };
    }

    /// All columns in their order, each with whether it is shown.
    #[must_use]
    pub fn columns(&self) -> &[(&'static Column, bool)] {
        &self.columns
    }

    /// The columns that are shown, in their order.
    pub fn shown(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().filter(|(_, shown)| *shown).map(|(column, _)| *column)
    }

    /// Shows a column, or hides it.
    pub fn show(&mut self, name: &str, shown: bool) {
        if let Some(at) = self.place(name) {
            self.columns[at].1 = shown;
        }
    }

    /// Where a column stands.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|(column, _)| column.name == name)
    }

    /// Moves a column by one place to the front or to the end. Gives where it stands then.
    pub fn shift(&mut self, at: usize, to_the_end: bool) -> usize {
        let to = if to_the_end { at + 1 } else { at.wrapping_sub(1) };
        if at >= self.columns.len() || to >= self.columns.len() {
            return at;
        }
        self.columns.swap(at, to);
        to
    }

    /// Whether the list has the whole window, and shows every column that has room.
    #[must_use]
    pub const fn is_wide(&self) -> bool {
        self.wide
    }

    /// Gives the list the whole window, or not.
    pub const fn widen(&mut self, wide: bool) {
        self.wide = wide;
    }

    /// Chooses columns: their names in the order that is wanted, or `+name` and `-name` for those that are
    /// shown besides, or no more. Commas and blanks divide them.
    ///
    /// # Errors
    ///
    /// What is wrong with them; then nothing has changed.
    pub fn choose(&mut self, text: &str) -> Result<(), String> {
        let words = || text.split([',', ' ']).filter(|word| !word.is_empty());
        let edits = |word: &str| word.starts_with(['+', '-']);
        let mut changed = self.clone();
        match words().filter(|word| edits(word)).count() {
            0 if words().next().is_none() => return Err("no column is named".to_owned()),
            0 => {
                let named = words().map(|name| self.table.find(name));
                let named = named.collect::<Result<Vec<_>, _>>()?;
                changed.columns.retain(|(column, _)| !named.contains(column));
                changed.columns.iter_mut().for_each(|(_, shown)| *shown = false);
                let mut first: Vec<(&'static Column, bool)> = Vec::new();
                for column in named {
                    if !first.iter().any(|(known, _)| *known == column) {
                        first.push((column, true));
                    }
                }
                changed.columns.splice(0..0, first);
            }
            count if count == words().count() => {
                for word in words() {
                    let column = self.table.find(&word[1..])?;
                    changed.show(column.name, word.starts_with('+'));
                }
            }
            _ => return Err("either names of columns, or +name and -name: not both".to_owned()),
        }
        if changed.shown().next().is_none() {
            return Err("no column is left".to_owned());
        }
        *self = changed;
        Ok(())
    }

    /// Shows the column that says what a row is, in front if it was hidden.
    pub(crate) fn keep_main(&mut self) {
        let main = self.table.main;
        let hidden = self.columns.iter().position(|(column, shown)| column.name == main && !shown);
        if let Some(at) = hidden {
            let (column, _) = self.columns.remove(at);
            self.columns.insert(0, (column, true));
        }
    }

    /// The same as flags of the command that lists it, each with a blank before it.
    #[must_use]
    pub fn flags(&self) -> String {
        let mut flags = String::new();
        if !self.is_natural() {
            flags = format!(" --sort {}", self.sort);
        }
        if self.columns != Self::new(self.table).columns {
            let names: Vec<&str> = self.shown().map(|column| column.name).collect();
            flags = format!("{flags} --columns {}", names.join(","));
        }
        flags
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::RUNS;

    fn shown(arrangement: &Arrangement) -> Vec<&'static str> {
        arrangement.shown().map(|column| column.name).collect()
    }

    #[test]
    fn an_order_is_read_and_written() {
        let read = |text: &str| Sort::read(&RUNS, text).map(|sort| sort.to_string());
        assert_eq!(read("took").unwrap(), "took:desc", "the longest are what is looked for");
        assert_eq!(read("owner").unwrap(), "owner:asc");
        assert_eq!(read("age:asc").unwrap(), "started:asc", "by what stands over it, too");
        assert!(read("tok").unwrap_err().contains("did you want `took`?"));
        assert!(read("took:up").unwrap_err().contains("asc or desc"));
    }

    #[test]
    fn pressed_again_it_is_turned() {
        let mut arrangement = Arrangement::new(&RUNS);
        assert!(arrangement.is_natural());
        let [started, owner] = ["started", "owner"].map(|name| RUNS.column(name).unwrap());
        arrangement.press(started);
        assert!(arrangement.is_turned() && !arrangement.is_natural());
        arrangement.press(owner);
        assert_eq!(arrangement.flags(), " --sort owner:asc");
        arrangement.press(owner);
        assert_eq!(arrangement.flags(), " --sort owner:desc");
        arrangement.press(started);
        assert_eq!(arrangement.flags(), "");
    }

    #[test]
    fn columns_are_named_or_edited() {
        let mut arrangement = Arrangement::new(&RUNS);
        arrangement.choose("+took -owner").unwrap();
        assert_eq!(shown(&arrangement), ["workflow", "status", "tasks", "started", "took"]);
        arrangement.choose("took, status run took").unwrap();
        assert_eq!(shown(&arrangement), ["took", "status", "run"]);
        assert_eq!(arrangement.flags(), " --columns took,status,run");
        assert_eq!(arrangement.columns().len(), RUNS.columns.len());
        let before = arrangement.clone();
        for (text, part) in [
            ("+cost", "`cost` is not a column"),
            ("took -run", "not both"),
            ("", "no column is named"),
            ("-took -status -run", "no column is left"),
        ] {
            assert!(arrangement.choose(text).unwrap_err().contains(part), "{text}");
            assert_eq!(arrangement, before, "nothing has changed");
        }
        arrangement.keep_main();
        assert_eq!(shown(&arrangement), ["workflow", "took", "status", "run"]);
    }

    #[test]
    fn columns_are_moved_and_stay_within_the_ends() {
        let mut arrangement = Arrangement::new(&RUNS);
        assert_eq!(arrangement.shift(0, false), 0);
        assert_eq!(arrangement.shift(0, true), 1);
        assert_eq!(shown(&arrangement)[..2], ["status", "workflow"]);
        let last = RUNS.columns.len() - 1;
        assert_eq!(arrangement.shift(last, true), last);
    }
}
