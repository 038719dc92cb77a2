//! Tables: n rows and d columns of finite numbers, read from files that nobody has checked.
//!
//! [`read`] takes text (CSV, TSV and their kin) and `.npy`; [`safetensors`] holds a network's parameters. Readers check
//! every size against the limits below before they take memory for it, and name the place of what they refuse. A table of
//! one column holds points on the line (d = 1): whoever needs a plane asks [`Table::columns`] first.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::setting::{SettingError, Value};

pub mod npy;
mod number;
pub mod read_error;
pub mod safetensors;
mod scanner;
pub mod split;
pub mod standardisation;
pub mod text;

pub use read_error::{Place, ReadError};
pub use split::Split;
pub use standardisation::Standardisation;

/// The most rows a table has.
pub const MAX_ROWS: usize = 1_000_000;
/// The most columns a table has.
pub const MAX_COLUMNS: usize = 1024;
/// The most numbers a table or a file of tensors has: 32 MB of them.
pub const MAX_CELLS: usize = 1 << 22;
/// The greatest magnitude of a number in a table: sums of squares of whole columns stay finite.
pub const MAX_MAGNITUDE: f64 = 1e100;
/// A column's name has at most this many characters.
const MAX_NAME: usize = 100;
/// What a number in a table must be.
const CELL: &str = "a number between -1e100 and 1e100";

/// n rows and d columns of numbers, n and d at least 1. Two are equal that say the same, whatever files they were read from.
#[derive(Clone, Debug)]
pub struct Table {
    columns: usize,
    /// n×d
    values: Vec<f64>,
    /// One for each column, or none at all.
    names: Vec<String>,
    /// Of the file that it was read from.
    digest: Option<String>,
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        (self.columns, &self.values, &self.names) == (other.columns, &other.values, &other.names)
    }
}

impl Table {
    /// The table of `values` (n×`columns`, row after row), with a name for each column or without names. An error says what
    /// is missing, too large or not a number, or that a name is a number, which no reader could tell from a row.
    pub fn new(columns: usize, values: Vec<f64>, names: Vec<String>) -> Result<Self, SettingError> {
        if columns == 0 || values.is_empty() || !values.len().is_multiple_of(columns) {
            return Err(SettingError::new(
                "values",
                values.len(),
                format!("fill at least one row of {columns} columns"),
            ));
        }
        if let Some(limit) = broken_limit((values.len() / columns) as u64, columns as u64) {
            return Err(SettingError::new("values", values.len(), format!("be {limit}")));
        }
        if let Some(value) = values.iter().find(|value| !is_cell(**value)) {
            return Err(SettingError::new("values", Value::Real(*value), format!("each be {CELL}")));
        }
        if !(names.is_empty() || names.len() == columns) {
            return Err(SettingError::new("names", names.len(), format!("be none or {columns}")));
        }
        if let Some(name) = names.iter().find(|name| number::is_number(name.as_bytes().trim_ascii())) {
            return Err(SettingError::new("names", name, "not be numbers"));
        }
        Ok(Self { columns, values, names: names.iter().map(|name| cut(name)).collect(), digest: None })
    }

    /// The number n of rows.
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    /// The number d of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All numbers, row after row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Row `i`.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.columns..(i + 1) * self.columns]
    }

    /// The columns' names; empty if they have none.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The [`digest`] of the file that the table was read from; `None` if its numbers were given.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }
}

/// A number that tells files apart, as twelve hexadecimal digits: the last 48 bits of FNV-1a with 64.
pub fn digest(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{:012X}", hash & 0xffff_ffff_ffff)
}

/// The table in a file: `.npy` if it begins as one, text otherwise.
// The page loads it when it has a table to read.
#[inline(never)]
pub fn read(bytes: &[u8]) -> Result<Table, ReadError> {
    if bytes.starts_with(&npy::MAGIC) { npy::read(bytes) } else { text::read(bytes) }
}

/// The limit that a table of so many rows and columns breaks, if any.
fn broken_limit(rows: u64, columns: u64) -> Option<String> {
    if columns > MAX_COLUMNS as u64 {
        Some(format!("at most {MAX_COLUMNS} columns"))
    } else if rows > MAX_ROWS as u64 {
        Some(format!("at most {MAX_ROWS} rows"))
    } else if rows * columns > MAX_CELLS as u64 {
        Some(format!("at most {MAX_CELLS} numbers"))
    } else {
        None
    }
}

/// Whether a table may hold `value`; NaN is refused too.
fn is_cell(value: f64) -> bool {
    value.abs() <= MAX_MAGNITUDE
}

/// A name or its beginning, marked as such: a number must not come of it.
fn cut(name: &str) -> String {
    if name.chars().nth(MAX_NAME).is_none() {
        return String::from(name);
    }
    name.chars().take(MAX_NAME - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn table_names_what_it_refuses() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let refused = |columns, values, names| Table::new(columns, values, names).unwrap_err().to_string();
        assert_eq!(refused(0, vec![], vec![]), "values must fill at least one row of 0 columns, got \"0\"");
        assert_eq!(refused(2, vec![1.0; 3], vec![]), "values must fill at least one row of 2 columns, got \"3\"");
        assert_eq!(refused(1025, vec![1.0; 1025], vec![]), "values must be at most 1024 columns, got \"1025\"");
        assert_eq!(refused(1, vec![0.0; 1_000_001], vec![]), "values must be at most 1000000 rows, got \"1000001\"");
        for (value, name) in [(f64::NAN, "NaN"), (f64::NEG_INFINITY, "a huge negative number")] {
            let expected = format!("values must each be a number between -1e100 and 1e100, got \"{name}\"");
            assert_eq!(refused(1, vec![value], vec![]), expected);
        }
        assert_eq!(refused(2, vec![1.0; 2], names(&["a"])), "names must be none or 2, got \"1\"");
        assert_eq!(refused(2, vec![1.0; 2], names(&["a", " 2e3"])), "names must not be numbers, got \" 2e3\"");
    }
}
