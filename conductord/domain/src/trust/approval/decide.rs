//! Who may sign what, and when: people only, different ones, one stage after the other, and never
//! whoever asked but where they prove once more who they are.

use conductor_protocol::{
    error_code::Code,
    verdict::{Obligation, Stage, TOUCH},
};

use super::{Approval, Approvals};
use crate::{Refusal, scope::Principal, time::Timestamp};

/// How long somebody may take to prove once more who they are, in seconds, where nothing else
/// waits for it.
const STEP_UP_SECONDS: u64 = 300;
/// Pending approvals that one principal may have asked for in a tenant.
const OF_REQUESTER_MAX: usize = 50;
/// Pending approvals of a tenant.
const OF_TENANT_MAX: usize = 1_000;
/// Delegations and comments of an approval, each.
const NOTES_MAX: usize = 50;

/// Somebody who signs.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    /// Whose key it is.
    pub principal: &'a Principal,
    /// The roles that they hold now, in the tenant of the approval.
    pub roles: &'a [String],
    /// The key's fingerprint.
    pub fingerprint: &'a str,
    /// Who enrolled the key.
    pub enrolled_by: &'a Principal,
    /// Whether the key was touched for it.
    pub user_present: bool,
}

/// What some permissions oblige to together: a touch of whoever asks, the stages of all of them, in
/// their order and each once, and the shortest window in seconds. `None` when none of them waits
/// for anybody.
pub fn required<'o>(
    obligations: impl IntoIterator<Item = &'o Obligation>,
) -> Option<(Vec<Stage>, u64)> {
    let (mut all, mut window, mut step_up): (Vec<Stage>, Option<u64>, bool) = Default::default();
    for obligation in obligations {
        match obligation {
            Obligation::RequireApproval { stages, window_seconds } => {
                window = Some(window.map_or(*window_seconds, |least| least.min(*window_seconds)));
                for stage in stages {
                    if !all.contains(stage) {
                        all.push(stage.clone());
                    }
                }
            }
            Obligation::StepUp { method } => step_up |= method == TOUCH,
            _ => {}
        }
    }
    if step_up && !all.iter().any(|stage| stage.requester) {
        all.insert(0, Stage::step_up());
    }
    match window {
        Some(window) => Some((all, window)),
        None => step_up.then_some((all, STEP_UP_SECONDS)),
    }
}

/// Whether somebody has to sign every one of these stages.
///
/// # Errors
/// `APPROVAL_REQUIRED` of an approval that nobody could give, or that would need nobody.
pub fn check(stages: &[Stage]) -> Result<(), Refusal> {
    let nobodys = |stage: &Stage| match stage.requester {
        true => stage.quorum != 1 || !stage.roles.is_empty() || !stage.escalate_to.is_empty(),
        false => stage.quorum == 0 || stage.roles.is_empty(),
    };
    if !stages.is_empty() && !stages.iter().any(nobodys) {
        return Ok(());
    }
    let message = "policy asks for an approval and does not say by whom";
    let hint = "an administrator has to mend the policy bundle";
    Err(Refusal::new(Code::ApprovalRequired, message, hint))
}

/// Whether one more approval may wait.
///
/// # Errors
/// `APPROVALS_FULL`
pub fn may_be_added(
    pending: &Approvals,
    tenant: &str,
    requester: &Principal,
) -> Result<(), Refusal> {
    let (mut of_tenant, mut own) = (0, 0);
    for approval in pending.of_tenant(tenant) {
        of_tenant += 1;
        own += usize::from(approval.requester == *requester);
    }
    let full = |message: String, hint: &str| Err(Refusal::new(Code::ApprovalsFull, message, hint));
    if own >= OF_REQUESTER_MAX {
        let message = format!("{own} approvals wait that {requester} asked for");
        return full(message, "withdraw some with `conductor approvals withdraw`");
    }
    if of_tenant >= OF_TENANT_MAX {
        let message = format!("{of_tenant} approvals of tenant `{tenant}` wait");
        return full(message, "have some of them answered first");
    }
    Ok(())
}

/// Whether somebody may sign now; the stage that the signature counts for.
///
/// # Errors
/// `APPROVAL_OVER`, `APPROVAL_NOT_YOURS`
pub fn sign(approval: &Approval, signer: Signer<'_>, now: Timestamp) -> Result<u32, Refusal> {
    is_open(approval, now)?;
    let who = signer.principal;
    let open = open_stage_of(approval).map(|open| (open, &approval.stages[open]));
    if let Some((open, stage)) = open
        && stage.touch
        && !signer.user_present
    {
        let (place, of) = (open + 1, approval.stages.len());
        let message = format!("stage {place} of {of} is for a security key that is touched");
        let hint = "sign with a key of the type sk-ssh-ed25519 or sk-ecdsa, and touch it";
        return Err(Refusal::new(Code::StepUpRequired, message, hint));
    }
    if let Some((open, _)) = open.filter(|(_, stage)| stage.requester) {
        return theirs(approval, who, open);
    }
    if *who == approval.requester {
        let hint = "somebody else has to approve it";
        return Err(not_yours(
            format!("{who} asked for it, and nobody approves what they asked for"),
            hint,
        ));
    }
    // Whoever can enroll keys could make a second person of themselves.
    if *signer.enrolled_by == approval.requester {
        let (key, by) = (signer.fingerprint, &approval.requester);
        let message = format!("the key {key} was enrolled by {by}, who asks for the approval");
        return Err(not_yours(message, "sign with a key that somebody else enrolled"));
    }
    if let Some(signed) = approval.signatures.iter().find(|signed| signed.principal == *who) {
        let message = format!("{who} signed it already, for stage {}", signed.stage + 1);
        return Err(not_yours(message, "each signature has to be another person's"));
    }
    if approval.signatures.iter().any(|signed| signed.fingerprint == signer.fingerprint) {
        let message = format!("the key {} has signed it already", signer.fingerprint);
        return Err(not_yours(message, "each signature has to be another person's"));
    }
    answerable(approval, (who, signer.roles))
}

/// Whoever asked proves once more who they are. The key that does so may be one that they enrolled:
/// it stands for nobody else.
fn theirs(approval: &Approval, who: &Principal, open: usize) -> Result<u32, Refusal> {
    if *who == approval.requester {
        return Ok(number(open));
    }
    let requester = &approval.requester;
    let message = format!("{requester}, who asked for it, has to prove first who they are");
    Err(not_yours(message, "sign once they have"))
}

/// Whether somebody who may sign may say no.
///
/// # Errors
/// `APPROVAL_OVER`, `APPROVAL_NOT_YOURS`
pub fn deny(
    approval: &Approval,
    (who, roles): (&Principal, &[String]),
    now: Timestamp,
) -> Result<(), Refusal> {
    is_open(approval, now)?;
    if *who == approval.requester {
        let hint = "`conductor approvals withdraw` takes it back";
        return Err(not_yours(format!("{who} asked for it"), hint));
    }
    // Whoever is to sign later, or has signed, may stop it as well.
    let stages = 0..approval.stages.len();
    let any = stages.into_iter().any(|stage| is_eligible(approval, stage, (who, roles)));
    if any { Ok(()) } else { answerable(approval, (who, roles)).map(drop) }
}

/// Whether whoever asked may take it back.
///
/// # Errors
/// `APPROVAL_OVER`, `APPROVAL_NOT_YOURS`
pub fn withdraw(approval: &Approval, who: &Principal, now: Timestamp) -> Result<(), Refusal> {
    is_open(approval, now)?;
    if approval.happened.is_some() {
        let message = "a review of what was done alone is not taken back".to_owned();
        return Err(not_yours(message, "others approve what was done, or deny it"));
    }
    if *who == approval.requester {
        return Ok(());
    }
    let message = format!("only {} can withdraw it, who asked for it", approval.requester);
    Err(not_yours(message, "`conductor approvals deny` stops it"))
}

/// Whether somebody may hand their part of the open stage to another one; the stage.
///
/// # Errors
/// `APPROVAL_OVER`, `APPROVAL_NOT_YOURS`
pub fn delegate(
    approval: &Approval,
    (who, roles): (&Principal, &[String]),
    to: &Principal,
    now: Timestamp,
) -> Result<u32, Refusal> {
    is_open(approval, now)?;
    let refused = |message: String| Err(not_yours(message, "name somebody else"));
    if *who == approval.requester {
        return refused(format!("{who} asked for it"));
    }
    if *to == approval.requester {
        return refused(format!("{to} asked for it, and nobody approves what they asked for"));
    }
    if to == who {
        return refused("that changes nothing".to_owned());
    }
    for one in [who, to] {
        if approval.signatures.iter().any(|signed| signed.principal == *one) {
            return refused(format!("{one} signed it already"));
        }
    }
    if approval.delegations.len() >= NOTES_MAX {
        return refused(format!("it was handed on {NOTES_MAX} times"));
    }
    answerable(approval, (who, roles))
}

/// Whether one more comment is kept.
///
/// # Errors
/// `APPROVAL_OVER`
pub fn comment(approval: &Approval, now: Timestamp) -> Result<(), Refusal> {
    is_open(approval, now)?;
    if approval.comments.len() < NOTES_MAX {
        return Ok(());
    }
    let message = format!("it has {NOTES_MAX} comments");
    Err(Refusal::new(Code::ApprovalOver, message, "approve it, or deny it"))
}

/// The open stage, when it was not answered in its time and others may sign it from now on.
#[must_use]
pub fn escalation_due(approval: &Approval, now: Timestamp) -> Option<(u32, &Stage)> {
    let open = open_stage_of(approval)?;
    let due = approval.escalates_at()?;
    (now >= due).then(|| (number(open), &approval.stages[open]))
}

/// The first stage that lacks signatures; none when all have them.
#[must_use]
pub fn open_stage_of(approval: &Approval) -> Option<usize> {
    let lacks = |(place, stage): (usize, &Stage)| {
        let signed = approval.signatures.iter().filter(|s| s.stage as usize == place).count();
        (signed < stage.quorum as usize).then_some(place)
    };
    approval.stages.iter().enumerate().find_map(lacks)
}

fn answerable(approval: &Approval, (who, roles): (&Principal, &[String])) -> Result<u32, Refusal> {
    let Some(open) = open_stage_of(approval) else { return Err(over("it is signed by all")) };
    if is_eligible(approval, open, (who, roles)) {
        return Ok(number(open));
    }
    let stage = &approval.stages[open];
    if stage.requester {
        return theirs(approval, who, open);
    }
    let (place, of, roles_of) = (open + 1, approval.stages.len(), stage.roles.join(", "));
    if approval.delegations.iter().any(|d| d.stage as usize == open && d.from == *who) {
        let message = format!("{who} handed their part of stage {place} on");
        return Err(not_yours(message, "whoever it was handed to signs"));
    }
    let later = (open + 1..of).any(|stage| is_eligible(approval, stage, (who, roles)));
    if later {
        let message = format!("stage {place} of {of} comes first: {roles_of}");
        return Err(not_yours(message, "sign once it is your stage's turn"));
    }
    let message = format!("stage {place} of {of} is for who holds one of: {roles_of}");
    Err(not_yours(message, "`conductor approvals show` says who can sign"))
}

/// Whether somebody may answer a stage: by a role, or because it was handed to them.
fn is_eligible(approval: &Approval, place: usize, (who, roles): (&Principal, &[String])) -> bool {
    let of_stage = |d: &&super::Delegation| d.stage as usize == place;
    // What they did last counts: a part that was handed on may come back.
    let last =
        approval.delegations.iter().filter(of_stage).rfind(|d| d.from == *who || d.to == *who);
    match last {
        Some(delegation) => delegation.to == *who,
        None => {
            let escalated = approval.escalated.get(&number(place)).into_iter().flatten();
            approval.stages[place].roles.iter().chain(escalated).any(|role| roles.contains(role))
        }
    }
}

fn is_open(approval: &Approval, now: Timestamp) -> Result<(), Refusal> {
    match &approval.ended {
        Some(ended) => Err(over(&format!("it {}", ended.how.sentence()))),
        None if now >= approval.expires_at => Err(over("its time is over")),
        None => Ok(()),
    }
}

fn over(what: &str) -> Refusal {
    Refusal::new(Code::ApprovalOver, what, "ask for it anew, if it is still wanted")
}

fn not_yours(message: String, hint: &str) -> Refusal {
    Refusal::new(Code::ApprovalNotYours, message, hint)
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
