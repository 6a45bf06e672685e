//! The tree of commands as the console's `:` takes and completes it: made of the command line itself.

use clap::{Arg, Command, CommandFactory as _};
use conductor_tui::app::{Flag, Grammar, Verb};

use super::args::Cli;

/// The tree, without what is hidden.
pub(super) fn grammar() -> Grammar {
    let mut root = Cli::command();
    root.build();
    Grammar {
        verbs: verbs(&root),
        flags: root.get_arguments().filter(|arg| arg.is_global_set()).filter_map(flag).collect(),
    }
}

fn verbs(command: &Command) -> Vec<Verb> {
    let shown = command.get_subcommands().filter(|it| !it.is_hide_set() && it.get_name() != "help");
    shown.map(verb).collect()
}

fn verb(command: &Command) -> Verb {
    let own = |arg: &&Arg| !arg.is_global_set() && arg.get_id() != "help";
    let flags = command.get_arguments().filter(own).filter(|arg| !arg.is_positional());
    let args = command.get_positionals().map(|arg| {
        let names = arg.get_value_names().and_then(|names| names.first());
        names.map_or_else(|| arg.get_id().to_string(), ToString::to_string)
    });
    Verb {
        name: command.get_name().to_owned(),
        aliases: command.get_all_aliases().map(str::to_owned).collect(),
        about: command.get_about().map(ToString::to_string).unwrap_or_default(),
        flags: flags.filter_map(flag).collect(),
        args: args.collect(),
        verbs: verbs(command),
    }
}

fn flag(arg: &Arg) -> Option<Flag> {
    let takes_value = arg.get_action().takes_values();
    let values = || arg.get_possible_values().iter().map(|v| v.get_name().to_owned()).collect();
    Some(Flag {
        long: arg.get_long()?.to_owned(),
        short: arg.get_short(),
        takes_value,
        values: if takes_value { values() } else { Vec::new() },
        about: arg.get_help().map(ToString::to_string).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the console does itself must be a command, or it would be learnt for nothing.
    #[test]
    fn what_the_console_takes_is_in_the_tree() {
        let leaves = grammar().leaves();
        for command in conductor_tui::app::console_commands() {
            assert!(leaves.iter().any(|leaf| leaf == command), "{command} is no command");
        }
        for command in ["runs list", "tokens create", "policy eval", "up"] {
            assert!(leaves.iter().any(|leaf| leaf == command), "{command} is missing");
        }
        assert!(!leaves.iter().any(|leaf| leaf.starts_with("__")), "hidden commands stay hidden");
    }

    #[test]
    fn flags_come_with_their_letters_and_values() {
        let grammar = grammar();
        let run = grammar.verbs.iter().find(|verb| verb.name == "run").unwrap();
        let input = run.flags.iter().find(|flag| flag.long == "input").unwrap();
        assert_eq!((input.short, input.takes_value), (Some('i'), true));
        let output = grammar.flags.iter().find(|flag| flag.long == "output").unwrap();
        assert!(output.values.iter().any(|value| value == "json"), "{output:?}");
        assert!(run.flags.iter().all(|flag| flag.long != "output"), "of every command, said once");
    }
}
