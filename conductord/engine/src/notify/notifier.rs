//! All targets of a daemon: the handle that the API and the daemon hold.

use std::sync::Arc;

use conductor_domain::scope::{Principal, Scope};
use conductor_protocol::id::NotificationId;
use tokio::task::JoinSet;

use super::{
    follower::{Follower, World, forget_letters},
    notice::{Audience, Kind, Notice},
    outbox::{Letter, Outbox},
    target::{Reach, Target},
};
use crate::{
    ports::{Courier, OutboxStore, Undelivered},
    service::Engine,
};

/// How a target does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub target: Target,
    /// What waits, what was given up, what came of the last.
    pub outbox: Outbox,
    /// Events that were not looked at yet.
    pub lag: u64,
}

/// What came of trying a target out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It was taken.
    Taken(NotificationId),
    /// There is nobody whose address is known.
    Nobody,
    /// It was not taken.
    Refused(Undelivered),
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct Notifier {
    followers: Arc<[Arc<Follower>]>,
    world: Arc<dyn World>,
}

impl std::fmt::Debug for Notifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notifier").field("followers", &self.followers).finish_non_exhaustive()
    }
}

impl Notifier {
    /// Opens the outboxes of these targets. What is kept of others is marked: should they come back,
    /// they are told of what happens from then on. Blocks.
    ///
    /// # Errors
    /// When what was kept can't be read or written, in a sentence.
    pub fn open(
        targets: Vec<(Target, Arc<dyn Courier>)>,
        world: Arc<dyn World>,
        store: &Arc<dyn OutboxStore>,
    ) -> Result<Self, String> {
        let known = store.targets().map_err(|error| format!("the outboxes: {error}"))?;
        for name in known {
            if targets.iter().all(|(target, _)| target.name != name) {
                put_away((&**store, &*world), &name)?;
            }
        }
        let followers = targets.into_iter().map(|(target, courier)| {
            let (world, store) = (Arc::clone(&world), Arc::clone(store));
            Follower::open(target, courier, world, store).map(Arc::new)
        });
        Ok(Self { followers: followers.collect::<Result<_, _>>()?, world })
    }

    /// Follows the ledger for every target, until what is given is dropped.
    #[must_use]
    pub fn follow(&self, engine: &Engine) -> JoinSet<()> {
        let mut following = JoinSet::new();
        for follower in &*self.followers {
            following.spawn(Arc::clone(follower).run(engine.watch()));
        }
        following
    }

    /// All of them, as they are configured.
    #[must_use]
    pub fn standings(&self) -> Vec<Standing> {
        let last = self.world.last_seq();
        let standing = |follower: &Arc<Follower>| {
            let outbox = follower.outbox();
            let lag = last.saturating_sub(outbox.position);
            Standing { target: follower.target().clone(), outbox, lag }
        };
        self.followers.iter().map(standing).collect()
    }

    /// One of them.
    #[must_use]
    pub fn standing(&self, name: &str) -> Option<Standing> {
        self.standings().into_iter().find(|standing| standing.target.name == name)
    }

    /// Sends one to a target, once: to whoever asks where people have addresses of their own, else to
    /// who gets everything. None where there is no such target.
    pub async fn try_out(&self, name: &str, (scope, by): (&Scope, &Principal)) -> Option<Tried> {
        let follower = self.followers.iter().find(|follower| follower.target().name == name)?;
        let to = match &follower.target().reach {
            Reach::Place => String::new(),
            Reach::People { to, addresses } => match addresses.get(by).or_else(|| to.first()) {
                Some(address) => address.clone(),
                None => return Some(Tried::Nobody),
            },
        };
        let now = self.world.now();
        let chance = u128::from(self.world.roll()) << 64 | u128::from(self.world.roll());
        let letter = Letter {
            id: NotificationId::new(now.unix_ms, chance),
            to,
            notice: Notice {
                kind: Kind::Test,
                seq: 0,
                at: now,
                scope: scope.clone(),
                subject: String::new(),
                action: "notification.test".to_owned(),
                resource_kind: "notification".to_owned(),
                resource: name.to_owned(),
                requester: by.clone(),
                by: by.clone(),
                stage: None,
                expires_at: None,
                status: String::new(),
                message: String::new(),
                audience: Audience::default(),
            },
            attempts: 0,
            next_at: now,
            given_up_at: None,
            problem: String::new(),
        };
        Some(match follower.try_out(&letter).await {
            Ok(()) => Tried::Taken(letter.id),
            Err(why) => Tried::Refused(why),
        })
    }
}

fn put_away((store, world): (&dyn OutboxStore, &dyn World), name: &str) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("the outbox of `{name}`: {error}");
    let kept = store.load(name).map_err(|error| failed(&error))?.unwrap_or_default();
    let mut outbox: Outbox = serde_json::from_slice(&kept).map_err(|error| failed(&error))?;
    // What it never got is kept for it, but for what nobody may read any more.
    let forgot = forget_letters(&mut outbox, world)?;
    if outbox.away && !forgot {
        return Ok(());
    }
    if !outbox.away {
        tracing::info!(target_name = name, "a target of notifications is not configured any more");
    }
    outbox.away = true;
    let bytes = serde_json::to_vec(&outbox).map_err(|error| failed(&error))?;
    store.keep(name, &bytes).map_err(|error| failed(&error))
}
