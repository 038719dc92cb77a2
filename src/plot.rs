//! Plots of a run's measures against its steps, on any `plotters` backend.
//!
//! Axes are drawn from elements rather than by `plotters`' chart builder, whose number formatting alone would be a third of
//! the page's module.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::math::{self, decimal};

/// A curve of positive values; other values leave gaps.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    /// Its colour as red, green and blue.
    pub color: [u8; 3],
    /// Steps and values, steps ascending.
    pub points: &'a [(f64, f64)],
}

/// Colours of what is not a curve, as red, green and blue.
#[derive(Clone, Copy, Debug)]
pub struct Ink {
    /// Text.
    pub text: [u8; 3],
    /// Grid lines.
    pub grid: [u8; 3],
}

/// Room left of the curves for labels of values, and below for labels of steps, in pixels.
const MARGINS: (i32, i32) = (48, 20);
/// The height of labels in pixels.
const FONT_SIZE: i32 = 11;

type Plane<B> = DrawingArea<B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Outcome<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

/// Draws `curves` against steps with a logarithmic axis of values. The background stays as it is. Errors come from the
/// backend.
pub fn curves<B: DrawingBackend>(backend: B, curves: &[Curve<'_>], ink: Ink) -> Result<(), String> {
    let area = backend.into_drawing_area();
    draw(&area, curves, ink).and_then(|()| area.present()).map_err(|error| format!("{error}"))
}

fn draw<B: DrawingBackend>(area: &DrawingArea<B, Shift>, curves: &[Curve<'_>], ink: Ink) -> Outcome<B> {
    let (width, height) = area.dim_in_pixel();
    let (steps, (low, high)) = ranges(curves);
    let across = MARGINS.0..(width as i32 - 2 * FONT_SIZE).max(MARGINS.0 + 1);
    let upwards = (height as i32 - MARGINS.1).max(FONT_SIZE + 1)..FONT_SIZE;
    let plane = area.apply_coord_spec(Cartesian2d::new(0.0..steps, low..high, (across, upwards)));
    for tick in step_ticks(steps) {
        let label = (decimal::format(tick), (0, 4), Pos::new(HPos::Center, VPos::Top));
        grid_line(&plane, [(tick, low), (tick, high)], label, ink)?;
    }
    for power in decades(low, high) {
        let label = (power_of_ten(power), (-5, 0), Pos::new(HPos::Right, VPos::Center));
        grid_line(&plane, [(0.0, power), (steps, power)], label, ink)?;
    }
    curves.iter().try_for_each(|curve| draw_curve(&plane, curve))
}

/// 10^`power` as text; nothing for powers that no run reaches.
fn power_of_ten(power: f64) -> String {
    decimal::scale(1, power as i32).map(decimal::format).unwrap_or_default()
}

const LN_10: f64 = core::f64::consts::LN_10;

/// A line of the grid with a label shifted by some pixels from its first end.
fn grid_line<B: DrawingBackend>(
    plane: &Plane<B>,
    ends: [(f64, f64); 2],
    (text, shift, anchor): (String, (i32, i32), Pos),
    ink: Ink,
) -> Outcome<B> {
    plane.draw(&PathElement::new(ends, rgb(ink.grid)))?;
    let color = rgb(ink.text);
    let style = TextStyle::from((FontFamily::SansSerif, FONT_SIZE)).color(&color).pos(anchor);
    plane.draw(&(EmptyElement::at(ends[0]) + Text::new(text, shift, style)))
}

/// The curve's unbroken pieces.
fn draw_curve<B: DrawingBackend>(plane: &Plane<B>, curve: &Curve<'_>) -> Outcome<B> {
    let style = rgb(curve.color).stroke_width(2);
    for piece in curve.points.split(|(_, value)| !is_drawable(*value)) {
        let line: Vec<_> = piece.iter().map(|(step, value)| (*step, log_10(*value))).collect();
        plane.draw(&PathElement::new(line, style))?;
    }
    Ok(())
}

fn is_drawable(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

fn log_10(value: f64) -> f64 {
    math::ln(value) / LN_10
}

/// The last step, and the range of the values' logarithms, at least half a decade.
fn ranges(curves: &[Curve<'_>]) -> (f64, (f64, f64)) {
    let points = || curves.iter().flat_map(|curve| curve.points).filter(|(_, value)| is_drawable(*value));
    let steps = points().map(|(step, _)| *step).fold(1.0, f64::max);
    let low = points().map(|(_, value)| log_10(*value)).fold(f64::INFINITY, f64::min);
    let high = points().map(|(_, value)| log_10(*value)).fold(f64::NEG_INFINITY, f64::max);
    let range = if low > high { (-1.0, 0.0) } else { (low - 0.1, high.max(low + 0.4) + 0.1) };
    (steps, range)
}

/// Three to six round numbers from 0 to `steps`.
fn step_ticks(steps: f64) -> impl Iterator<Item = f64> {
    let magnitude = math::exp(LN_10 * (math::ceil(log_10(steps)) - 1.0));
    let unit = [0.2, 0.5, 1.0, 2.0].into_iter().find(|unit| steps <= 5.0 * unit * magnitude).unwrap_or(2.0);
    let width = libm::round(unit * magnitude).max(1.0);
    (0..6).map(move |i| f64::from(i) * width).take_while(move |tick| *tick <= steps)
}

/// The whole powers of ten within a range of logarithms, thinned to at most six.
fn decades(low: f64, high: f64) -> impl Iterator<Item = f64> {
    let every = math::ceil((high - low) / 6.0);
    let first = every * math::ceil(low / every);
    (0..=6).map(move |i| first + f64::from(i) * every).take_while(move |power| *power <= high)
}

fn rgb([red, green, blue]: [u8; 3]) -> RGBColor {
    RGBColor(red, green, blue)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn svg(points: &[(f64, f64)]) -> String {
        let mut text = String::new();
        let ink = Ink { text: [0; 3], grid: [200; 3] };
        curves(SVGBackend::with_string(&mut text, (300, 150)), &[Curve { color: [10, 20, 30], points }], ink).unwrap();
        text
    }

    /// The heights of the points of each piece of the curve.
    fn heights(svg: &str) -> Vec<Vec<f64>> {
        let lines = svg.split("<polyline").filter(|part| part.contains("#0A141E"));
        let points = lines.filter_map(|line| line.split("points=\"").nth(1)?.split('"').next());
        let height = |pair: &str| pair.split(',').nth(1).unwrap().parse().unwrap();
        points.map(|points| points.split_whitespace().map(height).collect()).collect()
    }

    #[test]
    fn curves_draw_equal_ratios_as_equal_heights_and_leave_gaps() {
        let svg = svg(&[(0.0, 1.0), (10.0, 0.1), (20.0, 0.01), (50.0, f64::NAN), (60.0, 0.01), (100.0, 0.01)]);
        let heights = heights(&svg);
        assert_eq!(heights.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2]);
        let falls = [heights[0][1] - heights[0][0], heights[0][2] - heights[0][1]];
        assert!(falls[0] > 30.0 && (falls[0] - falls[1]).abs() <= 1.0, "svg grows downwards: {falls:?}");
    }

    #[test]
    fn curves_label_steps_and_decades_with_round_numbers() {
        let svg = svg(&[(0.0, 3.0), (5000.0, 0.004)]);
        for label in ["\n0\n", "\n1000\n", "\n5000\n", "\n1\n", "\n0.1\n", "\n0.01\n"] {
            assert!(svg.contains(label), "{label} is missing in {svg}");
        }
    }

    #[test]
    fn curves_survive_having_nothing_to_draw() {
        for points in [&[][..], &[(0.0, f64::INFINITY), (1.0, 0.0)], &[(5.0, 1e-300)], &[(1.0, 1e300), (9e9, 1e-300)]] {
            assert!(svg(points).contains("<svg"));
        }
    }
}
