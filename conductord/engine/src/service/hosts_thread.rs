//! Looks up the hosts of the runs that the daemon starts by itself, one run after another.
//!
//! Sources of an inventory are files and programs: this thread waits for them, the kernel does not.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Weak,
        atomic::Ordering,
        mpsc::{Sender, channel},
    },
};

use conductor_protocol::inventory::Filter;

use super::{Call, Shared};
use crate::{
    kernel::{Hosts, HostsWanted, Input},
    ports::Inventory,
};

/// Starts the thread. It ends with the kernel; what it is told then nobody hears. What waits here
/// is bounded by the runs that have not ended: each is asked about once in a daemon's life.
pub(super) fn spawn(
    shared: Weak<Shared>,
    inventory: Arc<dyn Inventory>,
) -> std::io::Result<Sender<HostsWanted>> {
    let (sender, wanted) = channel::<HostsWanted>();
    let run = move || {
        for wanted in wanted {
            let looked_up = catch_unwind(AssertUnwindSafe(|| look_up(&*inventory, &wanted)));
            let found = looked_up.unwrap_or_else(|_| Err("reading the inventory panicked".into()));
            let Some(shared) = shared.upgrade() else { return };
            let input = Box::new(move |_| Input::HostsFound { run: wanted.run, found });
            shared.waiting.fetch_add(1, Ordering::Relaxed);
            if shared.calls.send(Call { input, answer: None, orders: None }).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("hosts".into()).spawn(run)?;
    Ok(sender)
}

fn look_up(inventory: &dyn Inventory, wanted: &HostsWanted) -> Hosts {
    let all = inventory.hosts(&wanted.scope).map_err(|error| {
        tracing::warn!(run = %wanted.run, %error, "the hosts are not known");
        format!("{error}; {}", error.hint())
    })?;
    let mut found = BTreeMap::new();
    for (task, filter) in &wanted.filters {
        let filter = Filter::parse(filter).map_err(|problem| {
            format!("hosts of `{task}`: {}; {}", problem.message, problem.hint)
        })?;
        let hosts = all.iter().filter(|host| filter.matches(host));
        found.insert(task.clone(), hosts.map(|host| serde_json::json!(host)).collect());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use conductor_domain::scope::Scope;
    use conductor_protocol::{id::RunId, inventory::Host};

    use super::*;
    use crate::ports::NoInventory;

    fn wanted(filters: &[(&str, &str)]) -> HostsWanted {
        let filters = filters.iter().map(|(task, f)| ((*task).to_owned(), (*f).to_owned()));
        let scope = Scope::default();
        HostsWanted { run: RunId::from_bits(1), scope, filters: filters.collect() }
    }

    #[test]
    fn each_task_gets_what_its_filter_names() {
        let hosts: Vec<Host> = ["db-1", "web-1", "web-2"].map(|n| Host::named(n).unwrap()).into();
        let found = look_up(&hosts, &wanted(&[("a", "host:web-*"), ("b", "host:x")])).unwrap();
        let names: Vec<_> = found["a"].iter().map(|host| host["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["web-1", "web-2"]);
        assert!(found["b"].is_empty(), "that none fits the run says");
    }

    #[test]
    fn what_stands_in_the_way_is_said_with_its_mend() {
        let why = look_up(&NoInventory, &wanted(&[("a", "host:x")])).unwrap_err();
        assert!(why.contains("no inventory") && why.contains("inventory.source"), "{why}");
        let why = look_up(&Vec::new(), &wanted(&[("a", "role:x role:y")])).unwrap_err();
        assert!(why.starts_with("hosts of `a`: "), "{why}");
    }
}
