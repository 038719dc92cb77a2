//! The header of a `.npy` file: magic number, version, length, and a Python dictionary with type, order and shape.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::MAGIC;
use crate::io::read_error::{Place, ReadError, quote};
use crate::io::scanner::Scanner;
use crate::table::broken_limit;

/// Maximum length of the dictionary in bytes, as in NumPy.
const MAX_HEADER: usize = 10_000;
/// Supported types, for error messages.
const TYPES: &str = "one of the types b1, i1, i2, i4, i8, u1, u2, u4, u8, f4, f8";

/// A header whose sizes are within the limits of a table.
pub(super) struct Header {
    pub number: Number,
    /// Whether the numbers are stored column after column (Fortran order).
    pub is_column_major: bool,
    pub rows: usize,
    pub columns: usize,
    /// Offset of the first number in the file.
    pub data: usize,
}

/// Type of a number.
#[derive(Clone, Copy)]
pub(super) struct Number {
    kind: Kind,
    /// Size in bytes.
    pub size: usize,
    is_big_endian: bool,
}

#[derive(Clone, Copy)]
enum Kind {
    Bool,
    Signed,
    Unsigned,
    Float,
}

impl Number {
    /// Parses NumPy's description of byte order, kind and size, such as `<f8`.
    fn of(description: &str) -> Option<Self> {
        let (order, kind, size) = match description.as_bytes() {
            [order, kind, size] => (*order, *kind, size.wrapping_sub(b'0')),
            _ => return None,
        };
        let kind = match (kind, size) {
            (b'b', 1) => Kind::Bool,
            (b'i', 1 | 2 | 4 | 8) => Kind::Signed,
            (b'u', 1 | 2 | 4 | 8) => Kind::Unsigned,
            (b'f', 4 | 8) => Kind::Float,
            _ => return None,
        };
        let is_ordered = matches!(order, b'<' | b'>') || order == b'|' && size == 1;
        is_ordered.then_some(Self { kind, size: size.into(), is_big_endian: order == b'>' })
    }

    /// Decodes a number from `size` bytes.
    pub(super) fn value(self, bytes: &[u8]) -> f64 {
        let mut word = [0; 8];
        word[..self.size].copy_from_slice(bytes);
        if self.is_big_endian {
            word[..self.size].reverse();
        }
        let word = u64::from_le_bytes(word);
        let unused = 64 - 8 * self.size as u32;
        match self.kind {
            Kind::Bool => f64::from(u8::from(word != 0)),
            Kind::Signed => ((word << unused) as i64 >> unused) as f64,
            Kind::Unsigned => word as f64,
            Kind::Float if self.size == 4 => f64::from(f32::from_bits(word as u32)),
            Kind::Float => f64::from_bits(word),
        }
    }
}

impl Header {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        if !bytes.starts_with(&MAGIC) {
            let found = quote(&bytes[..bytes.len().min(MAGIC.len())]);
            return Err(ReadError::new(Place::Byte(0), "a .npy file, which begins with \\x93NUMPY", found));
        }
        let (length, start) = length(bytes)?;
        if length > MAX_HEADER {
            let expected = format!("a header of at most {MAX_HEADER} bytes");
            return Err(ReadError::new(Place::Byte(8), expected, format!("{length}")));
        }
        let Some(header) = bytes[start..].get(..length) else {
            let expected = format!("a header of {length} bytes");
            return Err(ReadError::new(Place::Byte(bytes.len()), expected, format!("{}", bytes.len() - start)));
        };
        let Entries { number, is_column_major, rows, columns } = Entries::read(&mut Scanner::new(header, start))?;
        Ok(Self { number, is_column_major, rows, columns, data: start + length })
    }
}

/// Length and offset of the dictionary.
fn length(bytes: &[u8]) -> Result<(usize, usize), ReadError> {
    let truncated =
        || ReadError::new(Place::Byte(bytes.len()), "version and length of the header", "the end of the file");
    let rest = &bytes[MAGIC.len()..];
    match rest {
        [1, _, a, b, ..] => Ok((u16::from_le_bytes([*a, *b]).into(), 10)),
        [2 | 3, _, a, b, c, d, ..] => Ok((u32::from_le_bytes([*a, *b, *c, *d]) as usize, 12)),
        [] | [1..=3, ..] => Err(truncated()),
        [version, ..] => Err(ReadError::new(Place::Byte(6), "version 1, 2 or 3", format!("{version}"))),
    }
}

/// Entries of the dictionary.
struct Entries {
    number: Number,
    is_column_major: bool,
    rows: usize,
    columns: usize,
}

impl Entries {
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, ReadError> {
        let (mut number, mut is_column_major, mut shape) = (None, None, None);
        scanner.take(b'{')?;
        while !scanner.takes(b'}') {
            let at = scanner.place();
            let key = string(scanner)?;
            scanner.take(b':')?;
            match key.as_str() {
                "descr" if number.is_none() => number = Some(type_of(scanner)?),
                "fortran_order" if is_column_major.is_none() => is_column_major = Some(boolean(scanner)?),
                "shape" if shape.is_none() => shape = Some(shape_of(scanner)?),
                _ => {
                    let expected = "each of descr, fortran_order and shape once";
                    return Err(ReadError::new(at, expected, quote(key.as_bytes())));
                }
            }
            if !scanner.takes(b',') {
                scanner.take(b'}')?;
                break;
            }
        }
        scanner.end()?;
        match (number, is_column_major, shape) {
            (Some(number), Some(is_column_major), Some([rows, columns])) => {
                Ok(Self { number, is_column_major, rows, columns })
            }
            _ => Err(scanner.expected("all of descr, fortran_order and shape")),
        }
    }
}

/// Reads a string in single or double quotes.
fn string(scanner: &mut Scanner<'_>) -> Result<String, ReadError> {
    let delimiter = if scanner.peek() == Some(b'"') { b'"' } else { b'\'' };
    scanner.string(delimiter)
}

fn type_of(scanner: &mut Scanner<'_>) -> Result<Number, ReadError> {
    if !matches!(scanner.peek(), Some(b'\'' | b'"')) {
        return Err(scanner.expected(TYPES));
    }
    let at = scanner.place();
    let description = string(scanner)?;
    Number::of(&description).ok_or_else(|| ReadError::new(at, TYPES, quote(description.as_bytes())))
}

fn boolean(scanner: &mut Scanner<'_>) -> Result<bool, ReadError> {
    match (scanner.takes_word("True"), scanner.takes_word("False")) {
        (false, false) => Err(scanner.expected("True or False")),
        (is_true, _) => Ok(is_true),
    }
}

/// Reads the numbers of rows and columns: at least one of each, within the limits of a table.
fn shape_of(scanner: &mut Scanner<'_>) -> Result<[usize; 2], ReadError> {
    scanner.peek();
    let at = scanner.place();
    let shape: Vec<u64> = scanner.wholes(b'(', b')')?;
    let (rows, columns) = match shape[..] {
        [rows] => (rows, 1),
        [rows, columns] => (rows, columns),
        _ => return Err(ReadError::new(at, "one or two dimensions", format!("{}", shape.len()))),
    };
    let limit = if rows == 0 || columns == 0 {
        Some("at least one row and column".into())
    } else {
        broken_limit(rows, columns)
    };
    match limit {
        Some(limit) => Err(ReadError::new(at, limit, format!("{rows} rows and {columns} columns"))),
        None => Ok([rows as usize, columns as usize]),
    }
}
