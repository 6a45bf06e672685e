//! Who signed a runbook, in words.

use conductor_protocol::{
    manifest::{MediaType, Source, UnknownMediaType},
    v1,
};

use crate::planned::plain;

/// How a version's signatures stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// Nobody signed it.
    Unsigned,
    /// Its author did.
    Signed,
    /// Its author and somebody else did.
    Countersigned,
    /// A signature does not hold: nothing runs.
    Broken,
}

impl Vouched {
    /// Of a version.
    #[must_use]
    pub fn of(workflow: &v1::Workflow) -> Self {
        if !workflow.signature_problem.is_empty() {
            Self::Broken
        } else if workflow.signatures.is_empty() {
            Self::Unsigned
        } else if workflow.signatures.iter().any(|signed| signed.review) {
            Self::Countersigned
        } else {
            Self::Signed
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Signed => "signed",
            Self::Countersigned => "countersigned",
            Self::Broken => "broken",
        }
    }
}

/// Who signed a version: `signed by uid:1, countersigned by uid:2`.
#[must_use]
pub fn signed_by(workflow: &v1::Workflow) -> String {
    let names = |review: bool| {
        let all = workflow.signatures.iter().filter(|signed| signed.review == review);
        plain(&all.map(|signed| signed.principal.as_str()).collect::<Vec<_>>().join(", "))
    };
    let (author, reviewers) = (names(false), names(true));
    match (author.as_str(), reviewers.as_str()) {
        ("", "") => "not signed".to_owned(),
        (author, "") => format!("signed by {author}"),
        (author, reviewers) => format!("signed by {author}, countersigned by {reviewers}"),
    }
}

/// Why nobody should sign a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsignable {
    /// It was published before texts were kept.
    #[error("the text of {0} was not kept")]
    NotKept(String),
    /// The text is in a form that this version does not know.
    #[error("{0}")]
    Unknown(String),
    /// What would run is not what the text says.
    #[error("{0} is not what its text says")]
    Another(String),
}

/// The text that is signed of a version, which is what runs: its manifest is made of this text.
///
/// # Errors
/// [`Unsignable`]: then nobody should sign it.
pub fn signed_text(found: &v1::Workflow) -> Result<String, Unsignable> {
    let which = format!("{} {}", found.name, found.version);
    let Some(v1::WorkflowSource { media_type, text }) = found.source.clone() else {
        return Err(Unsignable::NotKept(which));
    };
    let media_type: MediaType = media_type
        .parse()
        .map_err(|error: UnknownMediaType| Unsignable::Unknown(error.to_string()))?;
    let source = Source { media_type, text };
    let same = source.parse().is_ok_and(|made| {
        made.digest() == found.digest && made.canonical_json() == found.manifest_json
    });
    if same { Ok(source.text) } else { Err(Unsignable::Another(which)) }
}

/// Whether somebody's countersignature would count, as far as a version tells: why not, otherwise.
#[must_use]
pub fn cannot_countersign(found: &v1::Workflow, who: &str) -> Option<&'static str> {
    if found.state() == v1::WorkflowState::Retired {
        return Some("the version is retired");
    }
    let Some(author) = found.signatures.iter().find(|signed| !signed.review) else {
        return Some("its author has not signed it: `conductor runbooks sign` does");
    };
    if author.principal == who || found.published_by == who {
        return Some("you wrote it or published it: somebody else countersigns it");
    }
    let signed = found.signatures.iter().any(|signed| signed.review && signed.principal == who);
    signed.then_some("you countersigned it already")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_signed_is_told_in_a_word_and_by_name() {
        let signed = |principal: &str, review| v1::RunbookSignature {
            principal: principal.into(),
            review,
            ..<_>::default()
        };
        let mut workflow = v1::Workflow::default();
        let told = |workflow: &v1::Workflow| (Vouched::of(workflow).word(), signed_by(workflow));
        assert_eq!(told(&workflow), ("unsigned", "not signed".into()));
        workflow.signatures = vec![signed("uid:1", false)];
        assert_eq!(told(&workflow), ("signed", "signed by uid:1".into()));
        workflow.signatures.push(signed("uid:2", true));
        assert_eq!(
            told(&workflow),
            ("countersigned", "signed by uid:1, countersigned by uid:2".into())
        );
        workflow.signature_problem = "revoked: x".into();
        assert_eq!(told(&workflow).0, "broken");
    }
}
