//! A step: a block with a fence becomes the task that a manifest would have there.

use super::{
    super::{
        executor::{SHELL, SSH},
        limits::RUNBOOK_WORDS_MAX,
        node::{Data, Entry, Layout, Node, number},
        problem::{Position, Problem, Problems, listed, quoted, similar},
        yaml,
    },
    fence::{Block, Word},
};
use crate::error_code::Code;

/// What makes a block a step.
const STEP: &str = "step";
/// What may be said of a script beside its name, and how it is read.
const ATTRIBUTES: &[(&str, Kind)] = &[
    ("needs", Kind::Names),
    ("hosts", Kind::Text),
    ("host", Kind::With),
    ("when", Kind::Text),
    ("timeout", Kind::Number),
    ("retries", Kind::Number),
    ("on_failure", Kind::Text),
    ("resources", Kind::Text),
    ("sandbox", Kind::Text),
    ("secrets", Kind::Names),
    ("at_most_once", Kind::Flag),
];
/// What a variable of the environment begins with: `env.NAME=value`.
const ENV: &str = "env.";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As it is.
    Text,
    /// A number where it is all digits.
    Number,
    /// `a,b`; nothing for none.
    Names,
    /// `true`, or nothing behind it.
    Flag,
    /// A parameter of the executor.
    With,
}

/// Whether a block is a step. One that only looks like it is a mistake, and never an example.
pub(super) fn is_step(block: &Block<'_>, problems: &mut Problems) -> bool {
    if block.words.iter().any(|word| word.name == STEP) {
        return true;
    }
    let attribute = |word: &&Word<'_>| {
        let known = ATTRIBUTES.iter().any(|(name, _)| *name == word.name);
        (known && word.value.is_some()) || similar(word.name, [STEP]).is_some()
    };
    if let Some(word) = block.words.iter().find(attribute) {
        let message = format!("{} is for steps, and this block is none", quoted(word.name));
        let hint = "add `step=NAME`, or remove it where the block is an example";
        problems.add(Problem::new(Code::RunbookStep, word.at, "", message).mend(hint));
    }
    false
}

/// The task of a step that is the `index`th, behind `before`; nothing where it can't be read.
pub(super) fn task(
    block: &Block<'_>,
    (index, before): (usize, Option<&str>),
    problems: &mut Problems,
) -> Option<Node> {
    let mut reader = Reader { block, path: format!("tasks[{index}]"), problems };
    if !block.closed {
        let message = "the step's fence is never closed, so everything below is a part of it";
        reader.refuse(Code::RunbookFence, block.at, message, "close it with a line of its own");
        return None;
    }
    if let Some(extra) = block.words.get(RUNBOOK_WORDS_MAX) {
        let message = format!("more than {RUNBOOK_WORDS_MAX} words behind a fence");
        let hint = "write the step as YAML: ```yaml step";
        reader.refuse(Code::RunbookStep, extra.at, &message, hint);
        return None;
    }
    let mut entries = match block.words.first().map(|word| (word.name, word.value)) {
        Some(("sh" | "shell", None)) => reader.script()?,
        Some(("yaml" | "yml" | "json", None)) => reader.yaml()?,
        _ => {
            let at = block.words.first().map_or(block.at, |word| word.at);
            let message = "the first word says how a step is written, and this is none of them";
            let hint = "write `sh` first for a script, or `yaml` for a task as manifests have it";
            reader.refuse(Code::RunbookStep, at, message, hint);
            return None;
        }
    };
    let at = block.words.iter().find(|word| word.name == STEP).map_or(block.at, |word| word.at);
    if let Some(before) = before.filter(|_| !entries.iter().any(|entry| entry.key == "needs")) {
        let needed = Node { at, data: text(before, Layout::Other) };
        let value = Node { at, data: Data::List(vec![needed]) };
        entries.push(Entry { key: "needs".to_owned(), at, value });
    }
    Some(Node { at: block.at, data: Data::Map(entries) })
}

struct Reader<'b, 's, 'p> {
    block: &'b Block<'s>,
    path: String,
    problems: &'p mut Problems,
}

impl<'b, 's> Reader<'b, 's, '_> {
    /// A script: `sh step=NAME` and what else is said of it.
    fn script(&mut self) -> Option<Vec<Entry>> {
        let (mut entries, mut with, mut env) = (Vec::new(), Vec::new(), Vec::new());
        let words = self.words()?;
        let Some(id) = self.name(&words, true) else { return None };
        entries.push(id);
        for word in words.iter().filter(|word| word.name != STEP) {
            let name = word.name.strip_prefix(ENV).unwrap_or(word.name);
            let kind = match ATTRIBUTES.iter().find(|(known, _)| *known == word.name) {
                Some((_, kind)) => *kind,
                None if word.name.starts_with(ENV) => Kind::Text,
                None => {
                    self.unknown(word);
                    continue;
                }
            };
            let value = Node { at: word.value_at, data: self.value(word, kind) };
            let entry = Entry { key: name.to_owned(), at: word.at, value };
            match kind {
                Kind::With => with.push(entry),
                _ if word.name.starts_with(ENV) => env.push(entry),
                _ => entries.push(entry),
            }
        }
        let remote = words.iter().any(|word| matches!(word.name, "hosts" | "host"));
        let at = self.block.words.first().map_or(self.block.at, |word| word.at);
        let map = |at, entries| Node { at, data: Data::Map(entries) };
        let uses = Node { at, data: text(if remote { SSH } else { SHELL }, Layout::Other) };
        let body = self.body();
        with.insert(0, Entry { key: "run".to_owned(), at: body.at, value: body });
        entries.push(Entry { key: "uses".to_owned(), at, value: uses });
        entries.push(Entry { key: "with".to_owned(), at, value: map(at, with) });
        if let Some(first) = env.first() {
            let at = first.at;
            entries.push(Entry { key: "env".to_owned(), at, value: map(at, env) });
        }
        Some(entries)
    }

    /// What is inside, standing at its first line that is not empty.
    fn body(&self) -> Node {
        let empty = self.block.body.bytes().take_while(|byte| *byte == b'\n').count();
        let last = self.block.places.0.len().saturating_sub(1);
        let at = self.block.places.0.get(empty.min(last)).copied().unwrap_or(self.block.at);
        Node { at, data: text(&self.block.body, Layout::Block) }
    }

    /// A task as manifests have it; its id may stand behind the fence.
    fn yaml(&mut self) -> Option<Vec<Entry>> {
        let words = self.words()?;
        for word in words.iter().filter(|word| word.name != STEP) {
            let message = format!("{} stands behind the fence of YAML", quoted(word.name));
            let hint = "write it as a field inside of the block";
            self.refuse(Code::RunbookStep, word.at, &message, hint);
        }
        let mut found = Problems::default();
        let node = yaml::read(&self.block.body, &mut found);
        let broken = !found.is_empty() && node.is_none();
        self.block.places.hand_on(found, &self.path, self.problems);
        if broken {
            return None;
        }
        let mut node = node.unwrap_or(Node { at: Position::START, data: Data::Null });
        self.block.places.put(&mut node);
        let Data::Map(mut entries) = node.data else {
            if !node.is_refused() {
                let message = format!("the block holds {}, and a task is a mapping", node.kind());
                let hint = "write `uses:` and `with:` in it, one below the other";
                self.refuse(Code::RunbookStep, node.at, &message, hint);
            }
            return None;
        };
        let within = entries.iter().any(|entry| entry.key == "id");
        let outside = self.name(&words, !within)?;
        match (within, outside.value.is_refused()) {
            (true, false) => {
                let message = "the step's name is given behind the fence and inside of it";
                self.refuse(Code::RunbookStep, outside.at, message, "remove one of the two");
            }
            (false, _) => entries.insert(0, outside),
            (true, true) => {}
        }
        Some(entries)
    }

    /// The words behind the first; each is there once and well written.
    fn words(&mut self) -> Option<Vec<&'b Word<'s>>> {
        let block = self.block;
        let mut words: Vec<&'b Word<'s>> = Vec::new();
        for word in block.words.iter().skip(1) {
            if word.broken {
                let message = format!("the quotes of {} are not closed", quoted(word.name));
                let hint = "close them, and leave a blank behind; take `'` around a text with `\"`";
                self.refuse(Code::RunbookStep, word.at, &message, hint);
                return None;
            }
            if words.iter().any(|known| known.name == word.name) {
                let message = format!("{} is given twice", quoted(word.name));
                self.refuse(Code::RunbookStep, word.at, &message, "remove one of the two");
                continue;
            }
            words.push(word);
        }
        Some(words)
    }

    /// The step's name: an entry `id`, refused where there is none.
    fn name(&mut self, words: &[&Word<'s>], required: bool) -> Option<Entry> {
        let word = words.iter().find(|word| word.name == STEP)?;
        let data = match word.value.filter(|name| !name.is_empty()) {
            Some(name) => text(name, Layout::Line(0)),
            None if required => {
                let message = "the step has no name";
                let hint = "write `step=NAME`, a name that no other step has";
                self.refuse(Code::RunbookStep, word.at, message, hint);
                return None;
            }
            None => Data::Refused,
        };
        let value = Node { at: word.value_at, data };
        Some(Entry { key: "id".to_owned(), at: word.at, value })
    }

    fn value(&mut self, word: &Word<'s>, kind: Kind) -> Data {
        let Some(value) = word.value else {
            if kind == Kind::Flag {
                return Data::Bool(true);
            }
            let message = format!("{} says nothing", quoted(word.name));
            let hint = format!("write `{}=…`", word.name);
            self.refuse(Code::RunbookStep, word.at, &message, &hint);
            return Data::Refused;
        };
        let as_text = || text(value, Layout::Line(0));
        match kind {
            Kind::Text | Kind::With => as_text(),
            Kind::Number => match number(value) {
                Ok(known) if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                    Data::Number(known, value.to_owned())
                }
                _ => as_text(),
            },
            Kind::Flag => match value {
                "true" => Data::Bool(true),
                "false" => Data::Bool(false),
                _ => as_text(),
            },
            Kind::Names => {
                let names = value.split(',').map(str::trim).filter(|name| !name.is_empty());
                let item = |name| Node { at: word.value_at, data: text(name, Layout::Other) };
                Data::List(names.map(item).collect())
            }
        }
    }

    fn unknown(&mut self, word: &Word<'s>) {
        let known = || ATTRIBUTES.iter().map(|(name, _)| *name);
        let hint = match similar(word.name, known()) {
            Some(name) => format!("write `{name}=…`"),
            None => format!(
                "a script has {} and `env.NAME`; all else is there in the form ```yaml step",
                listed(known())
            ),
        };
        let message = format!("{} is nothing that a script has", quoted(word.name));
        self.refuse(Code::RunbookStep, word.at, &message, &hint);
    }

    fn refuse(&mut self, code: Code, at: Position, message: &str, hint: &str) {
        self.problems.add(Problem::new(code, at, &self.path, message).mend(hint));
    }
}

fn text(text: &str, layout: Layout) -> Data {
    Data::Text(text.to_owned(), layout)
}
