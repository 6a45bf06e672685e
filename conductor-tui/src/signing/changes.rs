//! What became of an approval after somebody read it.

use conductor_protocol::v1;

use crate::planned::plain;

/// What is different, a sentence each; nothing where it is the same. Whoever signs has to have
/// read it as it is.
#[must_use]
pub fn changes(read: &v1::Approval, now: &v1::Approval) -> Vec<String> {
    if read == now {
        return Vec::new();
    }
    let mut said = Vec::new();
    if read.digest != now.digest {
        said.push("what is to be signed is another thing".to_owned());
    }
    match (&read.ended, &now.ended) {
        (None, Some(ended)) => said.push(format!("it {}", ended.sentence)),
        (before, after) if before != after => said.push("its end is another".to_owned()),
        _ => {}
    }
    for (number, stage) in (1..).zip(&now.stages) {
        let before = read.stages.get(number - 1).cloned().unwrap_or_default();
        for signed in stage.signatures.iter().filter(|one| !before.signatures.contains(one)) {
            let comment = match signed.comment.as_str() {
                "" => String::new(),
                comment => format!(": {comment}"),
            };
            said.push(format!("{} signed stage {number}{comment}", signed.principal));
        }
        if stage.escalated_to != before.escalated_to {
            let roles = stage.escalated_to.join(", ");
            said.push(format!("{roles} may sign stage {number} as well"));
        }
    }
    for handed in now.delegations.iter().filter(|one| !read.delegations.contains(one)) {
        said.push(format!("{} has {} sign instead: {}", handed.from, handed.to, handed.reason));
    }
    for comment in now.comments.iter().filter(|one| !read.comments.contains(one)) {
        said.push(format!("{} said: {}", comment.by, comment.text));
    }
    if said.is_empty() && read.can_sign != now.can_sign {
        said.push(match now.can_sign {
            true => "you can sign it now".to_owned(),
            false => format!("you can't sign it now: {}", now.cannot_because),
        });
    }
    if said.is_empty() {
        said.push("something about it is different".to_owned());
    }
    said.iter().map(|line| plain(line)).collect()
}
