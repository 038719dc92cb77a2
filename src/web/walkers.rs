//! Sampling for JavaScript.

use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::Observer;
use crate::data::section::Section;
use crate::lane::f32x4;
use crate::sample::Chains;
use crate::score::Learned;

/// Markov chains on a learned score.
#[wasm_bindgen]
pub struct Walkers {
    chains: Chains,
    learned: Learned<f32x4>,
    section: Section,
}

impl Walkers {
    /// `chains` of an observer's experiment, on the score that it sees now.
    pub(super) fn new(chains: Chains, observer: &Observer) -> Self {
        Self { chains, learned: observer.learned.clone(), section: observer.section.clone() }
    }
}

#[wasm_bindgen]
impl Walkers {
    /// Moves every chain by `transitions` transitions.
    pub fn step(&mut self, transitions: u32) {
        self.chains.step(&self.learned, transitions);
    }

    /// Goes on with the score that `observer` sees now, for a preview while training runs.
    pub fn retarget(&mut self, observer: &Observer) {
        self.learned = observer.learned.clone();
    }

    /// The chains' states, one after another.
    pub fn states(&self) -> Vec<f64> {
        self.chains.states().to_vec()
    }

    /// Where the states lie on the stage.
    #[wasm_bindgen(js_name = onStage)]
    pub fn on_stage(&self) -> Vec<f64> {
        self.section.project(self.chains.states())
    }

    /// How many transitions each chain has made.
    #[wasm_bindgen(getter)]
    pub fn transitions(&self) -> u32 {
        self.chains.transitions()
    }

    /// The share of proposals accepted so far; NaN before the first.
    #[wasm_bindgen(getter, js_name = acceptanceRate)]
    pub fn acceptance_rate(&self) -> f64 {
        self.chains.acceptance_rate()
    }
}
