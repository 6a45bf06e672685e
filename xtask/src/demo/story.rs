//! Dual control, from the request to the proof: somebody asks for a restart of high risk in
//! production, two people sign it with keys that only their agents hold, it is done on a host, and
//! OpenSSH alone confirms who said yes to what.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::{
    host::{self, Host},
    people::Person,
};
use crate::{daemon::Scratch, interrupt, program, say};

/// The tenant, whose profile has high risk in production signed by a reviewer and by an
/// administrator.
const TENANT: [&str; 2] = ["--tenant", "acme"];
const PROFILE: &str = "white-label";
/// Where it is production.
const PRODUCTION: [&str; 2] = ["--env", "prod"];
/// The namespace of signatures under approvals.
const NAMESPACE: &str = "approval@conductor";
/// Whoever comes over TCP without saying who they are: somebody else than those who sign, and than
/// whoever enrolls their keys.
const REQUESTER: &str = "tcp:anonymous";
const MANIFEST: &str = include_str!("restart-web.yaml");
const WORKFLOW: &str = "restart-web";
/// What the console exits with when something waits for an approval.
const WAITS: i32 = 4;

/// The folder of everything that the story needs beside the daemon.
fn folder(scratch: &Path) -> PathBuf {
    scratch.join("story")
}

/// What the daemon is configured with.
pub(super) fn settings(scratch: &Path) -> Result<String> {
    let folder = folder(scratch);
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    fs::write(folder.join("hosts.yaml"), "hosts: []\n").context("write an inventory")?;
    Ok(format!("listen = '127.0.0.1:0'\n\n{}", host::settings(&folder)))
}

/// Tells it, or says in a line why it can't be told: without a server for SSH there is no host. Only
/// where nobody looks on that is a failure.
pub(super) fn tell(scratch: &Scratch, is_headless: bool) -> Result<()> {
    let missing = [("ssh-agent", "openssh-client"), ("ssh-keygen", "openssh-client")];
    let missing = missing.into_iter().find(|(name, _)| !program::installed(name));
    let sshd = host::sshd();
    let (None, Some(sshd)) = (missing, sshd) else {
        let package = missing.map_or("openssh-server", |(_, package)| package);
        let line = format!(
            "the story of two signatures needs OpenSSH's server and tools: apt-get install {package}"
        );
        ensure!(!is_headless, line);
        say::step(&line);
        return Ok(());
    };
    say::line("\nTwo signatures for one restart");
    let folder = folder(scratch.folder());
    let _host = Host::start(&sshd, &folder)?;
    let stage = Stage::set(scratch, folder)?;
    let approval = stage.ask()?;
    for person in [&stage.alice, &stage.bob] {
        if interrupt::asked() {
            return Ok(());
        }
        stage.sign(&approval, person)?;
    }
    let granted = stage.shown(&approval)?;
    let run = granted.ended.map(|ended| ended.run_id).context("two signatures start the run")?;
    stage.follow(&run)?;
    stage.prove(&approval)
}

/// An approval, as far as the story needs it.
#[derive(Debug, Deserialize)]
struct Shown {
    stages: Vec<Signed>,
    ended: Option<Ended>,
}

#[derive(Debug, Deserialize)]
struct Signed {
    #[serde(default)]
    signatures: Vec<Signature>,
}

#[derive(Debug, Deserialize)]
struct Signature {
    principal: String,
    armored: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ended {
    run_id: String,
}

/// What a refused start says of what it waits for.
#[derive(Debug, Deserialize)]
struct Refused {
    error: Waiting,
}

#[derive(Debug, Deserialize)]
struct Waiting {
    approval: Named,
}

#[derive(Debug, Deserialize)]
struct Named {
    id: String,
}

/// Who and what is on it.
struct Stage<'a> {
    scratch: &'a Scratch,
    folder: PathBuf,
    tcp: String,
    alice: Person,
    bob: Person,
}

impl<'a> Stage<'a> {
    /// A tenant with a workflow, somebody who may ask and two who may say yes.
    fn set(scratch: &'a Scratch, folder: PathBuf) -> Result<Self> {
        let people = folder.join("people");
        let alice = Person::make("alice", &people)?;
        let bob = Person::make("bob", &people)?;
        let stage = Self { scratch, folder, tcp: scratch.tcp()?, alice, bob };
        let create = ["tenant", "create", "acme", "--profile", PROFILE, "--home-region", "local"];
        program::output(&mut scratch.conductor(&create))?;
        stage.admin(&["grants", "add", REQUESTER, "operator"])?;
        for (person, role) in [(&stage.alice, "workflow_reviewer"), (&stage.bob, "tenant_admin")] {
            let principal = person.principal();
            stage.admin(&["grants", "add", &principal, role])?;
            let key = person.public_key();
            stage.admin(&["keys", "enroll", &principal, "--key", text(&key)?])?;
            let (name, key) = (person.name, &person.fingerprint);
            say::line(&format!("  {name:<6} {role:<18} {key}, in an ssh-agent alone"));
        }
        let manifest = stage.folder.join("restart-web.yaml");
        fs::write(&manifest, MANIFEST).context("write the workflow")?;
        stage.admin(&["workflows", "publish", text(&manifest)?])?;
        Ok(stage)
    }

    /// Whoever runs the daemon, in the tenant: who enrolls keys, and signs nothing.
    fn admin(&self, arguments: &[&str]) -> Result<String> {
        program::output(&mut self.in_production(&[], arguments))
    }

    /// The console in the tenant, after some more global options.
    fn in_production(&self, global: &[&str], arguments: &[&str]) -> Command {
        self.scratch.conductor(&[&TENANT[..], global, arguments].concat())
    }

    /// Has the start asked for, which policy keeps until it is signed; the approval's id.
    fn ask(&self) -> Result<String> {
        let start = ["run", WORKFLOW, "-i", "service=checkout", "--reason", "p99 is at 5 s"];
        say::line(&format!("\n{REQUESTER} asks: conductor --env prod {}", shown(&start)));
        let global = [&PRODUCTION[..], &["--host", &self.tcp, "-o", "json"]].concat();
        let answer = self.in_production(&global, &start).output().context("start conductor")?;
        let said = String::from_utf8_lossy(&answer.stderr).into_owned();
        ensure!(answer.status.code() == Some(WAITS), "the start does not wait: {said}");
        let refused: Refused =
            serde_json::from_str(&said).with_context(|| format!("read the answer: {said}"))?;
        let id = refused.error.approval.id;
        say::line(&format!("policy keeps it until two people have signed it: {id}\n"));
        let page = self.admin(&["approvals", "show", &id])?;
        for line in page.trim_end().lines() {
            say::line(format!("  {line}").trim_end());
        }
        say::line("");
        Ok(id)
    }

    /// Has somebody sign the exported statement with what their agent holds, and brings the
    /// signature: it counts for whoever made it.
    fn sign(&self, approval: &str, person: &Person) -> Result<()> {
        let (statement, signature) =
            (self.folder.join("statement.json"), self.folder.join("statement.json.sig"));
        self.admin(&["approvals", "export", approval, "-f", text(&statement)?])?;
        let mut keygen = program::command("ssh-keygen");
        keygen.args(["-q", "-Y", "sign", "-n", NAMESPACE, "-f"]);
        keygen.arg(person.public_key()).arg(&statement);
        program::output(person.with_agent(&mut keygen))?;
        let said = self.admin(&["approvals", "import", approval, text(&signature)?])?;
        fs::remove_file(&signature).context("make room for the next signature")?;
        say::line(&format!("{:<6} signs it: {}", person.name, said.trim()));
        Ok(())
    }

    fn shown(&self, approval: &str) -> Result<Shown> {
        let told = self.admin(&["approvals", "show", approval, "-o", "json"])?;
        serde_json::from_str(&told).with_context(|| format!("read the approval: {told}"))
    }

    /// Shows the run to its end.
    fn follow(&self, run: &str) -> Result<()> {
        say::line("");
        let follow = ["runs", "show", run, "--follow", "--logs"];
        let mut follow = self.in_production(&PRODUCTION, &follow).stdin(Stdio::null()).spawn()?;
        let status = interrupt::wait(&mut follow)?;
        ensure!(status.success() || interrupt::asked(), "the restart ended with {status}");
        Ok(())
    }

    /// Has `ssh-keygen` say who signed what, with nothing of the daemon's but three texts.
    fn prove(&self, approval: &str) -> Result<()> {
        if interrupt::asked() {
            return Ok(());
        }
        let statement = self.admin(&["approvals", "show", approval, "--statement"])?;
        let write = |name: &str, text: &str| {
            let path = self.folder.join(name);
            fs::write(&path, text).with_context(|| format!("write {name}"))?;
            Ok::<_, anyhow::Error>(path)
        };
        let genuine = write("statement.json", &statement)?;
        let altered = write("altered.json", &statement.replace("checkout", "payments"))?;
        let allowed = write("allowed_signers", &self.admin(&["keys", "export"])?)?;
        say::line("\nWho signed, as ssh-keygen alone confirms it:");
        let signed = self.shown(approval)?.stages;
        let signatures: Vec<Signature> =
            signed.into_iter().flat_map(|stage| stage.signatures).collect();
        ensure!(signatures.len() == 2, "two people signed, not {}", signatures.len());
        for Signature { principal, armored } in signatures {
            let signature = write("signature", &armored)?;
            let verify = |statement: &Path| {
                let mut keygen = program::command("ssh-keygen");
                keygen.args(["-Y", "verify", "-n", NAMESPACE, "-I", &principal, "-f"]);
                keygen.arg(&allowed).arg("-s").arg(&signature);
                let statement = File::open(statement).context("open the statement")?;
                program::output(keygen.stdin(statement))
            };
            say::line(&format!("  {}", verify(&genuine)?.trim()));
            if verify(&altered).is_ok() {
                bail!("a signature of {principal} holds for something else than was signed");
            }
        }
        say::line("  and neither of them for `payments` in place of `checkout`");
        Ok(())
    }
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is not UTF-8")
}

/// A command line that could be typed so.
fn shown(words: &[&str]) -> String {
    let quoted = |word: &&str| match word.contains(' ') {
        true => format!("'{word}'"),
        false => (*word).to_owned(),
    };
    words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}
