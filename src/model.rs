//! The auto-encoder with one hidden layer: h = tanh(W x + c), r(x) = s₀ (V h + b) + s₊ x.
//!
//! V is free, or tied to W: V = Wᵀ diag(v), with v learned or v = 1 (Alain and Bengio 2014, section 3; with tied weights
//! the field (r(x) - x)/σ² is the gradient of an energy).

use alloc::vec;
use alloc::vec::Vec;

use crate::field::{Choice, Field, Kind, Problem, Settings};
use crate::lane::Lane;

pub mod initial;
pub(crate) mod kernel;

/// How the second layer V follows from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoder {
    /// V is learned on its own.
    Untied,
    /// V = Wᵀ diag(v) with v learned.
    Scaled,
    /// V = Wᵀ.
    Transposed,
}

static UNTIED: Choice =
    Choice { id: "untied", label: "untied", help: "The second layer has its own weights; the field may have curl." };
static SCALED: Choice = Choice {
    id: "scaled",
    label: "tied, scaled",
    help: "The first layer transposed, each unit with a learned factor; no curl.",
};
static TRANSPOSED: Choice = Choice {
    id: "transposed",
    label: "tied",
    help: "The first layer transposed, as in the paper; needs the plain form.",
};
static RESIDUAL: Choice =
    Choice { id: "residual", label: "residual", help: "The network's output is added to its input." };
static PLAIN: Choice = Choice { id: "plain", label: "plain", help: "The network's output is the reconstruction." };

/// The network's settings.
pub static FIELDS: &[Field] = &[
    Field {
        key: "model.units",
        label: "Hidden units",
        unit: "units",
        help: "More units can bend the field more often.",
        kind: Kind::Integer { default: 256, min: 1, max: 4096 },
    },
    Field {
        key: "model.decoder",
        label: "Decoder",
        unit: "",
        help: "Whether the second layer shares the first one's weights.",
        kind: Kind::Choice { default: "untied", options: &[&UNTIED, &SCALED, &TRANSPOSED] },
    },
    Field {
        key: "model.form",
        label: "Form",
        unit: "",
        help: "Whether the network learns the reconstruction or how it differs from its input.",
        kind: Kind::Choice { default: "residual", options: &[&RESIDUAL, &PLAIN] },
    },
    Field {
        key: "model.scale",
        label: "Output scale",
        unit: "",
        help: "A fixed factor on the network's output.",
        kind: Kind::Real { default: 1.0, min: 0.01, max: 100.0 },
    },
    initial::FIELD,
];

/// The form of a network: its sizes and what is fixed about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Form {
    /// The dimension d of data and output.
    pub dim: usize,
    /// The number H of hidden units.
    pub units: usize,
    /// How V follows from W.
    pub decoder: Decoder,
    /// The factor s₊ on the input: 1 for the residual form, 0 for the plain one.
    pub skip: f64,
    /// The factor s₀ on the output.
    pub scale: f64,
}

impl Form {
    /// The form chosen in `settings` for data of dimension `dim`.
    pub fn from_settings(settings: &Settings, dim: usize) -> Result<Self, Problem> {
        let decoder = match settings.choice("model.decoder") {
            id if id == UNTIED.id => Decoder::Untied,
            id if id == SCALED.id => Decoder::Scaled,
            _ => Decoder::Transposed,
        };
        let form = settings.choice("model.form");
        if decoder == Decoder::Transposed && form == RESIDUAL.id {
            return Err(Problem::new("model.form", form, "be plain while model.decoder is transposed"));
        }
        Ok(Self {
            dim,
            units: settings.integer("model.units") as usize,
            decoder,
            skip: f64::from(u8::from(form == RESIDUAL.id)),
            scale: settings.real("model.scale"),
        })
    }

    /// How many lanes a block of units takes: W and c, then V or v.
    pub(crate) fn stride(&self) -> usize {
        self.dim + 1 + if self.is_tied() { 1 } else { self.dim }
    }

    /// How many lanes of `width` numbers all parameters take, padding included.
    pub fn lanes(&self, width: usize) -> usize {
        self.blocks(width) * self.stride() + self.dim.div_ceil(width)
    }

    /// How many blocks of `width` units there are, padding included.
    fn blocks(&self, width: usize) -> usize {
        self.units.next_multiple_of(4) / width
    }

    pub(crate) fn is_tied(&self) -> bool {
        self.decoder != Decoder::Untied
    }

    /// Whether `lanes`, as many and laid out as the parameters, hold what training never changes: zero for padding, and
    /// `factor` for each v of [`Decoder::Transposed`]. NaN passes, which all of them become when training diverges.
    pub fn permits<L: Lane>(&self, lanes: &[L], factor: f64) -> bool {
        let is_kept = |i: usize, e: usize| {
            let number = lanes[i].get(e);
            number.is_nan() || self.constant(L::WIDTH, i, e, factor).is_none_or(|constant| number == constant)
        };
        lanes.len() == self.lanes(L::WIDTH) && (0..lanes.len()).all(|i| (0..L::WIDTH).all(|e| is_kept(i, e)))
    }

    /// What element `e` of lane `i` always is; `None` for all that is learned.
    fn constant(&self, width: usize, i: usize, e: usize, factor: f64) -> Option<f64> {
        let (block, slot) = (i / self.stride(), i % self.stride());
        if block == self.blocks(width) {
            (slot * width + e >= self.dim).then_some(0.0)
        } else if block * width + e >= self.units {
            Some(0.0)
        } else {
            (self.decoder == Decoder::Transposed && slot == self.dim + 1).then_some(factor)
        }
    }
}

/// A parameter of one hidden unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// W's entry for input coordinate k.
    Encoder(usize),
    /// c's entry.
    Bias,
    /// V's entry for output coordinate k (untied).
    Decoder(usize),
    /// v's entry (tied).
    Factor,
}

/// The parameters of a network in lanes of precision `L`.
///
/// Units go in blocks of a lane's width, all parameters of a block side by side: its rows of W, c, then V or v. The output
/// bias b follows. H is padded with zeros to a multiple of four; zero units of tanh stay zero under training.
#[derive(Clone, Debug, PartialEq)]
pub struct Network<L> {
    form: Form,
    parameters: Vec<L>,
}

impl<L: Lane> Network<L> {
    /// A network of zeros; for [`Decoder::Transposed`] the factors v are ones.
    pub fn zeros(form: Form) -> Self {
        let mut network = Self { form, parameters: vec![L::default(); form.lanes(L::WIDTH)] };
        if form.decoder == Decoder::Transposed {
            (0..form.units).for_each(|unit| network.set(unit, Slot::Factor, 1.0));
        }
        network
    }

    /// The network of given parameters; `None` unless they are as many as it has and [`Form::permits`] them.
    pub fn from_parameters(form: Form, parameters: Vec<L>) -> Option<Self> {
        form.permits(&parameters, 1.0).then_some(Self { form, parameters })
    }

    /// The network's form.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// All parameters, padding included.
    pub fn parameters(&self) -> &[L] {
        &self.parameters
    }

    /// All parameters, padding included; padding must stay zero.
    pub fn parameters_mut(&mut self) -> &mut [L] {
        &mut self.parameters
    }

    /// The lanes of all units, without the output bias.
    pub(crate) fn unit_lanes(&self) -> &[L] {
        &self.parameters[..self.bias_offset()]
    }

    /// Where the output bias begins among the parameters.
    pub(crate) fn bias_offset(&self) -> usize {
        self.parameters.len() - self.form.dim.div_ceil(L::WIDTH)
    }

    /// The lane and the element that hold `slot` of `unit`.
    fn place(&self, unit: usize, slot: Slot) -> (usize, usize) {
        assert!(unit < self.form.units);
        let offset = match slot {
            Slot::Encoder(k) => k,
            Slot::Bias => self.form.dim,
            Slot::Decoder(k) => self.form.dim + 1 + k,
            Slot::Factor => self.form.dim + 1,
        };
        (unit / L::WIDTH * self.form.stride() + offset, unit % L::WIDTH)
    }

    /// One parameter of one unit.
    pub fn get(&self, unit: usize, slot: Slot) -> f64 {
        let (lane, element) = self.place(unit, slot);
        self.parameters[lane].get(element)
    }

    /// Sets one parameter of one unit.
    // Never inlined, as the first weights are set in many places: that keeps the page's module small.
    #[inline(never)]
    pub fn set(&mut self, unit: usize, slot: Slot, value: f64) {
        let (lane, element) = self.place(unit, slot);
        let old = self.parameters[lane];
        self.parameters[lane] = L::from_fn(|i| if i == element { value } else { old.get(i) });
    }

    /// Coordinate `k` of the output bias b.
    pub fn output_bias(&self, k: usize) -> f64 {
        self.parameters[self.bias_offset() + k / L::WIDTH].get(k % L::WIDTH)
    }

    /// Sets coordinate `k` of the output bias b.
    #[inline(never)]
    pub fn set_output_bias(&mut self, k: usize, value: f64) {
        let lane = self.bias_offset() + k / L::WIDTH;
        let old = self.parameters[lane];
        self.parameters[lane] = L::from_fn(|i| if i == k % L::WIDTH { value } else { old.get(i) });
    }

    /// V's entry for output coordinate `k` and `unit`, whatever the decoder.
    pub fn decoder_weight(&self, unit: usize, k: usize) -> f64 {
        match self.form.decoder {
            Decoder::Untied => self.get(unit, Slot::Decoder(k)),
            _ => self.get(unit, Slot::Encoder(k)) * self.get(unit, Slot::Factor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::f32x4;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn form(decoder: Decoder) -> Form {
        Form { dim: 2, units: 6, decoder, skip: 0.0, scale: 1.0 }
    }

    /// How many numbers of a network may not become 7, and whether each may become NaN.
    fn constants<L: Lane>(decoder: Decoder) -> usize {
        let sound = Network::<L>::zeros(form(decoder));
        let changed = |i: usize, value: f64| {
            let mut parameters = sound.parameters().to_vec();
            let old = parameters[i / L::WIDTH];
            parameters[i / L::WIDTH] = L::from_fn(|e| if e == i % L::WIDTH { value } else { old.get(e) });
            Network::from_parameters(form(decoder), parameters)
        };
        let numbers = 0..sound.parameters().len() * L::WIDTH;
        assert!(numbers.clone().all(|i| changed(i, f64::NAN).is_some()));
        numbers.filter(|i| changed(*i, 7.0).is_none()).count()
    }

    #[test]
    fn network_is_refused_when_padding_or_a_transposed_decoder_s_factor_is_changed() {
        // Two units of five parameters pad untied blocks, of four the others; two of four lane elements pad the bias.
        assert_eq!((constants::<f32x4>(Decoder::Untied), constants::<f64>(Decoder::Untied)), (12, 10));
        assert_eq!((constants::<f32x4>(Decoder::Scaled), constants::<f64>(Decoder::Scaled)), (10, 8));
        // Six units' factors more.
        assert_eq!((constants::<f32x4>(Decoder::Transposed), constants::<f64>(Decoder::Transposed)), (16, 14));
    }

    #[test]
    fn network_is_refused_when_it_has_another_number_of_parameters() {
        let sound = Network::<f32x4>::zeros(form(Decoder::Untied));
        for length in [0, sound.parameters().len() - 1, sound.parameters().len() + 1] {
            let mut parameters = sound.parameters().to_vec();
            parameters.resize(length, f32x4::default());
            assert_eq!(Network::from_parameters(*sound.form(), parameters), None);
        }
    }
}
