//! The keys that approvals can be signed with, as far as anybody may know them: public keys, and
//! where the secret ones are.

use std::path::PathBuf;

use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use conductor_keys::{agent::AgentIdentity, ssh_key::Credential};
use serde::{Deserialize, Serialize};

use crate::signing::{Choice, Found, Held};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Keys {
    choices: Vec<One>,
    problem: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum One {
    Agent { socket: PathBuf, wire: String, comment: String },
    File { path: PathBuf, fingerprint: String, locked: bool },
}

impl From<&Found> for Keys {
    fn from(found: &Found) -> Self {
        let one = |choice: &Choice| match choice {
            Choice::Held(held) => One::Agent {
                socket: held.socket.clone(),
                wire: BASE64_STANDARD_NO_PAD.encode(held.identity.credential.wire()),
                comment: held.identity.comment.clone(),
            },
            Choice::File { path, fingerprint, locked } => One::File {
                path: path.clone(),
                fingerprint: fingerprint.to_string(),
                locked: *locked,
            },
        };
        Self { choices: found.choices.iter().map(one).collect(), problem: found.problem.clone() }
    }
}

impl From<Keys> for Found {
    /// What can't be read is left out: it could not have been chosen either.
    fn from(keys: Keys) -> Self {
        let one = |one: One| match one {
            One::Agent { socket, wire, comment } => {
                let wire = BASE64_STANDARD_NO_PAD.decode(wire).ok()?;
                let credential = Credential::from_wire(&wire).ok()?;
                let identity = AgentIdentity { credential, comment };
                Some(Choice::Held(Box::new(Held { socket, identity })))
            }
            One::File { path, fingerprint, locked } => {
                Some(Choice::File { path, fingerprint: fingerprint.parse().ok()?, locked })
            }
        };
        Self { choices: keys.choices.into_iter().filter_map(one).collect(), problem: keys.problem }
    }
}
