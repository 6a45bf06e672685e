//! A new repository: written, checked by its own CI script, published and run, within minutes.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use conductor_tests::{Console, Daemon, binaries};
use serde_json::Value;

/// A console without any daemon.
fn alone(folder: &Path) -> Console {
    Console { socket: folder.join("no.sock"), home: folder.to_owned(), uid: None }
}

/// Runs the script as CI does, with the built program first in `PATH`.
fn ci(console: &Console, repository: &Path) -> Output {
    let programs = binaries().conductor.parent().unwrap().display().to_string();
    let mut sh = Command::new("sh");
    sh.arg(repository.join(".ci/run")).current_dir("/").env_clear();
    sh.envs(console.environment()).env("PATH", format!("{programs}:/usr/bin:/bin"));
    sh.output().unwrap()
}

fn shown(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}

#[test]
fn a_new_repository_passes_its_own_ci_and_runs() {
    let daemon = Daemon::start();
    let console = daemon.console();
    drop(console.call(&["init", "ops"]).exits(0));
    let repository = console.home.join("ops");
    let mode = fs::metadata(repository.join(".ci/run")).unwrap().permissions().mode();
    assert_eq!(mode & 0o111, 0o111, "CI calls it");

    let passed = ci(&alone(&console.home), &repository);
    assert!(passed.status.success(), "without a daemon: {}", shown(&passed));
    for kind in ["workflow", "runbook"] {
        let name = format!("my-{kind}");
        drop(console.call(&["new", kind, &name, "--dir", "ops"]).exits(0));
    }
    let words = ["new", "runbook", "my-steps", "--markdown", "--dir", "ops"];
    drop(console.call(&words).exits(0));
    let passed = ci(&console, &repository);
    assert!(passed.status.success(), "{}", shown(&passed));
    for name in ["first-look", "my-workflow", "my-runbook", "my-steps"] {
        assert!(shown(&passed).contains(&format!("ok, {name} 0.1.0")), "{}", shown(&passed));
    }
    for file in ["workflows/first-look", "workflows/my-workflow", "runbooks/my-runbook"] {
        assert!(shown(&passed).contains(&format!("planned {file}.yaml")), "{}", shown(&passed));
    }
    assert!(shown(&passed).contains("planned runbooks/my-steps.md"), "{}", shown(&passed));
    // A plan that could not be run fails it, and is shown.
    let inputs = repository.join("inputs/my-runbook.yaml");
    let good = fs::read_to_string(&inputs).unwrap();
    fs::write(&inputs, "service: 'a b'\n").unwrap();
    let failed = ci(&console, &repository);
    assert_eq!(failed.status.code(), Some(8), "{}", shown(&failed));
    assert!(shown(&failed).contains("INPUTS_INVALID inputs.service"), "{}", shown(&failed));
    fs::write(&inputs, good).unwrap();

    // What was written does what it says.
    let looked = console.json(&["run", "ops/workflows/first-look.yaml", "--follow"]);
    assert_eq!(looked["status"], "succeeded");
    let used: u64 = looked["outputs"]["used"].as_str().unwrap().parse().unwrap();
    assert!(used <= 100, "{looked}");
    for runbook in ["ops/runbooks/my-runbook.yaml", "ops/runbooks/my-steps.md"] {
        let dry = console.json(&["run", runbook, "-i", "service=no-such", "--follow"]);
        assert_eq!(
            (&dry["status"], states(&dry)),
            (&"succeeded".into(), "succeeded succeeded skipped skipped".into())
        );
        let words = ["run", runbook, "-i", "service=no-such", "-i", "act=true", "--follow"];
        let real = console.json(&words);
        assert_eq!(states(&real), "succeeded succeeded succeeded succeeded");
    }
}

fn states(run: &Value) -> String {
    let tasks = run["tasks"].as_array().unwrap().iter();
    tasks.map(|task| task["status"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn its_ci_fails_for_a_bad_manifest_and_for_a_wrong_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let console = alone(folder.path());
    drop(console.call(&["init", "."]).exits(0));
    let break_it = |file: &str, from: &str, to: &str, complaint: &str| {
        let path: PathBuf = folder.path().join(file);
        let good = fs::read_to_string(&path).unwrap();
        assert!(good.contains(from), "{file}");
        fs::write(&path, good.replacen(from, to, 1)).unwrap();
        let failed = ci(&console, folder.path());
        assert!(!failed.status.success(), "{file}: {}", shown(&failed));
        assert!(shown(&failed).contains(complaint), "{}", shown(&failed));
        fs::write(&path, good).unwrap();
    };
    break_it(
        "workflows/first-look.yaml",
        "needs: [measure]",
        "needs: [nothing]",
        "MANIFEST_NEEDS_UNKNOWN",
    );
    break_it("policy/first-look.yaml", "expect: deny", "expect: allow", "1 of 4 scenarios fail");
    let again = console.call(&["init", "."]).exits(7);
    drop(again.complains_of(&["README.md", "nothing was written"]));
    assert!(ci(&console, folder.path()).status.success());
}

#[test]
fn maestro_is_conductor_by_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let maestro = binaries().conductor.with_file_name("maestro");
    let call = |words: &[&str]| {
        let mut command = Command::new(&maestro);
        command.args(words).current_dir(folder.path()).env_clear();
        command.envs(alone(folder.path()).environment()).output().unwrap()
    };
    let version = call(&["--version"]);
    let conductor = alone(folder.path()).call(&["--version"]);
    assert_eq!(String::from_utf8_lossy(&version.stdout), conductor.stdout);
    assert!(shown(&call(&["workflows", "--help"])).contains("Usage: maestro workflows"));
    assert!(shown(&call(&["completions", "bash"])).contains("_maestro()"));
    assert!(call(&["init", "ops"]).status.success());
    assert!(folder.path().join("ops/workflows/first-look.yaml").is_file());
    let status = call(&["status"]);
    assert_eq!(status.status.code(), Some(5), "exit codes are its own: {}", shown(&status));
}
