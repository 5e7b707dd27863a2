//! The loss curve of a training run with its plateaus.
#![allow(clippy::float_arithmetic)] // Drawing; no verdict depends on it.

use super::axes::Axes;
use super::canvas::{Canvas, Place};
use crate::exhibit::picture::Point;
use crate::rational::Rational;

/// A loss curve and what its plateaus are proved to be.
#[derive(Debug, Clone)]
pub struct RunCurve {
    /// Step and mean squared error, in rising order of the steps.
    pub points: Vec<(u64, f64)>,
    /// The plateaus.
    pub plateaus: Vec<RunPlateau>,
}

/// A plateau of a run.
#[derive(Debug, Clone)]
pub struct RunPlateau {
    /// Its first and its last step, and the slowest one.
    pub steps: [u64; 3],
    /// The mean squared error there.
    pub mean_squared_error: f64,
    /// What is proved: `saddle`, `local minimum`.
    pub proved: String,
}

const SIZE: (u32, u32) = (640, 360);
/// Most points of the curve; of more, so many are chosen evenly.
const MOST_POINTS: usize = 400;

fn point(step: u64, error: f64) -> Option<Point> {
    Some([Rational::from_integer(step.into()), Rational::from_float(error)?])
}

pub(super) fn draw(curve: &RunCurve) -> Canvas {
    let mut canvas = Canvas::new(SIZE.0, SIZE.1);
    let stride = curve.points.len().div_ceil(MOST_POINTS).max(1);
    let last = curve.points.last().into_iter();
    let points: Vec<Point> =
        curve.points.iter().step_by(stride).chain(last).filter_map(|(step, error)| point(*step, *error)).collect();
    let zero = [Rational::default(), Rational::default()];
    let axes = Axes::around(points.iter().chain([&zero]), [0, 1], SIZE);
    for plateau in &curve.plateaus {
        let [from, to] =
            [plateau.steps[0], plateau.steps[1]].map(|step| point(step, 0.0).unwrap_or_else(|| zero.clone()));
        let (left, right) = (axes.place(&from), axes.place(&to));
        let top = axes.on_canvas((0.0, 1.0)).1;
        canvas.polygon("cell", &[left, right, (right.0, top), (left.0, top)]);
    }
    axes.draw(&mut canvas, "step", "mean squared error");
    let places: Vec<Place> = points.iter().map(|point| axes.place(point)).collect();
    canvas.polyline("graph", &places);
    for (index, plateau) in curve.plateaus.iter().enumerate() {
        let Some(at) = point(plateau.steps[2], plateau.mean_squared_error) else { continue };
        let (x, y) = axes.place(&at);
        canvas.circle("point", (x, y), 4.0);
        let anchor = if x > f64::from(SIZE.0) * 0.7 { "end" } else { "start" };
        canvas.text(
            "label",
            (x + if anchor == "end" { -6.0 } else { 6.0 }, y - 9.0),
            anchor,
            &format!("{index}: {}", plateau.proved),
        );
    }
    canvas
}
