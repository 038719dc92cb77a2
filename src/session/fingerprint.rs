//! Fingerprints of runs, `<ALGORITHM>.<steps>.<transitions>.<hash>`. Runs of equal bits have equal fingerprints; runs
//! of different bits have equal fingerprints with probability 2⁻⁶⁴. Diverged runs have equal fingerprints at equal
//! steps.

use alloc::format;
use alloc::string::String;

use super::ALGORITHM;
use crate::train::{Status, Trainer};

/// The fingerprint of a run whose chains made `transitions` transitions to `states`. The fingerprint of a diverged run
/// depends on its step only, because the bits of NaN differ between machines.
pub fn fingerprint(trainer: &Trainer, states: &[f64], transitions: u32) -> String {
    let step = trainer.progress().step;
    let mut hash = Hash::default();
    if trainer.progress().status == Status::Diverged {
        hash.write(u64::from(step) | 1 << 63);
    } else {
        let [raw, average, _] = trainer.state();
        let floats = raw.iter().chain(average).flat_map(|vector| vector.to_array());
        floats.for_each(|float| hash.write(u64::from(float.to_bits())));
        states.iter().for_each(|state| hash.write(state.to_bits()));
    }
    format!("{ALGORITHM}.{step}.{transitions}.{:016x}", hash.finish())
}

/// A 64-bit hash of words: multiply and rotate, then Murmur's finaliser. It detects accidents, not attacks.
#[derive(Default)]
pub(super) struct Hash(u64);

impl Hash {
    pub(super) fn write(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    pub(super) fn finish(self) -> u64 {
        let mixed = (self.0 ^ self.0 >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
        let mixed = (mixed ^ mixed >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        mixed ^ mixed >> 33
    }
}
