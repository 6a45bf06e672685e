//! The filter language of decisions: `outcome:deny who:alice action:run. resource:x since:2h some text`.

use std::fmt;

use conductor_protocol::{
    needles::Needles,
    v1::{ListDecisionsRequest, RecordedDecision, Scope},
};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    app::time,
    input::{Moment, in_shell, moment, nearest},
};

/// Keys of the language.
const KEYS: [&str; 8] = ["outcome", "who", "action", "resource", "since", "until", "told", "log"];

/// A filter that was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DecisionQuery {
    source: String,
    outcome: String,
    who: String,
    action: String,
    resource: String,
    since: Option<Moment>,
    until: Option<Moment>,
    /// Those that policy wants the reader told of.
    told: bool,
    /// The log of allowed reads instead.
    reads: bool,
    /// What the rows have.
    words: Needles,
}

impl fmt::Display for DecisionQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl DecisionQuery {
    /// Reads a filter; dates are the operator's.
    pub(crate) fn parse(source: &str, zone: &TimeZone) -> Result<Self, String> {
        let source = source.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut query = Self::default();
        let mut words = Vec::new();
        for word in source.split(' ').filter(|word| !word.is_empty()) {
            match word.split_once(':').filter(|(key, _)| !key.contains('.')) {
                Some((key, value)) => query.take(key, value, zone)?,
                None => words.push(word),
            }
        }
        query.words = Needles::new(&words.join(" "));
        query.source = source;
        Ok(query)
    }

    fn take(&mut self, key: &str, value: &str, zone: &TimeZone) -> Result<(), String> {
        if value.is_empty() {
            return Err(format!("`{key}:` wants a value"));
        }
        let one_of = |known: &'static str| match value == known {
            true => Ok(true),
            false => Err(format!("`{key}:` takes `{known}`")),
        };
        if let Some(known) = key.strip_prefix('!').filter(|key| KEYS.contains(key)) {
            return Err(format!("`{known}:` can't be turned round; `!{value}` hides that word"));
        }
        match key {
            "outcome" if ["allow", "deny"].contains(&value) => value.clone_into(&mut self.outcome),
            "outcome" => {
                let meant = nearest(value, ["allow", "deny"]);
                return Err(format!("`{value}` is not an outcome, {meant}"));
            }
            "who" | "principal" => value.clone_into(&mut self.who),
            "action" => value.clone_into(&mut self.action),
            "resource" => value.clone_into(&mut self.resource),
            "since" => self.since = Some(moment(value, zone)?),
            "until" => self.until = Some(moment(value, zone)?),
            "told" => self.told = one_of("me")?,
            "log" => self.reads = one_of("reads")?,
            _ => return Err(format!("`{key}:` is not known, {}", nearest(key, KEYS))),
        }
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    /// Whether two filters ask the daemon for the same.
    pub(crate) fn asks_as(&self, other: &Self) -> bool {
        let asked = |query: &Self| Self {
            source: String::new(),
            words: Needles::default(),
            ..query.clone()
        };
        asked(self) == asked(other)
    }

    /// The question to the daemon. Words are not in it: they narrow what came.
    pub(crate) fn request(&self, scope: &Scope, now: Timestamp) -> ListDecisionsRequest {
        let stamp = |moment: Option<Moment>| moment.map(|m| time::to_wire(m.resolve(now)));
        ListDecisionsRequest {
            scope: Some(scope.clone()),
            reads: self.reads,
            told: self.told,
            principal: self.who.clone(),
            action: self.action.clone(),
            resource: self.resource.clone(),
            outcome: self.outcome.clone(),
            since: stamp(self.since),
            until: stamp(self.until),
            ..ListDecisionsRequest::default()
        }
    }

    /// Whether a row has all the words.
    pub(crate) fn matches(&self, row: &RecordedDecision) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let reasons = row.decision.as_ref().map(|decision| decision.reasons.join(" "));
        let reasons = reasons.unwrap_or_default();
        let text = [&row.principal, &row.action, &row.resource, &reasons].map(String::as_str);
        self.words.matches(&text.join(" "))
    }

    /// The same filter as flags of `conductor decisions list`; words have none.
    pub(crate) fn flags(&self) -> String {
        let mut flags = String::new();
        for (key, value) in self.source.split(' ').filter_map(|word| word.split_once(':')) {
            let flag = match key {
                "who" | "principal" => format!(" --principal {}", in_shell(value)),
                "told" => " --told".to_owned(),
                "log" => " --reads".to_owned(),
                key if KEYS.contains(&key) => format!(" --{key} {}", in_shell(value)),
                _ => String::new(),
            };
            flags.push_str(&flag);
        }
        flags
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Result<DecisionQuery, String> {
        DecisionQuery::parse(text, &TimeZone::UTC)
    }

    #[test]
    fn a_query_becomes_the_daemons_question_and_the_clis_flags() {
        let now: Timestamp = "2026-11-21T14:00:00Z".parse().unwrap();
        let text = "outcome:deny who:uid:1000 action:run. since:2h told:me log:reads quota";
        let query = query(text).unwrap();
        let request = query.request(&Scope::default(), now);
        assert_eq!((request.outcome.as_str(), request.principal.as_str()), ("deny", "uid:1000"));
        assert_eq!((request.action.as_str(), request.told, request.reads), ("run.", true, true));
        let since = request.since.as_ref().map(time::from_wire).unwrap();
        assert_eq!(since.to_string(), "2026-11-21T12:00:00Z");
        let flags = " --outcome deny --principal uid:1000 --action run. --since 2h --told --reads";
        assert_eq!(query.flags(), flags);
        let row = RecordedDecision { resource: "Quota-1".into(), ..<_>::default() };
        assert!(query.matches(&row));
        assert!(!query.matches(&RecordedDecision::default()));
    }

    #[test]
    fn what_is_not_understood_is_said_with_the_mend() {
        for (text, part) in [
            ("outcome:dney", "did you want `deny`?"),
            ("whoo:alice", "did you want `who`?"),
            ("since:yesterday", "`30m`"),
            ("told:bob", "takes `me`"),
            ("action:", "wants a value"),
        ] {
            let error = query(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn words_alone_ask_the_daemon_nothing_new() {
        assert!(query("alice").unwrap().asks_as(&query("bob carol").unwrap()));
        assert!(!query("who:alice").unwrap().asks_as(&query("alice").unwrap()));
    }
}
