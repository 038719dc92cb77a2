//! The spiral x = 0.04 t (sin t, cos t) with other lengths and distributions of t in [3, 12a]. The density of t is
//! proportional to t (nearly uniform along the curve), constant, or proportional to 1/t.

use alloc::boxed::Box;

use super::curve::{Curve, Law, NoisyCurve, noise};
use super::{Dataset, Density, spiral};
use crate::setting::{Choice, Section, Setting, SettingError, SettingKind, Settings};

static RISING: Choice = Choice { id: "rising", label: "∝ t", help: "Nearly even along the curve." };
static UNIFORM: Choice = Choice { id: "uniform", label: "uniform", help: "Each turn has the same mass." };
static FALLING: Choice = Choice { id: "falling", label: "∝ 1/t", help: "Most of the mass near the centre." };

/// The distribution of t.
pub(super) const LAW: Setting = Setting {
    key: "data.law",
    label: "Density of t",
    unit: "",
    help: "The distribution of the mass over the turns of the spiral.",
    kind: SettingKind::Choice { default: "rising", options: &[&RISING, &UNIFORM, &FALLING] },
    ..Setting::of(Section::Data)
};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice {
        id: "spiral-weighted",
        label: "Spiral, weighted",
        help: "The spiral with a choice of density over its turns.",
    },
    settings: &[
        noise(0.01),
        LAW,
        Setting {
            key: "data.length",
            label: "Length a",
            unit: "",
            help: "The spiral ends at the angle 12a.",
            kind: SettingKind::Real { default: 1.0, min: 0.26, max: 1.0 },
            ..Setting::of(Section::Data)
        },
    ],
    suggest: &[],
    build: |settings, _| build(settings, 3.0, 12.0 * settings.real("data.length")),
};

/// The spiral from the angle `start` to `end` with the density of t chosen in `settings`.
pub(super) fn build(settings: &Settings, start: f64, end: f64) -> Result<Box<dyn Density>, SettingError> {
    let law = match settings.choice("data.law") {
        id if id == RISING.id => Law::Rising,
        id if id == UNIFORM.id => Law::Uniform,
        _ => Law::Falling,
    };
    let nodes_per_radian = spiral::CURVE.nodes_per_inverse_width / (spiral::CURVE.end - spiral::CURVE.start);
    let curve = Curve { start, end, law, nodes_per_inverse_width: nodes_per_radian * (end - start), ..spiral::CURVE };
    Ok(Box::new(NoisyCurve::new(curve, settings.real("data.noise"))?))
}
