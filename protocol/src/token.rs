//! Tokens of programs: how they look, and what they are narrowed down to.
//!
//! It lies here because everybody needs it: the daemon that gives them out, policy that is told of
//! them, and the console where they are asked for.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{id::RunId, jcs, verdict::Question};

/// What the token of a service begins with.
pub const SERVICE_TOKEN_PREFIX: &str = "cvt_";
/// What the token of a task's attempt begins with.
pub const TASK_TOKEN_PREFIX: &str = "ctt_";
/// Kind of the principals that tokens are issued to.
pub const SERVICE: &str = "service";
/// Kind of the principals that tasks act as, each while it runs.
pub const TASK: &str = "task";
/// The rule of policy that holds a token to what it is for.
pub const SCOPE_RULE: &str = "tokens.scope";
/// Scopes of one token.
pub const SCOPES_MAX: usize = 32;

/// Letters of what is drawn by lot: 256 bits in hexadecimal.
const RANDOM_CHARS: usize = 64;
/// Letters of the checksum after it.
const CHECKSUM_CHARS: usize = 8;
/// Letters of each part of a scope.
const PART_CHARS_MAX: usize = 64;
/// Asked about each task of a run that is to start, and judged as a part of that start.
const PART_OF_A_START: &str = "task.run";

/// A token of these bits. It ends with a checksum, so that a program that looks for lost secrets
/// knows one by sight, and one that was cut or mistyped is told from one that was never issued.
#[must_use]
pub fn of_bits(prefix: &str, [high, low]: [u128; 2]) -> String {
    let random = format!("{high:032x}{low:032x}");
    let checksum = checksum(prefix, &random);
    format!("{prefix}{random}{checksum}")
}

/// Whether a text is a token of this kind, whole. Nothing is said of whether it was ever issued.
#[must_use]
pub fn is_whole(prefix: &str, text: &str) -> bool {
    let Some(rest) = text.strip_prefix(prefix) else { return false };
    let known = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let whole = rest.len() == RANDOM_CHARS + CHECKSUM_CHARS && rest.bytes().all(known);
    let parts = rest.split_at_checked(RANDOM_CHARS).filter(|_| whole);
    parts.is_some_and(|(random, sum)| sum == checksum(prefix, random))
}

/// The first letters of the SHA-256 over what comes before. It says nothing of the token's own
/// SHA-256, which is over all of it.
fn checksum(prefix: &str, random: &str) -> String {
    let digest = jcs::sha256_hex(format!("{prefix}{random}").as_bytes());
    digest.chars().take(CHECKSUM_CHARS).collect()
}

/// A text that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope of a token")]
pub struct NoScope(String);

/// What a token is for: actions of policy, and possibly only there or there. What is empty narrows
/// nothing.
///
/// As a text it is `ACTION[@ENVIRONMENT][/WORKFLOW][:RUN]`: `run.start`, `run.*@staging`,
/// `run.read/disk-clean`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TokenScope {
    /// An action, such as `run.start`, or all of a group, such as `run.*`.
    pub action: String,
    /// Only in this environment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub environment: String,
    /// Only what is of this workflow.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub workflow: String,
    /// Only this run.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub run: String,
}

impl TokenScope {
    /// Whether its parts have the form that they must.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let part = |part: &str| part.is_empty() || is_name(part);
        let action = self.action.split_once('.').is_some_and(|(group, rest)| {
            is_word(group) && (rest == "*" || is_word(rest)) && self.action.len() <= PART_CHARS_MAX
        });
        let run = self.run.is_empty() || self.run.parse::<RunId>().is_ok();
        action && part(&self.environment) && part(&self.workflow) && run
    }

    /// Whether an action is one of those that it is for, wherever.
    #[must_use]
    pub fn has_action(&self, action: &str) -> bool {
        match self.action.strip_suffix('*') {
            Some(group) => group.ends_with('.') && action.starts_with(group),
            None => self.action == action,
        }
    }

    /// To read a run.
    #[must_use]
    pub fn reading(run: RunId) -> Self {
        Self { action: "run.read".to_owned(), run: run.to_string(), ..Self::default() }
    }

    /// Whether another one is for all that this one is for.
    #[must_use]
    pub fn is_part_of(&self, other: &Self) -> bool {
        let fits = |wide: &str, narrow: &str| wide.is_empty() || wide == narrow;
        (other.has_action(&self.action) || other.action == self.action)
            && fits(&other.environment, &self.environment)
            && fits(&other.workflow, &self.workflow)
            && fits(&other.run, &self.run)
    }

    /// Whether it is for what is asked.
    #[must_use]
    pub fn covers(&self, asked: &Question) -> bool {
        let run = if asked.resource.kind == "run" { asked.resource.id.as_str() } else { "" };
        let fits = |wanted: &str, given: &str| wanted.is_empty() || wanted == given;
        self.has_action(&asked.action)
            && fits(&self.environment, &asked.context.environment)
            && fits(&self.workflow, &asked.resource.workflow)
            && fits(&self.run, run)
    }
}

/// Whether a question is within what its subject's token is for. Who comes without one is narrowed
/// by nothing. A task that is to run is judged with its start, and its own token is for no more than
/// the one that it is started with.
#[must_use]
pub fn is_within(asked: &Question) -> bool {
    let subject = &asked.subject;
    if !subject.has_token() {
        return true;
    }
    if asked.action != PART_OF_A_START {
        return subject.scopes.iter().any(|scope| scope.covers(asked));
    }
    let mut lent = asked.resource.task.iter().flat_map(|task| &task.scopes);
    lent.all(|scope| subject.scopes.iter().any(|own| scope.is_part_of(own)))
}

impl fmt::Display for TokenScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.action)?;
        let parts = [('@', &self.environment), ('/', &self.workflow), (':', &self.run)];
        for (sign, part) in parts.into_iter().filter(|(_, part)| !part.is_empty()) {
            write!(f, "{sign}{part}")?;
        }
        Ok(())
    }
}

impl FromStr for TokenScope {
    type Err = NoScope;

    fn from_str(text: &str) -> Result<Self, NoScope> {
        let (rest, run) = text.split_once(':').unwrap_or((text, ""));
        let (rest, workflow) = rest.split_once('/').unwrap_or((rest, ""));
        let (action, environment) = rest.split_once('@').unwrap_or((rest, ""));
        let scope = Self {
            action: action.to_owned(),
            environment: environment.to_owned(),
            workflow: workflow.to_owned(),
            run: run.to_owned(),
        };
        // One that is written in another way is none: `run.read@` narrows nothing, and looks it.
        if scope.is_valid() && scope.to_string() == text {
            return Ok(scope);
        }
        Err(NoScope(text.chars().take(PART_CHARS_MAX).flat_map(char::escape_debug).collect()))
    }
}

/// A part of an action's name.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn is_name(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    text.len() <= PART_CHARS_MAX && text.bytes().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{Resource, Situation, Subject};

    fn asked(action: &str, scopes: &[&str]) -> Question {
        Question {
            subject: Subject {
                token: "tok_x".into(),
                scopes: scopes.iter().map(|scope| scope.parse().unwrap()).collect(),
                ..Subject::default()
            },
            action: action.into(),
            resource: Resource {
                kind: "workflow".into(),
                workflow: "disk-clean".into(),
                ..Resource::default()
            },
            context: Situation { environment: "prod".into(), ..Situation::default() },
        }
    }

    #[test]
    fn a_token_is_known_by_sight_and_one_letter_less_is_none() {
        let token = of_bits(SERVICE_TOKEN_PREFIX, [u128::MAX, 7]);
        assert_eq!(token.len(), SERVICE_TOKEN_PREFIX.len() + 72);
        assert!(is_whole(SERVICE_TOKEN_PREFIX, &token));
        assert!(!is_whole("cst_", &token));
        assert_ne!(token, of_bits(SERVICE_TOKEN_PREFIX, [u128::MAX, 8]));
        for place in SERVICE_TOKEN_PREFIX.len()..token.len() {
            let mut letters = token.clone().into_bytes();
            letters[place] = if letters[place] == b'0' { b'1' } else { b'0' };
            let typo = String::from_utf8(letters).unwrap();
            assert!(!is_whole(SERVICE_TOKEN_PREFIX, &typo), "{place}");
            assert!(!is_whole(SERVICE_TOKEN_PREFIX, &token[..place]), "{place}");
        }
        assert!(!is_whole(SERVICE_TOKEN_PREFIX, &token.to_uppercase()));
        assert!(!is_whole(SERVICE_TOKEN_PREFIX, &format!("{token}0")));
        let other = of_bits("ctt_", [u128::MAX, 7]).replace("ctt_", SERVICE_TOKEN_PREFIX);
        assert!(!is_whole(SERVICE_TOKEN_PREFIX, &other), "one kind is no other");
    }

    #[test]
    fn a_scope_has_one_form() {
        let run = RunId::new(1, 1);
        for good in [
            "run.start",
            "run.*",
            "run.start@prod",
            "run.start/disk-clean",
            "run.start@prod/disk-clean",
            &format!("run.read:{run}"),
            &format!("run.read@prod/a.b:{run}"),
        ] {
            let scope: TokenScope = good.parse().unwrap();
            assert_eq!(scope.to_string(), good);
            let json = serde_json::to_string(&scope).unwrap();
            assert_eq!(serde_json::from_str::<TokenScope>(&json).unwrap(), scope);
        }
        let long = format!("run.{}", "x".repeat(64));
        for bad in [
            "",
            "*",
            "run",
            "run.",
            ".start",
            "run.st*",
            "*.start",
            "run.start.*",
            "Run.start",
            "run.start@",
            "run.start/",
            "run.start:",
            "run.start:x",
            "run.start@a b",
            "run.start/a/b",
            "run.start@a@b",
            "run.start/a@b",
            " run.start",
            "run.start\n",
            &long,
        ] {
            assert!(bad.parse::<TokenScope>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_scope_covers_what_it_names_and_nothing_beside_it() {
        let check = |scopes: &[&str], expected: bool| {
            assert_eq!(is_within(&asked("run.start", scopes)), expected, "{scopes:?}");
        };
        check(&[], false);
        check(&["run.start"], true);
        check(&["run.*"], true);
        check(&["run.read"], false);
        check(&["runs.*", "ru.*", "run.starts"], false);
        check(&["run.read", "run.start@prod"], true);
        check(&["run.start@dev"], false);
        check(&["run.start/disk-clean"], true);
        check(&["run.start/disk"], false);
        check(&["run.*@prod/disk-clean"], true);
        check(&["run.*@prod/other", "run.*@dev/disk-clean"], false);
        check(&[&format!("run.start:{}", RunId::new(1, 1))], false);
        // What has no workflow is of none.
        let mut all = asked("run.start", &["run.*/disk-clean"]);
        all.resource.workflow.clear();
        assert!(!is_within(&all));
        // The tasks of a start are judged with it.
        assert!(is_within(&asked("task.run", &["run.start"])));
        // Nobody's token narrows nothing; one that is for nothing narrows all.
        let mut without = asked("run.start", &[]);
        without.subject.token.clear();
        assert!(is_within(&without));
    }

    #[test]
    fn a_scope_is_a_part_of_one_that_is_wider() {
        let check = |narrow: &str, wide: &str, expected: bool| {
            let (narrow, wide): (TokenScope, TokenScope) =
                (narrow.parse().unwrap(), wide.parse().unwrap());
            assert_eq!(narrow.is_part_of(&wide), expected, "{narrow} of {wide}");
        };
        check("run.start", "run.start", true);
        check("run.start", "run.*", true);
        check("run.*", "run.*", true);
        check("run.*", "run.start", false);
        check("run.start@prod", "run.start", true);
        check("run.start", "run.start@prod", false);
        check("run.start@prod/a", "run.*@prod", true);
        check("run.start@prod/a", "run.*@prod/b", false);
        // What the token of a task that is to run is for was its starter's.
        let mut start = asked("task.run", &["run.start"]);
        let lent = |scope: &str| crate::verdict::TaskAsked {
            scopes: vec![scope.parse().unwrap()],
            ..Default::default()
        };
        start.resource.task = Some(lent("run.start/a"));
        assert!(is_within(&start));
        start.resource.task = Some(lent("workflow.publish"));
        assert!(!is_within(&start));
        start.subject.token.clear();
        assert!(is_within(&start), "whose roles say what they may");
    }

    #[test]
    fn a_scope_of_a_run_covers_that_run_alone() {
        let run = RunId::new(1, 1).to_string();
        let mut question = asked("run.read", &[&format!("run.read:{run}")]);
        assert!(!is_within(&question));
        question.resource.kind = "run".into();
        question.resource.id = run;
        assert!(is_within(&question));
        question.resource.id = RunId::new(1, 2).to_string();
        assert!(!is_within(&question));
    }
}
