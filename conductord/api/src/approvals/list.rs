//! Pages of approvals.

use std::sync::Arc;

use conductor_domain::trust::approval::Approval;
use conductor_engine::{obligations::Filter, views::ApprovalFilter};
use conductor_protocol::{id::ApprovalId, v1};

use super::{
    READ, is_seen, may_sign,
    named::{effect, field},
};
use crate::{
    call::{Ask, Call},
    convert::approval as wire,
    disk::on_disk,
    failure::Outcome,
    limits::{APPROVALS_PAGE_BYTES_MAX, FILTERED_ROWS_MAX, TEXT_BYTES_MAX},
    request,
};

/// What page tokens begin with.
const TOKEN: &str = "a1:";

pub(super) async fn list(
    call: &Call,
    request: v1::ListApprovalsRequest,
) -> Outcome<v1::ListApprovalsResponse> {
    let scope = call.scope(request.scope)?;
    let ruling = call.rule(&scope, Ask::all(READ, "approval"));
    let effect = effect(&ruling);
    let terms = call.admit(&scope, ruling, effect).await?;
    let requester = request::filter("requester", request.requester)?;
    let filter = ApprovalFilter {
        pending: !request.all,
        requester: requester.map(request::principal).transpose()?,
        action: request::filter("action", request.action)?,
    };
    let mut before = read_token(&request.page_token)?;
    let (engine, size) = (call.engine().clone(), request::page_size(request.page_size));
    let read =
        move |before, size| engine.views().find_approvals(&scope.tenant, &filter, before, size);
    let read = Arc::new(read);
    let mut page = Page { filter: terms.filter, mine: request.waiting_for_me, ..Page::default() };
    let mut looked_at = 0;
    loop {
        let (read, from, missing) = (Arc::clone(&read), before, size - page.approvals.len());
        let found = on_disk(move || read(from, missing)).await?;
        looked_at += found.approvals.len();
        for approval in &found.approvals {
            if page.is_full() {
                return Ok(page.ends_at(before));
            }
            page.take(call, approval);
            before = Some(approval.id);
        }
        let is_last = found.next.is_none();
        before = found.next;
        if is_last || page.approvals.len() >= size || looked_at >= FILTERED_ROWS_MAX {
            return Ok(page.ends_at(before));
        }
    }
}

/// A page in the making.
#[derive(Default)]
struct Page {
    filter: Filter,
    mine: bool,
    approvals: Vec<v1::Approval>,
    bytes: usize,
}

impl Page {
    /// One more would make too large a message of it.
    const fn is_full(&self) -> bool {
        self.bytes >= APPROVALS_PAGE_BYTES_MAX
    }

    /// Takes one that the caller wants and may see.
    fn take(&mut self, call: &Call, approval: &Approval) {
        let seen = self.filter.lets(|name| field(approval, name)) && is_seen(call, approval);
        let can_sign = may_sign(call, approval);
        if seen && (!self.mine || can_sign.is_ok()) {
            self.bytes += size_of(approval);
            self.approvals.push(wire::listed(approval, can_sign));
        }
    }

    fn ends_at(self, next: Option<ApprovalId>) -> v1::ListApprovalsResponse {
        let next_page_token = next.map(|last| format!("{TOKEN}{last}")).unwrap_or_default();
        v1::ListApprovalsResponse { approvals: self.approvals, next_page_token }
    }
}

/// About how many bytes it is in a list.
fn size_of(approval: &Approval) -> usize {
    let signed: usize = approval.signatures.iter().map(|signed| signed.armored.len()).sum();
    let texts =
        1 + approval.comments.len() + approval.delegations.len() + approval.signatures.len();
    approval.statement.len() + signed + texts * TEXT_BYTES_MAX
}

fn read_token(token: &str) -> Outcome<Option<ApprovalId>> {
    if token.is_empty() {
        return Ok(None);
    }
    let last = token.strip_prefix(TOKEN).and_then(|last| last.parse().ok());
    last.map(Some).ok_or_else(request::bad_page_token)
}
