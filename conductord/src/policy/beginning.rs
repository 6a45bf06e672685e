//! Which bundle decides from the start: the source's, or, where that can't be used or was gone back
//! from, the one that decided last.

use conductor_domain::trust::bundle::Refused;
use conductor_store::shelf::Shelf;

use super::taken::Taken;
use crate::config::{BundleSource, PolicySettings};

/// As whose the bundles are told that are on the shelf.
pub(super) const KEPT: &str = "kept by this daemon";

/// See the module.
pub(super) struct Beginning {
    /// What decides.
    pub(super) taken: Taken,
    /// The source's bundle that is not taken up by itself; empty for none.
    pub(super) passed_over: String,
    /// What should have decided, and can't be used.
    pub(super) refused: Option<Refused>,
}

impl Beginning {
    /// `fetched` is what a URL gave.
    pub(super) fn find(
        shelf: &Shelf,
        settings: &PolicySettings,
        fetched: Option<Result<Vec<u8>, String>>,
    ) -> Result<Self, String> {
        let state = shelf.state();
        let given = Taken::from_source(settings, fetched);
        // What is not there at all was not meant: that is a mistake of whoever configured it.
        let missing = matches!(&settings.source, BundleSource::Path(path) if !path.exists());
        let last = state.accepted.last().filter(|_| !missing);
        let at_last = |last: &String| Taken::from_shelf(shelf, settings, last);
        let passed_over = state.passed_over;
        match (given, last) {
            (Ok(taken), Some(last)) if **taken.bundle.revision() == *passed_over => {
                match at_last(last) {
                    Ok(taken) => Ok(Self { taken, passed_over, refused: None }),
                    // What was gone back to is not trusted any more: somebody has to know.
                    Err(problem) => Ok(Self::instead(taken, (KEPT, last, &problem))),
                }
            }
            (Ok(taken), _) => Ok(Self { taken, passed_over: String::new(), refused: None }),
            (Err(problem), None) => Err(problem),
            (Err(problem), Some(last)) => match at_last(last) {
                Ok(taken) => {
                    let source = settings.source.to_string();
                    let revision = taken.bundle.revision().to_string();
                    let refused = Some(Refused { source, problem, revision });
                    Ok(Self { taken, passed_over, refused })
                }
                Err(why) => Err(format!(
                    "{problem}; and the bundle that decided last, {last}, can't be used either: {why}"
                )),
            },
        }
    }

    fn instead(taken: Taken, (source, unusable, problem): (&str, &str, &str)) -> Self {
        let refused = Refused {
            source: source.to_owned(),
            problem: format!("{unusable} can't be gone back to any more: {problem}"),
            revision: taken.bundle.revision().to_string(),
        };
        Self { taken, passed_over: String::new(), refused: Some(refused) }
    }
}
