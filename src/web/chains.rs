//! Sampling for JavaScript.

use alloc::sync::Arc;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::{Observer, object};
use crate::data::view_plane::ViewPlane;
use crate::measure::DrawRecord;
use crate::sample::{self, CHAINS_PER_GROUP, Info};
use crate::score::Score;
use crate::session::chain_health::ChainMonitor;

/// Maximum number of recorded draws of a chain.
const DRAWS: usize = 512;

/// Number of chains in a group. Chain i belongs to group i / `chainsPerGroup()`. The chains of a group move together
/// and adapt together in a warm-up, so one worker should run them all.
#[wasm_bindgen(js_name = chainsPerGroup)]
pub fn chains_per_group() -> u32 {
    CHAINS_PER_GROUP as u32
}

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** How many running chains have escaped from the data, and whether none has moved for too long to be chance. */
export interface LiveHealth { escaped: number; isStalled: boolean }
"#;

/// Markov chains on the score that the experiment names, by default the learned score.
#[wasm_bindgen]
pub struct Chains {
    chains: sample::Chains,
    target: Arc<dyn Score + Send + Sync>,
    view_plane: ViewPlane,
    record: DrawRecord,
    monitor: ChainMonitor,
}

impl Chains {
    /// `chains` of an observer's experiment, on its present target. Records draws of the first `recorded` chains.
    pub(super) fn new(chains: sample::Chains, recorded: usize, observer: &Observer) -> Result<Self, JsValue> {
        let record = DrawRecord::new(recorded, observer.dim(), DRAWS);
        let (target, monitor) = (observer.target()?, observer.chain_monitor());
        Ok(Self { chains, target, view_plane: observer.view_plane.clone(), record, monitor })
    }

    pub(super) fn target(&self) -> &dyn Score {
        &*self.target
    }

    pub(super) fn count(&self) -> usize {
        self.chains.accepted().len()
    }

    pub(super) fn peek_transition(&mut self, chain: usize) -> (Vec<f64>, Info) {
        self.chains.peek_transition(&*self.target, chain)
    }
}

#[wasm_bindgen]
impl Chains {
    /// Moves every chain by `transitions` transitions.
    pub fn step(&mut self, transitions: u32) {
        for _ in 0..transitions {
            self.chains.step(&*self.target, 1);
            self.record.push(self.chains.transitions(), self.chains.states());
        }
    }

    /// Continues with the present target of `observer`, for a preview during training; throws if there is none.
    pub fn retarget(&mut self, observer: &Observer) -> Result<(), JsValue> {
        self.target = observer.target()?;
        self.chains.retarget(&*self.target);
        Ok(())
    }

    /// The chains' states, one after another.
    pub fn states(&self) -> Vec<f64> {
        self.chains.states().to_vec()
    }

    /// The states in stage coordinates.
    #[wasm_bindgen(js_name = toView)]
    pub fn to_view(&self) -> Vec<f64> {
        self.view_plane.project(self.chains.states())
    }

    /// The last proposal of each chain, in stage coordinates.
    #[wasm_bindgen(js_name = proposalsInView)]
    pub fn proposals_in_view(&self) -> Vec<f64> {
        self.view_plane.project(self.chains.proposals())
    }

    /// For each chain 1 if its last proposal was accepted, else 0.
    pub fn accepted(&self) -> Vec<u8> {
        self.chains.accepted().iter().map(|accepted| u8::from(*accepted)).collect()
    }

    /// The last proposals, one chain after another; before the first transition, the starts.
    pub fn proposals(&self) -> Vec<f64> {
        self.chains.proposals().to_vec()
    }

    /// Number of transitions of each chain.
    #[wasm_bindgen(getter)]
    pub fn transitions(&self) -> u32 {
        self.chains.transitions()
    }

    /// The share of proposals accepted so far; NaN before the first.
    #[wasm_bindgen(getter, js_name = acceptanceRate)]
    pub fn acceptance_rate(&self) -> f64 {
        self.chains.acceptance_rate()
    }

    /// Whether chains have escaped or stalled, judged from this call and the calls before.
    #[wasm_bindgen(unchecked_return_type = "LiveHealth")]
    pub fn health(&mut self) -> JsValue {
        let chains = &self.chains;
        let health = self.monitor.update(chains.states(), chains.transitions(), chains.acceptance_rate());
        object(&[("escaped", (health.escaped as f64).into()), ("isStalled", health.is_stalled.into())])
    }

    /// The recorded draws, chain after chain: at most 512 evenly spaced draws of each of these chains that is among the
    /// experiment's first.
    pub fn draws(&self) -> Vec<f64> {
        self.record.by_chain()
    }

    /// Number of chains with recorded draws.
    #[wasm_bindgen(getter)]
    pub fn recorded(&self) -> usize {
        self.record.chains()
    }

    /// Number of transitions between draws, and before the first draw.
    #[wasm_bindgen(getter)]
    pub fn spacing(&self) -> u32 {
        self.record.spacing()
    }
}
