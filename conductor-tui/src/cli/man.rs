//! `conductor man`: conductor(1), written from the command line's own help; and the pages that are
//! written from the console's tables.

mod keymap;
mod screens;
mod theme;

use std::fmt::Write as _;

use clap::{Arg, Args, Command, CommandFactory as _, ValueEnum};

use self::screens::{CONSOLE, SCREENS, SCREENS_INTRO};
use super::{
    args::{Cli, EXIT_CODES},
    failure::Failure,
    output::Output,
};

/// The pages that are written here, in the folder `man/` by these names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum PageName {
    #[default]
    #[value(name = "conductor.1")]
    Conductor,
    #[value(name = "conductor-keymap.5")]
    Keymap,
    #[value(name = "conductor-theme.5")]
    Theme,
}

/// Which page.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The page
    #[arg(value_enum, default_value_t)]
    page: PageName,
}

/// Runs the command.
pub(super) fn run(args: &ManArgs, output: &mut Output) -> Result<(), Failure> {
    Ok(output.raw(written(args.page).as_bytes())?)
}

fn written(name: PageName) -> String {
    match name {
        PageName::Conductor => page(&Cli::command()),
        PageName::Keymap => keymap::page(),
        PageName::Theme => theme::page(),
    }
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
    page.names("SCREENS", SCREENS_INTRO, SCREENS);
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

    /// The head of a page that is no command's.
    fn page_head(&mut self, name: &str, about: &str) {
        let version = env!("CARGO_PKG_VERSION");
        let title = name.to_uppercase().replace('-', "\\-");
        self.request(&format!(
            ".TH {title} 5 \"2026-11-22\" \"conductor {version}\" \"Conductor\""
        ));
        self.section("NAME");
        self.request(&format!("{} \\- {}", escape(name), escape(about)));
    }

    /// A word and what it is.
    fn term(&mut self, word: &str, text: &str) {
        self.request(".TP");
        self.request(&format!("\\fB{}\\fR", escape(word)));
        self.text(text);
    }

    /// Lines as they are.
    fn lines(&mut self, text: &str) {
        self.request(".PP");
        self.request(".nf");
        self.text(text);
        self.request(".fi");
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

    /// A section of names and what is to be said of each.
    fn names(&mut self, section: &str, intro: &str, rows: &[(&str, &str)]) {
        self.section(section);
        if !intro.is_empty() {
            self.text(intro);
        }
        for (name, text) in rows {
            self.request(".TP");
            self.request(&format!("\\fB{}\\fR", escape(name)));
            self.text(text);
        }
    }

    fn tail(&mut self) {
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
        self.names("THE CONSOLE'S WORDS", "", CONSOLE);
        self.section("EXIT STATUS");
        for (code, text) in EXIT_CODES {
            self.request(".TP");
            self.request(&format!("\\fB{code}\\fR"));
            self.text(&format!("{text}."));
        }
        self.section("SEE ALSO");
        self.request(".BR conductord (8),");
        self.request(".BR conductor\\-keymap (5),");
        self.request(".BR conductor\\-theme (5),");
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
    (
        "CONDUCTOR_CONTEXT",
        "The context of the config file to act in, unless --context or `@NAME` says it.",
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
    (
        "VISUAL, EDITOR",
        "The editor that the console opens a file of a policy bundle in; the first of them that is set, else vi.",
    ),
    ("NO_COLOR", "When it is set nothing is coloured."),
    ("NO_MOTION", "When it is set nothing moves by itself in the console."),
    ("PREFERS_REDUCED_MOTION", "The same."),
    ("CONDUCTOR_PLAIN", "When it is set the console is told in lines, as with --plain."),
    ("TERM", "Where it is dumb the same holds, and nothing is coloured."),
    ("CI", "When it is set the console does not begin with the tour."),
    (
        "COLORFGBG",
        "Where it says that the terminal's ground is light, the console takes a light theme, unless one is named.",
    ),
    ("SSH_AUTH_SOCK", "Where the ssh-agent listens that signs approvals and logs in."),
];

const FILES: &[(&str, &str)] = &[
    (
        "$XDG_CONFIG_HOME/conductor/config.toml",
        "Keys host, tenant, environment and region, below flags and environment; \
         table tls with ca, certificate and key; context, the one of a plain command, and tables contexts.NAME, each with any of host, \
         tenant, environment, region, tls, theme, read_only (true: nothing can be changed there), word (what is shown of it: its name in capitals \
         unless said otherwise) and tone (danger, warn, ok or accent; production is danger whatever is said). What a context does not say is as it is without it. A context that is \
         named by --context or `@NAME` goes before the environment, as a flag does; one that CONDUCTOR_CONTEXT or the file names goes below. The file\'s own does not \
         count where a host is named on the command line or in the environment; table console with start (the screen in front at the start: runs unless said otherwise), theme, theme_production (the theme in production, instead of the one that \
         is chosen there by itself), themes_dir, keys (conductor-keymap(5)), glyphs (ascii, unicode or nerd; auto, as of the themes, is what fits by itself), read_only, \
         ascii, reduced_motion, plain, tour (false keeps the first start from showing it), mouse, notify (auto, bell, osc9, osc99, osc777 or off), and notify_approvals, notify_runs, notify_failures, notify_incidents and notify_link, each true to be told of those. An unknown key is warned of with its line and ignored.",
    ),
    (
        "$XDG_CONFIG_HOME/conductor/themes/",
        "Themes of your own, each NAME.toml (conductor-theme(5)), seen as soon as they are saved.",
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
        "$XDG_STATE_HOME/conductor/console/",
        "What the console keeps, for nobody else to read: `commands`, the last 500 lines typed after `:`, \
         without those that begin with a blank or may hold a secret; `used.json`, names and ids of what was chosen in \
         the palette; `views.json`, the views that were saved, by daemon and tenant; `tour-seen`, once the tour was shown.",
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

    /// `CONDUCTOR_REGENERATE=1` writes them anew, as `cargo xtask man` does.
    #[test]
    fn the_pages_of_the_tables_are_what_the_tables_say() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../man");
        let environment = crate::config::Environment::of_process();
        for name in [PageName::Keymap, PageName::Theme] {
            let file = name.to_possible_value().unwrap().get_name().to_owned();
            let (path, page) = (folder.join(&file), written(name));
            if environment.get("CONDUCTOR_REGENERATE").is_some() {
                std::fs::write(&path, &page).unwrap();
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                committed == page,
                "man/{file} is out of date: `cargo xtask man` writes it anew"
            );
        }
    }

    #[test]
    fn nothing_in_a_text_is_roff_s() {
        assert_eq!(escape("a-b \\ `x`"), "a\\-b \\e \\(gax\\(ga");
        let mut page = Page::default();
        page.text(".PP\n'x");
        assert_eq!(page.0, "\\&.PP\n\\(aqx\n");
    }
}
