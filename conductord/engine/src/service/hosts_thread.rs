//! Looks up the hosts of the runs that the daemon starts by itself, several at once.
//!
//! Sources of an inventory are files and programs: these threads wait for them, the kernel does not, and
//! one that is slow holds up nobody else until as many are slow as are read at once.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::Ordering,
        mpsc::{Receiver, Sender, channel},
    },
};

use conductor_protocol::{id::RunId, inventory::Filter};

use super::{Call, Shared};
use crate::{
    kernel::{Hosts, HostsWanted, Input},
    limits::HOST_LOOKUPS_MAX,
    ports::Inventory,
};

/// Starts the threads. They end with the kernel, which `tell` says by giving `false`: what is found then
/// nobody hears. What waits here is bounded by the runs that have not ended: each is asked about
/// once in a daemon's life.
pub(super) fn spawn(
    inventory: &Arc<dyn Inventory>,
    tell: impl Fn(RunId, Hosts) -> bool + Clone + Send + 'static,
) -> std::io::Result<Sender<HostsWanted>> {
    let (sender, wanted) = channel::<HostsWanted>();
    let wanted = Arc::new(Mutex::new(wanted));
    for number in 1..=HOST_LOOKUPS_MAX {
        let (inventory, wanted, tell) = (Arc::clone(inventory), Arc::clone(&wanted), tell.clone());
        let work = move || {
            while let Some(next) = next(&wanted) {
                let looked_up = catch_unwind(AssertUnwindSafe(|| look_up(&*inventory, &next)));
                let found =
                    looked_up.unwrap_or_else(|_| Err("reading the inventory panicked".into()));
                if !tell(next.run, found) {
                    return;
                }
            }
        };
        std::thread::Builder::new().name(format!("hosts-{number}")).spawn(work)?;
    }
    Ok(sender)
}

/// Tells the kernel of a run's hosts, and gives whether there still is one.
pub(super) fn to_kernel(shared: Weak<Shared>) -> impl Fn(RunId, Hosts) -> bool + Clone {
    move |run, found| {
        let Some(shared) = shared.upgrade() else { return false };
        let input = Box::new(move |_| Input::HostsFound { run, found });
        shared.waiting.fetch_add(1, Ordering::Relaxed);
        shared.calls.send(Call { input, answer: None, orders: None }).is_ok()
    }
}

/// The next one that waits; none when nothing more will come.
fn next(wanted: &Mutex<Receiver<HostsWanted>>) -> Option<HostsWanted> {
    // One thread waits for what comes, the others for their turn to.
    wanted.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
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
    use std::{
        sync::{Barrier, atomic::AtomicUsize},
        time::Duration,
    };

    use conductor_domain::scope::Scope;
    use conductor_protocol::inventory::Host;

    use super::*;
    use crate::ports::{InventoryError, NoInventory};

    /// How long anything here may take before it counts as hanging.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// A source that gives nothing before as many as may be read at once are being read.
    #[derive(Debug)]
    struct Crowd {
        barrier: Barrier,
        inside: AtomicUsize,
        most: AtomicUsize,
    }

    impl Inventory for Crowd {
        fn hosts(&self, _scope: &Scope) -> Result<Arc<[Host]>, InventoryError> {
            let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(inside, Ordering::SeqCst);
            self.barrier.wait();
            self.inside.fetch_sub(1, Ordering::SeqCst);
            Ok([].into())
        }
    }

    /// One whose source hangs until the test lets it go, and others that don't.
    #[derive(Debug)]
    struct Slow(Mutex<Receiver<()>>);

    impl Inventory for Slow {
        fn hosts(&self, scope: &Scope) -> Result<Arc<[Host]>, InventoryError> {
            if scope.environment == "slow" {
                self.0.lock().unwrap().recv().ok();
            }
            assert_ne!(scope.environment, "broken");
            Ok([].into())
        }
    }

    fn run_in(number: u128, environment: &str) -> HostsWanted {
        let scope = Scope { environment: environment.into(), ..Scope::default() };
        HostsWanted { run: RunId::from_bits(number), scope, filters: BTreeMap::new() }
    }

    #[test]
    fn as_many_are_read_at_once_as_the_bound_says_and_no_more() {
        let crowd = Arc::new(Crowd {
            barrier: Barrier::new(HOST_LOOKUPS_MAX),
            inside: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        });
        let (tell, told) = channel();
        let inventory: Arc<dyn Inventory> = Arc::<Crowd>::clone(&crowd);
        let wanted = spawn(&inventory, move |run, _| tell.send(run).is_ok());
        let wanted = wanted.unwrap();
        let runs = 3 * HOST_LOOKUPS_MAX as u128;
        for number in 0..runs {
            wanted.send(run_in(number, "dev")).unwrap();
        }
        let mut heard: Vec<RunId> = (0..runs)
            .map(|_| told.recv_timeout(PATIENCE).expect("they are read at once"))
            .collect();
        heard.sort_unstable();
        assert_eq!(heard, (0..runs).map(RunId::from_bits).collect::<Vec<_>>());
        assert_eq!(crowd.most.load(Ordering::SeqCst), HOST_LOOKUPS_MAX);
    }

    #[test]
    fn a_source_that_hangs_or_panics_holds_up_nobody_else() {
        let (go, hangs) = channel();
        let (tell, told) = channel();
        let tell = move |run, found: Hosts| tell.send((run, found.is_ok())).is_ok();
        let inventory: Arc<dyn Inventory> = Arc::new(Slow(Mutex::new(hangs)));
        let wanted = spawn(&inventory, tell).unwrap();
        let next = || told.recv_timeout(PATIENCE).expect("nobody waits for the slow one");
        wanted.send(run_in(1, "slow")).unwrap();
        for (number, environment) in [(2, "dev"), (3, "broken"), (4, "dev")] {
            wanted.send(run_in(number, environment)).unwrap();
            assert_eq!(next(), (RunId::from_bits(number), environment == "dev"));
        }
        go.send(()).unwrap();
        assert_eq!(next(), (RunId::from_bits(1), true));
    }

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
