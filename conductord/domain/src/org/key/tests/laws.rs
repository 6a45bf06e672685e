//! What holds after anything that can be asked for, in any order.

use proptest::prelude::*;

use super::*;

const TENANTS: [&str; 3] = [HOME_TENANT, "acme", "globex"];

/// Something that somebody asks for: where, which key, and for whom it is enrolled; or that it is
/// taken back.
type Asked = (usize, u32, Option<u32>);

fn asked() -> impl Strategy<Value = Vec<Asked>> {
    let one = (0..TENANTS.len(), 0..4u32, proptest::option::weighted(0.75, 0..3u32));
    proptest::collection::vec(one, 1..60)
}

proptest! {
    #[test]
    fn a_fingerprint_is_one_principals_wherever_it_counts(asked in asked()) {
        let mut keys = Keys::default();
        let mut gone: Vec<(usize, u32)> = Vec::new();
        for (tenant, number, principal) in asked {
            match principal {
                Some(principal) => {
                    let wanted = [key(number, &format!("uid:{principal}"))];
                    let done = put(&mut keys, TENANTS[tenant], &wanted).is_ok();
                    let was = gone.contains(&(tenant, number)) || gone.contains(&(0, number));
                    prop_assert!(!(done && was), "what was revoked is enrolled again");
                }
                None => {
                    if take(&mut keys, TENANTS[tenant], number) == Ok(true) {
                        gone.push((tenant, number));
                    }
                }
            }
            for tenant in TENANTS {
                for number in 0..4 {
                    let fingerprint = format!("SHA256:{number}");
                    let counting = keys.counting(tenant, &fingerprint);
                    let signing = counting.filter(|key| key.revoked.is_none());
                    let mut owners: Vec<_> = signing.map(|key| &key.terms.principal).collect();
                    owners.dedup();
                    prop_assert!(owners.len() <= 1, "{fingerprint} in {tenant}: {owners:?}");
                }
            }
        }
        for (tenant, number) in gone {
            let known = keys.get(TENANTS[tenant], &format!("SHA256:{number}"));
            prop_assert!(known.is_some_and(|key| key.revoked.is_some()), "it stays listed");
        }
    }

    #[test]
    fn keys_that_are_taken_up_as_they_are_are_the_same(asked in asked()) {
        let mut keys = Keys::default();
        for (tenant, number, principal) in asked {
            let before = keys.clone();
            let done = match principal {
                Some(principal) => {
                    put(&mut keys, TENANTS[tenant], &[key(number, &format!("uid:{principal}"))])
                }
                None => take(&mut keys, TENANTS[tenant], number).map(usize::from),
            };
            let changed = done.is_ok_and(|count| count > 0);
            prop_assert_eq!(changed, keys != before, "what is refused changes nothing");
        }
        let mut again = Keys::default();
        for tenant in TENANTS {
            for key in keys.after(tenant, "") {
                let json = serde_json::to_vec(&**key).unwrap();
                again.insert(std::sync::Arc::new(serde_json::from_slice(&json).unwrap()));
            }
        }
        prop_assert_eq!(again, keys);
    }
}
