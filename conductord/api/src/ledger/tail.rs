//! The ledger's events as they become durable, from anywhere.

use conductor_domain::{event::Envelope, scope::Scope};
use conductor_engine::{
    record,
    service::{Engine, ReadError},
};
use conductor_protocol::v1;
use tokio::sync::broadcast::error::RecvError;

use super::{forgotten, sight::Sight};
use crate::{
    call::{Ask, Call},
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::{KINDS_MAX, TAIL_BYTES, TAIL_RECORD_BYTES, TAIL_RECORDS},
    outlet::{Cut, Messages, Outlet},
    standing::Standing,
};

/// Which events are wanted.
struct Wanted {
    scope: Scope,
    kinds: Vec<String>,
    subject: String,
}

impl Wanted {
    /// Whether all events of the scope are wanted, whatever they say.
    fn is_all(&self) -> bool {
        self.kinds.is_empty() && self.subject.is_empty()
    }

    fn matches(&self, envelope: &Envelope) -> bool {
        let kind = envelope.event.kind();
        let of_kind = |wanted: &String| match wanted.strip_suffix('.') {
            Some(_) => kind.starts_with(wanted.as_str()),
            None => kind == wanted,
        };
        envelope.scope == self.scope
            && (self.kinds.is_empty() || self.kinds.iter().any(of_kind))
            && (self.subject.is_empty() || envelope.event.subject() == self.subject)
    }
}

pub(super) async fn tail(call: &Call, request: v1::TailRequest) -> Outcome<Messages<v1::Event>> {
    let scope = call.scope(request.scope)?;
    let asking = |call: &Call, scope: &Scope| call.rule(scope, Ask::all("ledger.read", "ledger"));
    let standing = Standing::to_show(call, &scope, asking).await?;
    if request.kinds.len() > KINDS_MAX {
        let message = format!("a tail may name {KINDS_MAX} kinds");
        return Err(Failure::invalid(message, "name groups of them, such as `run.`"));
    }
    let last = call.engine().ledger().last_seq();
    if request.after_seq > last {
        let message =
            format!("the ledger ends at {last}, event {} is not in it yet", request.after_seq);
        return Err(Failure::invalid(message, "begin with 0; this may be another ledger"));
    }
    let sight = Sight::new(call, &scope);
    let wanted = Wanted { scope, kinds: request.kinds, subject: request.subject };
    let left = if request.limit == 0 { u64::MAX } else { request.limit };
    let (engine, follow) = (call.engine().clone(), request.follow);
    Ok(Outlet::start(standing, move |outlet| {
        Tail { engine, wanted, sight, outlet, seq: request.after_seq, left }.run(follow)
    }))
}

struct Tail {
    engine: Engine,
    wanted: Wanted,
    sight: Sight,
    outlet: Outlet<v1::Event>,
    /// Read up to here.
    seq: u64,
    left: u64,
}

impl Tail {
    async fn run(mut self, follow: bool) -> Result<(), Cut> {
        // Before the first read, so that nothing is missed between.
        let mut commits = self.engine.watch();
        let until = if follow { u64::MAX } else { self.engine.ledger().last_seq() };
        loop {
            self.read_to(until.min(self.engine.ledger().last_seq())).await?;
            if !follow || self.left == 0 {
                return Ok(());
            }
            // Lagging does no harm here: everything is read from the ledger itself.
            while self.engine.ledger().last_seq() <= self.seq {
                if let Err(RecvError::Closed) = self.outlet.wait(commits.recv()).await? {
                    return Err(Failure::shutting_down().into());
                }
            }
        }
    }

    async fn read_to(&mut self, end: u64) -> Result<(), Cut> {
        while self.seq < end && self.left > 0 {
            let (engine, after) = (self.engine.clone(), self.seq);
            // A follower reads a few records at a time: it asks for no more than they may take.
            let pending = usize::try_from(end - after).unwrap_or(TAIL_RECORDS).min(TAIL_RECORDS);
            let bytes = (pending * TAIL_RECORD_BYTES).min(TAIL_BYTES);
            let read = on_disk(move || engine.ledger().read(after, pending, bytes));
            let records = read.await?;
            if records.is_empty() {
                return Ok(());
            }
            for found in records.into_iter().take_while(|found| found.seq <= end) {
                self.seq = found.seq;
                let envelope = record::decode(&found).map_err(ReadError::from);
                let envelope = envelope.map_err(Failure::from)?;
                let wanted = match &envelope {
                    Some(envelope) => self.wanted.matches(envelope),
                    None => self.wanted.is_all(),
                };
                if !wanted {
                    continue;
                }
                let terms = self.outlet.terms().await?;
                let shown = match envelope {
                    Some(envelope) => self.sight.show(&terms, found, envelope),
                    None => forgotten::event(&self.engine, &self.wanted.scope, &found),
                };
                let Some(event) = shown else { continue };
                self.outlet.send(event).await?;
                self.left -= 1;
                if self.left == 0 {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}
