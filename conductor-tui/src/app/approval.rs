//! What a person says to an approval, and how it is carried out: a yes is signed here, by their own
//! key, and off the drawing thread.

use std::sync::Arc;

use conductor_client::{ClientError, Connection};
use conductor_keys::{
    ssh_key::{Passphrase, SecretKeyError},
    sshsig::{RUNBOOK, SignError},
};
use conductor_protocol::v1;
use tokio::task::spawn_blocking;

use super::{
    daemon::{fault, fault_of_change},
    effect::shell_word,
    msg::{Fault, FaultKind, What},
    query::Answer,
};
use crate::signing::{Choice, Found, Key, NAMESPACE, Places, own_keys_for};

/// A yes: what is signed, and with which key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Approve {
    pub(crate) scope: v1::Scope,
    pub(crate) approval_id: String,
    /// The bytes that are signed.
    pub(crate) statement: String,
    pub(crate) key: Choice,
}

/// A reviewer's signature: under what, and with which key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Countersign {
    pub(crate) scope: v1::Scope,
    pub(crate) name: String,
    pub(crate) version: String,
    /// The bytes that are signed.
    pub(crate) text: String,
    pub(crate) key: Choice,
}

impl Countersign {
    /// The command that does the same.
    pub(crate) fn twin(&self) -> String {
        let (name, version, key) = (&self.name, &self.version, key_word(&self.key));
        format!("conductor runbooks countersign {name}@{version} --key {key}")
    }
}

/// A key as the command line names it.
fn key_word(key: &Choice) -> String {
    match key {
        Choice::Held(_) => key.fingerprint().to_string(),
        Choice::File { path, .. } => shell_word(&path.display().to_string()),
    }
}

/// What keys are looked for to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signs {
    Approvals,
    Runbooks,
}

impl Signs {
    /// That they were found, or why not.
    pub(crate) fn found(self, found: Result<Found, Fault>) -> What {
        match self {
            Self::Approvals => What::Keys(found),
            Self::Runbooks => What::BookKeys(found),
        }
    }

    const fn namespace(self) -> &'static str {
        match self {
            Self::Approvals => NAMESPACE,
            Self::Runbooks => RUNBOOK,
        }
    }
}

/// Everything that can be said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Say {
    Approve(Box<Approve>),
    Deny(v1::DenyApprovalRequest),
    Delegate(v1::DelegateApprovalRequest),
    Withdraw(v1::WithdrawApprovalRequest),
    BreakGlass(v1::BreakGlassRequest),
    Comment(v1::CommentApprovalRequest),
}

impl Say {
    /// The command that does the same.
    pub(crate) fn twin(&self) -> String {
        let reason = |reason: &str| match reason {
            "" => String::new(),
            reason => format!(" --reason {}", shell_word(reason)),
        };
        match self {
            Self::Approve(approve) => {
                let (id, key) = (&approve.approval_id, key_word(&approve.key));
                format!("conductor approvals approve {id} --key {key}")
            }
            Self::Deny(request) => {
                let reason = reason(&request.reason);
                format!("conductor approvals deny {}{reason}", request.approval_id)
            }
            Self::Delegate(request) => {
                let (id, to) = (&request.approval_id, shell_word(&request.to));
                format!("conductor approvals delegate {id} {to}{}", reason(&request.reason))
            }
            Self::Withdraw(request) => {
                let reason = reason(&request.reason);
                format!("conductor approvals withdraw {}{reason}", request.approval_id)
            }
            Self::BreakGlass(request) => {
                let reason = reason(&request.reason);
                format!("conductor approvals break-glass {}{reason}", request.approval_id)
            }
            Self::Comment(request) => {
                let text = shell_word(&request.text);
                format!("conductor approvals comment {} {text}", request.approval_id)
            }
        }
    }
}

/// A passphrase on its way to the key that it unlocks. Two are never the same one.
#[derive(Debug, Clone)]
pub(crate) struct Secret(Arc<Passphrase>);

impl Secret {
    pub(crate) fn new(passphrase: Passphrase) -> Self {
        Self(Arc::new(passphrase))
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The keys that whoever uses the console can sign with.
pub(crate) async fn find_keys(
    connection: &Connection,
    scope: v1::Scope,
    (places, signs): (Places, Signs),
) -> Result<Found, Fault> {
    let own = own_keys_for(signs.namespace(), connection, Some(scope)).await;
    let own = own.map_err(|error| fault(&error))?;
    // The agent and the disk may take their time.
    spawn_blocking(move || places.find(&own)).await.map_err(|_| cut_short())
}

/// Carries out what was said.
pub(crate) async fn say(
    connection: &Connection,
    said: Say,
    (secret, idempotency_key): (Option<Secret>, String),
) -> Result<Answer, Fault> {
    let answer = match said {
        Say::Approve(approve) => {
            let signature = sign(&approve, secret).await?;
            let (scope, approval_id) = (Some(approve.scope), approve.approval_id);
            let comment = String::new();
            let request =
                v1::SignApprovalRequest { scope, approval_id, signature, comment, idempotency_key };
            connection.sign_approval(request).await.map(|answer| answer.approval)
        }
        Say::Deny(request) => {
            let request = v1::DenyApprovalRequest { idempotency_key, ..request };
            connection.deny_approval(request).await.map(|answer| answer.approval)
        }
        Say::Delegate(request) => {
            let request = v1::DelegateApprovalRequest { idempotency_key, ..request };
            connection.delegate_approval(request).await.map(|answer| answer.approval)
        }
        Say::Withdraw(request) => {
            let request = v1::WithdrawApprovalRequest { idempotency_key, ..request };
            connection.withdraw_approval(request).await.map(|answer| answer.approval)
        }
        Say::BreakGlass(request) => {
            let request = v1::BreakGlassRequest { idempotency_key, ..request };
            connection.break_glass(request).await.map(|answer| answer.approval)
        }
        Say::Comment(request) => {
            let request = v1::CommentApprovalRequest { idempotency_key, ..request };
            connection.comment_approval(request).await.map(|answer| answer.approval)
        }
    };
    let said =
        |approval: Option<v1::Approval>| Answer::Said(Box::new(approval.unwrap_or_default()));
    answer.map(said).map_err(|error: ClientError| fault_of_change(&error))
}

/// Signs a version as its reviewer, and sends the signature.
pub(crate) async fn countersign(
    connection: &Connection,
    signed: Countersign,
    (secret, idempotency_key): (Option<Secret>, String),
) -> Result<Answer, Fault> {
    let Countersign { scope, name, version, text, key } = signed;
    let signature = made(key, secret, move |key| key.sign_runbook(text.as_bytes())).await?;
    let scope = Some(scope);
    let request =
        v1::CountersignWorkflowRequest { scope, name, version, signature, idempotency_key };
    let answer = connection.countersign_workflow(request).await;
    answer.map(Box::new).map(Answer::Countersigned).map_err(|error| fault_of_change(&error))
}

/// A signature over the statement.
async fn sign(approve: &Approve, secret: Option<Secret>) -> Result<String, Fault> {
    let (key, text) = (approve.key.clone(), approve.statement.clone());
    made(key, secret, move |key| key.sign(text.as_bytes())).await
}

/// A signature. A security key waits to be touched: nothing else waits for it.
async fn made(
    key: Choice,
    secret: Option<Secret>,
    sign: impl FnOnce(Key) -> Result<String, SignError> + Send + 'static,
) -> Result<String, Fault> {
    let signed = spawn_blocking(move || {
        let passphrase = secret.as_ref().map(|secret| &*secret.0);
        let key = key.key(passphrase).map_err(|error| unusable(&error))?;
        sign(key).map_err(|error| unsigned(&error))
    });
    signed.await.map_err(|_| cut_short())?
}

fn unusable(error: &SecretKeyError) -> Fault {
    let hint = match error {
        SecretKeyError::Passphrase => "nothing was signed; try again",
        _ => "add it to ssh-agent with `ssh-add`",
    };
    local(format!("failed to {error}"), hint)
}

fn unsigned(error: &dyn std::fmt::Display) -> Fault {
    local(
        format!("failed to {error}"),
        "nothing was signed; `ssh-add -l` shows what ssh-agent holds",
    )
}

fn cut_short() -> Fault {
    local("the signing was cut short".to_owned(), "nothing was signed; try again")
}

fn local(message: String, hint: &str) -> Fault {
    Fault {
        kind: FaultKind::Other,
        code: String::new(),
        message,
        hint: hint.to_owned(),
        approval: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_has_a_twin_that_a_shell_takes() {
        let approval_id = "apr_1".to_owned();
        let deny = v1::DenyApprovalRequest {
            approval_id: approval_id.clone(),
            reason: "not on a friday".into(),
            ..<_>::default()
        };
        let twin = Say::Deny(deny).twin();
        assert_eq!(twin, "conductor approvals deny apr_1 --reason 'not on a friday'");
        let withdraw = v1::WithdrawApprovalRequest { approval_id, ..<_>::default() };
        assert_eq!(Say::Withdraw(withdraw).twin(), "conductor approvals withdraw apr_1");
    }

    #[test]
    fn a_passphrase_is_never_printed() {
        let secret = Secret::new(Passphrase::new("correct horse".to_owned()));
        assert!(!format!("{secret:?}").contains("horse"));
        assert_eq!(secret, secret.clone());
        assert_ne!(secret, Secret::new(Passphrase::new("correct horse".to_owned())));
    }
}
