//! NumPy's `.npy` files (Kern, *A Simple File Format for NumPy Arrays*, NEP 1, 2007).
//!
//! Readers accept versions 1 to 3, booleans, integers, f4 and f8, and both orders. Arrays of one dimension become
//! tables of one column. Integers beyond 2⁵³ are rounded to the nearest `f64`. The writer uses `f8` in C order.

use alloc::format;
use alloc::vec::Vec;

use header::{Header, Number};

use super::read_error::{Place, ReadError};
use crate::table::{Table, cell_number, digest};

mod header;

/// First bytes of a `.npy` file.
pub const MAGIC: [u8; 6] = *b"\x93NUMPY";

/// Reads a table from a `.npy` file. Errors name the byte.
pub fn read(bytes: &[u8]) -> Result<Table, ReadError> {
    let header = Header::read(bytes)?;
    let Header { number, is_column_major, rows, columns, data } = header;
    let values = &bytes[data..];
    let expected = rows * columns * number.size;
    if values.len() != expected {
        let (at, expected) = (data + values.len().min(expected), format!("{expected} bytes of numbers"));
        return Err(ReadError::new(Place::Byte(at), expected, format!("{}", values.len())));
    }
    let mut cells = Vec::with_capacity(rows * columns);
    for row in 0..rows {
        for column in 0..columns {
            let i = if is_column_major { column * rows + row } else { row * columns + column };
            cells.push(read_cell(number, &values[i * number.size..][..number.size], data + i * number.size)?);
        }
    }
    Ok(Table::from_file(columns, cells, Vec::new(), digest(bytes)))
}

fn read_cell(number: Number, bytes: &[u8], at: usize) -> Result<f64, ReadError> {
    let value = number.value(bytes);
    if cell_number::is_in_range(value) {
        return Ok(value);
    }
    let found = match (value.is_nan(), value.is_infinite()) {
        (true, _) => "NaN",
        (_, true) => "infinity",
        _ => "a greater one",
    };
    Err(ReadError::new(Place::Byte(at), cell_number::RANGE, found))
}

/// Writes a table as a `.npy` file of version 1: an n×d array of `f8` in C order, without column names.
pub fn write(table: &Table) -> Vec<u8> {
    let shape = format!("({}, {})", table.rows(), table.columns());
    let mut header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    // Numbers start at a multiple of 64 bytes. Magic number, version and length take ten.
    let padding = 64 - (10 + header.len() + 1) % 64;
    header.push_str(&" ".repeat(padding % 64));
    header.push('\n');
    let mut bytes = Vec::with_capacity(10 + header.len() + 8 * table.values().len());
    bytes.extend(MAGIC);
    bytes.extend([1, 0]);
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    table.values().iter().for_each(|value| bytes.extend(value.to_le_bytes()));
    bytes
}
