//! Takes secrets out of what leaves an executor: output, values, messages, files.
//!
//! A value is looked for as it is and in the forms that programs commonly turn it into
//! (`forms.rs`): base64 in every alignment, hexadecimal, escaped for a URL, for JSON, for a shell or
//! for HTML, and line by line. White space counts for nothing, so a value that was wrapped at any
//! column, indented, or broken over lines in any other way is found, too. What is found becomes
//! `[redacted:NAME]`.
//!
//! What is not found: a value that was reversed, compressed, encrypted, hashed, given a character
//! at a time with something in between, or turned into a form that is not listed. Of base64, up to
//! four bits at either end stand in characters that hold a neighbour's bits, too, and stay.
//!
//! One automaton finds all forms of all of an attempt's secrets at once. A stream is redacted as it
//! comes (`stream.rs`): only as many bytes are held back as a value can begin with.

mod file;
mod forms;
mod stream;
#[cfg(test)]
mod tests;
mod value;

use std::collections::HashMap;

use aho_corasick::{
    Anchored, MatchKind,
    automaton::{Automaton as _, StateID},
    nfa::contiguous::NFA,
};

pub use self::stream::Stream;

use crate::limits::SECRET_BYTES_MIN;

/// What finds the secrets of one attempt.
pub struct Redactor {
    nfa: NFA,
    start: StateID,
    /// Which bytes a form can begin with.
    starts: [bool; 256],
    /// What the automaton's states stand for, the first one left out.
    nodes: HashMap<StateID, Node>,
    /// By pattern.
    forms: Vec<Form>,
    names: Vec<String>,
    /// How much of what may be a secret's beginning is shown when nothing follows it for a while.
    shown_max: usize,
}

/// A beginning of a form.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// Bytes, white space left out.
    depth: usize,
    /// The shortest form that begins so.
    form: usize,
}

/// A form of a secret.
#[derive(Debug, Clone, Copy)]
struct Form {
    /// Bytes, white space left out.
    len: usize,
    /// Its place among the names.
    secret: usize,
}

/// Which secrets were found, by their place among the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Found(u64);

impl Found {
    /// Nothing was found.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Both together.
    pub(crate) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    fn note(&mut self, secret: usize) {
        self.0 |= 1 << (secret % 64);
    }
}

impl Redactor {
    /// A redactor of these names and values, at most 64 of them.
    ///
    /// # Errors
    /// When there is too much to build an automaton of.
    pub fn new<'s>(
        secrets: impl IntoIterator<Item = (&'s str, &'s str)>,
    ) -> Result<Self, aho_corasick::BuildError> {
        let (mut names, mut forms, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        for (name, value) in secrets {
            for text in forms::of(value) {
                forms.push(Form { len: text.len(), secret: names.len() });
                texts.push(text);
            }
            names.push(name.to_owned());
        }
        let nfa = NFA::builder().match_kind(MatchKind::Standard).prefilter(false).build(&*texts)?;
        #[expect(clippy::expect_used, reason = "every automaton of this kind can begin anywhere")]
        let start = nfa.start_state(Anchored::No).expect("a state to begin anywhere");
        let mut starts = [false; 256];
        texts.iter().for_each(|text| starts[usize::from(text[0])] = true);
        let nodes = nodes(&nfa, start, &texts);
        let shortest = forms.iter().map(|form| form.len).min().unwrap_or(SECRET_BYTES_MIN);
        let shown_max = (shortest / SECRET_BYTES_MIN).min(SECRET_BYTES_MIN - 1);
        Ok(Self { nfa, start, starts, nodes, forms, names, shown_max })
    }

    /// The names of what was found, such as `` `a` and `b` ``.
    #[must_use]
    pub fn named(&self, found: Found) -> String {
        let is_found = |place: &usize| found.0 & (1 << (place % 64)) != 0;
        let names: Vec<String> = (0..self.names.len())
            .filter(is_found)
            .map(|p| format!("`{}`", self.names[p]))
            .collect();
        names.join(" and ")
    }

    fn label(&self, secret: usize) -> String {
        format!("[redacted:{}]", self.names[secret])
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor").field("names", &self.names).finish_non_exhaustive()
    }
}

/// Follows every form through the automaton: where it comes by is what the states stand for.
fn nodes(nfa: &NFA, start: StateID, texts: &[Vec<u8>]) -> HashMap<StateID, Node> {
    let mut nodes: HashMap<StateID, Node> = HashMap::new();
    for (form, text) in texts.iter().enumerate() {
        let mut state = start;
        for (index, byte) in text.iter().enumerate() {
            state = nfa.next_state(Anchored::No, state, *byte);
            let node = nodes.entry(state).or_insert(Node { depth: index + 1, form });
            if texts[node.form].len() > text.len() {
                node.form = form;
            }
        }
    }
    nodes
}

/// What counts for nothing.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether there is enough of a value to look for.
pub(crate) fn is_long_enough(value: &str) -> bool {
    forms::significant(value) >= SECRET_BYTES_MIN
}
