//! Plots on a canvas of the page. `plotters` measures text through `window`, so these run on the main thread.

use alloc::vec::Vec;

use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::canvas_backend::Canvas;
use super::refuse;
use crate::plot::{self, Curve, Ink, Scale, Shape};
use crate::setting::SettingError;

/// The curves of one plot, added one by one and then drawn.
#[wasm_bindgen]
#[derive(Default)]
pub struct Plot {
    curves: Vec<Owned>,
    is_linear: bool,
}

struct Owned {
    shape: Shape,
    color: u32,
    points: Vec<(f64, f64)>,
}

impl Owned {
    fn as_curve(&self) -> Curve<'_> {
        Curve { shape: self.shape, color: rgb(self.color), points: &self.points }
    }
}

#[wasm_bindgen]
impl Plot {
    /// A plot without curves: on a linear scale if `linear`, else of positive values on a logarithmic scale.
    #[wasm_bindgen(constructor)]
    pub fn new(linear: Option<bool>) -> Self {
        Self { is_linear: linear.unwrap_or(false), ..Self::default() }
    }

    /// Adds a curve: its colour as 0xRRGGBB, its steps, and a value for each step.
    pub fn curve(&mut self, color: u32, steps: &[f64], values: &[f64]) {
        self.add(Shape::Line, color, steps, values);
    }

    /// Adds a histogram in the same way, with a bar around each step; on a linear scale only.
    pub fn bars(&mut self, color: u32, steps: &[f64], values: &[f64]) {
        self.add(Shape::Bars, color, steps, values);
    }

    /// Draws all curves over the present content of `canvas`, with `scale` device pixels for each CSS pixel and the
    /// given colours of text and grid.
    pub fn draw(&self, canvas: &HtmlCanvasElement, scale: f64, text: u32, grid: u32) -> Result<(), JsValue> {
        let refused = |reason: &str| refuse(&SettingError::new("canvas", reason, "be a canvas that can be drawn on"));
        let backend = Canvas::new(canvas, scale).ok_or_else(|| refused("another element"))?;
        let curves: Vec<Curve<'_>> = self.curves.iter().map(Owned::as_curve).collect();
        plot::curves(backend, &curves, self.scale(), Ink { text: rgb(text), grid: rgb(grid) })
            .map_err(|reason| refused(&reason))
    }

    /// The step at the horizontal position `pixel` of a canvas that is `width` CSS pixels wide.
    #[wasm_bindgen(js_name = stepAt)]
    pub fn step_at(&self, width: f64, pixel: f64) -> f64 {
        let curves: Vec<Curve<'_>> = self.curves.iter().map(Owned::as_curve).collect();
        plot::step_at(&curves, self.scale(), width, pixel)
    }

    fn add(&mut self, shape: Shape, color: u32, steps: &[f64], values: &[f64]) {
        let points = steps.iter().copied().zip(values.iter().copied()).collect();
        self.curves.push(Owned { shape, color, points });
    }

    fn scale(&self) -> Scale {
        if self.is_linear { Scale::Linear } else { Scale::Logarithmic }
    }
}

fn rgb(color: u32) -> [u8; 3] {
    let [_, red, green, blue] = color.to_be_bytes();
    [red, green, blue]
}
