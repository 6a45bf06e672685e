//! Which commands can wait until others have approved them.

use super::Command;

impl Command {
    /// Whether it can wait for an approval: the daemon carries it out by itself then.
    #[must_use]
    pub const fn can_wait(&self) -> bool {
        !matches!(
            self,
            // What is said to an approval needs none itself.
            Self::Ask(_)
                | Self::Approval { .. }
                | Self::Incident { .. }
                // The bundle that is gone back to is proved while somebody waits for it.
                | Self::RollBack(_)
                // What takes a right away can't either: a lost key is lost now.
                | Self::Revoke { .. }
                | Self::RevokeKey(_)
                | Self::RevokeToken(_)
                | Self::EndSession { .. }
                // Whoever logs in, or wants one for a service, waits for the token.
                | Self::OpenSession(_)
                | Self::IssueToken(_)
                // What they are about is over by then.
                | Self::Tend(_)
                // What has happened elsewhere is recorded now.
                | Self::Track(_)
                | Self::ChangeTracked { .. }
                | Self::Disclose(_)
                | Self::CheckGate(_)
                | Self::Deny { .. }
                | Self::Note
        )
    }
}
