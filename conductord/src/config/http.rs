//! `[http.open]`: a listener for one principal, without TLS, on this machine alone.

use std::net::SocketAddr;

use conductor_api::Opened;
use conductor_domain::scope::{Principal, Scope};
use serde::Deserialize;

use crate::exit::{Ended, Kind};

/// `[http]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    open: Option<Open>,
}

/// `[http.open]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Open {
    listen: SocketAddr,
    principal: String,
    tenant: Option<String>,
    environment: Option<String>,
    region: Option<String>,
}

impl File {
    /// What is open, where something is.
    pub(super) fn opened(self) -> Result<Option<Opened>, Ended> {
        let Some(open) = self.open else { return Ok(None) };
        if !open.listen.ip().to_canonical().is_loopback() {
            return wrong(&format!(
                "{} can be reached from elsewhere, and nobody proves who they are there; use 127.0.0.1 or [::1]",
                open.listen
            ));
        }
        let named = open.principal.split_once(':').is_some_and(|(kind, name)| {
            !kind.is_empty()
                && !name.is_empty()
                && open.principal.bytes().all(|b| b.is_ascii_graphic())
        });
        if !named {
            let who = &open.principal;
            return wrong(&format!("`{who}` is no principal; name one like `service:ci`"));
        }
        let default = Scope::default();
        let scope = Scope {
            tenant: open.tenant.unwrap_or(default.tenant),
            environment: open.environment.unwrap_or(default.environment),
            region: open.region.unwrap_or(default.region),
        };
        let principal = Principal::new(open.principal);
        Ok(Some(Opened { listen: open.listen, principal, scope }))
    }
}

fn wrong<T>(problem: &str) -> Result<T, Ended> {
    let message = format!("use `[http.open]` of the configuration: {problem}");
    Err(Ended::because(Kind::Configuration, message))
}

/// The settings in a line.
pub(super) fn shown(opened: Option<&Opened>) -> String {
    let Some(Opened { listen, principal, scope }) = opened else { return "none".to_owned() };
    format!("{listen} for {principal} in {}/{}", scope.tenant, scope.environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> Result<Option<Opened>, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        file.opened().map_err(|ended| format!("{ended:?}"))
    }

    #[test]
    fn it_is_closed_unless_somebody_opens_it_for_one_principal() {
        assert_eq!(opened("").unwrap(), None);
        let open =
            "[open]\nlisten = \"127.0.0.1:8001\"\nprincipal = \"service:ci\"\ntenant = \"acme\"";
        let known = opened(open).unwrap().unwrap();
        assert_eq!((known.principal.as_str(), known.scope.tenant.as_str()), ("service:ci", "acme"));
        assert!(opened("[open]\nlisten = \"127.0.0.1:8001\"").is_err());
    }

    #[test]
    fn nobody_else_reaches_it() {
        for address in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1", "[::ffff:192.0.2.1]:1"] {
            let text = format!("[open]\nlisten = \"{address}\"\nprincipal = \"service:ci\"");
            assert!(opened(&text).unwrap_err().contains("reached from elsewhere"), "{address}");
        }
        let text = "[open]\nlisten = \"127.0.0.1:1\"\nprincipal = \"everybody\"";
        assert!(opened(text).unwrap_err().contains("no principal"));
    }
}
