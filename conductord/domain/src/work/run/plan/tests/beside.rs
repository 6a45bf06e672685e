//! What runs beside tasks: health checks and compensations are planned as they are run, and policy is
//! asked about them.

use super::*;

const SOURCE: &str = r#"
name: beside
version: 1.0.0
undo: on_failure
inputs: {properties: {port: {type: integer, default: 80}}}
tasks:
  - id: plain
    uses: pkg:builtin/noop@1
    with: {x: 1}
    compensate:
      uses: pkg:builtin/noop@1
      with: {port: '{{ inputs.port }}', was: '{{ result.x }}'}
  - id: web
    uses: pkg:builtin/noop@1
    needs: [plain]
    hosts: role:web
    secrets: [key]
    with: {name: '{{ host.name }}'}
    rollout:
      batch: [1, 2]
      health:
        uses: pkg:builtin/noop@1
        with: {of: '{{ batch.number }}: {{ batch.instances | join(",") }}', port: '{{ inputs.port }}'}
    compensate:
      uses: pkg:builtin/noop@1
      with: {name: '{{ host.name }}', key: '{{ secrets.key }}', after: '{{ tasks.plain.outputs.x }}'}
  - {id: last, uses: 'pkg:builtin/noop@1', needs: [web], with: {fail: true}}
"#;

/// What is known of a call is what was given; how many values were compared.
fn same(id: &str, call: &PlannedCall, given: &BTreeMap<String, Map<String, Value>>) -> usize {
    let real = given.get(id).unwrap_or_else(|| panic!("`{id}` did not run: {given:?}"));
    let known = |name: &&String| !call.after.contains_key(&format!("with.{name}"));
    let known: Vec<&String> = call.with.keys().filter(known).collect();
    for name in &known {
        // The run of this test has placeholders in the places of secrets, and the plan their names.
        if *name != "key" {
            assert_eq!(call.with[*name], real[*name], "{id}.{name}");
        }
    }
    known.len()
}

#[test]
fn they_are_given_what_was_planned() {
    let plan = planned(SOURCE, &json!({}));
    assert_eq!(problems(&plan), Vec::<String>::new());
    let given = run_through(SOURCE, &plan);
    let [plain, web, _] = &plan.top.tasks[..] else { panic!("three tasks") };
    let undo = plain.undo.as_ref().unwrap();
    assert_eq!(same("plain.undo", undo, &given), 1);
    assert_eq!(undo.after["with.was"], BTreeSet::from(["plain".to_owned()]));
    assert_eq!(web.health.len(), 2, "one for each batch");
    for (number, health) in web.health.iter().enumerate() {
        assert_eq!(same(&format!("web.health[{}]", number + 1), health, &given), 2);
    }
    assert_eq!(web.health[1].with["of"], "2: web-2,web-3");
    let spread = web.spread.as_ref().unwrap();
    for instance in &spread.instances {
        let undo = instance.undo.as_ref().unwrap();
        assert_eq!(same(&format!("web[{}].undo", instance.key), undo, &given), 2);
        assert_eq!(undo.with["key"], "[secret:key]");
        assert_eq!(undo.after["with.after"], BTreeSet::from(["plain".to_owned()]));
    }
    // The tasks, the checks and what undid them: nothing else ran.
    assert_eq!(given.len(), 5 + 2 + 4, "{:?}", given.keys());
}

#[test]
fn what_they_are_given_is_binding() {
    let digest = |source: &str| {
        let plan = planned(source, &json!({}));
        assert!(plan.problems.is_empty(), "{:?}", plan.problems);
        let mut binding = plan.binding("policy").unwrap().value;
        // What changes with the manifest's bytes is not what this is about.
        binding["workflow"] = Value::Null;
        binding
    };
    let before = digest(SOURCE);
    for (from, to) in [
        ("{port: '{{ inputs.port }}', was", "{port: '8{{ inputs.port }}', was"),
        ("join(\",\") }}', port", "join(\";\") }}', port"),
        ("{name: '{{ host.name }}', key", "{name: 'x-{{ host.name }}', key"),
    ] {
        assert!(SOURCE.contains(from), "{from}");
        assert_ne!(digest(&SOURCE.replace(from, to)), before, "{from}");
    }
}

#[test]
fn where_the_instances_come_later_so_does_what_is_beside_them() {
    let source = r"
name: later
version: 1.0.0
tasks:
  - {id: find, uses: 'pkg:builtin/noop@1'}
  - id: each
    uses: pkg:builtin/noop@1
    needs: [find]
    foreach: '{{ tasks.find.outputs.list }}'
    rollout: {batch: 1, health: {uses: 'pkg:builtin/noop@1', with: {n: '{{ batch.number }}', of: each}}}
    compensate: {uses: 'pkg:builtin/noop@1', with: {x: '{{ item }}'}}
";
    let plan = planned(source, &json!({}));
    assert!(plan.problems.is_empty());
    let each = &plan.top.tasks[1];
    let after = BTreeSet::from(["find".to_owned()]);
    let [health] = &each.health[..] else { panic!("one for all of them") };
    assert_eq!((&health.with["of"], &health.after["with.n"]), (&json!("each"), &after));
    assert_eq!(each.undo.as_ref().unwrap().after["with.x"], after);
}

#[test]
fn what_is_wrong_with_them_is_told_once_with_its_place() {
    let source = SOURCE
        .replace("'{{ batch.number }}: ", "'{{ batch.number.x.y }}: ")
        .replace("port: '{{ inputs.port }}', was", "port: '{{ inputs.port.x.y }}', was");
    let plan = planned(&source, &json!({}));
    told(
        &problems(&plan),
        &[
            "TASK_IMPOSSIBLE tasks[0].compensate.with.port",
            "TASK_IMPOSSIBLE tasks[1].rollout.health.with.of",
        ],
    );
}

#[test]
fn policy_is_asked_about_each_with_its_executor_its_hosts_and_the_task_s_secrets() {
    let source = r"
name: asked
version: 1.0.0
inputs: {properties: {proxy: {type: string, default: lb-1}}}
tasks:
  - id: web
    uses: pkg:builtin/ssh@1
    hosts: role:web
    secrets: [key]
    with: {run: 'true'}
    rollout:
      health: {uses: 'pkg:builtin/ssh@1', with: {host: '{{ inputs.proxy }}', run: 'true'}}
    compensate: {uses: 'pkg:builtin/ssh@1', with: {run: 'false'}}
  - id: note
    uses: pkg:builtin/noop@1
    compensate: {uses: 'pkg:builtin/http@1', with: {url: 'http://127.0.0.1/'}}
";
    let plan = planned(source, &json!({}));
    let asked: Vec<_> = plan
        .top
        .demands
        .iter()
        .map(|d| {
            let executor = d.executor.trim_start_matches("pkg:builtin/");
            (d.task.as_str(), executor, d.hosts.join(" "), d.secrets.len(), d.undoes())
        })
        .collect();
    let web = || "web-1 web-2 web-3".to_owned();
    let expected = [
        ("web", "ssh@1", web(), 1, false),
        ("web.health", "ssh@1", "lb-1".to_owned(), 1, false),
        ("web.undo", "ssh@1", web(), 1, true),
        ("note", "noop@1", String::new(), 0, false),
        ("note.undo", "http@1", String::new(), 0, true),
    ];
    assert_eq!(asked, expected);
    assert!(plan.top.demands.iter().all(|demand| demand.hosts_known));
}
