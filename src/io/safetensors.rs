//! Tensors by name in the safetensors format: a network's parameters, to and from other programs.
//!
//! The header's length (u64, little-endian), the header (JSON: for each name type, shape and the offsets of its bytes), and
//! the numbers in C order (Hugging Face, *Safetensors*, format of 2022). `F32` and `F64` are read, finite numbers only.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::read_error::{Place, ReadError};
use crate::setting::SettingError;
use header::{Entry, Header};

mod header;

/// The most tensors in a file.
pub const MAX_TENSORS: usize = 1024;
/// The most numbers of all tensors together, as many as a network may have parameters.
pub const MAX_NUMBERS: usize = 1 << 24;
/// The name under which a header keeps texts; no tensor may have it.
const METADATA: &str = "__metadata__";

/// What a file holds, in the order of its header.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Archive {
    /// Texts by name, such as a link.
    pub metadata: Vec<(String, String)>,
    /// The tensors.
    pub tensors: Vec<Tensor>,
}

/// An array of any number of dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its length in each dimension; none for a single number.
    pub shape: Vec<usize>,
    /// Its numbers, the last dimension's side by side.
    pub values: Values,
}

/// Numbers in the precision of the file.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
}

impl Values {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn is_double(&self) -> bool {
        matches!(self, Self::F64(_))
    }

    fn are_finite(&self) -> bool {
        match self {
            Self::F32(values) => values.iter().all(|value| value.is_finite()),
            Self::F64(values) => values.iter().all(|value| value.is_finite()),
        }
    }
}

/// Reads a file; an error says which byte is at fault. Every byte must belong to the header or to one tensor.
pub fn read(bytes: &[u8]) -> Result<Archive, ReadError> {
    let Header { metadata, entries, data } = Header::read(bytes)?;
    let tensors = entries.into_iter().map(|entry| tensor(entry, bytes, data)).collect::<Result<_, _>>()?;
    Ok(Archive { metadata, tensors })
}

fn tensor(entry: Entry, bytes: &[u8], data: usize) -> Result<Tensor, ReadError> {
    let Entry { name, shape, is_double, begin, end, .. } = entry;
    let begin = data + begin as usize;
    let bytes = &bytes[begin..data + end as usize];
    let (values, fault) = if is_double {
        let values: Vec<f64> = bytes.as_chunks().0.iter().map(|chunk| f64::from_le_bytes(*chunk)).collect();
        let fault = values.iter().position(|value| !value.is_finite());
        (Values::F64(values), fault.map(|i| 8 * i))
    } else {
        let values: Vec<f32> = bytes.as_chunks().0.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect();
        let fault = values.iter().position(|value| !value.is_finite());
        (Values::F32(values), fault.map(|i| 4 * i))
    };
    match fault {
        Some(offset) => Err(ReadError::new(Place::Byte(begin + offset), "a finite number", "NaN or infinity")),
        None => Ok(Tensor { name, shape, values }),
    }
}

/// Writes a file: `F64` first, so that every number lies at a multiple of its size, otherwise in order. An error names a tensor
/// whose shape does not fit its numbers, whose numbers are not finite, or whose name is not its own.
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
    let doubles = tensors.iter().filter(|tensor| tensor.values.is_double());
    let ordered: Vec<&Tensor> = doubles.chain(tensors.iter().filter(|tensor| !tensor.values.is_double())).collect();
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
