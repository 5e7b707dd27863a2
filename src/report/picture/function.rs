//! The network's function over the data.
#![allow(clippy::float_arithmetic)] // Drawing; no verdict depends on it.

use super::axes::Axes;
use super::canvas::{Canvas, Place};
use crate::exhibit::picture::Function;

const SIZE: (u32, u32) = (440, 320);

pub(super) fn draw(function: &Function) -> Canvas {
    let mut canvas = Canvas::new(SIZE.0, SIZE.1);
    let axes = Axes::around(function.graph.iter().chain(&function.samples), [0, 1], SIZE);
    axes.draw(&mut canvas, "input", "output");
    for (sample, prediction) in function.samples.iter().zip(&function.predictions) {
        canvas.line("residual", axes.place(sample), axes.place(&[sample[0].clone(), prediction.clone()]));
    }
    let graph: Vec<Place> = function.graph.iter().map(|point| axes.place(point)).collect();
    canvas.polyline("graph", &graph);
    for (x, y) in function.kinks.iter().map(|point| axes.place(point)) {
        canvas.polygon("diamond", &[(x - 5.0, y), (x, y - 5.0), (x + 5.0, y), (x, y + 5.0)]);
    }
    for sample in &function.samples {
        canvas.circle("sample", axes.place(sample), 4.0);
    }
    canvas
}
