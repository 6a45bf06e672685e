//! `socket_mode` and `socket_group`: whom the Unix socket is open to besides its owner.

use std::fs;

use conductor_api::SocketAccess;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::exit::{Ended, Kind};

/// What a group may do with the socket that is named for it: reading and writing.
const FOR_A_GROUP: u32 = 0o660;
/// What a group needs to connect.
const GROUP_CONNECTS: u32 = 0o020;
/// Where groups are known by name.
const GROUPS: &str = "/etc/group";

/// Permissions of a socket, such as `0660`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mode(u32);

impl<'de> Deserialize<'de> for Mode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mode = u32::from_str_radix(&text, 8).ok();
        let sound = |mode: &u32| mode & 0o600 == 0o600 && mode & !0o666 == 0;
        mode.filter(sound).map(Self).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no mode of a socket that its owner can use; write one like `0660`"
            ))
        })
    }
}

/// What both come to.
pub(super) fn access(mode: Option<Mode>, group: Option<&str>) -> Result<SocketAccess, Ended> {
    let groups = || fs::read_to_string(GROUPS).unwrap_or_default();
    access_in(groups, mode, group).map_err(|message| Ended::because(Kind::Configuration, message))
}

fn access_in(
    groups: impl FnOnce() -> String,
    mode: Option<Mode>,
    group: Option<&str>,
) -> Result<SocketAccess, String> {
    let Some(name) = group else {
        let mode = mode.map_or(SocketAccess::default().mode, |mode| mode.0);
        return Ok(SocketAccess { mode, group: None });
    };
    let mode = mode.map_or(FOR_A_GROUP, |mode| mode.0);
    if mode & GROUP_CONNECTS == 0 {
        return Err(format!(
            "use socket_group = '{name}': socket_mode {mode:04o} keeps it out; write `0660`"
        ));
    }
    let id = name.parse().ok().or_else(|| group_in(&groups(), name));
    let id = id.ok_or_else(|| {
        format!("use socket_group = '{name}': {GROUPS} has no such group; a number will do, too")
    })?;
    Ok(SocketAccess { mode, group: Some(id) })
}

fn group_in(groups: &str, name: &str) -> Option<u32> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (known, id) = (fields.next()?, fields.nth(1)?);
        (known == name).then(|| id.parse().ok())?
    })
}

/// Both in a line.
pub(super) fn shown(access: SocketAccess) -> String {
    let group = access.group.map(|id| format!(", group {id}")).unwrap_or_default();
    format!("{:04o}{group}", access.mode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Both {
        socket_mode: Option<Mode>,
        socket_group: Option<String>,
    }

    fn check(text: &str, expected: &str) {
        let come_to = toml::from_str::<Both>(text).map_err(|error| error.to_string());
        let groups = || "root:x:0:\nops:x:1007:alice,bob\n".to_owned();
        let access = come_to
            .and_then(|both| access_in(groups, both.socket_mode, both.socket_group.as_deref()));
        let text = access.map_or_else(|error| format!("refused: {error}"), shown);
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn it_is_the_owner_s_alone_unless_it_is_said() {
        check("", "0600");
        check("socket_group = 'ops'", "0660, group 1007");
        check("socket_group = '1234'", "0660, group 1234");
        check("socket_mode = '666'", "0666");
        check("socket_mode = '0620'\nsocket_group = 'ops'", "0620, group 1007");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        check("socket_mode = '0777'", "refused: ");
        check("socket_mode = '0060'", "refused: ");
        check("socket_mode = 'open'", "write one like `0660`");
        check("socket_mode = 660", "refused: ");
        check("socket_group = 'op'", "refused: use socket_group = 'op': /etc/group has no such");
        check("socket_mode = '0600'\nsocket_group = 'ops'", "keeps it out");
    }
}
