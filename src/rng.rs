//! Named streams of random numbers: ChaCha8 keyed by the seed, with one stream for each purpose and index.
//!
//! A draw depends only on (seed, purpose, index) and its position in the stream, never on time, thread or the order of
//! other calls. `rand` supplies the integers. The variates below are our own, because library samplers change their
//! bits between versions and feature sets. Normal variates: Box and Muller, *A Note on the Generation of Random Normal
//! Deviates* (1958).

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use wide::{f32x4, i32x4, u32x4};

use crate::math;
use crate::simd::polynomial;

/// The purpose of a stream. The numbers are part of every result: never reuse or renumber them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The training points.
    Data = 1,
    /// The network's initial weights.
    Initialisation = 2,
    /// The examples of a training step and their corruption; the index is the step number.
    Batch = 3,
    /// The start of a Markov chain; the index is the chain number.
    Start = 4,
    /// The proposals and acceptances of a Markov chain; the index is the chain number.
    Proposal = 5,
    /// The draws for the estimate of a measure; the index is the repetition.
    Measure = 6,
    /// The coefficients of a random density.
    Density = 7,
    /// The validation points, index 0, and their corruption, index 1.
    Validation = 8,
    /// The split of a table's rows into training, validation and test points.
    Split = 9,
    /// The corruption of points for display, equal for every frame.
    Picture = 10,
}

/// The stream of `seed` for `purpose` and `index` (below 2⁵⁶).
pub fn stream(seed: u32, purpose: Purpose, index: u64) -> Stream {
    debug_assert!(index < 1 << 56);
    let mut key = [0; 32];
    key[..4].copy_from_slice(&seed.to_le_bytes());
    let mut generator = ChaCha8Rng::from_seed(key);
    generator.set_stream((purpose as u64) << 56 | index);
    Stream { generator }
}

/// A source of uniform, normal and exponential variates.
#[derive(Debug)]
pub struct Stream {
    generator: ChaCha8Rng,
}

impl Clone for Stream {
    /// A generator at the same position of the same stream.
    fn clone(&self) -> Self {
        Self { generator: ChaCha8Rng::deserialize_state(&self.generator.serialize_state()) }
    }
}

impl Stream {
    fn next_u32(&mut self) -> u32 {
        rand::Rng::next_u32(&mut self.generator)
    }

    /// Uniform on the open interval (0, 1), an odd multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        let word = rand::Rng::next_u64(&mut self.generator);
        ((word >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    }

    /// Uniform on {0, …, count - 1} with a bias of at most count/2³², by Lemire's multiplication; `count` must be
    /// positive.
    pub fn index(&mut self, count: u32) -> usize {
        debug_assert!(count > 0);
        ((u64::from(self.next_u32()) * u64::from(count)) >> 32) as usize
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -math::ln(self.uniform())
    }

    /// Standard normal, in double precision.
    pub fn normal(&mut self) -> f64 {
        let radius = math::sqrt(2.0 * self.exponential());
        radius * math::sin_cos(math::TAU * self.uniform()).1
    }

    /// Fills `out` with standard normals in single precision, of magnitude up to 6.7.
    pub fn fill_normal(&mut self, out: &mut [f32]) {
        for chunk in out.chunks_mut(8) {
            let pair = self.normal_vectors();
            let values = [pair[0].to_array(), pair[1].to_array()];
            chunk.copy_from_slice(&values.as_flattened()[..chunk.len()]);
        }
    }

    /// Eight standard normals. With φ uniform on (-π/4, π/4) and two random signs, the Box-Muller pair is ±√(-ln
    /// u) (cos φ ∓ sin φ), without a reduction of the angle.
    fn normal_vectors(&mut self) -> [f32x4; 2] {
        let mut words = || u32x4::new(core::array::from_fn(|_| self.next_u32()));
        let (radius_bits, angle_bits) = (words(), words());
        let radius = (-ln(unit_interval(radius_bits >> 1, 31))).sqrt();
        let turn = unit_interval(angle_bits & u32x4::splat(0x3fff_ffff), 30) - f32x4::HALF;
        let (sine, cosine) = sin_cos_octant(turn * f32x4::splat(core::f32::consts::FRAC_PI_2));
        [signed(radius * (cosine - sine), angle_bits), signed(radius * (cosine + sine), angle_bits << 1)]
    }
}

/// (k + ½)/2^bits for whole k below 2³¹, rounded to single precision: in (0, 1].
#[inline(always)]
fn unit_interval(k: u32x4, bits: u32) -> f32x4 {
    (signed_integers(k).round_float() + f32x4::HALF) * f32x4::splat(1.0 / (1u64 << bits) as f32)
}

#[inline(always)]
fn signed_integers(k: u32x4) -> i32x4 {
    i32x4::new(k.to_array().map(u32::cast_signed))
}

/// x where the highest bit of `bits` is clear, and -x where it is set.
#[inline(always)]
fn signed(x: f32x4, bits: u32x4) -> f32x4 {
    f32x4::from_bits(x.to_bits() ^ (bits & u32x4::splat(1 << 31)))
}

/// ln x for positive normal x, with an error below 2e-7 max(|ln x|, ½): ln x = k ln 2 + 2 artanh((m-1)/(m+1)) for
/// x = 2ᵏ m with m in [√½, √2).
#[inline(always)]
fn ln(x: f32x4) -> f32x4 {
    let least = u32x4::splat(0x3f35_04f3); // the bits of √½
    let offset = x.to_bits() - least;
    let exponent = i32x4::round_float(signed_integers(offset) >> 23i32);
    let mantissa = f32x4::from_bits((offset & u32x4::splat(0x007f_ffff)) + least);
    let s = (mantissa - f32x4::ONE) / (mantissa + f32x4::ONE);
    exponent * f32x4::splat(core::f32::consts::LN_2)
        + s * polynomial(s * s, &[2.0, 0.666_668_2, 0.399_747_5, 0.299_267])
}

/// sin and cos on [-π/4, π/4] with absolute errors below 2e-7.
#[inline(always)]
fn sin_cos_octant(x: f32x4) -> (f32x4, f32x4) {
    let s = x * x;
    let sine = x * polynomial(s, &[1.0, -0.166_666_51, 8.332_037e-3, -1.950_400_7e-4]);
    let cosine = polynomial(s, &[1.0, -0.5, 4.166_661_7e-2, -1.388_661_9e-3, 2.437_991_6e-5]);
    (sine, cosine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn streams_differ_by_seed_purpose_and_index() {
        let first = |seed, purpose, index| stream(seed, purpose, index).next_u32();
        let reference = first(1, Purpose::Data, 0);
        assert_eq!(reference, first(1, Purpose::Data, 0));
        assert_ne!(reference, first(2, Purpose::Data, 0));
        assert_ne!(reference, first(1, Purpose::Batch, 0));
        assert_ne!(reference, first(1, Purpose::Data, 1));
    }

    #[test]
    fn simd_functions_err_by_less_than_their_documented_bounds() {
        for i in 1..100_000 {
            let x = (f64::from(i) * 1e-5) as f32;
            let error = ln(f32x4::splat(x)).to_array()[1] as f64 - math::ln(f64::from(x));
            assert!(error.abs() < 2e-7 * math::ln(f64::from(x)).abs().max(0.5), "ln({x}) errs by {error}");
            let angle = ((f64::from(i) - 5e4) * 1.57e-5) as f32;
            let (sine, cosine) = sin_cos_octant(f32x4::splat(angle));
            let exact = math::sin_cos(f64::from(angle));
            assert!((f64::from(sine.to_array()[0]) - exact.0).abs() < 2e-7, "sin({angle})");
            assert!((f64::from(cosine.to_array()[3]) - exact.1).abs() < 2e-7, "cos({angle})");
        }
    }

    /// Raw moments 1 to 4 and the mixed moment of neighbours: each within 4.5 standard errors (alpha 7e-6 apiece).
    fn assert_moments_are_normal(z: &[f64]) {
        let n = z.len() as f64;
        let moment = |k: i32| z.iter().map(|z| (0..k).fold(1.0, |p, _| p * z)).sum::<f64>() / n;
        for (k, exact, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let bound = 4.5 * math::sqrt(variance / n);
            assert!((moment(k) - exact).abs() < bound, "moment {k} is {}, not {exact}", moment(k));
        }
        let lagged = z.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / n;
        assert!(lagged.abs() < 4.5 / math::sqrt(n), "neighbours correlate: {lagged}");
    }

    #[test]
    fn normals_have_normal_moments_in_both_precisions() {
        let mut source = stream(7, Purpose::Measure, 0);
        let double: Vec<f64> = (0..200_000).map(|_| source.normal()).collect();
        assert_moments_are_normal(&double);
        let mut single = vec![0.0; 200_000];
        source.fill_normal(&mut single);
        let single: Vec<f64> = single.into_iter().map(f64::from).collect();
        assert_moments_are_normal(&single);
        let halves = [0, 4].map(|o| single.chunks_exact(8).map(|c| c[o] * c[(o + 4) % 8]).sum::<f64>() / 25_000.0);
        assert!(halves[0].abs() < 4.5 / math::sqrt(25_000.0), "the two of a pair correlate: {}", halves[0]);
    }

    #[test]
    fn uniform_and_exponential_have_their_means() {
        let mut source = stream(8, Purpose::Measure, 0);
        let n = 200_000;
        let uniform = (0..n).map(|_| source.uniform()).sum::<f64>() / f64::from(n);
        let exponential = (0..n).map(|_| source.exponential()).sum::<f64>() / f64::from(n);
        assert!((uniform - 0.5).abs() < 4.5 * math::sqrt(1.0 / 12.0 / f64::from(n)), "{uniform}");
        assert!((exponential - 1.0).abs() < 4.5 / math::sqrt(f64::from(n)), "{exponential}");
        assert!((0..n).all(|_| source.index(3) < 3));
    }
}
