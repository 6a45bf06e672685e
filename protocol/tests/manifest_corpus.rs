//! The corpus of manifests under `tests/manifests`: the parser and the JSON Schema agree on every
//! one, and every refusal is where and what its file says.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{collections::BTreeMap, fs, path::PathBuf};

use conductor_protocol::{error_code::Code, manifest};
use jsonschema::Validator;
use serde_json::Value;

/// What a file under `reject/` says about itself, in its first lines or in a sidecar.
struct Expected {
    code: Code,
    line: u32,
    column: u32,
    /// Why the JSON Schema lets it pass, where it does.
    schema_cannot: Option<String>,
}

fn corpus(kind: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/manifests").join(kind);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "yaml" || ext == "json"))
        .collect();
    files.sort();
    let name = |path: &PathBuf| path.to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn expected(name: &str, source: &str) -> Expected {
    let text = fs::read_to_string(format!("{name}.expect")).unwrap_or_else(|_| source.to_owned());
    let mut lines = text.lines();
    let first = lines.next().and_then(|line| line.strip_prefix("# expect: ")).expect(name);
    let (code, place) = first.split_once(" at ").expect(name);
    let (line, column) = place.split_once(':').expect(name);
    let cannot = lines.next().and_then(|line| line.strip_prefix("# schema: cannot ("));
    Expected {
        code: code.parse().expect(name),
        line: line.parse().expect(name),
        column: column.parse().expect(name),
        schema_cannot: cannot.map(|kind| kind.trim_end_matches(')').to_owned()),
    }
}

fn schema() -> Validator {
    let schema: Value = serde_json::from_str(manifest::SCHEMA).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    jsonschema::draft202012::new(&schema).unwrap()
}

/// The document as a reader that is not ours sees it; nothing where it sees none.
fn load(source: &str) -> Option<Value> {
    let source = source.trim_start_matches('\u{feff}');
    match source.starts_with('{') {
        true => serde_json::from_str(source).ok(),
        false => serde_yaml_ng::from_str(source).ok(),
    }
}

#[test]
fn what_is_right_is_accepted_by_both() {
    let schema = schema();
    let files = corpus("accept");
    assert!(files.len() >= 15, "{} files", files.len());
    for (name, source) in files {
        let manifest = manifest::parse(&source).unwrap_or_else(|problems| {
            panic!("{name}:\n{}", listing(&problems));
        });
        let document = load(&source).unwrap_or_else(|| panic!("{name} is no document"));
        if let Err(error) = schema.validate(&document) {
            panic!("{name}: the schema refuses it at {}: {error}", error.instance_path());
        }
        let stored = manifest.canonical_json();
        let again: manifest::Manifest = serde_json::from_str(&stored).unwrap();
        assert_eq!(again.canonical_json(), stored, "{name}");
        assert_eq!(again.digest(), manifest.digest(), "{name}");
    }
}

#[test]
fn what_is_wrong_is_refused_with_its_code_and_place() {
    let files = corpus("reject");
    assert!(files.len() >= 60, "{} files", files.len());
    let mut wrong = Vec::new();
    for (name, source) in &files {
        let Expected { code, line, column, .. } = expected(name, source);
        let Err(problems) = manifest::parse(source) else {
            wrong.push(format!("{name}: accepted"));
            continue;
        };
        let first = &problems[0];
        if (first.code, first.line, first.column) != (code, line, column) {
            let listing = listing(&problems);
            wrong.push(format!("{name}: expected {code} at {line}:{column}, found\n{listing}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_schema_refuses_what_it_can_express() {
    let schema = schema();
    let mut exceptions: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (name, source) in corpus("reject") {
        let refused = load(&source).is_some_and(|document| !schema.is_valid(&document));
        match (refused, expected(&name, &source).schema_cannot) {
            (false, Some(kind)) => *exceptions.entry(kind).or_default() += 1,
            (true, None) => {}
            (true, Some(_)) => wrong.push(format!("{name}: the schema can refuse it")),
            (false, None) => wrong.push(format!("{name}: the schema accepts it")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // `document`: YAML or JSON readers give no document, or one that lost the mistake.
    // `graph`: JSON Schema can't compare one task with another.
    // `template`, `regex`: languages inside of texts.
    // `inputs`: references inside the schema that `inputs` is.
    // `arithmetic`, `number`, `bound`, `character`: sums, digits, depth, NUL.
    insta::assert_debug_snapshot!(exceptions);
}

#[test]
fn every_code_of_the_parser_has_a_file() {
    let used: Vec<Code> =
        corpus("reject").iter().map(|(name, source)| expected(name, source).code).collect();
    let missing: Vec<&Code> = Code::ALL
        .iter()
        .filter(|code| code.as_str().starts_with("MANIFEST_") && !used.contains(code))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn listing(problems: &[manifest::Problem]) -> String {
    problems.iter().map(|problem| format!("    {} {problem}\n", problem.code)).collect()
}
