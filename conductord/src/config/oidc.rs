//! `[oidc]`: whose tokens are taken.

use std::{path::PathBuf, time::Duration};

use conductor_api::{
    OidcSettings,
    limits::{OIDC_CLOCK_SKEW_DEFAULT, OIDC_CLOCK_SKEW_MAX},
};
use conductor_keys::jwt::Algorithm;
use conductor_protocol::{manifest::parse_duration_ms, oidc::is_private};
use serde::Deserialize;

use super::paths;
use crate::exit::{Ended, Kind};

/// The claim that names a principal when nothing else is configured: the provider never gives it to
/// anybody else.
const CLAIM_DEFAULT: &str = "sub";
/// What a login from a terminal asks for: who it is, and tokens for later.
const SCOPES_DEFAULT: [&str; 2] = ["openid", "offline_access"];

/// `[oidc]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    issuer: Option<String>,
    audience: Option<String>,
    client_id: Option<String>,
    scopes: Option<Vec<String>>,
    principal_claim: Option<String>,
    algorithms: Option<Vec<String>>,
    clock_skew: Option<String>,
    ca: Option<PathBuf>,
}

/// What the section comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OidcConfig {
    /// Whose tokens, and on what terms.
    pub(crate) settings: OidcSettings,
    /// Whom to trust for the provider, instead of the system's CAs.
    pub(crate) ca: Option<PathBuf>,
}

impl File {
    /// Nothing where there is no such section.
    pub(super) fn config(self) -> Result<Option<OidcConfig>, Ended> {
        let Some(issuer) = self.issuer else {
            let others = [&self.audience, &self.client_id, &self.principal_claim, &self.clock_skew];
            let lists = [&self.scopes, &self.algorithms];
            let empty = others.iter().all(|key| key.is_none())
                && lists.iter().all(|list| list.is_none())
                && self.ca.is_none();
            return if empty { Ok(None) } else { Err(wrong("has no `issuer`")) };
        };
        if !is_private(&issuer) || issuer.contains(['?', '#', '@']) {
            return Err(wrong(
                "has an `issuer` that is no `https://` URL without a query; `http://` is for this \
                 machine alone",
            ));
        }
        let client_id = self.client_id.unwrap_or_default();
        let audience = self.audience.unwrap_or_else(|| client_id.clone());
        if audience.is_empty() {
            return Err(wrong("has neither `audience` nor `client_id`: say for whom tokens are"));
        }
        let principal_claim = self.principal_claim.unwrap_or_else(|| CLAIM_DEFAULT.to_owned());
        if principal_claim.is_empty() {
            return Err(wrong("has an empty `principal_claim`: write `sub`, or leave it out"));
        }
        let settings = OidcSettings {
            issuer,
            audience,
            client_id,
            scopes: scopes(self.scopes, &principal_claim)?,
            principal_claim,
            algorithms: algorithms(self.algorithms)?,
            clock_skew: clock_skew(self.clock_skew.as_deref())?,
        };
        let ca = self.ca.map(|path| paths::absolute(&path)).transpose()?;
        Ok(Some(OidcConfig { settings, ca }))
    }
}

fn scopes(given: Option<Vec<String>>, principal_claim: &str) -> Result<Vec<String>, Ended> {
    let Some(given) = given else {
        let email = (principal_claim == "email").then_some("email");
        return Ok(SCOPES_DEFAULT.into_iter().chain(email).map(str::to_owned).collect());
    };
    let is_scope = |scope: &String| {
        !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"')
    };
    match given.iter().all(is_scope) {
        true => Ok(given),
        false => Err(wrong("has a scope that is none: write one word each, like `openid`")),
    }
}

fn algorithms(given: Option<Vec<String>>) -> Result<Vec<Algorithm>, Ended> {
    let Some(given) = given else { return Ok(Algorithm::DEFAULT.to_vec()) };
    let known = Algorithm::ALL.map(|algorithm| algorithm.to_string()).join(", ");
    if given.is_empty() {
        return Err(wrong(&format!("has no `algorithms`: name some of {known}")));
    }
    let named = |name: &String| {
        Algorithm::named(name).ok_or_else(|| {
            wrong(&format!("has the algorithm `{name}`, by which no token is taken: use {known}"))
        })
    };
    given.iter().map(named).collect()
}

fn clock_skew(given: Option<&str>) -> Result<Duration, Ended> {
    let Some(text) = given else { return Ok(OIDC_CLOCK_SKEW_DEFAULT) };
    let skew = parse_duration_ms(text).map(Duration::from_millis);
    skew.filter(|skew| *skew <= OIDC_CLOCK_SKEW_MAX && skew.subsec_millis() == 0).ok_or_else(|| {
        wrong(&format!("has a `clock_skew` of `{text}`: write whole seconds up to 5m, like `60s`"))
    })
}

fn wrong(what: &str) -> Ended {
    Ended::because(Kind::Configuration, format!("use the configuration: `[oidc]` {what}"))
}

/// The settings in a line.
pub(super) fn shown(config: Option<&OidcConfig>) -> String {
    let Some(OidcConfig { settings, ca }) = config else {
        return "none: no tokens of a provider are taken".to_owned();
    };
    let algorithms: Vec<String> = settings.algorithms.iter().map(ToString::to_string).collect();
    let ca = ca.as_ref().map(|ca| format!(", by the CAs in {}", ca.display())).unwrap_or_default();
    format!(
        "{} for {}, principals by `{}`, {}, clocks {} s apart{ca}",
        settings.issuer,
        settings.audience,
        settings.principal_claim,
        algorithms.join(" "),
        settings.clock_skew.as_secs(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<OidcConfig>, String> {
        let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        file.config().map_err(|ended| format!("{ended:?}"))
    }

    const ISSUER: &str = "issuer = 'https://id.example.org'\n";

    #[test]
    fn defaults_are_filled_in() {
        assert_eq!(read("").unwrap(), None);
        let config = read(&format!("{ISSUER}client_id = 'console'")).unwrap().unwrap();
        let settings = &config.settings;
        assert_eq!(
            (settings.audience.as_str(), settings.principal_claim.as_str()),
            ("console", "sub")
        );
        assert_eq!(settings.scopes, ["openid", "offline_access"]);
        assert_eq!(settings.algorithms, Algorithm::DEFAULT);
        assert_eq!(settings.clock_skew.as_secs(), 60);
        let line = shown(Some(&config));
        assert!(line.contains("RS256 ES256 EdDSA"), "{line}");
        let email = read(&format!("{ISSUER}audience = 'a'\nprincipal_claim = 'email'"));
        assert_eq!(email.unwrap().unwrap().settings.scopes.last().unwrap(), "email");
    }

    #[test]
    fn everything_can_be_said() {
        let text = "issuer = 'http://127.0.0.1:9'\naudience = 'a'\nclient_id = 'c'\n\
                    scopes = ['openid', 'groups']\nprincipal_claim = 'upn'\nalgorithms = ['PS256']\n\
                    clock_skew = '0s'\nca = '/etc/ca.pem'\n";
        let config = read(text).unwrap().unwrap();
        assert_eq!(config.settings.algorithms, [Algorithm::named("PS256").unwrap()]);
        assert_eq!(config.settings.clock_skew, Duration::ZERO);
        assert_eq!(config.ca.unwrap().to_str(), Some("/etc/ca.pem"));
        assert_eq!(config.settings.scopes, ["openid", "groups"]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |more: &str, part: &str| {
            let error = read(&format!("{ISSUER}audience = 'a'\n{more}")).unwrap_err();
            assert!(error.contains(part), "{more}: {error}");
        };
        check("algorithms = ['HS256']", "`HS256`");
        check("algorithms = ['none']", "`none`");
        check("algorithms = []", "name some of");
        check("clock_skew = '10m'", "up to 5m");
        check("clock_skew = 'some'", "up to 5m");
        check("clock_skew = '1500ms'", "whole seconds");
        check("scopes = ['a b']", "one word each");
        check("principal_claim = ''", "`sub`");
        check("secret = 'x'", "unknown field");
        assert!(read(ISSUER).unwrap_err().contains("neither `audience`"));
        assert!(read("audience = 'a'").unwrap_err().contains("no `issuer`"));
        for issuer in ["http://id.example.org", "id.example.org", "https://id.example.org?a=b"] {
            let error = read(&format!("issuer = '{issuer}'\naudience = 'a'")).unwrap_err();
            assert!(error.contains("`https://`"), "{issuer}: {error}");
        }
    }
}
