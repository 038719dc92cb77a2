//! Questions to a score field: its curvature and curl at a point, its integral along a line, its circulation and streamlines, its
//! fixed points, and what of it is a gradient.
//!
//! They see a field only through [`Score`](crate::score::Score). Those that look at many points are worked through in slices
//! counted in cells, starts or lines, so that a worker can answer messages in between; each slice takes the score again,
//! which must be the same until the answer is complete.

pub mod asymmetry;
pub mod circulation;
pub mod fixed_points;
pub mod grid;
pub mod grid_query;
pub mod helmholtz;
pub mod hessian;
pub mod line_integral;
pub mod streamline;

pub use asymmetry::{asymmetry, curl};
pub use circulation::circulation;
pub use fixed_points::{FixedPoint, FixedPointSearch, Stability, distance_to_nearest, spurious};
pub use grid::Grid;
pub use grid_query::{GridQuery, Quantity};
pub use helmholtz::Split;
pub use hessian::Hessian;
pub use line_integral::LineIntegral;
pub use streamline::{End, Streamline, Tracer};
