//! The host of the demonstration: a real sshd on this machine, with keys that are made for it and
//! are gone with it.

use std::{
    fs::{self, File},
    io::Read as _,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{interrupt, program, say};

/// What it is called in the inventory.
pub(super) const NAME: &str = "web-1";
/// Where it is, beside the folders of `PATH`: those of a user often lack it.
const PLACES: [&str; 2] = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"];
/// How long it has until it answers.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// How often that is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Ports that are tried: another program may be quicker to take one.
const PORTS_MAX: u32 = 5;

/// A server that runs.
#[derive(Debug)]
pub(super) struct Host {
    server: Child,
}

/// The server's program, where it is installed.
pub(super) fn sshd() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let of_path: Vec<PathBuf> = std::env::split_paths(&path).map(|dir| dir.join("sshd")).collect();
    PLACES.map(PathBuf::from).into_iter().chain(of_path).find(|program| program.is_file())
}

/// The daemon's configuration that reaches the host, whose files are in that folder.
pub(super) fn settings(folder: &Path) -> String {
    format!(
        "[[inventory.source]]\nfile = '{}'\n\n[ssh]\nconfig = '{}'\n",
        folder.join("hosts.yaml").display(),
        folder.join("ssh_config").display()
    )
}

impl Host {
    /// Makes keys and starts the server on a free port, and writes what a client needs to know.
    pub(super) fn start(sshd: &Path, folder: &Path) -> Result<Self> {
        for name in ["host_key", "client_key"] {
            let mut keygen = program::command("ssh-keygen");
            keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", NAME, "-f"]);
            program::output(keygen.arg(folder.join(name)))?;
        }
        if rustix::process::geteuid().is_root() {
            // Where a server without rights looks at nothing.
            fs::create_dir_all("/run/sshd").context("make sshd's own folder")?;
        }
        for _ in 0..PORTS_MAX {
            let port = free_port()?;
            let mut host = Self { server: launch(sshd, folder, port)? };
            if host.answers(port)? {
                write_client_files(folder, port)?;
                return Ok(host);
            }
        }
        let log = fs::read_to_string(folder.join("sshd.log")).unwrap_or_default();
        bail!("sshd does not answer:\n{log}")
    }

    /// Waits until it answers; it does not when it has ended.
    fn answers(&mut self, port: u16) -> Result<bool> {
        let deadline = Instant::now() + ANSWERS_WITHIN;
        while Instant::now() < deadline && !interrupt::asked() {
            if self.server.try_wait().context("look at sshd")?.is_some() {
                return Ok(false);
            }
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
                stream.set_read_timeout(Some(ANSWERS_WITHIN)).context("wait for sshd")?;
                let mut banner = [0; 4];
                return Ok(stream.read_exact(&mut banner).is_ok() && &banner == b"SSH-");
            }
            thread::sleep(LOOK_EVERY);
        }
        Ok(false)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Err(error) = interrupt::end(&mut self.server) {
            say::error(&format!("{error:#}"));
        }
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("find a free port")?;
    Ok(listener.local_addr().context("find a free port")?.port())
}

fn launch(sshd: &Path, folder: &Path, port: u16) -> Result<Child> {
    let config = folder.join("sshd_config");
    let text = format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\n\
         StrictModes no\nUsePAM no\nUseDNS no\nPasswordAuthentication no\n\
         KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nPrintMotd no\n",
        folder.join("host_key").display(),
        folder.join("client_key.pub").display(),
    );
    fs::write(&config, text).context("write sshd's configuration")?;
    let log = File::create(folder.join("sshd.log")).context("open sshd's log")?;
    program::command(sshd)
        .args(["-D", "-e", "-f"])
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .context("start sshd")
}

fn write_client_files(folder: &Path, port: u16) -> Result<()> {
    let public = fs::read_to_string(folder.join("host_key.pub")).context("read the host's key")?;
    let key: Vec<&str> = public.split_whitespace().take(2).collect();
    let user = program::output(program::command("id").arg("-un"))?;
    let config = format!(
        "Host *\n  User {}\n  IdentityFile {}\n  IdentitiesOnly yes\n  IdentityAgent none\n  \
         UserKnownHostsFile {}\n  GlobalKnownHostsFile /dev/null\n",
        user.trim(),
        folder.join("client_key").display(),
        folder.join("known_hosts").display(),
    );
    let hosts = format!(
        "hosts:\n  - name: {NAME}\n    address: 127.0.0.1\n    port: {port}\n    labels: {{role: web}}\n"
    );
    for (name, text) in [
        ("known_hosts", format!("[127.0.0.1]:{port} {}\n", key.join(" "))),
        ("ssh_config", config),
        ("hosts.yaml", hosts),
    ] {
        fs::write(folder.join(name), text).with_context(|| format!("write {name}"))?;
    }
    Ok(())
}
