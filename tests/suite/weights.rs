//! Networks as tensors: bit-exact round trips, the meaning of each tensor, and files from other programs.

use scorescape::experiment::parse;
use scorescape::io::safetensors::{self, Archive, Tensor, Values};
use scorescape::model::{Activation, Architecture, Decoder, Scaling, state_dict};
use scorescape::score::Learned;
use scorescape::session::Session;
use scorescape::simd::f32x4;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::reference_network::{bent_forms, dot, every_form, random};

/// Every form with every activation, bent outputs too, and four layers, with a partly filled last block.
fn forms() -> Vec<Architecture> {
    let every = Activation::ALL.into_iter().flat_map(|activation| every_form(3, 6, activation));
    every
        .chain(bent_forms(3, 6))
        .chain([1, 2].map(|dim| Architecture { dim, units: 5, layers: 4, ..Architecture::default() }))
        .collect()
}

fn tensor<'a>(archive: &'a Archive, name: &str) -> &'a Tensor {
    archive.tensors.iter().find(|tensor| tensor.name == name).unwrap()
}

fn numbers(tensor: &Tensor) -> Vec<f64> {
    let Values::F32(values) = &tensor.values else { panic!("{} is not single", tensor.name) };
    values.iter().map(|value| f64::from(*value)).collect()
}

/// Rows of a matrix times a vector.
fn product(matrix: &Tensor, x: &[f64]) -> Vec<f64> {
    let [rows, columns] = matrix.shape[..] else { panic!("{} is no matrix", matrix.name) };
    let numbers = numbers(matrix);
    assert_eq!((numbers.len(), columns), (rows * columns, x.len()));
    numbers.chunks(columns).map(|row| dot(row, x)).collect()
}

/// Columns of a matrix times a vector.
fn transposed_product(matrix: &Tensor, x: &[f64]) -> Vec<f64> {
    let (numbers, columns) = (numbers(matrix), matrix.shape[1]);
    (0..columns).map(|j| x.iter().enumerate().map(|(i, x)| numbers[i * columns + j] * x).sum()).collect()
}

fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// r(x) computed from named tensors and the form alone.
fn reconstruct(archive: &Archive, architecture: &Architecture, sigma: f64, x: &[f64]) -> Vec<f64> {
    let mut h = x.to_vec();
    for layer in 0..architecture.layers {
        let weight = tensor(archive, &format!("encoder.{layer}.weight"));
        let bias = numbers(tensor(archive, &format!("encoder.{layer}.bias")));
        h = sum(&product(weight, &h), &bias).iter().map(|u| architecture.activation.value(*u)).collect();
    }
    let output = match architecture.decoder {
        Decoder::Untied => product(tensor(archive, "decoder.weight"), &h),
        Decoder::Scaled => {
            let factors = numbers(tensor(archive, "decoder.factor"));
            let scaled: Vec<f64> = h.iter().zip(factors).map(|(h, factor)| h * factor).collect();
            transposed_product(tensor(archive, "encoder.0.weight"), &scaled)
        }
        Decoder::Transposed => transposed_product(tensor(archive, "encoder.0.weight"), &h),
    };
    let output = sum(&output, &numbers(tensor(archive, "decoder.bias")));
    let scale = |k: usize| match architecture.scaling {
        Scaling::Fixed => architecture.scale,
        Scaling::Variance => architecture.scale * sigma * sigma,
        Scaling::Learned => numbers(tensor(archive, "scale"))[0],
        Scaling::PerOutput => numbers(tensor(archive, "scale"))[k],
    };
    (0..architecture.dim).map(|k| scale(k) * architecture.output.value(output[k]) + architecture.skip * x[k]).collect()
}

#[test]
fn parameters_come_back_bit_for_bit_in_every_form() {
    for (i, architecture) in forms().into_iter().enumerate() {
        let network = random::<f32x4>(architecture, i as u32);
        let archive = state_dict::archive(&network).unwrap();
        let file = safetensors::write(&archive).unwrap();
        let back = state_dict::network(architecture, &safetensors::read(&file).unwrap()).unwrap();
        let bits = |vectors: &[f32x4]| {
            vectors.iter().flat_map(|vector| vector.to_array().map(f32::to_bits)).collect::<Vec<_>>()
        };
        assert_eq!(bits(back.parameters()), bits(network.parameters()), "{architecture:?}");
    }
}

#[test]
fn parameters_are_tensors_that_give_the_reconstruction_by_their_names_in_every_form() {
    let (sigma, points) = (0.7, [0.3, -0.8, 1.1, 0.0, 0.5, -0.2]);
    for (i, architecture) in forms().into_iter().enumerate() {
        let network = random::<f32x4>(architecture, i as u32);
        let archive = state_dict::archive(&network).unwrap();
        let points = &points[..2 * architecture.dim];
        let mut found = vec![0.0; points.len()];
        Learned::new(network, sigma).reconstruct(points, &mut found);
        let expected = points.chunks(architecture.dim).flat_map(|x| reconstruct(&archive, &architecture, sigma, x));
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5 * (1.0 + expected.abs()), "{architecture:?}: {found} {expected}");
        }
    }
}

#[test]
fn parameters_have_the_names_and_shapes_of_a_model_in_numpy() {
    let shapes = |architecture| {
        let archive = state_dict::archive(&random::<f32x4>(architecture, 1)).unwrap();
        archive.tensors.into_iter().map(|tensor| (tensor.name, tensor.shape)).collect::<Vec<_>>()
    };
    let named = |list: &[(&str, &[usize])]| list.iter().map(|(n, s)| (n.to_string(), s.to_vec())).collect::<Vec<_>>();
    let two = Architecture { dim: 3, units: 5, layers: 2, scaling: Scaling::Learned, ..Architecture::default() };
    let expected: [(&str, &[usize]); 7] = [
        ("encoder.0.weight", &[5, 3]),
        ("encoder.0.bias", &[5]),
        ("encoder.1.weight", &[5, 5]),
        ("encoder.1.bias", &[5]),
        ("decoder.weight", &[3, 5]),
        ("decoder.bias", &[3]),
        ("scale", &[]),
    ];
    assert_eq!(shapes(two), named(&expected));
    let scaled = Architecture { layers: 1, decoder: Decoder::Scaled, scaling: Scaling::PerOutput, ..two };
    let expected: [(&str, &[usize]); 5] = [
        ("encoder.0.weight", &[5, 3]),
        ("encoder.0.bias", &[5]),
        ("decoder.factor", &[5]),
        ("decoder.bias", &[3]),
        ("scale", &[3]),
    ];
    assert_eq!(shapes(scaled), named(&expected));
    let tied = Architecture { decoder: Decoder::Transposed, skip: 0.0, scaling: Scaling::Fixed, ..scaled };
    assert_eq!(shapes(tied), [&named(&expected)[..2], &named(&expected)[3..4]].concat());
}

#[test]
fn parameters_say_in_a_formula_what_they_do() {
    let formula = |architecture| {
        let archive = state_dict::archive(&random::<f32x4>(architecture, 1)).unwrap();
        archive.metadata.into_iter().find(|(name, _)| name == "r").unwrap().1
    };
    let architecture = Architecture { dim: 2, units: 3, ..Architecture::default() };
    let h = "h = tanh(encoder.0.weight @ x + encoder.0.bias)";
    assert_eq!(formula(architecture), format!("r = x + (decoder.weight @ h + decoder.bias), {h}"));
    let plain = Architecture { skip: 0.0, scale: 2.5, decoder: Decoder::Scaled, ..architecture };
    let output = "encoder.0.weight.T @ (decoder.factor * h) + decoder.bias";
    assert_eq!(formula(plain), format!("r = 2.5 * ({output}), {h}"));
    let bent = Architecture { output: Activation::Sigmoid, ..plain };
    assert_eq!(formula(bent), format!("r = 2.5 * sigmoid({output}), {h}"));
    let tied = Architecture { decoder: Decoder::Transposed, scaling: Scaling::Learned, ..plain };
    assert_eq!(formula(tied), format!("r = scale * (encoder.0.weight.T @ h + decoder.bias), {h}"));
    let deep = Architecture {
        layers: 2,
        activation: Activation::Silu,
        scaling: Scaling::Variance,
        scale: 0.5,
        ..architecture
    };
    let h = "h = silu(encoder.1.weight @ silu(encoder.0.weight @ x + encoder.0.bias) + encoder.1.bias)";
    assert_eq!(formula(deep), format!("r = x + 0.5 * sigma**2 * (decoder.weight @ h + decoder.bias), {h}"));
}

#[test]
fn parameters_say_in_statements_of_numpy_what_they_do() {
    let statements = |architecture| {
        let archive = state_dict::archive(&random::<f32x4>(architecture, 1)).unwrap();
        archive.metadata.into_iter().find(|(name, _)| name == "numpy").unwrap().1
    };
    let architecture = Architecture { dim: 2, units: 3, ..Architecture::default() };
    let hidden = r#"h = w["encoder.0.weight"] @ x + w["encoder.0.bias"]"#;
    let output = r#"r = x + (w["decoder.weight"] @ h + w["decoder.bias"])"#;
    assert_eq!(statements(architecture), format!("{hidden}\nh = np.tanh(h)\n{output}"));
    let tied = Architecture {
        layers: 2,
        activation: Activation::Silu,
        output: Activation::Sigmoid,
        decoder: Decoder::Scaled,
        scaling: Scaling::Learned,
        skip: 0.0,
        ..architecture
    };
    let lines = [
        hidden,
        "h = h / (1 + np.exp(-h))",
        r#"h = w["encoder.1.weight"] @ h + w["encoder.1.bias"]"#,
        "h = h / (1 + np.exp(-h))",
        r#"r = w["encoder.0.weight"].T @ (w["decoder.factor"] * h) + w["decoder.bias"]"#,
        r#"r = w["scale"] * (1 / (1 + np.exp(-r)))"#,
    ];
    assert_eq!(statements(tied), lines.join("\n"));
}

const FORM: Architecture = Architecture {
    dim: 2,
    units: 4,
    layers: 1,
    activation: Activation::Tanh,
    output: Activation::Identity,
    decoder: Decoder::Untied,
    skip: 1.0,
    scale: 1.0,
    scaling: Scaling::Learned,
};

/// The error for a network's tensors after `change`.
fn refused(change: impl FnOnce(&mut Archive)) -> String {
    let mut archive = state_dict::archive(&random::<f32x4>(FORM, 1)).unwrap();
    change(&mut archive);
    state_dict::network(FORM, &archive).unwrap_err().to_string()
}

fn single(archive: &mut Archive, i: usize) -> &mut Vec<f32> {
    let Values::F32(values) = &mut archive.tensors[i].values else { panic!() };
    values
}

#[test]
fn tensors_that_are_not_the_network_s_are_refused_by_name_and_shape() {
    let of = "must be a tensor of shape [4, 2] and dtype F32";
    assert_eq!(refused(|a| a.tensors[0].shape = vec![2, 4]), format!("encoder.0.weight {of}, got \"[2, 4]\""));
    assert_eq!(refused(|a| a.tensors[0].shape = vec![8]), format!("encoder.0.weight {of}, got \"[8]\""));
    assert_eq!(refused(|a| single(a, 0).push(1.0)), format!("encoder.0.weight {of}, got \"[4, 2]\""));
    let double = |a: &mut Archive| a.tensors[0].values = Values::F64(vec![0.0; 8]);
    assert_eq!(refused(double), format!("encoder.0.weight {of}, got \"F64\""));
    let missing = |a: &mut Archive| drop(a.tensors.remove(2));
    let expected = "decoder.weight must be there as a tensor of shape [2, 4] and dtype F32, got \"nothing\"";
    assert_eq!(refused(missing), expected);
    let scalar = "scale must be a tensor of shape [] and dtype F32, got \"[1]\"";
    assert_eq!(refused(|a| a.tensors[4].shape = vec![1]), scalar);
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let expected = format!(
            "decoder.bias must have finite numbers only, got \"{}\"",
            scorescape::setting::Value::Real(f64::from(value))
        );
        assert_eq!(refused(|a| single(a, 3)[1] = value), expected);
    }
    let extra = |name: &'static str| {
        move |a: &mut Archive| {
            a.tensors.push(Tensor { name: name.into(), shape: vec![2], values: Values::F32(vec![0.0; 2]) });
        }
    };
    for name in ["encoder.1.bias", "decoder.bias"] {
        let expected = format!("{name} must not be there: this network has no such tensor, got \"[2]\"");
        assert_eq!(refused(extra(name)), expected);
    }
}

#[test]
fn metadata_that_contradict_the_form_are_refused_and_none_are_needed() {
    let other = |architecture| state_dict::archive(&random::<f32x4>(architecture, 1)).unwrap().metadata;
    let silu = other(Architecture { activation: Activation::Silu, ..FORM });
    assert_eq!(refused(|a| a.metadata = silu), "activation must be \"tanh\", as this network's, got \"silu\"");
    let plain = other(Architecture { skip: 0.0, ..FORM });
    assert!(refused(|a| a.metadata = plain).starts_with("form must be \"residual; decoder untied;"));
    let bent = other(Architecture { output: Activation::Tanh, ..FORM });
    assert!(
        refused(|a| a.metadata = bent).starts_with("form must be \"residual; decoder untied; output scale learned\",")
    );
    let fixed = |scale| Architecture { scale, scaling: Scaling::Fixed, ..FORM };
    let scaled = state_dict::archive(&random::<f32x4>(fixed(2.0), 1)).unwrap();
    assert_eq!(state_dict::network(fixed(3.0), &scaled).unwrap_err().setting, "r");
    let bare = Archive { metadata: vec![("author".into(), "someone".into())], ..scaled };
    assert!(state_dict::network(fixed(3.0), &bare).is_ok());
}

#[test]
fn network_that_diverged_is_not_written() {
    let mut network = random::<f32x4>(FORM, 1);
    network.set_output_bias(1, f64::NAN);
    assert_eq!(state_dict::archive(&network).unwrap_err().setting, "decoder.bias");
}

const LINK: &str = "#v=0&data.count=50&model.units=6&train.batch=16&train.sigma=0.2";

fn session(link: &str) -> Session {
    let (experiment, errors) = parse(link);
    assert!(errors.is_empty(), "{errors:?}");
    Session::new(experiment).unwrap()
}

#[test]
fn weights_of_a_session_are_its_view_and_name_their_link_step_and_sigma() {
    let mut session = session(LINK);
    session.step(30);
    let archive = safetensors::read(&session.weights().unwrap()).unwrap();
    assert_eq!(session.setup().snapshot_of(&archive).unwrap(), session.snapshot());
    let named: Vec<_> = archive.metadata.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(named[4..], [("link", &*session.setup().experiment().link()), ("step", "30"), ("sigma", "0.2")]);
    assert_eq!(named[..4].iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["form", "activation", "r", "numpy"]);
}

#[test]
fn weights_of_another_step_or_sigma_than_the_experiment_has_are_refused() {
    let session = session(LINK);
    let whole = safetensors::read(&session.weights().unwrap()).unwrap();
    let refused = |key: &str, text: &str| {
        let mut archive = whole.clone();
        archive.metadata.iter_mut().find(|(name, _)| name == key).unwrap().1 = text.into();
        session.setup().snapshot_of(&archive).unwrap_err().to_string()
    };
    assert_eq!(refused("sigma", "0.1"), "sigma must be 0.2, as in this experiment after step 0, got \"0.1\"");
    for text in ["NaN", "", "0.2000001"] {
        assert!(refused("sigma", text).starts_with("sigma must be 0.2"), "{text}");
    }
    for text in ["-1", "1e3", "", "10000001", "4294967296"] {
        assert_eq!(refused("step", text), format!("step must be a whole number in [0, 10000000], got \"{text}\""));
    }
    let bare = Archive { metadata: vec![], ..whole.clone() };
    let snapshot = session.setup().snapshot_of(&bare).unwrap();
    assert_eq!((snapshot.step, snapshot.parameters), (5000, session.snapshot().parameters));
}
