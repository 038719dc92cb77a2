//! Checkpoints: the state of a run as bytes, with its link.
//!
//! Little-endian: `SCOR`, ALGORITHM, the link's length and the link, step (u32), loss, first and best validation loss
//! (f64), checks since the best (u32), status (u8), the parameters, averages and optimiser memory (f32), and a hash of
//! all bytes before it (u64). Checkpoints are untrusted: the link is validated as any link and decides how many numbers
//! must follow, and nothing is drawn before their number is right.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::fingerprint::Hash;
use super::run_config::RunConfig;
use super::{ALGORITHM, Session, Setup};
use crate::data::table::check_digest;
use crate::experiment::{self, Experiment, MAX_STEPS};
use crate::setting::SettingError;
use crate::simd::{Simd, f32x4};
use crate::table::Table;
use crate::train::{self, Status};

const MAGIC: [u8; 4] = *b"SCOR";

/// Why a checkpoint cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It does not begin with the bytes `SCOR`.
    NotACheckpoint,
    /// It was written by another version of the arithmetic.
    OtherAlgorithm(u32),
    /// Its length or hash is wrong, or no run can have its state.
    Corrupt,
    /// Its experiment is refused, with the message.
    Experiment(String),
    /// Its experiment trains differently from the experiment that should continue it.
    OtherExperiment,
    /// Its data file differs from the given table's file.
    OtherTable(SettingError),
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
            Self::OtherExperiment => f.write_str("the checkpoint is of an experiment that trains differently"),
            Self::OtherTable(error) => write!(f, "the checkpoint is of another table: {error}"),
        }
    }
}

impl core::error::Error for Damage {}

impl Session {
    /// The run as bytes for [`Session::restore`].
    pub fn checkpoint(&self) -> Vec<u8> {
        let link = self.setup.experiment().link();
        let progress = self.trainer.progress();
        // Allocates the full length at once: a growing buffer is copied, and then there are two.
        let numbers: usize = self.trainer.state().into_iter().map(size_of_val).sum();
        let mut bytes = Vec::with_capacity(MAGIC.len() + 8 + link.len() + PROGRESS_LENGTH + numbers + 8);
        bytes.extend(MAGIC);
        bytes.extend(ALGORITHM.to_le_bytes());
        bytes.extend((link.len() as u32).to_le_bytes());
        bytes.extend(link.as_bytes());
        bytes.extend(progress.step.to_le_bytes());
        for loss in [progress.loss, progress.first_loss, progress.best_loss] {
            bytes.extend(loss.to_le_bytes());
        }
        bytes.extend(progress.checks_since_best.to_le_bytes());
        bytes.push(progress.status as u8);
        let vectors = self.trainer.state().into_iter().flatten();
        vectors.flat_map(|vector| vector.to_array()).for_each(|float| bytes.extend(float.to_le_bytes()));
        bytes.extend(hash(&bytes).to_le_bytes());
        bytes
    }

    /// The run that wrote `bytes`. Further steps give the same bits as without the checkpoint.
    pub fn restore(bytes: &[u8]) -> Result<Self, Damage> {
        Self::restore_with_table(bytes, None)
    }

    /// The same for data from a table. Checkpoints do not contain the table; an error if `table` is from another file.
    pub fn restore_with_table(bytes: &[u8], table: Option<&Table>) -> Result<Self, Damage> {
        let (link, state) = opened(bytes)?;
        Self::from_state(experiment_of(link)?, table, state)
    }

    /// The run that wrote `bytes`, with the settings of `experiment`. An error unless [`Experiment::trains_like`] holds
    /// for the two experiments; settings of the chains may differ.
    pub fn resume(experiment: Experiment, table: Option<&Table>, bytes: &[u8]) -> Result<Self, Damage> {
        let (link, state) = opened(bytes)?;
        if link != experiment.link().as_bytes() && !experiment.trains_like(&experiment_of(link)?) {
            return Err(Damage::OtherExperiment);
        }
        Self::from_state(experiment, table, state)
    }

    /// The run of `experiment` in the state that `reader` has.
    fn from_state(experiment: Experiment, table: Option<&Table>, mut reader: Reader<'_>) -> Result<Self, Damage> {
        table.map_or(Ok(()), |table| check_digest(experiment.settings(), table)).map_err(Damage::OtherTable)?;
        let config = RunConfig::new(&experiment, table).map_err(refused)?;
        // Checked before anything large is made: a forged link must not cost more memory than its checkpoint has bytes.
        if reader.bytes.len() != state_length(&config) {
            return Err(Damage::Corrupt);
        }
        let mut session = Self::at_start(Setup::draw(experiment, config));
        session.read_state(&mut reader)?;
        Ok(session)
    }

    fn read_state(&mut self, reader: &mut Reader<'_>) -> Result<(), Damage> {
        let step = reader.u32()?;
        let [loss, first_loss, best_loss] = [reader.f64()?, reader.f64()?, reader.f64()?];
        let checks_since_best = reader.u32()?;
        let status = match reader.take() {
            Some([0]) => Status::Training,
            Some([1]) => Status::Diverged,
            Some([2]) => Status::Stopped,
            _ => return Err(Damage::Corrupt),
        };
        for vector in self.trainer.state_mut().into_iter().flatten() {
            *vector = reader.vector()?;
        }
        if step > MAX_STEPS || !self.trainer.is_well_formed() {
            return Err(Damage::Corrupt);
        }
        self.trainer.resume(train::Progress { step, loss, first_loss, best_loss, checks_since_best, status });
        Ok(())
    }
}

/// The link of a checkpoint, and a reader of the state that follows it; an error unless magic, version and hash are
/// right.
fn opened(bytes: &[u8]) -> Result<(&[u8], Reader<'_>), Damage> {
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
    let link = reader.slice(length)?;
    reader.bytes = reader.bytes.strip_suffix(tail).ok_or(Damage::Corrupt)?;
    Ok((link, reader))
}

/// Number of bytes of the progress.
const PROGRESS_LENGTH: usize = 4 + 3 * 8 + 4 + 1;

/// Number of bytes of the progress, the parameters, their average and the optimiser's memory.
fn state_length(config: &RunConfig) -> usize {
    let vectors = 2 * config.training.architecture().vectors(<f32x4 as Simd>::WIDTH) + config.training.state_vectors();
    PROGRESS_LENGTH + vectors * size_of::<f32x4>()
}

fn experiment_of(link: &[u8]) -> Result<Experiment, Damage> {
    let link = core::str::from_utf8(link).map_err(|_| Damage::Corrupt)?;
    let (experiment, errors) = experiment::parse(link);
    errors.into_iter().next().map_or(Ok(experiment), |error| Err(refused(error)))
}

fn refused(error: SettingError) -> Damage {
    Damage::Experiment(error.to_string())
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

    fn f64(&mut self) -> Result<f64, Damage> {
        self.take().map(f64::from_le_bytes).ok_or(Damage::Corrupt)
    }

    fn vector(&mut self) -> Result<f32x4, Damage> {
        let bytes: [u8; 16] = self.take().ok_or(Damage::Corrupt)?;
        let (floats, _) = bytes.as_chunks::<4>();
        Ok(f32x4::new([0, 1, 2, 3].map(|i| f32::from_le_bytes(floats[i]))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const LINK: &str = "#v=0&data.count=3&model.units=2&train.batch=4";

    fn whole() -> Vec<u8> {
        let mut session = Session::new(experiment::parse(LINK).0).unwrap();
        session.step(3);
        session.checkpoint()
    }

    /// The damage found in a checkpoint with `bytes` written at `at` and a hash that fits.
    fn forged(at: usize, bytes: &[u8]) -> Option<Damage> {
        let mut checkpoint = whole();
        checkpoint.truncate(checkpoint.len() - 8);
        checkpoint[at..at + bytes.len()].copy_from_slice(bytes);
        checkpoint.extend(hash(&checkpoint).to_le_bytes());
        Session::restore(&checkpoint).err()
    }

    #[test]
    fn restore_refuses_more_steps_than_a_run_takes() {
        let step = 12 + LINK.len();
        assert_eq!(forged(step, &MAX_STEPS.to_le_bytes()), None);
        assert_eq!(forged(step, &(MAX_STEPS + 1).to_le_bytes()), Some(Damage::Corrupt));
        assert_eq!(forged(step, &u32::MAX.to_le_bytes()), Some(Damage::Corrupt));
    }

    #[test]
    fn restore_refuses_a_status_that_is_none() {
        let status = 12 + LINK.len() + PROGRESS_LENGTH - 1;
        assert_eq!([0, 1, 2, 3, 255].map(|byte| forged(status, &[byte]).is_none()), [true, true, true, false, false]);
    }

    #[test]
    fn resume_takes_other_chains_and_refuses_other_training() {
        let resume = |change: &str| {
            let experiment = experiment::parse(&alloc::format!("{LINK}&{change}")).0;
            Session::resume(experiment, None, &whole()).map(|session| session.checkpoint()[12 + LINK.len()..].len())
        };
        assert_eq!(resume(""), Ok(whole().len() - 12 - LINK.len()));
        assert!(resume("sample.step-size=0.2&transitions=7").is_ok());
        for change in ["train.sigma=0.06", "steps=7", "seed=2", "model.units=3"] {
            assert_eq!(resume(change), Err(Damage::OtherExperiment), "{change}");
        }
        let session = Session::resume(experiment::parse(LINK).0, None, &whole()).unwrap();
        assert_eq!((session.progress().step, session.checkpoint()), (3, whole()));
    }

    #[test]
    fn restored_run_stops_though_its_forged_count_of_checks_can_grow_no_more() {
        let link = "#v=0&data.count=3&model.units=2&train.batch=4&train.patience=2";
        let mut session = Session::new(experiment::parse(link).0).unwrap();
        session.step(99);
        let mut checkpoint = session.checkpoint();
        checkpoint.truncate(checkpoint.len() - 8);
        let best = 12 + link.len() + PROGRESS_LENGTH - 13;
        checkpoint[best..best + 8].copy_from_slice(&f64::NEG_INFINITY.to_le_bytes());
        checkpoint[best + 8..best + 12].copy_from_slice(&u32::MAX.to_le_bytes());
        checkpoint.extend(hash(&checkpoint).to_le_bytes());
        assert!(Session::restore(&checkpoint).unwrap().step(1).stopped);
    }

    #[test]
    fn restore_refuses_padding_that_is_not_zero_wherever_it_stands() {
        // Two units make one block of five lanes; the bias follows. Parameters, average and both moments are alike.
        let number = |array: usize, vector: usize, e: usize| {
            12 + LINK.len() + PROGRESS_LENGTH + 16 * (6 * array + vector) + 4 * e
        };
        for array in 0..4 {
            assert_eq!(forged(number(array, 4, 1), &0.5f32.to_le_bytes()), None);
            assert_eq!(forged(number(array, 4, 2), &0.5f32.to_le_bytes()), Some(Damage::Corrupt));
            assert_eq!(forged(number(array, 5, 3), &0.5f32.to_le_bytes()), Some(Damage::Corrupt));
        }
    }

    #[test]
    fn restore_refuses_fewer_bytes_than_the_link_needs_before_it_draws_anything() {
        let link = b"#v=0&data.count=1000000&model.units=4096&data.noise=0.000000";
        let mut checkpoint = Vec::from(MAGIC);
        checkpoint.extend([ALGORITHM, link.len() as u32].map(u32::to_le_bytes).concat());
        checkpoint.extend([&link[..], &[0; PROGRESS_LENGTH]].concat());
        checkpoint.extend(hash(&checkpoint).to_le_bytes());
        // Drawing a million points takes a hundred times longer than a thousand of these refusals.
        (0..1000).for_each(|_| assert_eq!(Session::restore(&checkpoint).err(), Some(Damage::Corrupt)));
    }
}
