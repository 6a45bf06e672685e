//! What runs on the other side: a constant bootstrap, and a program that it reads from its input.
//!
//! The client is given [`BOOTSTRAP`] as the command. Whatever login shell the user has reads it
//! alike: no backslash, no line end, nothing that a shell would fill in. It reads the number of
//! bytes of the program, then the program; so neither the script nor its environment, which may
//! hold secrets, stands on a command line.
//!
//! The program runs the script without input, in the session that sshd made, and reports on
//! standard error in lines that begin with the attempt's marker; [`super::report`] cuts them out:
//!
//! ```text
//! MARKER begin
//! MARKER end STATUS SIGNAL BYTES
//! …what is in $CONDUCTOR_OUTPUT…
//! MARKER over
//! ```
//!
//! `fault` in place of `begin` says that it can't, `killed` in place of `end` that the script had to
//! be killed.
//!
//! The connection's input stays open while the script may run. When it is closed, because the task
//! is stopped or the connection broke, the script's processes get TERM, and KILL after a while; at
//! once when the last that is heard is [`KILL`].
//! At its end the whole process group is killed, so nothing that the script started in it is left.
//! What left the group is ended too when the task was stopped, by the mark in its environment; that
//! is looked for twice, since a process shows no environment while it becomes another program.

use std::{borrow::Cow, fmt::Write as _, time::Duration};

use conductor_engine::ports::Lease;

use super::params::SshParams;
use crate::{
    executor::Access,
    shell::{environment::TOKEN, outputs::BYTES_MAX},
};

/// What goes to the client's input so that the script gets no time to clean up.
pub(super) const KILL: &[u8] = b"kill\n";

/// What the client asks the host to run.
pub(super) const BOOTSTRAP: &str = r#"exec /bin/sh -c 'IFS= read -r n && eval "$(head -c "$n")"'"#;

/// The shell's part of the program, after the variables: `m` the marker, `g` the grace in seconds,
/// `b` the bound of the outputs, `s` the script, the positional parameters the shell and `-c`.
///
/// All of it is one function, called in the last line: what arrives in part does nothing.
const PROGRAM: &str = r#"
exec 3<&0 4>&2 </dev/null
d=$(mktemp -d "${TMPDIR:-/tmp}/conductor.XXXXXXXXXX") || { printf '%s fault\n' "$m" >&4; exit 1; }
: >"$d/output"
strays() {
  grep -laF "CONDUCTOR_MARK=$m" /proc/[0-9]*/environ | while IFS=/ read -r _ _ p _; do
    kill -KILL "$p"
  done
}
trap : TERM HUP INT PIPE
{
  trap '' TERM HUP INT PIPE
  if [ "$(cat <&3)" = kill ]; then g=0; fi
  : >"$d/stop"
  [ "$g" -eq 0 ] || kill -TERM 0
  while [ "$g" -gt 0 ] && [ -d "$d" ]; do
    sleep 1
    g=$((g - 1))
  done
  strays
  rm -rf "$d"
  printf '%s killed\n' "$m" >&4
  sleep 1
  strays
  kill -KILL 0
} >/dev/null 2>&1 &
printf '%s begin\n' "$m" >&4
exec 2>"$d/why"
(
  environment
  exec "$@" "$s" 2>&4 3<&- 4>&-
)
r=$?
k=0
if [ "$r" -gt 128 ] && [ -s "$d/why" ]; then k=$((r - 128)); fi
if [ "$r" -eq 126 ] || [ "$r" -eq 127 ]; then cat "$d/why" >&4; fi
exec 2>/dev/null
t=
if [ -e "$d/stop" ]; then
  t=1
  strays
fi
n=0
if [ -s "$d/output" ]; then n=$(($(wc -c <"$d/output"))); fi
{
  printf '%s end %s %s %s\n' "$m" "$r" "$k" "$n"
  if [ "$n" -gt 0 ]; then head -c "$b" "$d/output"; fi
  printf '\n%s over\n' "$m"
} >&4
rm -rf "$d"
if [ "$t" ]; then
  sleep 1
  strays
fi
kill -KILL 0
}
conductor
"#;

/// What goes to the client's input: the length of the program, and the program.
pub(super) fn input(
    (lease, access): (&Lease, Option<&Access>),
    params: &SshParams,
    marker: &str,
    grace: Duration,
) -> Vec<u8> {
    let mut program = String::with_capacity(PROGRAM.len() + 2 * params.script.len() + 1024);
    let mut assign = |name: &str, value: &str| {
        program.push_str(name);
        program.push('=');
        quote(&mut program, value);
        program.push('\n');
    };
    assign("m", marker);
    // Whole seconds, since no other `sleep` is everywhere.
    assign("g", &grace.as_secs().max(1).to_string());
    assign("b", &(BYTES_MAX + 1).to_string());
    assign("s", &params.script);
    program.push_str("environment() {\n");
    let run = lease.run.to_string();
    let (attempt, key) = (lease.attempt.to_string(), lease.idempotency_key());
    let own = [
        ("CONDUCTOR_RUN_ID", run.as_str()),
        ("CONDUCTOR_TASK_ID", &lease.task),
        ("CONDUCTOR_ATTEMPT", &attempt),
        ("CONDUCTOR_IDEMPOTENCY_KEY", &key),
        ("CONDUCTOR_HOST", &params.host.name),
        ("CONDUCTOR_MARK", marker),
    ];
    let given = lease.env.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let reaching = access.map(|access| reaching(lease, access)).unwrap_or_default();
    let reaching = reaching.iter().map(|(name, value)| (*name, value.as_ref()));
    for (name, value) in given.chain(own).chain(reaching) {
        program.push_str("export ");
        program.push_str(name);
        program.push('=');
        quote(&mut program, value);
        program.push('\n');
    }
    program.push_str("export CONDUCTOR_OUTPUT=\"$d/output\"\n}\nconductor() {\nset --");
    for word in params.shell.iter().map(String::as_str).chain(["-c"]) {
        program.push(' ');
        quote(&mut program, word);
    }
    program.push_str(PROGRAM);
    let mut input = String::with_capacity(program.len() + 16);
    // Writing to a string can't fail.
    writeln!(input, "{}", program.len()).ok();
    input.push_str(&program);
    input.into_bytes()
}

/// What `conductor` reads there: where the daemon is, and where its run is. `CONDUCTOR_HOST` is the
/// host's own name, so the daemon's place has a variable that counts before it.
fn reaching<'a>(
    lease: &'a Lease,
    Access { daemon, token }: &'a Access,
) -> Vec<(&'static str, Cow<'a, str>)> {
    let mut reaching = vec![
        ("CONDUCTOR_ADDRESS", Cow::from(&daemon.host)),
        (TOKEN, Cow::from(token.as_str())),
        ("CONDUCTOR_TENANT", Cow::from(&lease.scope.tenant)),
        ("CONDUCTOR_ENV", Cow::from(&lease.scope.environment)),
        ("CONDUCTOR_REGION", Cow::from(&lease.scope.region)),
    ];
    reaching.extend(daemon.ca.iter().map(|file| ("CONDUCTOR_CA", file.to_string_lossy())));
    reaching
}

/// The text as one word of a POSIX shell.
fn quote(program: &mut String, text: &str) {
    program.push('\'');
    program.push_str(&text.replace('\'', r"'\''"));
    program.push('\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bootstrap_means_the_same_to_every_login_shell() {
        let inside = BOOTSTRAP.split('\'').nth(1).unwrap();
        assert_eq!(BOOTSTRAP.split('\'').count(), 3, "one word in quotes");
        assert!(!BOOTSTRAP.contains(['\\', '!', '\n', '`']), "{inside}");
    }

    #[test]
    fn any_text_is_one_word() {
        let mut program = String::new();
        quote(&mut program, "it's $HOME `x` \\ \"\n!");
        assert_eq!(program, "'it'\\''s $HOME `x` \\ \"\n!'");
    }
}
