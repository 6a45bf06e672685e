//! What bounded an attempt's program.

use conductor_domain::work::task::{Confinement, Means};
use conductor_protocol::{
    error_code::Code,
    manifest::{ResourceClass, Sandbox, SandboxLevel},
    v1,
};

use crate::{
    failure::{Failure, Outcome},
    request,
};

/// Things that were missing in one attempt.
const MISSING_MAX: usize = 16;

/// As it goes out.
pub(crate) fn confinement(confinement: &Confinement) -> v1::Confinement {
    let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
    v1::Confinement {
        resources: word(confinement.class.map(ResourceClass::word)),
        cpu: confinement.cpu.word().to_owned(),
        memory: confinement.memory.word().to_owned(),
        processes: confinement.processes.word().to_owned(),
        sandbox: word(confinement.sandbox.map(SandboxLevel::word)),
        user: confinement.user.clone(),
        missing: confinement.missing.clone(),
        refused: confinement.refused.clone(),
    }
}

/// The walls that a lease asks for.
pub(crate) fn sandbox(sandbox: Sandbox) -> v1::Sandbox {
    v1::Sandbox {
        level: sandbox.level.word().to_owned(),
        read: sandbox.read,
        write: sandbox.write,
        network: sandbox.network,
    }
}

/// As a worker reports it.
pub(crate) fn reported(reported: v1::Confinement) -> Outcome<Confinement> {
    if reported.missing.len() > MISSING_MAX {
        let message = format!("at most {MISSING_MAX} things can be missing in a confinement");
        return Err(Failure::invalid(message, "name those that matter"));
    }
    if !reported.refused.is_empty() && reported.refused.parse::<Code>().is_err() {
        let message = format!("`{}` is no error code", request::shown(&reported.refused));
        return Err(Failure::invalid(message, "report a registered code"));
    }
    let means = |text: &str| Means::named(text).ok_or_else(|| not_a_word(text));
    Ok(Confinement {
        class: word(&reported.resources, ResourceClass::named)?,
        cpu: means(&reported.cpu)?,
        memory: means(&reported.memory)?,
        processes: means(&reported.processes)?,
        sandbox: word(&reported.sandbox, SandboxLevel::named)?,
        user: request::text("user", reported.user)?,
        missing: reported
            .missing
            .into_iter()
            .map(|missing| request::text("missing", missing))
            .collect::<Outcome<_>>()?,
        refused: reported.refused,
    })
}

fn word<T>(text: &str, named: impl Fn(&str) -> Option<T>) -> Outcome<Option<T>> {
    match text {
        "" => Ok(None),
        text => named(text).map(Some).ok_or_else(|| not_a_word(text)),
    }
}

fn not_a_word(text: &str) -> Failure {
    let message = format!("`{}` is no word of a confinement", request::shown(text));
    Failure::invalid(message, "use the words that the API documents")
}
