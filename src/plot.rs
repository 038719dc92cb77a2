//! Plots of measures over training steps, and of other curves, on any `plotters` backend.
//!
//! Axes are drawn from basic elements. The number formatting of `plotters`' chart builder would be a third of the
//! page's module.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::math::decimal;

mod ticks;

/// The vertical scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Heights are proportional to values.
    Linear,
    /// Heights are proportional to logarithms; values that are not positive leave gaps. The horizontal axis starts at
    /// zero.
    Logarithmic,
}

/// How a curve is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A line through the values.
    Line,
    /// Bars from zero of the width of a step, for histograms with equal bins. Requires a linear scale.
    Bars,
}

/// A curve; values that are not finite leave gaps.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    /// How it is drawn.
    pub shape: Shape,
    /// The colour as red, green and blue.
    pub color: [u8; 3],
    /// (step, value) pairs with ascending steps, or another quantity in place of steps.
    pub points: &'a [(f64, f64)],
}

/// Colours of text and grid, as red, green and blue.
#[derive(Clone, Copy, Debug)]
pub struct Ink {
    /// The colour of text.
    pub text: [u8; 3],
    /// The colour of grid lines.
    pub grid: [u8; 3],
}

/// The width left of the plot for labels of values, and the height below it for labels of steps, in pixels.
const MARGINS: (i32, i32) = (48, 20);
/// The height of labels in pixels.
const FONT_SIZE: i32 = 11;

type Plane<B> = DrawingArea<B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Outcome<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

/// Draws `curves` with both axes. The background is not painted. Errors come from the backend.
pub fn curves<B: DrawingBackend>(backend: B, curves: &[Curve<'_>], scale: Scale, ink: Ink) -> Result<(), String> {
    let area = backend.into_drawing_area();
    draw(&area, curves, scale, ink).and_then(|()| area.present()).map_err(|error| format!("{error}"))
}

/// The step at the horizontal position `pixel` of a plot of `curves` that is `width` pixels wide.
pub fn step_at(curves: &[Curve<'_>], scale: Scale, width: f64, pixel: f64) -> f64 {
    let [(first, last), _] = ranges(curves, scale);
    let [left, right] = across(width as i32).map(f64::from);
    first + (last - first) * (pixel - left) / (right - left)
}

/// The left and right edge of the curves' area in a plot `width` pixels wide.
fn across(width: i32) -> [i32; 2] {
    [MARGINS.0, (width - 2 * FONT_SIZE).max(MARGINS.0 + 1)]
}

fn draw<B: DrawingBackend>(area: &DrawingArea<B, Shift>, curves: &[Curve<'_>], scale: Scale, ink: Ink) -> Outcome<B> {
    let (width, height) = area.dim_in_pixel();
    let [(first, last), (low, high)] = ranges(curves, scale);
    let [left, right] = across(width as i32);
    let upwards = (height as i32 - MARGINS.1).max(FONT_SIZE + 1)..FONT_SIZE;
    let plane = area.apply_coord_spec(Cartesian2d::new(first..last, low..high, (left..right, upwards)));
    // Steps are integers, so their grid lines are at least 1 apart.
    let min_width = if scale == Scale::Linear { 0.0 } else { 1.0 };
    for tick in ticks::round(first, last, min_width) {
        let label = (decimal::format(tick), (0, 4), Pos::new(HPos::Center, VPos::Top));
        grid_line(&plane, [(tick, low), (tick, high)], label, ink)?;
    }
    let heights = match scale {
        Scale::Linear => ticks::round(low, high, 0.0),
        Scale::Logarithmic => ticks::decades(low, high),
    };
    for tick in heights {
        let text = if scale == Scale::Linear { decimal::format(tick) } else { ticks::power_of_ten(tick) };
        let label = (text, (-5, 0), Pos::new(HPos::Right, VPos::Center));
        grid_line(&plane, [(first, tick), (last, tick)], label, ink)?;
    }
    curves.iter().try_for_each(|curve| match curve.shape {
        Shape::Line => draw_curve(&plane, curve, scale),
        Shape::Bars => draw_bars(&plane, curve),
    })
}

/// A grid line, with a label offset in pixels from the line's first end.
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

/// Draws the unbroken pieces of a curve.
fn draw_curve<B: DrawingBackend>(plane: &Plane<B>, curve: &Curve<'_>, scale: Scale) -> Outcome<B> {
    let style = rgb(curve.color).stroke_width(2);
    for piece in curve.points.split(|(_, value)| !scale.height(*value).is_finite()) {
        let line: Vec<_> = piece.iter().map(|(step, value)| (*step, scale.height(*value))).collect();
        plane.draw(&PathElement::new(line, style))?;
    }
    Ok(())
}

/// Draws a bar for each value. Not inlined, so that pages without histograms do not load it.
#[inline(never)]
fn draw_bars<B: DrawingBackend>(plane: &Plane<B>, curve: &Curve<'_>) -> Outcome<B> {
    let half = half_bar(curve);
    let style = rgb(curve.color).mix(0.4).filled();
    for (step, value) in curve.points.iter().filter(|(_, value)| *value > 0.0) {
        let (left, right) = (step - half, step + half);
        plane.draw(&Polygon::new([(left, 0.0), (right, 0.0), (right, *value), (left, *value)], style))?;
    }
    Ok(())
}

/// Half the width of a bar; zero for lines.
fn half_bar(curve: &Curve<'_>) -> f64 {
    match (curve.shape, curve.points) {
        (Shape::Bars, [(first, _), (second, _), ..]) => 0.5 * (second - first),
        _ => 0.0,
    }
}

impl Scale {
    /// The height of a value; not finite for a value without height.
    fn height(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Logarithmic if value > 0.0 => ticks::log_10(value),
            Self::Logarithmic => f64::NAN,
        }
    }
}

/// The ranges of both coordinates with a margin; heights span at least half a decade, or a positive width.
fn ranges(curves: &[Curve<'_>], scale: Scale) -> [(f64, f64); 2] {
    let (mut first, mut last) = if scale == Scale::Linear { (f64::INFINITY, f64::NEG_INFINITY) } else { (0.0, 1.0) };
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for curve in curves {
        for (step, value) in curve.points {
            let height = scale.height(*value);
            if height.is_finite() {
                let half = half_bar(curve);
                (first, last) = (first.min(*step - half), last.max(*step + half));
                let foot = if curve.shape == Shape::Bars { 0.0 } else { height };
                (low, high) = (low.min(height).min(foot), high.max(height));
            }
        }
    }
    if low > high {
        return [(0.0, 1.0), (-1.0, 0.0)];
    }
    let (min_width, margin) = match scale {
        Scale::Linear => (1e-9 + 1e-6 * low.abs(), 0.05 * (high - low)),
        Scale::Logarithmic => (0.4, 0.1),
    };
    [(first, last.max(first + 1e-9)), (low - margin, high.max(low + min_width) + margin)]
}

fn rgb([red, green, blue]: [u8; 3]) -> RGBColor {
    RGBColor(red, green, blue)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn svg(scale: Scale, points: &[(f64, f64)]) -> String {
        let mut text = String::new();
        let ink = Ink { text: [0; 3], grid: [200; 3] };
        let backend = SVGBackend::with_string(&mut text, (300, 150));
        curves(backend, &[Curve { shape: Shape::Line, color: [10, 20, 30], points }], scale, ink).unwrap();
        text
    }

    /// The heights of the points of each piece of a curve.
    fn heights(svg: &str) -> Vec<Vec<f64>> {
        let lines = svg.split("<polyline").filter(|part| part.contains("#0A141E"));
        let points = lines.filter_map(|line| line.split("points=\"").nth(1)?.split('"').next());
        let height = |pair: &str| pair.split(',').nth(1).unwrap().parse().unwrap();
        points.map(|points| points.split_whitespace().map(height).collect()).collect()
    }

    #[test]
    fn curves_draw_equal_ratios_as_equal_heights_and_leave_gaps() {
        let svg = svg(
            Scale::Logarithmic,
            &[(0.0, 1.0), (10.0, 0.1), (20.0, 0.01), (50.0, f64::NAN), (60.0, 0.01), (100.0, 0.01)],
        );
        let heights = heights(&svg);
        assert_eq!(heights.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2]);
        let falls = [heights[0][1] - heights[0][0], heights[0][2] - heights[0][1]];
        assert!(falls[0] > 30.0 && (falls[0] - falls[1]).abs() <= 1.0, "svg grows downwards: {falls:?}");
    }

    #[test]
    fn curves_label_steps_and_decades_with_round_numbers() {
        let svg = svg(Scale::Logarithmic, &[(0.0, 3.0), (5000.0, 0.004)]);
        let few = self::svg(Scale::Logarithmic, &[(1.0, 3.0), (2.0, 0.004)]);
        assert!(few.contains("\n1\n") && !few.contains("\n0.5\n"), "no half steps in {few}");
        for label in ["\n0\n", "\n1000\n", "\n5000\n", "\n1\n", "\n0.1\n", "\n0.01\n"] {
            assert!(svg.contains(label), "{label} is missing in {svg}");
        }
    }

    #[test]
    fn curves_accept_empty_input() {
        let odd = [&[][..], &[(0.0, f64::INFINITY), (1.0, 0.0)], &[(5.0, 1e-300)], &[(1.0, 1e300), (9e9, 1e-300)]];
        for (scale, points) in
            [Scale::Logarithmic, Scale::Linear].into_iter().flat_map(|s| odd.map(|points| (s, points)))
        {
            assert!(svg(scale, points).contains("<svg"));
        }
    }

    #[test]
    fn curves_draw_equal_differences_as_equal_heights_on_a_linear_scale() {
        let svg = svg(Scale::Linear, &[(-2.0, -0.4), (-1.0, 0.0), (0.0, 0.4), (1.0, f64::INFINITY), (2.0, 0.2)]);
        let heights = heights(&svg);
        assert_eq!(heights.iter().map(Vec::len).collect::<Vec<_>>(), [3, 1]);
        assert!(
            (heights[0][0] - 2.0 * heights[0][1] + heights[0][2]).abs() <= 1.0 && heights[0][0] > heights[0][2] + 60.0
        );
        for label in ["\n-2\n", "\n2\n", "\n-0.4\n", "\n0.2\n"] {
            assert!(svg.contains(label), "{label} is missing in {svg}");
        }
    }

    #[test]
    fn bars_stand_on_zero_side_by_side() {
        let mut text = String::new();
        let ink = Ink { text: [0; 3], grid: [200; 3] };
        let points = [(1.0, 2.0), (2.0, 4.0), (3.0, 1.0)];
        let bars = Curve { shape: Shape::Bars, color: [10, 20, 30], points: &points };
        curves(SVGBackend::with_string(&mut text, (300, 150)), &[bars], Scale::Linear, ink).unwrap();
        let corners =
            text.split("<polygon").skip(1).map(|part| part.split('"').find(|part| part.contains(',')).unwrap());
        let corner = |pair: &str| pair.split_once(',').map(|(x, y)| [x, y].map(|n| n.parse::<f64>().unwrap())).unwrap();
        let bars: Vec<Vec<[f64; 2]>> = corners.map(|pairs| pairs.split_whitespace().map(corner).collect()).collect();
        assert_eq!(bars.len(), 3);
        let heights = bars.iter().map(|bar| bar[0][1] - bar[2][1]).collect::<Vec<_>>();
        assert!(bars.iter().all(|bar| bar[0][1] == bars[0][0][1]), "one floor");
        assert!(bars.windows(2).all(|pair| pair[0][1][0] == pair[1][0][0]), "no gaps: {bars:?}");
        assert!((heights[1] - 2.0 * heights[0]).abs() <= 2.0 && heights[1] > 80.0, "{heights:?}");
    }

    #[test]
    fn step_at_is_the_inverse_of_drawing() {
        let points = [(-2.0, 0.0), (6.0, 1.0)];
        let at = |pixel| {
            step_at(&[Curve { shape: Shape::Line, color: [0; 3], points: &points }], Scale::Linear, 300.0, pixel)
        };
        assert_eq!([at(48.0), at(163.0), at(278.0)], [-2.0, 2.0, 6.0]);
        let drawn = svg(Scale::Linear, &points);
        assert!(drawn.contains("48,") && drawn.contains("278,"), "{drawn}");
    }
}
