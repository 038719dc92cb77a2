//! Experiments as the page shows and changes them: links, settings and what was refused.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{refuse, to_js};
use crate::data;
use crate::experiment::{self, Experiment, link};
use crate::session;
use crate::setting::{Entry, SettingError, SettingKind, Value};
use crate::table;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Why a part of a link or a setting was refused. */
export interface SettingError { setting: string; value: string; expected: string; message: string }
/** One of several named alternatives. */
export interface Choice { id: string; label: string; help: string }
/** The values a setting can take. */
export type SettingKind =
    | { type: "real", default: number, min: number, max: number }
    | { type: "integer", default: number, min: number, max: number }
    | { type: "choice", default: string, options: Choice[] }
    | { type: "text", default: string, max: number, allowed: string };
/** A setting with its default here, its value, and whether that has any effect beside the values that other settings have. */
export interface Setting {
    key: string; label: string; unit: string; help: string; kind: SettingKind; default: number | string; value: number | string;
    matters: boolean;
}
/** An experiment as the page needs it: its canonical link, the fingerprint that a shared link claims, its settings in
 * table order, and what was refused. */
export interface Description {
    link: string; fingerprint?: string; settings: Setting[]; errors: SettingError[];
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
    settings: Vec<DescribedSetting<'a>>,
    errors: Vec<DescribedError<'a>>,
    table: Option<&'static str>,
    image: Option<&'static data::table::Image>,
}

#[derive(Serialize)]
struct DescribedSetting<'a> {
    key: &'a str,
    label: &'a str,
    unit: &'a str,
    help: &'a str,
    kind: &'a SettingKind,
    default: Value,
    value: Value,
    matters: bool,
}

impl<'a> DescribedSetting<'a> {
    fn new(experiment: &Experiment, &Entry { setting, default, value }: &'a Entry) -> Self {
        Self {
            key: setting.key,
            label: setting.label,
            unit: setting.unit,
            help: setting.help,
            kind: &setting.kind,
            default,
            value,
            matters: experiment.matters(setting.key),
        }
    }
}

#[derive(Serialize)]
struct DescribedError<'a> {
    setting: &'a str,
    value: &'a str,
    expected: &'a str,
    message: String,
}

impl<'a> From<&'a SettingError> for DescribedError<'a> {
    fn from(error: &'a SettingError) -> Self {
        let SettingError { setting, value, expected } = error;
        Self { setting, value, expected, message: error.to_string() }
    }
}

fn description(experiment: &Experiment, fingerprint: Option<&str>, errors: &[SettingError]) -> JsValue {
    let source = data::table_source(experiment.dataset());
    to_js(&Description {
        link: experiment.link(),
        fingerprint,
        settings: experiment.entries().iter().map(|entry| DescribedSetting::new(experiment, entry)).collect(),
        errors: errors.iter().map(DescribedError::from).collect(),
        table: source.map(|source| source.file.unwrap_or("")),
        image: source.and_then(|source| source.image.as_ref()),
    })
}

/// Reads a link's fragment; what cannot be used is named among the errors and leaves its default.
#[wasm_bindgen(js_name = parseLink, unchecked_return_type = "Description")]
pub fn parse_link(link: &str) -> JsValue {
    let (experiment, errors) = experiment::parse(link);
    description(&experiment, link::fingerprint(link), &errors)
}

/// The experiment of `link` with the setting `key` set from text; what is refused is named among the errors.
#[wasm_bindgen(js_name = changeSetting, unchecked_return_type = "Description")]
pub fn change_setting(link: &str, key: &str, value: &str) -> JsValue {
    let (mut experiment, mut errors) = experiment::parse(link);
    errors.extend(experiment.set(key, value).err());
    description(&experiment, None, &errors)
}

/// A fresh seed from the browser's source of randomness.
#[wasm_bindgen(js_name = newSeed)]
pub fn new_seed() -> Result<u32, JsValue> {
    getrandom::u32().map_err(|error| refuse(&SettingError::new("seed", error, "come from the system's randomness")))
}

/// The version of the arithmetic, the first part of every fingerprint.
#[wasm_bindgen(js_name = algorithmVersion)]
pub fn algorithm_version() -> u32 {
    session::ALGORITHM
}

/// Tells files of points apart: what `data.digest` of a link to one's own points says of them.
#[wasm_bindgen(js_name = tableDigest)]
pub fn table_digest(bytes: &[u8]) -> String {
    table::digest(bytes)
}
