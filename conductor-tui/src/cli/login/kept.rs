//! Where the tokens of logins are kept: one file of the user's own, one login a daemon.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use conductor_client::{Endpoint, Token};
use conductor_tui::whole;
use serde::{Deserialize, Serialize};

use crate::{
    cli::{
        failure::Failure,
        oidc::{self, KeptLogin},
    },
    config::{Environment, Settings},
};

/// The variable that holds a token instead, for scripts.
pub(crate) const TOKEN_VARIABLE: &str = "CONDUCTOR_TOKEN";
/// Bytes of the file that are read.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Daemons whose sessions are kept.
const DAEMONS_MAX: usize = 64;

/// A session that somebody logged in to.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptSession {
    /// Its token.
    pub(crate) token: String,
    /// Its id.
    pub(crate) session_id: String,
    /// Who is logged in.
    pub(crate) principal: String,
    /// Where it was opened.
    pub(crate) tenant: String,
    /// When it ends at the latest, in seconds since 1970.
    pub(crate) ends_at: i64,
}

/// See the module.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// By where the daemon listens.
    sessions: BTreeMap<String, KeptSession>,
    /// Logins at a provider, by the same.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    providers: BTreeMap<String, KeptLogin>,
}

/// Where the login is kept whose tokens have to be replaced now and then: in which file, for which
/// daemon.
pub(crate) type Place = (PathBuf, Endpoint);

/// Where such a login would be; nothing where the environment has a token of its own.
pub(crate) fn place(settings: &Settings, environment: &Environment) -> Option<Place> {
    let own = environment.get(TOKEN_VARIABLE).is_some();
    (!own).then(|| (settings.paths.sessions(), settings.endpoint.clone()))
}

/// The token that goes with the calls of a command: that of the environment, or of the session with
/// the daemon that is meant. One of a provider is replaced first where it is about to end.
pub(crate) async fn token(
    settings: &Settings,
    environment: &Environment,
) -> Result<Option<Token>, Failure> {
    if let Some(given) = environment.get(TOKEN_VARIABLE) {
        let token = Token::new(given).ok_or_else(|| {
            let hint = "unset it, or take what `conductor login --print-token` writes";
            Failure::usage(format!("{TOKEN_VARIABLE} holds no token"), hint)
        })?;
        return Ok(Some(token));
    }
    let place = (settings.paths.sessions(), settings.endpoint.clone());
    let kept = Kept::read(&place.0)?;
    if let Some(session) = kept.session(&place.1) {
        return Ok(Token::new(&session.token));
    }
    let login = oidc::fresh(&place).await?;
    Ok(login.and_then(|login| Token::new(&login.tokens.bearer)))
}

impl Kept {
    /// What is kept. A file that others could read is not used.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let failed = |error| Failure::local(format!("read {}", path.display()), error);
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(failed(error)),
        };
        let found = file.metadata().map_err(failed)?;
        let own = found.uid() == rustix::process::geteuid().as_raw();
        if !own || found.mode() & 0o077 != 0 {
            let message = format!("{} holds tokens, and others could read it", path.display());
            let hint = format!("`chmod 600 {}`, and log in again", path.display());
            return Err(Failure::usage(message, hint));
        }
        let mut text = String::new();
        file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
        serde_json::from_str(&text).map_err(|_| {
            let message = format!("{} can't be understood", path.display());
            Failure::usage(message, "remove it, and log in again with `conductor login`")
        })
    }

    /// The session with a daemon.
    pub(crate) fn session(&self, endpoint: &Endpoint) -> Option<&KeptSession> {
        self.sessions.get(&endpoint.to_string())
    }

    /// Keeps a session. The one that ends first makes room.
    pub(crate) fn put(&mut self, endpoint: &Endpoint, session: KeptSession) {
        self.providers.remove(&endpoint.to_string());
        self.sessions.insert(endpoint.to_string(), session);
        while self.sessions.len() > DAEMONS_MAX {
            let first = self.sessions.iter().min_by_key(|(_, kept)| kept.ends_at);
            let first = first.map(|(place, _)| place.clone()).unwrap_or_default();
            self.sessions.remove(&first);
        }
    }

    /// The login at the provider of a daemon.
    pub(crate) fn login(&self, endpoint: &Endpoint) -> Option<&KeptLogin> {
        self.providers.get(&endpoint.to_string())
    }

    /// Keeps a login at a provider, in the place of any other with that daemon.
    pub(crate) fn put_login(&mut self, endpoint: &Endpoint, login: KeptLogin) {
        self.sessions.remove(&endpoint.to_string());
        self.providers.insert(endpoint.to_string(), login);
        while self.providers.len() > DAEMONS_MAX {
            let first = self.providers.iter().min_by_key(|(_, kept)| kept.tokens.expires_at);
            let first = first.map(|(place, _)| place.clone()).unwrap_or_default();
            self.providers.remove(&first);
        }
    }

    /// Forgets the login with a daemon, if there is one.
    pub(crate) fn remove(&mut self, endpoint: &Endpoint) -> bool {
        let place = endpoint.to_string();
        let provider = self.providers.remove(&place).is_some();
        self.sessions.remove(&place).is_some() || provider
    }

    /// Writes it where nobody else can read it, whole or not at all.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = serde_json::to_vec(self).map_err(io::Error::from);
        text.and_then(|text| whole::put(path, &text))
            .map_err(|error| Failure::local(format!("write {}", path.display()), error))
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    fn session(number: i64) -> KeptSession {
        KeptSession {
            token: format!("cst_{number}"),
            session_id: "ses_1".into(),
            principal: "uid:1".into(),
            tenant: "acme".into(),
            ends_at: number,
        }
    }

    fn endpoint(number: i64) -> Endpoint {
        format!("/run/{number}.sock").parse().unwrap()
    }

    #[test]
    fn a_session_a_daemon_is_kept_where_nobody_else_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/sessions.json");
        let mut kept = Kept::read(&path).unwrap();
        kept.put(&endpoint(1), session(1));
        kept.put(&endpoint(2), session(2));
        kept.write(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let mut kept = Kept::read(&path).unwrap();
        assert_eq!(kept.session(&endpoint(2)).unwrap().token, "cst_2");
        assert!(kept.remove(&endpoint(2)) && !kept.remove(&endpoint(2)));
        kept.write(&path).unwrap();
        assert!(Kept::read(&path).unwrap().session(&endpoint(2)).is_none());
        assert_eq!(fs::read_dir(folder.path().join("state")).unwrap().count(), 1, "nothing beside");
        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let refused = Kept::read(&path).err().unwrap().to_string();
            assert!(refused.contains("others could read it"), "{refused}");
        }
    }

    #[test]
    fn what_is_no_such_file_is_not_taken_for_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sessions.json");
        fs::write(&path, "{").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(Kept::read(&path).is_err());
    }

    #[test]
    fn only_so_many_are_kept() {
        let mut kept = Kept::default();
        for number in 0..100 {
            kept.put(&endpoint(number), session(number));
        }
        assert_eq!(kept.sessions.len(), DAEMONS_MAX);
        assert!(kept.session(&endpoint(0)).is_none() && kept.session(&endpoint(99)).is_some());
    }
}
