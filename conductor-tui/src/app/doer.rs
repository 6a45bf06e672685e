//! Carries out effects; what comes of them comes back as messages.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use conductor_client::Connection;
use conductor_protocol::v1::Scope;
use tokio::{
    sync::{Notify, mpsc},
    task::{AbortHandle, spawn_blocking},
};

use super::{
    approval,
    approval::Secret,
    daemon,
    effect::{Effect, Feed, FeedId, Mutation, Ticket},
    kept::Store,
    msg::What,
    options::Options,
    query,
    rank::rank,
};
use crate::{
    settings,
    signing::Places,
    terminal::{Caps, Wrapping, copy_sequence},
    theme::{Depth, Palette, ThemeStore},
    whole,
    widget::Confirmed,
};

/// What the loop itself must do, because only it holds the terminal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Todo {
    Send(Vec<u8>),
    Redraw,
    Suspend,
    Mouse(bool),
    /// Begin a recording, or end it.
    Record(Option<PathBuf>),
    /// Play the tour.
    Tour,
    /// Keep the link in another scope.
    Link(Scope),
    /// Go to the daemon of a context.
    Reach(String),
    /// Hand the terminal to this editor, for this file.
    Edit {
        editor: String,
        path: PathBuf,
    },
    Quit,
}

/// See the module.
pub(crate) struct Doer {
    pub(crate) connection: Connection,
    pub(crate) out: mpsc::Sender<What>,
    pub(crate) broken: Arc<Notify>,
    pub(crate) themes_dir: Option<PathBuf>,
    /// Where settings are written.
    pub(crate) config_file: Option<PathBuf>,
    pub(crate) depth: Depth,
    pub(crate) wrapping: Wrapping,
    pub(crate) feeds: HashMap<FeedId, AbortHandle>,
    /// Where keys to sign with are looked for.
    pub(crate) keys: Places,
    /// What is kept from session to session.
    pub(crate) store: Store,
    /// Where questions are asked now, and how many scopes there were before.
    pub(crate) scope: Scope,
    pub(crate) epoch: u64,
    /// The command that edits a file.
    pub(crate) editor: String,
}

impl Doer {
    /// As a console begins with it.
    pub(crate) fn new(
        options: &Options,
        connection: Connection,
        caps: Caps,
        store: Store,
        out: mpsc::Sender<What>,
    ) -> Self {
        Self {
            store,
            scope: options.scope.clone(),
            epoch: 0,
            connection,
            out,
            broken: Arc::new(Notify::new()),
            themes_dir: options.themes_dir.clone(),
            config_file: options.config_file.clone(),
            depth: caps.depth,
            wrapping: caps.wrapping,
            feeds: HashMap::new(),
            keys: options.keys_at.clone(),
            editor: options.editor.clone(),
        }
    }

    pub(crate) fn carry_out(&mut self, effect: Effect) -> Option<Todo> {
        match effect {
            Effect::Ask(ticket, query) => {
                let (connection, out) = (self.connection.clone(), self.out.clone());
                let epoch = self.epoch;
                tokio::spawn(async move {
                    let answer = query::ask(&connection, query).await;
                    daemon::tell_warnings(&connection, &out).await;
                    let reply = Box::new(What::Reply(ticket, answer));
                    out.send(What::Of(epoch, reply)).await.ok();
                });
            }
            Effect::Change(mutation) => self.change(mutation, None),
            Effect::Unlock(mutation, secret) => self.change(mutation, Some(secret)),
            Effect::FindKeys(signs) => {
                let (connection, out) = (self.connection.clone(), self.out.clone());
                let (places, scope, epoch) = (self.keys.clone(), self.scope.clone(), self.epoch);
                tokio::spawn(async move {
                    let found = approval::find_keys(&connection, scope, (places, signs)).await;
                    out.send(What::Of(epoch, Box::new(signs.found(found)))).await.ok();
                });
            }
            Effect::Notify { by, title, text } => {
                let sequence = by.sequence((&title, &text), self.wrapping);
                return Some(Todo::Send(sequence.into_bytes()));
            }
            Effect::Watch(id, feed) => self.watch(id, feed),
            Effect::Unwatch(id) => {
                if let Some(task) = self.feeds.remove(&id) {
                    task.abort();
                }
            }
            Effect::Copy(text) => return self.copy(&text),
            Effect::Export { name, text } => {
                self.apart(move || What::Exported(export(&name, &text)));
            }
            Effect::WriteSetting { name, value } => {
                let file = self.config_file.clone();
                self.apart(move || What::Written(write_setting(file, &name, &value)));
            }
            Effect::Rank { generation, pattern, texts } => {
                self.apart(move || What::Ranked { generation, order: rank(&pattern, &texts) });
            }
            Effect::LoadTheme(name) => {
                let (folder, depth) = (self.themes_dir.clone(), self.depth);
                self.apart(move || What::Theme(load_theme(&name, folder, depth)));
            }
            Effect::Keep(keep) => {
                let (store, out) = (self.store.clone(), self.out.clone());
                spawn_blocking(move || {
                    if let Err(problem) = store.keep(&keep) {
                        out.blocking_send(What::Warned(problem)).ok();
                    }
                });
            }
            Effect::Mouse(on) => return Some(Todo::Mouse(on)),
            Effect::Move { scope, epoch } => return Some(self.go_to(scope, epoch)),
            Effect::Reach(name) => return Some(Todo::Reach(name)),
            Effect::Redraw => return Some(Todo::Redraw),
            Effect::Edit(path) => {
                return Some(Todo::Edit { editor: self.editor.clone(), path });
            }
            Effect::Record(path) => return Some(Todo::Record(path)),
            Effect::Tour => return Some(Todo::Tour),
            Effect::Suspend => return Some(Todo::Suspend),
            Effect::Quit => return Some(Todo::Quit),
        }
        None
    }

    fn go_to(&mut self, scope: Scope, epoch: u64) -> Todo {
        self.feeds.drain().for_each(|(_, task)| task.abort());
        (self.scope, self.epoch) = (scope.clone(), epoch);
        Todo::Link(scope)
    }

    fn watch(&mut self, id: FeedId, feed: Feed) {
        let (connection, out) = (self.connection.clone(), self.out.clone());
        let news = daemon::follow(connection, id, feed, out, Arc::clone(&self.broken));
        let task = tokio::spawn(news);
        self.feeds.retain(|_, task| !task.is_finished());
        self.feeds.insert(id, task.abort_handle());
    }

    fn change(&self, mutation: Confirmed<Mutation>, secret: Option<Secret>) {
        let (connection, out) = (self.connection.clone(), self.out.clone());
        let epoch = self.epoch;
        tokio::spawn(async move {
            let answer = daemon::change(&connection, &mutation, secret).await;
            daemon::tell_warnings(&connection, &out).await;
            let ticket = Ticket::Changed(mutation.get().clone());
            out.send(What::Of(epoch, Box::new(What::Reply(ticket, answer)))).await.ok();
        });
    }

    /// Does what may take long on a thread of its own.
    fn apart(&self, work: impl FnOnce() -> What + Send + 'static) {
        let out = self.out.clone();
        spawn_blocking(move || out.blocking_send(work()).ok());
    }

    fn copy(&self, text: &str) -> Option<Todo> {
        let sequence = copy_sequence(text, self.wrapping);
        let report = sequence.as_ref().map(|_| text.len()).map_err(ToString::to_string);
        let out = self.out.clone();
        tokio::spawn(async move { out.send(What::Copied(report)).await.ok() });
        sequence.ok().map(|sequence| Todo::Send(sequence.into_bytes()))
    }
}

fn export(name: &str, text: &str) -> Result<String, String> {
    // Never over a file that is there.
    whole::create(Path::new(name), text.as_bytes())
        .map(|()| name.to_owned())
        .map_err(|error| format!("write {name}: {error}"))
}

fn write_setting(
    file: Option<PathBuf>,
    name: &str,
    value: &str,
) -> Result<settings::Written, String> {
    let file = file.ok_or("this console has no config file")?;
    let spec = settings::spec(name).ok_or_else(|| format!("`{name}` is not a setting"))?;
    settings::write(&file, spec, value).map_err(|error| error.to_string())
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
