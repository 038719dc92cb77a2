//! Named tensors in the safetensors format (Hugging Face, *Safetensors*, 2022), which exchanges a network's parameters
//! with other programs.
//!
//! A file has the length of its header (u64, little-endian), the header (JSON: type, shape and byte offsets of each
//! tensor) and the numbers in C order. Readers accept `F32` and `F64` and refuse NaN and infinity.
//!
//! The `safetensors` crate accepts repeated names, loses the order of metadata, names no byte in most errors, and takes
//! 30 times the size of a hostile header before it refuses it. `serde_json` has none of these faults, but the tables
//! and messages behind it would add 14 KB to the page's first download.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::read_error::{Place, ReadError};
use crate::setting::SettingError;
use header::{Dtype, Entry, Header};

mod header;

/// Maximum number of tensors in a file.
pub const MAX_TENSORS: usize = 1024;
/// Maximum number of numbers in a file: the maximum number of a network's parameters.
pub const MAX_NUMBERS: usize = 1 << 24;
/// Reserved name of the header's metadata.
const METADATA: &str = "__metadata__";

/// Contents of a file, in the order of its header.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Archive {
    /// Texts by name, such as the experiment's link.
    pub metadata: Vec<(String, String)>,
    /// The tensors.
    pub tensors: Vec<Tensor>,
}

/// An array of any number of dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Name.
    pub name: String,
    /// Length in each dimension; empty for a scalar.
    pub shape: Vec<usize>,
    /// Numbers in C order.
    pub values: Values,
}

/// Numbers of one precision.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
}

impl Values {
    /// Number of numbers.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there are no numbers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn dtype(&self) -> Dtype {
        match self {
            Self::F32(_) => Dtype::F32,
            Self::F64(_) => Dtype::F64,
        }
    }

    fn are_finite(&self) -> bool {
        match self {
            Self::F32(values) => values.iter().all(|value| value.is_finite()),
            Self::F64(values) => values.iter().all(|value| value.is_finite()),
        }
    }
}

/// Reads a file. Errors name the byte. Each byte must belong to the header or to exactly one tensor.
pub fn read(bytes: &[u8]) -> Result<Archive, ReadError> {
    let Header { metadata, entries, data } = Header::read(bytes)?;
    let tensors = entries.into_iter().map(|entry| tensor(entry, bytes, data)).collect::<Result<_, _>>()?;
    Ok(Archive { metadata, tensors })
}

fn tensor(entry: Entry, bytes: &[u8], data: usize) -> Result<Tensor, ReadError> {
    let Entry { name, shape, dtype, begin, end, .. } = entry;
    let begin = data + begin as usize;
    let bytes = &bytes[begin..data + end as usize];
    let (values, not_finite) = match dtype {
        Dtype::F32 => {
            let values: Vec<f32> = bytes.as_chunks().0.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect();
            let not_finite = values.iter().position(|value| !value.is_finite());
            (Values::F32(values), not_finite.map(|i| 4 * i))
        }
        Dtype::F64 => {
            let values: Vec<f64> = bytes.as_chunks().0.iter().map(|chunk| f64::from_le_bytes(*chunk)).collect();
            let not_finite = values.iter().position(|value| !value.is_finite());
            (Values::F64(values), not_finite.map(|i| 8 * i))
        }
    };
    if let Some(offset) = not_finite {
        return Err(ReadError::new(Place::Byte(begin + offset), "a finite number", "NaN or infinity"));
    }
    Ok(Tensor { name, shape, values })
}

/// Writes a file, `F64` tensors first: each number is then aligned to its size. Fails if a name is not unique, a shape
/// does not fit its numbers or a number is not finite.
pub fn write(archive: &Archive) -> Result<Vec<u8>, SettingError> {
    let Archive { metadata, tensors } = archive;
    for (i, Tensor { name, shape, values }) in tensors.iter().enumerate() {
        if name == METADATA || tensors[..i].iter().any(|other| other.name == *name) {
            return Err(SettingError::new("name", name, "be that of one tensor"));
        }
        if shape.iter().try_fold(1usize, |product, length| product.checked_mul(*length)) != Some(values.len()) {
            return Err(SettingError::new("shape", name, format!("fit {} numbers", values.len())));
        }
        if !values.are_finite() {
            return Err(SettingError::new("values", name, "all be finite"));
        }
    }
    let doubles = tensors.iter().filter(|tensor| tensor.values.dtype() == Dtype::F64);
    let ordered: Vec<&Tensor> =
        doubles.chain(tensors.iter().filter(|tensor| tensor.values.dtype() == Dtype::F32)).collect();
    let header = header::write(metadata, &ordered);
    let mut bytes = Vec::from((header.len() as u64).to_le_bytes());
    bytes.extend(header.as_bytes());
    for tensor in ordered {
        match &tensor.values {
            Values::F32(values) => values.iter().for_each(|value| bytes.extend(value.to_le_bytes())),
            Values::F64(values) => values.iter().for_each(|value| bytes.extend(value.to_le_bytes())),
        }
    }
    Ok(bytes)
}
