//! The plane in which data of more than two dimensions are drawn: two coordinates, or two principal components.
//!
//! It affects drawing only, except that chains may be set to start at a point of the plane.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::Points;
use crate::math::{self, eigen::SymmetricEigen};
use crate::setting::{Choice, Section, Setting, SettingError, SettingKind, Settings};

static PRINCIPAL: Choice =
    Choice { id: "principal", label: "principal components", help: "The plane in which the data vary most." };
static COORDINATES: Choice =
    Choice { id: "coordinates", label: "two coordinates", help: "A pair of the data's own coordinates." };

/// The settings of the view plane.
pub static SETTINGS: &[Setting] = &[
    Setting {
        key: "view.plane",
        label: "Plane",
        unit: "",
        help: "The plane in which data of more than two dimensions are drawn.",
        kind: SettingKind::Choice { default: "principal", options: &[&PRINCIPAL, &COORDINATES] },
        min_dim: 3,
        changes_view: true,
        ..Setting::of(Section::View)
    },
    Setting {
        key: "view.across",
        label: "Across",
        unit: "",
        help: "The coordinate or principal component that runs from left to right.",
        kind: SettingKind::Integer { default: 1, min: 1, max: 1024 },
        min_dim: 3,
        changes_view: true,
        ..Setting::of(Section::View)
    },
    Setting {
        key: "view.up",
        label: "Up",
        unit: "",
        help: "The coordinate or principal component that runs upwards.",
        kind: SettingKind::Integer { default: 2, min: 1, max: 1024 },
        min_dim: 3,
        changes_view: true,
        ..Setting::of(Section::View)
    },
];

/// Above this dimension, principal components come from this number of evenly spaced points; all points and directions
/// would take minutes.
const MAX_DIRECT_DIM: usize = 128;
/// Up to 128 dimensions, principal components come from at most this number of products of coordinates.
const MAX_PRODUCTS: usize = 1 << 25;
/// Variances below this share of the greatest count as zero.
const MIN_VARIANCE_SHARE: f64 = 1e-12;

/// A plane in R^d: points origin + a across + b up, with perpendicular unit vectors `across` and `up`.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewPlane {
    origin: Vec<f64>,
    across: Vec<f64>,
    up: Vec<f64>,
}

/// An error if an axis number exceeds `dim` or both axes are equal. In one or two dimensions the settings are ignored.
pub fn check(settings: &Settings, dim: usize) -> Result<(), SettingError> {
    let axis = |key| settings.integer(key);
    for key in ["view.across", "view.up"] {
        if dim > 2 && axis(key) as usize > dim {
            return Err(SettingError::new(key, axis(key), format!("be at most {dim}, the number of coordinates")));
        }
    }
    if dim > 2 && axis("view.across") == axis("view.up") {
        return Err(SettingError::new("view.up", axis("view.up"), "differ from view.across"));
    }
    Ok(())
}

impl ViewPlane {
    /// The plane chosen in `settings` for `points`. In two dimensions it is the plane itself. In one dimension the line
    /// is drawn horizontally, at height zero.
    pub fn from_settings(settings: &Settings, points: &Points) -> Self {
        let d = points.dim();
        let axes = [settings.integer("view.across"), settings.integer("view.up")].map(|axis| axis as usize - 1);
        match d {
            1 => Self { origin: vec![0.0], across: vec![1.0], up: vec![0.0] },
            2 => Self::of_coordinates(d, [0, 1]),
            _ if settings.choice("view.plane") == COORDINATES.id => Self::of_coordinates(d, axes),
            _ => Self::principal(points, axes),
        }
    }

    fn of_coordinates(d: usize, axes: [usize; 2]) -> Self {
        let unit = |axis: usize| (0..d).map(|k| f64::from(u8::from(k == axis))).collect();
        Self { origin: vec![0.0; d], across: unit(axes[0]), up: unit(axes[1]) }
    }

    /// The plane through the mean along two principal components, counted from 0; along two coordinates if the points
    /// span too few dimensions.
    fn principal(points: &Points, axes: [usize; 2]) -> Self {
        let (d, origin) = (points.dim(), points.mean());
        let stride = points.len().div_ceil(if d > MAX_DIRECT_DIM { MAX_DIRECT_DIM } else { MAX_PRODUCTS / (d * d) });
        let rows = points.values().chunks_exact(d).step_by(stride);
        let centred: Vec<f64> = rows.flat_map(|point| point.iter().zip(&origin).map(|(x, m)| x - m)).collect();
        match components(&centred, d, axes) {
            [Some(across), Some(up)] => Self { origin, across, up },
            _ => Self::of_coordinates(d, axes),
        }
    }

    /// The dimension d.
    pub fn dim(&self) -> usize {
        self.origin.len()
    }

    /// Maps coordinates in the plane (pairs, one after another) to points of R^d.
    pub fn lift(&self, plane: &[f64]) -> Vec<f64> {
        let along = |ab: &[f64; 2], k: usize| self.origin[k] + ab[0] * self.across[k] + ab[1] * self.up[k];
        plane.as_chunks().0.iter().flat_map(|ab| (0..self.dim()).map(move |k| along(ab, k))).collect()
    }

    /// The coordinates in the plane of the orthogonal projections of points of R^d.
    pub fn project(&self, points: &[f64]) -> Vec<f64> {
        let shift = [&self.across, &self.up].map(|axis| math::dot(&self.origin, axis));
        let mut plane = self.project_vectors(points);
        plane.iter_mut().enumerate().for_each(|(i, x)| *x -= shift[i % 2]);
        plane
    }

    /// The components along the plane's axes of vectors of R^d.
    pub fn project_vectors(&self, vectors: &[f64]) -> Vec<f64> {
        let both = |v| [math::dot(v, &self.across), math::dot(v, &self.up)];
        vectors.chunks_exact(self.dim()).flat_map(both).collect()
    }

    /// aᵀMb for a d×d row-major matrix M and each pair (a, b) of the plane's axes: across-across, across-up, up-across,
    /// up-up.
    pub fn project_matrix(&self, matrix: &[f64]) -> [f64; 4] {
        let axes = [&self.across, &self.up];
        let product = |a: &[f64], b: &[f64]| -> f64 {
            matrix.chunks_exact(self.dim()).zip(a).map(|(row, a)| a * math::dot(row, b)).sum()
        };
        core::array::from_fn(|i| product(axes[i / 2], axes[i % 2]))
    }
}

/// Unit vectors along principal components `axes` of centred points (n×d); `None` for a component of zero variance.
fn components(centred: &[f64], d: usize, axes: [usize; 2]) -> [Option<Vec<f64>>; 2] {
    if d <= MAX_DIRECT_DIM {
        let mut products = vec![0.0; d * d];
        for point in centred.chunks_exact(d) {
            for (row, share) in products.chunks_exact_mut(d).zip(point) {
                row.iter_mut().zip(point).for_each(|(product, x)| *product += share * x);
            }
        }
        let directions = eigen_of(&products, d);
        return axes.map(|axis| Some(directions.vector(axis).to_vec()));
    }
    // The n×n matrix of inner products has the same eigenvalues; its eigenvectors hold the coefficients of the points.
    let others = |row| centred.chunks_exact(d).map(move |other| math::dot(row, other));
    let products: Vec<f64> = centred.chunks_exact(d).flat_map(others).collect();
    let n = centred.len() / d;
    let coefficients = eigen_of(&products, n);
    let reached =
        |axis: &usize| *axis < n && coefficients.values()[*axis] > MIN_VARIANCE_SHARE * coefficients.values()[0];
    axes.map(|axis| Some(axis).filter(reached).map(|axis| combination(centred, d, coefficients.vector(axis))))
}

fn eigen_of(matrix: &[f64], d: usize) -> SymmetricEigen {
    let mut eigen = SymmetricEigen::new(d);
    eigen.decompose(matrix);
    eigen
}

/// The unit vector along Σ share × point, with the sign that makes its first coordinate positive.
fn combination(points: &[f64], d: usize, coefficients: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; d];
    for (point, share) in points.chunks_exact(d).zip(coefficients) {
        sum.iter_mut().zip(point).for_each(|(x, p)| *x += share * p);
    }
    let norm = math::sqrt(math::dot(&sum, &sum));
    let length = if sum[0] < 0.0 { -norm } else { norm };
    sum.iter_mut().for_each(|x| *x /= length);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Mixture;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn settings() -> Settings {
        let mut settings = Settings::default();
        SETTINGS.iter().for_each(|setting| settings.add(setting));
        settings
    }

    #[test]
    fn view_plane_lies_along_the_principal_components() {
        // Variances 9, 4 and 0.01 along (2, 1, 2)/3, (-1, -2, 2)/3 and (2, -2, -1)/3, about (1, 2, 3).
        let axes = [[2.0, 1.0, 2.0], [-1.0, -2.0, 2.0], [2.0, -2.0, -1.0]];
        let variances = [9.0, 4.0, 0.01];
        let entry = |i: usize, j: usize| (0..3).map(|k| variances[k] * axes[k][i] * axes[k][j] / 9.0).sum();
        let covariance = (0..9).map(|n| entry(n / 3, n % 3)).collect();
        let normal = Mixture::full(3, &[1.0], vec![1.0, 2.0, 3.0], covariance).unwrap();
        let points = Points::draw(&normal, 20_000, 1);
        let view_plane = ViewPlane::from_settings(&settings(), &points);
        // Directions err by about √(4·9)/(9 - 4)/√20000.
        for (found, axis) in [(&view_plane.across, axes[0]), (&view_plane.up, axes[1])] {
            let cosine = found.iter().zip(axis).map(|(a, b)| a * b / 3.0).sum::<f64>();
            assert!(cosine.abs() > 0.999, "{found:?}");
        }
        assert!(view_plane.across[0] > 0.0 && math::dot(&view_plane.across, &view_plane.up).abs() < 1e-12);
    }

    #[test]
    fn view_plane_lies_along_the_principal_components_of_few_points_in_many_dimensions() {
        let d = 300;
        let mut rng = crate::rng::stream(3, crate::rng::Purpose::Data, 0);
        // Variances 9 and 4 along the last two coordinates, 0.01 along all others.
        let deviation = |k: usize| [0.1, 2.0, 3.0][(k + 3).saturating_sub(d)];
        let values = (0..500 * d).map(|i| 1.0 + deviation(i % d) * rng.normal()).collect();
        let mut points = Points { dim: d, values };
        let view_plane = ViewPlane::from_settings(&settings(), &points);
        for (axis, place) in [(&view_plane.across, d - 1), (&view_plane.up, d - 2)] {
            assert!(axis[place].abs() > 0.98 && (math::dot(axis, axis) - 1.0).abs() < 1e-12);
        }
        assert!(math::dot(&view_plane.across, &view_plane.up).abs() < 1e-9);
        // Two points lie on a line, which has one component.
        points.truncate(2);
        let view_plane = ViewPlane::from_settings(&settings(), &points);
        assert_eq!((view_plane.across[0], view_plane.up[1]), (1.0, 1.0));
    }

    #[test]
    fn project_is_the_inverse_of_lift() {
        let mut settings = settings();
        let cloud = Points::draw(&Mixture::isotropic(5, &[1.0], vec![0.3; 5], 1.0).unwrap(), 100, 2);
        for plane in ["principal", "coordinates"] {
            settings.set("view.plane", plane).unwrap();
            settings.set("view.up", "4").unwrap();
            let view_plane = ViewPlane::from_settings(&settings, &cloud);
            let back = view_plane.project(&view_plane.lift(&[0.5, -2.0, 3.0, 0.25]));
            assert!(back.iter().zip([0.5, -2.0, 3.0, 0.25]).all(|(a, b)| (a - b).abs() < 1e-12), "{plane}: {back:?}");
        }
    }

    #[test]
    fn view_plane_draws_a_line_at_height_zero() {
        let points = Points::draw(&Mixture::isotropic(1, &[1.0], vec![0.0], 1.0).unwrap(), 10, 1);
        let line = ViewPlane::from_settings(&settings(), &points);
        assert_eq!(
            (line.lift(&[0.5, 2.0, -1.0, 0.0]), line.project(&[0.5, -1.0])),
            (vec![0.5, -1.0], vec![0.5, 0.0, -1.0, 0.0])
        );
    }

    #[test]
    fn check_refuses_axes_beyond_the_dimension() {
        let mut settings = settings();
        assert!(check(&settings, 3).is_ok());
        settings.set("view.up", "4").unwrap();
        assert_eq!(check(&settings, 3).unwrap_err().setting, "view.up");
        assert!(check(&settings, 2).is_ok(), "in the plane axes are ignored");
        settings.set("view.up", "1").unwrap();
        assert_eq!(check(&settings, 3).unwrap_err().setting, "view.up");
    }
}
