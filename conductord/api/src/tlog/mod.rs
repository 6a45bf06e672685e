//! The ledger as a C2SP tlog-tiles log over HTTP, <https://c2sp.org/tlog-tiles>, under `/log/`.
//!
//! ```text
//! GET /log/checkpoint                       the newest checkpoint, with the cosignatures that it has
//! GET /log/keys                             the keys that sign and signed it, and what leads from one to the next
//! GET /log/cosigned                         the newest one that enough witnesses cosigned
//! GET /log/tile/<L>/<N>[.p/<W>]             hashes
//! GET /log/tile/entries/<N>[.p/<W>]         the records themselves
//! GET /log/payload/<N>                      what a long record holds, whose entry names its digest
//! ```
//!
//! Hashes tell nothing of what was hashed: who may read of the ledger gets them. Entries are of all
//! tenants, so they are for whoever may export the ledger of each of them, and for nobody else.

mod answer;

use axum::{
    Router,
    extract::{Request, State},
    response::Response,
    routing::get,
};
use conductor_domain::{org::identity::HOME_TENANT, scope::Scope};
use conductor_engine::obligations::{self, Effect, Proofs};
use conductor_keys::tile::{TileKind, TilePath, parse_index};
use conductor_protocol::{error_code::Code, v1};

pub(crate) use answer::refuse;

use crate::{
    api::Api,
    call::{Ask, Call, home},
    disk::on_disk,
    failure::{Failure, Outcome},
    ledger::keys,
};
use answer::{Caching, Found};

/// What every path begins with.
pub(crate) const PREFIX: &str = "/log/";
/// Names the tenant that the caller reads of the ledger in; the home tenant without it.
const TENANT_HEADER: &str = "conductor-tenant";

/// The routes, to be merged with those of gRPC.
pub(crate) fn routes(api: Api) -> Router {
    Router::new().route("/log/{*path}", get(serve)).with_state(api)
}

async fn serve(State(api): State<Api>, request: Request) -> Response {
    let tenant = request.headers().get(TENANT_HEADER);
    let tenant = tenant.and_then(|name| name.to_str().ok()).unwrap_or_default().to_owned();
    let (parts, _) = request.into_parts();
    let path = parts.uri.path().strip_prefix(PREFIX).unwrap_or_default().to_owned();
    let entered = tonic::Request::from_parts(<_>::default(), parts.extensions, ());
    match api.enter(entered) {
        Ok((call, ())) => match Box::pin(look_up(&call, tenant, &path)).await {
            Ok(found) => found.into_response(),
            Err(failure) => {
                let code = failure.code().as_str();
                metrics::counter!("conductor_requests_failed_total", "code" => code).increment(1);
                refuse(failure, call.trace)
            }
        },
        Err(status) => answer::of_status(&status),
    }
}

async fn look_up(call: &Call, tenant: String, path: &str) -> Outcome<Found> {
    match path {
        "checkpoint" => {
            reads(call, tenant).await?;
            checkpoint(call).await
        }
        "keys" => {
            reads(call, tenant).await?;
            Ok(Found::text(keys::chain(call)?))
        }
        "cosigned" => {
            reads(call, tenant).await?;
            let cosigned = call.api.witnesses().and_then(|witnesses| witnesses.cosigned());
            let cosigned = cosigned.ok_or_else(|| {
                absent("no checkpoint was cosigned by enough witnesses", "see `conductor doctor`")
            })?;
            Ok(Found::text(cosigned.note))
        }
        path => match path.strip_prefix("payload/").map(parse_index) {
            Some(Some(index)) => payload(call, index).await,
            Some(None) => Err(no_such(path)),
            None => tile(call, tenant, path.parse().map_err(|_| no_such(path))?).await,
        },
    }
}

/// Lets a look at hashes pass.
async fn reads(call: &Call, tenant: String) -> Outcome<()> {
    let scope = call.scope(Some(v1::Scope { tenant, ..<_>::default() }))?;
    drop(call.may_show(&scope, Ask::all("ledger.read", "ledger")).await?);
    Ok(())
}

/// Lets a look at everything pass: by who may export the ledger of the home tenant, and of every other
/// one, with nothing that policy wants masked.
async fn reads_all(call: &Call) -> Outcome<()> {
    let asked = Ask::all("ledger.export", "ledger");
    let scope = call.scope(Some(v1::Scope { tenant: HOME_TENANT.to_owned(), ..<_>::default() }))?;
    call.may(&scope, asked).await?;
    for tenant in call.engine().views().tenants().iter() {
        let scope = Scope { tenant: tenant.name.clone(), ..home() };
        let ruling = call.rule(&scope, asked);
        let met = obligations::meet(&ruling, Effect::ShowWhole, Proofs::default());
        drop(met.map_err(|refusal| Failure::from(*refusal))?);
    }
    Ok(())
}

async fn checkpoint(call: &Call) -> Outcome<Found> {
    let engine = call.engine().clone();
    let newest = on_disk(move || engine.ledger().latest_checkpoint()).await?;
    let newest = newest.ok_or_else(|| {
        Failure::new(
            Code::LedgerUnavailable,
            "no checkpoint could be signed yet",
            "ask again in a second; the daemon's log says why",
        )
    })?;
    let complete = call.api.witnesses().map(|witnesses| witnesses.complete(&newest));
    Ok(Found::text(complete.unwrap_or(newest.note)))
}

async fn tile(call: &Call, tenant: String, tile: TilePath) -> Outcome<Found> {
    let engine = call.engine().clone();
    let bytes = match tile.kind {
        TileKind::Hashes(level) => {
            reads(call, tenant).await?;
            on_disk(move || engine.ledger().tile(level, tile.index, tile.width)).await?
        }
        TileKind::Entries => {
            reads_all(call).await?;
            on_disk(move || engine.ledger().entries(tile.index, tile.width)).await?
        }
    };
    let bytes = bytes.ok_or_else(|| {
        absent(
            format!("the tree has no `{tile}` yet"),
            "read the checkpoint: it says how far it goes",
        )
    })?;
    Ok(Found::bytes(bytes, Caching::ForEver))
}

async fn payload(call: &Call, index: u64) -> Outcome<Found> {
    reads_all(call).await?;
    let engine = call.engine().clone();
    let read = on_disk(move || engine.ledger().read_sealed(index, 1, usize::MAX)).await?;
    let record = read.into_iter().next();
    let record = record.ok_or_else(|| {
        absent(format!("the ledger has no record {} yet", index.saturating_add(1)), "")
    })?;
    Ok(Found::bytes(record.payload, Caching::ForEver))
}

fn absent(message: impl Into<String>, hint: &str) -> Failure {
    Failure::new(Code::TileNotFound, message, hint)
}

fn no_such(path: &str) -> Failure {
    let shown: String = path.chars().take(100).collect();
    absent(
        format!("a log has no `{shown}`"),
        "it has `checkpoint`, `keys`, `tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]`, with N as `x001/234`",
    )
}
