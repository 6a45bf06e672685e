//! Several sources as one inventory.

use std::{collections::BTreeMap, fmt};

use super::{Host, HostDraft};

/// Two sources say different things of one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The host.
    pub host: String,
    /// What of it: `address`, `port`, `user` or a label.
    pub what: String,
    /// The sources and what they say.
    pub said: [(String, String); 2],
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [(one, this), (other, that)] = &self.said;
        write!(
            f,
            "the {} of `{}` is `{this}` in {one} and `{that}` in {other}",
            self.what, self.host
        )
    }
}

/// Everything that the sources say of each host, by name. What one leaves open another may say.
///
/// # Errors
/// The first contradiction, by the order of the sources.
pub fn merge(
    sources: impl IntoIterator<Item = (String, Vec<HostDraft>)>,
) -> Result<Vec<Host>, Box<Contradiction>> {
    let mut merged: BTreeMap<String, Merged> = BTreeMap::new();
    for (source, drafts) in sources {
        for draft in drafts {
            let name = draft.name.clone();
            merged.entry(name).or_default().take(&source, draft)?;
        }
    }
    let host = |(name, merged): (String, Merged)| HostDraft { name, ..merged.draft }.finish();
    Ok(merged.into_iter().map(host).collect())
}

#[derive(Default)]
struct Merged {
    draft: HostDraft,
    /// Which source said what.
    said_by: BTreeMap<String, String>,
}

impl Merged {
    fn take(&mut self, source: &str, more: HostDraft) -> Result<(), Box<Contradiction>> {
        let HostDraft { name, address, port, user, labels, groups } = more;
        let mut said = Said { host: &name, source, by: &mut self.said_by };
        said.take("address", &mut self.draft.address, address)?;
        said.take("port", &mut self.draft.port, port)?;
        said.take("user", &mut self.draft.user, user)?;
        for (label, value) in labels {
            let mut known = self.draft.labels.get(&label).cloned();
            said.take(&format!("label `{label}`"), &mut known, Some(value))?;
            self.draft.labels.extend(known.map(|value| (label, value)));
        }
        self.draft.groups.extend(groups);
        Ok(())
    }
}

struct Said<'a> {
    host: &'a str,
    source: &'a str,
    by: &'a mut BTreeMap<String, String>,
}

impl Said<'_> {
    fn take<T: PartialEq + ToString>(
        &mut self,
        what: &str,
        known: &mut Option<T>,
        more: Option<T>,
    ) -> Result<(), Box<Contradiction>> {
        match (&*known, more) {
            (_, None) => {}
            (Some(this), Some(that)) if *this == that => {}
            (Some(this), Some(that)) => {
                let first = self.by.get(what).cloned().unwrap_or_default();
                return Err(Box::new(Contradiction {
                    host: self.host.to_owned(),
                    what: what.to_owned(),
                    said: [(first, this.to_string()), (self.source.to_owned(), that.to_string())],
                }));
            }
            (None, Some(that)) => {
                self.by.insert(what.to_owned(), self.source.to_owned());
                *known = Some(that);
            }
        }
        Ok(())
    }
}
