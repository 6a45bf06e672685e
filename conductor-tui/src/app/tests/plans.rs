//! Plans: asked for by a form, read as a page, started from.

use conductor_protocol::v1::{Decision, Plan, PlanRunRequest};

use super::{Console, looks, pictures::compare};
use crate::{
    app::{Effect, Mutation, model::Layer},
    planned::tests::sample,
};

/// The daemon's answer: nothing is in the way, unless the inputs say so.
pub(super) fn plan(request: &PlanRunRequest) -> Plan {
    let plan = Plan {
        workflow: request.workflow.clone(),
        version: request.version.clone(),
        inputs_json: request.inputs_json.clone(),
        ..sample()
    };
    let inputs = &request.inputs_json;
    match inputs.contains("bad") {
        true => plan,
        // Others have to approve it.
        false if inputs.contains("vault") => {
            let start = Decision { unmet: "APPROVAL_REQUIRED".into(), ..Decision::default() };
            let plan = Plan { problems: Vec::new(), tasks: Vec::new(), ..plan };
            Plan { startable: false, published: true, start: Some(start), ..plan }
        }
        false => Plan { problems: Vec::new(), startable: true, ..plan },
    }
}

/// A plan in front, with this for its service.
fn planned(console: &mut Console, service: &str) {
    console.press("3 j j p");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]));
    // What was typed before is remembered.
    console.press("^u");
    console.write(service);
    console.press("Enter Enter Enter Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_), Layer::Plan(_)]));
}

#[test]
fn a_plan_in_every_size() {
    for size in [(80, 24), (200, 60)] {
        let mut console = Console::with(size, looks("dark", false), "prod");
        console.connect();
        planned(&mut console, "nginx");
        compare(&format!("plan-{}x{}", size.0, size.1), &console.text());
        console.press("G");
        compare(&format!("plan-end-{}x{}", size.0, size.1), &console.text());
    }
    // However small the window is, nothing breaks.
    for size in [(40, 12), (1, 1)] {
        let mut console = Console::live((80, 24));
        planned(&mut console, "nginx");
        console.send(crate::app::msg::What::Resize(size.0, size.1));
        console.press("G ^d PgDn k");
        console.text();
    }
}

#[test]
fn what_is_started_from_a_plan_is_that_plan() {
    let mut console = Console::live((120, 40));
    planned(&mut console, "nginx");
    assert_eq!(console.daemon.changes, []);
    console.press("s");
    assert!(matches!(console.model.layers[..], [.., Layer::Plan(_), Layer::Confirm(_)]));
    // Keeping things as they are leads back to the plan.
    console.press("Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_), Layer::Plan(_)]));
    console.press("s Tab Enter");
    let [Mutation::Start(request, _)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    assert_eq!(request.plan, sample().digest);
    assert_eq!(
        (request.workflow.as_str(), request.version.as_str()),
        ("restart-payments", "1.4.0")
    );
    assert!(request.inputs_json.contains("nginx"));
    let twin = Mutation::Start(request.clone(), <_>::default()).twin();
    assert!(twin.starts_with("conductor run restart-payments@1.4.0 -i service=nginx"), "{twin}");
    assert!(twin.ends_with(&format!("--plan {}", sample().digest)), "{twin}");
}

#[test]
fn a_plan_with_something_in_its_way_is_not_started() {
    let mut console = Console::live((120, 40));
    planned(&mut console, "bad");
    console.press("s");
    assert!(matches!(console.model.layers[..], [Layer::Form(_), Layer::Plan(_)]));
    assert!(console.text().contains("something is in the way"), "{}", console.text());
    console.press("Esc");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]));
    assert_eq!(console.daemon.changes, []);
}

#[test]
fn a_plan_is_copied_and_written_and_read_only_consoles_make_it_too() {
    let mut console = Console::live((120, 40));
    console.model.shared.read_only = true;
    planned(&mut console, "nginx");
    assert_eq!(console.press("y"), [Effect::Copy(sample().digest)]);
    let [Effect::Copy(twin)] = &console.press("Y")[..] else { panic!("it copies") };
    assert!(twin.starts_with("conductor plan restart-payments@1.4.0 -i service=nginx"), "{twin}");
    let [Effect::Export { name, text }] = &console.press("e")[..] else { panic!("it writes") };
    assert_eq!(name, "plan-restart-payments.json");
    assert!(text.contains(&sample().digest));
    console.press("s");
    assert!(console.text().contains("read-only"), "{}", console.text());
    assert_eq!(console.daemon.changes, []);
}

#[test]
fn a_plan_is_asked_for_by_name() {
    let mut console = Console::live((120, 40));
    console.press(":");
    console.write("plan restart-payments service=nginx");
    console.press("Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]));
    assert!(console.text().contains("Plan"), "{}", console.text());
    console.press("Enter Enter Enter Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_), Layer::Plan(_)]));
}

#[test]
fn a_second_plan_says_what_is_different_and_the_page_is_moved_over_part_by_part() {
    let mut console = Console::live((120, 40));
    planned(&mut console, "nginx");
    assert!(!console.text().contains("Since the last plan"), "{}", console.text());
    console.press("Esc Esc");
    planned(&mut console, "nginx");
    assert!(console.text().contains("nothing is different"), "{}", console.text());
    console.press("Esc Esc");
    planned(&mut console, "httpd");
    let text = console.text();
    assert!(text.contains("Since the last plan of it") && text.contains("httpd"), "{text}");
    compare("plan-since-120x40", &text);
    console.press("Tab Tab");
    let first = console.text();
    assert!(first.contains("Tasks, in the order") && !first.contains("a plan: nothing"), "{first}");
    console.press("Tab S-Tab");
    assert_eq!(console.text(), first);
}

#[test]
fn a_plan_is_found_in_the_palette() {
    let mut console = Console::live((120, 40));
    console.press("^p");
    console.write("plan restart-payments");
    console.press("Enter");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]), "{}", console.text());
    assert!(console.text().contains("Plan restart-payments"), "{}", console.text());
}

#[test]
fn whoever_has_to_be_asked_is_told_why() {
    let mut console = Console::live((120, 40));
    planned(&mut console, "vault");
    console.press("s");
    assert!(matches!(console.model.layers[..], [.., Layer::Plan(_), Layer::Form(_)]));
    // Nobody is asked without a reason.
    console.press("Enter");
    assert!(console.text().contains("is required"), "{}", console.text());
    console.write("p99 5 s");
    console.press("Enter");
    assert!(matches!(console.model.layers[..], [.., Layer::Form(_), Layer::Confirm(_)]));
    assert!(console.text().contains("because: p99 5 s"), "{}", console.text());
    console.press("Tab Enter");
    let [Mutation::Start(request, _)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    assert_eq!((request.reason.as_str(), request.plan.clone()), ("p99 5 s", sample().digest));
    let twin = Mutation::Start(request.clone(), <_>::default()).twin();
    assert!(twin.contains(" --reason 'p99 5 s' --plan "), "{twin}");
}
