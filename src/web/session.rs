//! Training for JavaScript.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::{Observer, experiment_of, js_error, refuse, table_of, to_js};
use crate::session::{self, Damage};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Progress of training. */
export interface Progress { step: number; loss: number; diverged: boolean; stopped: boolean }
"#;

/// A run: training in steps, its averaged parameters, checkpoints and fingerprints.
#[wasm_bindgen]
pub struct Session {
    session: session::Session,
}

#[wasm_bindgen]
impl Session {
    /// Starts the experiment of a link. `table` is the content of the file, for data from a table. Throws if the link
    /// or the table is invalid.
    #[wasm_bindgen(constructor)]
    pub fn new(link: &str, table: Option<Vec<u8>>) -> Result<Session, JsValue> {
        let (experiment, points) = (experiment_of(link)?, table_of(table.as_deref())?);
        let session = session::Session::with_table(experiment, points.as_ref());
        Ok(Self { session: session.map_err(|error| refuse(&error))? })
    }

    /// Restores a run from a checkpoint's bytes; throws if they are damaged or of another table.
    pub fn restore(bytes: &[u8], table: Option<Vec<u8>>) -> Result<Session, JsValue> {
        let points = table_of(table.as_deref())?;
        let session = session::Session::restore_with_table(bytes, points.as_ref());
        Ok(Self { session: session.map_err(thrown)? })
    }

    /// Restores a run from a checkpoint's bytes under the experiment of a link. Throws if they are damaged, of another
    /// table or of another training. Settings of the chains may differ.
    pub fn resume(link: &str, table: Option<Vec<u8>>, bytes: &[u8]) -> Result<Session, JsValue> {
        let (experiment, points) = (experiment_of(link)?, table_of(table.as_deref())?);
        let session = session::Session::resume(experiment, points.as_ref(), bytes);
        Ok(Self { session: session.map_err(thrown)? })
    }

    /// The state of the run as bytes, for [`Session::restore`].
    pub fn checkpoint(&self) -> Vec<u8> {
        self.session.checkpoint()
    }

    /// The experiment's canonical link.
    pub fn link(&self) -> String {
        self.session.setup().experiment().link()
    }

    /// Takes up to `steps` training steps, fewer if training diverges.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn step(&mut self, steps: u32) -> JsValue {
        to_js(&self.session.step(steps))
    }

    /// The progress of training.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn progress(&self) -> JsValue {
        to_js(&self.session.progress())
    }

    /// The averaged parameters, for an [`Observer`] of the same link.
    pub fn parameters(&self) -> Vec<f32> {
        self.session.snapshot().parameters
    }

    /// The averaged parameters as a safetensors file, for NumPy or PyTorch and for [`Observer::load_weights`]; throws
    /// once training has diverged.
    pub fn weights(&self) -> Result<Vec<u8>, JsValue> {
        self.session.weights().map_err(|error| refuse(&error))
    }

    /// An observer of the run with its present weights, for score queries and sampling. It shares points and plan with
    /// the session.
    pub fn observer(&self) -> Result<Observer, JsValue> {
        let mut observer = Observer::of(self.session.shared_setup());
        observer.set_weights(self.session.progress().step, self.parameters())?;
        Ok(observer)
    }

    /// The run's fingerprint after its chains made `transitions` transitions to `states` (all chains in order).
    pub fn fingerprint(&self, states: &[f64], transitions: u32) -> String {
        self.session.fingerprint(states, transitions)
    }
}

/// The `Error` of a checkpoint that cannot be restored.
fn thrown(damage: Damage) -> JsValue {
    match damage {
        Damage::OtherTable(error) => refuse(&error),
        damage => js_error("checkpoint", &damage.to_string()),
    }
}
