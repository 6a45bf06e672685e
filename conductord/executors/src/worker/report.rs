//! How an attempt's end is told, and what happens when the kernel does not take it.
//!
//! A report that is understood and not taken would be refused again, so it is not sent again: the
//! attempt is reported as failed instead, with the reason and without the parts that may have been
//! what was wrong, so that a person finds it in the run's timeline. When that is refused, too, the
//! lease is let go: nobody keeps it alive, and the kernel takes the task up again.

use conductor_engine::ports::{Completion, Outcome, WorkPort};
use conductor_protocol::error_code::Code;
use serde_json::Map;

use super::Shared;
use crate::{
    backoff::until_answered,
    limits::REFUSAL_CHARS_MAX,
    stop::{Stop, StopSignal},
};

/// That the kernel understood a report and did not take it.
struct Refused {
    code: String,
    message: String,
}

impl Refused {
    /// The attempt counts no more: another one does, and nothing about this one is wrong.
    fn is_too_late(&self) -> bool {
        self.code == Code::LeaseLost.as_str()
    }
}

/// Tells the kernel until it has heard, the lease is lost, or the worker has to go.
pub(super) async fn report<P: WorkPort>(
    shared: &Shared<P>,
    completion: Completion,
    mut stop: StopSignal,
) {
    if stop.reason().is_some_and(Stop::is_silent) {
        return;
    }
    tokio::select! {
        biased;
        () = tell(shared, completion) => {}
        () = stop.silenced() => {}
        () = shared.gone.cancelled() => {}
    }
}

async fn tell<P: WorkPort>(shared: &Shared<P>, completion: Completion) {
    let (run, task, token) = (completion.run, completion.task.clone(), completion.token);
    let Err(refused) = offer(shared, completion.clone()).await else { return };
    let Refused { code, message } = &refused;
    if refused.is_too_late() {
        tracing::warn!(%run, task, token, code, message, "a report came too late");
        return;
    }
    tracing::error!(
        %run, task, token, code, message,
        "a report was refused: reporting the attempt as failed, without what may be wrong"
    );
    match offer(shared, without_parts(completion, &refused)).await {
        Ok(()) => {}
        Err(refused) if refused.is_too_late() => {
            tracing::warn!(%run, task, token, "the report of that failure came too late");
        }
        Err(Refused { code, message }) => tracing::error!(
            %run, task, token, code, message,
            "the report of that failure was refused, too: the lease is let go and runs out"
        ),
    }
}

async fn offer<P: WorkPort>(shared: &Shared<P>, completion: Completion) -> Result<(), Refused> {
    let told = until_answered(&shared.options.dice, "report an attempt's end", || {
        shared.port.complete(completion.clone())
    });
    told.await.map_err(|(code, message)| Refused { code, message })
}

/// The same end as a failure that says why, with nothing in it that an attempt's program chose.
fn without_parts(completion: Completion, refused: &Refused) -> Completion {
    let was = shortened(&completion.message);
    let between = if was.is_empty() { "" } else { "; " };
    let (code, why) = (&refused.code, shortened(&refused.message));
    let outcome = match completion.outcome {
        Outcome::Succeeded => Outcome::Failed,
        ended => ended,
    };
    Completion {
        outcome,
        message: format!("{was}{between}the worker's report was refused ({code}): {why}"),
        status_code: None,
        outputs: Map::new(),
        artifacts: Vec::new(),
        confinement: None,
        ..completion
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(REFUSAL_CHARS_MAX).collect()
}
