//! The `Hosts` service, and the way from a node filter to hosts.

use std::sync::Arc;

use conductor_domain::scope::Scope;
use conductor_engine::ports::InventoryError;
use conductor_protocol::{
    error_code::Code,
    inventory::{Filter, Host},
    v1::{self, hosts_server::Hosts},
};
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call},
    failure::{Failure, Outcome},
    request,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Hosts for Service {
    async fn list(
        &self,
        request: Request<v1::ListHostsRequest>,
    ) -> Result<Response<v1::ListHostsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(list(&call, request)).await
    }

    async fn get(
        &self,
        request: Request<v1::GetHostRequest>,
    ) -> Result<Response<v1::GetHostResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(get(&call, request)).await
    }
}

/// The hosts of the scope that a filter names, by name. Policy is the caller's to ask.
///
/// # Errors
/// `HOST_FILTER` when it can't be read, `INVENTORY_…` when the hosts are not known. That no host
/// is named is no error here.
pub(crate) async fn resolve(call: &Call, scope: &Scope, filter: &str) -> Outcome<Vec<Host>> {
    let filter = read(filter)?;
    let hosts = all(call, scope).await?;
    Ok(hosts.iter().filter(|host| filter.matches(host)).cloned().collect())
}

/// Every host of the scope. Sources may be slow: a thread that may wait reads them.
async fn all(call: &Call, scope: &Scope) -> Outcome<Arc<[Host]>> {
    let (inventory, scope) = (Arc::clone(call.api.inventory()), scope.clone());
    let read = tokio::task::spawn_blocking(move || inventory.hosts(&scope)).await;
    let hosts = read.map_err(|_| Failure::bug("reading the inventory panicked"))?;
    hosts.map_err(Failure::from)
}

fn read(filter: &str) -> Outcome<Filter> {
    Filter::parse(filter).map_err(|problem| {
        let place = format!("line {}, column {}", problem.line, problem.column);
        Failure::new(Code::HostFilter, format!("{place}: {}", problem.message), problem.hint)
    })
}

impl From<InventoryError> for Failure {
    fn from(error: InventoryError) -> Self {
        tracing::warn!(%error, "the hosts are not known");
        Self::new(error.code(), error.to_string(), error.hint())
    }
}

async fn list(call: &Call, request: v1::ListHostsRequest) -> Outcome<v1::ListHostsResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all("host.read", "host")).await?;
    let filter = match request.filter.as_str() {
        "" => Filter::all(),
        filter => read(filter)?,
    };
    let hosts = all(call, &scope).await?;
    let named: Vec<&Host> = hosts.iter().filter(|host| filter.matches(host)).collect();
    let after = match request.page_token.as_str() {
        "" => "",
        token => token.strip_prefix("h1:").ok_or_else(request::bad_page_token)?,
    };
    // By name: a host that went away between two pages doesn't matter.
    let from = named.partition_point(|host| host.name.as_str() <= after);
    let size = request::page_size(request.page_size);
    let page = &named[from..named.len().min(from + size)];
    let more = from + page.len() < named.len();
    let next = page.last().filter(|_| more).map(|last| format!("h1:{}", last.name));
    let unknown = filter.unknown_labels(&hosts).into_iter().map(str::to_owned);
    Ok(v1::ListHostsResponse {
        hosts: page.iter().map(|host| message(host)).collect(),
        next_page_token: next.unwrap_or_default(),
        total: u32::try_from(named.len()).unwrap_or(u32::MAX),
        unknown_labels: unknown.collect(),
    })
}

async fn get(call: &Call, request: v1::GetHostRequest) -> Outcome<v1::GetHostResponse> {
    let scope = call.scope(request.scope)?;
    let name = request::text("name of the host", request.name)?;
    call.may(&scope, Ask::one("host.read", "host", &name)).await?;
    let hosts = all(call, &scope).await?;
    let found = hosts.binary_search_by(|host| host.name.as_str().cmp(&name));
    match found {
        Ok(index) => Ok(v1::GetHostResponse { host: Some(message(&hosts[index])) }),
        Err(_) => {
            let message = format!("no host `{}` is in the inventory here", request::shown(&name));
            let hint = "`conductor hosts list` shows the hosts that there are";
            Err(Failure::new(Code::HostNotFound, message, hint))
        }
    }
}

fn message(host: &Host) -> v1::Host {
    v1::Host {
        name: host.name.clone(),
        address: host.address.clone(),
        port: host.port.map_or(0, u32::from),
        user: host.user.clone().unwrap_or_default(),
        labels: host.labels.clone().into_iter().collect(),
        groups: host.groups.iter().cloned().collect(),
    }
}
