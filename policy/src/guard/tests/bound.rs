//! The bound of an evaluation counts work, so that neither a slow machine nor a pause can deny.

use super::*;

/// Allows after having gone round `rounds` times.
fn goes_round(rounds: usize) -> Guard {
    let rego = format!(
        "decision := {{\"allow\": n > 0, \"reasons\": [\"x\"], \"obligations\": [], \
         \"risk\": \"low\"}} if {{\n\
         \tn := count([1 | some a in numbers.range(1, {rounds}); a > 0])\n}}"
    );
    Guard::new(Bundle::from_files(files(&rego)).unwrap())
}

/// The smallest bound that a question is answered within.
fn needed(bundle: &Bundle, question: &Question) -> usize {
    let input = Value::from_json_str(&serde_json::to_string(question).unwrap()).unwrap();
    let answers = |instructions: usize| {
        let mut machine = RegoVM::new();
        machine.load_program(Arc::clone(&bundle.program));
        machine.set_max_instructions(instructions);
        machine.set_input(input.clone());
        machine.execute_entry_point_by_name(ENTRY_POINT).is_ok()
    };
    let (mut too_few, mut enough) = (0, INSTRUCTIONS_MAX);
    assert!(answers(enough), "{question:?}");
    while enough - too_few > 1 {
        let middle = usize::midpoint(too_few, enough);
        if answers(middle) { enough = middle } else { too_few = middle }
    }
    enough
}

#[test]
fn our_own_answers_stay_far_below_the_bound() {
    let bundle = Bundle::embedded().unwrap();
    for roles in [&[][..], &["operator"], &["conductor_admin"], &ROLES] {
        let needed = needed(&bundle, &question(roles, "run.start"));
        assert!(needed * 20 < INSTRUCTIONS_MAX, "{roles:?} needs {needed} instructions");
    }
}

#[test]
fn much_work_is_answered_and_too_much_is_denied_with_its_reason() {
    let verdict = goes_round(10_000).decide(&question(&[], "run.read"));
    assert!(verdict.allow, "{verdict:?}");
    let verdict = goes_round(INSTRUCTIONS_MAX).decide(&question(&[], "run.read"));
    assert!(!verdict.allow, "{verdict:?}");
    assert!(verdict.reasons[0].contains("instruction"), "{verdict:?}");
}
