//! Experiments for the page, which shows and changes them: links, settings and errors.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{refuse, to_js};
use crate::data;
use crate::data::table::DIGEST;
use crate::experiment::{self, Experiment, link};
use crate::sample::chains::COUNT;
use crate::sample::{self, Target};
use crate::session;
use crate::setting::{Entry, Place, Section, SettingError, SettingKind, Settings, Value};
use crate::table;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Why a part of a link or a setting was refused; `hint` describes the effect of the value on a run, or is empty. */
export interface SettingError { setting: string; value: string; expected: string; message: string; hint: string }
/** One of several named alternatives. */
export interface Choice { id: string; label: string; help: string }
/** The values a setting can take. */
export type SettingKind =
    | { type: "real", default: number, min: number, max: number }
    | { type: "integer", default: number, min: number, max: number }
    | { type: "choice", default: string, options: Choice[] }
    | { type: "text", default: string, max: number, allowed: string };
/** A heading of the controls. */
export type Section = "Data" | "Network" | "Training" | "Sampling" | "Run" | "View";
/** A setting with its value and its default in this experiment. */
export interface Setting {
    key: string; label: string; unit: string; help: string; kind: SettingKind; default: number | string; value: number | string;
    section: Section;
    /** Folded away while it has its default. */
    isAdvanced: boolean;
    /** Where its control is: in the form, beside the stage, or above it. */
    place: "form" | "slider" | "file";
    /** Whether it has an effect with the present values of the other settings. */
    matters: boolean;
    /** The least dimension of data for which it has an effect. */
    minDim: number;
    /** Whether a new value changes the meaning of the stage's coordinates. */
    changesView: boolean;
}
/** The lengths of a run. */
export interface RunSize { steps: number; chains: number; transitions: number }
/** An experiment as the page needs it: its canonical link, the fingerprint that a shared link claims, its settings in
 * table order, and errors. */
export interface Description {
    link: string; fingerprint?: string; settings: Setting[]; errors: SettingError[];
    /** Equal for experiments that differ in their chains alone: the same weights at every step. */
    trainingKey: string;
    runSize: RunSize;
    /** Whether the chains follow the learned score, not a reference. */
    followsLearned: boolean;
    /** The label of the setting for the step size, if there is one. */
    stepSize?: string;
    /** For data from a table: the table's file beside the page, or "" for the reader's own table. */
    table?: string;
    /** For the reader's own data: the digest of the link's file, or the digest that stands for any file. */
    digest?: string;
    /** For images: width and height in pixels, rows from the top, and the table's numbers for black and white. */
    image?: { width: number; height: number; black: number; white: number };
}
"#;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description<'a> {
    link: String,
    fingerprint: Option<&'a str>,
    settings: Vec<DescribedSetting<'a>>,
    errors: Vec<DescribedError<'a>>,
    training_key: String,
    run_size: RunSize,
    follows_learned: bool,
    step_size: Option<&'static str>,
    table: Option<&'static str>,
    digest: Option<Value>,
    image: Option<&'static data::table::Image>,
}

#[derive(Serialize)]
struct RunSize {
    steps: u32,
    chains: u32,
    transitions: u32,
}

impl From<&Settings> for RunSize {
    fn from(settings: &Settings) -> Self {
        let [steps, chains, transitions] = ["steps", COUNT.key, "transitions"].map(|key| settings.integer(key));
        Self { steps, chains, transitions }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DescribedSetting<'a> {
    key: &'a str,
    label: &'a str,
    unit: &'a str,
    help: &'a str,
    kind: &'a SettingKind,
    default: Value,
    value: Value,
    section: Section,
    is_advanced: bool,
    place: Place,
    matters: bool,
    min_dim: u32,
    changes_view: bool,
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
            section: setting.section,
            is_advanced: setting.is_advanced,
            place: setting.place,
            matters: experiment.matters(setting.key),
            min_dim: setting.min_dim,
            changes_view: setting.changes_view,
        }
    }
}

#[derive(Serialize)]
struct DescribedError<'a> {
    setting: &'a str,
    value: &'a str,
    expected: &'a str,
    message: String,
    hint: &'static str,
}

impl<'a> DescribedError<'a> {
    fn new(experiment: &Experiment, error: &'a SettingError) -> Self {
        let SettingError { setting, value, expected } = error;
        Self { setting, value, expected, message: error.to_string(), hint: experiment.hint(setting, value) }
    }
}

fn description(experiment: &Experiment, fingerprint: Option<&str>, errors: &[SettingError]) -> JsValue {
    let (source, settings) = (data::table_source(experiment.dataset()), experiment.settings());
    to_js(&Description {
        link: experiment.link(),
        fingerprint,
        settings: experiment.entries().iter().map(|entry| DescribedSetting::new(experiment, entry)).collect(),
        errors: errors.iter().map(|error| DescribedError::new(experiment, error)).collect(),
        training_key: experiment.training_key(),
        run_size: RunSize::from(settings),
        follows_learned: Target::from_settings(settings) == Target::Learned,
        step_size: sample::chosen(settings).build.step_size.map(|key| settings.label(key)),
        table: source.map(|source| source.file.unwrap_or("")),
        digest: source.filter(|source| source.file.is_none()).map(|_| settings.value(DIGEST.key)),
        image: source.and_then(|source| source.image.as_ref()),
    })
}

/// Reads a link's fragment. Parts that cannot be used become errors and leave their defaults.
#[wasm_bindgen(js_name = parseLink, unchecked_return_type = "Description")]
pub fn parse_link(link: &str) -> JsValue {
    let (experiment, errors) = experiment::parse(link);
    description(&experiment, link::fingerprint(link), &errors)
}

/// The experiment of `link` with the setting `key` set from text. A refused value becomes an error.
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

/// The digest of a file of points: the value of `data.digest` in links to the reader's own points.
#[wasm_bindgen(js_name = tableDigest)]
pub fn table_digest(bytes: &[u8]) -> String {
    table::digest(bytes)
}
