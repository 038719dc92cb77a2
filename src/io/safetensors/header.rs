//! The header of a safetensors file: a JSON object with an entry for each tensor. Their bytes fill the rest of the
//! file.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{MAX_NUMBERS, MAX_TENSORS, METADATA, Tensor};
use crate::io::read_error::{Place, ReadError, quote};
use crate::io::scanner::Scanner;

/// Maximum length of the header in bytes.
const MAX_HEADER: u64 = 1 << 20;
/// Offset of the header, after its length.
const START: usize = 8;

/// A header whose sizes fit the file.
pub(super) struct Header {
    pub metadata: Vec<(String, String)>,
    pub entries: Vec<Entry>,
    /// Offset of the first number in the file.
    pub data: usize,
}

/// The entry of one tensor.
pub(super) struct Entry {
    pub name: String,
    pub shape: Vec<usize>,
    pub dtype: Dtype,
    /// Offset of its first byte, counted from the first number of the file.
    pub begin: u64,
    /// Offset after its last byte.
    pub end: u64,
    /// Number of numbers.
    count: u64,
    /// Position of the entry in the file.
    at: Place,
}

/// Precision of a tensor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dtype {
    F32,
    F64,
}

impl Dtype {
    /// Name in the file.
    fn name(self) -> &'static str {
        match self {
            Self::F32 => "F32",
            Self::F64 => "F64",
        }
    }

    /// Bytes per number.
    fn size(self) -> u64 {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

impl Header {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let (header, numbers) = split(bytes)?;
        let mut scanner = Scanner::new(header, START);
        if !header.starts_with(b"{") {
            return Err(scanner.expected("\"{\""));
        }
        let mut found = Self { metadata: Vec::new(), entries: Vec::new(), data: bytes.len() - numbers.len() };
        members(&mut scanner, &mut |scanner, at, name| found.read_member(scanner, at, name))?;
        scanner.end()?;
        found.check_offsets(bytes.len())?;
        Ok(found)
    }

    fn read_member(&mut self, scanner: &mut Scanner<'_>, at: Place, name: String) -> Result<(), ReadError> {
        if name == METADATA && self.metadata.is_empty() {
            return members(scanner, &mut |scanner, _, key| {
                self.metadata.push((key, scanner.string(b'"')?));
                Ok(())
            });
        }
        if name == METADATA || self.entries.iter().any(|entry| entry.name == name) {
            return Err(ReadError::new(at, "each name once", quote(name.as_bytes())));
        }
        if self.entries.len() == MAX_TENSORS {
            return Err(ReadError::new(at, format!("at most {MAX_TENSORS} tensors"), "another"));
        }
        let entry = Entry::read(scanner, at, name)?;
        if self.entries.iter().map(|entry| entry.count).sum::<u64>() + entry.count > MAX_NUMBERS as u64 {
            let found = quote(entry.name.as_bytes());
            return Err(ReadError::new(at, format!("tensors of at most {MAX_NUMBERS} numbers together"), found));
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Fails unless the tensors' bytes follow each other up to the end of the file.
    fn check_offsets(&self, file_length: usize) -> Result<(), ReadError> {
        let mut left: Vec<&Entry> = self.entries.iter().collect();
        let mut end = 0;
        // At most 1024 tensors: searching for each next one takes less code than sorting.
        while let Some(next) = (0..left.len()).min_by_key(|i| (left[*i].begin, left[*i].end)) {
            let entry = left.remove(next);
            if entry.begin != end {
                let found = quote(entry.name.as_bytes());
                return Err(ReadError::new(entry.at, format!("a tensor that begins at offset {end}"), found));
            }
            end = entry.end;
        }
        let found = (file_length - self.data) as u64;
        if end != found {
            let at = Place::Byte(self.data + end.min(found) as usize);
            return Err(ReadError::new(at, format!("{end} bytes of numbers"), format!("{found}")));
        }
        Ok(())
    }
}

/// The header and the numbers of a file.
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), ReadError> {
    let (length, rest) = bytes.split_first_chunk().ok_or_else(|| {
        ReadError::new(Place::Byte(bytes.len()), "the header's length in 8 bytes", "the end of the file")
    })?;
    let length = u64::from_le_bytes(*length);
    if length > MAX_HEADER {
        let expected = format!("a safetensors header of at most {MAX_HEADER} bytes");
        return Err(ReadError::new(Place::Byte(0), expected, format!("{length}")));
    }
    rest.split_at_checked(length as usize).ok_or_else(|| {
        let expected = format!("a header of {length} bytes");
        ReadError::new(Place::Byte(bytes.len()), expected, format!("{}", rest.len()))
    })
}

/// Reads an object. `member` gets the position and the key of each member and reads its value.
fn members(
    scanner: &mut Scanner<'_>,
    member: &mut dyn FnMut(&mut Scanner<'_>, Place, String) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    scanner.take(b'{')?;
    if scanner.takes(b'}') {
        return Ok(());
    }
    loop {
        scanner.peek();
        let at = scanner.place();
        let key = scanner.string(b'"')?;
        scanner.take(b':')?;
        member(scanner, at, key)?;
        if !scanner.takes(b',') {
            return scanner.take(b'}');
        }
    }
}

impl Entry {
    fn read(scanner: &mut Scanner<'_>, at: Place, name: String) -> Result<Self, ReadError> {
        let (mut dtype, mut shape, mut offsets) = (None, None, None);
        members(scanner, &mut |scanner, at, key| {
            match key.as_str() {
                "dtype" if dtype.is_none() => dtype = Some(dtype_of(scanner)?),
                "shape" if shape.is_none() => shape = Some(scanner.wholes(b'[', b']')?),
                "data_offsets" if offsets.is_none() => offsets = Some(scanner.wholes(b'[', b']')?),
                _ => {
                    return Err(ReadError::new(
                        at,
                        "each of dtype, shape and data_offsets once",
                        quote(key.as_bytes()),
                    ));
                }
            }
            Ok(())
        })?;
        let (Some(dtype), Some(shape), Some(offsets)) = (dtype, shape, offsets) else {
            return Err(ReadError::new(at, "all of dtype, shape and data_offsets", quote(name.as_bytes())));
        };
        let count = count(&shape).ok_or_else(|| {
            ReadError::new(at, format!("a tensor of at most {MAX_NUMBERS} numbers"), quote(name.as_bytes()))
        })?;
        let size = dtype.size() * count;
        match offsets[..] {
            [begin, end] if end.checked_sub(begin) == Some(size) => {
                let shape = shape.iter().map(|length| *length as usize).collect();
                Ok(Self { name, shape, dtype, begin, end, count, at })
            }
            _ => Err(ReadError::new(at, format!("data_offsets that are {size} bytes apart"), quote(name.as_bytes()))),
        }
    }
}

/// Number of numbers of a tensor; `None` if it or a length is above the limit.
fn count(shape: &[u64]) -> Option<u64> {
    let limit = MAX_NUMBERS as u64;
    let count = shape.iter().try_fold(1u64, |product, length| product.checked_mul(*length))?;
    (count <= limit && shape.iter().all(|length| *length <= limit)).then_some(count)
}

fn dtype_of(scanner: &mut Scanner<'_>) -> Result<Dtype, ReadError> {
    scanner.peek();
    let at = scanner.place();
    match scanner.string(b'"')?.as_str() {
        "F32" => Ok(Dtype::F32),
        "F64" => Ok(Dtype::F64),
        other => Err(ReadError::new(at, "the dtype F32 or F64", quote(other.as_bytes()))),
    }
}

/// The header of `tensors` in the order of their numbers, padded with blanks to a multiple of eight bytes.
pub(super) fn write(metadata: &[(String, String)], tensors: &[&Tensor]) -> String {
    let mut parts = Vec::new();
    if !metadata.is_empty() {
        let texts: Vec<String> = metadata.iter().map(|(key, text)| format!("{}:{}", json(key), json(text))).collect();
        parts.push(format!("\"{METADATA}\":{{{}}}", texts.join(",")));
    }
    let mut begin = 0;
    for tensor in tensors {
        let (dtype, name) = (tensor.values.dtype(), json(&tensor.name));
        let end = begin + dtype.size() * tensor.values.len() as u64;
        let lengths: Vec<String> = tensor.shape.iter().map(|length| format!("{length}")).collect();
        let (dtype, shape) = (dtype.name(), lengths.join(","));
        parts.push(format!("{name}:{{\"dtype\":\"{dtype}\",\"shape\":[{shape}],\"data_offsets\":[{begin},{end}]}}"));
        begin = end;
    }
    let mut header = format!("{{{}}}", parts.join(","));
    header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
    header
}

/// `text` as a JSON string.
fn json(text: &str) -> String {
    let mut string = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => string.extend(['\\', c]),
            '\0'..='\x1f' => string.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => string.push(c),
        }
    }
    string.push('"');
    string
}
