//! The `Oidc` service: what somebody needs to know who has no token yet.

use conductor_protocol::v1::{self, oidc_server::Oidc};
use tonic::{Request, Response, Status};

use crate::api::Api;

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Oidc for Service {
    /// It tells of no tenant, and what it tells the provider tells everybody: policy is not asked.
    async fn describe(
        &self,
        request: Request<v1::DescribeOidcRequest>,
    ) -> Result<Response<v1::DescribeOidcResponse>, Status> {
        let (call, _) = self.0.enter(request)?;
        let described = call.api.oidc().map(|oidc| {
            let settings = oidc.settings();
            v1::DescribeOidcResponse {
                issuer: settings.issuer.clone(),
                client_id: settings.client_id.clone(),
                audience: settings.audience.clone(),
                scopes: settings.scopes.clone(),
            }
        });
        Ok(Response::new(described.unwrap_or_default()))
    }
}
