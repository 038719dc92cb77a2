//! Grids of points: on a line, in the plane, or on a plane in R^d.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::data::view_plane::ViewPlane;
use crate::math;
use crate::setting::{SettingError, Value};

/// The greatest number of coordinates of a grid.
const MAX_NUMBERS: u64 = 1 << 22;
/// Two edges of a view plane count as perpendicular if their cosine is at most this.
const PERPENDICULAR: f64 = 1e-9;

/// The centres of equal cells of a rectangle: `columns` along one edge by `rows` along the other. Cells are ordered row
/// by row from the first corner, in the plane the bottom left one.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    corner: Vec<f64>,
    across: Vec<f64>,
    up: Vec<f64>,
    columns: u32,
    rows: u32,
}

impl Grid {
    /// Cells of the interval [`left`, `right`].
    pub fn line(left: f64, right: f64, columns: u32) -> Result<Self, SettingError> {
        check_edges(["left", "right"], [left, right])?;
        Self::new(vec![left], vec![right - left], vec![0.0], columns, 1)
    }

    /// Cells of the rectangle [`left`, `right`] × [`bottom`, `top`].
    pub fn plane(left: f64, right: f64, bottom: f64, top: f64, columns: u32, rows: u32) -> Result<Self, SettingError> {
        check_edges(["left", "right"], [left, right])?;
        check_edges(["bottom", "top"], [bottom, top])?;
        Self::new(vec![left, bottom], vec![right - left, 0.0], vec![0.0, top - bottom], columns, rows)
    }

    /// Cells of the rectangle in R^d, d ≥ 2, with the given corner and two perpendicular edges from it.
    pub fn view_plane(
        corner: Vec<f64>,
        across: Vec<f64>,
        up: Vec<f64>,
        columns: u32,
        rows: u32,
    ) -> Result<Self, SettingError> {
        for (name, vector) in [("corner", &corner), ("across", &across), ("up", &up)] {
            if vector.len() != corner.len().max(2) || !vector.iter().all(|v| is_in_range(*v)) {
                let expected = "have at least two coordinates, as many as the others and within 1e100 of zero";
                return Err(SettingError::new(name, vector.len(), expected));
            }
        }
        let lengths = [length(&across), length(&up)];
        // False for NaN.
        if !(lengths[0] > 0.0 && lengths[1] > 0.0) {
            let name = if lengths[0] > 0.0 { "up" } else { "across" };
            return Err(SettingError::new(name, Value::Real(0.0), "have a positive length"));
        }
        let cosine = math::dot(&across, &up) / lengths[0] / lengths[1];
        if cosine.abs() > PERPENDICULAR {
            return Err(SettingError::new("up", Value::Real(cosine), "be perpendicular to across, with cosine zero"));
        }
        Self::new(corner, across, up, columns, rows)
    }

    /// Cells of a rectangle on the stage: on `view_plane` in R^d, in the plane itself, or the interval [`left`,
    /// `right`] of a line, which has one row.
    pub fn on_view_plane(
        view_plane: &ViewPlane,
        edges: [f64; 4],
        columns: u32,
        rows: u32,
    ) -> Result<Self, SettingError> {
        let [left, right, bottom, top] = edges;
        let plane = Self::plane(left, right, bottom, top, columns, rows)?;
        match view_plane.dim() {
            1 if rows > 1 => Err(SettingError::new("rows", rows, "be 1 for data on a line")),
            1 => Self::line(left, right, columns),
            2 => Ok(plane),
            _ => {
                let corner = view_plane.lift(&[left, bottom]);
                let edge = |end: [f64; 2]| view_plane.lift(&end).iter().zip(&corner).map(|(end, c)| end - c).collect();
                let (across, up) = (edge([right, bottom]), edge([left, top]));
                Self::view_plane(corner, across, up, columns, rows)
            }
        }
    }

    fn new(corner: Vec<f64>, across: Vec<f64>, up: Vec<f64>, columns: u32, rows: u32) -> Result<Self, SettingError> {
        let most = MAX_NUMBERS / corner.len() as u64;
        // In 64 bits, because a product of two counts can overflow the 32-bit sizes of wasm.
        if !(1..=most).contains(&(u64::from(columns) * u64::from(rows))) {
            let (setting, value) = if rows == 0 { ("rows", rows) } else { ("columns", columns) };
            let expected = format!("leave from 1 to {most} cells, in columns by {rows} rows");
            return Err(SettingError::new(setting, value, expected));
        }
        Ok(Self { corner, across, up, columns, rows })
    }

    /// The dimension d of the points.
    pub fn dim(&self) -> usize {
        self.corner.len()
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns as usize
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows as usize
    }

    /// The number of cells.
    pub fn cells(&self) -> usize {
        self.columns() * self.rows()
    }

    /// Writes the centre of `cell` to `out` (length d).
    pub fn point(&self, cell: usize, out: &mut [f64]) {
        self.point_near(cell, 0.0, 0.0, out);
    }

    /// Writes the point `right` cells to the right of the centre of `cell` and `above` cells above it to `out`.
    pub fn point_near(&self, cell: usize, right: f64, above: f64, out: &mut [f64]) {
        let (column, row) =
            ((cell % self.columns()) as f64 + 0.5 + right, (cell / self.columns()) as f64 + 0.5 + above);
        let (columns, rows) = (f64::from(self.columns), f64::from(self.rows));
        for (k, x) in out.iter_mut().enumerate() {
            *x = self.corner[k] + self.across[k] * column / columns + self.up[k] * row / rows;
        }
    }

    /// All points, one after another.
    pub fn points(&self) -> Vec<f64> {
        let mut points = vec![0.0; self.cells() * self.dim()];
        points.chunks_exact_mut(self.dim()).enumerate().for_each(|(cell, out)| self.point(cell, out));
        points
    }

    /// The width and height of a cell; the height is zero on a line.
    pub fn spacing(&self) -> [f64; 2] {
        [length(&self.across) / f64::from(self.columns), length(&self.up) / f64::from(self.rows)]
    }

    /// The unit vector along the rows.
    pub fn across(&self) -> Vec<f64> {
        unit(&self.across)
    }

    /// The unit vector along the columns; zero on a line.
    pub fn up(&self) -> Vec<f64> {
        unit(&self.up)
    }
}

/// Whether `x` is small enough that sums, differences and squares of such numbers are finite.
fn is_in_range(x: f64) -> bool {
    x.abs() <= 1e100
}

/// An error unless two opposite edges are in range and in order.
fn check_edges(names: [&str; 2], [low, high]: [f64; 2]) -> Result<(), SettingError> {
    let (setting, edge, expected) = if !is_in_range(low) {
        (names[0], low, String::from("lie within 1e100 of zero"))
    } else if !is_in_range(high) {
        (names[1], high, String::from("lie within 1e100 of zero"))
    } else if low >= high {
        (names[1], high, format!("exceed {}", names[0]))
    } else {
        return Ok(());
    };
    Err(SettingError::new(setting, Value::Real(edge), expected))
}

fn length(vector: &[f64]) -> f64 {
    math::sqrt(math::dot(vector, vector))
}

fn unit(vector: &[f64]) -> Vec<f64> {
    let length = length(vector);
    vector.iter().map(|v| if length > 0.0 { v / length } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn grid_puts_points_into_the_middle_of_cells_row_by_row() {
        let grid = Grid::plane(-1.0, 1.0, 0.0, 4.0, 2, 2).unwrap();
        assert_eq!(grid.points(), [-0.5, 1.0, 0.5, 1.0, -0.5, 3.0, 0.5, 3.0]);
        assert_eq!((grid.spacing(), grid.across(), grid.up()), ([1.0, 2.0], vec![1.0, 0.0], vec![0.0, 1.0]));
        assert_eq!(Grid::line(0.0, 3.0, 3).unwrap().points(), [0.5, 1.5, 2.5]);
        let view_plane =
            Grid::view_plane(vec![0.0, 0.0, 1.0], vec![2.0, 2.0, 0.0], vec![-3.0, 3.0, 0.0], 1, 3).unwrap();
        let mut point = [0.0; 3];
        view_plane.point(2, &mut point);
        assert_eq!(point, [-1.5, 3.5, 1.0]);
        view_plane.point_near(2, -0.5, 0.5, &mut point);
        assert_eq!(point, [-3.0, 3.0, 1.0]);
    }

    #[test]
    fn grid_names_what_it_refuses() {
        let refused = |grid: Result<Grid, SettingError>| grid.unwrap_err().setting;
        assert_eq!(refused(Grid::plane(f64::NAN, 1.0, 0.0, 1.0, 2, 2)), "left");
        assert_eq!(refused(Grid::plane(0.0, f64::INFINITY, 0.0, 1.0, 2, 2)), "right");
        assert_eq!(refused(Grid::plane(0.0, 1.0, 1.0, 1.0, 2, 2)), "top");
        assert_eq!(refused(Grid::plane(0.0, 1.0, 0.0, 1.0, 2, 0)), "rows");
        assert_eq!(refused(Grid::plane(0.0, 1.0, 0.0, 1.0, 1 << 16, 1 << 16)), "columns");
        assert_eq!(refused(Grid::line(0.0, 1.0, 0)), "columns");
        assert_eq!(refused(Grid::view_plane(vec![0.0; 3], vec![1.0, 0.0], vec![0.0, 1.0], 2, 2)), "across");
        assert_eq!(refused(Grid::view_plane(vec![0.0; 2], vec![1.0, 0.0], vec![0.0; 2], 2, 2)), "up");
        assert_eq!(refused(Grid::view_plane(vec![], vec![], vec![], 2, 2)), "corner");
        let skew = Grid::view_plane(vec![0.0; 2], vec![1.0, 0.0], vec![3.0, 4.0], 2, 2).unwrap_err();
        assert_eq!(skew.to_string(), "up must be perpendicular to across, with cosine zero, got \"0.6\"");
    }
}
