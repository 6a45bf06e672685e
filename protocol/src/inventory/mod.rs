//! Hosts: what an inventory says of them, and the filter that chooses among them.
//!
//! # A host
//!
//! [`Host`] has a name, an address (its name, where none is given), perhaps a port and a user,
//! labels and groups. Nothing else of an inventory is kept: a host that a run resolved is frozen
//! into the ledger, and variables of inventories hold passwords. Which variables are labels is
//! said by [`LabelRules`]; `labels` (or `conductor_labels`) always is one.
//!
//! # Formats
//!
//! [`parse`] reads INI as Ansible does (groups, `:children`, `:vars`, ranges such as
//! `web-[01:50].example`), Ansible's YAML, the JSON of its dynamic inventory scripts
//! (`_meta.hostvars`), and our own:
//!
//! ```yaml
//! hosts:
//!   - name: web-[01:50].example
//!     user: deploy
//!     port: 2222
//!     groups: [web]
//!     labels: {role: web, env: prod}
//!   - name: db-1
//!     address: 10.0.0.7
//! ```
//!
//! [`ssh_config`] reads the `Host` entries of an OpenSSH client's configuration.
//!
//! # The filter
//!
//! ```text
//! role:web and env:prod and not host:web-7
//! group:web,db and (region:eu-* or rack:"r 12")
//! all
//! ```
//!
//! `LABEL:VALUE` is true of a host that has that label with that value; `host`, `group` and
//! `address` are asked of the host itself. Values may hold `*` and `?`; several with commas mean
//! any of them. `not` binds strongest, then `and`, then `or`.

mod document;
mod filter;
mod glob;
mod group_tree;
mod host;
mod ini;
mod limits;
mod merge;
mod range;
pub mod ssh_config;

pub use document::{Format, parse};
pub use filter::Filter;
pub use host::{Host, HostDraft, LabelRules};
pub use limits::*;
pub use merge::{Contradiction, merge};
