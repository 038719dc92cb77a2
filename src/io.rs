//! File formats: tables from text and `.npy`, tensors in safetensors. Files come from anywhere: readers check counts
//! and sizes before they allocate, and each error names its place in the file.

use crate::table::Table;

pub mod npy;
pub mod read_error;
pub mod safetensors;
mod scanner;
pub mod text;

pub use read_error::{Place, ReadError};

/// Reads a table from a `.npy` file, or from text if the bytes do not begin with NumPy's magic number.
// The page loads this function with the first table.
#[inline(never)]
pub fn read_table(bytes: &[u8]) -> Result<Table, ReadError> {
    if bytes.starts_with(&npy::MAGIC) { npy::read(bytes) } else { text::read(bytes) }
}
