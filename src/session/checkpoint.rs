//! Checkpoints: all of a run that its link does not say, as bytes.
//!
//! Little-endian: `SCOR`, ALGORITHM, the link's length and the link, step (u32), loss (f64), diverged (u8), the parameters,
//! averages and optimiser memory (f32), and a hash of all bytes before it (u64). Checkpoints are untrusted: the link is
//! validated as any link, and it alone decides how many numbers are read.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::fingerprint::Hash;
use super::{ALGORITHM, Session};
use crate::experiment;
use crate::lane::f32x4;

const MAGIC: [u8; 4] = *b"SCOR";

/// Why a checkpoint cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It does not begin as a checkpoint does.
    NotACheckpoint,
    /// It was written by another version of the arithmetic.
    OtherAlgorithm(u32),
    /// It ends early, goes on too long, or its hash is wrong.
    Corrupt,
    /// Its experiment is refused, with the message.
    Experiment(String),
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotACheckpoint => f.write_str("this is not a checkpoint of Scorescape"),
            Self::OtherAlgorithm(version) => {
                write!(f, "the checkpoint is of algorithm {version}, this is algorithm {ALGORITHM}")
            }
            Self::Corrupt => f.write_str("the checkpoint is damaged"),
            Self::Experiment(message) => write!(f, "the checkpoint's experiment is refused: {message}"),
        }
    }
}

impl core::error::Error for Damage {}

impl Session {
    /// The run as bytes for [`Session::restore`].
    pub fn checkpoint(&self) -> Vec<u8> {
        let link = self.setup.experiment().link();
        let progress = self.progress();
        let mut bytes = Vec::from(MAGIC);
        bytes.extend(ALGORITHM.to_le_bytes());
        bytes.extend((link.len() as u32).to_le_bytes());
        bytes.extend(link.as_bytes());
        bytes.extend(progress.step.to_le_bytes());
        bytes.extend(progress.loss.to_le_bytes());
        bytes.push(u8::from(progress.diverged));
        let lanes = self.trainer.state().into_iter().flatten();
        lanes.flat_map(|lane| lane.to_array()).for_each(|float| bytes.extend(float.to_le_bytes()));
        bytes.extend(hash(&bytes).to_le_bytes());
        bytes
    }

    /// The run that wrote `bytes`; it goes on with the same bits.
    pub fn restore(bytes: &[u8]) -> Result<Self, Damage> {
        let mut reader = Reader { bytes };
        if reader.take() != Some(MAGIC) {
            return Err(Damage::NotACheckpoint);
        }
        match reader.u32()? {
            ALGORITHM => {}
            other => return Err(Damage::OtherAlgorithm(other)),
        }
        let (body, tail) = bytes.split_last_chunk().ok_or(Damage::Corrupt)?;
        if hash(body) != u64::from_le_bytes(*tail) {
            return Err(Damage::Corrupt);
        }
        let length = reader.u32()? as usize;
        let mut session = session_of(reader.slice(length)?)?;
        session.read_state(&mut reader)?;
        if reader.bytes.len() == tail.len() { Ok(session) } else { Err(Damage::Corrupt) }
    }

    fn read_state(&mut self, reader: &mut Reader<'_>) -> Result<(), Damage> {
        let step = reader.u32()?;
        let loss = f64::from_le_bytes(reader.take().ok_or(Damage::Corrupt)?);
        let [diverged] = reader.take().ok_or(Damage::Corrupt)?;
        for lane in self.trainer.state_mut().into_iter().flatten() {
            *lane = reader.lane()?;
        }
        self.trainer.resume(step, loss, diverged != 0);
        Ok(())
    }
}

fn session_of(link: &[u8]) -> Result<Session, Damage> {
    let link = core::str::from_utf8(link).map_err(|_| Damage::Corrupt)?;
    let (experiment, problems) = experiment::parse(link);
    let refuse = |problem: &dyn fmt::Display| Damage::Experiment(alloc::format!("{problem}"));
    if let Some(problem) = problems.first() {
        return Err(refuse(problem));
    }
    Session::new(experiment).map_err(|problem| refuse(&problem))
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hash = Hash::default();
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash.write(u64::from_le_bytes(word));
    }
    hash.finish()
}

/// Takes values off the front of bytes.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*head)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], Damage> {
        let (head, rest) = self.bytes.split_at_checked(length).ok_or(Damage::Corrupt)?;
        self.bytes = rest;
        Ok(head)
    }

    fn u32(&mut self) -> Result<u32, Damage> {
        self.take().map(u32::from_le_bytes).ok_or(Damage::Corrupt)
    }

    fn lane(&mut self) -> Result<f32x4, Damage> {
        let bytes: [u8; 16] = self.take().ok_or(Damage::Corrupt)?;
        let (floats, _) = bytes.as_chunks::<4>();
        Ok(f32x4::new([0, 1, 2, 3].map(|i| f32::from_le_bytes(floats[i]))))
    }
}
