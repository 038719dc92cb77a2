//! Every form of network, and networks of random parameters.

use scorescape::lane::Lane;
use scorescape::model::{Decoder, Form, Network, Slot};
use scorescape::rng::{Purpose, Stream, stream};

/// All decoders in all forms they allow (the transposed one is plain only), with output scales 1 and 2.5.
pub fn forms(dims: &[usize], units: usize) -> Vec<Form> {
    let kinds = [
        (Decoder::Untied, 1.0),
        (Decoder::Untied, 0.0),
        (Decoder::Scaled, 1.0),
        (Decoder::Scaled, 0.0),
        (Decoder::Transposed, 0.0),
    ];
    let with_scale =
        |dim, scale| kinds.map(|(decoder, skip)| Form { dim, units, decoder, skip, scale, ..Form::default() });
    dims.iter().flat_map(|&dim| [1.0, 2.5].into_iter().flat_map(move |scale| with_scale(dim, scale))).collect()
}

/// The parameters that each unit of such a network has.
pub fn slots(form: &Form) -> Vec<Slot> {
    let head = (0..form.dim).map(Slot::Encoder).chain([Slot::Bias]);
    match form.decoder {
        Decoder::Untied => head.chain((0..form.dim).map(Slot::Decoder)).collect(),
        _ => head.chain([Slot::Factor]).collect(),
    }
}

/// Random parameters, the same in both precisions.
pub fn random<L: Lane>(form: Form, seed: u32) -> Network<L> {
    let mut rng = stream(seed, Purpose::Initialisation, 0);
    let mut network = Network::zeros(form);
    for unit in 0..form.units {
        for slot in slots(&form) {
            let value = single(&mut rng);
            if slot != Slot::Factor || form.decoder == Decoder::Scaled {
                network.set(unit, slot, value);
            }
        }
    }
    (0..form.dim).for_each(|k| network.set_output_bias(k, single(&mut rng)));
    network
}

/// A normal variate that single precision holds exactly.
fn single(rng: &mut Stream) -> f64 {
    f64::from(rng.normal() as f32)
}
