//! Mutations of the corpus: whatever is read, the parser answers, soon, and with places that
//! exist. The fuzz target `manifest` asks the same without an end.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use conductor_protocol::manifest::{self, PROBLEMS_MAX};
use proptest::{prelude::*, sample};

/// Far more than any text of the corpus takes, even unoptimised on a busy machine; a parser that
/// is quadratic in a mutation passes it.
const TIME_MAX: Duration = Duration::from_secs(10);

fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/manifests");
    let mut texts = Vec::new();
    for kind in ["accept", "reject"] {
        for entry in fs::read_dir(root.join(kind)).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            // The few that test a bound are long and make poor seeds.
            if text.len() < 4_096 {
                texts.push(text);
            }
        }
    }
    texts.sort();
    texts
}

/// What is most likely to mean something to the readers.
const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    " ",
    "  ",
    "\t",
    "\r\n",
    "\u{feff}",
    "\0",
    "\u{85}",
    "\u{2028}",
    "é",
    "😀",
    ":",
    ": ",
    "- ",
    "-",
    "?",
    "? ",
    "|",
    "|2",
    ">-",
    "#",
    " #",
    "\"",
    "'",
    "\\",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a ",
    "*a",
    "!t ",
    "<<",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{{ tasks.a.outputs.x }}",
    "{% for x in y %}",
    "{% raw %}",
    "|sh",
    " is ",
    "null",
    "~",
    "1e999",
    "-0",
    "0x",
    "9007199254740993",
    ".nan",
    "$ref",
    "#/$defs/a",
    "needs",
    "inputs",
    "a",
];

#[derive(Debug, Clone)]
enum Mutation {
    Insert(sample::Index, &'static str),
    Remove(sample::Index, usize),
    Repeat(sample::Index, usize, usize),
    Splice(sample::Index, sample::Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<sample::Index>;
    prop_oneof![
        4 => (at(), sample::select(PIECES)).prop_map(|(i, piece)| Mutation::Insert(i, piece)),
        3 => (at(), 1..40_usize).prop_map(|(i, count)| Mutation::Remove(i, count)),
        1 => (at(), 1..80_usize, 2..60_usize).prop_map(|(i, n, times)| Mutation::Repeat(i, n, times)),
        1 => (at(), at()).prop_map(|(i, other)| Mutation::Splice(i, other)),
    ]
}

fn mutate(text: &str, mutation: &Mutation, corpus: &[String]) -> String {
    let chars: Vec<char> = text.chars().collect();
    let place = |index: &sample::Index| index.index(chars.len() + 1);
    let join = |parts: &[&[char]]| parts.iter().copied().flatten().collect::<String>();
    match mutation {
        Mutation::Insert(index, piece) => {
            let (before, after) = chars.split_at(place(index));
            format!("{}{piece}{}", join(&[before]), join(&[after]))
        }
        Mutation::Remove(index, count) => {
            let (before, after) = chars.split_at(place(index));
            join(&[before, &after[(*count).min(after.len())..]])
        }
        Mutation::Repeat(index, count, times) => {
            let (before, after) = chars.split_at(place(index));
            let piece = &after[..(*count).min(after.len())];
            let repeated = piece.repeat(*times);
            join(&[before, &repeated, after])
        }
        Mutation::Splice(index, other) => {
            let tail: Vec<char> = other.get(corpus).chars().collect();
            let from = index.index(tail.len() + 1);
            join(&[&chars[..place(index)], &tail[from..]])
        }
    }
}

fn check(source: &str) -> Result<(), TestCaseError> {
    let started = Instant::now();
    let answer = manifest::parse(source);
    prop_assert!(started.elapsed() < TIME_MAX, "took {:?}", started.elapsed());
    match answer {
        Ok(parsed) => {
            let stored = parsed.canonical_json();
            let again: manifest::Manifest = serde_json::from_str(&stored).unwrap();
            prop_assert_eq!(again.canonical_json(), stored);
        }
        Err(problems) => {
            prop_assert!((1..=PROBLEMS_MAX).contains(&problems.len()));
            let lines: Vec<&str> = source.split('\n').collect();
            for problem in &problems {
                let line = lines.get(problem.line as usize - 1);
                let columns = line.map_or(0, |line| line.chars().count() + 1);
                let inside = (1..=columns).contains(&(problem.column as usize));
                prop_assert!(inside, "{problem} is outside of the text");
            }
            prop_assert!(problems.is_sorted_by_key(|problem| (problem.line, problem.column)));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn mutated_manifests_are_answered(
        seed in any::<sample::Index>(),
        mutations in prop::collection::vec(mutation(), 1..6),
    ) {
        let corpus = corpus();
        let start = seed.get(&corpus).clone();
        let mutated = mutations.iter().fold(start, |text, change| mutate(&text, change, &corpus));
        check(&mutated)?;
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}") {
        check(&text)?;
    }
}

#[test]
fn hostile_texts_are_answered() {
    let long = |piece: &str| piece.repeat(manifest::MANIFEST_BYTES_MAX / piece.len() - 40);
    let head = "name: abc\nversion: 1.0.0\ntasks:\n  - id: a\n    uses: pkg:builtin/noop@1\n";
    let pieces =
        ["[", "{", "- ", "? ", "a: ", "&a ", "!a ", "\"", "{{", "{#", "\n", "#", "*", "a\n"];
    for piece in pieces {
        check(&long(piece)).unwrap();
        check(&format!("{head}    with: {}", long(piece))).unwrap();
        check(&format!("{head}    when: \"{}\"", long(piece))).unwrap();
        check(&format!("{{\"a\": {}", long(piece))).unwrap();
    }
    for piece in ["+1", "(", "not ", "|f", ".a", "a if b else ", "[0]", ", a", "~ a"] {
        check(&format!("{head}    when: a{}", long(piece))).unwrap();
        check(&format!("{head}    with: {{x: \"{{{{ a{} }}}}\"}}", long(piece))).unwrap();
    }
    for piece in
        ["{% if a %}", "{% elif a %}", "{% for a in b %}", "{{ a }}", "{{ 'a' * 999999999 }}"]
    {
        check(&format!("{head}    with: {{x: \"{}\"}}", long(piece))).unwrap();
    }
}

#[test]
fn a_large_manifest_is_bounded() {
    let text = "x".repeat(manifest::MANIFEST_BYTES_MAX + 1);
    check(&text).unwrap();
    assert_eq!(manifest::parse(&text).unwrap_err().len(), 1);
}
