//! Laws of retries.

use proptest::prelude::*;

use super::{Limits, decide::backoff_ms};

proptest! {
    #[test]
    fn backoff_doubles_within_its_bounds(failures in 0..40_u32, chance in any::<u64>()) {
        let limits = Limits {
            backoff_first_ms: 500,
            backoff_max_ms: 60_000,
            losses_max: 1,
            outputs_bytes_max: 1,
        };
        let full = (500_u64 << failures.min(20)).min(60_000);
        let wait = backoff_ms(failures, chance, (None, &limits));
        prop_assert!((full / 2..=full).contains(&wait), "{wait} of {full}");
    }
}
