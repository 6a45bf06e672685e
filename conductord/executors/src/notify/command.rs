//! A program that is started for each notification, and reads it from its standard input.

#![expect(clippy::disallowed_methods, reason = "the owner of the programs that notify")]

use std::{future::Future, io, pin::Pin, process::Stdio, time::Duration};

use conductor_engine::{
    notify::{Letter, cloud_event},
    ports::{Courier, Undelivered},
};
use tokio::{io::AsyncWriteExt as _, process::Command};

use super::{again, late};
use crate::{group::Group, limits::NOTIFY_WORDS_MAX, shell};

/// Which, and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandOptions {
    /// The program, by its absolute path, and its arguments; no shell reads them.
    pub argv: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
}

impl CommandOptions {
    /// Whether it can be started as it is written.
    pub(super) fn check(&self) -> Result<(), String> {
        let absolute = self.argv.first().is_some_and(|program| program.starts_with('/'));
        if !absolute || self.argv.iter().any(|word| word.contains('\0')) {
            return Err("`argv` is the absolute path of a program, and its arguments".to_owned());
        }
        if self.argv.len() > NOTIFY_WORDS_MAX {
            return Err(format!("`argv` has more than {NOTIFY_WORDS_MAX} words"));
        }
        Ok(())
    }
}

/// See the module.
pub(super) struct Program {
    options: CommandOptions,
    source: String,
}

impl Program {
    pub(super) const fn new(options: CommandOptions, source: String) -> Self {
        Self { options, source }
    }

    async fn run(&self, letter: &Letter) -> Result<(), Undelivered> {
        let (name, arguments) =
            self.options.argv.split_first().ok_or_else(|| again("no program is named"))?;
        let failed = |error: io::Error| again(format!("can't run `{name}`: {error}"));
        // What it starts is nobody's stray while it runs.
        let claim = shell::claim_programs();
        let mut command = Command::new(name);
        shell::clean_environment(&mut command);
        let mut child = command
            .args(arguments)
            .env("CONDUCTOR_NOTIFICATION_ID", letter.id.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            // What it prints is for nobody: a program that has something to say writes it somewhere.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let (group, stdin) = (Group::of(&child), child.stdin.take());
        let event = format!("{}\n", cloud_event(letter, &self.source));
        let telling = async {
            if let Some(mut stdin) = stdin {
                // One that reads nothing may still do what it is for.
                stdin.write_all(event.as_bytes()).await.ok();
            }
        };
        let ((), ended) = tokio::join!(telling, child.wait());
        drop(group);
        drop(claim);
        match ended.map_err(failed)? {
            status if status.success() => Ok(()),
            status => Err(again(format!("`{name}` ended with {status}"))),
        }
    }
}

impl Courier for Program {
    fn deliver<'c>(
        &'c self,
        letter: &'c Letter,
    ) -> Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'c>> {
        Box::pin(async move {
            let CommandOptions { argv, timeout } = &self.options;
            let name = argv.first().map(String::as_str).unwrap_or_default();
            let run = tokio::time::timeout(*timeout, self.run(letter)).await;
            run.unwrap_or_else(|_elapsed| Err(late(name, *timeout)))
        })
    }
}
