//! Files of allowed signers: what lines mean, and what is wrong with others.

use conductor_keys::{
    allowed_signers::{
        AllowedSigners, AllowedSignersError, LineProblem, NotAllowed, Revoked, SignerLine,
    },
    ssh_key::{Credential, KeyError},
    sshsig::{self, APPROVAL, RUNBOOK},
};
use jiff::tz::TimeZone;

use super::stock::{Claim, Device, Stock, TYPES, signers, time};

const AT: &str = "2026-01-15T12:00:00Z";

fn key() -> String {
    Device::ed25519(0).public().to_openssh()
}

fn credential() -> Credential {
    Credential::Key(Device::ed25519(0).public().clone())
}

/// Whether a line lets a principal sign, by us and by OpenSSH.
fn check(stock: &Stock, line: &str, principal: &str, expected: bool) {
    let line = format!("# Who may sign.\n\n  \t\n{}\n", line.replace("KEY", &key()));
    let found = signers(&line).find_as(principal, &credential(), APPROVAL, time(AT));
    assert_eq!(found.is_ok(), expected, "{line}: {found:?}");
    let signature = sshsig::sign(&mut Device::ed25519(1), APPROVAL, b"message").unwrap();
    let claim = Claim {
        allowed: &line,
        revoked: "",
        principal,
        namespace: APPROVAL,
        at: time(AT),
        message: b"message",
        signature: &signature,
    };
    assert_eq!(stock.accepts(&claim), expected, "{line}");
}

#[test]
fn lines_mean_what_they_mean_to_ssh_keygen() {
    let stock = Stock::new();
    for (line, principal, expected) in [
        ("alice KEY", "alice", true),
        ("alice KEY a comment, with \"quotes", "alice", true),
        ("  alice \t KEY", "alice", true),
        ("\"alice\" KEY", "alice", true),
        ("\"alice liddell\" KEY", "alice liddell", true),
        ("bob,alice KEY", "alice", true),
        ("alice KEY", "Alice", false),
        ("*@example.com KEY", "alice@example.com", true),
        ("*@example.com,!bob@example.com KEY", "bob@example.com", false),
        ("!bob@example.com KEY", "alice", false),
        ("a?ice KEY", "alice", true),
        ("alice namespaces=\"approval@conductor\" KEY", "alice", true),
        ("alice namespaces=\"file,approval@*\" KEY", "alice", true),
        ("alice namespaces=\"*,!approval@conductor\" KEY", "alice", false),
        ("alice namespaces=\"file\" KEY", "alice", false),
        ("alice NAMESPACES=\"approval@conductor\" KEY", "alice", true),
        ("alice cert-authority KEY", "alice", false),
        ("alice valid-after=\"20260115Z\" KEY", "alice", true),
        ("alice valid-after=\"202601151200Z\" KEY", "alice", true),
        ("alice valid-after=\"20260115120001Z\" KEY", "alice", false),
        ("alice valid-before=\"20260115120000Z\" KEY", "alice", true),
        ("alice valid-before=\"20260115115959Z\" KEY", "alice", false),
        ("alice valid-before=\"202601151201\" KEY", "alice", true),
        ("alice valid-before=\"20260115\" KEY", "alice", false),
        (
            "alice valid-after=\"20260101Z\",valid-before=\"20260201Z\",namespaces=\"*\" KEY",
            "alice",
            true,
        ),
    ] {
        check(&stock, line, principal, expected);
    }
}

#[test]
fn whom_we_find_ssh_keygen_finds() {
    let stock = Stock::new();
    let signature = sshsig::sign(&mut Device::ed25519(1), APPROVAL, b"message").unwrap();
    for (line, expected) in [
        ("alice KEY", &["alice"][..]),
        ("alice,bob KEY", &["alice", "bob"]),
        ("alice valid-before=\"20250101Z\" KEY", &[]),
        ("alice valid-after=\"20260101Z\" KEY", &["alice"]),
        ("alice cert-authority KEY", &[]),
    ] {
        let line = format!("{}\n", line.replace("KEY", &key()));
        let found = signers(&line).find(&credential(), APPROVAL, time(AT));
        assert_eq!(found.map(|found| found.principals).unwrap_or_default(), expected, "{line}");
        assert_eq!(stock.principals(&line, &signature, time(AT)), expected, "{line}");
    }
}

#[test]
fn a_wrong_line_is_told_by_its_number() {
    let dss = "ssh-dss AAAAB3NzaC1kc3MAAAABAQ==";
    for (line, problem) in [
        ("alice", LineProblem::Key(KeyError::Text)),
        ("alice,, KEY", LineProblem::Principals),
        ("\"alice KEY", LineProblem::Quotes),
        ("alice namespaces=\"file KEY", LineProblem::Quotes),
        ("alice no-touch=\"x\" KEY", LineProblem::Option("no-touch=\"x\"".to_owned())),
        ("alice cert-authority=\"x\" KEY", LineProblem::Option("cert-authority=\"x\"".to_owned())),
        ("alice namespaces=\"\" KEY", LineProblem::Option("namespaces=\"\"".to_owned())),
        ("alice namespaces=\"a\",namespaces=\"b\" KEY", LineProblem::Repeated("namespaces")),
        ("alice cert-authority,cert-authority KEY", LineProblem::Repeated("cert-authority")),
        ("alice valid-after=\"tomorrow\" KEY", LineProblem::Time("tomorrow".to_owned())),
        ("alice valid-before=\"20260230Z\" KEY", LineProblem::Time("20260230Z".to_owned())),
        ("alice valid-after=\"20260102Z\",valid-before=\"20260101Z\" KEY", LineProblem::Window),
        ("alice ssh-ed25519 AAAA!", LineProblem::Key(KeyError::Text)),
        ("alice ssh-ed25519 AAAA", LineProblem::Key(KeyError::Damaged)),
        (dss, LineProblem::Key(KeyError::Text)),
        (&format!("alice {dss}"), LineProblem::Key(KeyError::Type("ssh-dss".to_owned()))),
    ] {
        let text = format!("# one\nalice KEY\n{line}\n").replace("KEY", &key());
        let error = AllowedSigners::parse(&text, &TimeZone::UTC).unwrap_err();
        assert_eq!(error, AllowedSignersError::Line { line: 3, problem }, "{line}");
    }
}

#[test]
fn a_key_signs_for_all_who_are_named_with_it() {
    let text = "\
        alice,alice@example.com,*@ops KEY\n\
        bob valid-before=\"20250101Z\" KEY\n\
        carol namespaces=\"runbook@conductor\" KEY\n\
        alice namespaces=\"approval@conductor\" KEY\n";
    let signers = signers(&text.replace("KEY", &key()));
    let find = |namespace| signers.find(&credential(), namespace, time(AT)).unwrap();
    assert_eq!(find(APPROVAL).principals, ["alice", "alice@example.com"]);
    assert_eq!(find(RUNBOOK).principals, ["alice", "alice@example.com", "carol"]);
    assert_eq!(find(APPROVAL).authority, None);
}

#[test]
fn of_several_refusals_the_closest_is_told() {
    let find = |text: &str| {
        let text = text.replace("KEY", &key());
        signers(&text).find_as("alice", &credential(), APPROVAL, time(AT)).unwrap_err()
    };
    let elsewhere = "alice namespaces=\"file\" KEY\n";
    let expired = "alice valid-before=\"20250101Z\" KEY\n";
    let early = "alice valid-after=\"20270101Z\" KEY\n";
    let other = "bob KEY\n";
    assert!(matches!(find(""), NotAllowed::Unknown(_)));
    assert!(matches!(find(elsewhere), NotAllowed::Namespace { .. }));
    assert!(matches!(find(&[expired, elsewhere].concat()), NotAllowed::Expired { .. }));
    assert!(matches!(find(&[elsewhere, early].concat()), NotAllowed::NotYetValid { .. }));
    assert!(matches!(find(&[other, expired].concat()), NotAllowed::Principal(_)));
    let pattern = signers(&format!("*@ops {}", key()));
    let unnamed = pattern.find(&credential(), APPROVAL, time(AT));
    assert!(matches!(unnamed, Err(NotAllowed::Principal(_))), "a pattern names nobody");
}

#[test]
fn times_without_a_z_are_in_the_zone_that_is_given() {
    let zone = TimeZone::fixed(jiff::tz::offset(-5));
    let text = format!("alice valid-after=\"202601151200\" {}", key());
    let signers = AllowedSigners::parse(&text, &zone).unwrap();
    let find = |at| signers.find(&credential(), APPROVAL, time(at));
    assert!(find("2026-01-15T16:59:59Z").is_err());
    assert!(find("2026-01-15T17:00:00Z").is_ok());
}

#[test]
fn the_list_of_revoked_keys_is_read_as_it_is_written() {
    let stock = Stock::new();
    let keys = TYPES[..2]
        .iter()
        .map(|(name, options)| stock.key(name, options).credential().key().fingerprint());
    let list: Revoked = keys.collect();
    assert_eq!(Revoked::parse(&list.to_string()), Ok(list.clone()));
    let bare = list.to_string().replace("hash: ", " # a comment\n\n");
    assert_eq!(Revoked::parse(&bare), Ok(list));
    for wrong in ["SHA256:AAAA", "SHA1:x", "hash:", "key: x"] {
        let found = Revoked::parse(&format!("# one\n{wrong}\n"));
        if wrong == "hash:" {
            assert_eq!(found, Ok(Revoked::default()));
        } else {
            assert_eq!(found.unwrap_err().line, 2, "{wrong}");
        }
    }
}

#[test]
fn a_line_that_was_taken_apart_means_the_same_again() {
    let stock = Stock::new();
    for (line, principal) in [
        ("alice KEY", "alice"),
        ("alice KEY alice at  home", "alice"),
        ("\"alice liddell,b?b\" KEY", "alice liddell"),
        ("alice namespaces=\"file,approval@*\" KEY", "alice"),
        ("*@example.com,!bob@example.com KEY", "alice@example.com"),
        ("alice valid-after=\"20260101\",valid-before=\"202602011200\" KEY c", "alice"),
    ] {
        let given = line.replace("KEY", &key());
        let read = SignerLine::read_all(&given, &TimeZone::UTC).unwrap();
        let [(1, parts)] = read.as_slice() else { panic!("{read:?}") };
        let written = parts.to_string();
        check(&stock, &written, principal, true);
        let zone = TimeZone::fixed(jiff::tz::offset(7));
        let again = SignerLine::read_all(&written, &zone).unwrap();
        assert_eq!(again, [(1, parts.clone())], "{written}, wherever it is read");
        assert_eq!(again[0].1.to_string(), written);
    }
    let hashed = format!("\"#a\" {}", key());
    let parts = SignerLine::read_all(&hashed, &TimeZone::UTC).unwrap().remove(0).1;
    assert_eq!(parts.to_string(), hashed, "it is no comment");
    let numbered = format!("# none\n\nalice {}\n", key());
    assert_eq!(SignerLine::read_all(&numbered, &TimeZone::UTC).unwrap()[0].0, 3);
    let authority = format!("*@example.com cert-authority {} the CA", key());
    let parts = SignerLine::read_all(&authority, &TimeZone::UTC).unwrap().remove(0).1;
    assert!(parts.is_authority && parts.comment == "the CA");
    assert_eq!(parts.to_string(), authority);
}
