//! Samples and kinks in the plane of the inputs.
#![allow(clippy::float_arithmetic)] // Drawing; no verdict depends on it.

use super::axes::Axes;
use super::canvas::{Canvas, Place};
use super::{class, label};
use crate::exhibit::enumeration;
use crate::exhibit::picture::Inputs;
use crate::rational::{Rational, to_f64};
use num_traits::{Signed, Zero};

const SIZE: (u32, u32) = (440, 400);

pub(super) fn draw(inputs: &Inputs) -> Canvas {
    let mut canvas = Canvas::new(SIZE.0, SIZE.1);
    let axes = Axes::around(inputs.samples.iter().map(|(point, _)| point), [8, 8], SIZE);
    axes.draw(&mut canvas, "first input", "second input");
    let mut elsewhere = inputs.elsewhere.clone();
    for (line, neurons, mark) in &inputs.lines {
        let Some((from, to, side)) = visible(&axes, line) else {
            elsewhere.extend(neurons);
            continue;
        };
        canvas.line(&format!("kink-line {}", class(*mark)), from, to);
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        let tip = (middle.0 + 16.0 * side.0, middle.1 + 16.0 * side.1);
        canvas.arrow(class(*mark), middle, tip, side);
        canvas.text("label", (tip.0 + 6.0 * side.0, tip.1 + 8.0 * side.1 + 4.0), "middle", &label(neurons));
    }
    for (neuron, w, u) in &inputs.escapes {
        escape(&mut canvas, &axes, *neuron, w, u);
    }
    for (point, is_boundary) in &inputs.samples {
        let place = axes.place(point);
        canvas.circle("sample", place, 3.8);
        if *is_boundary {
            canvas.circle("ring", place, 7.0);
        }
    }
    if !elsewhere.is_empty() {
        elsewhere.sort_unstable();
        let text = format!("no kink in view: {}", enumeration(&elsewhere, 6));
        canvas.text("soft", (f64::from(SIZE.0) - 12.0, 16.0), "end", &text);
    }
    canvas
}

/// Where the kink goes when the weight moves in the escape direction: as far as it can be seen, half as far if that is out of
/// view, and so on.
fn escape(canvas: &mut Canvas, axes: &Axes, neuron: usize, w: &[Rational; 3], u: &[Rational; 3]) {
    let size = |vector: &[Rational; 3]| vector.iter().map(Signed::abs).max().unwrap_or_default();
    let (own, step) = (size(w), size(u));
    let steps = [4, 8, 16, 32, 2, 1].map(|part: i64| &own / (&step * Rational::from_integer(part.into())));
    let moved = |step: &Rational| [0, 1, 2].map(|entry: usize| &w[entry] + step * &u[entry]);
    // A neuron at the origin has no kink before it moves: then its direction gives one.
    let lines = if own.is_zero() { vec![u.clone()] } else { steps.iter().map(moved).collect() };
    let Some((from, to, side)) = lines.iter().find_map(|line| visible(axes, line)) else { return };
    canvas.line("direction moved", from, to);
    let middle = |(from, to): (Place, Place)| ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
    let end = middle((from, to));
    let start =
        visible(axes, w).map_or((end.0 - 26.0 * side.0, end.1 - 26.0 * side.1), |(from, to, _)| middle((from, to)));
    let (ux, uy) = (end.0 - start.0, end.1 - start.1);
    let length = (ux * ux + uy * uy).sqrt();
    if length > 1.0 {
        canvas.open_arrow("direction", start, end, (ux / length, uy / length));
    }
    canvas.text("label", (end.0 + 10.0 * side.0, end.1 + 12.0 * side.1 + 4.0), "middle", &format!("{neuron}\u{2032}"));
}

/// The part of a line that is in view, on the canvas, and the direction of its positive side there.
fn visible(axes: &Axes, line: &[Rational; 3]) -> Option<(Place, Place, Place)> {
    // Divided by its largest entry, so that nothing overflows, then as a function of relative places: its values at three
    // corners are those of an affine function.
    let size = line.iter().map(Signed::abs).max().filter(|size| !size.is_zero())?;
    let [a, b, c] = line.each_ref().map(|entry| entry / &size);
    let value = |(x, y): (u8, u8)| {
        let [x, y] = axes.corner(x, y);
        to_f64(&(&a * x + &b * y + &c)).unwrap_or_default()
    };
    let (origin, right, top) = (value((0, 0)), value((1, 0)), value((0, 1)));
    let (dx, dy) = (right - origin, top - origin);
    // Where it meets the four sides.
    let mut found: Vec<Place> = Vec::new();
    for (x, y) in [(0.0, -origin / dy), (1.0, -(origin + dx) / dy), (-origin / dx, 0.0), (-(origin + dy) / dx, 1.0)] {
        if (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y) && !found.contains(&(x, y)) {
            found.push((x, y));
        }
    }
    let (from, to) = (*found.first()?, *found.get(1)?);
    let (from, to) = (axes.on_canvas(from), axes.on_canvas(to));
    let (ux, uy) = (to.0 - from.0, to.1 - from.1);
    let length = (ux * ux + uy * uy).sqrt();
    if length < 1.0 {
        return None;
    }
    // The normal whose side is the positive one: y of the canvas runs downwards.
    let (nx, ny) = (-uy / length, ux / length);
    let positive = nx * dx - ny * dy > 0.0;
    Some((from, to, if positive { (nx, ny) } else { (-nx, -ny) }))
}
