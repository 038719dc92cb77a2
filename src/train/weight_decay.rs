//! Weight decay: adds λ times the sum of squares of all weights W and V, without biases, to the loss.

use crate::model::{Decoder, Network};
use crate::setting::{Section, Setting, SettingKind};
use crate::simd::Simd;

/// The factor λ.
pub(super) const SETTING: Setting = Setting {
    key: "train.weight-decay",
    label: "Weight decay",
    unit: "",
    help: "Weight of an L2 penalty, the sum of squares of all weights; it smooths the field.",
    kind: SettingKind::Real { default: 0.0, min: 0.0, max: 1.0 },
    is_advanced: true,
    ..Setting::of(Section::Training)
};

/// Adds the gradient of λ‖weights‖² and returns λ‖weights‖². Factors v that stay 1 do not count.
pub(super) fn add<L: Simd>(lambda: f64, network: &Network<L>, gradient: &mut [L]) -> f64 {
    if lambda == 0.0 {
        return 0.0;
    }
    let architecture = network.architecture();
    let (twice, mut squares) = (L::splat(2.0 * lambda), 0.0);
    for layer in 0..architecture.layers {
        let (stride, bias, first) =
            (architecture.stride(layer), architecture.inputs(layer), architecture.offset(L::WIDTH, layer));
        let end = if architecture.decoder == Decoder::Transposed { bias } else { stride };
        for (i, weight) in network.layer(layer).iter().enumerate() {
            let slot = i % stride;
            if slot < end && slot != bias {
                gradient[first + i] += twice * *weight;
                squares += (*weight * *weight).sum();
            }
        }
    }
    lambda * squares
}
