//! Real SSH servers on loopback, and what a client needs to reach them: keys, known hosts, a
//! configuration. Nothing of the user's own is touched.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    cell::RefCell,
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal};
use tempfile::TempDir;

use crate::{port::free_port, process};

/// Where Debian keeps it.
const SSHD: &str = "/usr/sbin/sshd";
/// How long a server may take to answer at first.
const START_WITHIN: Duration = Duration::from_secs(60);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// Servers with a name, a port and a key each, and one client's files.
#[derive(Debug)]
pub struct Fleet {
    folder: TempDir,
    hosts: Vec<Sshd>,
    /// Ports that accept connections and never answer.
    silent: RefCell<Vec<TcpListener>>,
}

/// One server.
#[derive(Debug)]
pub struct Sshd {
    /// As the client's configuration knows it.
    pub name: String,
    /// On 127.0.0.1.
    pub port: u16,
    server: RefCell<Option<Child>>,
    key: String,
    /// What logins find in their environment, as `NAME=VALUE`. Without `HOME` it is one that is
    /// empty.
    environment: RefCell<String>,
}

impl Fleet {
    /// Starts a server for each name; nothing, after saying so, where sshd is not installed.
    ///
    /// # Panics
    /// When a server does not start.
    #[must_use]
    pub fn start(names: &[&str]) -> Option<Self> {
        if !Path::new(SSHD).exists() {
            process::skipped("sshd is not installed: apt-get install openssh-server");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        if process::running_as_root() {
            // Where a server without rights looks at nothing.
            fs::create_dir_all("/run/sshd").expect("sshd's own folder");
        }
        keygen(&folder.path().join("id"));
        keygen(&folder.path().join("ca"));
        fs::copy(folder.path().join("id.pub"), folder.path().join("authorized_keys"))
            .expect("the client's key is let in");
        fs::write(folder.path().join("known_hosts"), "").expect("a file");
        fs::create_dir(folder.path().join("home")).expect("a home");
        let mut fleet = Self { folder, hosts: Vec::new(), silent: RefCell::default() };
        fleet.hosts = names.iter().map(|name| fleet.prepare(name)).collect();
        fleet.hosts.iter().for_each(|host| fleet.launch(host));
        for index in 0..fleet.hosts.len() {
            // Somebody else may have been quicker to take its port.
            while !fleet.hosts[index].answers() {
                fleet.hosts[index].end();
                fleet.hosts[index].port = free_port();
                fleet.launch(&fleet.hosts[index]);
            }
        }
        fleet.write_client_files();
        Some(fleet)
    }

    /// A daemon's configuration that reaches them.
    #[must_use]
    pub fn settings(&self) -> String {
        format!("\n[ssh]\nconfig = '{}'\n", self.config().display())
    }

    /// The client's configuration, for `ssh -F`.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.path("config")
    }

    /// A file of the client or the servers: `id`, `id.pub`, `ca`, `known_hosts`, `config`,
    /// `authorized_keys`.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The server of that name.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn host(&self, name: &str) -> &Sshd {
        self.hosts.iter().find(|host| host.name == name).expect("a server of this name")
    }

    /// Every server.
    #[must_use]
    pub fn hosts(&self) -> &[Sshd] {
        &self.hosts
    }

    /// Adds lines to the client's configuration, where they count before what it has.
    ///
    /// # Panics
    /// When it can't be written.
    pub fn configure(&self, lines: &str) {
        let before = fs::read_to_string(self.config()).expect("the configuration");
        fs::write(self.config(), format!("{lines}\n{before}")).expect("the configuration");
    }

    /// The client no longer knows the server's key.
    ///
    /// # Panics
    /// When its file can't be written.
    pub fn forget_key(&self, name: &str) {
        let port = self.host(name).port;
        self.rewrite_known_hosts(|line| {
            (!line.starts_with(&format!("[127.0.0.1]:{port} "))).then(|| line.to_owned())
        });
    }

    /// The client knows another key than the server has.
    ///
    /// # Panics
    /// When its file can't be written.
    pub fn change_key(&self, name: &str) {
        let own = self.host(name);
        let other = fs::read_to_string(self.path("ca.pub")).expect("another key");
        self.rewrite_known_hosts(|line| {
            let place = format!("[127.0.0.1]:{} ", own.port);
            Some(match line.starts_with(&place) {
                true => format!("{place}{}", other.trim()),
                false => line.to_owned(),
            })
        });
    }

    /// The client knows the server's own key, whatever it knew before.
    ///
    /// # Panics
    /// When its file can't be written.
    pub fn trust_key(&self, name: &str) {
        self.forget_key(name);
        let host = self.host(name);
        let line = format!("[127.0.0.1]:{} {}\n", host.port, host.key);
        let before = fs::read_to_string(self.path("known_hosts")).expect("the known hosts");
        fs::write(self.path("known_hosts"), before + &line).expect("the known hosts");
    }

    /// Ends the server and its sessions; its port is closed.
    pub fn close(&self, name: &str) {
        self.kill_sessions(name);
        self.host(name).end();
    }

    /// Starts the server again with these variables, `NAME=VALUE` each, for whoever logs in.
    ///
    /// # Panics
    /// When it does not start.
    pub fn serve_with(&self, name: &str, environment: &str) {
        self.close(name);
        let host = self.host(name);
        environment.clone_into(&mut host.environment.borrow_mut());
        self.launch(host);
        assert!(host.answers(), "{}", host.log(self));
    }

    /// Ends the server and answers its port with silence.
    ///
    /// # Panics
    /// When the port was taken by another meanwhile.
    pub fn silence(&self, name: &str) {
        self.close(name);
        let listener = TcpListener::bind(("127.0.0.1", self.host(name).port)).expect("the port");
        self.silent.borrow_mut().push(listener);
    }

    /// Kills the server's sessions: clients see their connection break. Gives how many.
    pub fn kill_sessions(&self, name: &str) -> usize {
        let sessions = self.host(name).sessions();
        for pid in sessions.iter().filter_map(|pid| Pid::from_raw(*pid)) {
            // It may have ended by itself.
            rustix::process::kill_process(pid, Signal::KILL).ok();
        }
        sessions.len()
    }

    /// Signs the client's key with the authority that every server trusts, and takes it off the
    /// list of keys that are let in.
    ///
    /// # Panics
    /// When `ssh-keygen` fails.
    pub fn certify_key(&self) {
        let user = process::user_name();
        let (ca, key) = (self.path("ca"), self.path("id.pub"));
        let mut keygen = Command::new("ssh-keygen");
        keygen.arg("-q").arg("-s").arg(ca).args(["-I", "alice", "-n", &user]).arg(key);
        assert!(keygen.status().expect("ssh-keygen starts").success(), "ssh-keygen signs");
        fs::write(self.path("authorized_keys"), "").expect("a file");
    }

    fn prepare(&self, name: &str) -> Sshd {
        let key = self.path(&format!("{name}.key"));
        keygen(&key);
        let public = fs::read_to_string(key.with_extension("key.pub")).expect("its public key");
        let words: Vec<&str> = public.split_whitespace().take(2).collect();
        Sshd {
            name: name.to_owned(),
            port: free_port(),
            server: RefCell::new(None),
            key: words.join(" "),
            environment: RefCell::default(),
        }
    }

    /// Starts the server, or starts it again.
    ///
    /// # Panics
    /// When it can't be started.
    pub fn launch(&self, host: &Sshd) {
        let config = self.path(&format!("{}.sshd", host.name));
        let text = format!(
            "Port {}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\n\
             TrustedUserCAKeys {}\nPidFile none\nStrictModes no\nUsePAM no\nUseDNS no\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n\
             PrintMotd no\nMaxStartups 1000\nMaxSessions 100\nLogLevel VERBOSE\n\
             SetEnv {} HOME={}\n",
            host.port,
            self.path(&format!("{}.key", host.name)).display(),
            self.path("authorized_keys").display(),
            self.path("ca.pub").display(),
            host.environment.borrow(),
            // What the tester's own shell says when it starts is no test's.
            self.path("home").display(),
        );
        fs::write(&config, text).expect("the server's configuration");
        let log = fs::File::create(self.path(&format!("{}.log", host.name))).expect("its log");
        let server = Command::new(SSHD)
            .args(["-D", "-e", "-f"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        *host.server.borrow_mut() = Some(server.expect("sshd starts"));
    }

    fn write_client_files(&self) {
        let place = |host: &Sshd| format!("[127.0.0.1]:{} {}\n", host.port, host.key);
        let known: String = self.hosts.iter().map(place).collect();
        let entry = |host: &Sshd| {
            format!("Host {}\n  HostName 127.0.0.1\n  Port {}\n", host.name, host.port)
        };
        let all = format!(
            "Host *\n  User {}\n  IdentityFile {}\n  IdentitiesOnly yes\n  IdentityAgent none\n  \
             UserKnownHostsFile {}\n  GlobalKnownHostsFile /dev/null\n",
            process::user_name(),
            self.path("id").display(),
            self.path("known_hosts").display(),
        );
        let config: String = self.hosts.iter().map(entry).chain([all]).collect();
        fs::write(self.path("known_hosts"), known).expect("the known hosts");
        fs::write(self.config(), config).expect("the client's configuration");
    }

    fn rewrite_known_hosts(&self, change: impl Fn(&str) -> Option<String>) {
        let known = fs::read_to_string(self.path("known_hosts")).expect("the known hosts");
        let lines: Vec<String> = known.lines().filter_map(change).collect();
        fs::write(self.path("known_hosts"), lines.join("\n") + "\n").expect("the known hosts");
    }
}

impl Sshd {
    /// What its server said of itself and its clients.
    #[must_use]
    pub fn log(&self, fleet: &Fleet) -> String {
        fs::read_to_string(fleet.path(&format!("{}.log", self.name))).unwrap_or_default()
    }

    /// The processes that serve a connection each.
    #[must_use]
    pub fn sessions(&self) -> Vec<i32> {
        let server = self.server.borrow();
        let Some(server) = server.as_ref() else { return Vec::new() };
        let mut found = vec![server.id().cast_signed()];
        let mut next = 0;
        while next < found.len() {
            found.extend(process::children_named(found[next], "sshd"));
            next += 1;
        }
        found.split_off(1)
    }

    /// Waits until it answers; it does not when it has ended.
    fn answers(&self) -> bool {
        let until = Instant::now() + START_WITHIN;
        loop {
            let mut server = self.server.borrow_mut();
            let server = server.as_mut().expect("it was started");
            if server.try_wait().expect("wait for a child").is_some() {
                return false;
            }
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
                stream.set_read_timeout(Some(START_WITHIN)).expect("a bound");
                let mut banner = [0; 4];
                if stream.read_exact(&mut banner).is_ok() && &banner == b"SSH-" {
                    stream.write_all(b"SSH-2.0-probe\r\n").ok();
                    return true;
                }
            }
            assert!(Instant::now() < until, "sshd `{}` does not answer", self.name);
            std::thread::sleep(LOOK);
        }
    }

    fn end(&self) {
        if let Some(mut server) = self.server.borrow_mut().take() {
            server.kill().expect("sshd can be killed");
            server.wait().expect("sshd ends");
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for host in &self.hosts {
            self.close(&host.name);
        }
    }
}

fn keygen(file: &Path) {
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f"]).arg(file);
    assert!(keygen.status().expect("ssh-keygen starts").success(), "ssh-keygen makes a key");
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).expect("a private key");
}
