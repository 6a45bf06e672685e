//! The one list of what was switched on in the terminal. Whatever ends the console — quitting, a
//! panic, SIGTERM, SIGHUP — undoes the same list, in reverse.

use std::{
    io::{self, Write},
    panic,
    sync::{Mutex, PoisonError},
};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// Something that is switched on for the console and off for the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    /// Keys arrive one by one and unechoed.
    Raw,
    /// A screen of our own; the shell's is kept.
    AlternateScreen,
    HiddenCursor,
    /// A paste arrives as one piece, not as keys.
    BracketedPaste,
    /// Buttons and wheel, in SGR form.
    Mouse,
    /// The terminal says when it gets the focus and when it loses it.
    Focus,
    /// The terminal says whether its ground is light or dark, now and whenever it changes. It
    /// answers when it likes, or never; nothing waits for it.
    Ground,
}

impl Switch {
    const fn sequences(self) -> (&'static str, &'static str) {
        match self {
            Self::Raw => ("", ""),
            Self::AlternateScreen => ("\x1b[?1049h\x1b[2J", "\x1b[?1049l"),
            Self::HiddenCursor => ("\x1b[?25l", "\x1b[?25h"),
            Self::BracketedPaste => ("\x1b[?2004h", "\x1b[?2004l"),
            Self::Mouse => ("\x1b[?1000h\x1b[?1006h", "\x1b[?1006l\x1b[?1000l"),
            Self::Focus => ("\x1b[?1004h", "\x1b[?1004l"),
            Self::Ground => ("\x1b[?2031h\x1b]11;?\x1b\\", "\x1b[?2031l"),
        }
    }
}

/// What can be switched: the real terminal, or a recording in tests.
pub(crate) trait Device {
    /// Sends bytes and flushes them.
    fn send(&mut self, text: &str) -> io::Result<()>;
    /// Turns raw mode on or off.
    fn raw(&mut self, on: bool) -> io::Result<()>;
}

/// The terminal on standard output.
#[derive(Debug)]
pub(crate) struct Tty;

impl Device for Tty {
    fn send(&mut self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    fn raw(&mut self, on: bool) -> io::Result<()> {
        if on { enable_raw_mode() } else { disable_raw_mode() }
    }
}

/// What is on, in the order it was switched on.
#[derive(Debug, Default)]
struct Ledger(Vec<Switch>);

impl Ledger {
    const fn new() -> Self {
        Self(Vec::new())
    }

    fn enter(&mut self, device: &mut impl Device, switches: &[Switch]) -> io::Result<()> {
        for &switch in switches {
            if switch == Switch::Raw {
                device.raw(true)?;
            } else {
                device.send(switch.sequences().0)?;
            }
            self.0.push(switch);
        }
        Ok(())
    }

    /// Switches one thing on or off, unless it is so already.
    fn turn(&mut self, device: &mut impl Device, switch: Switch, on: bool) -> io::Result<()> {
        match (self.0.iter().position(|known| *known == switch), on) {
            (None, true) => self.enter(device, &[switch]),
            (Some(at), false) => {
                self.0.remove(at);
                device.send(switch.sequences().1)
            }
            _ => Ok(()),
        }
    }

    /// Undoes everything, newest first. Goes on after an error: half restored is worse.
    fn leave(&mut self, device: &mut impl Device) -> io::Result<()> {
        let mut result = Ok(());
        // A frame that was cut off must not keep the terminal waiting for its end.
        if self.0.contains(&Switch::AlternateScreen) {
            result = device.send("\x1b[?2026l\x1b[0m");
        }
        while let Some(switch) = self.0.pop() {
            let undone = if switch == Switch::Raw {
                device.raw(false)
            } else {
                device.send(switch.sequences().1)
            };
            result = result.and(undone);
        }
        result
    }
}

/// Process-wide, because the panic hook can't be handed anything.
static ACTIVE: Mutex<Ledger> = Mutex::new(Ledger::new());

fn leave_active() -> io::Result<()> {
    ACTIVE.lock().unwrap_or_else(PoisonError::into_inner).leave(&mut Tty)
}

/// The console's hold on the terminal; dropping it gives the terminal back.
#[derive(Debug)]
pub(crate) struct Session {
    switches: Mutex<Vec<Switch>>,
}

impl Session {
    /// Takes the terminal.
    pub(crate) fn enter(switches: &[Switch]) -> io::Result<Self> {
        let session = Self { switches: Mutex::new(switches.to_vec()) };
        session.resume()?;
        Ok(session)
    }

    /// Gives the terminal back for a while.
    pub(crate) fn pause(&self) -> io::Result<()> {
        leave_active()
    }

    /// Takes the terminal again. Does nothing to what is still on.
    pub(crate) fn resume(&self) -> io::Result<()> {
        let mut active = ACTIVE.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = self.switches.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let off: Vec<Switch> = wanted.into_iter().filter(|s| !active.0.contains(s)).collect();
        active.enter(&mut Tty, &off)
    }

    /// Switches one thing on or off while the console goes on.
    pub(crate) fn turn(&self, switch: Switch, on: bool) -> io::Result<()> {
        let mut wanted = self.switches.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.retain(|known| *known != switch);
        wanted.extend(on.then_some(switch));
        drop(wanted);
        let mut active = ACTIVE.lock().unwrap_or_else(PoisonError::into_inner);
        active.turn(&mut Tty, switch, on)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The terminal may be gone; there is nobody left to tell.
        leave_active().ok();
    }
}

/// Makes a panic on any thread give the terminal back before it is reported.
pub(crate) fn restore_on_panic() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        leave_active().ok();
        report(info);
    }));
}

#[cfg(test)]
mod tests {

    use super::*;

    #[derive(Default)]
    struct Recording {
        sent: Vec<String>,
        fails_at: Option<usize>,
    }

    impl Recording {
        fn note(&mut self, text: &str) -> io::Result<()> {
            self.sent.push(text.to_owned());
            let failed = self.fails_at == Some(self.sent.len() - 1);
            if failed { Err(io::Error::other("gone")) } else { Ok(()) }
        }
    }

    impl Device for Recording {
        fn send(&mut self, text: &str) -> io::Result<()> {
            self.note(text)
        }

        fn raw(&mut self, on: bool) -> io::Result<()> {
            self.note(if on { "raw" } else { "cooked" })
        }
    }

    const ALL: [Switch; 6] = [
        Switch::Raw,
        Switch::AlternateScreen,
        Switch::HiddenCursor,
        Switch::BracketedPaste,
        Switch::Mouse,
        Switch::Ground,
    ];

    #[test]
    fn what_is_switched_on_is_switched_off_in_reverse() {
        let (mut device, mut ledger) = (Recording::default(), Ledger::default());
        ledger.enter(&mut device, &ALL).unwrap();
        ledger.leave(&mut device).unwrap();
        insta::assert_snapshot!(device.sent.join("\n").replace('\x1b', "ESC"), @r"
        raw
        ESC[?1049hESC[2J
        ESC[?25l
        ESC[?2004h
        ESC[?1000hESC[?1006h
        ESC[?2031hESC]11;?ESC\
        ESC[?2026lESC[0m
        ESC[?2031l
        ESC[?1006lESC[?1000l
        ESC[?2004l
        ESC[?25h
        ESC[?1049l
        cooked
        ");
    }

    #[test]
    fn leaving_twice_sends_nothing_the_second_time() {
        let (mut device, mut ledger) = (Recording::default(), Ledger::default());
        ledger.enter(&mut device, &ALL).unwrap();
        ledger.leave(&mut device).unwrap();
        let sent = device.sent.len();
        ledger.leave(&mut device).unwrap();
        assert_eq!(device.sent.len(), sent);
    }

    #[test]
    fn an_error_on_the_way_out_does_not_stop_the_rest() {
        for at in 6..13 {
            let mut device = Recording { fails_at: Some(at), ..Recording::default() };
            let mut ledger = Ledger::default();
            ledger.enter(&mut device, &ALL).unwrap();
            assert!(ledger.leave(&mut device).is_err());
            assert_eq!(device.sent.last().map(String::as_str), Some("cooked"), "fails at {at}");
        }
    }

    #[test]
    fn only_what_got_switched_on_is_undone() {
        let mut device = Recording { fails_at: Some(2), ..Recording::default() };
        let mut ledger = Ledger::default();
        assert!(ledger.enter(&mut device, &ALL).is_err());
        assert_eq!(ledger.0, [Switch::Raw, Switch::AlternateScreen]);
    }
}
