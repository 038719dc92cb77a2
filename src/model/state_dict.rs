//! A network's parameters as named tensors for NumPy and PyTorch. Rows of W are units; rows of V are outputs.
//!
//! Tensors, all in single precision: `encoder.0.weight` (H×d) and `encoder.0.bias` (H), `encoder.1.weight` (H×H) and so
//! on for further layers, `decoder.weight` (d×H) and `decoder.bias` (d). A tied decoder has no weight tensor: V is the
//! transpose of `encoder.0.weight`; with learned factors, column j is multiplied by entry j of `decoder.factor` (H). A
//! learned scale is `scale`, one number or d numbers. The metadata hold the rest in words: `form`, `activation`, `r`, the
//! formula of the reconstruction in names of tensors, and `numpy`, Python statements that compute it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::{Activation, Architecture, Decoder, Network, Scaling, Slot, Unit};
use crate::io::safetensors::{Archive, Tensor, Values};
use crate::setting::{SettingError, Value};
use crate::simd::f32x4;

/// The parameters in a tensor.
#[derive(Clone, Copy, Debug)]
enum Part {
    Weight(usize),
    Bias(usize),
    Decoder,
    Factor,
    OutputBias,
    Scale,
}

/// Name, shape and parameters of a tensor.
struct TensorSpec {
    name: String,
    shape: Vec<usize>,
    part: Part,
}

/// The parameter of one entry of a tensor.
enum Place {
    Unit(Unit, Slot),
    OutputBias(usize),
    Scale(usize),
}

/// The parameters of `network` and the metadata of its architecture; an error names a tensor with a number that is not
/// finite.
pub fn archive(network: &Network<f32x4>) -> Result<Archive, SettingError> {
    let architecture = network.architecture();
    let mut tensors = Vec::new();
    for spec in specs(architecture) {
        tensors.push(spec.take_from(network)?);
    }
    Ok(Archive { metadata: metadata(architecture).into(), tensors })
}

/// The network of `architecture` with the parameters in `archive`. An error names a tensor that is missing or unknown,
/// or has the wrong shape, the wrong precision or a number that is not finite. It also names metadata that contradict
/// the architecture; missing metadata are accepted.
pub fn network(architecture: Architecture, archive: &Archive) -> Result<Network<f32x4>, SettingError> {
    for (key, text) in metadata(&architecture) {
        let other = archive.metadata.iter().find(|(name, other)| *name == key && *other != text);
        if let Some((_, other)) = other {
            return Err(SettingError::new(&key, other, format!("be \"{text}\", as this network's")));
        }
    }
    let specs = specs(&architecture);
    let mut found = Vec::new();
    for spec in &specs {
        found.push(spec.find(&archive.tensors)?);
    }
    if let Some(unknown) = unknown(&specs, &archive.tensors) {
        return Err(SettingError::new(
            &unknown.name,
            shape_text(&unknown.shape),
            "not be there: this network has no such tensor",
        ));
    }
    let mut network = Network::zeros(architecture);
    for (spec, values) in specs.iter().zip(found) {
        values
            .iter()
            .enumerate()
            .for_each(|(i, value)| spec.place(&architecture, i).write(&mut network, f64::from(*value)));
    }
    Ok(network)
}

/// The first tensor that is unknown or repeated, given that no tensor of `specs` is missing.
fn unknown<'a>(specs: &[TensorSpec], tensors: &'a [Tensor]) -> Option<&'a Tensor> {
    let is_known = |name: &str| specs.iter().any(|spec| spec.name == name);
    let is_repeated = |i: usize| tensors[..i].iter().any(|tensor| tensor.name == tensors[i].name);
    (0..tensors.len()).find(|i| !is_known(&tensors[*i].name) || is_repeated(*i)).map(|i| &tensors[i])
}

/// All tensors of a network of `architecture`.
fn specs(architecture: &Architecture) -> Vec<TensorSpec> {
    let &Architecture { dim, units, .. } = architecture;
    let spec = |name: &str, shape: Vec<usize>, part| TensorSpec { name: name.to_string(), shape, part };
    let mut specs = Vec::new();
    for layer in 0..architecture.layers {
        specs.push(spec(
            &format!("encoder.{layer}.weight"),
            vec![units, architecture.inputs(layer)],
            Part::Weight(layer),
        ));
        specs.push(spec(&format!("encoder.{layer}.bias"), vec![units], Part::Bias(layer)));
    }
    match architecture.decoder {
        Decoder::Untied => specs.push(spec("decoder.weight", vec![dim, units], Part::Decoder)),
        Decoder::Scaled => specs.push(spec("decoder.factor", vec![units], Part::Factor)),
        Decoder::Transposed => {}
    }
    specs.push(spec("decoder.bias", vec![dim], Part::OutputBias));
    match architecture.scaling {
        Scaling::Learned => specs.push(spec("scale", vec![], Part::Scale)),
        Scaling::PerOutput => specs.push(spec("scale", vec![dim], Part::Scale)),
        Scaling::Fixed | Scaling::Variance => {}
    }
    specs
}

impl TensorSpec {
    fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// The parameter of entry `i`, in row-major order.
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

    /// The numbers of this tensor in `tensors`; an error if it is missing or has another shape or precision.
    fn find<'a>(&self, tensors: &'a [Tensor]) -> Result<&'a [f32], SettingError> {
        let Self { name, shape, .. } = self;
        let refused = |found: &str, expected: &str| {
            Err(SettingError::new(name, found, format!("{expected} of shape {} and dtype F32", shape_text(shape))))
        };
        let Some(tensor) = tensors.iter().find(|tensor| tensor.name == *name) else {
            return refused("nothing", "be there as a tensor");
        };
        if tensor.shape != *shape || tensor.values.len() != self.count() {
            return refused(&shape_text(&tensor.shape), "be a tensor");
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
            // Any σ will do: a scale stored as a tensor does not depend on σ.
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

/// A shape in Python's notation.
fn shape_text(shape: &[usize]) -> String {
    let lengths: Vec<String> = shape.iter().map(|length| length.to_string()).collect();
    format!("[{}]", lengths.join(", "))
}

/// The properties of an architecture that the tensors do not determine.
fn metadata(architecture: &Architecture) -> [(String, String); 4] {
    [
        ("form", architecture_text(architecture)),
        ("activation", architecture.activation.id().to_string()),
        ("r", formula(architecture)),
        ("numpy", statements(architecture)),
    ]
    .map(|(key, text)| (key.to_string(), text))
}

fn architecture_text(architecture: &Architecture) -> String {
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

/// The formula of r(x), with `@` for matrix products as in NumPy.
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
