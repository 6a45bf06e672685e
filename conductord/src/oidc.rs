//! The OpenID provider as it is configured, its documents fetched as the console fetches them.

use std::{fs, path::Path, sync::Arc};

use conductor_api::{Document, Documents, Fetching, Oidc};
use conductor_client::oidc::{Fetched, Web};

use crate::{
    config::OidcConfig,
    exit::{Ended, Kind},
};

/// Fetches over the network.
#[derive(Debug)]
struct OverHttp(Web);

impl Documents for OverHttp {
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            let fetched = self.0.get(url).await.map_err(|error| error.to_string())?;
            let Fetched { bytes, max_age } = fetched;
            Ok(Document { bytes, max_age })
        })
    }
}

/// The provider. Its keys are looked up once the daemon serves.
pub(crate) fn provider(config: &OidcConfig) -> Result<Arc<Oidc>, Ended> {
    let ca = config.ca.as_deref().map(read).transpose()?;
    let web = Web::new(ca.as_deref()).map_err(|error| {
        let message = format!("use the configuration: `[oidc]` has a `ca` that is none: {error}");
        Ended::because(Kind::Configuration, message)
    })?;
    Ok(Arc::new(Oidc::new(config.settings.clone(), Arc::new(OverHttp(web)))))
}

fn read(file: &Path) -> Result<Vec<u8>, Ended> {
    fs::read(file).map_err(|error| {
        let message = format!("read `ca` of `[oidc]`, {}: {error}", file.display());
        Ended::because(Kind::Configuration, message)
    })
}
