//! Who may do what: the whole reference matrix, generated from the policy, committed and reviewed
//! as a diff.

use std::{env, fs, path::Path};

use conductor_policy::{
    Bundle,
    matrix::{self, Cell, PROFILES, ROLES, cells},
};

use super::{BUILT_IN, changed};

const MATRIX: &str = "../docs/POLICY-MATRIX.md";
const HEAD: &str = "\
# The reference matrix

Generated from the built-in policy, for somebody of an active tenant of whom nothing else is known:
`CONDUCTOR_REGENERATE=1 cargo test -p conductor-policy --test bundle matrix`. A row counts for the
environments and the declared risks that it names; `dev` stands for any that is not production, and
`undeclared` for a manifest that says nothing. What would run or be published is signed and reviewed;
what changes where it is not, the last table tells of an administrator. `approval of 2+1` means two people at the first stage
and one at the second. What facts about people, tenants and data change besides is told by the
scenarios in `policy/scenarios`.
";

#[test]
#[expect(clippy::disallowed_methods, reason = "regeneration is asked for by the environment")]
fn the_reference_matrix_is_what_the_policy_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(MATRIX);
    let fresh = format!("{HEAD}{}{}", matrix::markdown(&BUILT_IN), matrix::signatures(&BUILT_IN));
    if env::var_os("CONDUCTOR_REGENERATE").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let line = committed.lines().zip(fresh.lines()).find(|(committed, fresh)| committed != fresh);
    assert!(committed == fresh, "docs/POLICY-MATRIX.md is old, beginning with {line:?}");
}

#[test]
fn a_changed_threshold_shows_in_the_matrix() {
    let stricter =
        changed("actions/data.json", "\"stops\": true, \"kills\": true", "\"stops\": true");
    let stricter = Bundle::from_files(without_tests(stricter)).unwrap();
    assert_ne!(matrix::markdown(&stricter), matrix::markdown(&BUILT_IN));
}

fn without_tests(files: Vec<(String, String)>) -> Vec<(String, String)> {
    files.into_iter().filter(|(name, _)| !name.ends_with("_test.rego")).collect()
}

/// Of a workflow that declares nothing, at home.
#[test]
fn what_is_done_every_day_waits_for_nobody_under_the_default_profile() {
    let actions = BUILT_IN.actions();
    let everyday = cells(&actions).filter(|cell| {
        let grave = matches!(
            cell.action,
            "policy.edit"
                | "freeze.lift"
                | "approval.break_glass"
                | "ledger.rotate_key"
                | "subject.forget"
                | "tenant.forget"
        );
        cell.profile == "internal" && cell.risk.is_empty() && !grave
    });
    for cell in everyday {
        let verdict = BUILT_IN.decide(&cell.question());
        assert!(verdict.obligations.is_empty(), "{}: {verdict:?}", cell.name());
    }
}

/// How much a profile lets through, for the same question.
fn rank(cell: Cell<'_>, profile: &'static str) -> (bool, usize) {
    let verdict = BUILT_IN.decide(&Cell { profile, ..cell }.question());
    (verdict.allow, verdict.obligations.len())
}

#[test]
fn each_profile_is_at_least_as_strict_as_the_one_before() {
    let actions = BUILT_IN.actions();
    for cell in cells(&actions).filter(|cell| cell.profile == PROFILES[0]) {
        for pair in PROFILES.windows(2) {
            let (loose, strict) = (rank(cell, pair[0]), rank(cell, pair[1]));
            let stricter = !strict.0 || (loose.0 && loose.1 <= strict.1);
            assert!(stricter, "{} against {}: {loose:?} {strict:?}", cell.name(), pair[1]);
        }
    }
}

#[test]
fn every_denial_says_which_rule_where_it_stands_and_what_would_change_it() {
    let actions = BUILT_IN.actions();
    let mut denials = 0;
    for cell in cells(&actions) {
        let verdict = BUILT_IN.decide(&cell.question());
        assert_eq!(verdict.rules.len(), verdict.reasons.len(), "{}", cell.name());
        for hit in &verdict.rules {
            assert!(hit.file.ends_with(".rego") && hit.line > 0, "{}: {hit:?}", cell.name());
            assert!(verdict.allow || !hit.change.is_empty(), "{}: {hit:?}", cell.name());
        }
        denials += usize::from(!verdict.allow);
    }
    assert!(denials > ROLES.len() * actions.len());
}
