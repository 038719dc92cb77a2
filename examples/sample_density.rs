//! Samples a custom density with the no-U-turn sampler and computes the chains' diagnostics: `cargo run --example
//! sample_density`.

use scorescape::measure::Convergence;
use scorescape::sample::{Adaptive, Chains, EnergyRule, Nuts, Start};
use scorescape::score::{Path, Score};
use scorescape::setting::SettingError;

/// Energy x²/2 + (y - x²/2)²/2: a bent ridge on which x is standard normal.
struct Ridge;

impl Score for Ridge {
    fn dim(&self) -> usize {
        2
    }

    fn scores(&self, points: &[f64], out: &mut [f64]) {
        for (p, s) in points.chunks_exact(2).zip(out.chunks_exact_mut(2)) {
            let gap = p[1] - 0.5 * p[0] * p[0];
            s.copy_from_slice(&[p[0] * gap - p[0], -gap]);
        }
    }

    fn jacobian(&self, p: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&[p[1] - 1.5 * p[0] * p[0] - 1.0, p[0], p[0], -1.0]);
    }
}

fn main() -> Result<(), SettingError> {
    // Energy differences are integrals of the score; Gauss-Legendre with four nodes is exact for this polynomial.
    let energy = EnergyRule::Path(Path::gauss_legendre(4, 2)?);
    let kernel = Adaptive::wrap(Box::new(Nuts::new(0.3, 7, energy, 2)), 500, 2);
    let mut chains = Chains::new(kernel, Start::Gaussian { dim: 2, spread: 1.0 }, 1, 0..4);
    chains.step(&Ridge, 500);
    let mut draws = Vec::new();
    for _ in 0..1000 {
        chains.step(&Ridge, 1);
        draws.extend_from_slice(chains.states());
    }
    let Convergence { r_hat, ess_bulk, ess_tail, .. } = Convergence::of_rounds(&draws, 4, 2)?;
    println!("R-hat {r_hat:.4}, ESS {ess_bulk:.0} (bulk), {ess_tail:.0} (tail) of 4000 draws");
    let variance = draws.iter().step_by(2).map(|x| x * x).sum::<f64>() / 4000.0;
    println!("variance of x {variance:.3}, exactly 1");
    Ok(())
}
