//! Initial weights of a network: `data` places the units at training points, `classic` draws small uniform weights.
//!
//! `data`: w_j ~ N(0, (0.75/σ)² min(1, 2/d) I) and c_j = -w_j·x_(j) for a random training point x_(j). Each unit is
//! then steep somewhere on the data, about as steep as the smoothed density. V = 0. b makes the output 0 (residual
//! form) or the data's mean (plain form), or as close as the output's activation can come. Later layers have weights of
//! standard deviation g/√H, with g by the activation, and no biases. `classic`: weights uniform on (-1, 1), biases on
//! (-0.1, 0.1). A learned v starts at 0 in both.

use super::{Architecture, Decoder, Network, Slot, Unit};
use crate::data::Points;
use crate::math;
use crate::rng::{Purpose, Stream, stream};
use crate::setting::{Choice, Section, Setting, SettingKind};
use crate::simd::Simd;

static DATA: Choice = Choice { id: "data", label: "at the data", help: "Each unit starts at a training point." };
static CLASSIC: Choice =
    Choice { id: "classic", label: "classic", help: "Small uniform random weights, independent of the data." };

/// The setting for the initial weights.
pub const SETTING: Setting = Setting {
    key: "model.initialization",
    label: "Initial weights",
    unit: "",
    help: "The weights with which training starts.",
    kind: SettingKind::Choice { default: "data", options: &[&DATA, &CLASSIC] },
    is_advanced: true,
    ..Setting::of(Section::Network)
};

/// The initial network by the rule with id `rule`, for corruption `sigma`.
pub fn initial<L: Simd>(rule: &str, architecture: Architecture, points: &Points, sigma: f64, seed: u32) -> Network<L> {
    let mut rng = stream(seed, Purpose::Initialisation, 0);
    let mut network = Network::zeros(architecture);
    if rule == CLASSIC.id {
        classic(&mut network, &mut rng);
    } else {
        at_data_points(&mut network, points, sigma, &mut rng);
        (1..architecture.layers).for_each(|layer| scaled_normal(&mut network, layer, &mut rng));
    }
    network
}

fn at_data_points<L: Simd>(network: &mut Network<L>, points: &Points, sigma: f64, rng: &mut Stream) {
    let Architecture { dim, units, skip, output, .. } = *network.architecture();
    let deviation = 0.75 / sigma * math::sqrt((2.0 / dim as f64).min(1.0));
    for unit in 0..units {
        let point = points.point(rng.index(points.len() as u32));
        let mut bias = 0.0;
        for (k, x) in point.iter().enumerate() {
            let weight = deviation * rng.normal();
            network.set(unit, Slot::Encoder(k), weight);
            bias -= weight * x;
        }
        network.set(unit, Slot::Bias, bias);
    }
    if skip == 0.0 {
        let mean = points.mean();
        (0..dim).for_each(|k| network.set_output_bias(k, output.inverse(mean[k] / network.scale(k, sigma))));
    } else {
        (0..dim).for_each(|k| network.set_output_bias(k, output.inverse(0.0)));
    }
}

/// Draws weights between layers with the standard deviation that keeps signals at their size.
fn scaled_normal<L: Simd>(network: &mut Network<L>, layer: usize, rng: &mut Stream) {
    let Architecture { units, activation, .. } = *network.architecture();
    let deviation = activation.gain() / math::sqrt(units as f64);
    for index in 0..units {
        (0..units).for_each(|k| network.set(Unit { layer, index }, Slot::Encoder(k), deviation * rng.normal()));
    }
}

fn classic<L: Simd>(network: &mut Network<L>, rng: &mut Stream) {
    let Architecture { dim, units, layers, decoder, .. } = *network.architecture();
    let mut uniform = |width: f64| width * (2.0 * rng.uniform() - 1.0);
    for (layer, index) in (0..layers).flat_map(|layer| (0..units).map(move |index| (layer, index))) {
        let unit = Unit { layer, index };
        let inputs = network.architecture().inputs(layer);
        (0..inputs).for_each(|k| network.set(unit, Slot::Encoder(k), uniform(1.0)));
        network.set(unit, Slot::Bias, uniform(0.1));
        if decoder == Decoder::Untied && layer + 1 == layers {
            (0..dim).for_each(|k| network.set(unit, Slot::Decoder(k), uniform(1.0)));
        }
    }
    (0..dim).for_each(|k| network.set_output_bias(k, uniform(0.1)));
}
