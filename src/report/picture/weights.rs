//! Input weights in their plane.
#![allow(clippy::float_arithmetic)] // Drawing; no verdict depends on it.

use super::canvas::{Canvas, Place};
use super::{class, label};
use crate::exhibit::picture::{Arrow, Mark, Point, Weights};
use crate::rational::{Rational, to_f64};
use num_traits::{Signed, Zero};

const SIZE: u32 = 440;
const CENTRE: Place = (220.0, 220.0);
/// Radius of the disc of cells.
const DISC: f64 = 180.0;
/// Length of the longest arrow, and of the shortest.
const LONGEST: f64 = 150.0;
const SHORTEST: f64 = 26.0;

/// The direction of a vector that isn't zero, y upwards, of length 1.
pub(super) fn unit([x, y]: &Point) -> Place {
    let size = x.abs().max(y.abs());
    let (x, y) = (to_f64(&(x / &size)).unwrap_or_default(), to_f64(&(y / &size)).unwrap_or_default());
    let length = (x * x + y * y).sqrt();
    (x / length, y / length)
}

fn square([x, y]: &Point) -> Rational {
    x * x + y * y
}

fn at(direction: Place, radius: f64) -> Place {
    (CENTRE.0 + radius * direction.0, CENTRE.1 - radius * direction.1)
}

fn flipped((x, y): Place) -> Place {
    (x, -y)
}

pub(super) fn draw(weights: &Weights) -> Canvas {
    let mut canvas = Canvas::new(SIZE, SIZE);
    cells(&mut canvas, weights);
    canvas.circle("grid", CENTRE, DISC);
    lines(&mut canvas, weights);
    samples(&mut canvas, weights);
    let [across, up] = &weights.axes;
    canvas.text("soft", (10.0, f64::from(SIZE) - 10.0), "start", &format!("\u{2192} {across}   \u{2191} {up}"));
    let longest = weights.arrows.iter().map(|arrow| square(&arrow.to)).max().unwrap_or_default();
    let length = |to: &Point| {
        if longest.is_zero() {
            return 0.0;
        }
        // Of the length of w: the square root, for the scale; of its square: once more.
        let relative = to_f64(&(square(to) / &longest)).unwrap_or_default().sqrt().sqrt();
        if LONGEST * relative > SHORTEST { LONGEST * relative } else { SHORTEST }
    };
    for arrow in &weights.arrows {
        let direction = unit(&arrow.to);
        canvas.arrow(class(arrow.mark), CENTRE, at(direction, length(&arrow.to)), flipped(direction));
    }
    for (_, from, u) in &weights.escapes {
        let direction = unit(u);
        let start = if square(from).is_zero() { CENTRE } else { at(unit(from), length(from)) };
        let tip = (start.0 + 40.0 * direction.0, start.1 - 40.0 * direction.1);
        canvas.open_arrow("direction", start, tip, flipped(direction));
    }
    if !weights.zero.is_empty() {
        canvas.circle("zero", CENTRE, 6.0);
        canvas.text("label", (CENTRE.0 + 9.0, CENTRE.1 + 16.0), "start", &label(&weights.zero));
    }
    // Where arrows crowd, the more telling one keeps its label.
    let mut named: Vec<&Arrow> = weights.arrows.iter().collect();
    named.sort_by_key(|arrow| arrow.mark);
    let mut taken: Vec<Place> = Vec::new();
    for arrow in named {
        let (x, y) = at(unit(&arrow.to), length(&arrow.to) + 12.0);
        if taken.iter().all(|(a, b)| (a - x).abs() > 40.0 || (b - y).abs() > 13.0) {
            canvas.text("label", (x, y + 4.0), "middle", &label(&arrow.neurons));
            taken.push((x, y));
        }
    }
    legend(&mut canvas, weights);
    canvas
}

/// What dashes and colours mean, for those that occur.
fn legend(canvas: &mut Canvas, weights: &Weights) {
    let mut marks: Vec<Mark> = weights.arrows.iter().map(|arrow| arrow.mark).collect();
    marks.sort_unstable();
    marks.dedup();
    for (row, mark) in (0_u32..).zip(marks) {
        let y = 16.0 + 16.0 * f64::from(row);
        canvas.line(&format!("arrow {}", class(mark)), (10.0, y - 4.0), (34.0, y - 4.0));
        canvas.text("soft", (40.0, y), "start", mark.words());
    }
    if !weights.escapes.is_empty() {
        let right = f64::from(SIZE) - 10.0;
        canvas.open_arrow("direction", (right - 26.0, 12.0), (right, 12.0), (1.0, 0.0));
        canvas.text("soft", (right - 32.0, 16.0), "end", "escape direction");
    }
}

/// Every other cell shaded.
fn cells(canvas: &mut Canvas, weights: &Weights) {
    // Directions of the lines in the upper half plane, by their angle: slopes compared exactly.
    let mut directions: Vec<Point> = weights
        .lines
        .iter()
        .map(|line| {
            let [a, b] = &line.normal;
            let up = a.is_positive() || (a.is_zero() && b.is_negative());
            if up { [-b, a.clone()] } else { [b.clone(), -a] }
        })
        .collect();
    directions.sort_by(|left, right| Rational::zero().cmp(&(&left[0] * &right[1] - &left[1] * &right[0])));
    let upper: Vec<Place> = directions.iter().map(unit).collect();
    let around: Vec<Place> = upper.iter().copied().chain(upper.iter().map(|(x, y)| (-x, -y))).collect();
    for index in (0..around.len()).step_by(2) {
        let next = around[(index + 1) % around.len()];
        canvas.slice("cell", CENTRE, DISC, at(around[index], DISC), at(next, DISC));
    }
}

fn lines(canvas: &mut Canvas, weights: &Weights) {
    let named = weights.lines.len() <= 12;
    for line in &weights.lines {
        let [a, b] = &line.normal;
        let (x, y) = unit(&[-b, a.clone()]);
        let class = if line.is_boundary { "boundary" } else { "sample-line" };
        canvas.line(class, at((x, y), DISC), at((-x, -y), DISC));
        if named {
            // At the upper end.
            let end = if y > 0.0 || (y == 0.0 && x > 0.0) { (x, y) } else { (-x, -y) };
            let anchor = if end.0 > 0.3 {
                "start"
            } else if end.0 < -0.3 {
                "end"
            } else {
                "middle"
            };
            let (x, y) = at(end, DISC + 8.0);
            canvas.text("soft", (x, y + 3.0), anchor, &format!("x{}", label(&line.samples)));
        }
    }
}

fn samples(canvas: &mut Canvas, weights: &Weights) {
    let Some(largest) = weights.samples.iter().map(square).max().filter(|largest| !largest.is_zero()) else { return };
    for sample in weights.samples.iter().filter(|sample| !square(sample).is_zero()) {
        let radius = LONGEST * to_f64(&(square(sample) / &largest)).unwrap_or_default().sqrt();
        canvas.circle("sample", at(unit(sample), radius), 3.5);
    }
}
