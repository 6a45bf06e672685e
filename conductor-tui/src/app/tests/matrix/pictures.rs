//! Each state of each screen as one file: three sizes as text, and what its colours mean; and, of the
//! full ones, what they are without colours and in ASCII.

use std::fmt::Write as _;

use super::{
    SIZES, STAGES,
    dress::{ascii, colour, folded, mono, styles},
    stage::State,
};
use crate::app::tests::pictures::compare_state;

/// Draws the stages whose number leaves this rest, so that the work is shared.
fn compare(rest: usize) {
    for stage in STAGES.iter().skip(rest).step_by(4) {
        for state in stage.states {
            let mut text = String::new();
            for size in SIZES {
                let console = stage.open(*state, size, colour());
                let _ = writeln!(text, "{} columns, {} rows", size.0, size.1);
                text.push_str(&folded(&console.text()));
                if size == (80, 24) {
                    text.push_str("colours\n");
                    text.push_str(&styles(&console));
                }
            }
            if *state == State::Full {
                let bare = stage.open(*state, (80, 24), mono());
                text.push_str("without colours\n");
                text.push_str(&styles(&bare));
                text.push_str("in ASCII\n");
                text.push_str(&folded(&stage.open(*state, (80, 24), ascii()).text()));
            }
            compare_state(&format!("{}-{}", stage.name, state.name()), &text);
        }
    }
}

#[test]
fn a_first_quarter_of_the_stages_looks_like_its_pictures() {
    compare(0);
}

#[test]
fn a_second_quarter_of_the_stages_looks_like_its_pictures() {
    compare(1);
}

#[test]
fn a_third_quarter_of_the_stages_looks_like_its_pictures() {
    compare(2);
}

#[test]
fn the_last_quarter_of_the_stages_looks_like_its_pictures() {
    compare(3);
}
