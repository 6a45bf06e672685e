//! A console in a terminal that can go away: nothing else holds it open.

use std::{
    fs::File,
    io::Read,
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use conductor_tests::{Console, binaries};
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::{CWD, FileType, Mode, mknodat};

/// How long the console may take to notice.
const GONE_WITHIN: Duration = Duration::from_secs(30);
/// What switches to the console's own screen.
const ENTERS: &[u8] = b"\x1b[?1049h";

/// A console without a shell around it.
pub(crate) struct Lone {
    master: Box<dyn MasterPty + Send>,
    /// Told when nothing of what was started runs any longer.
    gone: Receiver<()>,
}

impl Lone {
    /// Has a shell `start` the console `$CONSOLE`, and waits until it shows its screen.
    pub(crate) fn open(console: &Console, start: &str) -> Self {
        let alive = console.home.join("alive");
        std::fs::remove_file(&alive).ok();
        mknodat(CWD, &alive, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let pty = native_pty_system().openpty(PtySize::default()).unwrap();
        let mut shell = CommandBuilder::new("/bin/sh");
        // Whatever the shell starts holds the pipe's end open for as long as it runs.
        shell.args(["-c", &format!("exec 9>alive; {start}")]);
        shell.env_clear();
        for (name, value) in console.environment() {
            shell.env(name, value);
        }
        shell.env("CONSOLE", &binaries().conductor);
        shell.cwd(&console.home);
        drop(pty.slave.spawn_command(shell).unwrap());
        drop(pty.slave);
        let (tell, gone) = channel();
        thread::spawn(move || {
            let mut nothing = Vec::new();
            File::open(alive).and_then(|mut pipe| pipe.read_to_end(&mut nothing)).unwrap();
            tell.send(()).ok();
        });
        let mut reader = pty.master.try_clone_reader().unwrap();
        let (mut shown, mut piece) = (Vec::new(), [0; 4096]);
        while !shown.windows(ENTERS.len()).any(|bytes| bytes == ENTERS) {
            let have = reader.read(&mut piece).unwrap();
            assert!(have > 0, "it ended: {}", String::from_utf8_lossy(&shown));
            shown.extend_from_slice(&piece[..have]);
        }
        Self { master: pty.master, gone }
    }

    /// Takes the terminal away. Gives whether the console went with it.
    pub(crate) fn hangs_up(self) -> bool {
        drop(self.master);
        self.gone.recv_timeout(GONE_WITHIN).is_ok()
    }
}
