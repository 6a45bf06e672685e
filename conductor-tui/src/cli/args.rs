//! The command line's top: global flags and the list of commands. The help, the manual page and
//! the completions are made of this.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use conductor_client::TrustFiles;

use super::{
    approvals, artifacts, bench, completions, contexts, decisions, down, errors, events, freezes,
    gate, grants, graph, hosts, incidents, keymap, keys, ledger, login, man, new, notifications,
    output::{ColorChoice, Format},
    plan, policy, receipts, replay, run, runbooks, runs, schedules, secrets, sessions, settings,
    subjects, tenants, themes, tokens, tour, tracked, up, workers, workflows,
};
use crate::config::Overrides;

const ABOUT: &str = "Run, watch and prove operational workflows from the terminal";

const LONG_ABOUT: &str = "\
Run, watch and prove operational workflows from the terminal.

Without a command it opens the full-screen console. With one it does one thing and exits with a \
code that a script can rely on. It talks to conductord, the daemon, over a Unix socket, here or, by \
SSH, on another machine; `conductor up` starts one. `maestro` is a second name of it.";

/// What every exit code means; a snapshot test of `failure.rs` keeps the mapping.
pub(super) const EXIT_CODES: &[(&str, &str)] = &[
    ("0", "done"),
    (
        "1",
        "the run failed, was cancelled or timed out; a check of `doctor` or `tenant check` failed",
    ),
    ("2", "the command line or the config file is wrong"),
    ("3", "denied by policy, or the caller is not known"),
    ("4", "waits for an approval"),
    ("5", "the daemon can't be reached or did not answer in time"),
    ("6", "not found"),
    ("7", "refused in this state: a conflict, or the run has ended already"),
    ("8", "invalid input: a manifest, or inputs of a run"),
    ("9", "damaged: verification failed"),
    ("10", "the release gate blocks"),
    ("70", "a bug in Conductor"),
    ("74", "a file or a program of this machine failed"),
    ("130", "interrupted; with --follow: detached, the run goes on"),
];

const AFTER_HELP: &str = "\
Examples:
  conductor up                          start a daemon in the background
  conductor workflows publish disk.yaml publish a workflow
  conductor plan disk                   see what a run would do, and do nothing
  conductor run disk --follow           start a run and watch it to its end
  conductor runs list --status failed   what went wrong lately
  conductor runs list -o json | jq -r '.[].runId'
  conductor                             the full-screen console

Exit codes:
  0 done  1 run failed  2 usage  3 denied  4 waits for approval  5 daemon unreachable
  6 not found  7 refused  8 invalid input  9 damaged  10 gate blocks
  70 bug  74 local failure  130 interrupted";

const LOGIN_HELP: &str = "\
The daemon gives out a challenge, ssh-agent or the key file signs it, and the session that comes of it \
is kept for this daemon in a file of your own: every command and the console use it until it ends, and \
act as whoever logged in. Without --key the key that ssh-agent holds is taken; of several you choose.

A session reaches as far as its key: one enrolled in the tenant `default` is good in every tenant, one \
enrolled in another tenant in that one alone. CONDUCTOR_TOKEN in the environment goes before what is kept.

Where the daemon names an OpenID provider, --oidc logs in there instead, as does `conductor login` when there \
is no key: open the address that is shown in a browser anywhere, enter the code, and approve. The tokens are \
kept beside the sessions, replaced before they end, and given back by `conductor logout`.

Examples:
  conductor login
  conductor login --oidc
  conductor login --key ~/.ssh/id_ed25519 --tenant acme
  CONDUCTOR_TOKEN=$(conductor login --key deploy_key --print-token) ./nightly.sh";

/// See [`ABOUT`].
#[derive(Debug, Parser)]
#[command(
    name = "conductor",
    version,
    about = ABOUT,
    long_about = LONG_ABOUT,
    after_help = AFTER_HELP,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(flatten)]
    pub(crate) console: ConsoleArgs,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Flags that every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Format of the answer
    #[arg(short = 'o', long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: Format,
    /// Act in this context of the config file; `@NAME` as the first word is the same
    /// (environment: CONDUCTOR_CONTEXT)
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// Where the daemon listens: `unix:///path`, `https://host:port`, `ssh://user@host:port` or
    /// `http://127.0.0.1:port` (environment: CONDUCTOR_HOST)
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) host: Option<String>,
    /// Trust the CAs in this file, in PEM, instead of the system's, where the host is
    /// `https://` (environment: CONDUCTOR_CA)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// Be known by this certificate there, in PEM with those between it and its CA
    /// (environment: CONDUCTOR_CERT)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) cert: Option<PathBuf>,
    /// Its private key, where that is not in the same file
    /// (environment: CONDUCTOR_CERT_KEY)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) cert_key: Option<PathBuf>,
    /// Tenant to act in (environment: CONDUCTOR_TENANT)
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    /// Environment to act in (environment: CONDUCTOR_ENV)
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Region to act in (environment: CONDUCTOR_REGION)
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) region: Option<String>,
    /// Config file instead of `$XDG_CONFIG_HOME/conductor/config.toml`
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// When to colour; NO_COLOR in the environment means never
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
}

impl Global {
    /// What stands above the environment and the config file.
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides {
            context: self.context.clone(),
            host: self.host.clone(),
            tenant: self.tenant.clone(),
            environment: self.env.clone(),
            region: self.region.clone(),
            config: self.config.clone(),
            tls: TrustFiles {
                ca: self.ca.clone(),
                certificate: self.cert.clone(),
                key: self.cert_key.clone(),
            },
        }
    }
}

/// Flags of the full-screen console.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of the full-screen console")]
pub(crate) struct ConsoleArgs {
    /// Open this run first
    #[arg(long, value_name = "RUN")]
    pub(crate) open: Option<String>,
    /// Nothing can be changed from this console
    #[arg(long)]
    pub(crate) read_only: bool,
    /// Theme by name, whatever the environment; `conductor themes list` lists them
    #[arg(long, value_name = "NAME")]
    pub(crate) theme: Option<String>,
    /// Signs to draw with; `nerd` wants a font with icons, without it the locale decides
    #[arg(long, value_name = "SET", value_parser = ["ascii", "unicode", "nerd"])]
    pub(crate) glyphs: Option<String>,
    /// Draw with ASCII only, as `--glyphs ascii`
    #[arg(long, conflicts_with = "glyphs")]
    pub(crate) ascii: bool,
    /// Nothing moves by itself
    #[arg(long)]
    pub(crate) reduced_motion: bool,
    /// Tell everything in lines, for a screen reader or a terminal that can do nothing else
    #[arg(long)]
    pub(crate) plain: bool,
    /// Take clicks and the wheel; the terminal's own selection then needs Shift
    #[arg(long)]
    pub(crate) mouse: bool,
    /// Record the session in this new file; `conductor replay` plays it
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Validate, publish, list and show workflows
    #[command(subcommand, visible_alias = "workflow")]
    Workflows(workflows::WorkflowsCommand),
    /// Find runbooks, read them, rehearse them, review them, sign them
    #[command(subcommand, visible_alias = "runbook")]
    Runbooks(runbooks::RunbooksCommand),
    /// Write a small repository of workflows
    Init(new::InitArgs),
    /// Add a workflow or a runbook to a repository
    #[command(subcommand)]
    New(new::NewCommand),
    /// What runs by itself, when, and what became of it
    #[command(subcommand, visible_alias = "schedule")]
    Schedules(schedules::SchedulesCommand),
    /// Show what a run would do, without doing any of it
    Plan(plan::PlanArgs),
    /// Start a run of a workflow
    Run(run::RunArgs),
    /// List, show, follow, cancel and repeat runs
    #[command(subcommand)]
    Runs(runs::RunsCommand),
    /// Runs that something else carries out and that are kept record of here
    #[command(subcommand)]
    Tracked(tracked::TrackedCommand),
    /// Files that belong to runs: SBOMs, provenance, reports, and what tasks left behind
    #[command(subcommand, visible_alias = "artifact")]
    Artifacts(artifacts::ArtifactsCommand),
    /// Whether what a run made may be released
    #[command(subcommand)]
    Gate(gate::GateCommand),
    /// What waits for signatures: shown, signed, denied, handed on
    #[command(subcommand, visible_alias = "approval")]
    Approvals(approvals::ApprovalsCommand),
    /// What nothing starts in for a time: set, listed, lifted by two
    #[command(subcommand, name = "freeze", visible_alias = "freezes")]
    Freezes(freezes::FreezesCommand),
    /// Stop all that runs in the tenant, a workflow or an environment, and let nothing start there
    #[command(after_help = "\
It is decided when this ends; the runs stop as fast as the daemon can stop them, also after a crash in
the middle. What is stopped stays so until two people other than whoever asks lift it: conductor freeze
lift. Thrown again, it changes nothing, unless something runs there or --kill is new.

Examples:
  conductor kill-switch --environment prod --reason 'incident 4711'
  conductor kill-switch --workflow restart-payments --kill --reason 'it deletes the wrong volume'")]
    KillSwitch(freezes::SwitchArgs),
    /// What has to be looked into, and what came of that
    #[command(subcommand, visible_alias = "incident")]
    Incidents(incidents::IncidentsCommand),
    /// What can be checked elsewhere, years later: signed statements about runs and changes
    #[command(subcommand, visible_alias = "receipt")]
    Receipts(receipts::ReceiptsCommand),
    /// What has to do with what: what a run touched, what an artifact went into
    #[command(subcommand)]
    Graph(graph::GraphCommand),
    /// Read the ledger's events
    #[command(subcommand)]
    Events(events::EventsCommand),
    /// Verify the ledger, show its checkpoint, prove a record
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    /// Who holds which role
    #[command(subcommand)]
    Grants(grants::GrantsCommand),
    /// By which SSH keys people's signatures are known
    #[command(subcommand, visible_alias = "key")]
    Keys(keys::KeysCommand),
    /// What programs act with: tokens of services
    #[command(subcommand, visible_alias = "token")]
    Tokens(tokens::TokensCommand),
    /// Log in with an SSH key that is enrolled for you
    #[command(after_help = LOGIN_HELP)]
    Login(login::LoginArgs),
    /// Log out, and forget the token
    Logout,
    /// Who is logged in
    #[command(subcommand, visible_alias = "session")]
    Sessions(sessions::SessionsCommand),
    /// Where notifications go, and what was not taken
    #[command(subcommand, visible_alias = "notification")]
    Notifications(notifications::NotificationsCommand),
    /// Whom runs are about, and how what is recorded of them is forgotten
    #[command(subcommand, visible_alias = "subject")]
    Subjects(subjects::SubjectsCommand),
    /// Whose everything is, what it may use and spend, and whether it is ready
    #[command(subcommand, visible_alias = "tenant")]
    Tenants(tenants::TenantsCommand),
    /// Try policy out before it is changed, and look after its bundles
    #[command(subcommand)]
    Policy(Box<policy::PolicyCommand>),
    /// What policy decided
    #[command(subcommand)]
    Decisions(decisions::DecisionsCommand),
    /// The workers and their leases
    #[command(subcommand)]
    Workers(workers::WorkersCommand),
    /// The hosts of the inventory, and which of them a filter names
    #[command(subcommand, visible_alias = "host")]
    Hosts(hosts::HostsCommand),
    /// The secrets that tasks can name, never their values
    #[command(subcommand)]
    Secrets(secrets::SecretsCommand),
    /// Who the daemon takes you for
    Whoami,
    /// How the daemon is
    Status,
    /// Check this machine and the daemon
    #[command(after_help = "Works without a daemon, too: it then says what is missing.")]
    Doctor,
    /// Explain an error code
    Errors(errors::ErrorsArgs),
    /// Generate load and measure it
    Bench(bench::BenchArgs),
    /// Start a daemon in the background
    Up(up::UpArgs),
    /// Stop the daemon of this machine in good order
    Down(down::DownArgs),
    /// Where things lie on this machine
    Paths,
    /// What somebody asks for over SSH, as a forced command of sshd
    #[command(
        after_help = "\
Where sshd runs `conductor ssh-command` whatever is asked for (`command=` in authorized_keys, \
`ForceCommand`), `ssh host` opens the console and `ssh host runs list` does one thing. No shell reads \
what was asked for. It confines nobody: see conductor-ssh(7).",
        name = "ssh-command"
    )]
    Forced,
    /// Named contexts: other daemons, tenants and environments
    #[command(subcommand, visible_alias = "context", alias = "ctx")]
    Contexts(contexts::ContextsCommand),
    /// What everything is set to and by what, and how it is set
    #[command(subcommand, visible_alias = "setting")]
    Settings(settings::SettingsCommand),
    /// The keys of the full-screen console, as TOML that the config file takes
    Keymap(keymap::KeymapArgs),
    /// Play a recorded session of the full-screen console
    Replay(replay::ReplayArgs),
    /// Two minutes that show the full-screen console, on made-up data
    Tour(tour::TourArgs),
    /// How the full-screen console can look
    #[command(subcommand, visible_alias = "theme")]
    Themes(themes::ThemesCommand),
    /// Write a completion script for a shell
    Completions(completions::CompletionsArgs),
    /// Write a manual page
    #[command(hide = true)]
    Man(man::ManArgs),
    /// Becomes the daemon, in a session of its own; `up` starts it
    #[command(hide = true, name = "__daemon")]
    DetachedDaemon(up::DetachedArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    fn check(line: &str, expected: &str) {
        let words = line.split_whitespace();
        let shown = match Cli::try_parse_from(words) {
            Ok(cli) => format!("{:?}", cli.command),
            Err(error) => format!("refused: {:?}", error.kind()),
        };
        assert!(shown.starts_with(expected), "{line}\n  gave {shown}");
    }

    #[test]
    fn arguments_are_read() {
        check("conductor", "None");
        check(
            "conductor schedules set n --workflow w --cron @daily --zone UTC",
            "Some(Schedules(Set(",
        );
        check(
            "conductor schedules set n --workflow w --every 5m --at x",
            "refused: ArgumentConflict",
        );
        check("conductor schedules set n --workflow w --every soon", "refused: ValueValidation");
        check("conductor schedules set n --cron @daily", "refused: MissingRequiredArgument");
        check("conductor schedules next", "refused: MissingRequiredArgument");
        check("conductor schedules next --every 5m -n 3", "Some(Schedules(Next(");
        check("conductor schedules backfill n --from 3d", "refused: MissingRequiredArgument");
        check("conductor runs list --status failed,running --since 2h", "Some(Runs(List(");
        check("conductor runs list --status nonsense", "refused: InvalidValue");
        check("conductor runs show", "refused: MissingRequiredArgument");
        check("conductor runs cancel run_1 run_2 --reason why", "Some(Runs(Cancel(");
        check("conductor run disk -i a=1 -i b=2 --follow --logs", "Some(Run(");
        check("conductor run disk --logs", "refused: MissingRequiredArgument");
        check("conductor run disk --plan sha256:1", "Some(Run(");
        check("conductor plan disk@1.0.0 -i a=1", "Some(Plan(");
        check("conductor plan", "refused: MissingRequiredArgument");
        check("conductor run disk -i a", "refused: ValueValidation");
        check("conductor -o json status", "Some(Status");
        check("conductor status -o json", "Some(Status");
        check("conductor status -o xml", "refused: InvalidValue");
        check("conductor bench --task noop --runs 10 --concurrency 2", "Some(Bench(");
        check("conductor bench --concurrency 0", "refused: ValueValidation");
        check("conductor init", "Some(Init(");
        check("conductor new runbook restart", "Some(New(Runbook");
        check("conductor new restart", "refused: InvalidSubcommand");
        check("conductor policy test policy", "Some(Policy(Test");
        check("conductor policy eval run.start --role operator --env prod", "Some(Policy(Eval");
        check("conductor policy eval", "refused: MissingRequiredArgument");
        check("conductor policy explain run.start --daemon", "Some(Policy(Explain");
        check("conductor policy coverage --min 90", "Some(Policy(Coverage");
        check("conductor policy coverage --min 101", "refused: ValueValidation");
        check("conductor policy diff ./new --no-matrix", "refused: MissingRequiredArgument");
        check("conductor policy replay ./new --days 0", "refused: ValueValidation");
        check("conductor workflows deprecate a@1.0.0", "refused: MissingRequiredArgument");
        check("conductor workflows deprecate a@1.0.0 --undo", "Some(Workflows(Deprecate(");
        check("conductor workflows deprecate a --undo --use b", "refused: ArgumentConflict");
        check("conductor workflows retire a", "refused: MissingRequiredArgument");
        check("conductor runbooks list --stale 90d --tag web", "Some(Runbooks(List(");
        check("conductor runbooks list --stale soon", "refused: ValueValidation");
        check("conductor runbooks search", "refused: MissingRequiredArgument");
        check("conductor runbook search drain web --owner a", "Some(Runbooks(Search(");
        check("conductor runbooks rehearse a -i b=1 --follow", "Some(Runbooks(Rehearse(");
        check("conductor runbooks review a@1.0.0", "refused: MissingRequiredArgument");
        check("conductor runbooks review a@1.0.0 --accept", "Some(Runbooks(Review(");
        check("conductor runbooks review a@1.0.0 --reject", "refused: MissingRequiredArgument");
        check(
            "conductor runbooks review a@1.0.0 --reject --accept --reason x",
            "refused: ArgumentConflict",
        );
        check("conductor tenant create acme --quota large=4", "Some(Tenants(Create(");
        check("conductor tenant set acme --budget day=", "Some(Tenants(Set(");
        check("conductor tenant set acme --budget day", "refused: ValueValidation");
        check("conductor tenant suspend acme", "refused: MissingRequiredArgument");
        check("conductor tenant suspend acme --reason x --runs stop", "refused: InvalidValue");
        check("conductor tenant admit uid:7 --for 4h --reason x", "Some(Tenants(Admit");
        check("conductor tenant admit uid:7 --for soon --reason x", "refused: ValueValidation");
        check("conductor tenant admit uid:7 --for 4h", "refused: MissingRequiredArgument");
        check("conductor tenant dismiss uid:7", "Some(Tenants(Dismiss");
        check("conductor tenant check", "Some(Tenants(Check");
        check("conductor grants attribute uid:1 region=eu", "Some(Grants(Attribute(");
        check("conductor grants attribute uid:1 region", "refused: ValueValidation");
        check("conductor frobnicate", "refused: InvalidSubcommand");
    }

    #[test]
    fn arguments_of_freezes_are_read() {
        check("conductor freeze set f --tenant-wide --reason x", "Some(Freezes(Set(");
        check("conductor freeze set f --reason x", "refused: MissingRequiredArgument");
        check(
            "conductor freeze set f --tenant-wide --workflow w --reason x",
            "refused: ArgumentConflict",
        );
        check("conductor freeze set f --tenant-wide", "refused: MissingRequiredArgument");
        check(
            "conductor freeze set f --tenant-wide --cron @daily --reason x",
            "refused: MissingRequiredArgument",
        );
        check(
            "conductor freeze set f --tenant-wide --cron @daily --for 8h --reason x",
            "Some(Freezes(Set(",
        );
        check(
            "conductor freeze set f --tenant-wide --cron @daily --for 8h --until y --reason x",
            "refused: ArgumentConflict",
        );
        check("conductor freeze lift f", "refused: MissingRequiredArgument");
        check("conductor kill-switch --environment prod --kill --reason x", "Some(KillSwitch(");
        check("conductor run disk --break-glass", "refused: MissingRequiredArgument");
        check("conductor run disk --break-glass --reason why", "Some(Run(");
        check("conductor approvals break-glass apr_1", "refused: MissingRequiredArgument");
        check("conductor approvals break-glass apr_1 --reason x", "Some(Approvals(BreakGlass");
        check(
            "conductor artifacts upload a.json --run run_1 --kind sbom",
            "Some(Artifacts(Upload(",
        );
        check("conductor artifacts upload a.json", "refused: MissingRequiredArgument");
        check(
            "conductor artifacts upload a --run r --uri s3://a --sign",
            "refused: ArgumentConflict",
        );
        check("conductor tracked list --status running,failed --all", "Some(Tracked(List(");
        check("conductor tracked list --status queued", "refused: InvalidValue");
        check("conductor tracked create n", "refused: MissingRequiredArgument");
        check("conductor tracked create n --owner o --cost-estimate x", "refused: ValueValidation");
        check("conductor tracked change run_1 --status failed --cost 1.5", "Some(Tracked(Change(");
        check("conductor artifacts retention --apply", "Some(Artifacts(Retention(");
        check("conductor artifacts hold art_1", "refused: MissingRequiredArgument");
        check("conductor gate check run_1 --wait 10m", "Some(Gate(Check(");
        check("conductor incidents list --all", "Some(Incidents(List");
        check("conductor receipt verify x.json --key k", "Some(Receipts(Verify");
        check("conductor receipts export run_1 --file x", "Some(Receipts(Export");
        check("conductor incidents close inc_1", "refused: MissingRequiredArgument");
        check("conductor kill-switch --reason x", "refused: MissingRequiredArgument");
        check("conductor keymap --shipped", "Some(Keymap(");
        check("conductor settings set mouse on", "Some(Settings(Set(");
        check("conductor settings set mouse", "refused: MissingRequiredArgument");
        check("conductor themes list", "Some(Themes(List");
        check("conductor theme show dark --toml", "Some(Themes(Show(");
        check("conductor themes check", "refused: MissingRequiredArgument");
        check("conductor --glyphs emoji", "refused: InvalidValue");
        check("conductor --glyphs nerd --ascii", "refused: ArgumentConflict");
    }

    #[test]
    fn arguments_of_approvals_and_keys_are_read() {
        check("conductor approvals list --mine", "Some(Approvals(List(");
        check("conductor approvals show apr_1 --statement", "Some(Approvals(Show(");
        check("conductor approvals approve apr_1 --key k --yes", "Some(Approvals(Approve(");
        check("conductor approvals approve", "refused: MissingRequiredArgument");
        check("conductor approvals deny apr_1", "refused: MissingRequiredArgument");
        check("conductor approvals deny apr_1 --reason no", "Some(Approvals(Deny");
        check("conductor approvals delegate apr_1 uid:7", "refused: MissingRequiredArgument");
        check("conductor approvals withdraw apr_1", "Some(Approvals(Withdraw");
        check("conductor approvals comment apr_1 hello", "Some(Approvals(Comment");
        check("conductor approvals export apr_1 -O x -o json", "Some(Approvals(Export");
        check("conductor approvals import apr_1", "refused: MissingRequiredArgument");
        check("conductor keys enroll uid:1 --key k.pub --namespace login", "Some(Keys(Enroll(");
        check("conductor keys enroll uid:1", "Some(Keys(Enroll(");
        check("conductor keys enroll", "refused: MissingRequiredArgument");
        check("conductor keys enroll --from f", "Some(Keys(Enroll(");
        check("conductor keys enroll uid:1 --from f", "refused: ArgumentConflict");
        check("conductor keys enroll --from f --namespace login", "refused: ArgumentConflict");
        check("conductor keys enroll uid:1 --valid-before 20300101Z", "Some(Keys(Enroll(");
        check("conductor keys enroll uid:1 --valid-before 2030-01-01", "refused: ValueValidation");
        check("conductor keys revoke SHA256:x", "refused: MissingRequiredArgument");
        check("conductor keys list --mine", "Some(Keys(List(");
        check("conductor keys list uid:1 --mine", "refused: ArgumentConflict");
        check("conductor runbooks sign a.yaml --key k", "Some(Runbooks(Sign(");
        check("conductor runbooks sign", "refused: MissingRequiredArgument");
        check("conductor runbook verify a.yaml --allowed-signers f", "Some(Runbooks(Verify(");
        check("conductor runbooks verify a --revoked f", "refused: MissingRequiredArgument");
        check("conductor runbooks countersign a@1.0.0 --yes", "Some(Runbooks(Countersign(");
        check(
            "conductor runbooks countersign a --key k --signature s",
            "refused: ArgumentConflict",
        );
        check("conductor workflows publish a --signature a.sig", "Some(Workflows(Publish");
        check("conductor workflows show a --source", "Some(Workflows(Show");
        check("conductor keys export --revoked", "Some(Keys(Export(");
        check("conductor login --key k --as uid:1 --print-token", "Some(Login(");
        check("conductor login --oidc --provider-ca ca.pem", "Some(Login(");
        check("conductor login --oidc --key k", "refused: ArgumentConflict");
        check("conductor login --provider-ca ca.pem", "refused: MissingRequiredArgument");
        check("conductor logout", "Some(Logout");
        check("conductor sessions list --mine", "Some(Sessions(List(");
        check("conductor sessions list uid:1 --mine", "refused: ArgumentConflict");
        check("conductor sessions end", "refused: MissingRequiredArgument");
        check("conductor tokens create --service d --scope run.start", "Some(Tokens(Create(");
        check(
            "conductor token create --service d --scope run.*@prod/w --scope run.read --expires 90d -O f",
            "Some(Tokens(Create(",
        );
        check("conductor tokens create --service d", "refused: MissingRequiredArgument");
        check("conductor tokens create --scope run.start", "refused: MissingRequiredArgument");
        check("conductor tokens create --service d --scope all", "refused: ValueValidation");
        check(
            "conductor tokens create --service d --scope run.start --expires never",
            "refused: ValueValidation",
        );
        check("conductor tokens list --service d", "Some(Tokens(List(");
        check("conductor tokens revoke", "refused: MissingRequiredArgument");
        check("conductor tokens revoke tok_1 --reason lost", "Some(Tokens(Revoke(");
    }

    #[test]
    fn arguments_of_notifications_are_read() {
        check("conductor notifications list", "Some(Notifications(List");
        check("conductor notifications test", "refused: MissingRequiredArgument");
        check("conductor notifications test ops", "Some(Notifications(Test");
        check("conductor notifications dead list", "Some(Notifications(Dead(List");
        check("conductor notifications dead show", "refused: MissingRequiredArgument");
        check("conductor notifications dead retry ops", "refused: MissingRequiredArgument");
        check("conductor notifications dead retry ops --all", "Some(Notifications(Dead(Retry(");
        check("conductor notifications dead drop ops ntf_1 ntf_2", "Some(Notifications(Dead(Drop(");
        check("conductor notifications dead drop ops ntf_1 --all", "refused: ArgumentConflict");
    }

    #[test]
    fn the_exit_codes_of_the_help_are_those_of_the_table() {
        for (code, _) in EXIT_CODES {
            assert!(AFTER_HELP.contains(&format!("{code} ")), "{code} is not in the help");
        }
    }
}
