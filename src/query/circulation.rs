//! The circulation ∮ s·dx of a score along a closed polyline. It is zero for the gradient of an energy; in the plane it
//! is the integral of the curl over the enclosed area.

use crate::score::{Path, Score};
use crate::setting::SettingError;

/// ∮ s·dx along the closed polyline through `vertices` (one after another, each of d coordinates). Each segment is
/// integrated by `path`; [`Path::gauss_legendre`] has the least error for its cost. An error unless there are two or
/// more whole vertices with finite coordinates.
pub fn circulation(score: &dyn Score, vertices: &[f64], path: &mut Path) -> Result<f64, SettingError> {
    let dim = score.dim();
    if vertices.len() < 2 * dim || !vertices.len().is_multiple_of(dim) || !vertices.iter().all(|x| x.is_finite()) {
        let expected = alloc::format!("be two or more points of {dim} finite coordinates each");
        return Err(SettingError::new("vertices", vertices.len(), expected));
    }
    let last = &vertices[vertices.len() - dim..];
    let mut sum = -score.path_energy_difference(last, &vertices[..dim], path);
    for (from, to) in vertices.chunks_exact(dim).zip(vertices[dim..].chunks_exact(dim)) {
        sum -= score.path_energy_difference(from, to, path);
    }
    Ok(sum)
}
