//! Queries of a score field: curvature and curl at a point, the integral along a line, circulation, streamlines, fixed
//! points, and the split into a gradient and a remainder.
//!
//! Queries use a field only through [`Score`](crate::score::Score). Queries of many points run in slices, counted in
//! cells, starts or lines, so that a worker can answer messages in between. Each slice takes the score as an argument;
//! it must be the same score until the query is complete.

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
