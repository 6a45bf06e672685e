//! `conductord confine`: what goes before the shell of a confined task.

use std::ffi::OsString;

use conductor_executors::confine::{REFUSED, enter};

use crate::exit::{Ended, Kind};

/// The word that asks for it.
pub(crate) const WORD: &str = "confine";

/// What this process is to become, when it was called as the worker calls it: the word first and the
/// program right behind it.
pub(crate) fn asked_for() -> Option<impl Iterator<Item = OsString>> {
    let mut arguments = std::env::args_os().skip(1);
    (arguments.next()? == WORD).then_some(())?;
    let program = arguments.collect::<Vec<_>>();
    // `--help` and the like are for the command line's parser.
    let named = program.first().is_some_and(|name| !name.as_encoded_bytes().starts_with(b"-"));
    named.then(|| program.into_iter())
}

/// The same, for a caller with flags before the word.
pub(crate) fn confine(program: Vec<OsString>) -> Result<(), Ended> {
    let status = enter(program.into_iter());
    debug_assert_eq!(status, REFUSED, "it returns only when it refused");
    Err(Ended::because(Kind::Refused, "confine a program: the worker was told why"))
}
