//! What a list's columns are.

use std::fmt;

/// Which way a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The least comes first.
    Asc,
    /// The most comes first.
    Desc,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Asc => Self::Desc,
            Self::Desc => Self::Asc,
        }
    }

    /// As it is written: `asc` or `desc`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How wide a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// So many cells, its text at the left.
    Left(usize),
    /// So many cells, its text at the right.
    Right(usize),
    /// What the others leave, at least so many cells.
    Rest(usize),
}

impl Width {
    /// The fewest cells that it takes.
    pub(crate) const fn least(self) -> usize {
        match self {
            Self::Left(cells) | Self::Right(cells) | Self::Rest(cells) => cells,
        }
    }
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in commands.
    pub name: &'static str,
    /// What stands over it in the console.
    pub head: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
    /// How wide it is in the console.
    pub width: Width,
    /// What has no room gives way first: the higher, the earlier.
    pub rank: u8,
    /// The direction that it is sorted in at first.
    pub first: Direction,
    /// What an order by it is called: upwards, and downwards.
    pub ends: (&'static str, &'static str),
    /// It is shown as what is left of its value, such as an age instead of a time.
    pub mirrored: bool,
}

impl Column {
    /// What an order by it is called, such as `longest first`.
    #[must_use]
    pub const fn order_words(&self, direction: Direction) -> &'static str {
        match direction {
            Direction::Asc => self.ends.0,
            Direction::Desc => self.ends.1,
        }
    }

    /// Whether what is shown grows less from top to bottom.
    pub(crate) fn falls(&self, direction: Direction) -> bool {
        (direction == Direction::Desc) != self.mirrored
    }
}

/// A column of text, sorted from a to z and called as it is named.
pub(crate) const fn text(
    name: &'static str,
    about: &'static str,
    width: Width,
    rank: u8,
) -> Column {
    let ends = ("a to z", "z to a");
    Column { name, head: name, about, width, rank, first: Direction::Asc, ends, mirrored: false }
}

/// The columns of a list.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// The screen that has it, by the name of the action that brings it to the front.
    pub name: &'static str,
    /// All there are, in the order they have by themselves.
    pub columns: &'static [Column],
    /// Names of those that are shown by themselves.
    pub usual: &'static [&'static str],
    /// The one that says what a row is: always shown in the console.
    pub main: &'static str,
    /// The order that the list comes in.
    pub natural: (&'static str, Direction),
}

impl Table {
    /// A column by its name, or by what stands over it.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        let named = self.columns.iter().find(|column| column.name == name);
        named.or_else(|| self.columns.iter().find(|column| column.head == name))
    }

    /// The column that is called so.
    ///
    /// # Errors
    ///
    /// That there is none, and which may have been meant.
    pub fn find(&self, name: &str) -> Result<&'static Column, String> {
        self.column(name).ok_or_else(|| {
            let names = self.columns.iter().map(|column| column.name);
            format!("`{name}` is not a column, {}", crate::input::nearest(name, names))
        })
    }
}
