//! The node filter: which hosts of an inventory are meant.

mod lex;
mod parse;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use self::lex::is_bare;
use super::{Host, glob};
use crate::manifest::Problem;

/// A filter that was read. It is shown in one form, whatever form it was written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(Expr);

/// Nested at most as deep as the parser lets it be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Expr {
    All,
    Term { key: String, values: Vec<String> },
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// `HOST_FILTER` with the line, the column and the mend.
    pub fn parse(source: &str) -> Result<Self, Problem> {
        parse::parse(source).map(Self)
    }

    /// Every host.
    #[must_use]
    pub const fn all() -> Self {
        Self(Expr::All)
    }

    /// Whether this host is meant.
    #[must_use]
    pub fn matches(&self, host: &Host) -> bool {
        self.0.matches(host)
    }

    /// Labels that it asks for and that no host has: mostly a typing error.
    #[must_use]
    pub fn unknown_labels<'f>(&'f self, hosts: &[Host]) -> Vec<&'f str> {
        let mut asked = Vec::new();
        self.0.labels(&mut asked);
        asked.retain(|label| !hosts.iter().any(|host| host.labels.contains_key(*label)));
        asked
    }
}

impl Expr {
    fn matches(&self, host: &Host) -> bool {
        match self {
            Self::All => true,
            Self::Term { key, values } => values.iter().any(|value| has(host, key, value)),
            Self::Not(inner) => !inner.matches(host),
            Self::And(parts) => parts.iter().all(|part| part.matches(host)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(host)),
        }
    }

    fn labels<'f>(&'f self, found: &mut Vec<&'f str>) {
        match self {
            Self::All => {}
            Self::Term { key, .. } => {
                let of_the_host = ["host", "group", "address"].contains(&key.as_str());
                if !of_the_host && !found.contains(&key.as_str()) {
                    found.push(key);
                }
            }
            Self::Not(inner) => inner.labels(found),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.labels(found)),
        }
    }

    /// How strongly it binds: what binds less needs parentheses inside of it.
    const fn strength(&self) -> u8 {
        match self {
            Self::Or(_) => 0,
            Self::And(_) => 1,
            Self::Not(_) => 2,
            Self::All | Self::Term { .. } => 3,
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, least: u8) -> fmt::Result {
        if self.strength() < least {
            f.write_str("(")?;
            self.write(f, 0)?;
            return f.write_str(")");
        }
        match self {
            Self::All => f.write_str("all"),
            Self::Term { key, values } => {
                let values: Vec<_> = values.iter().map(|value| shown(value)).collect();
                write!(f, "{key}:{}", values.join(","))
            }
            Self::Not(inner) => {
                f.write_str("not ")?;
                inner.write(f, 2)
            }
            Self::And(parts) => join(f, parts, " and ", 2),
            Self::Or(parts) => join(f, parts, " or ", 1),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, parts: &[Expr], between: &str, least: u8) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        part.write(f, least)?;
    }
    Ok(())
}

/// A value, with quotes where it needs them.
fn shown(value: &str) -> Cow<'_, str> {
    if value.chars().all(is_bare) {
        return Cow::Borrowed(value);
    }
    let quote = if value.contains('"') { '\'' } else { '"' };
    Cow::Owned(format!("{quote}{value}{quote}"))
}

fn has(host: &Host, key: &str, value: &str) -> bool {
    match key {
        "host" => glob::matches(value, &host.name),
        "address" => glob::matches(value, &host.address),
        "group" => host.groups.iter().any(|group| glob::matches(value, group)),
        label => host.labels.get(label).is_some_and(|has| glob::matches(value, has)),
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f, 0)
    }
}

impl FromStr for Filter {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}
