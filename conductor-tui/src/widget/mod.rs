//! Small drawn things that screens are made of, and the layers that lie over a screen.

mod asking;
mod bar;
mod caption;
mod caret;
mod chooser;
mod chord;
mod columns;
mod confirm;
// Complete with its keys and looks; what finds conflicts hands them to it.
#[cfg_attr(not(test), expect(dead_code, unused_imports, reason = "edge sync brings conflicts"))]
mod conflict;
mod field;
mod footer;
mod form;
mod header;
mod help;
mod journal;
mod marked;
mod notice;
mod palette;
mod pane;
mod plan;
mod prompt;
mod prose;
mod ruler;
mod scroll;
mod sheet;
mod status;
mod tabs;
mod target;
mod text;
mod toast;
mod told;
mod unlock;
mod views;

#[cfg(test)]
pub(crate) use self::conflict::tests::drawn as conflict_drawn;
pub(crate) use self::{
    asking::{
        ACCEPT, ANSWER, BUNDLE, DAYS, FreezeWord, HOURS, INSTEAD, KILL, NAME, OPINION, Purpose,
        REASON, Saying, TEXT, TO, TaskOfRun, TenantWord, UNTIL, WHAT, WHICH, WHO, Word,
    },
    bar::{Span as BarSpan, bar},
    caption::caption,
    caret::{Picked, caret, focus, picked, place_caret, spot, unmark},
    chooser::{Chooser, Chosen},
    chord::{ChordRow, chord_box},
    columns::{heads, placed, titled},
    confirm::{Confirm, Confirmed, Decided},
    footer::{Hint, footer, hint_at},
    form::{Form, Submit},
    header::{badge, header},
    help::{Help, Row as HelpRow},
    journal::Journal,
    marked::Marked,
    notice::{Notice, notice},
    palette::{Entry, Finder, Found},
    pane::{Pane, popup, select},
    plan::{PlanPage, painted},
    prompt::{Prompt, PromptKind, Typed},
    prose::{broken, prose, wrapped},
    ruler::Axis,
    scroll::Scroll,
    sheet::Sheet,
    status::{run_mark, task_mark},
    tabs::{TabLabel, tab_at, tabs},
    target::Target,
    text::{bytes, count, ellipsis, kept_rows, pad, plain, rows_of, width, wrapped_rows},
    toast::{toasts, word as level_word},
    told::{Aloud, Told, counted, more_lines},
    unlock::{Unlock, Unlocked},
    views::{ViewList, ViewListed, ViewRow},
};
