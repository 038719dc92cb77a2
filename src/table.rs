//! Tables: n rows and d columns of finite numbers, with their limits, their standardisation and their split.
//!
//! A table of one column holds points on the line (d = 1).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::setting::{SettingError, Value};

pub(crate) mod cell_number;
pub mod split;
pub mod standardisation;

pub use cell_number::MAX_MAGNITUDE;
pub use split::Split;
pub use standardisation::Standardisation;

/// Maximum number of rows.
pub const MAX_ROWS: usize = 1_000_000;
/// Maximum number of columns.
pub const MAX_COLUMNS: usize = 1024;
/// Maximum number of cells, which take 32 MB.
pub const MAX_CELLS: usize = 1 << 22;
/// Maximum number of characters of a column name.
const MAX_NAME: usize = 100;

/// n rows and d columns of numbers, n and d at least 1. Tables are equal if their numbers and names are; the digest of
/// the file does not count.
#[derive(Clone, Debug)]
pub struct Table {
    columns: usize,
    /// n×d
    values: Vec<f64>,
    /// One for each column, or empty.
    names: Vec<String>,
    /// Digest of the source file.
    digest: Option<String>,
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        (self.columns, &self.values, &self.names) == (other.columns, &other.values, &other.names)
    }
}

impl Table {
    /// A table of `values` (n×`columns`, row-major) with one name per column, or no names. Fails if a size or a value
    /// is out of range, or if a name is a number: readers could not tell it from a row.
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
        if let Some(value) = values.iter().find(|value| !cell_number::is_in_range(**value)) {
            return Err(SettingError::new("values", Value::Real(*value), format!("each be {}", cell_number::RANGE)));
        }
        if !(names.is_empty() || names.len() == columns) {
            return Err(SettingError::new("names", names.len(), format!("be none or {columns}")));
        }
        if let Some(name) = names.iter().find(|name| cell_number::is_number(name.as_bytes().trim_ascii())) {
            return Err(SettingError::new("names", name, "not be numbers"));
        }
        Ok(Self { columns, values, names: names.iter().map(|name| cut(name)).collect(), digest: None })
    }

    /// A table from a file with this digest; the reader has checked sizes, values and names.
    pub(crate) fn from_file(columns: usize, values: Vec<f64>, names: Vec<String>, digest: String) -> Self {
        Self { columns, values, names, digest: Some(digest) }
    }

    /// Number n of rows.
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    /// Number d of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All values (n×d), row-major.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Row `i`.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.columns..(i + 1) * self.columns]
    }

    /// Column names, or empty.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The [`digest`] of the source file; `None` for a table from [`Table::new`].
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }
}

/// Digest of a file in twelve hexadecimal digits: the low 48 bits of its 64-bit FNV-1a hash.
pub fn digest(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{:012X}", hash & 0xffff_ffff_ffff)
}

/// The limit that a table of this size exceeds, for error messages.
pub(crate) fn broken_limit(rows: u64, columns: u64) -> Option<String> {
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

/// `name`, or its first 99 characters and `…`, which keeps a long name from becoming a number.
pub(crate) fn cut(name: &str) -> String {
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
