//! What is handed out to check a tenant's signatures with.

use super::*;

fn page(keys: &Keys, grants: &Grants, tenant: &str, count: usize) -> [Vec<String>; 2] {
    let [mut signs, mut revoked] = [Vec::new(), Vec::new()];
    let mut after: Option<(String, String)> = None;
    loop {
        let from = after.as_ref().map(|(place, after)| (place.as_str(), after.as_str()));
        let allowed = keys.allowed(grants, tenant, from, count);
        assert!(allowed.keys.len() + allowed.revoked.len() <= count);
        signs.extend(allowed.keys.iter().map(|key| key.terms.fingerprint.clone()));
        revoked.extend(allowed.revoked.iter().map(|key| key.terms.fingerprint.clone()));
        after = allowed.next;
        if after.is_none() {
            return [signs, revoked];
        }
    }
}

fn named(numbers: &[&str]) -> Vec<String> {
    numbers.iter().map(|number| format!("SHA256:{number}")).collect()
}

#[test]
fn it_is_what_counts_there_and_nothing_of_other_tenants() {
    let mut keys = Keys::default();
    let ca = Enrolled { cert_authority: true, ..key(4, "uid:*") };
    let home = [key(1, "uid:0"), key(2, "uid:1"), key(3, "uid:2"), ca, key(5, "uid:3")];
    put(&mut keys, HOME_TENANT, &home).unwrap();
    put(&mut keys, "acme", &[key(6, "uid:1"), key(7, "uid:7"), key(8, "uid:7")]).unwrap();
    put(&mut keys, "globex", &[key(9, "uid:9")]).unwrap();
    take(&mut keys, HOME_TENANT, 5).unwrap();
    take(&mut keys, "acme", 8).unwrap();
    let held = [
        (HOME_TENANT, "uid:0", ADMIN),
        ("acme", "uid:1", "operator"),
        (HOME_TENANT, "uid:2", "operator"),
    ];
    let grants = grants(&held);
    // Of home: its administrator, who holds a role here, the CA for several, and what was revoked.
    let [all, gone] = [&["1", "2", "4", "6", "7"][..], &["5", "8"]].map(named);
    for count in 1..9 {
        assert_eq!(page(&keys, &grants, "acme", count), [all.clone(), gone.clone()], "{count}");
    }
    let home = [&["1", "2", "3", "4"][..], &["5"]].map(named);
    assert_eq!(page(&keys, &grants, HOME_TENANT, 2), home);
    assert_eq!(page(&keys, &grants, "initech", 3), [&["1", "4"][..], &["5"]].map(named));
}
