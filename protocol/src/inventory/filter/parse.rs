//! From words to an expression: `or` of `and` of `not` of conditions and parentheses.

use super::{
    Expr,
    lex::{Kind, Token, problem, tokens},
};
use crate::{
    inventory::limits::{FILTER_DEPTH_MAX, FILTER_TERMS_MAX},
    manifest::problem::{Position, Problem},
};

/// The expression that a filter is.
pub(super) fn parse(source: &str) -> Result<Expr, Problem> {
    let tokens = tokens(source)?;
    let terms = tokens.iter().filter(|token| matches!(token.kind, Kind::Term { .. })).count();
    if terms > FILTER_TERMS_MAX {
        let message = format!("{terms} conditions, and a filter takes {FILTER_TERMS_MAX}");
        return Err(problem(Position::START, message, "put values of one label behind commas"));
    }
    let Some(last) = tokens.last().cloned() else {
        let mend = "write `all` for every host, or a condition such as `role:web`";
        return Err(problem(Position::START, "the node filter is empty", mend));
    };
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), last };
    let expr = parser.any(0)?;
    match parser.tokens.next() {
        None => Ok(expr),
        Some(Token { at, kind: Kind::Close }) => {
            Err(problem(at, "no parenthesis is open here", "remove it, or add `(` before"))
        }
        Some(Token { at, kind }) => {
            let message = format!("two conditions without a word between, before {}", kind.shown());
            Err(problem(at, message, "write `and` or `or` between them"))
        }
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    /// The last word there is, for a filter that ends too early.
    last: Token,
}

impl Parser {
    /// `a or b or c`
    fn any(&mut self, depth: usize) -> Result<Expr, Problem> {
        let mut parts = vec![self.every(depth)?];
        while self.eat(&Kind::Or) {
            parts.push(self.every(depth)?);
        }
        Ok(one_or(parts, Expr::Or))
    }

    /// `a and b and c`
    fn every(&mut self, depth: usize) -> Result<Expr, Problem> {
        let mut parts = vec![self.one(depth)?];
        while self.eat(&Kind::And) {
            parts.push(self.one(depth)?);
        }
        Ok(one_or(parts, Expr::And))
    }

    /// `not a`, `(…)`, `all` or a condition. Recursion is bounded by `FILTER_DEPTH_MAX`.
    fn one(&mut self, depth: usize) -> Result<Expr, Problem> {
        let Some(Token { at, kind }) = self.tokens.next() else {
            let message = format!("something is missing after {}", self.last.kind.shown());
            return Err(problem(self.last.at, message, "add a condition such as `role:web`"));
        };
        if depth >= FILTER_DEPTH_MAX {
            let message = format!("nested deeper than {FILTER_DEPTH_MAX} levels");
            return Err(problem(at, message, "take some parentheses or `not` away"));
        }
        match kind {
            Kind::All => Ok(Expr::All),
            Kind::Term { key, values } => Ok(Expr::Term { key, values }),
            Kind::Not => Ok(Expr::Not(Box::new(self.one(depth + 1)?))),
            Kind::Open => {
                let inner = self.any(depth + 1)?;
                match self.tokens.next() {
                    Some(Token { kind: Kind::Close, .. }) => Ok(inner),
                    Some(Token { at, kind }) => {
                        let message = format!(
                            "two conditions without a word between, before {}",
                            kind.shown()
                        );
                        Err(problem(at, message, "write `and` or `or` between them"))
                    }
                    None => {
                        Err(problem(at, "a parenthesis that opens here is not closed", "add `)`"))
                    }
                }
            }
            kind @ (Kind::And | Kind::Or | Kind::Close) => {
                let message = format!("a condition is missing before {}", kind.shown());
                Err(problem(at, message, "add a condition such as `role:web`, or remove it"))
            }
        }
    }

    fn eat(&mut self, kind: &Kind) -> bool {
        self.tokens.next_if(|token| token.kind == *kind).is_some()
    }
}

fn one_or(mut parts: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => Expr::All,
    }
}
