//! The corpus of runbooks under `tests/runbooks`: each is the manifest that its twin in YAML is, every
//! refusal is where and what its file says, and mutations of all of them are answered in time.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use conductor_protocol::{
    error_code::Code,
    manifest::{self, MANIFEST_BYTES_MAX, Manifest, PROBLEMS_MAX, Problem},
};
use proptest::{prelude::*, sample};

/// Far more than any text of the corpus takes, even unoptimised on a busy machine.
const TIME_MAX: Duration = Duration::from_secs(10);

fn corpus(kind: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/runbooks").join(kind);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    files.sort();
    let name = |path: &PathBuf| path.to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn expected(name: &str, source: &str) -> (Code, u32, u32) {
    let beside = fs::read_to_string(format!("{name}.expect")).ok();
    let line = match &beside {
        Some(text) => text.lines().next(),
        None => source.lines().nth(1),
    };
    let (code, place) = line
        .and_then(|line| line.strip_prefix("# expect: "))
        .and_then(|line| line.split_once(" at "))
        .expect(name);
    let (line, column) = place.split_once(':').expect(name);
    (code.parse().expect(name), line.parse().expect(name), column.parse().expect(name))
}

fn listing(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("    {} {problem}\n", problem.code)).collect()
}

#[test]
fn a_runbook_is_the_manifest_that_its_twin_is() {
    let files = corpus("accept");
    assert!(files.len() >= 3, "{} files", files.len());
    for (name, source) in files {
        let runbook = manifest::parse_runbook(&source).unwrap_or_else(|problems| {
            panic!("{name}:\n{}", listing(&problems));
        });
        let twin = fs::read_to_string(name.replace(".md", ".yaml")).expect(&name);
        let twin = manifest::parse(&twin).unwrap_or_else(|problems| {
            panic!("the twin of {name}:\n{}", listing(&problems));
        });
        assert_eq!(manifest::diff(&twin, &runbook), [], "{name}");
        assert_eq!(runbook.digest(), twin.digest(), "{name}");
    }
}

#[test]
fn what_is_wrong_is_refused_with_its_code_and_place() {
    let files = corpus("reject");
    assert!(files.len() >= 35, "{} files", files.len());
    let mut wrong = Vec::new();
    for (name, source) in &files {
        let (code, line, column) = expected(name, source);
        let Err(problems) = manifest::parse_runbook(source) else {
            wrong.push(format!("{name}: accepted"));
            continue;
        };
        let first = &problems[0];
        if (first.code, first.line, first.column) != (code, line, column) {
            let listing = listing(&problems);
            wrong.push(format!("{name}: expected {code} at {line}:{column}, found\n{listing}"));
        }
        // Each of them says what to do.
        if let Some(mute) = problems.iter().find(|problem| problem.hint.is_empty()) {
            wrong.push(format!("{name}: no mend for {mute}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_what_is_no_runbook_has_a_file() {
    let used: Vec<Code> =
        corpus("reject").iter().map(|(name, source)| expected(name, source).0).collect();
    // Not those of signatures: what is refused with them can be read.
    let of_text = |code: &&Code| code.as_str().starts_with("RUNBOOK_") && code.exit_code() == 8;
    let missing: Vec<&Code> =
        Code::ALL.iter().filter(of_text).filter(|code| !used.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_runbook_has_the_bounds_of_a_manifest() {
    let text = format!("---\n{}", "x".repeat(MANIFEST_BYTES_MAX));
    let problems = manifest::parse_runbook(&text).unwrap_err();
    assert_eq!((problems[0].code, problems.len()), (Code::ManifestLimit, 1));

    let steps: String = (0..201).map(|n| format!("```sh step=s{n}\ntrue\n```\n")).collect();
    let text = format!("---\nname: abc\nversion: 1.0.0\n---\n{steps}");
    let problems = manifest::parse_runbook(&text).unwrap_err();
    assert_eq!((problems[0].code, problems[0].path.as_str()), (Code::ManifestLimit, "tasks"));
}

#[test]
fn what_grows_without_a_bound_is_answered_in_time() {
    let front = "---\nname: abc\nversion: 1.0.0\n---\n";
    let long = |piece: &str| piece.repeat((MANIFEST_BYTES_MAX - 100) / piece.len());
    for body in [
        format!("```sh {}", long("a ")),
        format!("```sh step=a {}", long("a=b ")),
        long("> "),
        long("- "),
        long("```\n"),
        long("```sh step=a\n```\n"),
        long("```sh step=a when=\""),
        long("[a]("),
        long("*a "),
        long("`a"),
        long("# a\n"),
        long("<a "),
        format!("```sh step=a\n{}\n```\n", long("{{ x }}")),
        format!("> ```sh step=a\n{}> ```\n", long("> a\n")),
    ] {
        answered(&format!("{front}{body}"));
    }
}

/// Parses, and holds what is true of every answer.
fn answered(source: &str) {
    let start = Instant::now();
    let answer = manifest::parse_runbook(source);
    let took = start.elapsed();
    let shown: String = source.chars().take(200).collect();
    assert!(took < TIME_MAX, "{took:?} for {shown}");
    match answer {
        Ok(manifest) => {
            let stored = manifest.canonical_json();
            let again: Manifest = serde_json::from_str(&stored).unwrap();
            assert_eq!(again.canonical_json(), stored);
        }
        Err(problems) => {
            assert!((1..=PROBLEMS_MAX).contains(&problems.len()), "{} problems", problems.len());
            let lines: Vec<&str> = source.split('\n').collect();
            for problem in &problems {
                let line = lines.get(problem.line as usize - 1).expect("the line exists");
                let columns = 1..=line.chars().count() + 1;
                assert!(columns.contains(&(problem.column as usize)), "{problem} in {source:?}");
            }
        }
    }
}

/// What is most likely to mean something to the readers.
const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    " ",
    "    ",
    "\t",
    "\r\n",
    "\r",
    "\u{feff}",
    "\0",
    "\u{85}",
    "\u{2028}",
    "é",
    "😀",
    "```",
    "````",
    "~~~",
    "```sh step=x\n",
    "```yaml step\n",
    "step",
    "=",
    "\"",
    "'",
    "> ",
    "- ",
    "1. ",
    "# ",
    "<!--",
    "-->",
    "<details>\n",
    "---\n",
    "...\n",
    "{{",
    "}}",
    "{%",
    "&amp;",
    "\\",
    "needs=",
    "hosts=\"",
    "env.",
    "|\n",
    ": ",
    "[x]: y\n",
    "id: a\n",
    "tasks: []\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn mutations_are_answered(
        seed in sample::select(seeds()),
        edits in prop::collection::vec(
            (any::<sample::Index>(), 0_usize..12, sample::select(PIECES)),
            1..6,
        ),
    ) {
        let mut text: Vec<char> = seed.chars().collect();
        for (place, removed, piece) in edits {
            let at = place.index(text.len() + 1);
            let end = (at + removed).min(text.len());
            text.splice(at..end, piece.chars());
        }
        answered(&text.into_iter().collect::<String>());
    }
}

fn seeds() -> Vec<String> {
    ["accept", "reject"].iter().flat_map(|kind| corpus(kind)).map(|(_, text)| text).collect()
}
