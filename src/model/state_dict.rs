//! A network's parameters as tensors that NumPy and PyTorch understand, out and in: rows of W are units, rows of V outputs.
//!
//! `encoder.0.weight` (H×d) and `encoder.0.bias` (H), further layers `encoder.1.weight` (H×H) and so on, `decoder.weight` (d×H)
//! and `decoder.bias` (d), all single precision. A decoder that is tied has no weights of its own: V is the transpose of
//! `encoder.0.weight`, and with learned factors its column j times number j of `decoder.factor` (H). A learned scale is
//! `scale`, a single number or d of them. The metadata say in words what the tensors do not: `form`, `activation`, `r`, the
//! reconstruction in a formula of the tensors' names, and `numpy`, statements of Python that compute it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::{Activation, Architecture, Decoder, Network, Scaling, Slot, Unit};
use crate::io::safetensors::{Archive, Tensor, Values};
use crate::setting::{SettingError, Value};
use crate::simd::f32x4;

/// What a tensor holds.
#[derive(Clone, Copy, Debug)]
enum Part {
    Weight(usize),
    Bias(usize),
    Decoder,
    Factor,
    OutputBias,
    Scale,
}

/// A tensor that a form of network has.
struct Kind {
    name: String,
    shape: Vec<usize>,
    part: Part,
}

/// Where a number of a tensor belongs.
enum Place {
    Unit(Unit, Slot),
    OutputBias(usize),
    Scale(usize),
}

/// The parameters of `network` with what its form says; an error names a tensor that has a number which is not finite.
pub fn archive(network: &Network<f32x4>) -> Result<Archive, SettingError> {
    let architecture = network.architecture();
    let mut tensors = Vec::new();
    for kind in kinds(architecture) {
        tensors.push(kind.take_from(network)?);
    }
    Ok(Archive { metadata: metadata(architecture).into(), tensors })
}

/// The network of `form` with the parameters in `archive`. An error names the tensor that is missing or not the network's own,
/// or has another shape, another precision or a number that is not finite, or the metadata that contradict the form; those
/// that are not there contradict nothing.
pub fn network(architecture: Architecture, archive: &Archive) -> Result<Network<f32x4>, SettingError> {
    for (key, text) in metadata(&architecture) {
        let other = archive.metadata.iter().find(|(name, other)| *name == key && *other != text);
        if let Some((_, other)) = other {
            return Err(SettingError::new(&key, other, format!("be \"{text}\", as this network's")));
        }
    }
    let kinds = kinds(&architecture);
    let mut found = Vec::new();
    for kind in &kinds {
        found.push(kind.find(&archive.tensors)?);
    }
    if let Some(extra) = extra(&kinds, &archive.tensors) {
        return Err(SettingError::new(
            &extra.name,
            brackets(&extra.shape),
            "not be there: this network has no such tensor",
        ));
    }
    let mut network = Network::zeros(architecture);
    for (kind, values) in kinds.iter().zip(found) {
        values
            .iter()
            .enumerate()
            .for_each(|(i, value)| kind.place(&architecture, i).write(&mut network, f64::from(*value)));
    }
    Ok(network)
}

/// A tensor beyond those of `kinds`, each of which is there.
fn extra<'a>(kinds: &[Kind], tensors: &'a [Tensor]) -> Option<&'a Tensor> {
    let is_known = |name: &str| kinds.iter().any(|kind| kind.name == name);
    let is_repeated = |i: usize| tensors[..i].iter().any(|tensor| tensor.name == tensors[i].name);
    (0..tensors.len()).find(|i| !is_known(&tensors[*i].name) || is_repeated(*i)).map(|i| &tensors[i])
}

/// All tensors of a form of network.
fn kinds(architecture: &Architecture) -> Vec<Kind> {
    let &Architecture { dim, units, .. } = architecture;
    let kind = |name: &str, shape: Vec<usize>, part| Kind { name: name.to_string(), shape, part };
    let mut kinds = Vec::new();
    for layer in 0..architecture.layers {
        kinds.push(kind(
            &format!("encoder.{layer}.weight"),
            vec![units, architecture.inputs(layer)],
            Part::Weight(layer),
        ));
        kinds.push(kind(&format!("encoder.{layer}.bias"), vec![units], Part::Bias(layer)));
    }
    match architecture.decoder {
        Decoder::Untied => kinds.push(kind("decoder.weight", vec![dim, units], Part::Decoder)),
        Decoder::Scaled => kinds.push(kind("decoder.factor", vec![units], Part::Factor)),
        Decoder::Transposed => {}
    }
    kinds.push(kind("decoder.bias", vec![dim], Part::OutputBias));
    match architecture.scaling {
        Scaling::Learned => kinds.push(kind("scale", vec![], Part::Scale)),
        Scaling::PerOutput => kinds.push(kind("scale", vec![dim], Part::Scale)),
        Scaling::Fixed | Scaling::Variance => {}
    }
    kinds
}

impl Kind {
    fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// Where number `i` of the tensor belongs, its last dimension's numbers lying side by side.
    fn place(&self, architecture: &Architecture, i: usize) -> Place {
        let (layer, last) = (architecture.layers - 1, self.shape.last().copied().unwrap_or(1));
        let (row, column) = (i / last, i % last);
        match self.part {
            Part::Weight(layer) => Place::Unit(Unit { layer, index: row }, Slot::Encoder(column)),
            Part::Bias(layer) => Place::Unit(Unit { layer, index: i }, Slot::Bias),
            Part::Decoder => Place::Unit(Unit { layer, index: column }, Slot::Decoder(row)),
            Part::Factor => Place::Unit(Unit { layer, index: i }, Slot::Factor),
            Part::OutputBias => Place::OutputBias(i),
            Part::Scale => Place::Scale(i),
        }
    }

    fn take_from(self, network: &Network<f32x4>) -> Result<Tensor, SettingError> {
        let value = |i: usize| self.place(network.architecture(), i).read(network) as f32;
        let values: Vec<f32> = (0..self.count()).map(value).collect();
        check_finite(&self.name, &values)?;
        Ok(Tensor { name: self.name, shape: self.shape, values: Values::F32(values) })
    }

    /// The tensor's numbers among `tensors`.
    fn find<'a>(&self, tensors: &'a [Tensor]) -> Result<&'a [f32], SettingError> {
        let Self { name, shape, .. } = self;
        let refused = |found: &str, expected: &str| {
            Err(SettingError::new(name, found, format!("{expected} of shape {} and dtype F32", brackets(shape))))
        };
        let Some(tensor) = tensors.iter().find(|tensor| tensor.name == *name) else {
            return refused("nothing", "be there as a tensor");
        };
        if tensor.shape != *shape || tensor.values.len() != self.count() {
            return refused(&brackets(&tensor.shape), "be a tensor");
        }
        match &tensor.values {
            Values::F32(values) => check_finite(name, values).map(|()| values.as_slice()),
            Values::F64(_) => refused("F64", "be a tensor"),
        }
    }
}

fn check_finite(name: &str, values: &[f32]) -> Result<(), SettingError> {
    let fault = values.iter().find(|value| !value.is_finite());
    fault.map_or(Ok(()), |value| {
        Err(SettingError::new(name, Value::Real(f64::from(*value)), "have finite numbers only"))
    })
}

impl Place {
    fn read(self, network: &Network<f32x4>) -> f64 {
        match self {
            Self::Unit(unit, slot) => network.get(unit, slot),
            Self::OutputBias(k) => network.output_bias(k),
            // No σ: a scale that is a tensor does not depend on it.
            Self::Scale(k) => network.scale(k, 1.0),
        }
    }

    fn write(self, network: &mut Network<f32x4>, value: f64) {
        match self {
            Self::Unit(unit, slot) => network.set(unit, slot, value),
            Self::OutputBias(k) => network.set_output_bias(k, value),
            Self::Scale(k) => network.set_scale(k, value),
        }
    }
}

/// A shape as Python writes it.
fn brackets(shape: &[usize]) -> String {
    let lengths: Vec<String> = shape.iter().map(|length| length.to_string()).collect();
    format!("[{}]", lengths.join(", "))
}

/// What the tensors do not say of a form.
fn metadata(architecture: &Architecture) -> [(String, String); 4] {
    [
        ("form", words(architecture)),
        ("activation", architecture.activation.id().to_string()),
        ("r", formula(architecture)),
        ("numpy", statements(architecture)),
    ]
    .map(|(key, text)| (key.to_string(), text))
}

fn words(architecture: &Architecture) -> String {
    let skip = if architecture.skip == 0.0 { "plain" } else { "residual" };
    let decoder = match architecture.decoder {
        Decoder::Untied => "untied",
        Decoder::Scaled => "tied, scaled",
        Decoder::Transposed => "tied",
    };
    let scale = match architecture.scaling {
        Scaling::Fixed => "fixed",
        Scaling::Learned => "learned",
        Scaling::PerOutput => "learned per coordinate",
        Scaling::Variance => "times sigma squared",
    };
    let output = match architecture.output {
        Activation::Identity => String::new(),
        activation => format!("; output activation {}", activation.id()),
    };
    format!("{skip}; decoder {decoder}; output scale {scale}{output}")
}

/// r(x) with `@` for matrix products, as in NumPy.
fn formula(architecture: &Architecture) -> String {
    let hidden = |h: String, layer: usize| {
        let activation = architecture.activation.id();
        format!("{activation}(encoder.{layer}.weight @ {h} + encoder.{layer}.bias)")
    };
    let h = (0..architecture.layers).fold(String::from("x"), hidden);
    let activate = if architecture.output == Activation::Identity { "" } else { architecture.output.id() };
    let output = format!("{activate}({})", pre_activation(architecture, |name| name.to_string()));
    format!("r = {}, h = {h}", combine(architecture, &output, "scale"))
}

/// Statements of Python, one per line, that compute r from x with NumPy as `np` and the tensors in a dict `w`.
fn statements(architecture: &Architecture) -> String {
    let tensor = |name: &str| format!("w[\"{name}\"]");
    let mut lines = Vec::new();
    for layer in 0..architecture.layers {
        let input = if layer == 0 { "x" } else { "h" };
        let [weight, bias] = ["weight", "bias"].map(|part| tensor(&format!("encoder.{layer}.{part}")));
        lines.push(format!("h = {weight} @ {input} + {bias}"));
        if architecture.activation != Activation::Identity {
            lines.push(format!("h = {}", in_numpy(architecture.activation, "h")));
        }
    }
    let output = pre_activation(architecture, tensor);
    if architecture.output == Activation::Identity {
        lines.push(format!("r = {}", combine(architecture, &format!("({output})"), &tensor("scale"))));
    } else {
        lines.push(format!("r = {output}"));
        let activated = format!("({})", in_numpy(architecture.output, "r"));
        lines.push(format!("r = {}", combine(architecture, &activated, &tensor("scale"))));
    }
    lines.join("\n")
}

/// The decoder's output before its activation, with the tensors' names as `tensor` writes them.
fn pre_activation(architecture: &Architecture, tensor: impl Fn(&str) -> String) -> String {
    let bias = tensor("decoder.bias");
    match architecture.decoder {
        Decoder::Untied => format!("{} @ h + {bias}", tensor("decoder.weight")),
        Decoder::Scaled => {
            format!("{}.T @ ({} * h) + {bias}", tensor("encoder.0.weight"), tensor("decoder.factor"))
        }
        Decoder::Transposed => format!("{}.T @ h + {bias}", tensor("encoder.0.weight")),
    }
}

/// r as the sum of its skip connection and the scaled output.
fn combine(architecture: &Architecture, output: &str, learned_scale: &str) -> String {
    let constant = |factor: f64| if factor == 1.0 { String::new() } else { format!("{} * ", Value::Real(factor)) };
    let scale = match architecture.scaling {
        Scaling::Fixed => constant(architecture.scale),
        Scaling::Variance => format!("{}sigma**2 * ", constant(architecture.scale)),
        Scaling::Learned | Scaling::PerOutput => format!("{learned_scale} * "),
    };
    let skip = if architecture.skip == 0.0 { String::new() } else { format!("{}x + ", constant(architecture.skip)) };
    format!("{skip}{scale}{output}")
}

/// An activation of the variable `u` in NumPy.
fn in_numpy(activation: Activation, u: &str) -> String {
    match activation {
        Activation::Tanh => format!("np.tanh({u})"),
        Activation::Sigmoid => format!("1 / (1 + np.exp(-{u}))"),
        Activation::Softplus => format!("np.logaddexp(0, {u})"),
        Activation::Relu => format!("np.maximum({u}, 0)"),
        Activation::Silu => format!("{u} / (1 + np.exp(-{u}))"),
        Activation::Identity => u.to_string(),
    }
}
