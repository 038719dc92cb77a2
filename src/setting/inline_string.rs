//! Short texts for links and values: a few capitals, digits, signs and spaces, stored inline so that values stay
//! `Copy`.

use core::fmt;

use serde::{Serialize, Serializer};

/// Up to [`Text::CAPACITY`] characters of ASCII. Written with `+` for each space, so that links need no
/// percent-encoding; serialised as it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    length: u8,
    bytes: [u8; Self::CAPACITY],
}

impl Text {
    /// Maximum number of characters.
    pub const CAPACITY: usize = 47;

    /// A text known at compile time.
    ///
    /// # Panics
    ///
    /// If it has more than [`Self::CAPACITY`] bytes, or bytes that are not ASCII.
    pub const fn new(text: &str) -> Self {
        assert!(text.len() <= Self::CAPACITY && text.is_ascii());
        let mut bytes = [0; Self::CAPACITY];
        let mut i = 0;
        while i < text.len() {
            bytes[i] = text.as_bytes()[i];
            i += 1;
        }
        Self { length: text.len() as u8, bytes }
    }

    /// Reads untrusted text: `+` stands for a space, small letters become capitals, and spaces at the ends are removed.
    /// `None` unless 1 to `max` characters are left, all of them in `allowed`.
    pub(super) fn read(text: &str, max: usize, allowed: &str) -> Option<Self> {
        let text = text.trim_matches([' ', '+']);
        if text.is_empty() || text.len() > max.min(Self::CAPACITY) {
            return None;
        }
        let mut read = Self { length: text.len() as u8, bytes: [0; Self::CAPACITY] };
        for (place, byte) in read.bytes.iter_mut().zip(text.bytes()) {
            *place = if byte == b'+' { b' ' } else { byte.to_ascii_uppercase() };
            if !allowed.as_bytes().contains(place) {
                return None;
            }
        }
        Some(read)
    }

    /// The text as it reads.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = self.as_str().split(' ');
        f.write_str(words.next().unwrap_or_default())?;
        words.try_for_each(|word| write!(f, "+{word}"))
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn read(text: &str) -> Option<Text> {
        Text::read(text, 5, "ABC12 ")
    }

    #[test]
    fn text_folds_letters_trims_its_ends_and_writes_spaces_as_plus() {
        let text = read(" a+ b++").unwrap();
        assert_eq!((text.as_str(), &*text.to_string()), ("A  B", "A++B"));
        assert_eq!(read(&text.to_string()), Some(text));
        assert_eq!(read("abc12"), Some(Text::new("ABC12")));
    }

    #[test]
    fn text_refuses_what_is_empty_too_long_or_foreign() {
        for text in ["", " ", "+++", "ABC12A", "D", "a%20b", "é", "ÄB", "A\0", "\u{202e}A", "A\tB", "🦀", "ſ"] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(Text::read(&"A".repeat(1 << 20), usize::MAX, "A"), None);
    }
}
