//! Inventories as they are on disk: files that change, scripts that misbehave, sources that
//! contradict each other.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use conductor_domain::scope::Scope;
use conductor_engine::ports::Inventory as _;
use conductor_executors::{SourceKind, SourceOptions, Sources};
use conductor_protocol::{
    error_code::Code,
    inventory::{Filter, LabelRules},
};

fn source(kind: SourceKind) -> SourceOptions {
    SourceOptions { kind, tenants: [].into(), environments: [].into() }
}

fn file(path: PathBuf) -> SourceOptions {
    source(SourceKind::File(path))
}

fn script(folder: &Path, text: &str, cache: Duration) -> SourceOptions {
    let path = folder.join("script");
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let command = vec![path.display().to_string(), "--list".into()];
    source(SourceKind::Script { command, timeout: Duration::from_millis(500), cache })
}

fn sources(options: Vec<SourceOptions>) -> Sources {
    Sources::new(options, LabelRules::default())
}

fn names(sources: &Sources, filter: &str) -> String {
    let hosts = sources.resolve(&Scope::default(), &Filter::parse(filter).unwrap()).unwrap();
    hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>().join(" ")
}

fn refusal(sources: &Sources) -> (Code, String) {
    let error = sources.hosts(&Scope::default()).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn a_file_counts_as_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hosts.ini");
    fs::write(&path, "[web]\nweb-[1:2] role=web\n").unwrap();
    let sources = sources(vec![file(path.clone())]);
    assert_eq!(names(&sources, "role:web"), "web-1 web-2");
    fs::write(&path, "[web]\nweb-[1:3] role=web\n").unwrap();
    assert_eq!(names(&sources, "role:web and not host:web-1"), "web-2 web-3");
    fs::write(&path, "[web:children]\nnonesuch\n").unwrap();
    let (code, message) = refusal(&sources);
    assert_eq!(code, Code::InventoryInvalid);
    assert!(message.contains("hosts.ini") && message.contains("line 2, column 1"), "{message}");
    fs::remove_file(&path).unwrap();
    let (code, message) = refusal(&sources);
    assert_eq!(code, Code::InventoryUnavailable);
    assert!(message.contains("No such file"), "{message}");
    fs::create_dir(&path).unwrap();
    assert!(refusal(&sources).1.contains("it is not a file"));
}

#[test]
fn a_script_is_run_with_bounds_and_its_answer_kept_for_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let count = folder.path().join("count");
    let text = format!(
        "echo run >> {}\necho '{{\"web\": {{\"hosts\": [\"web-1\"], \"vars\": {{\"role\": \"web\"}}}}, \
         \"_meta\": {{\"hostvars\": {{\"web-1\": {{\"env\": \"prod\"}}}}}}}}'",
        count.display()
    );
    let kept = sources(vec![script(folder.path(), &text, Duration::from_secs(60))]);
    assert_eq!(names(&kept, "role:web and env:prod and group:web"), "web-1");
    assert_eq!(names(&kept, "all"), "web-1");
    assert_eq!(fs::read_to_string(&count).unwrap(), "run\n");
    let fresh = sources(vec![script(folder.path(), &text, Duration::ZERO)]);
    names(&fresh, "all");
    names(&fresh, "all");
    assert_eq!(fs::read_to_string(&count).unwrap(), "run\nrun\nrun\n");
}

#[test]
fn a_script_that_misbehaves_is_told_and_leaves_nothing_running() {
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str, part: &str| {
        let sources = sources(vec![script(folder.path(), text, Duration::ZERO)]);
        let (code, message) = refusal(&sources);
        assert!(message.contains(part), "{text}: {message}");
        assert!(message.contains("script"), "{message}");
        code
    };
    let unavailable = Code::InventoryUnavailable;
    assert_eq!(check("echo no credentials >&2; exit 3", "no credentials"), unavailable);
    assert_eq!(check("yes x | head -c 9000000", "more than 8388608 bytes"), unavailable);
    assert_eq!(check("echo '{\"web\": 7}'", "`web` is a number"), Code::InventoryInvalid);
    assert_eq!(check("echo '{\"web\":'", "not well-formed JSON"), Code::InventoryInvalid);
    let pid = folder.path().join("pid");
    let text = format!("sleep 1000 & echo $! > {}; wait", pid.display());
    assert_eq!(check(&text, "took more than 500ms"), unavailable);
    let pid = fs::read_to_string(pid).unwrap();
    let until = std::time::Instant::now() + Duration::from_secs(20);
    while super::fixture::is_alive(&pid) {
        assert!(std::time::Instant::now() < until, "the script's own child is gone");
        std::thread::sleep(Duration::from_millis(5));
    }
    let gone = source(SourceKind::Script {
        command: vec!["/nonesuch/script".into()],
        timeout: Duration::from_secs(1),
        cache: Duration::ZERO,
    });
    assert!(refusal(&sources(vec![gone])).1.contains("start it"));
}

#[test]
fn the_ssh_configuration_and_what_it_includes() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("conf.d")).unwrap();
    fs::write(at("config"), "Host web-1 web-2 *.dev !x\n  User me\nInclude conf.d/*\nHost *\n")
        .unwrap();
    fs::write(at("conf.d/a"), "host=db-1\nInclude more\n").unwrap();
    fs::write(at("conf.d/.hidden"), "Host hidden\n").unwrap();
    fs::write(at("more"), "Host \"db-2\" # comment\n").unwrap();
    let config = || source(SourceKind::SshConfig(at("config")));
    assert_eq!(names(&sources(vec![config()]), "all"), "db-1 db-2 web-1 web-2");
    fs::write(at("more"), "Include config\n").unwrap();
    let (code, message) = refusal(&sources(vec![config()]));
    assert_eq!(code, Code::InventoryInvalid);
    assert!(message.contains("more than 128 files are included"), "{message}");
}

#[test]
fn sources_add_up_and_contradictions_name_both() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.yaml"), "hosts:\n  - {name: web-1, address: 10.0.0.1, labels: {role: web}}\n")
        .unwrap();
    fs::write(at("config"), "Host web-1 web-2\n").unwrap();
    fs::write(at("b.ini"), "web-1 env=prod ansible_user=deploy\n").unwrap();
    let both =
        || vec![file(at("a.yaml")), source(SourceKind::SshConfig(at("config"))), file(at("b.ini"))];
    let hosts = sources(both()).hosts(&Scope::default()).unwrap();
    assert_eq!(hosts.len(), 2);
    let web = &hosts[0];
    assert_eq!((web.address.as_str(), web.user.as_deref()), ("10.0.0.1", Some("deploy")));
    assert_eq!((web.labels["role"].as_str(), web.labels["env"].as_str()), ("web", "prod"));
    assert_eq!(hosts[1].address, "web-2");
    fs::write(at("b.ini"), "web-1 ansible_host=10.0.0.9\n").unwrap();
    let (code, message) = refusal(&sources(both()));
    assert_eq!(code, Code::InventoryContradiction);
    for part in ["`web-1`", "10.0.0.1", "a.yaml", "10.0.0.9", "b.ini", "address"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn a_source_is_seen_where_it_is_for_and_a_broken_one_elsewhere_is_no_matter() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("prod.ini"), "web-1\n").unwrap();
    fs::write(at("dev.ini"), "[broken\nx y\n").unwrap();
    let sources = sources(vec![
        SourceOptions { environments: ["prod".into()].into(), ..file(at("prod.ini")) },
        SourceOptions {
            environments: ["dev".into()].into(),
            tenants: ["acme".into()].into(),
            ..file(at("dev.ini"))
        },
    ]);
    let scope = |tenant: &str, environment: &str| Scope {
        tenant: tenant.into(),
        environment: environment.into(),
        ..Scope::default()
    };
    let code = |tenant: &str, environment: &str| {
        sources.hosts(&scope(tenant, environment)).map(|hosts| hosts.len()).map_err(|e| e.code())
    };
    assert_eq!(code("acme", "prod"), Ok(1));
    assert_eq!(code("other", "prod"), Ok(1));
    assert_eq!(code("acme", "dev"), Err(Code::InventoryInvalid));
    assert_eq!(code("other", "dev"), Err(Code::InventoryNone));
    assert_eq!(code("acme", "staging"), Err(Code::InventoryNone));
}
