//! Small drawn things that screens are made of, and the layers that lie over a screen.

mod asking;
mod bar;
mod confirm;
mod footer;
mod form;
mod header;
mod help;
mod journal;
mod notice;
mod palette;
mod pane;
mod plan;
mod prompt;
mod prose;
mod scroll;
mod status;
mod tabs;
mod text;
mod toast;
mod unlock;

pub(crate) use self::{
    asking::{
        ACCEPT, ANSWER, FreezeWord, INSTEAD, KILL, NAME, OPINION, Purpose, REASON, Saying, TEXT,
        TO, TaskOfRun, UNTIL, WHAT, WHICH, Word,
    },
    bar::{Span as BarSpan, bar},
    confirm::{Confirm, Confirmed, Decided},
    footer::{Hint, footer},
    form::{Form, Submit},
    header::header,
    help::{Help, Row as HelpRow},
    journal::Journal,
    notice::{Notice, notice},
    palette::{Entry, Finder, Found, Target},
    pane::{Pane, popup, select},
    plan::{PlanPage, painted},
    prompt::{Prompt, PromptKind, Typed},
    prose::{broken, prose, wrapped},
    scroll::Scroll,
    status::{run_mark, task_mark},
    tabs::{TabLabel, tabs},
    text::{bytes, count, ellipsis, pad, plain, width, wrapped_rows},
    toast::toasts,
    unlock::{Unlock, Unlocked},
};
