//! `conductord stdio`: standard input and output become a connection to the daemon's socket. SSH
//! starts it at the far end of `conductor --host ssh://…`, by name or as a forced command.

#![expect(clippy::disallowed_methods, reason = "the owner of what sshd says of a forced command")]

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, IsTerminal as _, Read, Write},
    net::Shutdown,
    os::{fd::AsFd, unix::net::UnixStream},
    path::Path,
    thread,
    time::Duration,
};

use anyhow::Context as _;

use crate::{
    cli,
    config::Settings,
    exit::{Ended, Kind},
};

/// Bytes that are under way in each direction.
const BUFFER_BYTES: usize = 64 * 1024;
/// How long a daemon may take to say its first word, which comes before any question.
const SPEAKS_WITHIN: Duration = Duration::from_secs(5);
/// How a client of HTTP/2 begins (RFC 9113, section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// What was asked for, where sshd runs a forced command in its place.
const ORIGINAL_COMMAND: &str = "SSH_ORIGINAL_COMMAND";
/// What is said to everybody who asks for something else.
const NOTHING_ELSE: &str = "this account offers nothing but Conductor: use \
                            `conductor --host ssh://user@host` on your own machine";

/// Connects until either side ends. What it does for its user is what the daemon lets that user
/// do: the kernel tells it who has connected.
pub(crate) fn connect(flags: &cli::Flags) -> Result<(), Ended> {
    let asked_for = std::env::var_os(ORIGINAL_COMMAND);
    if !is_ours(asked_for.as_deref()) || io::stdin().is_terminal() {
        return Err(Ended::because(Kind::Usage, NOTHING_ELSE));
    }
    let socket = Settings::socket(flags)?;
    let daemon = UnixStream::connect(&socket).map_err(|error| not_reached(&socket, &error))?;
    let spoke = carry(&daemon).context("connect standard input and output")?;
    spoke.then_some(()).ok_or_else(|| {
        let message = format!("reach the daemon at {}: it says nothing", socket.display());
        Ended::because(Kind::NoDaemon, message)
    })
}

/// Whether a forced command stands for what it is. What was asked for is never run.
fn is_ours(asked_for: Option<&OsStr>) -> bool {
    let Some(asked_for) = asked_for else { return true };
    let Some(line) = asked_for.to_str() else { return false };
    let mut words = line.split_whitespace();
    let program = words.next().map(|word| Path::new(word).file_name().and_then(OsStr::to_str));
    match program {
        None => true,
        Some(program) => program == Some("conductord") && words.next() == Some("stdio"),
    }
}

fn not_reached(socket: &Path, error: &io::Error) -> Ended {
    let place = format!("reach the daemon at {}", socket.display());
    match error.kind() {
        io::ErrorKind::NotFound => {
            Ended::because(Kind::NoDaemon, format!("{place}: nothing is there"))
        }
        io::ErrorKind::ConnectionRefused => {
            Ended::because(Kind::NoDaemon, format!("{place}: nobody listens there"))
        }
        io::ErrorKind::PermissionDenied => {
            Ended::because(Kind::NotPermitted, format!("{place}: {error}"))
        }
        _ => Ended::because(Kind::Fault, format!("{place}: {error}")),
    }
}

/// Carries bytes both ways; whether the daemon said anything at all. That one side went away is an
/// end as good as any.
fn carry(daemon: &UnixStream) -> io::Result<bool> {
    // Without the buffers of the library, which would keep bytes back until a line is full.
    let (mut input, mut output) = (same_as(io::stdin())?, same_as(io::stdout())?);
    let mut from_daemon = daemon.try_clone()?;
    let mut to_daemon = daemon.try_clone()?;
    // The far end waits for the daemon's first word before it says anything, since what comes before
    // that is a banner or a question of SSH. The daemon speaks more than HTTP/2 and waits to hear which:
    // it is told here, and the client's own preface is left out.
    to_daemon.write_all(PREFACE)?;
    thread::Builder::new().name("input".to_owned()).spawn(move || {
        if begins_as_it_should(&mut input) {
            copy(&mut input, &mut to_daemon);
        }
        // Whoever asked is gone: nobody is left to be answered.
        to_daemon.shutdown(Shutdown::Both).ok();
    })?;
    daemon.set_read_timeout(Some(SPEAKS_WITHIN))?;
    let mut first = [0];
    match from_daemon.read(&mut first) {
        Ok(0) => return Ok(true),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
        Err(error) => return Err(error),
    }
    daemon.set_read_timeout(None)?;
    if output.write_all(&first).is_ok() {
        copy(&mut from_daemon, &mut output);
    }
    Ok(true)
}

/// Whether a client of HTTP/2 is there; its preface has been read then.
fn begins_as_it_should(input: &mut impl Read) -> bool {
    let mut preface = [0; PREFACE.len()];
    input.read_exact(&mut preface).is_ok() && preface == *PREFACE
}

fn same_as(stream: impl AsFd) -> io::Result<File> {
    Ok(File::from(stream.as_fd().try_clone_to_owned()?))
}

/// Copies until one side ends or breaks.
fn copy(from: &mut impl Read, to: &mut impl Write) {
    let mut bytes = vec![0; BUFFER_BYTES];
    loop {
        match from.read(&mut bytes) {
            Ok(0) => return,
            Ok(read) => {
                if to.write_all(&bytes[..read]).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_http_2_is_carried() {
        assert!(begins_as_it_should(&mut [PREFACE.as_slice(), b"more"].concat().as_slice()));
        for other in [b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".as_slice(), b"PRI", b""] {
            assert!(!begins_as_it_should(&mut &*other));
        }
    }

    #[test]
    fn a_forced_command_stands_for_nothing_else() {
        for ours in ["", "  ", "conductord stdio", "/usr/bin/conductord stdio --socket /x"] {
            assert!(is_ours(Some(OsStr::new(ours))), "{ours}");
        }
        for other in [
            "sh",
            "conductord",
            "conductord serve",
            "conductord-x stdio",
            "sh -c 'conductord stdio'",
        ] {
            assert!(!is_ours(Some(OsStr::new(other))), "{other}");
        }
        assert!(is_ours(None));
    }
}
