//! One Gaussian N(0, C) in the plane: standard deviations along two perpendicular axes, and the angle of the first
//! axis.

use alloc::boxed::Box;
use alloc::vec;

use super::mixture::Variances;
use super::{Dataset, Mixture};
use crate::math::{self, TAU};
use crate::setting::{Choice, Section, Setting, SettingKind, Value};

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "gaussian", label: "Gaussian", help: "A single Gaussian, for which everything is linear." },
    settings: &[
        Setting {
            key: "data.length",
            label: "Length",
            unit: "data units",
            help: "Standard deviation along the first axis.",
            kind: SettingKind::Real { default: 0.4, min: 1e-3, max: 10.0 },
            ..Setting::of(Section::Data)
        },
        Setting {
            key: "data.width",
            label: "Width",
            unit: "data units",
            help: "Standard deviation along the second axis.",
            kind: SettingKind::Real { default: 0.2, min: 1e-3, max: 10.0 },
            ..Setting::of(Section::Data)
        },
        Setting {
            key: "data.angle",
            label: "Angle",
            unit: "degrees",
            help: "The angle between the first axis and the horizontal.",
            kind: SettingKind::Real { default: 30.0, min: -180.0, max: 180.0 },
            ..Setting::of(Section::Data)
        },
    ],
    suggest: &[("train.sigma", Value::Real(0.1)), ("sample.step-size", Value::Real(0.3))],
    build: |settings, _| {
        let [along, across] = ["data.length", "data.width"].map(|key| settings.real(key) * settings.real(key));
        let (sine, cosine) = math::sin_cos(TAU / 360.0 * settings.real("data.angle"));
        let variances = vec![Variances { along, across }];
        Ok(Box::new(Mixture::spiked(2, &[1.0], vec![0.0; 2], vec![cosine, sine], variances)?))
    },
};
