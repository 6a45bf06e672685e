//! Calls that are refused, however they are written, and that all others are taken.

use super::*;

fn checked(rego: &str) -> Result<(), PolicyError> {
    let text = format!("package conductor.authz\nimport rego.v1\n{rego}");
    let mut engine = Engine::new();
    engine.add_policy("a.rego".to_owned(), text).unwrap();
    check_calls(&mut engine)
}

#[track_caller]
fn refuses(rego: &str, call: &str, line: u32) {
    let error = checked(rego).expect_err(rego).to_string();
    assert!(error.contains(&format!("take a.rego: line {line} calls `{call}`")), "{error}");
}

#[test]
fn what_looks_elsewhere_or_grows_without_bound_is_refused() {
    for call in [
        "time.now_ns()",
        "numbers.range(1, 1000000000000)",
        "numbers.range_step(1, 1000000000000, 1)",
        "rand.intn(\"x\", 3)",
        "net.cidr_expand(\"::/0\")",
        "bits.lsh(1, 4000000000)",
        "replace(\"aa\", \"a\", \"b\")",
        "product([1, 2])",
        "to_number(\"1\")",
        "json.unmarshal(\"1\")",
        "trace(\"x\")",
        "print(\"x\")",
        "units.parse(\"1e9G\")",
    ] {
        let name = call.split('(').next().unwrap();
        refuses(&format!("x := {call}"), name, 3);
    }
}

#[test]
fn it_is_found_wherever_it_stands() {
    for rego in [
        "x := concat(\"#\", [time.now_ns()])",
        "x := concat(`#`, [time.now_ns()])",
        "x := {\"a\": [{time.now_ns()}]}",
        "x := [a | a := time.now_ns()]",
        "x := {a: 1 | a := time.now_ns()}",
        "x if not time.now_ns() == 1",
        "x if time.now_ns() in [1]",
        "x if 1 in [time.now_ns()]",
        "x if { every a in [time.now_ns()] { a > 1 } }",
        "x if { every a in [1] { a > time.now_ns() } }",
        "x if { some a in [time.now_ns()]; a > 1 }",
        "x contains time.now_ns()",
        "x[a] := 1 if a := time.now_ns()",
        "x := 1 if { false } else := time.now_ns()",
        "f(a) := time.now_ns()",
        "x := -(time.now_ns())",
        "x := [1][time.now_ns()]",
        "x if 1 == 1 with input as time.now_ns()",
        "x if count([]) == 0 with count as time.now_ns",
        "x if { true with time.now_ns as 7 }",
        "x := {1} | {time.now_ns()}",
        "x := time[\"now_ns\"]()",
    ] {
        let Err(error) = checked(rego) else { panic!("{rego}") };
        assert!(error.to_string().contains("time.now_ns"), "{rego}: {error}");
    }
}

#[test]
fn a_name_that_is_only_written_is_no_call() {
    for rego in [
        "# time.now_ns()\nx := \"time.now_ns()\" # http.send()",
        "x := `numbers.range(1, 2)`",
        "time := {\"now_ns\": 1}\nx := time.now_ns",
        "trace := 1\nx := trace",
        "f(a) := a\nx := f(1)",
        "x := sprintf(\"%d %s %v %% %x\", [1, \"a\", {}, 2])",
        "x := count(input.a) + 1e3 + 1.5e-3",
    ] {
        assert!(checked(rego).is_ok(), "{rego}: {:?}", checked(rego));
    }
}

/// What it would write takes no more room than what it is given.
#[test]
fn a_format_is_written_out_and_names_no_width() {
    for rego in [
        "x := sprintf(\"%1000000000d\", [1])",
        "x := sprintf(\"%%%.9f\", [1])",
        "x := sprintf(input.format, [1])",
        "x if concat(\"\", []) == \"\" with concat as sprintf",
    ] {
        refuses(rego, "sprintf", 3);
    }
}

/// The engine holds whole numbers exactly, and would write out two thousand million digits.
#[test]
fn a_short_number_is_no_large_one() {
    let add = |text: &str| {
        let text = format!("package conductor.authz\nimport rego.v1\n{text}");
        Engine::new().add_policy("a.rego".to_owned(), text)
    };
    assert!(add("x := 1e2000000000").is_err());
    assert!(add("x := \"1e2000000000\" # 1e2000000000").is_ok());
    assert!(read("{\"$serde_json::private::Number\": \"1e2000000000\"}").is_err());
    assert!(read("{\"a\": 1e2000000000}").is_err());
}

#[test]
fn every_function_that_is_listed_is_one_and_they_stand_in_order() {
    assert!(ALLOWED.is_sorted());
    for name in ALLOWED {
        assert!(BUILTINS.contains_key(name), "{name}");
    }
}
