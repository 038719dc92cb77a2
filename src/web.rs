//! The bindings for JavaScript: training, score queries and sampling as typed exports. These files convert values and
//! check sizes; other modules compute.
//!
//! Numbers cross as typed arrays, settings and progress as plain objects. Refused input throws an `Error` whose
//! `setting` names the setting or argument at fault. A panic is printed to the console.

use alloc::string::ToString;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::experiment::{self, Experiment};
use crate::io;
use crate::setting::SettingError;
use crate::table::Table;

#[cfg(feature = "plot")]
mod canvas_backend;
pub mod chains;
pub mod derivatives;
pub mod diagnostics;
pub mod fixed_points;
pub mod grid_query;
pub mod link;
pub mod marginals;
pub mod observer;
pub mod optimum;
#[cfg(feature = "plot")]
mod plot;
pub mod probe;
pub mod session;
pub mod stage_fields;
pub mod streamlines;
pub mod transition;

pub use chains::Chains;
pub use fixed_points::FixedPoints;
pub use grid_query::GridQuery;
pub use observer::Observer;
pub use session::Session;

/// Maximum number of numbers in a request.
const MAX_NUMBERS: usize = 1 << 22;

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// Called in place of a function of the module's second part while that is not loaded (`tools/wasm-split.mjs`): throws
/// an `Error` whose `setting` is `program`.
#[expect(unsafe_code, reason = "an export that no glue is made for")]
#[unsafe(no_mangle)]
extern "C" fn missing_part() -> ! {
    wasm_bindgen::throw_val(js_error("program", "this part of the program is not loaded yet"))
}

/// An `Error` with the message and the setting of `error`.
fn refuse(error: &SettingError) -> JsValue {
    js_error(&error.setting, &error.to_string())
}

fn js_error(setting: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    // Setting a property on a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&error, &"setting".into(), &setting.into());
    error.into()
}

fn to_js(value: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or_else(|error| error.into())
}

/// A plain object with the given members.
fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in members {
        // Setting a property on a fresh object cannot fail.
        let _ = js_sys::Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// `numbers` as a `Float64Array`.
fn floats(numbers: &[f64]) -> JsValue {
    js_sys::Float64Array::from(numbers).into()
}

/// `counts` as a `Uint32Array`.
fn wholes(counts: &[u32]) -> JsValue {
    js_sys::Uint32Array::from(counts).into()
}

/// The experiment of a link; throws the first error of the link.
fn experiment_of(link: &str) -> Result<Experiment, JsValue> {
    let (experiment, errors) = experiment::parse(link);
    errors.first().map_or(Ok(experiment), |error| Err(refuse(error)))
}

/// The table in a file's bytes. Throws an `Error` whose `setting` is `data.table` if they cannot be read.
fn table_of(bytes: Option<&[u8]>) -> Result<Option<Table>, JsValue> {
    bytes.map(|bytes| io::read_table(bytes).map_err(|fault| js_error("data.table", &fault.to_string()))).transpose()
}
