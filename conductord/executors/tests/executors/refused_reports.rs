//! What the kernel understands and does not take: said aloud, and told as a failure where it can be.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use conductor_engine::ports::Outcome;
use conductor_executors::Executor;
use serde_json::json;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use super::{
    fixture::{Fixture, lease, options, shell},
    testing::MemoryPort,
};

/// The log lines of this thread, on which everything of a test runs.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn kept() -> (Self, DefaultGuard) {
        let lines = Self::default();
        let to = lines.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(to).finish();
        (lines, tracing::subscriber::set_default(subscriber))
    }

    fn errors(&self) -> Vec<String> {
        let bytes = self.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        text.lines().filter(|line| line.contains("ERROR")).map(str::to_owned).collect()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_refused_report_is_told_as_a_failure_with_the_reason_and_without_its_parts() {
    let (lines, _guard) = Lines::kept();
    let fixture = Fixture::new();
    fixture.port.hello(1).await;
    fixture.port.refuse_reports(1, "REQUEST_INVALID");
    let script = "echo text; echo \"name=value\" > \"$CONDUCTOR_OUTPUT\"";
    let told = fixture.shell(1, script).await;
    assert_eq!((told.outcome, told.exit_code), (Outcome::Failed, Some(0)));
    assert!(told.outputs.is_empty(), "{:?}", told.outputs);
    let why = "the worker's report was refused (REQUEST_INVALID): the kernel does not take that";
    assert_eq!(told.message, why);
    assert_eq!(told.log.bytes, 5, "what it printed can still be read");
    assert_eq!(fixture.port.complete_tries(), 2);
    let errors = lines.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    for part in ["REQUEST_INVALID", "the kernel does not take that", "task=\"task\"", "token=1"] {
        assert!(errors[0].contains(part), "{part}: {}", errors[0]);
    }
    assert!(!errors[0].contains("value"), "nothing of what it gave: {}", errors[0]);
}

#[tokio::test]
async fn a_failure_keeps_its_own_words_when_its_report_is_refused() {
    let fixture = Fixture::new();
    fixture.port.hello(1).await;
    fixture.port.refuse_reports(1, "MESSAGE_TOO_LARGE");
    let told = fixture.shell(1, "echo broken >&2; exit 3").await;
    assert_eq!((told.outcome, told.exit_code), (Outcome::Failed, Some(3)));
    assert!(told.message.contains("broken; the worker's report was refused"), "{}", told.message);
}

#[tokio::test]
async fn a_report_refused_in_any_form_is_said_aloud_and_its_lease_let_go() {
    let (lines, _guard) = Lines::kept();
    let port = MemoryPort::with_rhythm(15_000, 20);
    let fixture = Fixture::with(port, options());
    fixture.port.hello(1).await;
    fixture.port.refuse_reports(2, "PERMISSION_DENIED");
    fixture.port.start(lease(1, Executor::Noop, &json!({}))).await;
    fixture.port.complete_tried(2).await;
    // Another lease is kept alive, this one is not any more.
    let next = shell(2, "echo ready; exec sleep 1000");
    fixture.port.start(next.clone()).await;
    fixture.port.printed(&next.log_key(), "ready").await;
    fixture.port.beat_of(2).await;
    assert_eq!(fixture.port.newest_beat(), [2]);
    let errors = lines.errors();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[1].contains("the lease is let go"), "{}", errors[1]);
    assert_eq!(fixture.port.completions(), 0);
}

#[tokio::test]
async fn a_refused_heartbeat_is_said_aloud_once_until_one_is_taken() {
    let (lines, _guard) = Lines::kept();
    let port = MemoryPort::with_rhythm(15_000, 5);
    let fixture = Fixture::with(port, options());
    let lease = shell(1, "echo ready; exec sleep 1000");
    fixture.port.start(lease.clone()).await;
    fixture.port.printed(&lease.log_key(), "ready").await;
    for times in 1..=2 {
        fixture.port.refuse_beats(true);
        fixture.port.beats_tried(4).await;
        let errors = lines.errors();
        assert_eq!(errors.len(), times, "{errors:?}");
        assert!(errors[times - 1].contains("PERMISSION_DENIED"), "{errors:?}");
        fixture.port.refuse_beats(false);
        fixture.port.beats_tried(4).await;
    }
}
