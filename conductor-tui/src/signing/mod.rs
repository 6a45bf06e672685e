//! An approval as people read it before they sign it, on the command line and in the console alike.
//!
//! What is shown of what would be done is read from the very bytes that are signed, once these have
//! been checked against everything that came with them. What the daemon says beside them (who has
//! signed, how long is left) is shown as what it is.

mod brief;
mod changes;
mod key;
mod own;
mod page;
mod passphrase;
mod runbook;
mod statement;
#[cfg(test)]
pub(crate) mod tests;

pub use brief::{left, left_ms, signed, status, waited};
pub use changes::changes;
pub use key::{Choice, Found, Held, Key, Places, counting, held};
pub use own::{HOME_TENANT, own_keys_for};
pub use page::{Reader, lines, progress};
pub use passphrase::{Hidden, Typed};
pub use runbook::{Unsignable, Vouched, cannot_countersign, signed_by, signed_text};
pub use statement::{Checked, Glass, Happened, Mismatch, NAMESPACE, Place, Statement};
