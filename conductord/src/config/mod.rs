//! Configuration: defaults, a TOML file, flags, in that order.

mod blobs;
mod confine;
mod file;
mod http;
mod identity;
mod inventory;
mod notify;
mod oidc;
mod paths;
mod policy;
mod quotas;
mod rates;
mod s3;
mod sealing;
mod secrets;
mod signing;
mod socket;
mod ssh;
mod tenants;
mod tls;
mod witness;

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use clap::ValueEnum;
use conductor_api::{Opened, RateLimits, SessionTimes, SocketAccess, TlsFiles};
use conductor_engine::facts::TenantDefaults;
use conductor_executors::{SecretSettings, SshOptions};
use serde::Deserialize;

pub(crate) use blobs::BlobSettings;
pub(crate) use confine::ConfineSettings;
pub(crate) use inventory::Inventory;
pub(crate) use notify::Notify;
pub(crate) use oidc::OidcConfig;
pub(crate) use policy::{BundleSource, PolicySettings};
pub(crate) use s3::S3Settings;
pub(crate) use sealing::SealingSettings;
pub(crate) use signing::{KeyPlace, SigningSettings};
pub(crate) use ssh::reached_by_hosts;
pub(crate) use witness::WitnessSettings;

use crate::{cli::Flags, exit::Ended, logging};

/// How long a stop may take when nothing else is configured.
const STOP_TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);
/// Leases of the daemon's own worker at least, when nothing else is configured. Programs mostly
/// wait; what doesn't is done so quickly that a short line in front of it costs more than it saves.
const CAPACITY_DEFAULT_MIN: u32 = 64;
/// Leases for each core, when that gives more.
const CAPACITY_PER_CORE: u32 = 8;

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// What the configuration comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The file that was read.
    pub(crate) file: Option<PathBuf>,
    /// Where everything is kept.
    pub(crate) data_dir: PathBuf,
    /// The Unix socket.
    pub(crate) socket: PathBuf,
    /// Whom the socket is open to.
    pub(crate) socket_access: SocketAccess,
    /// TCP; without TLS on loopback.
    pub(crate) listen: Option<SocketAddr>,
    /// Certificates for TCP.
    pub(crate) tls: Option<TlsFiles>,
    /// HTTP for one principal, on loopback.
    pub(crate) opened: Option<Opened>,
    /// HTTP for metrics, on loopback.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Leases of the daemon's own worker; 0 for none.
    pub(crate) capacity: u32,
    /// Which policy bundle decides, and which one should.
    pub(crate) policy: PolicySettings,
    /// What tenants' records leave open.
    pub(crate) tenants: TenantDefaults,
    /// How old a key gets before its owner is reminded to replace it; nothing for never.
    pub(crate) rotate_keys_after: Duration,
    /// How long sessions last.
    pub(crate) sessions: SessionTimes,
    /// Whose tokens are taken.
    pub(crate) oidc: Option<OidcConfig>,
    /// How often somebody may ask.
    pub(crate) rates: RateLimits,
    /// Where contents of artifacts are kept, and how long at least.
    pub(crate) blobs: BlobSettings,
    /// How what tasks start is confined.
    pub(crate) confine: ConfineSettings,
    /// How long a stop may take.
    pub(crate) stop_timeout: Duration,
    /// Where hosts come from.
    pub(crate) inventory: Inventory,
    /// How hosts are connected to.
    pub(crate) ssh: SshOptions,
    /// Where secrets are.
    pub(crate) secrets: SecretSettings,
    /// Who is told of what happens, and how.
    pub(crate) notify: Vec<Notify>,
    /// Where the key is that signs checkpoints.
    pub(crate) signing: SigningSettings,
    /// Where the key is that wraps the keys of the keyring.
    pub(crate) sealing: SealingSettings,
    /// Who is asked to cosign them.
    pub(crate) witnesses: WitnessSettings,
    /// Form of the log.
    pub(crate) log_format: LogFormat,
    /// What is logged.
    pub(crate) log_level: String,
}

impl Settings {
    /// Reads the file and takes the flags into account.
    ///
    /// # Errors
    /// When the file is named and not there, or anything in it is wrong.
    pub(crate) fn read(flags: &Flags) -> Result<Self, Ended> {
        let (path, file) = match file::find(flags.config.as_deref())? {
            Some((path, file)) => (Some(path), file),
            None => (None, file::File::default()),
        };
        let log_level = flags.log_level.clone().or(file.log.level).unwrap_or("info".into());
        logging::check(&log_level)?;
        Ok(Self {
            file: path,
            data_dir: match flags.data_dir.clone().or(file.data_dir) {
                Some(folder) => paths::absolute(&folder)?,
                None => paths::data_dir()?,
            },
            socket: match flags.socket.clone().or(file.socket) {
                Some(socket) => paths::absolute(&socket)?,
                None => paths::socket(),
            },
            socket_access: socket::access(file.socket_mode, file.socket_group.as_deref())?,
            listen: flags.listen.or(file.listen),
            tls: file.tls.settings()?,
            opened: file.http.opened()?,
            metrics_listen: flags.metrics_listen.or(file.metrics_listen),
            capacity: file::capacity(flags.workers.or(file.worker.capacity), default_capacity())?,
            policy: file.policy.settings(file.policy_dir)?,
            tenants: TenantDefaults {
                settings: file.tenant_defaults.settings()?,
                quotas: quotas::by_tenant(file.quotas),
            },
            rotate_keys_after: file.identity.rotate_keys_after(),
            sessions: file.identity.sessions(),
            oidc: file.oidc.config()?,
            rates: file.rates.settings(),
            blobs: file.blobs.settings()?,
            confine: ConfineSettings::of(&file.resources, &file.sandbox)?,
            stop_timeout: file.stop_timeout.map_or(STOP_TIMEOUT_DEFAULT, |given| given.0),
            inventory: Inventory::of(file.inventory)?,
            ssh: ssh::options(&file.ssh)?,
            secrets: file.secrets.settings(&file.signing.secrets()),
            notify: notify::settings(file.notify)?,
            signing: file.signing.settings()?,
            sealing: file.sealing.settings()?,
            witnesses: witness::settings(file.witness, file.witness_quorum)?,
            log_format: flags.log_format.or(file.log.format).unwrap_or_default(),
            log_level,
        })
    }

    /// Where the daemon listens, and nothing else: whoever only wants to reach it need not be able
    /// to read the rest of its settings.
    ///
    /// # Errors
    /// When the file is needed and can't be used.
    pub(crate) fn socket(flags: &Flags) -> Result<PathBuf, Ended> {
        if let Some(socket) = &flags.socket {
            return paths::absolute(socket);
        }
        let configured = file::find(flags.config.as_deref())?.and_then(|(_, file)| file.socket);
        configured.map_or_else(|| Ok(paths::socket()), |socket| paths::absolute(&socket))
    }
}

fn default_capacity() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let by_cores = u32::try_from(cores).unwrap_or(u32::MAX).saturating_mul(CAPACITY_PER_CORE);
    by_cores.clamp(CAPACITY_DEFAULT_MIN, conductor_engine::limits::WORKER_CAPACITY_MAX)
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = |path: &Option<PathBuf>| {
            path.as_ref().map_or("none".to_owned(), |path| path.display().to_string())
        };
        let address = |address: Option<SocketAddr>| {
            address.map_or("none".to_owned(), |address| address.to_string())
        };
        writeln!(f, "configuration file  {}", path(&self.file))?;
        writeln!(f, "data_dir            {}", self.data_dir.display())?;
        writeln!(f, "socket              {}", self.socket.display())?;
        writeln!(f, "socket_mode         {}", socket::shown(self.socket_access))?;
        writeln!(f, "listen              {}", address(self.listen))?;
        writeln!(f, "tls                 {}", tls::shown(self.tls.as_ref()))?;
        writeln!(f, "http.open           {}", http::shown(self.opened.as_ref()))?;
        writeln!(f, "metrics_listen      {}", address(self.metrics_listen))?;
        writeln!(f, "policy.bundle       {}", self.policy.source)?;
        writeln!(f, "policy.key          {}", path(&self.policy.key))?;
        writeln!(f, "stop_timeout        {:?}", self.stop_timeout)?;
        writeln!(f, "worker.capacity     {}", self.capacity)?;
        writeln!(f, "inventory.source    {}", self.inventory.sources.len())?;
        write!(f, "{}", self.confine)?;
        writeln!(f, "tenant_defaults     {}", tenants::shown(&self.tenants.settings))?;
        let identity = identity::shown(self.rotate_keys_after, self.sessions);
        writeln!(f, "identity            {identity}")?;
        writeln!(f, "oidc                {}", oidc::shown(self.oidc.as_ref()))?;
        writeln!(f, "rates               {}", self.rates)?;
        writeln!(f, "blobs               {}", blobs::shown(&self.blobs))?;
        for (tenant, quota) in &self.tenants.quotas {
            let classes: Vec<String> =
                quota.iter().map(|(class, tasks)| format!("{class} {tasks}")).collect();
            writeln!(f, "quotas.{tenant:<12} {}", classes.join(", "))?;
        }
        for one in &self.notify {
            writeln!(f, "notify.{:<12} {}", one.0.name, notify::shown(one))?;
        }
        writeln!(f, "signing             {}", signing::shown(&self.signing))?;
        writeln!(f, "sealing             {}", sealing::shown(&self.sealing))?;
        writeln!(f, "witness             {}", witness::shown(&self.witnesses))?;
        let format = if self.log_format == LogFormat::Json { "json" } else { "text" };
        writeln!(f, "log.format          {format}")?;
        write!(f, "log.level           {}", self.log_level)?;
        for (name, setting) in &self.secrets {
            let provider = &setting.provider;
            write!(f, "\nsecrets.{name:<11} {} {}", provider.kind(), provider.place())?;
            for (what, list) in
                [("tenants", &setting.tenants), ("environments", &setting.environments)]
            {
                if !list.is_empty() {
                    write!(f, ", {what} {}", list.join(" "))?;
                }
            }
        }
        Ok(())
    }
}
