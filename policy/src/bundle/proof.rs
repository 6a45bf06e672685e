//! What a bundle proves before it decides: it looks at nothing but its input, stays below its
//! roots, and its own tests hold.

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

use regorus::{Engine, Value, utils::limits::ExecutionTimerConfig};

use super::{capabilities, error::PolicyError, lines::package, source::Source};

/// One test of a bundle. The interpreter that runs tests can be bound by wall time only, so this is
/// many times what a test may need: a daemon that starts on a busy machine must not refuse its own
/// bundle, and nobody waits for an answer meanwhile.
const TEST_MAX: Duration = Duration::from_secs(60);
/// What the interpreter does between two looks at its clock.
const TEST_STEPS: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);
/// All tests of a bundle together.
const TESTS_TIME_MAX: Duration = Duration::from_secs(120);
/// Tests of a bundle.
const TESTS_MAX: usize = 1_000;

/// The interpreter, with all of the bundle in it.
pub(super) fn interpreter(source: &Source) -> Result<Engine, PolicyError> {
    let refused = |error: anyhow::Error| PolicyError::Compile(format!("{error:#}"));
    let mut engine = Engine::new();
    engine.set_execution_timer_config(bounded_by(TEST_MAX));
    for (name, text) in source.rules() {
        engine.add_policy(name.clone(), text.clone()).map_err(refused)?;
    }
    capabilities::check_calls(&mut engine)?;
    engine.add_data(data(source)?).map_err(refused)?;
    Ok(engine)
}

const fn bounded_by(limit: Duration) -> ExecutionTimerConfig {
    ExecutionTimerConfig { limit, check_interval: TEST_STEPS }
}

/// The bundle's data as the engine has it.
pub(super) fn data(source: &Source) -> Result<Value, PolicyError> {
    let json = source.data()?.to_string();
    capabilities::read(&json).map_err(PolicyError::Format)
}

/// Rules and data lie below the roots of the manifest.
pub(super) fn check_roots(source: &Source) -> Result<(), PolicyError> {
    let manifest = source.manifest();
    let outside = |name: &str, path: &str| {
        PolicyError::Format(format!("{name} is about `{path}`, which no root of the manifest owns"))
    };
    for (name, text) in source.files().iter() {
        if name.ends_with(".rego") {
            let path = package(text).replace('.', "/");
            if !manifest.owns(&path) {
                return Err(outside(name, &path));
            }
        } else if let Some(folder) = name.strip_suffix("data.json") {
            let keys = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text);
            for key in keys.unwrap_or_default().keys() {
                let path = format!("{folder}{key}");
                if !manifest.owns(&path) {
                    return Err(outside(name, &path));
                }
            }
        }
    }
    Ok(())
}

/// The tests of a bundle: their package and rule, with the file that they are in.
pub(crate) fn tests(source: &Source) -> impl Iterator<Item = (&str, String)> {
    let files = source.rules().filter(|(name, _)| name.ends_with("_test.rego"));
    files.flat_map(|(name, text)| {
        let package = package(text);
        let rules = text.lines().filter(|line| line.starts_with("test_"));
        rules.map(move |line| {
            let rule = line.split([' ', ':', '{']).next().unwrap_or_default();
            (name.as_str(), format!("data.{package}.{rule}"))
        })
    })
}

/// Runs every `test_…` rule; one that is not true has failed.
pub(super) fn run_tests(engine: &Engine, source: &Source) -> Result<(), PolicyError> {
    run_tests_within(engine, source, TESTS_TIME_MAX)
}

fn run_tests_within(engine: &Engine, source: &Source, time: Duration) -> Result<(), PolicyError> {
    let count = tests(source).count();
    if count > TESTS_MAX {
        let said = format!("it has {count} tests, and {TESTS_MAX} are run");
        return Err(PolicyError::Bounds(said));
    }
    let begun = Instant::now();
    // Prepared by the first test, for all of them.
    let mut tried = engine.clone();
    let mut failed = Vec::new();
    for (name, path) in tests(source) {
        let left = time.saturating_sub(begun.elapsed());
        if left.is_zero() {
            let said = format!("its tests take longer than {} seconds together", time.as_secs());
            return Err(PolicyError::Bounds(said));
        }
        tried.set_execution_timer_config(bounded_by(left.min(TEST_MAX)));
        let rule = path.rsplit('.').next().unwrap_or_default();
        match tried.eval_rule(path.clone()) {
            Ok(Value::Bool(true)) => {}
            Ok(_) => failed.push(format!("{name}: {rule}")),
            Err(error) => {
                failed.push(format!("{name}: {rule} ({error:#})"));
                // An engine that failed is not used again.
                tried = engine.clone();
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(PolicyError::TestsFail(failed)) }
}

#[cfg(test)]
mod tests;
