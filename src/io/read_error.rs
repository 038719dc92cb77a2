//! Why a file was refused: the place, what was expected there and what was found.

use alloc::string::String;
use core::fmt;

/// At most this many characters of a file are repeated in an error.
const MAX_FOUND: usize = 40;

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of text, counted from 1.
    Line(usize),
    /// The cell of a line of text in a column, both counted from 1.
    Cell(usize, usize),
    /// A byte of a binary file, counted from 0.
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
    /// Where.
    pub at: Place,
    /// What completes "expected …".
    pub expected: String,
    /// What completes "found …".
    pub found: String,
}

impl ReadError {
    pub(super) fn new(at: Place, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { at, expected: expected.into(), found: found.into() }
    }
}

/// What a file holds, as an error repeats it: cut, in quotes, "nothing" if it is empty.
pub(super) fn quote(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return String::from("nothing");
    }
    // No character takes more than four bytes.
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
