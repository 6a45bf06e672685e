//! `conductor man`: conductor(1), written from the command line's own help.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _};

use super::{
    args::{Cli, EXIT_CODES},
    failure::Failure,
    output::Output,
};

/// Runs the command.
pub(super) fn run(output: &mut Output) -> Result<(), Failure> {
    Ok(output.raw(page(&Cli::command()).as_bytes())?)
}

fn page(command: &Command) -> String {
    let mut page = Page::default();
    page.head(command);
    page.options(command);
    page.section("COMMANDS");
    let mut root = command.clone();
    root.build();
    for subcommand in root.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        page.command(subcommand, "conductor");
    }
    page.tail();
    page.0
}

/// The page so far, as roff.
#[derive(Default)]
struct Page(String);

impl Page {
    fn request(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// Text as it is: nothing in it is roff's.
    fn text(&mut self, text: &str) {
        for line in text.lines() {
            let line = escape(line);
            // A dot or a quote that begins a line would be a request.
            let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
            let _ = writeln!(self.0, "{guard}{line}");
        }
    }

    fn section(&mut self, name: &str) {
        self.request(&format!(".SH {name}"));
    }

    fn head(&mut self, command: &Command) {
        let version = command.get_version().unwrap_or_default();
        self.request(&format!(
            ".TH CONDUCTOR 1 \"2026-11-21\" \"conductor {version}\" \"Conductor\""
        ));
        self.section("NAME");
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        self.request(&format!("conductor \\- {}", escape(&about.to_lowercase())));
        self.section("SYNOPSIS");
        self.request(".B conductor");
        self.request("[\\fIoptions\\fR]");
        self.request(".br");
        self.request(".B conductor");
        self.request("[\\fIglobal options\\fR] \\fIcommand\\fR ...");
        self.section("DESCRIPTION");
        let long = command.get_long_about().map(ToString::to_string).unwrap_or_default();
        self.paragraphs(&long);
    }

    fn paragraphs(&mut self, text: &str) {
        for (index, paragraph) in text.split("\n\n").enumerate() {
            if index > 0 {
                self.request(".PP");
            }
            self.text(paragraph);
        }
    }

    fn options(&mut self, command: &Command) {
        self.section("OPTIONS");
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            self.arg(arg);
        }
    }

    fn command(&mut self, command: &Command, path: &str) {
        let path = format!("{path} {}", command.get_name());
        let subcommands: Vec<_> = command.get_subcommands().filter(|s| !s.is_hide_set()).collect();
        if subcommands.is_empty() {
            self.leaf(command, &path);
        }
        for subcommand in subcommands {
            self.command(subcommand, &path);
        }
    }

    fn leaf(&mut self, command: &Command, path: &str) {
        self.request(&format!(".SS \"{}\"", escape(&usage(command, path))));
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        self.text(&format!("{about}."));
        let own = |arg: &&Arg| !arg.is_global_set() && !arg.is_hide_set() && arg.get_id() != "help";
        for arg in command.get_arguments().filter(own) {
            self.arg(arg);
        }
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for paragraph in after.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
            self.request(".PP");
            match paragraph.split_once('\n') {
                Some((title, examples)) if examples.starts_with("  ") => {
                    self.text(title);
                    self.request(".PP");
                    self.request(".nf");
                    self.text(examples);
                    self.request(".fi");
                }
                _ => self.text(paragraph),
            }
        }
    }

    fn arg(&mut self, arg: &Arg) {
        self.request(".TP");
        let value = || {
            let names = arg.get_value_names().unwrap_or_default();
            names.iter().map(|name| format!("\\fI{}\\fR", escape(name))).collect::<String>()
        };
        let takes = arg.get_action().takes_values();
        let mut names = Vec::new();
        if let Some(short) = arg.get_short() {
            names.push(format!("\\fB\\-{short}\\fR"));
        }
        if let Some(long) = arg.get_long() {
            names.push(format!("\\fB\\-\\-{}\\fR", escape(long)));
        }
        let line = match (names.is_empty(), takes) {
            (true, _) => value(),
            (false, true) => format!("{} {}", names.join(", "), value()),
            (false, false) => names.join(", "),
        };
        self.request(&line);
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let values: Vec<_> = match takes {
            true => arg.get_possible_values().iter().map(|v| v.get_name().to_owned()).collect(),
            false => Vec::new(),
        };
        let choices = match values.is_empty() {
            true => String::new(),
            false => format!(" One of {}.", values.join(", ")),
        };
        self.text(&format!("{}.{choices}", help.replace('\n', " ")));
    }

    fn tail(&mut self) {
        self.section("SCREENS");
        self.text(ABOUT_SCREENS);
        for (name, text) in SCREENS {
            self.request(".TP");
            self.request(&format!("\\fB{name}\\fR"));
            self.text(text);
        }
        self.section("ENVIRONMENT");
        for (name, text) in ENVIRONMENT {
            self.request(".TP");
            self.request(&format!("\\fB{name}\\fR"));
            self.text(text);
        }
        self.section("FILES");
        for (name, text) in FILES {
            self.request(".TP");
            self.request(&format!("\\fI{}\\fR", escape(name)));
            self.text(text);
        }
        self.section("EXIT STATUS");
        for (code, text) in EXIT_CODES {
            self.request(".TP");
            self.request(&format!("\\fB{code}\\fR"));
            self.text(&format!("{text}."));
        }
        self.section("SEE ALSO");
        self.request(".BR conductord (8),");
        self.request(".BR conductor\\-manifest (5),");
        self.request(".BR conductor\\-runbook (5),");
        self.request(".BR conductord.toml (5),");
        self.request(".BR conductor\\-receipts (5),");
        self.request(".BR conductor\\-graph (7),");
        self.request(".BR conductor\\-ssh (7)");
    }
}

const ENVIRONMENT: &[(&str, &str)] = &[
    ("CONDUCTOR_HOST", "Where the daemon listens, unless --host says it."),
    (
        "CONDUCTOR_ADDRESS",
        "The same, before CONDUCTOR_HOST: a script on a host finds it there, where CONDUCTOR_HOST is the host's name.",
    ),
    ("CONDUCTOR_CA", "CAs to trust where the host is `https://`, unless --ca names them."),
    ("CONDUCTOR_CERT", "Certificate to be known by there, unless --cert names one."),
    ("CONDUCTOR_CERT_KEY", "Its private key, unless --cert-key names it."),
    ("CONDUCTOR_TENANT", "Tenant to act in, unless --tenant says it."),
    ("CONDUCTOR_ENV", "Environment to act in, unless --env says it."),
    ("CONDUCTOR_REGION", "Region to act in, unless --region says it."),
    ("CONDUCTOR_CONFIG_DIR", "Folder of the config file and the themes."),
    (
        "CONDUCTOR_TOKEN",
        "A token that goes with every call, before the session that `conductor login` keeps: of a session, of \
         a service (`conductor tokens create`), or of an OpenID provider.",
    ),
    ("NO_COLOR", "When it is set nothing is coloured."),
    ("NO_MOTION", "When it is set nothing moves by itself in the console, and no bell rings."),
    ("SSH_AUTH_SOCK", "Where the ssh-agent listens that signs approvals and logs in."),
];

const ABOUT_SCREENS: &str = "Each screen of the console has a key; ? says what else works there, and the line of \
screens names the command that gives the same. :tenant NAME [ENVIRONMENT] and :env NAME look at another tenant or \
environment: nothing of the one before stays on the screen.";

const SCREENS: &[(&str, &str)] = &[
    (
        "0 Pulse",
        "What wants you now, the worst first: incidents and reviews that are due, approvals that wait for \
         you and those that you asked for, runs that failed in the last six hours, runs that wait for an \
         answer, are paused, don't begin within five minutes or take three times as long as their \
         workflow mostly does, tasks without a worker, schedules that fail or are late, freezes, and \
         what the daemon's own checks find. What is fine is one quiet line. h, j, k and l go from tile \
         to tile, Enter opens what it is about, Esc goes back to the worst. Where there is room it tells \
         what failed and why, and how many runs ended in each hour. It is read again as soon as \
         something changes, at most every two seconds, and every fifteen seconds otherwise (the daemon's \
         checks every minute), and only while it is in front. With start = \"pulse\" under [console] in \
         the configuration file the console begins with it.",
    ),
    ("1 Runs", "The runs, with their tasks, output and relations. It is in front at the start."),
    ("2 Approvals", "What waits for signatures, and what is signed."),
    ("3 Workflows", "The workflows and runbooks, and what they do."),
    (
        "4 Queues",
        "What waits, by workflow: runs that have not begun, those that run, tasks to come, since when the \
         oldest waits, how many ended in the last hour, and what holds it up (no worker, a freeze, workers \
         that are full, runs that are paused or wait for an answer). Below, or beside, the workers with \
         their leases, when they were heard last and what they run. Tab goes from one to the other, \
         Enter opens the runs of a workflow, / filters both.",
    ),
    ("5 Schedules", "What runs by itself, when next, and what became of the times before."),
    ("7 Ledger", "The ledger's events as they come."),
];

const FILES: &[(&str, &str)] = &[
    (
        "$XDG_CONFIG_HOME/conductor/config.toml",
        "Keys host, tenant, environment and region, below flags and environment; \
         table tls with ca, certificate and key; table console with start (the screen in front at the start: runs unless said otherwise, or pulse), theme, themes_dir, keys, read_only, ascii, reduced_motion, mouse and \
         bell. An unknown key is warned of and ignored.",
    ),
    (
        "$XDG_RUNTIME_DIR/conductor/conductord.sock",
        "Where the daemon listens when nothing else is said.",
    ),
    (
        "$XDG_STATE_HOME/conductor/sessions.json",
        "The tokens of the sessions that `conductor login` opened, one a daemon. Nobody else may be \
         able to read it: it is refused otherwise.",
    ),
    (
        "$XDG_STATE_HOME/conductor/checkpoints/",
        "The last checkpoint that was seen of each ledger, and in evidence/ those that disagreed.",
    ),
    ("$XDG_STATE_HOME/conductor/conductord.log", "Output of a daemon that `conductor up` started."),
];

/// The call of a command: its path, its options in brackets, its arguments.
fn usage(command: &Command, path: &str) -> String {
    let mut text = path.to_owned();
    let own = |arg: &&Arg| !arg.is_global_set() && !arg.is_hide_set() && arg.get_id() != "help";
    if command.get_opts().any(|arg| own(&arg))
        || command.get_arguments().any(|a| own(&a) && !a.is_positional())
    {
        text.push_str(" [options]");
    }
    for arg in command.get_positionals().filter(own) {
        let name = arg.get_value_names().and_then(|names| names.first().cloned());
        let name = name.map_or_else(|| arg.get_id().to_string(), |name| name.to_string());
        let many = arg.get_num_args().is_some_and(|range| range.max_values() > 1);
        let dots = if many { "..." } else { "" };
        let _ = match arg.is_required_set() {
            true => write!(text, " {name}{dots}"),
            false => write!(text, " [{name}{dots}]"),
        };
    }
    text
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '\\' => escaped.push_str("\\e"),
            '-' => escaped.push_str("\\-"),
            '"' => escaped.push_str("\\(dq"),
            '`' => escaped.push_str("\\(ga"),
            '\'' => escaped.push_str("\\(aq"),
            '^' => escaped.push_str("\\(ha"),
            '~' => escaped.push_str("\\(ti"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_on_the_page() {
        let page = page(&Cli::command());
        for command in ["runs list", "workflows validate", "ledger prove", "events tail", "up"] {
            assert!(page.contains(&format!(".SS \"conductor {command}")), "{command}");
        }
        assert!(!page.contains("__daemon"), "hidden commands stay hidden");
        assert!(page.contains("\\fB130\\fR"), "the exit codes are there");
    }

    #[test]
    fn nothing_in_a_text_is_roff_s() {
        assert_eq!(escape("a-b \\ `x`"), "a\\-b \\e \\(gax\\(ga");
        let mut page = Page::default();
        page.text(".PP\n'x");
        assert_eq!(page.0, "\\&.PP\n\\(aqx\n");
    }
}
