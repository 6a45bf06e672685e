//! Templates and expressions: the one environment they are compiled in, what they refer to, and
//! where in them a problem stands.
//!
//! The tokens of minijinja's own lexer are looked at before its parser sees a text: they bound
//! how deep an expression's tree can get (the parser follows a chain of operators as deep as it
//! is long), and they tell where in the template a name stands.

use minijinja::{
    Environment, ErrorKind, Value,
    machinery::{Span, Token, WhitespaceConfig, tokenize},
};

use super::limits::{TEMPLATE_BLOCK_TOKENS_MAX, TEMPLATE_NESTING_MAX, TEMPLATE_STATEMENTS_MAX};

/// The environment in which templates and expressions are compiled and run: minijinja's built-in
/// filters and tests, and `sh`, which quotes a value for a POSIX shell.
#[must_use]
pub fn template_environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.add_filter("sh", quote_for_shell);
    environment
}

/// One word of a POSIX shell that stands for exactly this value.
fn quote_for_shell(value: &Value) -> String {
    let text = value.to_string();
    let safe = |b: u8| b.is_ascii_alphanumeric() || b"_-./:=@%+,".contains(&b);
    if !text.is_empty() && text.bytes().all(safe) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Something wrong in a template, with where: the byte in its text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TemplateError {
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) hint: String,
}

/// A chain of names such as `tasks.disk.outputs`, and the byte where it starts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) offset: usize,
    pub(super) names: Vec<String>,
    /// Nothing else stands in its braces.
    pub(super) alone: bool,
}

/// How an expression is written where no braces are.
const BARE_HINT: &str =
    "write an expression without braces, like `tasks.disk.outputs.percent | int > 90`";

/// Compiles `source` and gives the names it takes from outside. `bare` is an expression without
/// braces, as in `when`.
pub(super) fn references(
    environment: &Environment<'_>,
    source: &str,
    bare: bool,
) -> Result<Vec<Reference>, TemplateError> {
    let tokens = bounded_tokens(source, bare)?;
    let failed = |error: &minijinja::Error| compile_error(error, (source, bare), &tokens);
    let free = if bare {
        let expression = environment.compile_expression(source).map_err(|e| failed(&e))?;
        expression.undeclared_variables(false)
    } else {
        let template = environment.template_from_str(source).map_err(|e| failed(&e))?;
        template.undeclared_variables(false)
    };
    refuse_unknown_filters(environment, &tokens)?;
    Ok(chains(&tokens)
        .into_iter()
        .filter(|chain| chain.names.first().is_some_and(|root| free.contains(root)))
        .filter(|chain| !is_global(environment, &chain.names))
        .collect())
}

fn is_global(environment: &Environment<'_>, names: &[String]) -> bool {
    names.first().is_some_and(|root| environment.globals().any(|(name, _)| name == root))
}

type Tokens<'s> = Vec<(Token<'s>, Span)>;

/// What has been counted of one template.
#[derive(Default)]
struct Bounds {
    in_block: usize,
    nesting: usize,
    statements: usize,
}

impl Bounds {
    /// Counts a token; answers with the bound that it passes, and of what.
    fn count(&mut self, token: &Token<'_>) -> Option<(usize, &'static str)> {
        self.in_block += 1;
        match token {
            Token::VariableStart | Token::BlockStart | Token::TemplateData(_) => {
                self.in_block = 0;
                self.nesting = 0;
                self.statements += usize::from(matches!(token, Token::BlockStart));
            }
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => self.nesting += 1,
            Token::ParenClose | Token::BracketClose | Token::BraceClose => {
                self.nesting = self.nesting.saturating_sub(1);
            }
            _ => {}
        }
        let counts = [
            (self.in_block, TEMPLATE_BLOCK_TOKENS_MAX, "words in one expression"),
            (self.nesting, TEMPLATE_NESTING_MAX, "brackets inside of one another"),
            (self.statements, TEMPLATE_STATEMENTS_MAX, "statements in one template"),
        ];
        counts.into_iter().find(|(count, most, _)| count > most).map(|(_, most, what)| (most, what))
    }
}

fn bounded_tokens(source: &str, bare: bool) -> Result<Tokens<'_>, TemplateError> {
    let mut tokens = Tokens::new();
    let mut bounds = Bounds::default();
    let lexed = tokenize(source, bare, Default::default(), WhitespaceConfig::default());
    for token in lexed {
        let (token, span) =
            token.map_err(|error| compile_error(&error, (source, bare), &tokens))?;
        // The lexer has nowhere to go after a brace that nothing opened: it panics.
        if bare && matches!(token, Token::VariableEnd) {
            return Err(TemplateError {
                offset: span.start_offset as usize,
                message: "does not compile: `}}` closes nothing".to_owned(),
                hint: BARE_HINT.to_owned(),
            });
        }
        if let Some((most, what)) = bounds.count(&token) {
            return Err(TemplateError {
                offset: span.start_offset as usize,
                message: format!("more than {most} {what}"),
                hint: "compute it in a task and use its output".to_owned(),
            });
        }
        tokens.push((token, span));
    }
    Ok(tokens)
}

/// minijinja tells the line only; the block that ends last before its end is where to look.
fn compile_error(
    error: &minijinja::Error,
    (source, bare): (&str, bool),
    tokens: &[(Token<'_>, Span)],
) -> TemplateError {
    let line = error.line().unwrap_or(1);
    let line_start = match line {
        0 | 1 => 0,
        _ => source.match_indices('\n').nth(line - 2).map_or(0, |(index, _)| index + 1),
    };
    let line_end = source[line_start..].find('\n').map_or(source.len(), |n| line_start + n);
    let starts = |token: &Token<'_>| matches!(token, Token::VariableStart | Token::BlockStart);
    let block = tokens
        .iter()
        .map(|(token, span)| (token, span.start_offset as usize))
        .rfind(|(token, offset)| starts(token) && (line_start..=line_end).contains(offset));
    let comment = source.rfind("{#").filter(|_| error.to_string().contains("comment"));
    let offset = comment.or(block.map(|(_, offset)| offset)).unwrap_or(line_start);
    let hint = if comment.is_some() {
        "`{#` begins a comment of the template; write `{{ '{#' }}` where the shell needs it"
    } else if source.trim().is_empty() {
        "write an expression or leave it out"
    } else if bare {
        BARE_HINT
    } else {
        "close every `{{` with `}}` and every `{%` with `%}`"
    };
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    TemplateError { offset, message: format!("does not compile: {detail}"), hint: hint.to_owned() }
}

/// Names of filters and tests are looked up by minijinja only when they are used, which would be
/// in the middle of a run.
fn refuse_unknown_filters(
    environment: &Environment<'_>,
    tokens: &[(Token<'_>, Span)],
) -> Result<(), TemplateError> {
    let state = environment.empty_state();
    for (index, (token, span)) in tokens.iter().enumerate() {
        let Token::Ident(name) = token else { continue };
        let previous = index.checked_sub(1).map(|at| &tokens[at].0);
        let before = index.checked_sub(2).map(|at| &tokens[at].0);
        let after_is = matches!(previous, Some(Token::Ident("is")))
            || (matches!(previous, Some(Token::Ident("not")))
                && matches!(before, Some(Token::Ident("is"))));
        let (missing, what) = if matches!(previous, Some(Token::Pipe)) {
            let result = state.apply_filter(name, &[]);
            (result.is_err_and(|error| error.kind() == ErrorKind::UnknownFilter), "filter")
        } else if after_is && *name != "not" {
            let result = state.perform_test(name, &[]);
            (result.is_err_and(|error| error.kind() == ErrorKind::UnknownTest), "test")
        } else {
            continue;
        };
        if missing {
            return Err(TemplateError {
                offset: span.start_offset as usize,
                message: format!("there is no {what} `{name}`"),
                hint: format!("use one of the {what}s of Jinja, or `sh` to quote for a shell"),
            });
        }
    }
    Ok(())
}

/// Every chain of names: `a`, `a.b`, `a["b"].c`.
fn chains(tokens: &[(Token<'_>, Span)]) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let (token, span) = &tokens[index];
        let previous = index.checked_sub(1).map(|at| &tokens[at].0);
        let next = tokens.get(index + 1).map(|(token, _)| token);
        index += 1;
        let Token::Ident(root) = token else { continue };
        // After a dot or a pipe it is an attribute or a filter, before `=` an argument's name.
        let is_part = matches!(previous, Some(Token::Dot | Token::Pipe | Token::Ident("is")));
        if is_part || matches!(next, Some(Token::Assign)) {
            continue;
        }
        let mut names = vec![(*root).to_owned()];
        while let Some((name, length)) = next_name(&tokens[index..]) {
            names.push(name);
            index += length;
        }
        let next = tokens.get(index).map(|(token, _)| token);
        let alone =
            matches!((previous, next), (Some(Token::VariableStart), Some(Token::VariableEnd)));
        found.push(Reference { offset: span.start_offset as usize, names, alone });
    }
    found
}

fn next_name(tokens: &[(Token<'_>, Span)]) -> Option<(String, usize)> {
    match tokens {
        [(Token::Dot, _), (Token::Ident(name), _), ..] => Some(((*name).to_owned(), 2)),
        [(Token::BracketOpen, _), (Token::Str(name), _), (Token::BracketClose, _), ..] => {
            Some(((*name).to_owned(), 3))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    fn names(source: &str, bare: bool) -> Vec<String> {
        let found = references(&template_environment(), source, bare).unwrap();
        found.into_iter().map(|reference| reference.names.join(".")).collect()
    }

    #[test]
    fn references_are_found_in_every_form() {
        let check = |source: &str, expected: &[&str]| assert_eq!(names(source, false), expected);
        check("df {{ inputs.path | sh }}", &["inputs.path"]);
        check(r#"{{ tasks["a-b"].outputs.x }} {{ run.id }}"#, &["tasks.a-b.outputs.x", "run.id"]);
        check("{% for t in tasks %}{{ t.x }}{% endfor %}{{ range(3) }}", &["tasks"]);
        check("{{ 'inputs.no' }} inputs.no {# tasks.no #}", &[]);
        check("{{ result.items | map(attribute='name') | list }}", &["result.items"]);
        assert_eq!(
            names("tasks.a.outputs.n | int > 90 and inputs.x is defined", true),
            ["tasks.a.outputs.n", "inputs.x"]
        );
    }

    #[test]
    fn a_problem_has_its_place() {
        let check = |source: &str, bare: bool, offset: usize, message: &str| {
            let error = references(&template_environment(), source, bare).unwrap_err();
            assert_eq!(error.offset, offset, "{error:?}");
            assert!(error.message.contains(message), "{error:?}");
        };
        check("x\ny {{ inputs. }}", false, 4, "unexpected");
        check("{{ a | shh }}", false, 7, "no filter `shh`");
        check("a is odder", true, 5, "no test `odder`");
        check("}} inputs.x }}", true, 0, "closes nothing");
        check("inputs.x }}", true, 9, "closes nothing");
        check("{% if a %}", false, 0, "end of input");
        check(&format!("{{{{ 1{} }}}}", "+1".repeat(100_000)), false, 259, "more than 256");
        check(&"{% if a %}{% endif %}".repeat(100), false, 1344, "more than 128");
        check(&format!("{{{{ {}", "(".repeat(100)), false, 27, "more than 24");
    }

    #[test]
    fn the_deepest_expressions_within_the_bounds_fit_a_small_stack() {
        let chain = format!("{{{{ 1{} }}}}", "+1".repeat(126));
        let nested = format!("{{{{ {}1{} }}}}", "(".repeat(24), ")".repeat(24));
        let branches = format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(120));
        let attributes = format!("{{{{ run{} }}}}", ".a".repeat(120));
        let filters = format!("{{{{ run{} }}}}", "|list".repeat(120));
        let blocks = format!("{}{nested}{}", "{% if a %}".repeat(64), "{% endif %}".repeat(64));
        let open = format!("{}{nested}", "{% if a %}".repeat(128));
        let check = move || {
            for source in [&chain, &nested, &branches, &attributes, &filters, &blocks] {
                references(&template_environment(), source, false).unwrap();
            }
            references(&template_environment(), &open, false).unwrap_err();
        };
        // What a worker of the async runtime has.
        let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(check).unwrap();
        thread.join().unwrap();
    }

    #[test]
    fn what_the_shell_gets_is_one_word() {
        let check = |text: &str, expected: &str| {
            assert_eq!(quote_for_shell(&Value::from(text)), expected);
        };
        check("web-1.example", "web-1.example");
        check("", "''");
        check("a b", "'a b'");
        check("it's; rm -rf /", r"'it'\''s; rm -rf /'");
        check("$(x)`y`", "'$(x)`y`'");
    }
}
