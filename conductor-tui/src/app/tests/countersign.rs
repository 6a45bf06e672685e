//! A reviewer's signature in the console: what it is of is shown whole, and by whom it can be given.

use conductor_protocol::{
    manifest::{MediaType, Source},
    v1::{GetWorkflowResponse, RunbookSignature, Workflow, WorkflowSource},
};
use jiff::{SignedDuration, Timestamp};

use super::{
    Console,
    approvals::{ME, locked_key, said},
    looks,
    pictures::compare,
};
use crate::{
    app::{Answer, Effect, Look, Mutation, model::Layer, msg::What, time::to_wire},
    signing::Found,
};

/// The runbook that can be signed.
pub(crate) const NAME: &str = "disk-clean";
const WIDE: (u16, u16) = (200, 60);

/// Its versions: 1.2.0 and 1.4.0 signed by their author, 1.3.0 by nobody.
pub(crate) struct Shelf {
    now: Timestamp,
    /// Whoever wrote it.
    pub(crate) author: &'static str,
    /// Who countersigned the newest.
    pub(crate) reviewers: Vec<&'static str>,
    /// The newest runs something else than its text says.
    pub(crate) swapped: bool,
}

impl Shelf {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { now, author: "uid:2000", reviewers: Vec::new(), swapped: false }
    }

    fn of(&self, version: &str) -> Workflow {
        let (hours, command) = match version {
            "1.2.0" => (500, "find /tmp -mtime +7 -delete"),
            "1.3.0" => (300, "find /tmp -mtime +5 -delete"),
            _ => (30, "find /tmp -mtime +1 -delete"),
        };
        let text = format!(
            "# Removes what fills the disk.\nname: {NAME}\nversion: {version}\ntasks:\n  - id: clean\n    \
             uses: pkg:builtin/shell@1\n    with: {{run: '{command}'}}\n"
        );
        let source = Source { media_type: MediaType::Yaml, text };
        let manifest = source.parse().unwrap();
        let swapped = self.swapped && version == "1.4.0";
        let manifest_json = manifest.canonical_json();
        let signature = |principal: &str, review| RunbookSignature {
            principal: principal.into(),
            review,
            ..super::runbooks::signature(principal, review, self.now)
        };
        let mut signatures = vec![signature(self.author, false)];
        match version {
            "1.3.0" => signatures.clear(),
            "1.4.0" => signatures.extend(self.reviewers.iter().map(|who| signature(who, true))),
            _ => {}
        }
        Workflow {
            name: NAME.into(),
            version: version.into(),
            digest: manifest.digest(),
            manifest_json: if swapped { manifest_json.replace("+1", "+0") } else { manifest_json },
            description: "Removes what fills the disk, oldest first.".into(),
            task_count: 1,
            published_by: self.author.into(),
            published_at: Some(to_wire(self.now - SignedDuration::from_hours(hours))),
            signatures,
            source: Some(WorkflowSource {
                media_type: source.media_type.to_string(),
                text: source.text,
            }),
            ..Workflow::default()
        }
    }

    /// As the list has it.
    pub(crate) fn newest(&self) -> Workflow {
        Workflow { manifest_json: String::new(), source: None, ..self.of("1.4.0") }
    }

    pub(crate) fn listed(&self) -> Vec<Workflow> {
        let older =
            |version| Workflow { manifest_json: String::new(), source: None, ..self.of(version) };
        vec![self.newest(), older("1.3.0"), older("1.2.0")]
    }

    pub(crate) fn version(&self, wanted: &str) -> Answer {
        let version = if wanted.is_empty() { "1.4.0" } else { wanted };
        let below = match version {
            "1.2.0" => "",
            "1.3.0" => "1.2.0",
            _ => "1.3.0",
        };
        let workflow = Some(self.of(version));
        let previous_version = below.to_owned();
        Answer::Workflow(Box::new(GetWorkflowResponse { workflow, previous_version }))
    }
}

fn prepared(size: (u16, u16), look: Look, prepare: impl FnOnce(&mut Console)) -> Console {
    let mut console = Console::with(size, look, "dev");
    let now = console.model.shared.now;
    console.daemon.shelf = Some(Shelf::new(now));
    console.daemon.desk = super::approvals::Desk::full(now);
    prepare(&mut console);
    console.connect();
    console.press("3");
    rest(&mut console);
    console
}

fn rest(console: &mut Console) {
    for _ in 0..8 {
        let asked = console.pass(SignedDuration::from_millis(200));
        console.answer(asked);
    }
}

fn shown(size: (u16, u16)) -> Console {
    prepared(size, looks("dark", false), |_| {})
}

#[test]
fn the_question_shows_all_that_is_signed_and_what_changed_since_the_last_signature() {
    let mut console = shown((120, 60));
    console.press("S");
    let text = console.text();
    for part in [
        "Countersign this?",
        "disk-clean 1.4.0   published by uid:2000",
        "signed by uid:2000",
        "digest sha256:",
        "(agent, alice@laptop)",
        "Changed since 1.2.0, the version signed last",
        "find /tmp -mtime +7 -delete",
        "What is signed, whole",
        "# Removes what fills the disk.",
        "conductor runbooks countersign disk-clean@1.4.0 --key SHA256:",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // What a blank means is signed, too.
    assert!(text.contains("   name: disk-clean") && text.contains("     - id: clean"), "{text}");
    assert!(console.daemon.changes.is_empty());
    console.press("Enter");
    assert!(console.daemon.changes.is_empty(), "the focus is on keeping");
    console.press("S Tab Enter");
    let [Mutation::Countersign(signed)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    assert_eq!((signed.name.as_str(), signed.version.as_str()), (NAME, "1.4.0"));
    assert!(signed.text.starts_with("# Removes what fills the disk.\n"));
    let said = said(&console);
    assert!(said.starts_with("disk-clean 1.4.0: countersigned with SHA256:"), "{said}");
}

#[test]
fn the_list_and_the_page_are_read_again_afterwards() {
    let mut console = shown(WIDE);
    console.press("S Tab");
    if let Some(shelf) = &mut console.daemon.shelf {
        shelf.reviewers = vec![ME];
    }
    console.press("Enter");
    rest(&mut console);
    let text = console.text();
    assert!(text.contains("countersigned by uid:1000"), "{text}");
    console.press("S");
    assert!(said(&console).contains("you countersigned it already"), "{}", said(&console));
}

#[test]
fn who_can_not_countersign_is_told_why() {
    let mut console = prepared(WIDE, looks("dark", false), |console| {
        if let Some(shelf) = &mut console.daemon.shelf {
            shelf.author = ME;
        }
    });
    console.press("S");
    assert!(said(&console).contains("you wrote it or published it"), "{}", said(&console));

    let mut console = prepared(WIDE, looks("dark", false), |console| {
        console.daemon.denied = vec!["workflow.review"];
    });
    console.press("S");
    assert!(said(&console).contains("can't countersign: policy"), "{}", said(&console));

    let mut console = prepared(WIDE, looks("dark", false), |_| {});
    console.model.shared.read_only = true;
    console.press("S");
    assert!(said(&console).contains("read-only"), "{}", said(&console));

    let mut console = Console::live(WIDE);
    console.press("3");
    rest(&mut console);
    console.press("S");
    assert!(said(&console).contains("its author has not signed it"), "{}", said(&console));
    assert!(console.model.layers.is_empty() && console.daemon.changes.is_empty());
}

#[test]
fn what_is_not_what_its_text_says_is_not_signed() {
    let mut console = prepared(WIDE, looks("dark", false), |console| {
        if let Some(shelf) = &mut console.daemon.shelf {
            shelf.swapped = true;
        }
    });
    console.press("S");
    assert!(console.model.layers.is_empty());
    assert_eq!(said(&console), "don't sign it: disk-clean 1.4.0 is not what its text says");
}

#[test]
fn without_a_key_nothing_is_asked_and_a_locked_one_wants_its_passphrase() {
    let mut console = prepared(WIDE, looks("dark", false), |console| {
        console.daemon.desk.keys = Found::default();
    });
    console.press("S");
    assert!(said(&console).starts_with("can't sign: none of the keys here"), "{}", said(&console));

    let mut console = prepared(WIDE, looks("dark", false), |console| {
        console.daemon.desk.keys.choices = vec![locked_key()];
    });
    console.press("S Tab Enter");
    assert!(matches!(console.model.layers[..], [Layer::Unlock(_)]));
    console.write("correct horse");
    let effects = console.press("Enter");
    assert!(matches!(effects[..], [Effect::Unlock(..)]), "{effects:?}");
    assert_eq!(console.daemon.changes.len(), 1);
}

#[test]
fn the_key_that_would_sign_is_told_and_another_one_can_be_taken() {
    let mut console = prepared(WIDE, looks("dark", false), |console| {
        console.daemon.desk.keys.choices = super::approvals::two_keys();
    });
    console.press("K");
    assert!(said(&console).contains("alice@laptop"), "{}", said(&console));
    console.press("K");
    assert!(said(&console).contains("alice@desk"), "{}", said(&console));
    console.press("S");
    assert!(console.text().contains("alice@desk"), "{}", console.text());
}

#[test]
fn whoever_does_something_else_meanwhile_is_not_asked() {
    let mut console = shown(WIDE);
    let effects = console.send(What::Key(super::key("S")));
    console.press("j");
    console.answer(effects);
    assert!(console.model.layers.is_empty());
}

#[test]
fn in_production_the_name_is_typed() {
    let mut console = Console::with(WIDE, looks("dark", false), "prod");
    let now = console.model.shared.now;
    console.daemon.shelf = Some(Shelf::new(now));
    console.daemon.desk = super::approvals::Desk::full(now);
    console.connect();
    console.press("3");
    rest(&mut console);
    console.press("S Tab Enter");
    assert!(console.daemon.changes.is_empty());
    console.press("S");
    console.write(NAME);
    console.press("Enter Enter");
    assert_eq!(console.daemon.changes.len(), 1);
}

#[test]
fn the_question_in_several_sizes_and_looks() {
    for (size, ascii) in [((40, 12), true), ((80, 24), false), ((120, 40), false)] {
        let mut console = prepared(size, looks("dark", ascii), |_| {});
        console.press("S");
        compare(&format!("countersign-{}x{}", size.0, size.1), &console.text());
        console.press("PgDn");
        compare(&format!("countersign-below-{}x{}", size.0, size.1), &console.text());
    }
}
