//! What `conductor graph` takes.

use clap::{Args, Subcommand, ValueEnum};
use conductor_protocol::v1;
use pbjson_types::Timestamp;

use crate::cli::when;

/// What can be asked of the graph.
#[derive(Debug, Subcommand)]
pub(crate) enum GraphCommand {
    /// Show one entity, and what it has to do with
    Show {
        /// Which: `KIND:ID`, or an id that says its kind (`run_…`, `sha256:…`, `host:web-1`)
        entity: String,
        /// Go further than its own edges, so many
        #[arg(long, value_name = "EDGES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=16))]
        depth: u32,
    },
    /// List the runs of the whole tenant, newest first
    Runs {
        /// From then on: `2h`, `3d`, or a time
        #[arg(long, value_name = "WHEN", value_parser = when::parse)]
        since: Option<Timestamp>,
        /// Before then
        #[arg(long, value_name = "WHEN", value_parser = when::parse)]
        until: Option<Timestamp>,
        /// How many at most
        #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
    },
    /// List the workflows whose runs acted on a resource
    Touching {
        /// Which, such as `host:web-1`
        resource: String,
    },
    /// Show who started a run, and who approved it
    Approvers {
        /// Which, `run_…`
        run: String,
    },
    /// Show what depends on an entity: what is concerned when it is bad
    Blast {
        /// Which: `KIND:ID`, or an id that says its kind
        entity: String,
        #[command(flatten)]
        far: Far,
    },
    /// Show what a run or an artifact came from, and what came of it
    Lineage {
        /// Which: `run_…` or `sha256:…`
        entity: String,
        /// Only what it came from
        #[arg(long, conflicts_with = "down")]
        up: bool,
        /// Only what came of it
        #[arg(long)]
        down: bool,
        #[command(flatten)]
        far: Far,
    },
    /// Show where an artifact came from, and what else it went into
    UsesArtifact {
        /// Its digest, `sha256:…`
        digest: String,
        /// How far what came of it is followed, in edges; 0 for the daemon's default
        #[arg(long, value_name = "EDGES", default_value_t = 0, hide_default_value = true)]
        depth: u32,
    },
    /// Write a part of the graph on standard output
    #[command(after_help = "\
Examples:
  conductor graph export --format dot run_01jd… | dot -Tsvg > run.svg
  conductor graph export --format json --about blast host:web-1
  conductor graph export --format openlineage --since 1d")]
    Export {
        /// Where to begin; for OpenLineage a run, or nothing for all of a span of time
        entity: Option<String>,
        /// How it is written
        #[arg(long, value_enum)]
        format: ExportFormat,
        /// What is wanted
        #[arg(long, value_enum, default_value_t)]
        about: About,
        #[command(flatten)]
        far: Far,
        /// OpenLineage: runs from then on
        #[arg(long, value_name = "WHEN", value_parser = when::parse)]
        since: Option<Timestamp>,
        /// OpenLineage: runs before then
        #[arg(long, value_name = "WHEN", value_parser = when::parse)]
        until: Option<Timestamp>,
    },
}

/// How far a walk goes.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Far {
    /// How far, in edges; 0 for the daemon's default
    #[arg(long, value_name = "EDGES", default_value_t = 0, hide_default_value = true)]
    pub(crate) depth: u32,
    /// How many entities at most; 0 for the daemon's default
    #[arg(long, value_name = "COUNT", default_value_t = 0, hide_default_value = true)]
    pub(crate) nodes: u32,
}

/// What of the graph is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum About {
    /// Everything around it
    #[default]
    Around,
    /// What depends on it
    Blast,
    /// What it came from
    Up,
    /// What came of it
    Down,
}

impl About {
    /// As the daemon is asked for it.
    pub(crate) const fn purpose(self) -> v1::GraphPurpose {
        match self {
            Self::Around => v1::GraphPurpose::Around,
            Self::Blast => v1::GraphPurpose::Blast,
            Self::Up => v1::GraphPurpose::Upstream,
            Self::Down => v1::GraphPurpose::Downstream,
        }
    }
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// OpenLineage 2-0-2 run events, one a line
    Openlineage,
    /// A digraph for Graphviz
    Dot,
    /// One document with nodes and edges
    Json,
}

impl ExportFormat {
    /// As the daemon is asked for it.
    pub(crate) const fn wire(self) -> v1::GraphFormat {
        match self {
            Self::Openlineage => v1::GraphFormat::Openlineage,
            Self::Dot => v1::GraphFormat::Dot,
            Self::Json => v1::GraphFormat::Json,
        }
    }
}
