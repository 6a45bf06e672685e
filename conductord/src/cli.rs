//! The command line.

use std::{ffi::OsString, net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::config::LogFormat;

/// Conductor's daemon: takes workflows, runs them and keeps the record of everything that
/// happened. It starts without a configuration file.
#[derive(Debug, Parser)]
#[command(name = "conductord", version, about, args_conflicts_with_subcommands = false)]
pub(crate) struct Cli {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// How to do it.
    #[command(flatten)]
    pub(crate) serve: Flags,
}

/// Settings of the configuration file that the command line can give too.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Flags {
    /// Read this configuration file instead of the usual one.
    #[arg(long, global = true, value_name = "FILE", env = "CONDUCTORD_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Keep everything below this folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Listen on this Unix socket.
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) socket: Option<PathBuf>,
    /// Listen on TCP too; without TLS on loopback only, where nobody is authenticated.
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Answer `/metrics` and `/healthz` over HTTP there; on loopback only.
    #[arg(long, global = true, value_name = "127.0.0.1:PORT")]
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Leases that the daemon's own worker takes at once; 0 for none.
    #[arg(long, global = true, value_name = "N")]
    pub(crate) workers: Option<u32>,
    /// Form of the log on standard error.
    #[arg(long, global = true, value_enum)]
    pub(crate) log_format: Option<LogFormat>,
    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or such by module.
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) log_level: Option<String>,
}

/// What to do instead of serving.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve, as without a subcommand.
    Serve,
    /// Make the views anew from the ledger and print their digest; no daemon may be running.
    Rebuild,
    /// Look after the ledger of a stopped daemon.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Take work from a daemon elsewhere.
    Worker(WorkerOptions),
    /// Connect standard input and output to the daemon's socket, for a console at the other end of
    /// SSH.
    Stdio,
    /// Shut this process in as the plan on standard input says, and become a program.
    ///
    /// The worker puts it before the shell of tasks that ask for `resources` or a `sandbox`.
    #[command(hide = true)]
    Confine {
        /// What it becomes.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        program: Vec<OsString>,
    },
    /// Try out the bundle of a job on standard input, within bounds of memory and time.
    ///
    /// The daemon calls it for every bundle that somebody sends to be tried out.
    #[command(hide = true)]
    TryBundle,
    /// Say what the configuration comes to, or what is wrong with it.
    CheckConfig,
}

/// What to do with the ledger.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Hash everything again and compare it with the checkpoint. Changes nothing.
    Verify,
    /// Cut a damaged ledger before its damage; a copy is kept, and what is lost is said.
    Repair,
}

/// How a worker elsewhere is set up.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorkerOptions {
    /// Where the daemon is: `https://HOST:PORT`, `unix:///path`, `ssh://USER@HOST`, which asks
    /// nothing, or `http://127.0.0.1:PORT`.
    #[arg(long, value_name = "ENDPOINT", env = "CONDUCTOR_HOST")]
    pub(crate) connect: String,
    /// Trust the CAs in this file, in PEM, instead of the system's.
    #[arg(long, value_name = "FILE", env = "CONDUCTOR_CA")]
    pub(crate) ca: Option<PathBuf>,
    /// Be known by this certificate, in PEM with those between it and its CA.
    #[arg(long, value_name = "FILE", env = "CONDUCTOR_CERT")]
    pub(crate) cert: Option<PathBuf>,
    /// Its private key, where that is not in the same file.
    #[arg(long, value_name = "FILE", env = "CONDUCTOR_CERT_KEY")]
    pub(crate) cert_key: Option<PathBuf>,
    /// Name for people; the host's by default.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Leases that it takes at once.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) capacity: Option<u32>,
    /// Folder of its own for workspaces, made when it is missing.
    #[arg(long, value_name = "DIR")]
    pub(crate) work_dir: Option<PathBuf>,
}
