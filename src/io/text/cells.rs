//! A tokenizer that divides text into rows and cells.
//!
//! `csv-core` reads no columns between runs of blanks, accepts quotes that do not end and text after a closing quote,
//! and counts no lines that end in CR.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;

use crate::io::read_error::{Place, ReadError, quote};

/// Separator between two cells of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    Tab,
    Semicolon,
    Comma,
    /// One or more spaces or tabs.
    Blanks,
}

impl Separator {
    /// All separators, in order of how rare they are inside cells.
    pub(super) const ALL: [Self; 4] = [Self::Tab, Self::Semicolon, Self::Comma, Self::Blanks];

    fn byte(self) -> u8 {
        match self {
            Self::Tab => b'\t',
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Blanks => b' ',
        }
    }

    /// Whether `byte` is padding around a cell.
    fn is_padding(self, byte: u8) -> bool {
        byte == b' ' || byte == b'\t' && self != Self::Tab
    }

    fn ends_cell(self, byte: u8) -> bool {
        byte == self.byte() || byte == b'\n' || byte == b'\r' || byte == b'\t' && self == Self::Blanks
    }
}

/// One cell.
pub(super) struct Cell<'a> {
    /// Text without padding and quotes.
    pub text: Cow<'a, [u8]>,
    /// Line of its first byte.
    pub line: usize,
    /// Whether it ends its row.
    pub is_last: bool,
}

impl Cell<'_> {
    /// Text without the blanks that quotes protect.
    pub(super) fn trimmed(&self) -> &[u8] {
        self.text.trim_ascii()
    }
}

/// A position in a text.
pub(super) struct Cells<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
    separator: Separator,
}

impl<'a> Cells<'a> {
    pub(super) fn new(text: &'a [u8], separator: Separator) -> Self {
        Self { text, at: 0, line: 1, separator }
    }

    /// Current line, from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Skips empty lines and comments. Returns false at the end of the text.
    pub(super) fn seek_row(&mut self) -> bool {
        loop {
            let rest = &self.text[self.at..];
            let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            match rest.get(blanks) {
                None => self.at = self.text.len(),
                Some(b'\n' | b'\r') => self.at += blanks,
                Some(b'#') => {
                    self.at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())
                }
                Some(_) => return true,
            }
            if !self.take_line_end() {
                return false;
            }
        }
    }

    /// Skips LF, CRLF or CR. Returns false if none comes next.
    fn take_line_end(&mut self) -> bool {
        let length = match &self.text[self.at..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        self.at += length;
        self.line += usize::from(length > 0);
        length > 0
    }

    fn skip_padding(&mut self) {
        let padding = self.text[self.at..].iter().take_while(|byte| self.separator.is_padding(**byte)).count();
        self.at += padding;
    }

    /// Reads the next cell of the row that [`Cells::seek_row`] found.
    pub(super) fn next_cell(&mut self) -> Result<Cell<'a>, ReadError> {
        self.skip_padding();
        let line = self.line;
        let text = if self.text.get(self.at) == Some(&b'"') { self.quoted()? } else { Cow::Borrowed(self.bare()) };
        let end = self.at;
        self.skip_padding();
        if self.is_at_end() || self.take_line_end() {
            return Ok(Cell { text, line, is_last: true });
        }
        let is_separated = match self.separator {
            Separator::Blanks => self.at > end,
            _ => self.text[self.at] == self.separator.byte(),
        };
        if !is_separated {
            let expected = "a separator or the line's end after the closing quote";
            return Err(ReadError::new(Place::Line(self.line), expected, quote(&self.text[self.at..][..1])));
        }
        self.at += usize::from(self.separator != Separator::Blanks);
        Ok(Cell { text, line, is_last: false })
    }

    fn bare(&mut self) -> &'a [u8] {
        let rest = &self.text[self.at..];
        let length = rest.iter().position(|byte| self.separator.ends_cell(*byte)).unwrap_or(rest.len());
        self.at += length;
        rest[..length].trim_ascii_end()
    }

    /// Reads a quoted cell; a doubled quote stands for one.
    fn quoted(&mut self) -> Result<Cow<'a, [u8]>, ReadError> {
        let line = self.line;
        let mut text = Cow::Borrowed(&self.text[..0]);
        loop {
            self.at += 1;
            let start = self.at;
            while self.text.get(self.at).is_some_and(|byte| *byte != b'"') {
                if !self.take_line_end() {
                    self.at += 1;
                }
            }
            if self.is_at_end() {
                let expected = format!("a quote that ends the one of line {line}");
                return Err(ReadError::new(Place::Line(self.line), expected, "the end of the file"));
            }
            let part = &self.text[start..self.at];
            if text.is_empty() {
                text = Cow::Borrowed(part);
            } else {
                text.to_mut().extend(part);
            }
            self.at += 1;
            if self.text.get(self.at) != Some(&b'"') {
                return Ok(text);
            }
            let text: &mut Vec<u8> = text.to_mut();
            text.push(b'"');
        }
    }
}
