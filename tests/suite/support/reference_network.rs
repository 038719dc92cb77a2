//! Every form of network, networks of random parameters, and a plainly written network for comparison.

use scorescape::model::{Activation, Architecture, Decoder, Network, Scaling, Slot, Unit};
use scorescape::rng::{Purpose, Stream, stream};
use scorescape::simd::Simd;

/// All decoders in all forms they allow (the transposed one is plain only).
const KINDS: [(Decoder, f64); 5] = [
    (Decoder::Untied, 1.0),
    (Decoder::Untied, 0.0),
    (Decoder::Scaled, 1.0),
    (Decoder::Scaled, 0.0),
    (Decoder::Transposed, 0.0),
];

/// Kinds of output scale.
pub const SCALINGS: [Scaling; 4] = [Scaling::Fixed, Scaling::Learned, Scaling::PerOutput, Scaling::Variance];

/// One hidden layer of tanh: all decoders in all forms they allow, with output scales 1 and 2.5.
pub fn forms(dims: &[usize], units: usize) -> Vec<Architecture> {
    let with_scale = |dim, scale| {
        KINDS.map(|(decoder, skip)| Architecture { dim, units, decoder, skip, scale, ..Architecture::default() })
    };
    dims.iter().flat_map(|&dim| [1.0, 2.5].into_iter().flat_map(move |scale| with_scale(dim, scale))).collect()
}

/// Every form with `activation`: one layer with all decoders, two to four untied; plain and residual; all scalings.
pub fn every_form(dim: usize, units: usize, activation: Activation) -> Vec<Architecture> {
    let one = KINDS.map(|(decoder, skip)| (1, decoder, skip));
    let more = [2, 3, 4].into_iter().flat_map(|layers| [0.0, 1.0].map(|skip| (layers, Decoder::Untied, skip)));
    let kinds = one.into_iter().chain(more);
    let with = |(layers, decoder, skip)| {
        SCALINGS.map(|scaling| Architecture {
            dim,
            units,
            layers,
            activation,
            decoder,
            skip,
            scale: 1.3,
            scaling,
            ..Architecture::default()
        })
    };
    kinds.flat_map(with).collect()
}

/// Every activation of the output except the identity; all kinds of forms and activations alternate.
pub fn bent_forms(dim: usize, units: usize) -> Vec<Architecture> {
    let bends = Activation::ALL.into_iter().filter(|output| *output != Activation::Identity);
    // Every third form: scalings repeat every four forms, so each scaling is combined with all kinds.
    let forms = |(i, output)| {
        let every = every_form(dim, units, Activation::Tanh).into_iter().enumerate().skip(i % 3).step_by(3);
        every.map(move |(j, architecture)| Architecture {
            output,
            activation: Activation::ALL[(i + j) % 6],
            ..architecture
        })
    };
    bends.enumerate().flat_map(forms).collect()
}

/// The slots of the units of `layer`.
fn slots_of(architecture: &Architecture, layer: usize) -> Vec<Slot> {
    let inputs = if layer == 0 { architecture.dim } else { architecture.units };
    let head = (0..inputs).map(Slot::Encoder).chain([Slot::Bias]);
    match architecture.decoder {
        _ if layer + 1 < architecture.layers => head.collect(),
        Decoder::Untied => head.chain((0..architecture.dim).map(Slot::Decoder)).collect(),
        _ => head.chain([Slot::Factor]).collect(),
    }
}

/// The place of one parameter in a network.
#[derive(Clone, Copy, Debug)]
pub enum Parameter {
    Unit(Unit, Slot),
    OutputBias(usize),
    Scale(usize),
}

impl Parameter {
    pub fn read<L: Simd>(self, network: &Network<L>) -> f64 {
        match self {
            Self::Unit(unit, slot) => network.get(unit, slot),
            Self::OutputBias(k) => network.output_bias(k),
            Self::Scale(k) => network.scale(k, 1.0),
        }
    }

    pub fn write<L: Simd>(self, network: &mut Network<L>, value: f64) {
        match self {
            Self::Unit(unit, slot) => network.set(unit, slot, value),
            Self::OutputBias(k) => network.set_output_bias(k, value),
            Self::Scale(k) => network.set_scale(k, value),
        }
    }

    /// Kind of the parameter, by name: W and c of each layer, V, v, b, s₀.
    fn kind(self) -> (&'static str, usize) {
        match self {
            Self::Unit(unit, Slot::Encoder(_)) => ("W", unit.layer),
            Self::Unit(unit, Slot::Bias) => ("c", unit.layer),
            Self::Unit(unit, Slot::Decoder(_)) => ("V", unit.layer),
            Self::Unit(unit, Slot::Factor) => ("v", unit.layer),
            Self::OutputBias(_) => ("b", 0),
            Self::Scale(_) => ("s", 0),
        }
    }
}

/// All learned parameters, layer by layer and unit by unit.
pub fn parameters(architecture: &Architecture) -> Vec<Parameter> {
    let is_learned = |slot: &Slot| *slot != Slot::Factor || architecture.decoder == Decoder::Scaled;
    let of_unit = |layer: usize, index: usize| {
        let slots = slots_of(architecture, layer).into_iter().filter(is_learned);
        slots.map(move |slot| Parameter::Unit(Unit { layer, index }, slot))
    };
    let units =
        (0..architecture.layers).flat_map(|layer| (0..architecture.units).flat_map(move |index| of_unit(layer, index)));
    let scales = match architecture.scaling {
        Scaling::Fixed | Scaling::Variance => 0,
        Scaling::Learned => 1,
        Scaling::PerOutput => architecture.dim,
    };
    let output = (0..architecture.dim).map(Parameter::OutputBias).chain((0..scales).map(Parameter::Scale));
    units.chain(output).collect()
}

/// Learned parameters by kind. Each kind is compared on its own scale, so a large kind does not hide errors of a small
/// kind.
pub fn kinds(architecture: &Architecture) -> Vec<(String, Vec<Parameter>)> {
    let mut kinds: Vec<(String, Vec<Parameter>)> = Vec::new();
    for parameter in parameters(architecture) {
        let (letter, layer) = parameter.kind();
        let name = format!("{letter}{layer}");
        match kinds.iter_mut().find(|(known, _)| *known == name) {
            Some((_, list)) => list.push(parameter),
            None => kinds.push((name, vec![parameter])),
        }
    }
    kinds
}

/// Random parameters, the same in both precisions. Signals keep their size from layer to layer.
pub fn random<L: Simd>(architecture: Architecture, seed: u32) -> Network<L> {
    let mut rng = stream(seed, Purpose::Initialisation, 0);
    let mut network = Network::zeros(architecture);
    for parameter in parameters(&architecture) {
        let size = match parameter {
            Parameter::Unit(Unit { layer: 1.., .. }, Slot::Encoder(_)) => 1.0 / (architecture.units as f64).sqrt(),
            Parameter::Scale(_) => 0.3,
            _ => 1.0,
        };
        let start = if let Parameter::Scale(_) = parameter { architecture.scale } else { 0.0 };
        parameter.write(&mut network, f64::from((start + size * normal(&mut rng)) as f32));
    }
    network
}

fn normal(rng: &mut Stream) -> f64 {
    f64::from(rng.normal() as f32)
}

/// A network as plain matrices, evaluated by plain loops and std's functions.
#[derive(Clone, Debug)]
pub struct Plain {
    activation: Activation,
    output: Activation,
    skip: f64,
    /// W and c of each layer, unit by unit.
    layers: Vec<Vec<(Vec<f64>, f64)>>,
    /// V, by output coordinate.
    decoder: Vec<Vec<f64>>,
    bias: Vec<f64>,
    scale: Vec<f64>,
}

impl Plain {
    pub fn new<L: Simd>(network: &Network<L>, sigma: f64) -> Self {
        let architecture = network.architecture();
        let unit = |layer: usize, index: usize| {
            let inputs = if layer == 0 { architecture.dim } else { architecture.units };
            let get = |slot| network.get(Unit { layer, index }, slot);
            ((0..inputs).map(|k| get(Slot::Encoder(k))).collect(), get(Slot::Bias))
        };
        let weight = |k: usize, index: usize| {
            let get = |slot| network.get(Unit { layer: architecture.layers - 1, index }, slot);
            match architecture.decoder {
                Decoder::Untied => get(Slot::Decoder(k)),
                Decoder::Scaled => get(Slot::Encoder(k)) * get(Slot::Factor),
                Decoder::Transposed => get(Slot::Encoder(k)),
            }
        };
        let scale = |k: usize| match architecture.scaling {
            Scaling::Fixed => architecture.scale,
            Scaling::Variance => architecture.scale * sigma * sigma,
            Scaling::Learned => network.scale(0, f64::NAN),
            Scaling::PerOutput => network.scale(k, f64::NAN),
        };
        let all = |layer| (0..architecture.units).map(|index| unit(layer, index)).collect();
        Self {
            activation: architecture.activation,
            output: architecture.output,
            skip: architecture.skip,
            layers: (0..architecture.layers).map(all).collect(),
            decoder: (0..architecture.dim)
                .map(|k| (0..architecture.units).map(|index| weight(k, index)).collect())
                .collect(),
            bias: (0..architecture.dim).map(|k| network.output_bias(k)).collect(),
            scale: (0..architecture.dim).map(scale).collect(),
        }
    }

    pub fn dim(&self) -> usize {
        self.bias.len()
    }

    /// Inputs of the units of each layer.
    pub fn inputs(&self, x: &[f64]) -> Vec<Vec<f64>> {
        let (mut inputs, mut values) = (Vec::new(), x.to_vec());
        for layer in &self.layers {
            let input = |(weights, bias): &(Vec<f64>, f64)| dot(weights, &values) + bias;
            inputs.push(layer.iter().map(input).collect::<Vec<f64>>());
            values = inputs[inputs.len() - 1].iter().map(|u| bend(self.activation, *u)).collect();
        }
        inputs
    }

    /// The last hidden layer.
    pub fn code(&self, x: &[f64]) -> Vec<f64> {
        self.inputs(x)[self.layers.len() - 1].iter().map(|u| bend(self.activation, *u)).collect()
    }

    /// V h + b.
    pub fn outputs(&self, x: &[f64]) -> Vec<f64> {
        let code = self.code(x);
        (0..self.dim()).map(|k| dot(&self.decoder[k], &code) + self.bias[k]).collect()
    }

    /// s₀ a₂(V h + b) + s₊ x.
    pub fn reconstruct(&self, x: &[f64]) -> Vec<f64> {
        let outputs = self.outputs(x);
        (0..self.dim()).map(|k| self.scale[k] * bend(self.output, outputs[k]) + self.skip * x[k]).collect()
    }

    /// Whether every unit and output at x is at least `margin` away from a crease of relu.
    pub fn is_smooth(&self, x: &[f64], margin: f64) -> bool {
        let far = |activation, u: &[f64]| activation != Activation::Relu || u.iter().all(|u| u.abs() > margin);
        self.inputs(x).iter().all(|inputs| far(self.activation, inputs)) && far(self.output, &self.outputs(x))
    }

    /// Whether relu outputs at x are not all zero and, in more than one dimension, not all positive.
    pub fn passes_on(&self, x: &[f64]) -> bool {
        let u = self.outputs(x);
        let is_mixed = u.iter().any(|u| *u > 0.0) && (u.len() == 1 || u.iter().any(|u| *u < 0.0));
        self.output != Activation::Relu || is_mixed
    }
}

/// a(u).
fn bend(activation: Activation, u: f64) -> f64 {
    match activation {
        Activation::Tanh => u.tanh(),
        Activation::Sigmoid => 1.0 / (1.0 + (-u).exp()),
        Activation::Softplus => u.max(0.0) + (-u.abs()).exp().ln_1p(),
        Activation::Relu => u.max(0.0),
        Activation::Silu => u / (1.0 + (-u).exp()),
        Activation::Identity => u,
    }
}

pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
