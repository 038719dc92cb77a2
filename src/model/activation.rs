//! The activation a of the hidden units or of the output, with its first two derivatives and its antiderivative A.

use crate::math;
use crate::setting::{Choice, Section, Setting, SettingKind};
use crate::simd::Simd;

/// The activation function of a hidden unit or an output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// tanh u
    #[default]
    Tanh,
    /// σ(u) = 1/(1 + exp(-u))
    Sigmoid,
    /// ln(1 + exp u)
    Softplus,
    /// max(u, 0)
    Relu,
    /// u σ(u)
    Silu,
    /// u
    Identity,
}

static TANH: Choice = Choice { id: "tanh", label: "tanh", help: "A smooth step from -1 to 1." };
static SIGMOID: Choice = Choice { id: "sigmoid", label: "sigmoid", help: "A smooth step from 0 to 1." };
static SOFTPLUS: Choice = Choice { id: "softplus", label: "softplus", help: "ln(1 + exp u), a smooth relu." };
static RELU: Choice = Choice { id: "relu", label: "relu", help: "max(u, 0): the field has creases." };
static SILU: Choice = Choice { id: "silu", label: "silu", help: "u times sigmoid(u), a smooth relu with a dip." };
static IDENTITY: Choice =
    Choice { id: "identity", label: "identity", help: "A linear network, which suffices for a Gaussian." };
static UNBENT: Choice =
    Choice { id: "identity", label: "identity", help: "Each output is a sum over the hidden units." };

/// The setting for the activation of the hidden units.
pub const SETTING: Setting = Setting {
    key: "model.activation",
    label: "Activation",
    unit: "",
    help: "The function that each hidden unit applies to its input.",
    kind: SettingKind::Choice { default: "tanh", options: &[&TANH, &SIGMOID, &SOFTPLUS, &RELU, &SILU, &IDENTITY] },
    ..Setting::of(Section::Network)
};

/// The setting for the activation of the output.
pub(super) const OUTPUT: Setting = Setting {
    key: "model.output-activation",
    label: "Output activation",
    unit: "",
    help: "The function of each output before it is scaled; only with the identity can the field have an energy.",
    kind: SettingKind::Choice { default: "identity", options: &[&UNBENT, &TANH, &SIGMOID, &SOFTPLUS, &RELU, &SILU] },
    is_advanced: true,
    ..Setting::of(Section::Network)
};

impl Activation {
    /// All activations.
    pub const ALL: [Self; 6] = [Self::Tanh, Self::Sigmoid, Self::Softplus, Self::Relu, Self::Silu, Self::Identity];

    /// The id in links.
    pub fn id(self) -> &'static str {
        match self {
            Self::Tanh => TANH.id,
            Self::Sigmoid => SIGMOID.id,
            Self::Softplus => SOFTPLUS.id,
            Self::Relu => RELU.id,
            Self::Silu => SILU.id,
            Self::Identity => IDENTITY.id,
        }
    }

    /// The activation with the id `id`; tanh for an unknown id.
    pub fn named(id: &str) -> Self {
        let SettingKind::Choice { options, .. } = SETTING.kind else { return Self::Tanh };
        options.iter().position(|option| option.id == id).map_or(Self::Tanh, |i| Self::ALL[i])
    }

    /// a(u).
    #[inline(always)]
    pub fn value<L: Simd>(self, u: L) -> L {
        match self {
            Self::Tanh => L::tanh(u),
            Self::Sigmoid => u.sigmoid(),
            Self::Softplus => u.softplus(),
            Self::Relu => u * u.step(),
            Self::Silu => u * u.sigmoid(),
            Self::Identity => u,
        }
    }

    /// a(u), a'(u) and a''(u). The derivatives use the same approximations as the value.
    #[inline(always)]
    pub fn jet<L: Simd>(self, u: L) -> [L; 3] {
        let one = L::splat(1.0);
        match self {
            Self::Tanh => {
                let h = L::tanh(u);
                let slope = one - h * h;
                [h, slope, -(h + h) * slope]
            }
            Self::Sigmoid => {
                let p = u.sigmoid();
                let slope = p * (one - p);
                [p, slope, slope * (one - (p + p))]
            }
            Self::Softplus => {
                let p = u.sigmoid();
                [u.softplus(), p, p * (one - p)]
            }
            Self::Relu => {
                let step = u.step();
                [u * step, step, L::default()]
            }
            Self::Silu => {
                let p = u.sigmoid();
                let slope = p * (one - p);
                [u * p, p + u * slope, slope * (L::splat(2.0) + u * (one - (p + p)))]
            }
            Self::Identity => [u, one, L::default()],
        }
    }

    /// A(u) = ∫ a up to a constant: log cosh, softplus, -Li₂(-eᵘ), ½max(u, 0)², u softplus(u) + Li₂(-eᵘ), ½u².
    pub fn antiderivative(self, u: f64) -> f64 {
        match self {
            Self::Tanh => math::log_cosh(u),
            Self::Sigmoid => math::softplus(u),
            Self::Softplus => -math::dilogarithm_of_minus_exp(u),
            Self::Relu => 0.5 * u.max(0.0) * u.max(0.0),
            Self::Silu => u * math::softplus(u) + math::dilogarithm_of_minus_exp(u),
            Self::Identity => 0.5 * u * u,
        }
    }

    /// The u with a(u) = `y`. If there is none, the u with the nearest a(u) among those with a slope large enough for
    /// training.
    #[inline(never)]
    pub(super) fn inverse(self, y: f64) -> f64 {
        let [mut low, mut high] = match self {
            Self::Tanh | Self::Sigmoid => [-3.0, 3.0],
            Self::Softplus => [-3.0, y.max(3.0)],
            Self::Relu => [0.05, y.max(0.05)],
            Self::Silu => [-1.0, 1.0 + y.max(0.0)],
            Self::Identity => return y,
        };
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            let end = if self.value(middle) < y { &mut low } else { &mut high };
            *end = middle;
        }
        high
    }

    /// The standard deviation of initial weights of later layers, times √inputs: with this gain signals keep their
    /// size.
    pub(super) fn gain(self) -> f64 {
        match self {
            Self::Tanh | Self::Identity => 1.0,
            Self::Sigmoid => 4.0,
            Self::Softplus | Self::Silu => 2.0,
            Self::Relu => core::f64::consts::SQRT_2,
        }
    }

    /// Whether a(0) = 0: then units with zero weights add nothing to the output.
    pub(super) fn vanishes_at_zero(self) -> bool {
        !matches!(self, Self::Sigmoid | Self::Softplus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::f32x4;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn slope(f: impl Fn(f64) -> f64, u: f64) -> f64 {
        let central = |h: f64| (f(u + h) - f(u - h)) / (2.0 * h);
        (4.0 * central(1e-3) - central(2e-3)) / 3.0
    }

    #[test]
    fn activation_derivatives_and_antiderivative_belong_together() {
        for activation in Activation::ALL {
            for i in -60..=60 {
                // Away from relu's kink at 0.
                let u = 0.17 * f64::from(i) + 0.01;
                let [value, first, second] = activation.jet(u);
                assert_eq!(value, activation.value(u));
                for (derivative, of) in [
                    (value, &(|u| activation.antiderivative(u)) as &dyn Fn(f64) -> f64),
                    (first, &|u| activation.value(u)),
                    (second, &|u| activation.jet(u)[1]),
                ] {
                    let gap = (derivative - slope(of, u)).abs();
                    assert!(gap < 1e-9 * (1.0 + derivative.abs()), "{activation:?} at {u}: {gap:e}");
                }
            }
        }
    }

    #[test]
    fn activation_in_single_precision_errs_by_less_than_two_in_a_million() {
        for activation in Activation::ALL {
            for i in -4000..=4000 {
                let u = (0.005 * f64::from(i)) as f32;
                let (single, double) = (activation.jet(f32x4::splat(u)), activation.jet(f64::from(u)));
                for (single, double) in single.iter().zip(double) {
                    let gap = (single.get(1) - double).abs();
                    assert!(
                        gap < 2e-6 * (1.0 + double.abs()) * (1.0 + f64::from(u).abs()),
                        "{activation:?} at {u}: {gap:e}"
                    );
                }
            }
        }
    }

    #[test]
    fn activation_keeps_nan_so_that_divergence_shows() {
        for activation in Activation::ALL {
            assert!(activation.value(f32x4::splat(f32::NAN)).get(2).is_nan(), "{activation:?}");
        }
    }

    #[test]
    fn activation_is_inverted_where_it_can_be_and_comes_near_where_not() {
        for (activation, reached) in [
            (Activation::Tanh, [-0.99, 0.99]),
            (Activation::Sigmoid, [0.05, 0.95]),
            (Activation::Softplus, [0.05, 100.0]),
            (Activation::Relu, [0.05, 100.0]),
            (Activation::Silu, [-0.26, 100.0]),
            (Activation::Identity, [-100.0, 100.0]),
        ] {
            for i in 0..=400 {
                let y = 0.5 * f64::from(i) - 100.0;
                let [value, slope, _] = activation.jet(activation.inverse(y));
                let nearest = y.max(reached[0]).min(reached[1]);
                assert!((value - nearest).abs() < 0.02, "{activation:?}: {value} for {y}");
                assert!(slope > 0.009, "{activation:?} at {y} has slope {slope}");
                if reached[0] <= y && y <= reached[1] {
                    assert!((value - y).abs() < 1e-12 * (1.0 + y.abs()), "{activation:?}: {value}, not {y}");
                }
            }
        }
        assert_eq!(Activation::Tanh.inverse(0.0), 0.0);
    }

    #[test]
    fn activation_is_found_by_the_ids_of_its_field() {
        assert_eq!(Activation::named("silu"), Activation::Silu);
        assert_eq!(Activation::named("identity"), Activation::Identity);
        assert_eq!(Activation::ALL.map(|activation| Activation::named(activation.id())), Activation::ALL);
    }
}
