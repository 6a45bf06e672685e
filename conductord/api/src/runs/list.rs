//! Pages of runs.

use std::sync::Arc;

use conductor_domain::work::run::{Run, RunStatus};
use conductor_engine::{obligations::Terms, views::RunFilter};
use conductor_protocol::{id::RunId, jcs, needles::Needles, v1};

use super::read;
use crate::{
    call::{Ask, Call},
    convert::{masked, narrow, run},
    disk::on_disk,
    failure::{Failure, Outcome},
    lens::Lens,
    limits::FILTERED_ROWS_MAX,
    request,
};

/// Hexadecimal digits of the filter's digest in a page token.
const FILTER_DIGITS: usize = 12;

pub(super) async fn list(
    call: &Call,
    request: v1::ListRunsRequest,
) -> Outcome<v1::ListRunsResponse> {
    let scope = call.scope(request.scope.clone())?;
    let terms = call.may_show(&scope, Ask::all("run.read", "run")).await?;
    let filter_digest = filter_digest(&request)?;
    let after = match request.page_token.as_str() {
        "" => None,
        token => Some(read_token(token, &filter_digest)?),
    };
    let size = request::page_size(request.page_size);
    let filter = filter(request)?;
    let (engine, lens) = (call.engine().clone(), Lens::on_runs(call, &scope));
    let oldest_first = filter.oldest_first;
    let read = move |after, size| engine.views().list_runs(&scope, &filter, after, size);
    let read = Arc::new(read);
    let mut answer = v1::ListRunsResponse { oldest_first, ..Default::default() };
    let (mut after, mut looked_at, mut hidden) = (after, 0, false);
    loop {
        let (read, missing) = (Arc::clone(&read), size - answer.runs.len());
        let page = on_disk(move || read(after, missing)).await?;
        let (runs, total) = shown((call, &lens), &page.runs, (&terms, page.total));
        let some_hidden = runs.len() < page.runs.len();
        hidden |= some_hidden || !terms.filter.is_empty();
        answer.runs.extend(runs);
        // What came before counts, too, where not all may be counted.
        answer.total = if hidden { narrow(answer.runs.len()).into() } else { total };
        answer.seq = page.seq;
        (after, looked_at) = (page.next, looked_at + page.runs.len());
        if !some_hidden || after.is_none() || looked_at >= FILTERED_ROWS_MAX {
            answer.next_page_token = after.map(|id| token(id, &filter_digest)).unwrap_or_default();
            return Ok(answer);
        }
    }
}

/// Those that may be seen, without what is masked. Of runs that may not be seen nobody learns how
/// many there are.
pub(super) fn shown<'r>(
    (call, lens): (&Call, &Lens),
    runs: impl IntoIterator<Item = &'r Arc<Run>>,
    (terms, total): (&Terms, u64),
) -> (Vec<v1::RunSummary>, u64) {
    let (engine, mut hidden) = (call.engine(), !terms.filter.is_empty());
    let mut summaries = Vec::new();
    for found in runs {
        let own = lens.terms(&found.workflow.name, &found.workflow.version);
        let field = |name: &str| read::field(engine, found, name);
        let seen = own.filter(|own| own.filter.lets(field) && terms.filter.lets(field));
        let Some(own) = seen else {
            hidden = true;
            continue;
        };
        let summary = masked::summary(run::summary(found), &terms.mask);
        summaries.push(masked::summary(summary, &own.mask));
    }
    let total = if hidden { narrow(summaries.len()).into() } else { total };
    (summaries, total)
}

fn filter(request: v1::ListRunsRequest) -> Outcome<RunFilter> {
    let mut statuses: Vec<RunStatus> = Vec::new();
    for status in request.statuses() {
        let status = run::status_of(status).ok_or_else(|| {
            Failure::invalid("a status of the filter is none that runs have", "leave it out")
        })?;
        if !statuses.contains(&status) {
            statuses.push(status);
        }
    }
    Ok(RunFilter {
        statuses,
        workflow: request::filter("name of the workflow", request.workflow)?,
        owner: request::filter("owner", request.owner)?,
        subject: request::filter("data subject", request.subject)?,
        since: request::time("since", request.since)?,
        until: request::time("until", request.until)?,
        text: Needles::new(&request::text("text", request.text)?),
        not_workflows: request::names("workflows", request.not_workflows)?,
        not_owners: request::names("owners", request.not_owners)?,
        oldest_first: request.oldest_first,
    })
}

/// A token is good for the list that gave it: the same scope, filter and order.
fn filter_digest(request: &v1::ListRunsRequest) -> Outcome<String> {
    let list = v1::ListRunsRequest { page_token: String::new(), page_size: 0, ..request.clone() };
    let canonical = jcs::canonical_json(&list)
        .map_err(|_| Failure::invalid("the filter has no canonical form", "check its values"))?;
    let mut digest = jcs::sha256_hex(canonical.as_bytes());
    digest.truncate(FILTER_DIGITS);
    Ok(digest)
}

fn token(id: RunId, filter_digest: &str) -> String {
    format!("r1:{filter_digest}:{id}")
}

fn read_token(token: &str, filter_digest: &str) -> Outcome<RunId> {
    let id = token
        .strip_prefix("r1:")
        .and_then(|rest| rest.strip_prefix(filter_digest))
        .and_then(|rest| rest.strip_prefix(':'));
    id.and_then(|id| id.parse().ok()).ok_or_else(request::bad_page_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_the_list_that_gave_it_and_no_other() {
        let failed = v1::ListRunsRequest { owner: "uid:1".into(), ..Default::default() };
        let digest = filter_digest(&failed).unwrap();
        let given = token(RunId::from_bits(9), &digest);
        assert_eq!(read_token(&given, &digest).unwrap(), RunId::from_bits(9));
        let next = v1::ListRunsRequest { page_token: given.clone(), page_size: 7, ..failed };
        assert_eq!(filter_digest(&next).unwrap(), digest);
        let turned =
            v1::ListRunsRequest { owner: "uid:1".into(), oldest_first: true, ..Default::default() };
        for other in [v1::ListRunsRequest::default(), turned] {
            assert!(read_token(&given, &filter_digest(&other).unwrap()).is_err());
        }
        for garbage in ["r1:", "r1::", "\u{1f980}", "r1:xxxxxxxxxxxx:run_0", &given[1..]] {
            assert!(read_token(garbage, &digest).is_err(), "{garbage}");
        }
    }
}
