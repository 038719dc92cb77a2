//! One transition of one chain, for the step-by-step view: see [`crate::query::line_integral`].

use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::{Chains, Observer, floats, object, refuse};
use crate::query::{LineIntegral, line_integral};
use crate::sample::acceptance::{ALWAYS, TEMPERATURE};
use crate::sample::{self, Fault};
use crate::setting::SettingError;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** The outcome of a chain's next transition, and the integral along the straight line to its proposal. */
export interface TransitionTrace {
    /** The chain's position and its proposal: d numbers each. */
    from: Float64Array; proposal: Float64Array;
    /** Both in stage coordinates, two numbers each, and the nodes of the rule between them, in order. */
    ends: Float64Array; places: Float64Array;
    /** Positions of nodes on the line, 0 at its beginning and 1 at its end, and the end of each node's part of it. */
    nodes: Float64Array; edges: Float64Array;
    /** E at each edge minus E at the beginning: by the sum over the nodes so far, and by the exact density if known. */
    sums: Float64Array; exact: Float64Array | undefined;
    /** The kernel's value of E(proposal) - E(state); NaN if it computed none. */
    energyDifference: number;
    /** The logarithms of the acceptance ratio and of the uniform number; NaN if none was used. */
    logAcceptance: number; logUniform: number;
    accepted: boolean;
    kernel: KernelInfo;
}
/** About the kernel of a transition. */
export interface KernelInfo {
    /** How its transitions are decided, as a sentence. */
    transition: string;
    /** Whether proposals are accepted by their energy, not always. */
    isAdjusted: boolean;
    /** Whether a transition accepts or rejects a single proposal. */
    isSingleProposal: boolean;
    temperature: number;
    /** Whether the chains have a deliberate fault. */
    hasFault: boolean;
}
"#;

#[wasm_bindgen]
impl Observer {
    /// The outcome of the next transition of chain number `chain` of the chains `walkers`, on the score that they
    /// follow; no chain moves.
    #[wasm_bindgen(js_name = peekTransition, unchecked_return_type = "TransitionTrace")]
    pub fn peek_transition(&self, walkers: &mut Chains, chain: usize) -> Result<JsValue, JsValue> {
        let count = walkers.count();
        if chain >= count {
            let expected = alloc::format!("be below {count}");
            return Err(refuse(&SettingError::new("chain", chain, expected)));
        }
        let (from, info) = walkers.peek_transition(chain);
        let path = self.setup.line_rule();
        let score = walkers.target();
        let mut along = LineIntegral::of(score, &from, &info.proposal, &path);
        // The kernel integrates its own score. An injected fault may have multiplied this score by a factor.
        let factor = Fault::from_settings(self.setup.settings()).factor();
        along.sums.iter_mut().for_each(|sum| *sum *= factor);
        let exact = self.exact().and_then(|exact| along.exact(exact, &from, &info.proposal));
        let nodes: Vec<f64> =
            along.nodes.iter().flat_map(|t| line_integral::point_at(&from, &info.proposal, *t)).collect();
        Ok(object(&[
            ("from", floats(&from)),
            ("proposal", floats(&info.proposal)),
            ("ends", floats(&self.view_plane.project(&[&from[..], &info.proposal].concat()))),
            ("places", floats(&self.view_plane.project(&nodes))),
            ("nodes", floats(&along.nodes)),
            ("edges", floats(&along.edges)),
            ("sums", floats(&along.sums)),
            ("exact", exact.map_or(JsValue::UNDEFINED, |exact| floats(&exact))),
            ("energyDifference", info.energy_difference.into()),
            ("logAcceptance", info.log_acceptance.into()),
            ("logUniform", info.log_uniform.into()),
            ("accepted", info.accepted.into()),
            ("kernel", self.kernel_info()?),
        ]))
    }

    fn kernel_info(&self) -> Result<JsValue, JsValue> {
        let (settings, dim) = (self.setup.settings(), self.dim());
        let properties = sample::properties(settings, self.setup.final_sigma(), dim).map_err(|error| refuse(&error))?;
        let transition = if properties.is_adjusted { sample::chosen(settings).build.transition } else { ALWAYS };
        let temperature = if settings.has(TEMPERATURE.key) { settings.real(TEMPERATURE.key) } else { 1.0 };
        Ok(object(&[
            ("transition", transition.into()),
            ("isAdjusted", properties.is_adjusted.into()),
            ("isSingleProposal", properties.single_proposal.into()),
            ("temperature", temperature.into()),
            ("hasFault", (Fault::from_settings(settings) != Fault::None).into()),
        ]))
    }
}
