//! What becomes of a process that gives no answer.

use std::path::Path;

use conductor_policy::trial::job::{Told, Wrong};

use super::*;

/// A shell in the place of the program.
fn processes(script: &str, patience: Duration) -> TrialProcesses {
    TrialProcesses { program: vec!["/bin/sh".into(), "-c".into(), script.into()], patience }
}

const PATIENT: Duration = Duration::from_secs(60);

async fn outcome(script: &str, patience: Duration) -> Result<Answer, Untried> {
    let (_here, caller) = oneshot::channel();
    processes(script, patience).carry_out(b"job".to_vec(), caller).await
}

#[tokio::test]
async fn how_it_ends_says_why() {
    let memory = Untried::Memory { mib: MEMORY_MIB_MAX };
    for (script, untried) in [
        ("kill -ABRT $$", memory.clone()),
        ("kill -SEGV $$", memory.clone()),
        ("kill -KILL $$", memory),
        ("kill -XCPU $$", Untried::Time { seconds: CPU_SECONDS_MAX }),
    ] {
        assert_eq!(outcome(script, PATIENT).await, Err(untried), "{script}");
    }
    for script in ["exit 101", "kill -TERM $$", "echo no answer", "head -c 40000000 /dev/zero"] {
        let failed = outcome(script, PATIENT).await;
        assert!(matches!(failed, Err(Untried::Failed(_))), "{script}: {failed:?}");
    }
    let nobody = TrialProcesses { program: vec!["/nowhere".into()], patience: PATIENT };
    let (_here, caller) = oneshot::channel();
    assert!(matches!(nobody.carry_out(Vec::new(), caller).await, Err(Untried::Failed(_))));
    // Nothing is the encoding of an answer that tells nothing.
    assert_eq!(outcome("cat > /dev/null", PATIENT).await, Ok(Answer { told: None }));
}

#[tokio::test]
async fn what_it_is_given_goes_in_while_it_answers() {
    let refused = conductor_policy::trial::job::Refused {
        wrong: Wrong::Bounds.into(),
        message: "m".repeat(1024 * 1024),
    };
    let answer = Answer { told: Some(Told::Refused(refused)) };
    let (_here, caller) = oneshot::channel();
    // The job comes back as the answer: both are larger than what a pipe holds.
    let back = processes("cat", PATIENT).carry_out(answer.encode_to_vec(), caller).await;
    assert_eq!(back, Ok(answer));
}

/// Whether a process is there, if only as one that nobody has waited for.
fn is_there(pid: &str) -> bool {
    Path::new("/proc").join(pid.trim()).exists()
}

#[tokio::test]
async fn it_is_ended_and_waited_for_when_time_is_over_or_its_caller_goes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let script = format!("echo $$ > {0}.new; mv {0}.new {0}; exec sleep 1000", file.display());
    let late = outcome(&script, Duration::from_millis(300)).await;
    assert_eq!(late, Err(Untried::Time { seconds: 0 }));
    if let Ok(pid) = std::fs::read_to_string(&file) {
        assert!(!is_there(&pid), "{pid}");
        std::fs::remove_file(&file).unwrap();
    }

    let (here, caller) = oneshot::channel();
    let carrying_out =
        tokio::spawn(
            async move { processes(&script, PATIENT).carry_out(Vec::new(), caller).await },
        );
    while !file.exists() {
        tokio::task::yield_now().await;
    }
    let pid = std::fs::read_to_string(&file).unwrap();
    assert!(is_there(&pid));
    drop(here);
    assert!(carrying_out.await.unwrap().is_err());
    assert!(!is_there(&pid), "{pid}");
}
