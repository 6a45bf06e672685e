//! Which columns have room in so many cells, and how wide they are.

use super::{
    arrangement::Arrangement,
    table::{Column, Width},
};

/// Cells that the main column keeps before others give way for it.
const MAIN_CELLS: usize = 19;
/// Cells that it is content with where there are several that take the rest.
const MAIN_CONTENT: usize = 28;
/// Columns up to this rank give way only where the main one would be too narrow to be read.
const LAST_RANK: u8 = 2;

/// A column that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fitted {
    pub(crate) column: &'static Column,
    /// Blanks before it.
    pub(crate) gap: usize,
    pub(crate) cells: usize,
}

/// The columns that have room, from left to right. What the rows are sorted by is among them, also where it
/// was hidden: an order that nobody sees the reason of looks like none.
pub(crate) fn fit(arrangement: &Arrangement, room: usize) -> Vec<Fitted> {
    let table = arrangement.table();
    let mut columns = wanted(arrangement);
    let gives_way = |column: &Column| column.name != table.main && !sorts(arrangement, column);
    for (main, from) in [(MAIN_CELLS, LAST_RANK + 1), (table_main_least(&columns, table.main), 0)] {
        while needs(&columns, table.main, main) > room {
            let last = columns.iter().filter(|column| gives_way(column) && column.rank >= from);
            let Some(last) = last.max_by_key(|column| column.rank).copied() else { break };
            columns.retain(|column| *column != last);
        }
    }
    widths(&columns, table.main, room)
}

/// Cells that every column takes that is to be shown, with so many for the main one.
pub(crate) fn wants(arrangement: &Arrangement, main: usize) -> usize {
    needs(&wanted(arrangement), arrangement.table().main, main)
}

/// The columns that are to be shown, from left to right.
fn wanted(arrangement: &Arrangement) -> Vec<&'static Column> {
    let wanted = arrangement.columns().iter().filter(|(column, shown)| {
        *shown
            || arrangement.is_wide()
            || sorts(arrangement, column)
            || column.name == arrangement.table().main
    });
    wanted.map(|(column, _)| *column).collect()
}

/// Whether the rows are sorted by it, and not as they come.
fn sorts(arrangement: &Arrangement, column: &Column) -> bool {
    !arrangement.is_natural() && column.name == arrangement.sort().column.name
}

fn table_main_least(columns: &[&'static Column], main: &str) -> usize {
    columns.iter().find(|column| column.name == main).map_or(0, |column| column.width.least())
}

/// Blanks before a column: one that is at the right keeps away from one at the left.
fn gap(before: Option<&Column>, column: &Column) -> usize {
    match before.map(|before| before.width) {
        None => 0,
        Some(Width::Right(_)) if !matches!(column.width, Width::Right(_)) => 2,
        Some(_) => 1,
    }
}

fn gaps<'a>(columns: &'a [&'static Column]) -> impl Iterator<Item = usize> + 'a {
    let before = |at: usize| at.checked_sub(1).map(|before| columns[before]);
    columns.iter().enumerate().map(move |(at, column)| gap(before(at), column))
}

/// Cells that columns take at least, with so many for the main one.
fn needs(columns: &[&'static Column], main: &str, main_cells: usize) -> usize {
    let cells = |column: &&'static Column| match column.name == main {
        true => main_cells,
        false => column.width.least(),
    };
    columns.iter().map(cells).sum::<usize>() + gaps(columns).sum::<usize>()
}

fn widths(columns: &[&'static Column], main: &str, room: usize) -> Vec<Fitted> {
    let rest = |column: &Column| matches!(column.width, Width::Rest(_));
    let fixed: usize = columns.iter().filter(|it| !rest(it)).map(|it| it.width.least()).sum();
    let mut left = room.saturating_sub(fixed + gaps(columns).sum::<usize>());
    let others: usize =
        columns.iter().filter(|it| rest(it) && it.name != main).map(|it| it.width.least()).sum();
    let main_cells = match others {
        0 => left,
        others => left.saturating_sub(others).min(MAIN_CONTENT),
    };
    left = left.saturating_sub(main_cells);
    let fitted = |(column, gap): (&&'static Column, usize)| {
        let cells = match column.width {
            _ if column.name == main => main_cells,
            // What is left goes to the first of them.
            Width::Rest(_) => std::mem::take(&mut left),
            Width::Left(cells) | Width::Right(cells) => cells,
        };
        Fitted { column, gap, cells }
    };
    columns.iter().zip(gaps(columns)).map(fitted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::{RUNS, Sort};

    fn names(arrangement: &Arrangement, room: usize) -> Vec<String> {
        let fitted = fit(arrangement, room);
        fitted.iter().map(|it| format!("{}:{}", it.column.name, it.cells)).collect()
    }

    #[test]
    fn what_has_no_room_gives_way_by_its_rank() {
        let usual = Arrangement::new(&RUNS);
        let narrow = ["workflow:15", "status:10", "started:5"];
        assert_eq!(names(&usual, 32), narrow);
        let all = ["workflow:35", "status:10", "tasks:6", "started:5", "owner:11"];
        assert_eq!(names(&usual, 72), all);
        let mut sorted = usual;
        sorted.sort_by(Sort::read(&RUNS, "took").unwrap());
        assert_eq!(names(&sorted, 32), ["workflow:13", "status:10", "took:7"], "the age gives way");
        sorted.sort_by(Sort::read(&RUNS, "owner").unwrap());
        assert!(names(&sorted, 32).contains(&"owner:11".to_owned()));
    }

    #[test]
    fn every_room_is_filled_and_never_more() {
        let mut arrangement = Arrangement::new(&RUNS);
        for (wide, sort) in [(false, "started"), (false, "run"), (true, "note"), (true, "took")] {
            arrangement.widen(wide);
            arrangement.sort_by(Sort::read(&RUNS, sort).unwrap());
            for room in 45..250 {
                let fitted = fit(&arrangement, room);
                let cells: usize = fitted.iter().map(|it| it.gap + it.cells).sum();
                assert_eq!(cells, room, "{sort} in {room}: {fitted:?}");
                assert!(fitted.iter().any(|it| it.column.name == "workflow"));
            }
        }
        arrangement.widen(true);
        assert_eq!(fit(&arrangement, 190).len(), RUNS.columns.len(), "wide shows everything");
    }
}
