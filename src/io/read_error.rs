//! The error of all readers: place, expected content, found content.

use alloc::string::String;
use core::fmt;

/// Maximum number of characters that an error quotes from a file.
const MAX_FOUND: usize = 40;

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Line of a text, from 1.
    Line(usize),
    /// Line and column of a table, both from 1.
    Cell(usize, usize),
    /// Byte of a binary file, from 0.
    Byte(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Cell(line, column) => write!(f, "line {line}, column {column}"),
            Self::Byte(offset) => write!(f, "byte {offset}"),
        }
    }
}

/// Why a file was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// Place of the fault.
    pub at: Place,
    /// Text after "expected".
    pub expected: String,
    /// Text after "found".
    pub found: String,
}

impl ReadError {
    pub(super) fn new(at: Place, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { at, expected: expected.into(), found: found.into() }
    }
}

/// The start of `bytes` in quotes, or "nothing" if there are none.
pub(super) fn quote(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return String::from("nothing");
    }
    // A character takes at most four bytes.
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * MAX_FOUND)]);
    let mut quoted = String::from('"');
    quoted.extend(head.chars().take(MAX_FOUND).map(|c| if c.is_control() { '\u{fffd}' } else { c }));
    quoted.push('"');
    quoted
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}", self.at, self.expected, self.found)
    }
}

impl core::error::Error for ReadError {}
