//! Tokens that don't end while somebody is logged in: replaced a little before, by one command at a
//! time. A refresh token is good once with many providers; used twice, it ends the login.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    time::Duration,
};

use conductor_client::{Bearer, Token};
use rustix::fs::{FlockOperation, flock};

use super::{KeptLogin, flow};
use crate::cli::{
    failure::Failure,
    login::kept::{Kept, Place},
    when,
};

/// How often a command that goes on looks whether it is time for a new token: a token is replaced
/// before its last minute.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// The login with a daemon, its tokens replaced where it is time for that.
pub(crate) async fn fresh((path, endpoint): &Place) -> Result<Option<KeptLogin>, Failure> {
    let kept = Kept::read(path)?;
    let Some(login) = kept.login(endpoint) else { return Ok(None) };
    if !login.can_be_renewed(when::now_ms() / 1_000) {
        return Ok(Some(login.clone()));
    }
    let turn = turn(path).await?;
    // Another command may have been quicker, or somebody logged out.
    let mut kept = Kept::read(path)?;
    let Some(login) = kept.login(endpoint).cloned() else { return Ok(None) };
    let login = match flow::renewed(&login).await? {
        Some(renewed) => {
            kept.put_login(endpoint, renewed.clone());
            kept.write(path)?;
            renewed
        }
        None => login,
    };
    drop(turn);
    Ok(Some(login))
}

/// Keeps the bearer's token from ending for as long as this is polled. Where it can't be replaced the
/// daemon says so when it is over.
pub(crate) async fn keep_fresh(place: Option<Place>, bearer: Bearer) {
    let Some(place) = place else { return };
    let mut last = String::new();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Ok(Some(login)) = fresh(&place).await else { continue };
        if login.tokens.bearer != last {
            bearer.change(Token::new(&login.tokens.bearer).as_ref());
            last = login.tokens.bearer;
        }
    }
}

/// Waits until no other command of this user replaces tokens. It is over when what this gives is
/// dropped, and when the process ends.
async fn turn(path: &Path) -> Result<File, Failure> {
    let path = path.with_extension("lock");
    let failed = |error| Failure::local("wait for other commands that renew tokens", error);
    let taken = tokio::task::spawn_blocking(move || -> io::Result<File> {
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).mode(0o600).open(path)?;
        flock(&file, FlockOperation::LockExclusive)?;
        Ok(file)
    });
    taken.await.map_err(|error| failed(io::Error::other(error)))?.map_err(failed)
}
