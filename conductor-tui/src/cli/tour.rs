//! `conductor tour`, and the same where the console is started for the first time.

use std::{
    ffi::OsStr,
    io::{self, IsTerminal as _},
};

use clap::Args;
use conductor_tui::app::{self, Exit as Ended, Manner};

use super::{failure::Failure, grammar, replay};
use crate::config::{Environment, Origin, Settings};

/// Variables that say where to go: who sets them wants to get there.
const TARGETS: [&str; 3] = ["CONDUCTOR_TENANT", "CONDUCTOR_ENV", "CONDUCTOR_REGION"];

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
It asks no daemon and changes nothing. Any key goes on, Esc or q leaves. Where the console is told in \
lines (--plain, or TERM is dumb) the tour is, too: a page at a time. The console shows it by itself when \
it is started for the first time without arguments; tour = false in [console] of the config file keeps \
it from doing so.")]
pub(crate) struct TourArgs {
    /// Tell it in lines, as `conductor --plain` tells the console
    #[arg(long)]
    pub(super) plain: bool,
}

/// Plays the tour.
pub(super) fn run(manner: Manner) -> Result<(), Failure> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        let message = "the tour is played on a terminal";
        return Err(Failure::usage(message, "start it where you would start the console"));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::local("start the runtime", error))?;
    let played = runtime.block_on(app::tour(manner, grammar::grammar));
    runtime.shutdown_background();
    match played {
        Ok(Ended::Quit) => Ok(()),
        Ok(Ended::Signal(signal)) => Err(Failure::Signal(signal)),
        Err(app::Error::Recording(problem)) => Err(replay::wrong(problem)),
        Err(app::Error::Config(message)) => Err(Failure::usage(message, "make the window larger")),
        Err(app::Error::Terminal(error)) => Err(Failure::local("use the terminal", error)),
    }
}

/// Whether the console, as it is started, begins with the tour: only where nobody asked for anything
/// that the tour would keep them from.
pub(super) fn is_due(
    arguments: impl Iterator<Item: AsRef<OsStr>>,
    settings: &Settings,
    environment: &Environment,
) -> bool {
    let set = |name: &str| environment.get(name).is_some();
    let console = &settings.console;
    let scope = &settings.scope;
    let target = settings.endpoint_origin != Origin::Default
        || [&scope.tenant, &scope.environment, &scope.region].iter().any(|part| !part.is_empty())
        || TARGETS.iter().any(|name| set(name));
    let machine = set("CI") || environment.get("TERM").is_none_or(|term| term == "dumb");
    let other = console.plain || set("CONDUCTOR_PLAIN") || console.read_only;
    arguments.count() <= 1
        && console.tour != Some(false)
        && console.start.is_none()
        && !(target || machine || other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    fn due(arguments: &[&str], variables: &[(&str, &str)], file: &str) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config.toml");
        std::fs::write(&config, file).unwrap();
        let environment = Environment::of(variables);
        let overrides = Overrides { config: Some(config), ..Overrides::default() };
        let settings = Settings::load(overrides, &environment).unwrap();
        is_due(arguments.iter(), &settings, &environment)
    }

    #[test]
    fn it_stands_between_nobody_and_what_they_asked_for() {
        let terminal = [("HOME", "/home/alice"), ("TERM", "xterm")];
        let bare = ["conductor"];
        assert!(due(&bare, &terminal, ""));
        assert!(due(&bare, &terminal, "[console]\ntheme = \"light\"\n"));
        for arguments in [&["conductor", "--read-only"][..], &["conductor", "--open", "run_1"]] {
            assert!(!due(arguments, &terminal, ""), "{arguments:?}");
        }
        for (name, value) in [
            ("CI", "true"),
            ("CONDUCTOR_HOST", "ssh://ops@bastion"),
            ("CONDUCTOR_ENV", "prod"),
            ("CONDUCTOR_PLAIN", "1"),
        ] {
            let variables = [&terminal[..], &[(name, value)]].concat();
            assert!(!due(&bare, &variables, ""), "{name}");
        }
        assert!(!due(&bare, &[("HOME", "/home/alice"), ("TERM", "dumb")], ""));
        for file in [
            "[console]\ntour = false\n",
            "[console]\nstart = \"pulse\"\n",
            "[console]\nplain = true\n",
            "[console]\nread_only = true\n",
            "tenant = \"acme\"\n",
            "host = \"ssh://ops@bastion\"\n",
        ] {
            assert!(!due(&bare, &terminal, file), "{file}");
        }
    }
}
