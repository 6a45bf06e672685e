//! The contents of artifacts: in the data folder, or in a bucket of an S3 server.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use conductor_engine::ports::{BlobRefusal, BlobStore};
use conductor_executors::{SecretSetting, SecretSettings, Vault};
use conductor_store::blobs::{
    FolderBlobs,
    s3::{KeySource, Keys, KeysComing, S3Blobs},
};

use crate::{
    chance::SystemClock,
    config::{BlobSettings, S3Settings},
    exit::{Ended, Kind},
};

const ACCESS_KEY: &str = "access_key";
const SECRET_KEY: &str = "secret_key";
const SESSION_TOKEN: &str = "session_token";

/// Opens the store that is configured, with a folder of its own.
pub(super) fn open(folder: &Path, settings: &BlobSettings) -> Result<Arc<dyn BlobStore>, Ended> {
    let Some(s3) = &settings.s3 else {
        let blobs = FolderBlobs::open(folder).context("open the artifacts")?;
        return Ok(Arc::new(blobs.retaining(settings.retain_ms)));
    };
    let source = Arc::new(Configured::of(s3));
    let opened = S3Blobs::open(folder, s3.options.clone(), (Arc::new(SystemClock), source));
    let opened = opened.map_err(|error| {
        let hint = BlobRefusal::hint_of(&error).map_or(String::new(), |hint| format!("; {hint}"));
        Ended::because(Kind::Refused, format!("open the artifacts: {error}{hint}"))
    })?;
    Ok(Arc::new(opened))
}

/// Keys where the configuration says that they are. No manifest can name them.
struct Configured {
    vault: Vault,
    with_token: bool,
}

impl Configured {
    fn of(settings: &S3Settings) -> Self {
        let mut secrets = SecretSettings::new();
        let places = [
            (ACCESS_KEY, Some(&settings.access_key)),
            (SECRET_KEY, Some(&settings.secret_key)),
            (SESSION_TOKEN, settings.session_token.as_ref()),
        ];
        for (name, place) in places {
            if let Some(place) = place {
                secrets.insert(name.to_owned(), SecretSetting::new(place.clone()));
            }
        }
        Self { vault: Vault::new(secrets), with_token: settings.session_token.is_some() }
    }

    async fn one(&self, name: &str) -> Result<String, String> {
        let value = self.vault.own(name).await;
        value.map(|value| (*value).clone()).map_err(|why| format!("`[blobs.s3]`: {why}"))
    }
}

impl KeySource for Configured {
    fn keys(&self) -> KeysComing<'_> {
        Box::pin(async move {
            let access_key = self.one(ACCESS_KEY).await?;
            let secret_key = self.one(SECRET_KEY).await?;
            let session_token = match self.with_token {
                true => Some(self.one(SESSION_TOKEN).await?),
                false => None,
            };
            Ok(Keys { access_key, secret_key, session_token })
        })
    }
}
