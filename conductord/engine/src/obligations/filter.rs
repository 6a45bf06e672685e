//! Which of many things may be seen: those that have one of some values in every named field.

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    fields: Vec<(String, Vec<String>)>,
}

impl Filter {
    /// Everything may be seen.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Lets only those through that have one of these values in this field, too.
    pub fn add(&mut self, field: &str, allowed: &[String]) {
        self.fields.push((field.to_owned(), allowed.to_vec()));
    }

    /// Whether a thing may be seen. A thing without such a field may not: what is not known to
    /// fit is not shown.
    pub fn lets(&self, field: impl Fn(&str) -> Option<String>) -> bool {
        self.fields
            .iter()
            .all(|(name, allowed)| field(name).is_some_and(|value| allowed.contains(&value)))
    }
}
