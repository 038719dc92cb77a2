//! The letters of a word: uniform along the strokes of a plain font with letters 0.6 high, and isotropic noise.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Dataset;
use super::curve::noise;
use super::uniform_rectangles::{Rectangle, Rectangles};
use crate::math;
use crate::setting::{Choice, Section, Setting, SettingKind, Text, Value};

mod font;

/// The font's grid unit, in data units.
const UNIT: f64 = 0.1;

/// The dataset's entry.
pub static DATASET: Dataset = Dataset {
    choice: Choice { id: "word", label: "Word", help: "A word of your choice, in thin strokes." },
    settings: &[
        Setting {
            key: "data.word",
            label: "Word",
            unit: "",
            help: "The word whose letters make the data.",
            kind: SettingKind::Text {
                default: Text::new("SCORE"),
                max: 12,
                allowed: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ",
            },
            ..Setting::of(Section::Data)
        },
        noise(0.01),
    ],
    suggest: &[
        ("model.units", Value::Integer(384)),
        ("train.sigma", Value::Real(0.06)),
        ("sample.start-deviation", Value::Real(1.0)),
    ],
    build: |settings, _| {
        Ok(Box::new(Rectangles::new(strokes(&settings.text("data.word")), settings.real("data.noise"))))
    },
};

/// The strokes of a text, centred on the origin, with mass proportional to length. The text has a letter or digit.
fn strokes(text: &Text) -> Vec<Rectangle> {
    let letters = text.as_str().bytes().enumerate();
    let width = font::ADVANCE * (text.as_str().len() as f64 - 1.0) + font::WIDTH;
    let place = |left: f64, point: [f64; 2]| [left + point[0] - 0.5 * width, point[1] - 0.5 * font::HEIGHT];
    let lines: Vec<[[f64; 2]; 2]> = letters
        .flat_map(|(i, letter)| {
            font::lines(letter).map(move |line| line.map(|point| place(font::ADVANCE * i as f64, point)))
        })
        .collect();
    let length = |[a, b]: &[[f64; 2]; 2]| math::sqrt(math::squared_distance(a, b));
    let total: f64 = lines.iter().map(length).sum();
    let segment = |line: &[[f64; 2]; 2]| Rectangle::segment(length(line) / total, line.map(|p| p.map(|x| UNIT * x)));
    lines.iter().map(segment).collect()
}
