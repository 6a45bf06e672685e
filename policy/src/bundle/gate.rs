//! What a bundle asks of a run before what it made is released.

use super::{Bundle, capabilities, lines};

/// The package of the rules.
const PACKAGE: &str = "conductor.gate";
/// What is asked: a set of sentences.
const RULE: &str = "data.conductor.gate.blocks";
/// Bytes of what it is asked about.
const INPUT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Sentences that are taken.
const SENTENCES_MAX: usize = 100;

impl Bundle {
    /// What stands in the way of a release, for an input as JSON; in order. A bundle without rules
    /// for it has nothing against any. Gates are rare, so the interpreter decides.
    ///
    /// # Errors
    /// A sentence when the rules could not be evaluated, or gave something else than sentences: then
    /// nothing may be released.
    pub fn gate(&self, input: &str) -> Result<Vec<String>, String> {
        let mut rules = self.source.rules();
        if !rules.any(|(_, text)| lines::package(text) == PACKAGE) {
            return Ok(Vec::new());
        }
        if input.len() > INPUT_BYTES_MAX {
            return Err(format!("the gate is asked about more than {INPUT_BYTES_MAX} bytes"));
        }
        let mut engine = self.interpreter.clone();
        engine.set_input(capabilities::read(input)?);
        let value = engine.eval_rule(RULE.to_owned()).map_err(|error| format!("{error:#}"))?;
        let json = value.to_json_str().map_err(|error| error.to_string())?;
        let mut sentences: Vec<String> =
            serde_json::from_str(&json).map_err(|_| format!("`{RULE}` is no set of sentences"))?;
        sentences.sort_unstable();
        sentences.truncate(SENTENCES_MAX);
        Ok(sentences)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(files: &[(&str, &str)]) -> Bundle {
        let files = files.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect();
        Bundle::from_files(files).unwrap()
    }

    const INPUT: &str = r#"{"run": {"status": "succeeded"}, "artifacts": [
        {"id": "art_1", "name": "a", "kind": "sbom", "signature": "unsigned"}]}"#;

    #[test]
    fn the_built_in_bundle_adds_nothing_until_it_is_told_to() {
        let built_in = Bundle::embedded().unwrap();
        assert_eq!(built_in.gate(INPUT).unwrap(), [""; 0]);
        let mut files = built_in.files().to_vec();
        for (name, text) in &mut files {
            if name == "gate/data.json" {
                *text = r#"{"signed_kinds": ["sbom"]}"#.into();
            }
        }
        let found = Bundle::from_files(files).unwrap().gate(INPUT).unwrap();
        assert_eq!(found, ["Artifact art_1 (a) is of the kind sbom and has to be signed"]);
    }

    #[test]
    fn a_bundle_without_rules_for_it_has_nothing_against_a_release() {
        let files = Bundle::embedded().unwrap().files().to_vec();
        let rest = files.into_iter().filter(|(name, _)| !name.starts_with("gate/"));
        let bundle = Bundle::from_files(rest.collect()).unwrap();
        assert_eq!(bundle.gate(INPUT).unwrap(), [""; 0]);
    }

    #[test]
    fn what_can_t_be_evaluated_lets_nothing_through() {
        let authz = "package conductor.authz\nimport rego.v1\ndecision := {\"allow\": false, \
                     \"reasons\": [], \"risk\": \"low\"}\n";
        let odd = "package conductor.gate\nimport rego.v1\nblocks := 7\n";
        let tests = "package conductor.gate_test\nimport rego.v1\ntest_one if true\n";
        let bundle = bundle(&[
            ("authz/authz.rego", authz),
            ("gate/gate.rego", odd),
            ("gate/gate_test.rego", tests),
        ]);
        assert!(bundle.gate(INPUT).unwrap_err().contains("no set of sentences"));
    }
}
