//! Dual control, from the runbook to the proof: carol signs a runbook and asks for a restart of high
//! risk in production, alice and bob sign that, each logged in with a key that only an agent of their
//! own holds, it is done on a host, and OpenSSH alone confirms who wrote what and who said yes to it.

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

/// The tenant, whose profile wants runbooks in production signed, and high risk there approved by a
/// reviewer and by an administrator.
const TENANT: [&str; 2] = ["--tenant", "acme"];
const PROFILE: &str = "white-label";
/// Where runbooks are published, and tried; and where this one runs.
const DEVELOPMENT: &str = "dev";
const PRODUCTION: &str = "prod";
/// The namespaces of signatures under approvals, and under runbooks.
const APPROVAL: &str = "approval@conductor";
const RUNBOOK: &str = "runbook@conductor";
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
    stage.publish()?;
    let approval = stage.ask()?;
    for person in [&stage.alice, &stage.bob] {
        if interrupt::asked() {
            return Ok(());
        }
        stage.approve(&approval, person)?;
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
    carol: Person,
}

impl<'a> Stage<'a> {
    /// A tenant, somebody who writes a runbook and asks, and two who may say yes, all logged in.
    fn set(scratch: &'a Scratch, folder: PathBuf) -> Result<Self> {
        let people = folder.join("people");
        let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| Person::make(name, &people));
        let stage =
            Self { scratch, folder, tcp: scratch.tcp()?, alice: alice?, bob: bob?, carol: carol? };
        let create = ["tenant", "create", "acme", "--profile", PROFILE, "--home-region", "local"];
        program::output(&mut scratch.conductor(&create))?;
        let all = [
            (&stage.carol, &["operator", "workflow_author"][..]),
            (&stage.alice, &["workflow_reviewer"]),
            (&stage.bob, &["tenant_admin"]),
        ];
        for (person, roles) in all {
            let principal = person.principal();
            for role in roles {
                stage.admin(&["grants", "add", &principal, role])?;
            }
            stage.admin(&["keys", "enroll", &principal, "--key", text(&person.public_key())?])?;
            person.remember(stage.by(person, &["login", "--print-token"])?.trim());
            let (name, roles, key) = (person.name, roles.join(", "), &person.fingerprint);
            say::line(&format!("  {name:<6} {roles:<26} {key}, in an ssh-agent alone"));
        }
        Ok(stage)
    }

    /// Whoever runs the daemon, in the tenant: who enrolls keys, and signs nothing.
    fn admin(&self, arguments: &[&str]) -> Result<String> {
        program::output(&mut self.scratch.conductor(&[&TENANT[..], arguments].concat()))
    }

    /// Somebody in an environment of the tenant, from afar, with their own login and agent.
    fn as_person(&self, person: &Person, environment: &str, arguments: &[&str]) -> Command {
        let global = [&TENANT[..], &["--env", environment, "--host", &self.tcp]].concat();
        let mut command = self.scratch.conductor(&[&global[..], arguments].concat());
        person.with_agent(&mut command);
        person.with_login(&mut command);
        command
    }

    fn by(&self, person: &Person, arguments: &[&str]) -> Result<String> {
        program::output(&mut self.as_person(person, PRODUCTION, arguments))
    }

    /// Has carol sign what she wrote, and publish it.
    fn publish(&self) -> Result<()> {
        let runbook = self.runbook();
        fs::write(&runbook, MANIFEST).context("write the runbook")?;
        self.by(&self.carol, &["runbooks", "sign", text(&runbook)?])?;
        let publish = ["runbooks", "publish", text(&runbook)?];
        let said = program::output(&mut self.as_person(&self.carol, DEVELOPMENT, &publish))?;
        say::line("\ncarol signs her runbook, and publishes it:");
        for line in said.trim_end().lines() {
            say::line(&format!("  {line}"));
        }
        Ok(())
    }

    fn runbook(&self) -> PathBuf {
        self.folder.join("restart-web.yaml")
    }

    /// Has carol ask for the start, which policy keeps until it is signed; the approval's id.
    fn ask(&self) -> Result<String> {
        let start = ["run", WORKFLOW, "-i", "service=checkout", "--reason", "p99 is at 5 s"];
        say::line(&format!("\ncarol asks: conductor --env prod {}", shown(&start)));
        let start = [&["-o", "json"][..], &start].concat();
        let answer =
            self.as_person(&self.carol, PRODUCTION, &start).output().context("start conductor")?;
        let said = String::from_utf8_lossy(&answer.stderr).into_owned();
        ensure!(answer.status.code() == Some(WAITS), "the start does not wait: {said}");
        let refused: Refused =
            serde_json::from_str(&said).with_context(|| format!("read the answer: {said}"))?;
        let id = refused.error.approval.id;
        say::line(&format!("policy keeps it until two people have signed it: {id}\n"));
        let page = self.by(&self.alice, &["approvals", "show", &id])?;
        for line in page.trim_end().lines() {
            say::line(format!("  {line}").trim_end());
        }
        say::line("");
        Ok(id)
    }

    /// Has somebody sign it as themselves, with what their agent holds.
    fn approve(&self, approval: &str, person: &Person) -> Result<()> {
        let said = self.by(person, &["approvals", "approve", approval, "--yes"])?;
        let said = said.trim_end().lines().last().unwrap_or_default().trim().to_owned();
        say::line(&format!("{:<6} signs it: {said}", person.name));
        Ok(())
    }

    fn shown(&self, approval: &str) -> Result<Shown> {
        let told = self.by(&self.carol, &["approvals", "show", approval, "-o", "json"])?;
        serde_json::from_str(&told).with_context(|| format!("read the approval: {told}"))
    }

    /// Shows the run to its end.
    fn follow(&self, run: &str) -> Result<()> {
        say::line("");
        let follow = ["runs", "show", run, "--follow", "--logs"];
        let mut follow = self.as_person(&self.carol, PRODUCTION, &follow);
        let mut follow = follow.stdin(Stdio::null()).spawn()?;
        let status = interrupt::wait(&mut follow)?;
        ensure!(status.success() || interrupt::asked(), "the restart ended with {status}");
        Ok(())
    }

    /// Has `ssh-keygen` say who signed what, with nothing of the daemon's but texts.
    fn prove(&self, approval: &str) -> Result<()> {
        if interrupt::asked() {
            return Ok(());
        }
        let write = |name: &str, text: &str| {
            let path = self.folder.join(name);
            fs::write(&path, text).with_context(|| format!("write {name}"))?;
            Ok::<_, anyhow::Error>(path)
        };
        write("allowed_signers", &self.admin(&["keys", "export"])?)?;
        say::line("\nWho signed, as ssh-keygen alone confirms it:");
        let source = ["runbooks", "show", WORKFLOW, "--source"];
        let published = write("published.yaml", &self.by(&self.carol, &source)?)?;
        let swapped = write("swapped.yaml", &MANIFEST.replace("uname -s", "uname -a"))?;
        let beside = PathBuf::from(format!("{}.sig", self.runbook().display()));
        self.verify(RUNBOOK, &self.carol.principal(), &beside, (&published, &swapped))?;

        let shown = ["approvals", "show", approval, "--statement"];
        let statement = self.by(&self.carol, &shown)?;
        let genuine = write("statement.json", &statement)?;
        let altered = write("altered.json", &statement.replace("checkout", "payments"))?;
        let signed = self.shown(approval)?.stages;
        let signatures: Vec<Signature> =
            signed.into_iter().flat_map(|stage| stage.signatures).collect();
        ensure!(signatures.len() == 2, "two people signed, not {}", signatures.len());
        for Signature { principal, armored } in signatures {
            let signature = write("signature", &armored)?;
            self.verify(APPROVAL, &principal, &signature, (&genuine, &altered))?;
        }
        say::line("  and none of them for another script, or `payments` in place of `checkout`");
        Ok(())
    }

    /// That a signature of somebody's holds for a text, and for no other.
    fn verify(
        &self,
        namespace: &str,
        principal: &str,
        signature: &Path,
        (genuine, altered): (&Path, &Path),
    ) -> Result<()> {
        let verified = |text: &Path| {
            let mut keygen = program::command("ssh-keygen");
            keygen.args(["-Y", "verify", "-n", namespace, "-I", principal, "-f"]);
            keygen.arg(self.folder.join("allowed_signers")).arg("-s").arg(signature);
            let text = File::open(text).context("open what was signed")?;
            program::output(keygen.stdin(text))
        };
        say::line(&format!("  {}", verified(genuine)?.trim()));
        if verified(altered).is_ok() {
            bail!("a signature of {principal} holds for something else than was signed");
        }
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
