//! What happened, as it is written down.

use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent};
use serde::{Deserialize, Serialize};

use super::{Asked, keys::Keys};
use crate::{
    app::{
        Answer, Arrived, Fault, FeedId, FeedNews,
        model::{Layer, Model},
        msg::{LinkNews, Taped, What},
    },
    input::{ACTIONS, Key},
    settings::Written,
};

/// A line of a recording but the first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    /// Milliseconds after the start.
    pub(crate) ms: i64,
    #[serde(flatten)]
    pub(crate) what: Noted,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Noted {
    /// As in the keymap.
    Key(String),
    /// So many characters where a passphrase, or an input that may be a secret, is asked for.
    Hidden(usize),
    Paste(String),
    /// An action, by its name.
    Act(String),
    Size(u16, u16),
    Tick(()),
    Link(LinkNews),
    Answer {
        /// The question's number, from 0.
        to: u64,
        #[serde(flatten)]
        answer: Answered,
    },
    Keys(Keys),
    KeysProblem(Fault),
    BookKeys(Keys),
    BookKeysProblem(Fault),
    Feed(u64, FeedNews),
    Ranked {
        generation: u64,
        order: Vec<u32>,
    },
    /// Another theme, by its name.
    Theme(String),
    ThemeProblem(String),
    ThemesChanged(()),
    Ground {
        light: bool,
    },
    Copied(Result<usize, String>),
    Exported(Result<String, String>),
    Warned(String),
    Recording(Taped),
    /// An editor was left.
    Edited(Result<PathBuf, String>),
    /// A setting was written into the config file.
    Written(Result<Written, String>),
    /// The daemon of a context was found, or why not.
    Reached(Result<Box<Arrived>, String>),
    /// Of a place, by its number: what was asked in another one is not taken for an answer here.
    Of(u64, Box<Noted>),
}

/// An answer, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Answered {
    Got(Answer),
    Fault(Fault),
}

impl Noted {
    /// What is written down of something that is about to happen to a model.
    pub(crate) fn of(what: &What, model: &Model, asked: &mut Asked) -> Option<Self> {
        let hidden = match model.layers.last() {
            Some(Layer::Unlock(_)) => true,
            Some(Layer::Form(form)) => form.hides(),
            _ => false,
        };
        Some(match what {
            What::Key(key) if hidden && matches!(key.code, KeyCode::Char(_)) => Self::Hidden(1),
            What::Paste(text) if hidden => Self::Hidden(text.chars().count()),
            What::Key(key) => Self::Key(Key::from(*key).to_string()),
            What::Paste(text) => Self::Paste(text.clone()),
            What::Act(action) => Self::Act(action.spec().name.to_owned()),
            What::Resize(columns, rows) => Self::Size(*columns, *rows),
            What::Tick => Self::Tick(()),
            What::Link(news) => Self::Link(news.clone()),
            What::Reply(ticket, answer) => Self::Answer {
                to: asked.number(ticket)?,
                answer: match answer {
                    Ok(answer) => Answered::Got(answer.clone()),
                    Err(fault) => Answered::Fault(fault.clone()),
                },
            },
            What::Keys(Ok(found)) => Self::Keys(found.into()),
            What::Keys(Err(fault)) => Self::KeysProblem(fault.clone()),
            What::BookKeys(Ok(found)) => Self::BookKeys(found.into()),
            What::BookKeys(Err(fault)) => Self::BookKeysProblem(fault.clone()),
            What::Feed(id, news) => Self::Feed(id.0, news.clone()),
            What::Ranked { generation, order } => {
                Self::Ranked { generation: *generation, order: order.clone() }
            }
            What::Theme(Ok(palette)) => Self::Theme(palette.name.clone()),
            What::Theme(Err(problem)) => Self::ThemeProblem(problem.clone()),
            What::ThemesChanged => Self::ThemesChanged(()),
            // It changes nothing that is shown.
            What::Focus(_) => return None,
            What::Ground { light } => Self::Ground { light: *light },
            What::Copied(copied) => Self::Copied(copied.clone()),
            What::Exported(exported) => Self::Exported(exported.clone()),
            What::Warned(warning) => Self::Warned(warning.clone()),
            What::Recording(taped) => Self::Recording(taped.clone()),
            What::Edited(edited) => Self::Edited(edited.clone()),
            What::Written(written) => Self::Written(written.clone()),
            What::Reached(arrived) => Self::Reached(arrived.clone()),
            What::Of(epoch, what) => Self::Of(*epoch, Box::new(Self::of(what, model, asked)?)),
        })
    }

    /// What happens to a model that plays it; nothing where it can't happen there.
    pub(crate) fn played(
        self,
        asked: &mut Asked,
        theme: &dyn Fn(&str) -> Option<What>,
    ) -> Vec<What> {
        let one = match self {
            Self::Key(text) => match text.parse::<Key>() {
                Ok(key) => What::Key(key.event()),
                Err(_) => return Vec::new(),
            },
            Self::Hidden(count) => {
                let dot = || What::Key(KeyEvent::from(KeyCode::Char('*')));
                return std::iter::repeat_with(dot).take(count).collect();
            }
            Self::Act(name) => match ACTIONS.iter().find(|spec| spec.name == name) {
                Some(spec) => What::Act(spec.action),
                None => return Vec::new(),
            },
            Self::Paste(text) => What::Paste(text),
            Self::Size(columns, rows) => What::Resize(columns, rows),
            Self::Tick(()) => What::Tick,
            Self::Link(news) => What::Link(news),
            Self::Answer { to, answer } => {
                let Some(ticket) = asked.ticket(to) else { return Vec::new() };
                let answer = match answer {
                    Answered::Got(answer) => Ok(answer),
                    Answered::Fault(fault) => Err(fault),
                };
                What::Reply(ticket, answer)
            }
            Self::Keys(keys) => What::Keys(Ok(keys.into())),
            Self::KeysProblem(fault) => What::Keys(Err(fault)),
            Self::BookKeys(keys) => What::BookKeys(Ok(keys.into())),
            Self::BookKeysProblem(fault) => What::BookKeys(Err(fault)),
            Self::Feed(id, news) => What::Feed(FeedId(id), news),
            Self::Ranked { generation, order } => What::Ranked { generation, order },
            Self::Theme(name) => return theme(&name).into_iter().collect(),
            Self::ThemeProblem(problem) => What::Theme(Err(problem)),
            Self::ThemesChanged(()) => What::ThemesChanged,
            Self::Ground { light } => What::Ground { light },
            Self::Copied(copied) => What::Copied(copied),
            Self::Exported(exported) => What::Exported(exported),
            Self::Warned(warning) => What::Warned(warning),
            Self::Recording(taped) => What::Recording(taped),
            Self::Edited(edited) => What::Edited(edited),
            Self::Written(written) => What::Written(written),
            Self::Reached(arrived) => What::Reached(arrived),
            Self::Of(epoch, what) => {
                let inner = what.played(asked, theme).into_iter();
                return inner.map(|what| What::Of(epoch, Box::new(what))).collect();
            }
        };
        vec![one]
    }
}
