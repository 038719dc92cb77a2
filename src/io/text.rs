//! Tables as text: CSV, TSV and columns separated by blanks.
//!
//! The separator is the first of tab, semicolon, comma and blanks that divides the first ten rows into equally many
//! cells. Quoted cells may contain separators and line ends; a doubled quote stands for one (RFC 4180). A first row
//! without numbers holds the column names. Empty lines, lines that start with `#` and a byte order mark are skipped.
//! Lines end in LF, CRLF or CR. Numbers have a decimal point. The writer uses commas and LF.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use cells::{Cell, Cells, Separator};

use super::read_error::{Place, ReadError, quote};
use crate::table::cell_number::CellError;
use crate::table::{MAX_COLUMNS, Table, broken_limit, cell_number, cut, digest};

mod cells;

/// Number of rows that decide the separator.
const SAMPLE: usize = 10;

/// Reads a table from text. Errors name the line and, for a cell that is not a number in range, the column.
pub fn read(bytes: &[u8]) -> Result<Table, ReadError> {
    refuse_binary(bytes)?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut cells = Cells::new(text, separator(text));
    let mut reader = TableReader::start(&mut cells)?;
    while cells.seek_row() {
        reader.read_row(&mut cells)?;
    }
    let TableReader { columns, values, names, first_line } = reader;
    if values.is_empty() {
        return Err(ReadError::new(Place::Line(first_line), "at least one row of numbers", "the end of the file"));
    }
    Ok(Table::from_file(columns, values, names, digest(bytes)))
}

/// Refuses zero bytes, which UTF-16 and almost all binary files have.
fn refuse_binary(bytes: &[u8]) -> Result<(), ReadError> {
    match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => Err(ReadError::new(Place::Byte(at), "text in UTF-8 (CSV, TSV) or a .npy file", "a zero byte")),
        None => Ok(()),
    }
}

/// The first separator that divides all rows of the sample into the same number of cells, two or more. If there is
/// none, the first separator that divides any row: the error then names the row of another length.
fn separator(text: &[u8]) -> Separator {
    let lengths = Separator::ALL.map(|separator| row_lengths(text, separator));
    let divides_all =
        |lengths: &[usize]| lengths.first() > Some(&1) && lengths.windows(2).all(|pair| pair[0] == pair[1]);
    let divides_any = |i: usize| {
        // A blank in the first row alone is part of a column name.
        let skipped = usize::from(Separator::ALL[i] == Separator::Blanks && lengths[i].len() > 1);
        lengths[i].iter().skip(skipped).any(|length| *length > 1)
    };
    let found = lengths.iter().position(|lengths| divides_all(lengths));
    let found = found.or_else(|| (0..lengths.len()).find(|i| divides_any(*i)));
    found.map_or(Separator::Comma, |i| Separator::ALL[i])
}

/// Number of cells in each row of the sample. The last is 0 for a malformed row, or MAX_COLUMNS + 1 for a row that is
/// too long.
fn row_lengths(text: &[u8], separator: Separator) -> Vec<usize> {
    let mut cells = Cells::new(text, separator);
    let mut lengths = Vec::new();
    while lengths.len() < SAMPLE && cells.seek_row() {
        let (mut length, mut is_last) = (0, Some(false));
        while is_last == Some(false) && length <= MAX_COLUMNS {
            is_last = cells.next_cell().ok().map(|cell| cell.is_last);
            length += 1;
        }
        lengths.push(if is_last.is_none() { 0 } else { length });
        if is_last != Some(true) {
            break;
        }
    }
    lengths
}

/// A table under construction.
struct TableReader {
    columns: usize,
    values: Vec<f64>,
    names: Vec<String>,
    /// Line of the first row.
    first_line: usize,
}

impl TableReader {
    /// Reads the first row: it decides the number of columns and may hold their names.
    fn start(cells: &mut Cells<'_>) -> Result<Self, ReadError> {
        cells.seek_row();
        let first_line = cells.line();
        let mut row = Vec::new();
        while !cells.is_at_end() && row.last().is_none_or(|cell: &Cell<'_>| !cell.is_last) {
            if row.len() == MAX_COLUMNS {
                let place = Place::Cell(first_line, row.len() + 1);
                return Err(ReadError::new(place, format!("at most {MAX_COLUMNS} columns"), "another"));
            }
            row.push(cells.next_cell()?);
        }
        let mut reader = Self { columns: row.len(), values: Vec::new(), names: Vec::new(), first_line };
        if row.iter().any(|cell| cell_number::is_number(cell.trimmed())) {
            reader.values = row.iter().zip(1..).map(|(cell, column)| value(cell, column)).collect::<Result<_, _>>()?;
        } else {
            reader.names = row.iter().map(|cell| cut(&String::from_utf8_lossy(&cell.text))).collect();
        }
        Ok(reader)
    }

    fn read_row(&mut self, cells: &mut Cells<'_>) -> Result<(), ReadError> {
        let line = cells.line();
        let rows = self.values.len() / self.columns;
        if let Some(limit) = broken_limit(rows as u64 + 1, self.columns as u64) {
            return Err(ReadError::new(Place::Line(line), limit, "another row"));
        }
        for column in 1..=self.columns {
            let cell = cells.next_cell()?;
            self.values.push(value(&cell, column)?);
            if cell.is_last != (column == self.columns) {
                let found = if cell.is_last { format!("{column}") } else { String::from("more") };
                let expected = format!("{} columns as in line {}", self.columns, self.first_line);
                return Err(ReadError::new(Place::Line(line), expected, found));
            }
        }
        Ok(())
    }
}

fn value(cell: &Cell<'_>, column: usize) -> Result<f64, ReadError> {
    let text = cell.trimmed();
    cell_number::read(text).map_err(|fault| {
        let expected = match fault {
            CellError::NotANumber => "a number such as 12 or 0.5",
            CellError::OutOfRange => cell_number::RANGE,
        };
        ReadError::new(Place::Cell(cell.line, column), expected, quote(text))
    })
}

/// The table as CSV with LF, with column names in the first row if it has any. [`read`] gives the same table back.
pub fn write(table: &Table) -> String {
    let mut text = String::new();
    let mut push_row = |cells: &mut dyn Iterator<Item = String>| {
        for (i, cell) in cells.enumerate() {
            text.push_str(if i > 0 { "," } else { "" });
            text.push_str(&cell);
        }
        text.push('\n');
    };
    if !table.names().is_empty() {
        push_row(&mut table.names().iter().map(|name| quoted(name)));
    }
    table
        .values()
        .chunks_exact(table.columns())
        .for_each(|row| push_row(&mut row.iter().map(|value| cell_number::write(*value))));
    text
}

/// A column name as a cell, in quotes if readers need them.
fn quoted(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/' | b'(' | b')');
    // Blanks inside a name need no quotes.
    if !name.is_empty() && name.trim() == name && name.bytes().all(|byte| is_plain(byte) || byte == b' ') {
        return String::from(name);
    }
    format!("\"{}\"", name.replace('"', "\"\""))
}
