//! Whose a signature is, by every way in which a key can be enrolled.

use conductor_domain::{
    event::{Envelope, Event},
    org::{
        identity::Grant,
        key::{self, types_taken},
    },
    scope::Scope,
};
use conductor_keys::{
    ssh_key::KeyType,
    sshsig::{APPROVAL, ARTIFACT, LOGIN, RUNBOOK},
};

use super::*;

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

// Two keys, a CA, and certificates that it gave the first: for whom, their names say.
const ONE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8Rxbuiy\
     8";
const TWO: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJd89qGLGskl44x8ugTWRsKbhSj1jwUEs6stkg0/bRO\
     A";
const CA: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICe3m5Hy+FSictw+qQSYWIcx+fi84qGnZPm9b0VJu/Fy";
const AS_1: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY\
     29tAAAAIKfxL90DfZBhIdHZ9TT/H5cs8KI4ZN0Tn1yJThpcWSymAAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8R\
     xbuiy8AAAAAAAAAAAAAAABAAAABHRlc3QAAAAJAAAABXVpZDoxAAAAAAAAAAD//////////wAAAAAAAACCAAAAFXBlcm1\
     pdC1YMTEtZm9yd2FyZGluZwAAAAAAAAAXcGVybWl0LWFnZW50LWZvcndhcmRpbmcAAAAAAAAAFnBlcm1pdC1wb3J0LWZv\
     cndhcmRpbmcAAAAAAAAACnBlcm1pdC1wdHkAAAAAAAAADnBlcm1pdC11c2VyLXJjAAAAAAAAAAAAAAAzAAAAC3NzaC1lZ\
     DI1NTE5AAAAICe3m5Hy+FSictw+qQSYWIcx+fi84qGnZPm9b0VJu/FyAAAAUwAAAAtzc2gtZWQyNTUxOQAAAECcLoiIVb\
     30fc776BftQtMfh7mr6/ELop5PlnRpb/Pcg7FtYmM9UZuxWVbfqazQ5Lv7DwLsKu7vJekfZCwU6NEH";
const AS_0: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY\
     29tAAAAIMWBb07bgKhPDG/CEFOCfJs/5dDl8ONB2AxWT/dEY/tWAAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8R\
     xbuiy8AAAAAAAAAAAAAAABAAAABHRlc3QAAAAJAAAABXVpZDowAAAAAAAAAAD//////////wAAAAAAAACCAAAAFXBlcm1\
     pdC1YMTEtZm9yd2FyZGluZwAAAAAAAAAXcGVybWl0LWFnZW50LWZvcndhcmRpbmcAAAAAAAAAFnBlcm1pdC1wb3J0LWZv\
     cndhcmRpbmcAAAAAAAAACnBlcm1pdC1wdHkAAAAAAAAADnBlcm1pdC11c2VyLXJjAAAAAAAAAAAAAAAzAAAAC3NzaC1lZ\
     DI1NTE5AAAAICe3m5Hy+FSictw+qQSYWIcx+fi84qGnZPm9b0VJu/FyAAAAUwAAAAtzc2gtZWQyNTUxOQAAAEDpfG6oKe\
     1miesYhd9UZk3dq3RrHMKEjpPxM5ru/GtoeR8IKDEXMqoy1LuBScFC5GY/GvzRpwmkBQ4PHcIu9DcP";
const AS_1_OR_2: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5z\
     c2guY29tAAAAIJcXFkwy7CeQppbD0Yb7wjjiL3AGYZd/pTGKmuzUrSfmAAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05N\
     hDc8Rxbuiy8AAAAAAAAAAAAAAABAAAABHRlc3QAAAASAAAABXVpZDoxAAAABXVpZDoyAAAAAAAAAAD//////////wAAAA\
     AAAACCAAAAFXBlcm1pdC1YMTEtZm9yd2FyZGluZwAAAAAAAAAXcGVybWl0LWFnZW50LWZvcndhcmRpbmcAAAAAAAAAFnB\
     lcm1pdC1wb3J0LWZvcndhcmRpbmcAAAAAAAAACnBlcm1pdC1wdHkAAAAAAAAADnBlcm1pdC11c2VyLXJjAAAAAAAAAAAA\
     AAAzAAAAC3NzaC1lZDI1NTE5AAAAICe3m5Hy+FSictw+qQSYWIcx+fi84qGnZPm9b0VJu/FyAAAAUwAAAAtzc2gtZWQyN\
     TUxOQAAAEB9xA2pBcCT2/TaFvkKMaK1O7/aIE/9div81h0WnySd/G3o3W8c7xG7+OdzSPklR08edNl3ZCLDI7qaMbdDCx\
     QE";
const AS_3: &str = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY\
     29tAAAAINuisIZ+OM2f1IJkBnyeDib1QuaHidT8p1Nnz6WSEpAvAAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8R\
     xbuiy8AAAAAAAAAAAAAAABAAAABHRlc3QAAAAJAAAABXVpZDozAAAAAAAAAAD//////////wAAAAAAAACCAAAAFXBlcm1\
     pdC1YMTEtZm9yd2FyZGluZwAAAAAAAAAXcGVybWl0LWFnZW50LWZvcndhcmRpbmcAAAAAAAAAFnBlcm1pdC1wb3J0LWZv\
     cndhcmRpbmcAAAAAAAAACnBlcm1pdC1wdHkAAAAAAAAADnBlcm1pdC11c2VyLXJjAAAAAAAAAAAAAAAzAAAAC3NzaC1lZ\
     DI1NTE5AAAAICe3m5Hy+FSictw+qQSYWIcx+fi84qGnZPm9b0VJu/FyAAAAUwAAAAtzc2gtZWQyNTUxOQAAAEAn+wzkFj\
     W1RxXacce4xpyvSUZfUzSJIdpZeEHm6uf5OV3tUARFf9jgSpDc+mBGRGOEsn7EoxQei//dbFTf3mcN";

/// What is enrolled, and who administers everything: `uid:0`.
struct Book(Keys, Grants);

impl Book {
    fn new() -> Self {
        let mut grants = Grants::default();
        let scope = Scope::default();
        let (principal, role) = (Principal::uid(0), ADMIN.to_owned());
        grants.insert(Grant { scope, principal, role, by: Principal::system(), at: NOW });
        Self(Keys::default(), grants)
    }

    fn with(mut self, tenant: &str, text: &str) -> Self {
        let lines = SignerLine::read_all(text, &TimeZone::UTC).unwrap();
        let wanted: Vec<_> = lines.iter().map(|(_, line)| terms(line)).collect();
        let events = key::enroll(&self.0, &self.1, (tenant, NOW), &wanted).unwrap();
        for event in events {
            self.record(tenant, Event::KeyEnrolled(event));
        }
        self
    }

    fn without(mut self, tenant: &str, key: &str) -> Self {
        let wanted = key::Revoked {
            fingerprint: PublicKey::from_openssh(key).unwrap().fingerprint().to_string(),
            principal: Principal::system(),
            reason: "lost".into(),
            decision: String::new(),
        };
        let event = key::revoke(&self.0, tenant, wanted).unwrap().unwrap();
        self.record(tenant, Event::KeyRevoked(event));
        self
    }

    fn record(&mut self, tenant: &str, event: Event) {
        let scope = Scope { tenant: tenant.into(), ..Scope::default() };
        let principal = Principal::uid(0);
        let (trace, idempotency) = (None, None);
        self.0.apply(&Envelope { at: NOW, scope, principal, trace, idempotency, event }).unwrap();
    }

    fn find(&self, tenant: &str, key: &str) -> Result<Signed, SignerError> {
        self.find_at(tenant, key, (APPROVAL, NOW))
    }

    fn find_at(
        &self,
        tenant: &str,
        key: &str,
        (namespace, at): (&str, Timestamp),
    ) -> Result<Signed, SignerError> {
        let credential = &Credential::from_openssh(key).unwrap();
        Signers::of(&self.0, &self.1, tenant).find(Signature { credential, namespace, at })
    }
}

fn who(found: Result<Signed, SignerError>) -> String {
    found.unwrap().principal.to_string()
}

fn why(found: Result<Signed, SignerError>) -> NotAllowed {
    match found.unwrap_err() {
        SignerError::NotAllowed(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_domain_names_what_keys_are_made_of() {
    let types: Vec<_> = KeyType::ALL.iter().map(|known| known.name()).collect();
    assert_eq!(types_taken(), types);
    assert_eq!(NAMESPACES, [APPROVAL, ARTIFACT, LOGIN, RUNBOOK]);
}

#[test]
fn a_key_counts_in_its_tenant_and_one_of_home_everywhere() {
    let book =
        Book::new().with("acme", &format!("uid:1 {ONE}")).with("default", &format!("uid:2 {TWO}"));
    let signed = book.find("acme", ONE).unwrap();
    assert_eq!((signed.principal.as_str(), signed.enrolled.tenant.as_str()), ("uid:1", "acme"));
    assert_eq!((signed.enrolled.by.as_str(), signed.enrolled.at), ("uid:0", NOW));
    assert_eq!(signed.key.to_string(), signed.enrolled.terms.fingerprint);
    for tenant in ["globex", "default"] {
        assert!(matches!(why(book.find(tenant, ONE)), NotAllowed::Unknown(_)), "{tenant}");
    }
    for tenant in ["acme", "globex", "default"] {
        assert_eq!(who(book.find(tenant, TWO)), "uid:2", "{tenant}");
    }
    let credential = &Credential::from_openssh(ONE).unwrap();
    let signature = Signature { credential, namespace: LOGIN, at: NOW };
    let signers = Signers::of(&book.0, &book.1, "acme");
    assert!(signers.find_as(&Principal::uid(1), signature).is_ok());
    let other = signers.find_as(&Principal::uid(2), signature);
    assert!(matches!(why(other), NotAllowed::Principal(_)));
}

#[test]
fn terms_hold_at_the_time_that_is_asked_about() {
    let options = "namespaces=\"runbook@conductor\",valid-before=\"20300101Z\"";
    let book = Book::new().with("acme", &format!("uid:1 {options} {ONE}"));
    let late = Timestamp::from_unix_ms(1_900_000_000_000);
    assert_eq!(who(book.find_at("acme", ONE, (RUNBOOK, NOW))), "uid:1");
    let wrong = why(book.find_at("acme", ONE, (APPROVAL, NOW)));
    assert!(matches!(wrong, NotAllowed::Namespace { .. }), "{wrong}");
    let wrong = why(book.find_at("acme", ONE, (RUNBOOK, late)));
    assert!(matches!(wrong, NotAllowed::Expired { .. }), "{wrong}");
}

#[test]
fn what_was_revoked_signs_no_more_and_at_home_nowhere() {
    let line = format!("uid:1 {ONE}");
    let book = Book::new().with("acme", &line).with("globex", &line).without("acme", ONE);
    assert!(matches!(why(book.find("acme", ONE)), NotAllowed::Revoked(_)));
    assert_eq!(who(book.find("globex", ONE)), "uid:1");
    let book = book.with("default", &line).without("default", ONE);
    assert!(matches!(why(book.find("globex", ONE)), NotAllowed::Revoked(_)));
    let authority = format!("uid:* cert-authority {CA}");
    let book = Book::new().with("acme", &authority).with("acme", &line).without("acme", ONE);
    let revoked = why(book.find("acme", AS_1));
    assert!(matches!(revoked, NotAllowed::Revoked(_)), "the key in the certificate");
    let book = Book::new().with("acme", &authority).without("acme", CA);
    assert!(matches!(why(book.find("acme", AS_1)), NotAllowed::Revoked(_)), "its CA");
}

#[test]
fn a_ca_vouches_for_those_that_it_is_enrolled_for() {
    let book = Book::new().with("acme", &format!("uid:1,uid:2 cert-authority {CA}"));
    let signed = book.find("acme", AS_1).unwrap();
    let authority = PublicKey::from_openssh(CA).unwrap().fingerprint();
    assert_eq!(signed.principal.as_str(), "uid:1");
    assert_eq!(signed.enrolled.terms.fingerprint, authority.to_string());
    assert_ne!(signed.key, authority);
    assert!(matches!(why(book.find("acme", AS_3)), NotAllowed::Principal(_)));
    assert!(matches!(why(book.find("acme", ONE)), NotAllowed::Unknown(_)), "by itself");
    assert!(matches!(why(book.find("acme", CA)), NotAllowed::Unknown(_)), "nor the CA");
    let several = book.find("acme", AS_1_OR_2).unwrap_err();
    assert!(matches!(&several, SignerError::Several { principals, .. } if principals.len() == 2));
    let credential = &Credential::from_openssh(AS_1_OR_2).unwrap();
    let signature = Signature { credential, namespace: APPROVAL, at: NOW };
    let signers = Signers::of(&book.0, &book.1, "acme");
    assert_eq!(who(signers.find_as(&Principal::uid(2), signature)), "uid:2");
}

#[test]
fn one_person_never_counts_as_two_by_a_certificate() {
    let book = Book::new()
        .with("acme", &format!("uid:* cert-authority {CA}"))
        .with("acme", &format!("uid:1 {ONE}"));
    assert_eq!(who(book.find("acme", AS_1)), "uid:1");
    let another = book.find("acme", AS_3).unwrap_err();
    assert!(matches!(another, SignerError::Another { .. }), "{another}");
}

#[test]
fn no_tenant_speaks_for_an_administrator_of_all() {
    let authority = format!("uid:* cert-authority {CA}");
    let book = Book::new().with("acme", &authority);
    let refused = book.find("acme", AS_0).unwrap_err();
    assert!(matches!(refused, SignerError::Administrator { .. }), "{refused}");
    let book = Book::new().with("default", &authority);
    assert_eq!(who(book.find("acme", AS_0)), "uid:0");
    // Somebody who became one after their key was enrolled is known by that one no more.
    let mut book = Book::new().with("acme", &format!("uid:7 {ONE}"));
    assert_eq!(who(book.find("acme", ONE)), "uid:7");
    book.1.insert(Grant {
        scope: Scope::default(),
        principal: Principal::uid(7),
        role: ADMIN.into(),
        by: Principal::uid(0),
        at: NOW,
    });
    assert!(matches!(book.find("acme", ONE), Err(SignerError::Administrator { .. })));
}

#[test]
fn a_line_and_its_terms_say_the_same() {
    for text in [
        format!("uid:1 namespaces=\"login@conductor\" {ONE} desk"),
        format!(
            "uid:*,!uid:7 cert-authority,namespaces=\"approval@conductor\",\
             valid-after=\"20260101000000Z\",valid-before=\"20300101000000Z\" {CA}"
        ),
    ] {
        let (_, read) = SignerLine::read_all(&text, &TimeZone::UTC).unwrap().remove(0);
        assert_eq!(line(&terms(&read)).unwrap(), read);
        assert_eq!(read.to_string(), text);
    }
}
