//! Every bound of inventories and node filters, by name.

/// One source of an inventory, in bytes.
pub const SOURCE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Hosts of one inventory, ranges counted out.
pub const HOSTS_MAX: usize = 10_000;
/// Groups of one source.
pub const GROUPS_MAX: usize = 2_000;
/// Characters of a host's name or address: as many as the name system takes.
pub const HOST_CHARS_MAX: usize = 253;
/// Characters of the name of a label, a group or a user.
pub const LABEL_CHARS_MAX: usize = 64;
/// Characters of a label's value.
pub const LABEL_VALUE_CHARS_MAX: usize = 256;
/// Labels of one host.
pub const LABELS_MAX: usize = 64;
/// Groups of one host.
pub const HOST_GROUPS_MAX: usize = 256;
/// Bytes of a node filter.
pub const FILTER_BYTES_MAX: usize = 4_096;
/// Conditions of a node filter.
pub const FILTER_TERMS_MAX: usize = 256;
/// How deep `not` and parentheses may be nested in a node filter.
pub const FILTER_DEPTH_MAX: usize = 32;
/// Files that an OpenSSH configuration may include, all in all.
pub const SSH_INCLUDES_MAX: usize = 128;
