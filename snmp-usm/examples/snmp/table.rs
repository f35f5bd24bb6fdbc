//! `table`: columns put together to rows.

use std::io;

use snmp_core::manager::Event;
use snmp_core::oid::OidBuf;
use snmp_core::table::{Cell, Row, Table};
use snmp_usm::User;

use crate::Trouble;
use crate::args::Args;
use crate::read::by_ladder;
use crate::session::{Ended, Session};
use crate::show::{self, Output};
use crate::typed::oids;

/// Columns that are looked for at most: no table of a MIB has a quarter of it.
const MOST_COLUMNS: usize = 256;

pub(crate) fn run(args: &Args, user: Option<&User>, output: &mut Output) -> Result<(), Trouble> {
    let names = oids(&args.words)?;
    by_ladder(args, user, |session| {
        let columns = match names.as_slice() {
            [table] => match find_columns(session, table)? {
                Ok(columns) => columns,
                Err(ended) => return Ok(ended),
            },
            columns => columns.to_vec(),
        };
        if columns.is_empty() {
            eprintln!("snmp: no rows; TABLE is the name of the table itself, without the .1 of its entry");
            return Ok(Ended::Done);
        }
        let mut table = Table::new(columns.iter().map(OidBuf::as_oid));
        if let Some(rows) = args.max_rows {
            table = table.with_max_rows(rows);
        }
        if !output.json {
            let heads = columns.iter().map(ToString::to_string).collect::<Vec<_>>();
            output.text(&format!("index\t{}", heads.join("\t")))?;
        }
        session.run(
            |manager, now, target| manager.start_table(now, target, table),
            |event| match event {
                Event::TableRows(read) => read.rows.iter().try_for_each(|row| show_row(output, &row)),
                _ => Ok(()),
            },
        )
    })
}

/// The columns of a table that have any instance: a table's entry is its arc 1, and columns are the arcs of that.
fn find_columns(session: &mut Session, table: &OidBuf) -> Result<Result<Vec<OidBuf>, Ended>, Trouble> {
    let mut columns = Vec::new();
    let Ok(entry) = table.join(&[1]) else {
        return Ok(Ok(columns));
    };
    let mut next = entry.clone();
    while columns.len() < MOST_COLUMNS {
        let mut found = None;
        let ended = session.run(
            |manager, now, target| manager.get_next(now, target, [next.as_oid()]),
            |event| {
                if let Event::Answer(answer) = event
                    && let Some(row) = answer.var_binds.iter().next()
                    && !row.value.is_exception()
                    && row.name > next.as_oid()
                {
                    found = row.name.index_in(entry.as_oid()).and_then(|mut arcs| arcs.next());
                }
                Ok(())
            },
        )?;
        match ended {
            Ended::Done => {}
            // v1 says so at the end of the view.
            Ended::Failed(snmp_core::outcome::Outcome::ErrorStatus {
                status: snmp_core::pdu::ErrorStatus::NoSuchName,
                ..
            }) => break,
            ended => return Ok(Err(ended)),
        }
        let behind = found.and_then(|column| Some((column, column.checked_add(1)?)));
        let Some((column, behind)) = behind else { break };
        match (entry.join(&[column]), entry.join(&[behind])) {
            (Ok(column), Ok(behind)) => {
                columns.push(column);
                next = behind;
            }
            _ => break,
        }
    }
    Ok(Ok(columns))
}

/// A row: in JSON a line for each cell that there is.
fn show_row(output: &mut Output, row: &Row<'_>) -> io::Result<()> {
    if output.json {
        return row
            .cells()
            .filter_map(Cell::var_bind)
            .try_for_each(|cell| output.row(&cell));
    }
    let index: Vec<_> = row.index().map(|arc| arc.to_string()).collect();
    let cells = row.cells().map(|cell| match cell {
        Cell::Read(cell) => show::value(&cell.value),
        Cell::Absent => "-".to_owned(),
        Cell::Unread => "?".to_owned(),
    });
    let line: Vec<_> = std::iter::once(index.join(".")).chain(cells).collect();
    output.text(&line.join("\t"))
}
