//! The command line: everything that the full-screen console can do, for scripts and for people.
//!
//! One file a command group. A command gets a [`Context`] and answers with a [`Failure`] or with
//! nothing; `failure.rs` alone decides what a failure says and exits with.

mod approvals;
mod args;
mod artifact;
mod artifacts;
mod bench;
mod bundles;
mod completions;
mod console;
mod context;
mod contexts;
mod daemon_program;
mod decisions;
mod doctor;
mod down;
mod errors;
mod events;
mod failure;
mod follow;
mod forced;
mod freezes;
mod gate;
mod grammar;
mod grants;
mod graph;
mod hosts;
mod incidents;
mod inputs;
mod keymap;
mod keys;
mod ledger;
mod login;
mod logs;
mod man;
mod manifest_file;
mod new;
mod notifications;
mod oidc;
mod output;
mod pages;
mod paths;
mod plan;
mod policy;
mod reach;
mod receipts;
mod replay;
mod run;
mod run_against;
mod run_cancel;
mod run_change;
mod run_columns;
mod run_filter;
mod run_list;
mod run_show;
mod runbooks;
mod runs;
mod schedules;
mod secrets;
mod sessions;
mod settings;
mod status;
mod subjects;
mod tenants;
mod themes;
mod tokens;
mod tour;
mod tracked;
mod up;
mod when;
mod workers;
mod workflows;

use std::process::ExitCode;

use clap::Parser as _;
use conductor_client::Bearer;

use self::{
    args::{Cli, Command},
    context::Context,
    failure::Failure,
    output::{ColorChoice, Format, Meaning, Output, one_line},
};
use crate::config::{Environment, Settings};

/// Reads the command line, does what it says and gives the exit code.
pub(crate) fn main() -> ExitCode {
    let environment = Environment::of_process();
    let given = match forced::spelt_out(contexts::spelt_out(std::env::args_os()), &environment) {
        Ok(given) => given,
        Err(failure) => {
            let (format, color) = (Format::default(), ColorChoice::default());
            let mut output = Output::standard(format, color, &environment);
            return failure::report(&failure, &mut output).into();
        }
    };
    let cli = match Cli::try_parse_from(given) {
        Ok(cli) => cli,
        // Help and version are errors to the parser, too; it knows their exit codes.
        Err(error) => error.exit(),
    };
    let mut output = Output::standard(cli.global.output, cli.global.color, &environment);
    let ended = run(cli, &environment, &mut output);
    let flushed = output.flush().map_err(Failure::from);
    let exit = match ended.and(flushed) {
        Ok(()) => failure::Exit::Done,
        Err(failure) => failure::report(&failure, &mut output),
    };
    exit.into()
}

fn run(cli: Cli, environment: &Environment, output: &mut Output) -> Result<(), Failure> {
    let Some(command) = cli.command else {
        let settings = Settings::load(cli.global.overrides(), environment)?;
        return console::run(&cli.console, cli.global.color, (settings, environment), output);
    };
    if let Command::Replay(args) = command {
        let plain = args.plain || cli.console.plain;
        let file = (cli.global.overrides(), environment);
        return replay::run(&args, console::manner(plain, cli.global.color, file), output);
    }
    if let Command::Tour(args) = command {
        let plain = args.plain || cli.console.plain;
        let file = (cli.global.overrides(), environment);
        return tour::run(console::manner(plain, cli.global.color, file));
    }
    let Some(command) = without_settings(command, output)? else { return Ok(()) };
    let settings = Settings::load(cli.global.overrides(), environment)?;
    for warning in &settings.warnings {
        output.note(format!("warning: {}: {warning}", settings.paths.config_file.display()))?;
    }
    // One thread is enough to wait on a socket, and cheap to start.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::local("start the runtime", error))?;
    runtime.block_on(async {
        let bearer = bearer(&command, &settings, environment).await?;
        let mut context = Context::new(settings, environment, output, bearer);
        let ended = dispatch(command, &mut context).await;
        let ended = Box::pin(approvals::step_up(ended, &mut context)).await;
        let told = tell_warnings(&mut context);
        ended.and(told)
    })
}

/// The token that goes with every call of a command, kept from ending while the command goes on. Who
/// logs in or out, or asks nothing of the daemon, needs none.
async fn bearer(
    command: &Command,
    settings: &Settings,
    environment: &Environment,
) -> Result<Bearer, Failure> {
    let alone = matches!(command, Command::Paths | Command::Keymap(_) | Command::Themes(_))
        || matches!(command, Command::Settings(_) | Command::Contexts(_));
    // As this machine's user, whoever is logged in.
    let by_uid = matches!(command, Command::Up(_) | Command::Down(_));
    if alone || by_uid || matches!(command, Command::Login(_) | Command::Logout) {
        return Ok(Bearer::default());
    }
    let token = match (login::kept::token(settings, environment).await, command) {
        // It looks at what is wrong, and works without.
        (Err(_), Command::Doctor) => None,
        (token, _) => token?,
    };
    let bearer = Bearer::of(token.as_ref());
    tokio::spawn(oidc::keep_fresh(login::kept::place(settings, environment), bearer.clone()));
    Ok(bearer)
}

/// What the daemon said beside its answers, on standard error.
fn tell_warnings(context: &mut Context<'_>) -> Result<(), Failure> {
    for warning in context.connection.take_warnings() {
        let word = context.output.note_style.paint(Meaning::Warn, "warning:");
        context.output.note(format!("{word} {}", one_line(&warning)))?;
    }
    Ok(())
}

/// What needs neither settings nor a daemon; gives back what does.
fn without_settings(command: Command, output: &mut Output) -> Result<Option<Command>, Failure> {
    match command {
        Command::Completions(args) => completions::run(&args, output)?,
        Command::Man(args) => man::run(&args, output)?,
        Command::Errors(args) => errors::run(&args, output)?,
        Command::Receipts(receipts::ReceiptsCommand::Verify(args)) => {
            receipts::verify(&args, output)?
        }
        Command::Init(args) => new::init(&args, output)?,
        Command::New(command) => new::run(&command, output)?,
        Command::DetachedDaemon(args) => up::become_daemon(&args)?,
        Command::Forced => return Err(forced::misplaced()),
        command => return Ok(Some(command)),
    }
    Ok(None)
}

async fn dispatch(command: Command, context: &mut Context<'_>) -> Result<(), Failure> {
    if matches!(command, Command::Run(_) | Command::Runs(_) | Command::Events(_)) {
        // Streams have no time for questions that are asked on the way.
        context.connection.open().await?;
    }
    match command {
        Command::Workflows(command) => workflows::run(command, context).await,
        Command::Runbooks(command) => Box::pin(runbooks::run(command, context)).await,
        Command::Schedules(command) => Box::pin(schedules::run(command, context)).await,
        Command::Plan(args) => plan::run(args, context).await,
        Command::Run(args) => run::run(args, context).await,
        Command::Runs(command) => Box::pin(runs::run(command, context)).await,
        Command::Events(command) => events::run(command, context).await,
        Command::Ledger(command) => ledger::run(command, context).await,
        Command::Approvals(command) => Box::pin(approvals::run(command, context)).await,
        Command::Freezes(command) => Box::pin(freezes::run(command, context)).await,
        Command::Graph(command) => Box::pin(graph::run(command, context)).await,
        Command::Tracked(command) => Box::pin(tracked::run(command, context)).await,
        Command::Artifacts(command) => Box::pin(artifacts::run(command, context)).await,
        Command::Gate(command) => gate::run(command, context).await,
        Command::Incidents(command) => incidents::run(command, context).await,
        Command::Receipts(command) => Box::pin(receipts::run(command, context)).await,
        Command::KillSwitch(args) => freezes::switch(args, context).await,
        Command::Grants(command) => grants::run(command, context).await,
        Command::Login(args) => Box::pin(login::login(args, context)).await,
        Command::Logout => Box::pin(login::logout(context)).await,
        Command::Sessions(command) => sessions::run(command, context).await,
        Command::Keys(command) => Box::pin(keys::run(command, context)).await,
        Command::Tokens(command) => Box::pin(tokens::run(command, context)).await,
        Command::Notifications(command) => Box::pin(notifications::run(command, context)).await,
        Command::Policy(command) => Box::pin(policy::run(*command, context)).await,
        Command::Subjects(command) => Box::pin(subjects::run(command, context)).await,
        Command::Tenants(command) => Box::pin(tenants::run(command, context)).await,
        Command::Decisions(command) => decisions::run(command, context).await,
        Command::Hosts(command) => hosts::run(command, context).await,
        Command::Workers(command) => workers::run(&command, context).await,
        Command::Secrets(command) => secrets::run(&command, context).await,
        Command::Whoami => status::who_am_i(context).await,
        Command::Status => status::status(context).await,
        Command::Doctor => doctor::run(context).await,
        Command::Bench(args) => Box::pin(bench::run(args, context)).await,
        Command::Paths => paths::run(context),
        Command::Keymap(args) => keymap::run(&args, context),
        Command::Contexts(command) => contexts::run(&command, context),
        Command::Settings(command) => settings::run(&command, context),
        Command::Themes(command) => themes::run(&command, context),
        Command::Up(args) => up::run(args, context).await,
        Command::Down(args) => down::run(&args, context).await,
        Command::Completions(_)
        | Command::Replay(_)
        | Command::Tour(_)
        | Command::Man(_)
        | Command::Errors(_)
        | Command::Init(_)
        | Command::New(_)
        | Command::Forced
        | Command::DetachedDaemon(_) => Ok(()),
    }
}
