//! Wells on the line: E = s (a₁(x+1)² + b₁)(a₂x² + b₂)(a₃(x-1)² + b₃).

use super::Energy;

/// E, a product of three parabolas with vertices at -1, 0 and 1.
#[derive(Clone, Copy, Debug)]
pub struct Wells {
    /// a₁, a₂ and a₃, positive.
    pub curvatures: [f64; 3],
    /// b₁, b₂ and b₃, positive.
    pub floors: [f64; 3],
    /// s, positive.
    pub scale: f64,
    /// See [`Energy::frame`].
    pub frame: [f64; 2],
    /// See [`Energy::length_scale`].
    pub length_scale: f64,
}

impl Wells {
    /// The three factors, each with its first and second derivative.
    fn factors(&self, x: f64) -> [[f64; 3]; 3] {
        let factor = |k: usize| {
            let (a, t) = (self.curvatures[k], x + 1.0 - k as f64);
            [a * t * t + self.floors[k], 2.0 * a * t, 2.0 * a]
        };
        [factor(0), factor(1), factor(2)]
    }
}

impl Energy for Wells {
    fn dim(&self) -> usize {
        1
    }

    fn energy(&self, x: &[f64]) -> f64 {
        let [[f, ..], [g, ..], [h, ..]] = self.factors(x[0]);
        self.scale * f * g * h
    }

    fn gradient(&self, x: &[f64], out: &mut [f64]) {
        let [[f, df, _], [g, dg, _], [h, dh, _]] = self.factors(x[0]);
        out[0] = self.scale * (df * g * h + f * dg * h + f * g * dh);
    }

    fn hessian(&self, x: &[f64], out: &mut [f64]) {
        let [[f, df, ddf], [g, dg, ddg], [h, dh, ddh]] = self.factors(x[0]);
        let of_one = ddf * g * h + f * ddg * h + f * g * ddh;
        let of_two = df * dg * h + df * g * dh + f * dg * dh;
        out[0] = self.scale * (of_one + 2.0 * of_two);
    }

    fn frame(&self) -> [[f64; 2]; 2] {
        [self.frame; 2]
    }

    fn length_scale(&self) -> f64 {
        self.length_scale
    }
}
