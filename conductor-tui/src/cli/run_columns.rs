//! The order and the columns of `conductor runs list`: the same names as in the console.

use clap::{
    Arg, Args, Command,
    builder::{PossibleValue, TypedValueParser},
    error::ErrorKind,
};
use conductor_protocol::v1;
use conductor_tui::{
    columns::{Arrangement, Column, RUNS, Sort, order, run_key},
    words,
};

use super::output::{
    self, Cell, Meaning, Output, Table, duration, meaning_of, one_line, with_glyph,
};

/// The columns that are shown by themselves.
const USUAL: [&str; 9] =
    ["run", "workflow", "version", "status", "tasks", "started", "took", "owner", "note"];

/// How runs are listed.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunColumns {
    /// Sort by this column: `took`, or `took:asc` and `took:desc` for the other way. By `started` the
    /// daemon sorts all runs there are; by anything else those are sorted that are listed
    #[arg(long, value_name = "COLUMN", value_parser = SortParser)]
    sort: Option<Sort>,
    /// Columns of the table: their names in the order wanted, or `+schedule,-note` to add and to
    /// leave out
    #[arg(long, value_name = "COLUMNS", value_parser = named, allow_hyphen_values = true)]
    columns: Option<Arrangement>,
}

/// Reads a column and a direction.
#[derive(Debug, Clone, Copy)]
struct SortParser;

impl TypedValueParser for SortParser {
    type Value = Sort;

    fn parse_ref(
        &self,
        command: &Command,
        _arg: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Sort, clap::Error> {
        Sort::read(&RUNS, &value.to_string_lossy()).map_err(|problem| {
            let text = format!("--sort: {problem}\n");
            clap::Error::raw(ErrorKind::InvalidValue, text).with_cmd(command)
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(
            RUNS.columns.iter().map(|column| PossibleValue::new(column.name).help(column.about)),
        ))
    }
}

/// The columns as they come.
fn usual() -> Arrangement {
    let mut arrangement = Arrangement::new(&RUNS);
    // The console shows others, in another order.
    arrangement.choose(&USUAL.join(",")).ok();
    arrangement
}

fn named(text: &str) -> Result<Arrangement, String> {
    let mut arrangement = usual();
    arrangement.choose(text).map(|()| arrangement)
}

impl RunColumns {
    /// The daemon is asked for the oldest first.
    pub(super) fn oldest_first(&self) -> bool {
        self.arrangement().is_turned()
    }

    /// The order is made of what is listed.
    pub(super) fn sorts(&self) -> bool {
        let arrangement = self.arrangement();
        !arrangement.is_natural() && !arrangement.is_turned()
    }

    /// What it is sorted by, in words; the daemon's order where nothing is asked for.
    pub(super) fn words(&self) -> String {
        let sort = self.arrangement().sort();
        format!("by {}, {}", sort.column.name, sort.words())
    }

    fn arrangement(&self) -> Arrangement {
        let mut arrangement = self.columns.clone().unwrap_or_else(usual);
        if let Some(sort) = self.sort {
            arrangement.sort_by(sort);
        }
        arrangement
    }

    /// Sorts runs; those that are equal stay as they came.
    pub(super) fn sorted(&self, runs: Vec<v1::RunSummary>) -> Vec<v1::RunSummary> {
        let sort = self.arrangement().sort();
        let now = now();
        let keys: Vec<_> = runs.iter().map(|run| run_key(run, sort.column.name, now)).collect();
        let places = order(&keys, sort.direction);
        let mut runs: Vec<Option<v1::RunSummary>> = runs.into_iter().map(Some).collect();
        places.into_iter().filter_map(|at| runs[at].take()).collect()
    }

    /// A table of runs.
    pub(super) fn table(&self, runs: &[v1::RunSummary], output: &Output) -> Table {
        let shown: Vec<&Column> = self.arrangement().shown().collect();
        let heads: Vec<output::Column> = shown.iter().map(|column| head(column)).collect();
        let mut table = Table::new(&heads);
        for run in runs {
            table.row_of(shown.iter().map(|column| cell(run, column.name, output)).collect());
        }
        table
    }
}

#[expect(clippy::disallowed_methods, reason = "runs that go on have taken the time until now")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

fn head(column: &Column) -> output::Column {
    match column.name {
        "workflow" | "owner" | "note" | "schedule" => output::Column::text(column.name),
        name => output::Column::fixed(name),
    }
}

fn cell(run: &v1::RunSummary, column: &str, output: &Output) -> Cell {
    match column {
        "run" => run.run_id.clone().into(),
        "workflow" => Cell::of(&run.workflow, Meaning::Strong),
        "version" => run.version.clone().into(),
        "status" => {
            let status = words::run_status(run.status());
            Cell::of(with_glyph(status, output.style), meaning_of(status))
        }
        "tasks" => format!("{}/{}", run.tasks_done, run.tasks_total).into(),
        "started" => output.clock.date_time(run.started_at.as_ref()).into(),
        "took" => duration(run.started_at.as_ref(), run.ended_at.as_ref()).into(),
        "owner" => run.owner.clone().into(),
        "schedule" => run.schedule.clone().into(),
        _ => Cell::of(one_line(&run.note), Meaning::Dim),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Listed {
        #[command(flatten)]
        columns: RunColumns,
    }

    fn read(args: &[&str]) -> Result<RunColumns, String> {
        let args = std::iter::once("list").chain(args.iter().copied());
        Listed::try_parse_from(args).map(|it| it.columns).map_err(|error| error.to_string())
    }

    fn shown(args: &[&str]) -> Vec<&'static str> {
        read(args).unwrap().arrangement().shown().map(|column| column.name).collect()
    }

    #[test]
    fn columns_are_named_or_added_and_left_out() {
        assert_eq!(shown(&[]), USUAL);
        assert_eq!(shown(&["--columns", "workflow,took"]), ["workflow", "took"]);
        assert_eq!(shown(&["--columns", "-note,-version,+schedule"])[..2], ["run", "workflow"]);
        assert!(shown(&["--columns", "-note,+schedule"]).contains(&"schedule"));
        assert!(read(&["--columns", "cost"]).unwrap_err().contains("`cost` is not a column"));
    }

    #[test]
    fn the_daemon_sorts_by_start_and_the_command_by_the_rest() {
        let ways = |args: &[&str]| {
            let columns = read(args).unwrap();
            (columns.oldest_first(), columns.sorts())
        };
        assert_eq!(ways(&[]), (false, false));
        assert_eq!(ways(&["--sort", "started"]), (false, false));
        assert_eq!(ways(&["--sort", "started:asc"]), (true, false));
        assert_eq!(ways(&["--sort", "took"]), (false, true));
        let problem = read(&["--sort", "tok"]).unwrap_err();
        assert!(problem.contains("did you want `took`?"), "{problem}");
    }

    #[test]
    fn the_most_urgent_come_first_and_the_rest_as_they_came() {
        let run = |id: &str, status: v1::RunStatus| v1::RunSummary {
            run_id: id.into(),
            status: status.into(),
            ..Default::default()
        };
        use v1::RunStatus::{Failed, Held, Succeeded};
        let runs = vec![run("1", Succeeded), run("2", Failed), run("3", Succeeded), run("4", Held)];
        let sorted = read(&["--sort", "status"]).unwrap().sorted(runs);
        let ids: Vec<&str> = sorted.iter().map(|run| run.run_id.as_str()).collect();
        assert_eq!(ids, ["4", "2", "1", "3"]);
    }
}
