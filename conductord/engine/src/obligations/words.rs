//! Obligations as sentences.

use conductor_protocol::verdict::{Obligation, Stage};

/// What has to be done, for a reader.
#[must_use]
pub fn sentence(obligation: &Obligation) -> String {
    match obligation {
        Obligation::RequireApproval { stages: all, window_seconds } => {
            let window = match window_seconds {
                0 => String::new(),
                seconds => format!(", and it counts for {}", span(*seconds)),
            };
            format!("policy asks for an approval by {}{window}", stages(all))
        }
        Obligation::Mask { paths } => format!("{} is masked", listed(paths)),
        Obligation::Filter { field, allowed } => {
            format!("only what has {} as its `{field}` is shown", listed(allowed))
        }
        Obligation::DryRunOnly => "policy lets it be planned, and not be done".to_owned(),
        Obligation::StepUp { method } => {
            format!("policy asks for one more proof of who you are: `{method}`")
        }
        Obligation::Notify { roles, message } => {
            format!("{} is told: {message}", any_of(roles))
        }
        Obligation::RequireReview { roles, quorum, window_seconds, .. } => {
            let (who, window) = (any_of(roles), span(*window_seconds));
            format!("policy asks {quorum} people of {who} to review it within {window}")
        }
        Obligation::RequestApproval { roles } => {
            format!("an approval by {} could allow it", any_of(roles))
        }
        Obligation::Warn { message } => message.clone(),
        Obligation::Unknown(_) => {
            format!("policy asks for `{}`, which this version does not know", obligation.kind())
        }
    }
}

/// Who approves, one stage after the other.
#[must_use]
pub fn stages(stages: &[Stage]) -> String {
    let stage = |stage: &Stage| {
        let touch = if stage.touch { " with a touched security key" } else { "" };
        match stage.quorum {
            _ if stage.requester => format!("whoever asks{touch}"),
            0 | 1 => format!("{}{touch}", any_of(&stage.roles)),
            people => format!("{people} people of {}{touch}", any_of(&stage.roles)),
        }
    };
    let all: Vec<String> = stages.iter().map(stage).collect();
    if all.is_empty() { "nobody who is named".to_owned() } else { all.join(", then ") }
}

/// Any of some roles.
pub(super) fn any_of(roles: &[String]) -> String {
    let named: Vec<String> = roles.iter().map(|role| format!("`{role}`")).collect();
    match named.as_slice() {
        [] => "an administrator".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

fn listed(names: &[String]) -> String {
    let named: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if named.is_empty() { "nothing".to_owned() } else { named.join(", ") }
}

fn span(seconds: u64) -> String {
    match seconds {
        seconds if seconds % 86_400 == 0 => format!("{} d", seconds / 86_400),
        seconds if seconds % 3_600 == 0 => format!("{} h", seconds / 3_600),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
