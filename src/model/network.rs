//! A network: its architecture with its parameters.

use alloc::vec;
use alloc::vec::Vec;

use super::{Architecture, Decoder, Scaling};
use crate::simd::Simd;

/// A hidden unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its layer, from 0.
    pub layer: usize,
    /// Its place in the layer, from 0.
    pub index: usize,
}

impl From<usize> for Unit {
    /// A unit of the first layer.
    fn from(index: usize) -> Self {
        Self { layer: 0, index }
    }
}

/// A parameter of one hidden unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The entry of W for input k: a coordinate in the first layer, a unit of the previous layer in others.
    Encoder(usize),
    /// The entry of c.
    Bias,
    /// The entry of V for output coordinate k (untied, last layer).
    Decoder(usize),
    /// The entry of v (tied).
    Factor,
}

/// The parameters of a network in SIMD vectors of type `L`, laid out as in [`Architecture`]. Padding units have zero
/// output weights, so they do not affect the output.
#[derive(Clone, Debug, PartialEq)]
pub struct Network<L> {
    architecture: Architecture,
    parameters: Vec<L>,
}

impl<L: Simd> Network<L> {
    /// A network of zeros. For [`Decoder::Transposed`] the factors v are ones; a learned scale has its initial value.
    pub fn zeros(architecture: Architecture) -> Self {
        let mut network = Self { architecture, parameters: vec![L::default(); architecture.vectors(L::WIDTH)] };
        if architecture.decoder == Decoder::Transposed {
            (0..architecture.units).for_each(|unit| network.set(unit, Slot::Factor, 1.0));
        }
        match architecture.scaling {
            Scaling::Fixed | Scaling::Variance => {}
            Scaling::Learned => network.set_scale(0, architecture.scale),
            Scaling::PerOutput => (0..architecture.dim).for_each(|k| network.set_scale(k, architecture.scale)),
        }
        network
    }

    /// The network with the given parameters; `None` for a wrong number of them or unless [`Architecture::permits`]
    /// them.
    pub fn from_parameters(architecture: Architecture, parameters: Vec<L>) -> Option<Self> {
        architecture.permits(&parameters, 1.0).then_some(Self { architecture, parameters })
    }

    /// The architecture.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// All parameters, padding included.
    pub fn parameters(&self) -> &[L] {
        &self.parameters
    }

    /// All parameters, padding included; padding must stay zero.
    pub fn parameters_mut(&mut self) -> &mut [L] {
        &mut self.parameters
    }

    /// The parameters of the units of `layer`.
    pub(crate) fn layer(&self, layer: usize) -> &[L] {
        &self.parameters[self.architecture.offset(L::WIDTH, layer)..self.architecture.offset(L::WIDTH, layer + 1)]
    }

    /// The index of the first SIMD vector of the output bias.
    pub(crate) fn bias_offset(&self) -> usize {
        self.architecture.offset(L::WIDTH, self.architecture.layers)
    }

    /// The SIMD vector and the element that hold `slot` of `unit`.
    fn place(&self, unit: Unit, slot: Slot) -> (usize, usize) {
        let Unit { layer, index } = unit;
        assert!(index < self.architecture.units && layer < self.architecture.layers);
        let inputs = self.architecture.inputs(layer);
        let slot = match slot {
            Slot::Encoder(k) => k,
            Slot::Bias => inputs,
            Slot::Decoder(k) => inputs + 1 + k,
            Slot::Factor => inputs + 1,
        };
        let block = index / L::WIDTH * self.architecture.stride(layer);
        (self.architecture.offset(L::WIDTH, layer) + block + slot, index % L::WIDTH)
    }

    /// One parameter of one unit.
    pub fn get(&self, unit: impl Into<Unit>, slot: Slot) -> f64 {
        let (vector, element) = self.place(unit.into(), slot);
        self.parameters[vector].get(element)
    }

    /// Sets one parameter of one unit.
    pub fn set(&mut self, unit: impl Into<Unit>, slot: Slot, value: f64) {
        let (vector, element) = self.place(unit.into(), slot);
        self.write(vector, element, value);
    }

    // Not inlined, because many places set initial weights: this keeps the page's module small.
    #[inline(never)]
    fn write(&mut self, vector: usize, element: usize, value: f64) {
        let old = self.parameters[vector];
        self.parameters[vector] = L::from_fn(|i| if i == element { value } else { old.get(i) });
    }

    /// Coordinate `k` of the output bias b.
    pub fn output_bias(&self, k: usize) -> f64 {
        self.parameters[self.bias_offset() + k / L::WIDTH].get(k % L::WIDTH)
    }

    /// Sets coordinate `k` of the output bias b.
    pub fn set_output_bias(&mut self, k: usize, value: f64) {
        self.write(self.bias_offset() + k / L::WIDTH, k % L::WIDTH, value);
    }

    /// The factor s₀ of output coordinate `k`, for corruption `sigma`.
    pub fn scale(&self, k: usize, sigma: f64) -> f64 {
        let learned =
            |k: usize| self.parameters[self.architecture.scale_offset(L::WIDTH) + k / L::WIDTH].get(k % L::WIDTH);
        match self.architecture.scaling {
            Scaling::Fixed => self.architecture.scale,
            Scaling::Variance => self.architecture.scale * sigma * sigma,
            Scaling::Learned => learned(0),
            Scaling::PerOutput => learned(k),
        }
    }

    /// Sets learned scale number `k`.
    pub fn set_scale(&mut self, k: usize, value: f64) {
        self.write(self.architecture.scale_offset(L::WIDTH) + k / L::WIDTH, k % L::WIDTH, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Decoder;
    use crate::simd::f32x4;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn architecture(decoder: Decoder) -> Architecture {
        Architecture { dim: 2, units: 6, decoder, skip: 0.0, ..Architecture::default() }
    }

    /// The number of parameters that may not become 7. Asserts that each of them may become NaN.
    fn constants<L: Simd>(decoder: Decoder) -> usize {
        let sound = Network::<L>::zeros(architecture(decoder));
        let changed = |i: usize, value: f64| {
            let mut parameters = sound.parameters().to_vec();
            let old = parameters[i / L::WIDTH];
            parameters[i / L::WIDTH] = L::from_fn(|e| if e == i % L::WIDTH { value } else { old.get(e) });
            Network::from_parameters(architecture(decoder), parameters)
        };
        let numbers = 0..sound.parameters().len() * L::WIDTH;
        assert!(numbers.clone().all(|i| changed(i, f64::NAN).is_some()));
        numbers.filter(|i| changed(*i, 7.0).is_none()).count()
    }

    #[test]
    fn network_is_refused_when_padding_or_a_transposed_decoder_s_factor_is_changed() {
        // Untied blocks have two padding units of five parameters, other blocks four; two of four elements pad the
        // bias.
        assert_eq!((constants::<f32x4>(Decoder::Untied), constants::<f64>(Decoder::Untied)), (12, 10));
        assert_eq!((constants::<f32x4>(Decoder::Scaled), constants::<f64>(Decoder::Scaled)), (10, 8));
        // The factors of six units are fixed too.
        assert_eq!((constants::<f32x4>(Decoder::Transposed), constants::<f64>(Decoder::Transposed)), (16, 14));
    }

    #[test]
    fn network_is_refused_when_it_has_another_number_of_parameters() {
        let sound = Network::<f32x4>::zeros(architecture(Decoder::Untied));
        for length in [0, sound.parameters().len() - 1, sound.parameters().len() + 1] {
            let mut parameters = sound.parameters().to_vec();
            parameters.resize(length, f32x4::default());
            assert_eq!(Network::from_parameters(*sound.architecture(), parameters), None);
        }
    }
}
