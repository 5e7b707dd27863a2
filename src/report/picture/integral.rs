//! Target, network and residual of an integral loss.
#![allow(clippy::float_arithmetic)] // Drawing; no verdict depends on it.

use super::axes::Axes;
use super::canvas::{Canvas, Place};
use super::label;
use crate::exhibit::picture::{Fit, Point, Residual};
use crate::rational::Rational;
use num_traits::{Signed, Zero};

const SIZE: (u32, u32) = (440, 320);

pub(super) fn draw_fit(fit: &Fit) -> Canvas {
    let mut canvas = Canvas::new(SIZE.0, SIZE.1);
    let axes = Axes::around(fit.network.iter().chain(fit.target.iter().flatten()), [0, 1], SIZE);
    axes.draw(&mut canvas, "x", "");
    for (q, neurons) in &fit.breakpoints {
        axes.vertical(&mut canvas, "breakpoint", q);
        let (x, _) = axes.base(q);
        canvas.text("label soft", (x, 22.0), "middle", &label(neurons));
    }
    for cell in &fit.target {
        canvas.polyline("target", &places(&axes, cell));
    }
    canvas.polyline("graph", &places(&axes, &fit.network));
    canvas
}

fn places(axes: &Axes, points: &[Point]) -> Vec<Place> {
    points.iter().map(|point| axes.place(point)).collect()
}

pub(super) fn draw_residual(residual: &Residual) -> Canvas {
    let mut canvas = Canvas::new(SIZE.0, SIZE.1);
    let zero = Rational::zero();
    let ends = residual.graph.iter().flatten().map(|point| &point[0]);
    let base = [ends.clone().min(), ends.max()].map(|x| [x.cloned().unwrap_or_default(), zero.clone()]);
    let axes = Axes::around(residual.graph.iter().flatten().chain(&base), [0, 1], SIZE);
    for cell in &residual.graph {
        for stretch in stretches(cell) {
            area(&mut canvas, &axes, &stretch);
        }
    }
    axes.draw(&mut canvas, "x", "");
    canvas.line("axis", axes.place(&base[0]), axes.place(&base[1]));
    for q in &residual.breakpoints {
        axes.vertical(&mut canvas, "breakpoint", q);
    }
    for cell in &residual.graph {
        canvas.polyline("graph", &places(&axes, cell));
    }
    canvas
}

/// The parts of a graph between its changes of sign, the points where it crosses zero, by its chords, in both.
fn stretches(points: &[Point]) -> Vec<Vec<Point>> {
    let mut found: Vec<Vec<Point>> = vec![vec![]];
    for (index, point) in points.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| &points[before]);
        if let Some(before) = before.filter(|before| (&before[1] * &point[1]).is_negative()) {
            let part = &before[1] / (&before[1] - &point[1]);
            let crossing = [&before[0] + (&point[0] - &before[0]) * part, Rational::zero()];
            if let Some(last) = found.last_mut() {
                last.push(crossing.clone());
            }
            found.push(vec![crossing]);
        } else if before.is_some_and(|before| before[1].is_zero()) {
            found.push(before.cloned().into_iter().collect());
        }
        if let Some(last) = found.last_mut() {
            last.push(point.clone());
        }
    }
    found
}

/// The area between a stretch and zero, with hatching: full lines above, dashed ones below.
fn area(canvas: &mut Canvas, axes: &Axes, stretch: &[Point]) {
    let Some(side) = stretch.iter().map(|point| &point[1]).find(|y| !y.is_zero()) else { return };
    let (fill, hatch) = if side.is_positive() { ("area-up", "hatch-up") } else { ("area-down", "hatch-down") };
    let mut outline = places(axes, stretch);
    let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else { return };
    outline.push(axes.base(&last[0]));
    outline.push(axes.base(&first[0]));
    canvas.polygon(fill, &outline);
    for point in stretch.iter().filter(|point| !point[1].is_zero()) {
        canvas.line(hatch, axes.place(point), axes.base(&point[0]));
    }
}
