//! What a bundle may call, as OPA's *capabilities*: functions are listed that may be called, and of
//! those that the engine knows all others are refused when a bundle is loaded.
//!
//! What is listed gives the same answer to the same question, and takes room and time by what it is
//! given. Not listed is what looks elsewhere (clock, chance, network, `print`), what grows by the
//! *value* of an argument (`numbers.range(1, 1000000000000)`, `bits.lsh`, `net.cidr_expand`), by the
//! product of its arguments (`replace`, `product`), and what reads texts as JSON (`json.unmarshal`,
//! `to_number`), where some bytes can be a number of any size.

use regorus::{
    Engine, Value,
    unstable::{BUILTINS, Expr, Literal, Module, Query, Rule, RuleAssign, RuleBody, RuleHead},
    utils::get_path_string,
};

use super::error::PolicyError;

/// In the order of their names.
const ALLOWED: [&str; 74] = [
    "abs",
    "array.concat",
    "array.reverse",
    "array.slice",
    "base64.decode",
    "base64.encode",
    "base64.is_valid",
    "bits.and",
    "bits.negate",
    "bits.or",
    "bits.rsh",
    "bits.xor",
    "ceil",
    "concat",
    "contains",
    "count",
    "endswith",
    "floor",
    "format_int",
    "glob.match",
    "glob.quote_meta",
    "hex.decode",
    "hex.encode",
    "indexof",
    "indexof_n",
    "intersection",
    "is_array",
    "is_boolean",
    "is_null",
    "is_number",
    "is_object",
    "is_set",
    "is_string",
    "json.filter",
    "json.marshal",
    "json.remove",
    "lower",
    "max",
    "min",
    "net.cidr_contains",
    "net.cidr_is_valid",
    "object.filter",
    "object.get",
    "object.keys",
    "object.remove",
    "object.subset",
    "object.union",
    "object.union_n",
    "regex.find_n",
    "regex.is_valid",
    "regex.match",
    "regex.split",
    "round",
    "semver.compare",
    "semver.is_valid",
    "sort",
    "split",
    SPRINTF,
    "startswith",
    "strings.any_prefix_match",
    "strings.any_suffix_match",
    "strings.count",
    "strings.reverse",
    "substring",
    "sum",
    "trim",
    "trim_left",
    "trim_prefix",
    "trim_right",
    "trim_space",
    "trim_suffix",
    "type_name",
    "union",
    "upper",
];
/// May be called with a format that is written out and names no width: `%1000000000d` is short.
const SPRINTF: &str = "sprintf";
/// What the engine's reader of JSON takes for the text of a number of any size, where it is the
/// first key of an object.
const NUMBER_KEY: &str = "$serde_json::private::Number";

/// JSON as the engine has it.
pub(super) fn read(json: &str) -> Result<Value, String> {
    if json.contains(NUMBER_KEY) {
        return Err(format!("nothing may be called {NUMBER_KEY}"));
    }
    Value::from_json_str(json).map_err(|error| error.to_string())
}

/// No rule and no test calls what is not listed.
pub(super) fn check_calls(engine: &mut Engine) -> Result<(), PolicyError> {
    engine.get_modules().iter().try_for_each(|module| check(module))
}

fn refused(file: &str, line: u32, call: &str) -> PolicyError {
    PolicyError::RefusedCall { file: file.to_owned(), line, call: call.to_owned() }
}

fn check(module: &Module) -> Result<(), PolicyError> {
    let mut walk = Walk::default();
    module.policy.iter().for_each(|rule| walk.rule(rule));
    while let Some(expression) = walk.left.pop() {
        walk.expression(expression);
        if let Some((line, call)) = walk.refused {
            return Err(refused(module.package.span.source.get_path(), line, &call));
        }
    }
    Ok(())
}

/// The path of a function that may not be called, or not in this way, as the engine reads it.
fn called(function: &Expr, first: Option<&Expr>) -> Option<String> {
    let path = get_path_string(function, None).ok()?;
    let plain = match first {
        Some(Expr::String { value, .. } | Expr::RawString { value, .. }) => {
            value.as_string().is_ok_and(|format| names_no_width(format))
        }
        _ => false,
    };
    let denied = if path == SPRINTF { !plain } else { is_refused(&path) };
    denied.then_some(path)
}

/// Whether the engine knows a function that is not listed.
fn is_refused(path: &str) -> bool {
    let known = BUILTINS.contains_key(path) || path == "print" || path.starts_with("__builtin");
    known && !ALLOWED.contains(&path)
}

fn names_no_width(format: &str) -> bool {
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        let verb = if letter == '%' { letters.next() } else { None };
        if verb.is_some_and(|verb| verb != '%' && !verb.is_ascii_alphabetic()) {
            return false;
        }
    }
    true
}

/// A walk through all of a file's expressions, by a list of those that are left: how deep they are
/// in one another does not matter.
#[derive(Default)]
struct Walk<'a> {
    left: Vec<&'a Expr>,
    refused: Option<(u32, String)>,
}

impl<'a> Walk<'a> {
    fn rule(&mut self, rule: &'a Rule) {
        match rule {
            Rule::Spec { head, bodies, .. } => {
                self.head(head);
                for RuleBody { assign, query, .. } in bodies {
                    self.assigned(assign.as_ref());
                    self.query(query);
                }
            }
            Rule::Default { refr, args, value, .. } => {
                self.left.extend([&**refr, &**value]);
                self.left.extend(args.iter().map(|argument| &**argument));
            }
        }
    }

    fn head(&mut self, head: &'a RuleHead) {
        match head {
            RuleHead::Compr { refr, assign, .. } => {
                self.left.push(refr);
                self.assigned(assign.as_ref());
            }
            RuleHead::Set { refr, key, .. } => {
                self.left.push(refr);
                self.left.extend(key.as_deref());
            }
            RuleHead::Func { refr, args, assign, .. } => {
                self.left.push(refr);
                self.left.extend(args.iter().map(|argument| &**argument));
                self.assigned(assign.as_ref());
            }
        }
    }

    fn assigned(&mut self, assign: Option<&'a RuleAssign>) {
        self.left.extend(assign.map(|assign| &*assign.value));
    }

    fn query(&mut self, query: &'a Query) {
        for statement in &query.stmts {
            match &statement.literal {
                Literal::SomeVars { .. } => {}
                Literal::SomeIn { key, value, collection, .. } => {
                    self.left.extend(key.as_deref());
                    self.left.extend([&**value, &**collection]);
                }
                Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => self.left.push(expr),
                Literal::Every { domain, query, .. } => {
                    self.left.push(domain);
                    self.query(query);
                }
            }
            for replaced in &statement.with_mods {
                self.left.extend([&*replaced.refr, &*replaced.r#as]);
                // A function may be put in another's place by its name alone.
                for function in [&replaced.refr, &replaced.r#as] {
                    self.refuse(function.span().line, called(function, None));
                }
            }
        }
    }

    fn expression(&mut self, expression: &'a Expr) {
        match expression {
            Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. }
            | Expr::Var { .. } => {}
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                self.left.extend(items.iter().map(|item| &**item));
            }
            Expr::Object { fields, .. } => {
                self.left.extend(fields.iter().flat_map(|(_, key, value)| [&**key, &**value]));
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.left.push(term);
                self.query(query);
            }
            Expr::ObjectCompr { key, value, query, .. } => {
                self.left.extend([&**key, &**value]);
                self.query(query);
            }
            Expr::Call { span, fcn, params, .. } => {
                self.refuse(span.line, called(fcn, params.first().map(|first| &**first)));
                self.left.push(fcn);
                self.left.extend(params.iter().map(|param| &**param));
            }
            Expr::UnaryExpr { expr, .. } => self.left.push(expr),
            Expr::RefDot { refr, .. } => self.left.push(refr),
            Expr::RefBrack { refr, index, .. } => self.left.extend([&**refr, &**index]),
            Expr::BinExpr { lhs, rhs, .. }
            | Expr::BoolExpr { lhs, rhs, .. }
            | Expr::ArithExpr { lhs, rhs, .. }
            | Expr::AssignExpr { lhs, rhs, .. } => self.left.extend([&**lhs, &**rhs]),
            Expr::Membership { key, value, collection, .. } => {
                self.left.extend(key.as_deref());
                self.left.extend([&**value, &**collection]);
            }
        }
    }

    fn refuse(&mut self, line: u32, call: Option<String>) {
        if let Some(call) = call.filter(|_| self.refused.is_none()) {
            self.refused = Some((line, call));
        }
    }
}

#[cfg(test)]
mod tests;
