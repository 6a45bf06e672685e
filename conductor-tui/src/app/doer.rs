//! Carries out effects; what comes of them comes back as messages.

use std::{collections::HashMap, fs::OpenOptions, io::Write, path::PathBuf, sync::Arc};

use conductor_client::Connection;
use conductor_protocol::v1::Scope;
use tokio::{
    sync::Notify,
    task::{AbortHandle, spawn_blocking},
};

use super::{
    approval,
    approval::Secret,
    daemon,
    effect::{Effect, FeedId, Mutation, Ticket},
    msg::What,
    query,
    rank::rank,
    scope::Out,
};
use crate::{
    signing::Places,
    terminal::{Wrapping, copy_sequence},
    theme::{Depth, Palette, ThemeStore},
    widget::Confirmed,
};

/// What rings a terminal's bell.
const BELL: &[u8] = b"\x07";

/// What the loop itself must do, because only it holds the terminal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Todo {
    Send(Vec<u8>),
    Redraw,
    Suspend,
    Quit,
}

/// See the module.
pub(crate) struct Doer {
    pub(crate) connection: Connection,
    pub(crate) out: Out,
    pub(crate) broken: Arc<Notify>,
    pub(crate) themes_dir: Option<PathBuf>,
    pub(crate) depth: Depth,
    pub(crate) wrapping: Wrapping,
    pub(crate) feeds: HashMap<FeedId, AbortHandle>,
    /// What finds out whether the daemon is there.
    pub(crate) link: Option<AbortHandle>,
    /// Where keys to sign with are looked for.
    pub(crate) keys: Places,
}

impl Doer {
    pub(crate) fn carry_out(&mut self, effect: Effect) -> Option<Todo> {
        match effect {
            Effect::Ask(ticket, query) => {
                let (connection, out) = (self.connection.clone(), self.out.clone());
                tokio::spawn(async move {
                    let answer = query::ask(&connection, query).await;
                    daemon::tell_warnings(&connection, &out).await;
                    out.send(What::Reply(ticket, answer)).await.ok();
                });
            }
            Effect::Change(mutation) => self.change(mutation, None),
            Effect::Unlock(mutation, secret) => self.change(mutation, Some(secret)),
            Effect::FindKeys => {
                let (connection, out) = (self.connection.clone(), self.out.clone());
                let places = self.keys.clone();
                tokio::spawn(async move {
                    let found = approval::find_keys(&connection, places).await;
                    out.send(What::Keys(found)).await.ok();
                });
            }
            Effect::Ring => return Some(Todo::Send(BELL.to_vec())),
            Effect::Watch(id, feed) => {
                let (connection, out) = (self.connection.clone(), self.out.clone());
                let task = tokio::spawn(daemon::follow(
                    connection,
                    id,
                    feed,
                    out,
                    Arc::clone(&self.broken),
                ));
                self.feeds.retain(|_, task| !task.is_finished());
                self.feeds.insert(id, task.abort_handle());
            }
            Effect::Unwatch(id) => {
                if let Some(task) = self.feeds.remove(&id) {
                    task.abort();
                }
            }
            Effect::Copy(text) => return self.copy(&text),
            Effect::Export { name, text } => {
                self.apart(move || What::Exported(export(&name, &text)));
            }
            Effect::Rank { generation, pattern, texts } => {
                self.apart(move || What::Ranked { generation, order: rank(&pattern, &texts) });
            }
            Effect::LoadTheme(name) => {
                let (folder, depth) = (self.themes_dir.clone(), self.depth);
                self.apart(move || What::Theme(load_theme(&name, folder, depth)));
            }
            Effect::Rescope(scope) => self.rescope(scope),
            Effect::Redraw => return Some(Todo::Redraw),
            Effect::Suspend => return Some(Todo::Suspend),
            Effect::Quit => return Some(Todo::Quit),
        }
        None
    }

    /// Begins anew in another place: what is under way for the one before is heard no more.
    fn rescope(&mut self, scope: Scope) {
        self.out.epoch += 1;
        for (_, feed) in self.feeds.drain() {
            feed.abort();
        }
        self.keep_link(scope);
    }

    /// Asks for ever whether the daemon is there, in place of asking so before.
    pub(crate) fn keep_link(&mut self, scope: Scope) {
        let (connection, out) = (self.connection.clone(), self.out.clone());
        let link = daemon::keep_link(connection, scope, out, Arc::clone(&self.broken));
        self.unlink();
        self.link = Some(tokio::spawn(link).abort_handle());
    }

    pub(crate) fn unlink(&mut self) {
        if let Some(link) = self.link.take() {
            link.abort();
        }
    }

    fn change(&self, mutation: Confirmed<Mutation>, secret: Option<Secret>) {
        let (connection, out) = (self.connection.clone(), self.out.clone());
        tokio::spawn(async move {
            let answer = daemon::change(&connection, &mutation, secret).await;
            daemon::tell_warnings(&connection, &out).await;
            let ticket = Ticket::Changed(mutation.get().clone());
            out.send(What::Reply(ticket, answer)).await.ok();
        });
    }

    /// Does what may take long on a thread of its own.
    fn apart(&self, work: impl FnOnce() -> What + Send + 'static) {
        let out = self.out.sender.clone();
        spawn_blocking(move || out.blocking_send(work()).ok());
    }

    fn copy(&self, text: &str) -> Option<Todo> {
        let sequence = copy_sequence(text, self.wrapping);
        let report = sequence.as_ref().map(|_| text.len()).map_err(ToString::to_string);
        let out = self.out.sender.clone();
        tokio::spawn(async move { out.send(What::Copied(report)).await.ok() });
        sequence.ok().map(|sequence| Todo::Send(sequence.into_bytes()))
    }
}

fn export(name: &str, text: &str) -> Result<String, String> {
    let write = || {
        // Never over a file that is there.
        let mut file = OpenOptions::new().write(true).create_new(true).open(name)?;
        file.write_all(text.as_bytes())
    };
    write().map(|()| name.to_owned()).map_err(|error| format!("write {name}: {error}"))
}

/// Reads a theme anew, for this terminal.
pub(crate) fn load_theme(
    name: &str,
    folder: Option<PathBuf>,
    depth: Depth,
) -> Result<Palette, String> {
    if depth == Depth::Mono && name != "mono" {
        return Err("this terminal shows no colours, only `mono` looks right".into());
    }
    let store = ThemeStore::shipped();
    let store = match folder {
        Some(folder) => store.with_folder(&folder),
        None => store,
    };
    store.theme(name).map(|theme| theme.at(depth)).map_err(|problem| problem.to_string())
}
