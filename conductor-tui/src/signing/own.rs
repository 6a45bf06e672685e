//! The keys that are enrolled for whoever asks.

use conductor_client::{ClientError, Connection};
use conductor_protocol::v1;

/// The tenant that is acted in where none is named, and whose keys count everywhere.
pub const HOME_TENANT: &str = "default";
/// Keys asked for at once.
const PAGE_SIZE: u32 = 500;

/// The caller's keys that sign for a namespace now: of the tenant, and of the home tenant.
///
/// # Errors
/// [`ClientError`]
pub async fn own_keys_for(
    namespace: &str,
    connection: &Connection,
    scope: Option<v1::Scope>,
) -> Result<Vec<v1::EnrolledKey>, ClientError> {
    let request = v1::WhoAmIRequest { scope: scope.clone() };
    let principal = connection.who_am_i(request).await?.principal;
    let scope = scope.unwrap_or_default();
    let home = v1::Scope { tenant: HOME_TENANT.to_owned(), ..scope.clone() };
    let away = !matches!(scope.tenant.as_str(), "" | HOME_TENANT);
    let mut keys = Vec::new();
    if away {
        keys.extend(listed(connection, &scope, &principal).await?);
    }
    match listed(connection, &home, &principal).await {
        Ok(listed) => keys.extend(listed),
        // Who is nobody in the home tenant has no key there.
        Err(ClientError::Refused(_)) if away => {}
        Err(error) => return Err(error),
    }
    keys.retain(|key| {
        key.state() == v1::KeyState::Active
            && !key.cert_authority
            && key.namespaces.iter().any(|name| name == namespace)
    });
    Ok(keys)
}

async fn listed(
    connection: &Connection,
    scope: &v1::Scope,
    principal: &str,
) -> Result<Vec<v1::EnrolledKey>, ClientError> {
    let mut request = v1::ListKeysRequest {
        scope: Some(scope.clone()),
        principal: principal.to_owned(),
        page_size: PAGE_SIZE,
        page_token: String::new(),
    };
    let mut keys = Vec::new();
    loop {
        let page = connection.list_keys(request.clone()).await?;
        keys.extend(page.keys);
        if page.next_page_token.is_empty() {
            return Ok(keys);
        }
        request.page_token = page.next_page_token;
    }
}
