//! Experiments as the page shows and changes them: links, settings and what was refused.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{refuse, to_js};
use crate::data;
use crate::experiment::{self, Experiment, link};
use crate::field::{Entry, Kind, Problem, Value};
use crate::session;
use crate::table;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Why a part of a link or a setting was refused. */
export interface Problem { field: string; value: string; expected: string; message: string }
/** One of several named alternatives. */
export interface Choice { id: string; label: string; help: string }
/** The values a field can take. */
export type Kind =
    | { type: "real", default: number, min: number, max: number }
    | { type: "integer", default: number, min: number, max: number }
    | { type: "choice", default: string, options: Choice[] }
    | { type: "text", default: string, max: number, allowed: string };
/** A field with its default here, its value, and whether that has any effect beside the values that other fields have. */
export interface Setting {
    key: string; label: string; unit: string; help: string; kind: Kind; default: number | string; value: number | string;
    matters: boolean;
}
/** An experiment as the page needs it: its canonical link, the fingerprint that a shared link claims, its settings in
 * table order, and what was refused. */
export interface Description {
    link: string; fingerprint?: string; settings: Setting[]; problems: Problem[];
    /** For data that are a table: the file beside the page that holds it, or "" where it is the reader's own. */
    table?: string;
    /** For data that are images: pixels across and down, row by row from the top, and which of the table's numbers are black and white. */
    image?: { width: number; height: number; black: number; white: number };
}
"#;

#[derive(Serialize)]
struct Description<'a> {
    link: String,
    fingerprint: Option<&'a str>,
    settings: Vec<Setting<'a>>,
    problems: Vec<Refusal<'a>>,
    table: Option<&'static str>,
    image: Option<&'static data::table::Image>,
}

#[derive(Serialize)]
struct Setting<'a> {
    key: &'a str,
    label: &'a str,
    unit: &'a str,
    help: &'a str,
    kind: &'a Kind,
    default: Value,
    value: Value,
    matters: bool,
}

impl<'a> Setting<'a> {
    fn new(experiment: &Experiment, &Entry { field, default, value }: &'a Entry) -> Self {
        Self {
            key: field.key,
            label: field.label,
            unit: field.unit,
            help: field.help,
            kind: &field.kind,
            default,
            value,
            matters: experiment.matters(field.key),
        }
    }
}

#[derive(Serialize)]
struct Refusal<'a> {
    field: &'a str,
    value: &'a str,
    expected: &'a str,
    message: String,
}

impl<'a> From<&'a Problem> for Refusal<'a> {
    fn from(problem: &'a Problem) -> Self {
        let Problem { field, value, expected } = problem;
        Self { field, value, expected, message: problem.to_string() }
    }
}

fn description(experiment: &Experiment, fingerprint: Option<&str>, problems: &[Problem]) -> JsValue {
    let source = data::table_source(experiment.dataset());
    to_js(&Description {
        link: experiment.link(),
        fingerprint,
        settings: experiment.entries().iter().map(|entry| Setting::new(experiment, entry)).collect(),
        problems: problems.iter().map(Refusal::from).collect(),
        table: source.map(|source| source.file.unwrap_or("")),
        image: source.and_then(|source| source.image.as_ref()),
    })
}

/// Reads a link's fragment; what cannot be used is named among the problems and leaves its default.
#[wasm_bindgen(unchecked_return_type = "Description")]
pub fn describe(link: &str) -> JsValue {
    let (experiment, problems) = experiment::parse(link);
    description(&experiment, link::fingerprint(link), &problems)
}

/// The experiment of `link` with the field `key` set from text; what is refused is named among the problems.
#[wasm_bindgen(unchecked_return_type = "Description")]
pub fn change(link: &str, key: &str, value: &str) -> JsValue {
    let (mut experiment, mut problems) = experiment::parse(link);
    problems.extend(experiment.set(key, value).err());
    description(&experiment, None, &problems)
}

/// A fresh seed from the browser's source of randomness.
#[wasm_bindgen(js_name = newSeed)]
pub fn new_seed() -> Result<u32, JsValue> {
    getrandom::u32().map_err(|error| refuse(&Problem::new("seed", error, "come from the system's randomness")))
}

/// The version of the arithmetic, the first part of every fingerprint.
#[wasm_bindgen]
pub fn algorithm() -> u32 {
    session::ALGORITHM
}

/// Tells files of points apart: what `data.digest` of a link to one's own points says of them.
#[wasm_bindgen(js_name = tableDigest)]
pub fn table_digest(bytes: &[u8]) -> String {
    table::digest(bytes)
}
