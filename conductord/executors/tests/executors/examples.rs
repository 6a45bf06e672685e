//! The runbooks under `examples/` parse, and do on this host what they say.

use std::{collections::BTreeMap, path::Path};

use conductor_engine::ports::{Completion, Lease, Outcome};
use conductor_protocol::{
    id::RunId,
    manifest::{Manifest, TaskSpec, parse, template_environment},
};
use minijinja::Environment;
use serde_json::{Map, Value, json};

use super::fixture::{Fixture, shell};

fn example(name: &str) -> Manifest {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let source = std::fs::read_to_string(folder.join(name)).unwrap();
    parse(&source).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"))
}

/// The tasks of one run, one after another, as the kernel would fill them in.
struct Run {
    environment: Environment<'static>,
    names: Value,
}

impl Run {
    fn new(manifest: &Manifest, inputs: &Value) -> Self {
        let mut all = Map::new();
        for (name, schema) in manifest.inputs["properties"].as_object().unwrap() {
            all.extend(schema.get("default").map(|default| (name.clone(), default.clone())));
        }
        all.extend(inputs.as_object().unwrap().clone());
        let names = json!({ "inputs": all, "tasks": {}, "run": { "id": "run" } });
        Self { environment: template_environment(), names }
    }

    fn value(&self, expression: &str) -> Value {
        let compiled = self.environment.compile_expression(expression).unwrap();
        serde_json::to_value(compiled.eval(&self.names).unwrap()).unwrap()
    }

    fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let inner = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
                match inner.filter(|inner| !inner.contains("{{")) {
                    Some(expression) => self.value(expression),
                    None => self.environment.render_str(text, &self.names).unwrap().into(),
                }
            }
            Value::Array(list) => list.iter().map(|item| self.fill(item)).collect(),
            Value::Object(map) => {
                Value::Object(map.iter().map(|(k, v)| (k.clone(), self.fill(v))).collect())
            }
            other => other.clone(),
        }
    }

    fn lease(&self, token: u64, task: &TaskSpec) -> Lease {
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let env: BTreeMap<String, String> = task
            .env
            .iter()
            .map(|(name, value)| (name.clone(), text(self.fill(&value.clone().into()))))
            .collect();
        let with = self.fill(&Value::Object(task.with.clone()));
        Lease {
            run: RunId::new(1, 1),
            task: task.id.clone(),
            uses: task.uses.as_str().into(),
            with: with.as_object().unwrap().clone(),
            env,
            secrets: Default::default(),
            timeout_ms: task.timeout_ms.unwrap(),
            resources: task.resources,
            sandbox: task.sandbox.clone(),
            ..shell(token, "")
        }
    }

    fn ended(&mut self, task: &TaskSpec, status: &str, outputs: &Map<String, Value>) {
        self.names["tasks"][&task.id] = json!({ "status": status, "outputs": outputs });
    }
}

/// Runs an example to its end. Gives its outputs, and its tasks by id: those that were not skipped.
async fn carry_out(
    fixture: &Fixture,
    name: &str,
    inputs: &Value,
) -> (Value, BTreeMap<String, Completion>) {
    let manifest = example(name);
    let mut run = Run::new(&manifest, inputs);
    let mut completions = BTreeMap::new();
    // The examples list what a task needs before it.
    for (token, task) in (1..).zip(&manifest.tasks) {
        let wanted = task.when.as_deref().is_none_or(|when| run.value(when) == json!(true));
        if !wanted {
            run.ended(task, "skipped", &Map::new());
            continue;
        }
        let mut task_lease = match task.timeout_ms {
            Some(_) => run.lease(token, task),
            None => run.lease(token, &TaskSpec { timeout_ms: Some(60_000), ..task.clone() }),
        };
        task_lease.token = token;
        let ended = fixture.run(task_lease).await;
        assert_eq!(ended.outcome, Outcome::Succeeded, "{name} {}: {}", task.id, ended.message);
        run.ended(task, "succeeded", &ended.outputs);
        completions.insert(task.id.clone(), ended);
    }
    let outputs = manifest.outputs.into_iter().collect();
    (run.fill(&Value::Object(outputs)), completions)
}

#[test]
fn every_example_is_a_manifest_and_in_the_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let table = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(stem) = name.strip_suffix(".yaml") {
            assert_eq!(example(&name).name, stem);
            assert!(table.contains(&format!("]({name})")), "{name} is not in the table");
            count += 1;
        }
    }
    assert!(count >= 4);
}

#[tokio::test]
async fn triage_reports_on_this_host() {
    let fixture = Fixture::new();
    let inputs = json!({ "title": "Test `$(id)` 'quoted'", "disk_percent": 100 });
    let (outputs, tasks) = carry_out(&fixture, "triage.yaml", &inputs).await;
    assert!(!tasks.contains_key("disk_deep"), "no disk is more than full");
    assert!(["healthy", "attention"].contains(&outputs["verdict"].as_str().unwrap()));
    assert!((1..=100).contains(&outputs["memory_percent"].as_u64().unwrap()));
    assert!(outputs["load_per_cpu"].is_f64());
    let artifact = &tasks["report"].artifacts[0];
    assert_eq!(artifact.name, "report");
    let report = String::from_utf8(fixture.port.artifact(&artifact.digest)).unwrap();
    assert!(report.starts_with("# Test `$(id)` 'quoted': "), "{report}");
    assert!(report.contains("## Busiest processes"));
    // Every branch prints something worth reading.
    for (id, ended) in &tasks {
        assert!(ended.log.bytes > 20, "{id} printed nothing");
    }
}

#[tokio::test]
async fn triage_looks_deeper_when_a_disk_is_full() {
    let fixture = Fixture::new();
    let manifest = example("triage.yaml");
    let mut run = Run::new(&manifest, &json!({ "disk_percent": 0 }));
    let deep = manifest.tasks.iter().find(|task| task.id == "disk_deep").unwrap();
    let disk = manifest.tasks.iter().find(|task| task.id == "disk").unwrap();
    let folder = fixture.folder.path().to_str().unwrap();
    let outputs = json!({ "percent": "91", "mount": folder });
    run.ended(disk, "succeeded", outputs.as_object().unwrap());
    assert_eq!(run.value(deep.when.as_deref().unwrap()), json!(true));
    let ended = fixture.run(run.lease(1, deep)).await;
    assert_eq!(ended.outcome, Outcome::Succeeded, "{}", ended.message);
    assert!(ended.outputs["table"].as_str().unwrap().contains("attempts"));
}

#[tokio::test]
async fn fan_out_joins_what_its_branches_gave() {
    let (outputs, tasks) = carry_out(&Fixture::new(), "fan-out.yaml", &json!({ "mib": 1 })).await;
    // Of 1 MiB of zero bytes.
    let sha256 = "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58";
    assert_eq!(outputs["sha256"], sha256);
    assert!(!tasks.contains_key("large"));
    assert_eq!(tasks["join"].artifacts[0].name, "sums");
}

#[tokio::test]
async fn disk_clean_dry_finds_old_large_files_only() {
    let fixture = Fixture::new();
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, mib: u64, days: u64| {
        let file = std::fs::File::create(folder.path().join(name)).unwrap();
        file.set_len(mib * 1024 * 1024).unwrap();
        let age = std::time::Duration::from_secs(days * 24 * 3600);
        file.set_modified(std::time::SystemTime::now() - age).unwrap();
    };
    make("old and large", 3, 40);
    make("old and small", 1, 40);
    make("new and large", 3, 1);
    let inputs = json!({ "folder": folder.path(), "mib": 2 });
    let (outputs, tasks) = carry_out(&fixture, "disk-clean-dry.yaml", &inputs).await;
    assert_eq!(outputs, json!({ "files": 1, "mib": 3 }));
    let list = fixture.port.artifact(&tasks["find"].artifacts[0].digest);
    let list = String::from_utf8(list).unwrap();
    assert!(list.trim_end().ends_with("/old and large"), "{list}");
    assert!(folder.path().join("old and large").exists());
}

#[tokio::test]
async fn http_check_asks_and_tells() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/health", listener.local_addr().unwrap());
    let app = axum::Router::new().route("/health", axum::routing::get(|| async { "fine" }));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let inputs = json!({ "url": url });
    let (outputs, _) = carry_out(&Fixture::new(), "http-check.yaml", &inputs).await;
    assert_eq!(outputs, json!({ "status": 200, "line": format!("{url} answers 200") }));
}
