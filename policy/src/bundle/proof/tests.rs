//! Tests of a bundle are bounded: each, all together, and in their number.

use super::*;

fn source(tests: &str) -> Source {
    let rules = "package conductor.authz\nimport rego.v1\n\nallow := true\n";
    let tests = format!("package conductor.authz_test\nimport rego.v1\n\n{tests}");
    let files = [("authz.rego", rules.to_owned()), ("authz_test.rego", tests)];
    Source::new(files.map(|(name, text)| (name.to_owned(), text)).into()).unwrap()
}

fn run(tests: &str, time: Duration) -> Result<(), PolicyError> {
    let source = source(tests);
    run_tests_within(&interpreter(&source)?, &source, time)
}

#[test]
fn more_tests_than_are_run_are_refused() {
    let many = |count: usize| {
        (0..count).map(|number| format!("test_{number} if true\n")).collect::<String>()
    };
    assert!(run(&many(3), TESTS_TIME_MAX).is_ok());
    let error = run(&many(TESTS_MAX + 1), TESTS_TIME_MAX).unwrap_err();
    assert!(matches!(error, PolicyError::Bounds(_)), "{error}");
    assert!(error.to_string().contains("1001 tests, and 1000 are run"), "{error}");
}

#[test]
fn tests_that_take_too_long_together_are_refused() {
    let error = run("test_a if true\n", Duration::ZERO).unwrap_err();
    assert!(matches!(error, PolicyError::Bounds(_)), "{error}");
    assert!(error.to_string().contains("take longer than 0 seconds together"), "{error}");
}

/// Ten thousand times ten thousand pairs would take minutes.
#[test]
fn a_test_ends_with_the_time_that_is_left_for_all() {
    let numbers = (0..10_000).map(|number| number.to_string()).collect::<Vec<_>>().join(",\n");
    let endless = format!(
        "numbers := [{numbers}]\n\ntest_endless if {{\n\tcount([a | some a in numbers; some b in \
         numbers; a + b < 0]) == 0\n}}\n"
    );
    let begun = Instant::now();
    let error = run(&endless, Duration::from_millis(200)).unwrap_err();
    assert!(begun.elapsed() < TEST_MAX, "{error}");
    assert!(matches!(&error, PolicyError::TestsFail(failed) if failed.len() == 1), "{error}");
}
