//! The real agent, and some that are not.

#![expect(clippy::disallowed_methods, reason = "an agent is a program")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::unix::net::UnixListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use conductor_keys::{
    agent::{Agent, AgentError},
    ssh_key::Credential,
    sshsig::{self, APPROVAL, SignError, Signs},
};

use super::stock::{Claim, Device, Stock, TYPES, put_string, time};

const WAIT: Duration = Duration::from_secs(20);

/// An `ssh-agent` that ends with the test.
struct Running {
    agent: Child,
    socket: PathBuf,
}

impl Running {
    fn start(stock: &Stock) -> Self {
        let socket = stock.path("agent.sock");
        let mut agent = Command::new("ssh-agent")
            .arg("-D")
            .arg("-a")
            .arg(&socket)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // It says where its socket is as soon as there is one.
        let mut said = String::new();
        BufReader::new(agent.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.contains("SSH_AUTH_SOCK"), "{said}");
        Self { agent, socket }
    }

    fn add(&self, stock: &Stock, arguments: &[&str]) {
        let output = Command::new("ssh-add")
            .args(["-q"])
            .args(arguments)
            .current_dir(stock.path("."))
            .env("SSH_AUTH_SOCK", &self.socket)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn connect(&self) -> Agent {
        Agent::connect(&self.socket, WAIT).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.agent.kill().ok();
        self.agent.wait().ok();
    }
}

#[test]
fn every_type_of_key_signs_through_the_agent() {
    let stock = Stock::new();
    let running = Running::start(&stock);
    assert_eq!(running.connect().identities().unwrap(), []);
    for (name, options) in TYPES {
        stock.key(name, options);
        running.add(&stock, &[name]);
    }
    let mut agent = running.connect();
    let held = agent.identities().unwrap();
    assert_eq!(held.len(), TYPES.len());
    for ((name, _), identity) in TYPES.into_iter().zip(&held) {
        assert_eq!(identity.credential, stock.public(name));
        assert_eq!(identity.comment, "alice at home");
        let fingerprint = identity.credential.key().fingerprint();
        let mut signer = agent.signer(&fingerprint).unwrap();
        let signature = sshsig::sign(&mut signer, APPROVAL, b"message").unwrap();
        let allowed = format!("alice {}\n", identity.credential.key().to_openssh());
        assert!(stock.accepts(&Claim {
            allowed: &allowed,
            revoked: "",
            principal: "alice",
            namespace: APPROVAL,
            at: time("2026-01-01T00:00:00Z"),
            message: b"message",
            signature: &signature,
        }));
    }
}

#[test]
fn a_certificate_in_the_agent_is_taken_when_it_is_asked_for() {
    let stock = Stock::new();
    let running = Running::start(&stock);
    stock.key("ca", TYPES[0].1);
    for (name, options) in [TYPES[0], TYPES[4]] {
        stock.key(name, options);
        stock.must(&["-q", "-s", "ca", "-I", "x", "-n", "alice", &format!("{name}.pub")], b"");
        running.add(&stock, &[name]);
        let mut agent = running.connect();
        let (key, certificate) = (stock.public(name), stock.public(&format!("{name}-cert")));
        let mut signer = agent.signer_for(&certificate).unwrap();
        let signature = sshsig::sign(&mut signer, APPROVAL, b"message").unwrap();
        let verified = sshsig::verify(&signature, APPROVAL, b"message").unwrap();
        assert_eq!(*verified.credential(), certificate);
        let signer = agent.signer(&key.key().fingerprint()).unwrap();
        assert_eq!(*signer.credential(), key);
    }
}

#[test]
fn a_key_that_is_not_there_or_locked_is_told() {
    let stock = Stock::new();
    let running = Running::start(&stock);
    let key = stock.key("key", TYPES[0].1);
    let mut agent = running.connect();
    let fingerprint = key.credential().key().fingerprint();
    let absent = agent.signer(&fingerprint).unwrap_err();
    assert!(matches!(absent, AgentError::Absent(key) if key == fingerprint), "{absent}");
    let absent = agent.signer_for(key.credential()).unwrap_err();
    assert!(matches!(absent, AgentError::Absent(_)), "{absent}");
    running.add(&stock, &["key"]);
    let mut signer = agent.signer(&fingerprint).unwrap();
    // Gone between being chosen and being used.
    running.add(&stock, &["-D"]);
    let error = sshsig::sign(&mut signer, APPROVAL, b"message").unwrap_err();
    assert!(matches!(error, SignError::Agent(AgentError::Refused)), "{error}");
    let error = Agent::connect(&stock.path("nowhere"), WAIT).unwrap_err();
    assert!(matches!(error, AgentError::Connect { .. }), "{error}");
}

/// An agent that reads one request after the other and gives these answers.
fn pretender(stock: &Stock, answers: Vec<Vec<u8>>) -> (PathBuf, thread::JoinHandle<()>) {
    let socket = stock.path("pretender.sock");
    std::fs::remove_file(&socket).ok();
    let listener = UnixListener::bind(&socket).unwrap();
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        for answer in answers {
            let mut length = [0; 4];
            if stream.read_exact(&mut length).is_err() {
                return;
            }
            let mut request = vec![0; u32::from_be_bytes(length) as usize];
            stream.read_exact(&mut request).unwrap();
            stream.write_all(&answer).ok();
        }
        // Stays until the other side goes.
        stream.read_to_end(&mut Vec::new()).ok();
    });
    (socket, serving)
}

fn packet(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put_string(&mut out, body);
    out
}

/// The list of one key, of a device in software.
fn listing(credential: &Credential) -> Vec<u8> {
    let mut body = vec![12];
    body.extend_from_slice(&1_u32.to_be_bytes());
    put_string(&mut body, credential.wire());
    put_string(&mut body, b"a \x1b[31mred\xff comment");
    packet(&body)
}

#[test]
fn answers_that_make_no_sense_are_refused() {
    let stock = Stock::new();
    let device = Device::ed25519(1);
    let list = listing(device.credential());
    let mut cut = packet(&list[4..list.len() - 1]);
    let wrong: Vec<Vec<u8>> = vec![
        packet(b""),
        vec![0xff; 64],
        packet(&[12]),
        packet(&[12, 0xff, 0xff, 0xff, 0xff]),
        packet(&[12, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]),
        packet(&[12, 0, 0, 0, 0, 9]),
        packet(&[6]),
        std::mem::take(&mut cut),
    ];
    for answer in wrong {
        let (socket, serving) = pretender(&stock, vec![answer.clone()]);
        let mut agent = Agent::connect(&socket, WAIT).unwrap();
        let error = agent.identities().unwrap_err();
        assert!(matches!(error, AgentError::Damaged), "{answer:?}: {error}");
        drop(agent);
        serving.join().unwrap();
    }
}

#[test]
fn a_signature_of_something_else_does_not_leave() {
    let stock = Stock::new();
    let mut device = Device::ed25519(1);
    let list = listing(device.credential());
    let mut other = vec![14];
    put_string(&mut other, &device.sign(b"something else").unwrap());
    for (answer, is_damaged) in [(other, false), (vec![14, 0, 0, 0, 9], true)] {
        let (socket, serving) = pretender(&stock, vec![list.clone(), packet(&answer)]);
        let mut agent = Agent::connect(&socket, WAIT).unwrap();
        let mut signer = agent.signer(&device.public().fingerprint()).unwrap();
        let error = sshsig::sign(&mut signer, APPROVAL, b"message").unwrap_err();
        if is_damaged {
            assert!(matches!(error, SignError::Agent(AgentError::Damaged)), "{error}");
        } else {
            assert!(matches!(error, SignError::Unfit(_)), "{error}");
        }
        drop(agent);
        serving.join().unwrap();
    }
}

#[test]
fn a_comment_can_not_paint_the_terminal() {
    let stock = Stock::new();
    let (socket, serving) = pretender(&stock, vec![listing(Device::ed25519(1).credential())]);
    let mut agent = Agent::connect(&socket, WAIT).unwrap();
    let comment = agent.identities().unwrap().remove(0).comment;
    assert_eq!(comment, "a \u{fffd}[31mred\u{fffd} comment");
    drop(agent);
    serving.join().unwrap();
}

#[test]
fn an_agent_that_says_nothing_is_not_waited_for() {
    let stock = Stock::new();
    // Silent from the start, and silent in the middle of an answer.
    for answer in [vec![], vec![0, 0, 0, 9, 12, 0]] {
        let (socket, serving) = pretender(&stock, vec![answer]);
        let mut agent = Agent::connect(&socket, Duration::from_millis(50)).unwrap();
        let error = agent.identities().unwrap_err();
        assert!(matches!(error, AgentError::Silent(_)), "{error}");
        drop(agent);
        serving.join().unwrap();
    }
}
