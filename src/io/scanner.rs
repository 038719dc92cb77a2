//! A scanner for the headers of binary files: strings, integers and lists in the syntax of Python and JSON.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::read_error::{Place, ReadError, quote};

/// Maximum length of a list, which bounds the dimensions of an array.
const MAX_LIST: usize = 8;

/// A position in a header.
pub(super) struct Scanner<'a> {
    header: &'a [u8],
    /// Offset of the next byte in the header.
    at: usize,
    /// Offset of the header in the file.
    start: usize,
}

impl<'a> Scanner<'a> {
    /// Starts at byte 0 of `header`, which is byte `start` of its file.
    pub(super) fn new(header: &'a [u8], start: usize) -> Self {
        Self { header, at: 0, start }
    }

    /// Position in the file.
    pub(super) fn place(&self) -> Place {
        Place::Byte(self.start + self.at)
    }

    /// An error at this position that quotes the next ten bytes.
    pub(super) fn expected(&self, what: impl Into<String>) -> ReadError {
        let rest = &self.header[self.at..];
        let found = if rest.is_empty() { String::from("the header's end") } else { quote(&rest[..rest.len().min(10)]) };
        ReadError::new(self.place(), what, found)
    }

    /// Skips whitespace and returns the next byte.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let blanks = self.header[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.at += blanks;
        self.header.get(self.at).copied()
    }

    /// Skips whitespace, then `byte` if it comes next.
    pub(super) fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Skips whitespace, then `byte`. Fails if another byte comes next.
    pub(super) fn take(&mut self, byte: u8) -> Result<(), ReadError> {
        if self.takes(byte) { Ok(()) } else { Err(self.expected(format!("\"{}\"", char::from(byte)))) }
    }

    /// Skips whitespace, then `word` if it comes next.
    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        self.peek();
        let is_next = self.header[self.at..].starts_with(word.as_bytes());
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    /// Fails if anything but whitespace follows.
    pub(super) fn end(&mut self) -> Result<(), ReadError> {
        if self.peek().is_none() { Ok(()) } else { Err(self.expected("the header's end")) }
    }

    /// Reads an integer.
    pub(super) fn whole(&mut self) -> Result<u64, ReadError> {
        self.peek();
        let digits = self.header[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let step = |sum: u64, byte: &u8| sum.checked_mul(10)?.checked_add(u64::from(byte - b'0'));
        let value = self.header[self.at..self.at + digits].iter().try_fold(0, step);
        let value = value.filter(|_| digits > 0).ok_or_else(|| self.expected("a whole number below 2^64"))?;
        self.at += digits;
        Ok(value)
    }

    /// Reads integers between `open` and `close`. In Python's tuples, a comma may follow the last integer, and an L may
    /// follow each integer.
    pub(super) fn wholes(&mut self, open: u8, close: u8) -> Result<Vec<u64>, ReadError> {
        let (mut list, is_tuple) = (Vec::new(), close == b')');
        self.take(open)?;
        while !((is_tuple || list.is_empty()) && self.takes(close)) {
            if list.len() == MAX_LIST {
                return Err(self.expected(format!("at most {MAX_LIST} numbers")));
            }
            list.push(self.whole()?);
            if is_tuple {
                self.takes(b'L');
            }
            if !self.takes(b',') {
                self.take(close)?;
                break;
            }
        }
        Ok(list)
    }

    /// Reads a string between two `delimiter`s.
    pub(super) fn string(&mut self, delimiter: u8) -> Result<String, ReadError> {
        self.take(delimiter)?;
        let start = self.place();
        let mut bytes = Vec::new();
        loop {
            let byte = self.next()?;
            match byte {
                b'\\' => {
                    let c = self.escape()?;
                    bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
                }
                _ if byte == delimiter => break,
                0..=0x1f => return Err(ReadError::new(start, "a string without control characters", quote(&bytes))),
                _ => bytes.push(byte),
            }
        }
        String::from_utf8(bytes).map_err(|error| ReadError::new(start, "UTF-8", quote(error.as_bytes())))
    }

    fn next(&mut self) -> Result<u8, ReadError> {
        let byte = self.header.get(self.at).copied().ok_or_else(|| self.expected("the end of a string"))?;
        self.at += 1;
        Ok(byte)
    }

    /// Reads the rest of a JSON escape sequence.
    fn escape(&mut self) -> Result<char, ReadError> {
        Ok(match self.next()? {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return Err(self.expected("an escape of JSON before this")),
        })
    }

    /// Reads four hexadecimal digits, or two groups of four with `\u` between: a surrogate pair.
    fn code_point(&mut self) -> Result<char, ReadError> {
        let unit = self.hexadecimal()?;
        let pair = if unit & 0xfc00 == 0xd800 && self.header[self.at..].starts_with(b"\\u") {
            self.at += 2;
            [unit, self.hexadecimal()?]
        } else {
            [unit, 0]
        };
        let length = if pair[1] == 0 { 1 } else { 2 };
        let decoded = char::decode_utf16(pair.into_iter().take(length)).next().and_then(Result::ok);
        decoded.ok_or_else(|| self.expected("a character of Unicode before this"))
    }

    fn hexadecimal(&mut self) -> Result<u16, ReadError> {
        (0..4).try_fold(0, |sum, _| {
            let digit =
                char::from(self.next()?).to_digit(16).ok_or_else(|| self.expected("four digits before this"))?;
            Ok(sum << 4 | digit as u16)
        })
    }
}
