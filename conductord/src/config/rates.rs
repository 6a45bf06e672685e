//! `[rates]`: how often somebody may ask.

use conductor_api::RateLimits;
use serde::{Deserialize, Deserializer, de::Error as _};

/// The highest figure: more a minute than a bucket can tell apart is no limit.
const PER_MINUTE_MAX: u32 = 6_000_000;

/// `[rates]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    start: Option<PerMinute>,
    change: Option<PerMinute>,
    stop: Option<PerMinute>,
    administer: Option<PerMinute>,
    approve: Option<PerMinute>,
    login: Option<PerMinute>,
    ask: Option<PerMinute>,
    r#try: Option<PerMinute>,
    registry: Option<PerMinute>,
    read: Option<PerMinute>,
    probe: Option<PerMinute>,
    work: Option<PerMinute>,
    other: Option<PerMinute>,
    tenant_start: Option<PerMinute>,
    tenant: Option<PerMinute>,
    owner: bool,
}

impl File {
    /// What is said, and the defaults for the rest.
    pub(super) fn settings(&self) -> RateLimits {
        let default = RateLimits::default();
        let or = |given: Option<PerMinute>, default: u32| given.map_or(default, |given| given.0);
        RateLimits {
            start: or(self.start, default.start),
            change: or(self.change, default.change),
            stop: or(self.stop, default.stop),
            administer: or(self.administer, default.administer),
            approve: or(self.approve, default.approve),
            login: or(self.login, default.login),
            ask: or(self.ask, default.ask),
            trial: or(self.r#try, default.trial),
            registry: or(self.registry, default.registry),
            read: or(self.read, default.read),
            probe: or(self.probe, default.probe),
            work: or(self.work, default.work),
            other: or(self.other, default.other),
            tenant_start: or(self.tenant_start, default.tenant_start),
            tenant: or(self.tenant, default.tenant),
            owner: self.owner,
        }
    }
}

/// Requests a minute; 0 for no limit.
#[derive(Debug, Clone, Copy)]
struct PerMinute(u32);

impl<'de> Deserialize<'de> for PerMinute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = i64::deserialize(deserializer)?;
        let fits = u32::try_from(given).ok().filter(|given| *given <= PER_MINUTE_MAX);
        fits.map(Self).ok_or_else(|| {
            D::Error::custom(format!(
                "{given} is no number of requests a minute from 1 to {PER_MINUTE_MAX}, or 0 for no \
                 limit"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_as_it_always_is() {
        let read = |text: &str| toml::from_str::<File>(text).map(|file| file.settings());
        assert_eq!(read("").unwrap(), RateLimits::default());
        let said = read("start = 5\ntry = 0\nowner = true").unwrap();
        let expected = RateLimits { start: 5, trial: 0, owner: true, ..RateLimits::default() };
        assert_eq!(said, expected);
        for bad in ["start = -1", "start = 6000001", "start = 'many'", "starts = 1", "owner = 1"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
