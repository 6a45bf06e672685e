//! What governance needs to know of a workflow: how risky it is, how sensitive its data, where it
//! may run and what its data is used for; and the lists of names that it is found by.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Manifest,
    check::{is_word, list, text},
    limits::{
        GOVERNED_NAME_CHARS_MAX, OWNER_CHARS_MAX, OWNERS_MAX, PURPOSES_MAX, REGIONS_MAX, TAGS_MAX,
    },
    node::{Node, item_path},
    problem::{Problem, Problems, listed, quoted},
};
use crate::{error_code::Code, verdict::Resource};

/// Stands in a resource's regions where workflows that call one another have none in common: an
/// empty list would say that they may run anywhere. No region can have this name.
const NOWHERE: &str = "(none)";

/// How much harm a run can do. A riskier one is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// It looks, or what it changes is easily mended.
    Low,
    /// It changes what people use.
    Medium,
    /// It can stop a service or lose data.
    High,
}

impl Risk {
    /// All of them with their words.
    pub const WORDS: [(&'static str, Self); 3] =
        [("low", Self::Low), ("medium", Self::Medium), ("high", Self::High)];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// How sensitive data is. What fewer people may see is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Everybody may see it.
    Public,
    /// Everybody of the house may see it.
    Internal,
    /// Those may see it who work with it.
    Confidential,
    /// Those may see it who are named.
    Restricted,
}

impl Sensitivity {
    /// All of them with their words.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("public", Self::Public),
        ("internal", Self::Internal),
        ("confidential", Self::Confidential),
        ("restricted", Self::Restricted),
    ];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Restricted => "restricted",
        }
    }
}

/// What is said of a workflow together with all that it calls: the highest risk, the highest
/// sensitivity, the regions that all of them may run in, every purpose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Governed {
    /// Nothing when none of them says.
    pub risk: Option<Risk>,
    /// Nothing when none of them says.
    pub data_sensitivity: Option<Sensitivity>,
    /// Sorted; nothing when none of them is bound to a region, and an empty list when there is no
    /// region that all of them may run in.
    pub regions: Option<Vec<String>>,
    /// Sorted.
    pub purpose: Vec<String>,
}

impl Governed {
    /// What one manifest says.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let mut governed = Self::default();
        governed.add(manifest);
        governed
    }

    /// Takes another manifest in.
    pub fn add(&mut self, manifest: &Manifest) {
        self.risk = self.risk.max(manifest.risk);
        self.data_sensitivity = self.data_sensitivity.max(manifest.data_sensitivity);
        if !manifest.regions.is_empty() {
            let common = |known: &Vec<String>| {
                manifest.regions.iter().filter(|region| known.contains(region)).cloned().collect()
            };
            let both = self.regions.as_ref().map_or_else(|| manifest.regions.clone(), common);
            self.regions = Some(both);
        }
        let purposes: BTreeSet<String> =
            self.purpose.iter().chain(&manifest.purpose).cloned().collect();
        self.purpose = purposes.into_iter().collect();
    }

    /// A resource with what is said here.
    #[must_use]
    pub fn onto(&self, resource: Resource) -> Resource {
        let nowhere = || vec![NOWHERE.to_owned()];
        let regions = |all: &Vec<String>| if all.is_empty() { nowhere() } else { all.clone() };
        Resource {
            risk: self.risk.map(Risk::word).unwrap_or_default().to_owned(),
            data_sensitivity: self
                .data_sensitivity
                .map(Sensitivity::word)
                .unwrap_or_default()
                .to_owned(),
            regions: self.regions.as_ref().map(regions).unwrap_or_default(),
            purpose: self.purpose.clone(),
            ..resource
        }
    }
}

/// The `regions` of a workflow, sorted.
pub(super) fn regions(node: &Node, problems: &mut Problems) -> Vec<String> {
    names(node, &Names::plain("regions", "region", REGIONS_MAX), problems)
}

/// The `purpose` of a workflow, sorted.
pub(super) fn purpose(node: &Node, problems: &mut Problems) -> Vec<String> {
    names(node, &Names::plain("purpose", "purpose", PURPOSES_MAX), problems)
}

/// The `tags` of a workflow, sorted.
pub(super) fn tags(node: &Node, problems: &mut Problems) -> Vec<String> {
    names(node, &Names::plain("tags", "tag", TAGS_MAX), problems)
}

/// The `owners` of a workflow, sorted: principals as well as names.
pub(super) fn owners(node: &Node, problems: &mut Problems) -> Vec<String> {
    let rule = Names {
        chars_max: OWNER_CHARS_MAX,
        signs: b"_.-:@/+",
        ..Names::plain("owners", "owner", OWNERS_MAX)
    };
    names(node, &rule, problems)
}

/// What a list of names takes.
struct Names {
    field: &'static str,
    what: &'static str,
    max: usize,
    chars_max: usize,
    /// Beside letters and digits.
    signs: &'static [u8],
}

impl Names {
    const fn plain(field: &'static str, what: &'static str, max: usize) -> Self {
        Self { field, what, max, chars_max: GOVERNED_NAME_CHARS_MAX, signs: b"_.-" }
    }
}

fn names(node: &Node, rule: &Names, problems: &mut Problems) -> Vec<String> {
    let Names { field, what, max, chars_max, signs } = *rule;
    let expected = format!("a list of names: {field}");
    let Some(items) = list(node, field, &expected, problems) else { return Vec::new() };
    if items.is_empty() {
        let message = format!("the list names no {what}");
        let problem = Problem::new(Code::ManifestGovernance, node.at, field, message);
        problems.add(problem.mend("name one, or remove the field"));
    }
    if items.len() > max {
        let message = format!("{} names, and {max} are taken", items.len());
        let problem = Problem::new(Code::ManifestLimit, node.at, field, message);
        problems.add(problem.mend("leave the field out where it says everything"));
    }
    let mut found = BTreeSet::new();
    for (index, item) in items.iter().enumerate() {
        let place = item_path(field, index);
        let Some(name) = text(item, &place, problems) else { continue };
        let (message, hint) = if !is_word(name, 1, chars_max, signs) {
            let signs: Vec<String> =
                signs.iter().map(|sign| char::from(*sign).to_string()).collect();
            let signs = listed(signs.iter().map(String::as_str));
            let hint = format!("use 1 to {chars_max} letters, digits, {signs}");
            (format!("{} is no name of a {what}", quoted(name)), hint)
        } else if !found.insert(name.to_owned()) {
            (format!("{} is named twice", quoted(name)), "remove one of the two".to_owned())
        } else {
            continue;
        };
        problems.add(Problem::new(Code::ManifestGovernance, item.at, place, message).mend(hint));
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::parse;

    fn manifest(more: &str) -> Manifest {
        let text = format!(
            "name: disk\nversion: 1.0.0\n{more}\ntasks: [{{id: a, uses: \"pkg:builtin/noop@1\"}}]"
        );
        parse(&text).unwrap()
    }

    #[test]
    fn the_strictest_of_all_counts() {
        let mut all = Governed::of(&manifest("risk: low\nregions: [b, a]\npurpose: [x]"));
        assert_eq!(all.regions, Some(vec!["a".to_owned(), "b".to_owned()]));
        all.add(&manifest(""));
        assert_eq!(all, Governed::of(&manifest("risk: low\nregions: [a, b]\npurpose: [x]")));
        all.add(&manifest(
            "risk: high\ndata_sensitivity: internal\nregions: [b, c]\npurpose: [w, x]",
        ));
        all.add(&manifest("risk: medium\ndata_sensitivity: public"));
        assert_eq!(
            (all.risk, all.data_sensitivity),
            (Some(Risk::High), Some(Sensitivity::Internal))
        );
        assert_eq!(all.regions, Some(vec!["b".to_owned()]));
        assert_eq!(all.purpose, ["w", "x"]);
        all.add(&manifest("regions: [a]"));
        assert_eq!(all.regions, Some(Vec::new()), "nowhere at all is not everywhere");
    }

    #[test]
    fn a_resource_says_it_in_words() {
        let resource = |more: &str| Governed::of(&manifest(more)).onto(Resource::default());
        assert_eq!(resource(""), Resource::default());
        let all = resource("risk: high\ndata_sensitivity: restricted\nregions: [a]\npurpose: [x]");
        assert_eq!((all.risk.as_str(), all.data_sensitivity.as_str()), ("high", "restricted"));
        assert_eq!((all.regions, all.purpose), (vec!["a".to_owned()], vec!["x".to_owned()]));
        let nowhere = Governed { regions: Some(Vec::new()), ..Governed::default() };
        assert_eq!(nowhere.onto(Resource::default()).regions, [NOWHERE]);
    }

    #[test]
    fn the_order_of_names_makes_no_difference() {
        let one = manifest("regions: [b, a]\npurpose: [y, x]");
        assert_eq!(one.digest(), manifest("purpose: [x, y]\nregions: [a, b]").digest());
    }
}
