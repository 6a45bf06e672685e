//! Bugs to plant, so that the simulator can prove that it finds them.
//!
//! A daemon is built without the `simulation` feature: there the answers are constants, and no
//! switch exists that could be set.

/// Which bugs are planted; none by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quirks {
    /// Checksums are not looked at.
    #[cfg(any(test, feature = "simulation"))]
    pub checksum_not_checked: bool,
    /// A torn batch at the end is left where it is.
    #[cfg(any(test, feature = "simulation"))]
    pub torn_tail_kept: bool,
    /// An append returns before its sync, which comes with the next one.
    #[cfg(any(test, feature = "simulation"))]
    pub acknowledged_before_sync: bool,
    /// A sync that fails counts as done.
    #[cfg(any(test, feature = "simulation"))]
    pub sync_error_ignored: bool,
}

#[cfg(any(test, feature = "simulation"))]
impl Quirks {
    pub(crate) const fn checks_sums(self) -> bool {
        !self.checksum_not_checked
    }

    pub(crate) const fn cuts_torn_tail(self) -> bool {
        !self.torn_tail_kept
    }

    pub(crate) const fn syncs_first(self) -> bool {
        !self.acknowledged_before_sync
    }

    pub(crate) const fn minds_sync_errors(self) -> bool {
        !self.sync_error_ignored
    }
}

#[cfg(not(any(test, feature = "simulation")))]
#[expect(clippy::unused_self, reason = "the same calls as with planted bugs")]
impl Quirks {
    pub(crate) const fn checks_sums(self) -> bool {
        true
    }

    pub(crate) const fn cuts_torn_tail(self) -> bool {
        true
    }

    pub(crate) const fn syncs_first(self) -> bool {
        true
    }

    pub(crate) const fn minds_sync_errors(self) -> bool {
        true
    }
}
