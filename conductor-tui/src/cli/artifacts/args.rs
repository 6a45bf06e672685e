//! What the commands about artifacts take.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What can be done with artifacts.
#[derive(Debug, Subcommand)]
pub(crate) enum ArtifactsCommand {
    /// Add a file to a run, or say where one is
    #[command(after_help = "\
What is stored is looked into: CycloneDX 1.4 to 1.6 and SPDX 2.3 as JSON, in-toto statements with SLSA \
provenance (bare, in DSSE envelopes, in sigstore bundles, or several one a line), OpenVEX and risk \
assessments. The flags are what is really in it; what is declared and not in it is refused. Of a file that \
is somewhere else (--uri) they are as declared.

A signature that lies beside the file as FILE.sig goes with it; --sign makes one, as `ssh-keygen -Y sign -n \
artifact@conductor` would. The signatures inside of envelopes and bundles are checked by the keys that are \
enrolled for artifacts, as `conductor keys enroll builder:ci --key cosign.pub --namespace artifact` does; one \
that none of them made closes the release gate.

Examples:
  conductor artifacts upload sbom.json --run run_01jd6p5c7se9bs0w1h3m5n7p9q --kind sbom --sign
  conductor artifacts upload attestations.jsonl --run run_01jd6p5c7se9bs0w1h3m5n7p9q
  conductor artifacts upload bundle.tgz --uri s3://artifacts/bundle.tgz --hash sha256:ab12 \\
    --run run_01jd6p5c7se9bs0w1h3m5n7p9q --declare sbom_present=true")]
    Upload(UploadArgs),
    /// List artifacts, newest first
    #[command(visible_alias = "ls")]
    List(ListArgs),
    /// Show an artifact
    Show(ShowArgs),
    /// Read an artifact's bytes, checked against their digest
    Download(DownloadArgs),
    /// Hold an artifact: its content stays, whatever retention says
    Hold(ChangeArgs),
    /// Hold an artifact no more
    Release(ChangeArgs),
    /// List what would go by the tenant's retention, and let it go
    #[command(after_help = "\
Contents are kept for as long as the tenant's settings say: 13 months where nothing is set. What is held \
stays. Records of artifacts, with their digests, always stay.

Examples:
  conductor artifacts retention
  conductor artifacts retention --apply")]
    Retention(RetentionArgs),
}

/// Which file, of which run.
#[derive(Debug, Args)]
pub(crate) struct UploadArgs {
    /// The file; with --uri only its name counts
    pub(super) file: PathBuf,
    /// The run that it belongs to
    #[arg(long, value_name = "RUN")]
    pub(super) run: String,
    /// What it is: sbom, slsa_provenance, risk_assessment, build_log, test_report or other
    #[arg(long, value_name = "KIND", default_value = "other")]
    pub(super) kind: String,
    /// What it is called; the file's name where nothing is said
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Such as `application/json`
    #[arg(long, value_name = "TYPE", default_value = "", hide_default_value = true)]
    pub(super) media_type: String,
    /// What is in it, as `sbom_present=true`, or anything else about it, as `scanner=syft`
    #[arg(long, value_name = "KEY=VALUE", value_parser = declared)]
    pub(super) declare: Vec<(String, String)>,
    /// Where it is, when it is not to be stored here
    #[arg(long, value_name = "URI", conflicts_with_all = ["sign", "signature"])]
    pub(super) uri: Option<String>,
    /// What it hashes to, with --uri: `sha256:…`
    #[arg(
        long,
        value_name = "HASH",
        requires = "uri",
        default_value = "",
        hide_default_value = true
    )]
    pub(super) hash: String,
    /// Sign it, with the key that is enrolled for you
    #[arg(long)]
    pub(super) sign: bool,
    /// The key to sign with: a key file, a `.pub` file or a fingerprint
    #[arg(long, value_name = "KEY", requires = "sign")]
    pub(super) key: Option<String>,
    /// A signature over it; FILE.sig where that is there and nothing is said
    #[arg(long, value_name = "FILE", conflicts_with = "sign")]
    pub(super) signature: Option<PathBuf>,
    /// Take no signature, not even FILE.sig
    #[arg(long, conflicts_with_all = ["sign", "signature"])]
    pub(super) no_signature: bool,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(super) idempotency_key: String,
}

/// Whose artifacts.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those of this run
    #[arg(long, value_name = "RUN", default_value = "", hide_default_value = true)]
    pub(super) run: String,
    /// Only those of this kind
    #[arg(long, value_name = "KIND", default_value = "", hide_default_value = true)]
    pub(super) kind: String,
    /// Only those that are held
    #[arg(long)]
    pub(super) held: bool,
}

/// Which artifact.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// As `conductor artifacts list` shows it: `art_…`
    pub(super) artifact: String,
}

/// Which artifact, and where to.
#[derive(Debug, Args)]
pub(crate) struct DownloadArgs {
    /// As `conductor artifacts list` shows it: `art_…`
    pub(super) artifact: String,
    /// Write it to this file, instead of to standard output
    #[arg(short = 'O', long, value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

/// Which artifact, and why.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    /// As `conductor artifacts list` shows it: `art_…`
    pub(super) artifact: String,
    /// Why, in your words; stays on record
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// Repeat safely: the same key with the same request gives the same answer
    #[arg(long, value_name = "KEY", default_value = "", hide_default_value = true)]
    pub(super) idempotency_key: String,
}

/// Only listed, or done.
#[derive(Debug, Args)]
pub(crate) struct RetentionArgs {
    /// Only list what would go; so it is without --apply, too
    #[arg(long, conflicts_with = "apply")]
    pub(super) dry_run: bool,
    /// Let it go
    #[arg(long)]
    pub(super) apply: bool,
}

fn declared(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it like `sbom_present=true` or `scanner=syft`".to_owned()),
    }
}
