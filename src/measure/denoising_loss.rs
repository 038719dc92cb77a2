//! The denoising loss of any score: the mean of ‖y + σ² s(y) - x‖², y = x + σε. It uses the corruptions of a network's
//! validation loss, so both can be compared. The exact score of p_σ has the least loss possible (Vincent 2011).

use alloc::vec;

use crate::data::Points;
use crate::math;
use crate::objective::EXAMPLES_PER_TILE;
use crate::rng::Stream;
use crate::score::Score;

/// The mean over `points`, each used once; noise is drawn from `rng` for `batch` points at a time.
pub fn loss(score: &dyn Score, sigma: f64, points: &Points, batch: usize, rng: &mut Stream) -> f64 {
    let dim = points.dim();
    let mut noise = vec![0.0; batch.next_multiple_of(EXAMPLES_PER_TILE) * dim];
    let mut noisy = vec![0.0; batch * dim];
    let mut denoised = vec![0.0; batch * dim];
    let mut total = 0.0;
    for clean in points.values().chunks(batch * dim) {
        let count = clean.len() / dim;
        rng.fill_normal(&mut noise[..count.next_multiple_of(EXAMPLES_PER_TILE) * dim]);
        for (i, (y, x)) in noisy.iter_mut().zip(clean).enumerate() {
            let (example, k) = (i / dim, i % dim);
            let place = example / EXAMPLES_PER_TILE * EXAMPLES_PER_TILE * dim
                + k * EXAMPLES_PER_TILE
                + example % EXAMPLES_PER_TILE;
            *y = x + sigma * f64::from(noise[place]);
        }
        let (noisy, denoised) = (&noisy[..clean.len()], &mut denoised[..clean.len()]);
        score.scores(noisy, denoised);
        denoised.iter_mut().zip(noisy).for_each(|(s, y)| *s = y + sigma * sigma * *s);
        total += math::squared_distance(denoised, clean);
    }
    total / points.len() as f64
}
