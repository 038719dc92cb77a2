//! The architecture of a network: its sizes, its fixed choices, and the layout of its parameters.
//!
//! Parameters are SIMD vectors of `width` numbers, one number per hidden unit. The units of each layer are grouped in
//! blocks of `width`. A block stores its parameters side by side: its rows of W, its biases c and, in the last layer,
//! its columns of V (untied) or its factors v (tied). The output bias b follows, then a learned scale. H is padded with
//! zeros to a multiple of four.

use super::{Activation, activation};
use crate::setting::{Choice, Section, Setting, SettingError, SettingKind, Settings};
use crate::simd::Simd;

/// The relation between the last layer V and the first layer W.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decoder {
    /// V has its own parameters.
    #[default]
    Untied,
    /// V = Wᵀ diag(v) with v learned.
    Scaled,
    /// V = Wᵀ.
    Transposed,
}

/// The kind of the factor s₀ on the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scaling {
    /// A constant.
    #[default]
    Fixed,
    /// One learned number.
    Learned,
    /// One learned number for each output coordinate.
    PerOutput,
    /// A constant times σ²: the network is the score itself.
    Variance,
}

static UNTIED: Choice =
    Choice { id: "untied", label: "untied", help: "The last layer has its own weights; the field may have curl." };
static SCALED: Choice = Choice {
    id: "scaled",
    label: "tied, scaled",
    help: "The first layer transposed, with a learned factor for each unit; no curl, if the output activation is the \
           identity and there is one output scale.",
};
static TRANSPOSED: Choice = Choice {
    id: "transposed",
    label: "tied",
    help: "The first layer transposed, as in the paper; needs a network that predicts the result.",
};
static RESIDUAL: Choice =
    Choice { id: "residual", label: "the change", help: "The network's output is added to its input." };
static PLAIN: Choice = Choice { id: "plain", label: "the result", help: "The network's output is the reconstruction." };
static FIXED: Choice = Choice { id: "fixed", label: "fixed", help: "The output scale is a constant." };
static LEARNED: Choice = Choice { id: "learned", label: "learned", help: "One factor is learned with the weights." };
static PER_OUTPUT: Choice = Choice {
    id: "per-output",
    label: "learned per coordinate",
    help: "One factor is learned for each output coordinate; tied weights then have curl too.",
};
static VARIANCE: Choice = Choice {
    id: "variance",
    label: "times σ²",
    help: "r(x) = x + σ² times the network's output, which then is the score itself.",
};

/// Settings of the architecture.
pub(super) const SETTINGS: [Setting; 5] = [
    Setting {
        key: "model.units",
        label: "Hidden units",
        unit: "units",
        help: "The number of units in each hidden layer; more of them can follow finer detail.",
        kind: SettingKind::Integer { default: 256, min: 1, max: 4096 },
        ..Setting::of(Section::Network)
    },
    Setting {
        key: "model.layers",
        label: "Hidden layers",
        unit: "layers",
        help: "The number of hidden layers.",
        kind: SettingKind::Integer { default: 1, min: 1, max: 4 },
        ..Setting::of(Section::Network)
    },
    Setting {
        key: "model.decoder",
        label: "Decoder",
        unit: "",
        help: "Whether the last layer shares the weights of the first.",
        kind: SettingKind::Choice { default: "untied", options: &[&UNTIED, &SCALED, &TRANSPOSED] },
        is_advanced: true,
        ..Setting::of(Section::Network)
    },
    Setting {
        key: "model.form",
        label: "Network predicts",
        unit: "",
        help: "Whether the network's output is the reconstruction, or its difference from the input.",
        kind: SettingKind::Choice { default: "residual", options: &[&RESIDUAL, &PLAIN] },
        ..Setting::of(Section::Network)
    },
    Setting {
        key: "model.output-scale",
        label: "Output scale",
        unit: "",
        help: "A factor on the network's output; its initial value if it is learned.",
        kind: SettingKind::Real { default: 1.0, min: 0.01, max: 100.0 },
        is_advanced: true,
        ..Setting::of(Section::Network)
    },
];

/// The setting for the kind of the output scale.
pub(super) const SCALING: Setting = Setting {
    key: "model.output-scaling",
    label: "Output scale kind",
    unit: "",
    help: "Whether the output scale is fixed or learned.",
    kind: SettingKind::Choice { default: "fixed", options: &[&FIXED, &LEARNED, &PER_OUTPUT, &VARIANCE] },
    is_advanced: true,
    ..Setting::of(Section::Network)
};

/// The greatest number of parameters: 64 MB for each copy that training keeps.
const MAX_PARAMETERS: usize = 1 << 24;

/// The architecture of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Architecture {
    /// The dimension d of data and output.
    pub dim: usize,
    /// The number H of units in each hidden layer.
    pub units: usize,
    /// The number of hidden layers.
    pub layers: usize,
    /// The activation a₁ of the hidden units.
    pub activation: Activation,
    /// The activation a₂ of the output.
    pub output: Activation,
    /// How V follows from W.
    pub decoder: Decoder,
    /// The factor s₊ on the input: 1 for the residual form, 0 for the plain form.
    pub skip: f64,
    /// The factor s₀ on the output: the constant, the initial value, or the factor on σ².
    pub scale: f64,
    /// The kind of s₀.
    pub scaling: Scaling,
}

impl Default for Architecture {
    /// One untied layer of one tanh unit in one dimension, in the residual form with an identity output.
    fn default() -> Self {
        Self {
            dim: 1,
            units: 1,
            layers: 1,
            activation: Activation::Tanh,
            output: Activation::Identity,
            decoder: Decoder::Untied,
            skip: 1.0,
            scale: 1.0,
            scaling: Scaling::Fixed,
        }
    }
}

impl Architecture {
    /// The architecture chosen in `settings` for data of dimension `dim`; an error names the invalid setting.
    pub fn from_settings(settings: &Settings, dim: usize) -> Result<Self, SettingError> {
        let architecture = Self {
            dim,
            units: settings.integer("model.units") as usize,
            layers: settings.integer("model.layers") as usize,
            activation: Activation::named(settings.choice("model.activation")),
            output: Activation::named(settings.choice(activation::OUTPUT.key)),
            decoder: decoder(settings.choice("model.decoder")),
            skip: f64::from(u8::from(settings.choice("model.form") == RESIDUAL.id)),
            scale: settings.real("model.output-scale"),
            scaling: scaling(settings.choice("model.output-scaling")),
        };
        architecture.check(settings)?;
        Ok(architecture)
    }

    fn check(&self, settings: &Settings) -> Result<(), SettingError> {
        let refused = |key: &str, expected: &str| Err(SettingError::new(key, settings.value(key), expected));
        if self.decoder == Decoder::Transposed && self.skip != 0.0 {
            return refused("model.form", "be plain while model.decoder is transposed");
        }
        if self.is_tied() && self.layers > 1 {
            return refused(
                "model.layers",
                "be 1 while model.decoder is tied: only a single layer is the gradient of an energy",
            );
        }
        if self.vectors(4) * 4 > MAX_PARAMETERS {
            return refused("model.units", "leave the network at most 16777216 parameters; take fewer units or layers");
        }
        Ok(())
    }

    /// The number of inputs of each unit of `layer`.
    pub(crate) fn inputs(&self, layer: usize) -> usize {
        if layer == 0 { self.dim } else { self.units }
    }

    /// The number of SIMD vectors in a block of `layer`: W and c, then V or v in the last layer.
    pub(crate) fn stride(&self, layer: usize) -> usize {
        let decoder = if layer + 1 < self.layers {
            0
        } else if self.is_tied() {
            1
        } else {
            self.dim
        };
        self.inputs(layer) + 1 + decoder
    }

    /// The number of blocks of `width` units in a layer, padding included.
    pub(crate) fn blocks(&self, width: usize) -> usize {
        self.units.next_multiple_of(4) / width
    }

    /// The index of the first SIMD vector of `layer`. If `layer` is the number of layers, the index of the output bias.
    pub(crate) fn offset(&self, width: usize, layer: usize) -> usize {
        self.blocks(width) * (0..layer).map(|layer| self.stride(layer)).sum::<usize>()
    }

    /// The index of the first SIMD vector of a learned scale.
    pub(crate) fn scale_offset(&self, width: usize) -> usize {
        self.offset(width, self.layers) + self.dim.div_ceil(width)
    }

    /// The number of learned scales.
    fn scales(&self) -> usize {
        match self.scaling {
            Scaling::Fixed | Scaling::Variance => 0,
            Scaling::Learned => 1,
            Scaling::PerOutput => self.dim,
        }
    }

    /// The number of SIMD vectors of `width` numbers for all parameters, padding included.
    pub fn vectors(&self, width: usize) -> usize {
        self.scale_offset(width) + self.scales().div_ceil(width)
    }

    /// Whether V is computed from W.
    pub fn is_tied(&self) -> bool {
        self.decoder != Decoder::Untied
    }

    /// Whether r(x) - x is the gradient of an energy in closed form: tied weights, one number s₀, and the identity for
    /// a₂.
    pub fn has_energy(&self) -> bool {
        self.is_tied() && self.scaling != Scaling::PerOutput && self.output == Activation::Identity
    }

    /// 1 for each unit of block `block`, 0 for padding.
    pub(super) fn is_unit<L: Simd>(&self, block: usize) -> L {
        L::from_fn(|e| f64::from(u8::from(block * L::WIDTH + e < self.units)))
    }

    /// Whether the fixed numbers in `vectors`, laid out as the parameters, have their fixed values: 0 for padding, and
    /// `factor` for each v of [`Decoder::Transposed`]. NaN is accepted, because all numbers become NaN when training
    /// diverges.
    pub fn permits<L: Simd>(&self, vectors: &[L], factor: f64) -> bool {
        let is_kept = |i: usize, e: usize| {
            let number = vectors[i].get(e);
            number.is_nan() || self.constant(L::WIDTH, i, e, factor).is_none_or(|constant| number == constant)
        };
        vectors.len() == self.vectors(L::WIDTH) && (0..vectors.len()).all(|i| (0..L::WIDTH).all(|e| is_kept(i, e)))
    }

    /// The fixed value of element `e` of SIMD vector `i`; `None` for a learned parameter.
    fn constant(&self, width: usize, i: usize, e: usize, factor: f64) -> Option<f64> {
        let bias = self.offset(width, self.layers);
        if i >= bias {
            let (first, count) =
                if i < self.scale_offset(width) { (bias, self.dim) } else { (self.scale_offset(width), self.scales()) };
            return ((i - first) * width + e >= count).then_some(0.0);
        }
        let layer = (1..self.layers).rev().find(|layer| i >= self.offset(width, *layer)).unwrap_or(0);
        let within = i - self.offset(width, layer);
        let (block, slot) = (within / self.stride(layer), within % self.stride(layer));
        if block * width + e >= self.units {
            Some(0.0)
        } else {
            (self.decoder == Decoder::Transposed && slot == self.dim + 1).then_some(factor)
        }
    }

    /// Sets the gradient of all fixed numbers to zero: padding (which a unit with a(0) ≠ 0 would change in V), and v
    /// where it is fixed at 1.
    pub(crate) fn freeze<L: Simd>(&self, gradient: &mut [L]) {
        let last = self.layers - 1;
        let stride = self.stride(last);
        let units = &mut gradient[self.offset(L::WIDTH, last)..self.offset(L::WIDTH, self.layers)];
        if self.decoder == Decoder::Transposed {
            units.chunks_exact_mut(stride).for_each(|unit| unit[self.dim + 1] = L::default());
        } else if !self.activation.vanishes_at_zero() {
            let full = self.units / L::WIDTH;
            for (block, unit) in units.chunks_exact_mut(stride).enumerate().skip(full) {
                let is_unit = self.is_unit(block);
                unit[self.inputs(last) + 1..].iter_mut().for_each(|vector| *vector = *vector * is_unit);
            }
        }
    }
}

fn decoder(id: &str) -> Decoder {
    match id {
        _ if id == SCALED.id => Decoder::Scaled,
        _ if id == TRANSPOSED.id => Decoder::Transposed,
        _ => Decoder::Untied,
    }
}

fn scaling(id: &str) -> Scaling {
    match id {
        _ if id == LEARNED.id => Scaling::Learned,
        _ if id == PER_OUTPUT.id => Scaling::PerOutput,
        _ if id == VARIANCE.id => Scaling::Variance,
        _ => Scaling::Fixed,
    }
}
