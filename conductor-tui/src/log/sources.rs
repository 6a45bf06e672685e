//! Where lines come from: an attempt of a task, and the host that an instance of it works on.

/// Attempts that are told apart; those beyond share one name.
const SOURCES_MAX: usize = 10_000;

/// One attempt of one task.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Source {
    pub(crate) task: String,
    pub(crate) attempt: u32,
    /// What the column shows: of an instance its key, which is a host, else the task.
    pub(crate) name: String,
    /// The same for all sources of one name, in the order in which they came.
    pub(crate) host: u16,
    /// Bytes of its log that were taken in.
    pub(crate) next_offset: u64,
    /// Bytes that the daemon did not keep.
    pub(crate) bytes_dropped: u64,
}

/// All of a log.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    all: Vec<Source>,
    hosts: u16,
    /// The one that spoke last.
    last: usize,
}

impl Sources {
    pub(crate) fn get(&self, place: u16) -> Option<&Source> {
        self.all.get(usize::from(place))
    }

    pub(crate) fn all(&self) -> &[Source] {
        &self.all
    }

    pub(crate) fn hosts(&self) -> u16 {
        self.hosts
    }

    /// The place of an attempt, which is made where it is new.
    pub(crate) fn place(&mut self, task: &str, attempt: u32) -> usize {
        let is = |source: &Source| source.attempt == attempt && source.task == task;
        if self.all.get(self.last).is_some_and(is) {
            return self.last;
        }
        self.last = self.all.iter().position(is).unwrap_or_else(|| self.add(task, attempt));
        self.last
    }

    pub(crate) fn at(&mut self, place: usize) -> Option<&mut Source> {
        self.all.get_mut(place)
    }

    fn add(&mut self, task: &str, attempt: u32) -> usize {
        let full = self.all.len() >= SOURCES_MAX;
        if full && self.all.last().is_some_and(|last| last.task.is_empty()) {
            return self.all.len() - 1;
        }
        let (task, name) = if full { ("", "others") } else { (task, name(task)) };
        let known = self.all.iter().find(|source| source.name == name).map(|source| source.host);
        let host = known.unwrap_or(self.hosts);
        self.hosts = self.hosts.max(host + 1);
        let (task, name) = (task.to_owned(), name.to_owned());
        self.all.push(Source { task, attempt, name, host, ..Source::default() });
        self.all.len() - 1
    }
}

/// `restart[pay-1]` works on `pay-1`.
fn name(task: &str) -> &str {
    let key = task.split_once('[').and_then(|(_, rest)| rest.strip_suffix(']'));
    key.filter(|key| !key.is_empty()).unwrap_or(task)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_of_one_host_share_its_name() {
        let mut sources = Sources::default();
        let tasks = [("drain[pay-1]", 1), ("drain[pay-2]", 1), ("restart[pay-1]", 2), ("check", 1)];
        let places = tasks.map(|(task, attempt)| sources.place(task, attempt));
        assert_eq!(places, [0, 1, 2, 3]);
        assert_eq!(sources.place("drain[pay-1]", 1), 0);
        let told: Vec<_> = sources.all().iter().map(|s| (s.name.as_str(), s.host)).collect();
        assert_eq!(told, [("pay-1", 0), ("pay-2", 1), ("pay-1", 0), ("check", 2)]);
    }

    #[test]
    fn too_many_share_one_name() {
        let mut sources = Sources::default();
        for attempt in 0..SOURCES_MAX as u32 + 50 {
            sources.place("loop", attempt);
        }
        assert_eq!(sources.all().len(), SOURCES_MAX + 1);
        assert_eq!(sources.all().last().map(|last| last.name.as_str()), Some("others"));
    }
}
