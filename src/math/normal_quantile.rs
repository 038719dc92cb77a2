//! The inverse of the normal distribution function, to 16 digits, by three ratios of polynomials (Wichura 1988,
//! algorithm AS 241, PPND16).

use super::{ln, sqrt};

/// Probabilities within this distance of ½ use the central ratio of polynomials.
const CENTRE: f64 = 0.425;
/// Up to this value of √(-ln p) tails use the near ratio, beyond it the far ratio.
const NEAR: f64 = 5.0;

const CENTRE_TOP: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const CENTRE_BOTTOM: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const NEAR_TOP: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    0.000_774_545_014_278_341_4,
];
const NEAR_BOTTOM: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    0.000_547_593_808_499_534_5,
    1.050_750_071_644_416_9e-09,
];
const FAR_TOP: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-05,
    2.010_334_399_292_288_1e-07,
];
const FAR_BOTTOM: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    0.000_786_869_131_145_613_3,
    1.846_318_317_510_054_8e-05,
    1.421_511_758_316_446e-07,
    2.044_263_103_389_939_7e-15,
];

/// z with Φ(z) = `p`: -∞ at 0, ∞ at 1, NaN outside [0, 1].
pub fn normal_quantile(p: f64) -> f64 {
    let off = p - 0.5;
    if off.abs() <= CENTRE {
        let rest = CENTRE * CENTRE - off * off;
        return off * ratio(&CENTRE_TOP, &CENTRE_BOTTOM, rest);
    }
    let smaller = p.min(1.0 - p);
    if smaller == 0.0 {
        return f64::INFINITY.copysign(off);
    }
    let depth = sqrt(-ln(smaller));
    let size = if depth <= NEAR {
        ratio(&NEAR_TOP, &NEAR_BOTTOM, depth - 1.6)
    } else {
        ratio(&FAR_TOP, &FAR_BOTTOM, depth - NEAR)
    };
    size.copysign(off)
}

fn ratio(top: &[f64; 8], bottom: &[f64; 8], x: f64) -> f64 {
    let polynomial = |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c);
    polynomial(top) / polynomial(bottom)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn normal_quantile_has_the_values_of_scipy() {
        for (p, z) in [
            (1e-300, -37.047_096_299_361_2),
            (1e-20, -9.262_340_089_798_409),
            (1e-11, -6.706_023_155_495_137),
            (1e-5, -4.264_890_793_922_825),
            (0.074, -1.446_632_067_158_978_5),
            (0.4, -0.253_347_103_135_799_8),
            (0.7, 0.524_400_512_708_040_7),
            (0.93, 1.475_791_028_179_171),
            (0.999, 3.090_232_306_167_813),
        ] {
            assert!((normal_quantile(p) / z - 1.0).abs() < 1e-15, "at {p}: {}", normal_quantile(p));
        }
        assert_eq!(normal_quantile(0.5), 0.0);
    }

    #[test]
    fn normal_quantile_inverts_the_distribution_function() {
        for i in 1..1000 {
            let p = f64::from(i) / 1000.0;
            let back = 0.5 * libm::erfc(-normal_quantile(p) / core::f64::consts::SQRT_2);
            assert!((back - p).abs() < 1e-15, "{back} for {p}");
        }
    }

    #[test]
    fn normal_quantile_is_infinite_at_the_ends_and_nan_beyond() {
        assert_eq!([0.0, 1.0].map(normal_quantile), [f64::NEG_INFINITY, f64::INFINITY]);
        assert!([-0.1, 1.1, f64::NAN].into_iter().all(|p| normal_quantile(p).is_nan()));
    }
}
