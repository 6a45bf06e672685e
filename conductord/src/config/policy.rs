//! `[policy]`: where the bundle is, who must have signed it, and what is wanted to be deployed.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use serde::Deserialize;

use super::{file::Span, paths};
use crate::exit::{Ended, Kind};

/// How often a URL is looked at when nothing else is configured.
const POLL_DEFAULT: Duration = Duration::from_secs(60);
/// Accepted bundles that are kept when nothing else is configured.
const KEEP_DEFAULT: usize = 16;
/// Accepted bundles that are kept at most.
const KEEP_MAX: usize = 256;
/// Profiles that there are.
const PROFILES: [&str; 3] = ["internal", "white-label", "saas"];

/// `[policy]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    bundle: Option<String>,
    key: Option<PathBuf>,
    key_id: String,
    poll: Option<Span>,
    keep: Option<usize>,
    desired: DesiredFile,
}

/// `[policy.desired]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DesiredFile {
    bundle: Option<String>,
    profile: Option<String>,
    tenants: BTreeMap<String, WantedFile>,
}

/// `[policy.desired.tenants.TENANT]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WantedFile {
    bundle: Option<String>,
    profile: Option<String>,
}

/// Where a bundle comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BundleSource {
    /// It is compiled in.
    BuiltIn,
    /// A folder, or a packed file.
    Path(PathBuf),
    /// Fetched again and again.
    Url(String),
}

/// What is wanted of a tenant; what is empty is not said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Revision of the bundle.
    pub(crate) bundle: String,
    /// The governance profile.
    pub(crate) profile: String,
}

/// What `[policy]` comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicySettings {
    /// Where the bundle is.
    pub(crate) source: BundleSource,
    /// The public key of whoever must have signed it.
    pub(crate) key: Option<PathBuf>,
    /// The id that the signature must name for its key; any when it is empty.
    pub(crate) key_id: String,
    /// How often a URL is looked at.
    pub(crate) poll: Duration,
    /// Accepted bundles that are kept to go back to.
    pub(crate) keep: usize,
    /// What is wanted of every tenant that is not named.
    pub(crate) desired: Wanted,
    /// What is wanted of tenants by name.
    pub(crate) desired_of: BTreeMap<String, Wanted>,
}

impl File {
    /// What it comes to; `policy_dir` is the older way to name a folder.
    pub(super) fn settings(self, policy_dir: Option<PathBuf>) -> Result<PolicySettings, Ended> {
        let source = match (self.bundle, policy_dir) {
            (Some(_), Some(_)) => {
                return Err(refused("`policy_dir` beside `bundle` in [policy]: say one of them"));
            }
            (None, None) => BundleSource::BuiltIn,
            (None, Some(folder)) => BundleSource::Path(paths::absolute(&folder)?),
            (Some(text), None) if text.contains("://") => url(text)?,
            (Some(path), None) => BundleSource::Path(paths::absolute(path.as_ref())?),
        };
        if source == BundleSource::BuiltIn && self.key.is_some() {
            return Err(refused(
                "`key` in [policy] without a `bundle`: the built-in one is not signed",
            ));
        }
        let keep = self.keep.unwrap_or(KEEP_DEFAULT);
        if !(1..=KEEP_MAX).contains(&keep) {
            return Err(refused(&format!("`keep` in [policy] is {keep}: say 1 to {KEEP_MAX}")));
        }
        let desired = wanted(self.desired.bundle, self.desired.profile)?;
        let tenants = self.desired.tenants.into_iter();
        let desired_of = tenants.map(|(tenant, said)| {
            let own = wanted(said.bundle, said.profile)?;
            let or = |own: String, all: &String| if own.is_empty() { all.clone() } else { own };
            let bundle = or(own.bundle, &desired.bundle);
            Ok::<_, Ended>((tenant, Wanted { bundle, profile: or(own.profile, &desired.profile) }))
        });
        Ok(PolicySettings {
            source,
            key: self.key.as_deref().map(paths::absolute).transpose()?,
            key_id: self.key_id,
            poll: self.poll.map_or(POLL_DEFAULT, |span| span.0),
            keep,
            desired_of: desired_of.collect::<Result<_, _>>()?,
            desired,
        })
    }
}

fn url(text: String) -> Result<BundleSource, Ended> {
    match text.split_once("://") {
        Some(("http" | "https", rest)) if !rest.is_empty() => Ok(BundleSource::Url(text)),
        _ => Err(refused("`bundle` in [policy] is no path and no http(s) URL")),
    }
}

fn wanted(bundle: Option<String>, profile: Option<String>) -> Result<Wanted, Ended> {
    let (bundle, profile) = (bundle.unwrap_or_default(), profile.unwrap_or_default());
    let hex = bundle.strip_prefix("sha256:").unwrap_or_default();
    if !bundle.is_empty() && (hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit())) {
        let message =
            format!("`bundle` in [policy.desired] is `{bundle}`: say `sha256:` and 64 digits");
        return Err(refused(&message));
    }
    if !profile.is_empty() && !PROFILES.contains(&profile.as_str()) {
        let known = PROFILES.join(", ");
        return Err(refused(&format!("`profile` is `{profile}`: the profiles are {known}")));
    }
    Ok(Wanted { bundle, profile })
}

fn refused(what: &str) -> Ended {
    Ended::because(Kind::Configuration, format!("use the configuration: {what}"))
}

impl PolicySettings {
    /// What is wanted of a tenant.
    pub(crate) fn wanted(&self, tenant: &str) -> &Wanted {
        self.desired_of.get(tenant).unwrap_or(&self.desired)
    }
}

impl fmt::Display for BundleSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built-in"),
            Self::Path(path) => write!(f, "{}", path.display()),
            // A password may stand in it, and a token behind it.
            Self::Url(url) => {
                let plain = url.split(['?', '#']).next().unwrap_or_default();
                match plain.split_once("://").map(|(scheme, rest)| {
                    let (who, path) = rest.split_once('/').unwrap_or((rest, ""));
                    (scheme, who.rsplit_once('@').map_or(who, |(_, host)| host), path)
                }) {
                    Some((scheme, host, path)) => write!(f, "{scheme}://{host}/{path}"),
                    None => f.write_str("a URL"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<PolicySettings, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        file.settings(None).map_err(|ended| format!("{ended:?}"))
    }

    #[test]
    fn what_is_said_of_one_tenant_stands_above_what_is_said_of_all() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let text = format!(
            "bundle = 'https://u:p@policy.example.org/b.tar.gz?token=x'\npoll = '5s'\n\
             [desired]\nbundle = '{digest}'\nprofile = 'internal'\n[desired.tenants.acme]\nprofile = 'saas'\n"
        );
        let settings = read(&text).unwrap();
        assert_eq!(
            settings.wanted("acme"),
            &Wanted { bundle: digest.clone(), profile: "saas".into() }
        );
        assert_eq!(settings.wanted("other").profile, "internal");
        assert_eq!(settings.source.to_string(), "https://policy.example.org/b.tar.gz");
        assert_eq!((settings.poll, settings.keep), (Duration::from_secs(5), KEEP_DEFAULT));
        assert_eq!(read("").unwrap().source, BundleSource::BuiltIn);
    }

    #[test]
    fn what_can_not_be_meant_is_refused() {
        for (bad, words) in [
            ("bundle = 'ftp://x/y'", "http(s)"),
            ("key = '/k.pem'", "without a `bundle`"),
            ("keep = 0", "`keep`"),
            ("[desired]\nbundle = 'latest'", "sha256:"),
            ("[desired]\nprofile = 'free'", "white-label"),
            ("[desired.tenants.acme]\ncolour = 'red'", "colour"),
        ] {
            let problem = read(bad).unwrap_err();
            assert!(problem.contains(words), "{bad}: {problem}");
        }
        let both = File { bundle: Some("/b".into()), ..File::default() };
        assert!(both.settings(Some("/p".into())).is_err());
    }
}
