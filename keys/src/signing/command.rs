//! A key that another program signs with: a command line of a key management service, say.
//!
//! The program gets the bytes on its standard input and writes the signature to its standard output:
//! 64 bytes, or the same in base64. No shell reads the words, nothing of the daemon's environment but
//! `PATH`, `HOME` and what is named goes to it, and it ends with its whole group when its time is over.

#![expect(clippy::disallowed_methods, reason = "the owner of the programs that sign")]

use std::{
    io::{self, Read as _, Write as _},
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    sync::mpsc::sync_channel,
    thread,
    time::Duration,
};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rustix::process::{Pid, Signal, kill_process_group};

use super::{SIGNATURE_BYTES, Sign, SignError};
use crate::note::VerifierKey;

/// Bytes of output that are read.
const OUTPUT_BYTES_MAX: u64 = 4096;
/// Words of the command.
const WORDS_MAX: usize = 64;

/// Which program, and how long it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandOptions {
    /// The program, by its absolute path, and its arguments.
    pub argv: Vec<String>,
    /// Variables that it gets besides `PATH` and `HOME`.
    pub environment: Vec<(String, String)>,
    /// How long one signature may take.
    pub timeout: Duration,
}

impl CommandOptions {
    /// Whether it can be started as it is written.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn check(&self) -> Result<(), String> {
        let absolute = self.argv.first().is_some_and(|program| program.starts_with('/'));
        if !absolute || self.argv.iter().any(|word| word.contains('\0')) {
            return Err("`command` is the absolute path of a program, and its arguments".into());
        }
        if self.argv.len() > WORDS_MAX {
            return Err(format!("`command` has more than {WORDS_MAX} words"));
        }
        Ok(())
    }
}

/// See the module.
#[derive(Debug)]
pub struct CommandKey {
    verifier: VerifierKey,
    options: CommandOptions,
}

impl CommandKey {
    /// A key by its public half, which the program can't be asked for.
    #[must_use]
    pub const fn new(verifier: VerifierKey, options: CommandOptions) -> Self {
        Self { verifier, options }
    }

    fn unavailable(&self, problem: impl Into<String>) -> SignError {
        SignError::Unavailable { place: self.place(), problem: problem.into() }
    }

    fn start(&self) -> io::Result<Child> {
        let (program, arguments) =
            self.options.argv.split_first().ok_or(io::ErrorKind::NotFound)?;
        let mut command = Command::new(program);
        let kept = ["PATH", "HOME"].map(|name| std::env::var_os(name).map(|value| (name, value)));
        command
            .args(arguments)
            .env_clear()
            .envs(kept.into_iter().flatten())
            .envs(self.options.environment.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What it complains of may show what it signs with.
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
    }

    /// The output of one run.
    fn run(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let failed = |error: io::Error| self.unavailable(format!("it can't be run: {error}"));
        let mut child = self.start().map_err(failed)?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let message = message.to_vec();
        let telling = thread::spawn(move || {
            // One that reads nothing may still know what to say.
            stdin.map(|mut stdin| stdin.write_all(&message).ok())
        });
        let (ended, end) = sync_channel(1);
        let reading = thread::spawn(move || {
            let mut output = Vec::new();
            let read = stdout.map(|stdout| stdout.take(OUTPUT_BYTES_MAX).read_to_end(&mut output));
            let status = child.wait();
            // Whoever waited may have given up.
            drop(ended.send(match (read, status) {
                (Some(Err(error)), _) | (_, Err(error)) => Err(error),
                (_, Ok(status)) => Ok((output, status)),
            }));
        });
        let answer = end.recv_timeout(self.options.timeout);
        if let Some(group) = group {
            // Nothing of it is left behind; mostly nothing is there any more.
            kill_process_group(group, Signal::KILL).ok();
        }
        drop((telling.join(), reading.join()));
        match answer {
            Ok(Ok((output, status))) if status.success() => Ok(output),
            Ok(Ok((_, status))) => Err(self.unavailable(format!("it ended with {status}"))),
            Ok(Err(error)) => Err(failed(error)),
            Err(_) => {
                let wait = self.options.timeout.as_secs_f64();
                Err(self.unavailable(format!("it gave no signature within {wait} s")))
            }
        }
    }
}

impl Sign for CommandKey {
    fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    fn place(&self) -> String {
        let program = self.options.argv.first().map_or("", String::as_str);
        format!("the program {program}")
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignError> {
        let output = self.run(message)?;
        if let Ok(raw) = output.as_slice().try_into() {
            return Ok(raw);
        }
        let text = output.trim_ascii();
        let decoded = BASE64_STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        decoded
            .ok_or_else(|| self.unavailable("it wrote neither 64 bytes nor the base64 of 64 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{note::SigningKey, signing::sign};

    fn key(script: &str) -> CommandKey {
        let signer = SigningKey::from_seed("ldg", [4; 32]).unwrap();
        let base64 = BASE64_STANDARD.encode(signer.sign_bytes(b"text"));
        let options = CommandOptions {
            argv: ["/bin/sh", "-c", script].map(str::to_owned).to_vec(),
            environment: vec![("SIGNATURE".to_owned(), base64)],
            timeout: Duration::from_secs(20),
        };
        options.check().unwrap();
        CommandKey::new(signer.verifier(), options)
    }

    #[test]
    fn a_program_signs_in_either_form() {
        for script in [
            "test \"$(cat)\" = text && echo $SIGNATURE",
            "cat > /dev/null; echo $SIGNATURE | base64 -d",
        ] {
            assert!(sign(&key(script), b"text").is_ok(), "{script}");
        }
    }

    #[test]
    fn what_is_no_signature_is_refused_and_nothing_is_waited_for() {
        let check = |key: &CommandKey, words: &str| {
            let refused = sign(key, b"text").unwrap_err().to_string();
            assert!(refused.contains(words), "{refused}");
        };
        check(&key("exit 3"), "ended with exit status: 3");
        check(&key("echo hello"), "neither 64 bytes");
        check(&key("yes"), "the program /bin/sh");
        check(&key("head -c 64 /dev/zero"), "no signature by the key ldg+");
        let mut slow = key("sleep 1000 & sleep 1000");
        slow.options.timeout = Duration::from_millis(100);
        check(&slow, "no signature within 0.1 s");
        let mut absent = key("");
        absent.options.argv = vec!["/nonexistent/kms".into()];
        check(&absent, "can't be run");
        assert!(CommandOptions { argv: vec!["kms".into()], ..absent.options }.check().is_err());
    }
}
