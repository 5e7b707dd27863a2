//! The derivative around a neuron as a polar plot.
#![allow(clippy::float_arithmetic)] // Drawing; no verdict depends on it.

use super::canvas::{Canvas, Place};
use super::weights::unit;
use crate::exhibit::picture::{Derivative, Point};
use crate::rational::{Rational, to_f64};
use num_traits::{Signed, Zero};

const SIZE: u32 = 360;
const CENTRE: Place = (180.0, 180.0);
/// The circle that is zero, and how far the curve is from it at most.
const ZERO: f64 = 85.0;
const ROOM: f64 = 75.0;

fn at((x, y): Place, radius: f64) -> Place {
    (CENTRE.0 + radius * x, CENTRE.1 - radius * y)
}

pub(super) fn draw(derivative: &Derivative) -> Canvas {
    let mut canvas = Canvas::new(SIZE, SIZE);
    for [a, b] in &derivative.kinks {
        let (x, y) = unit(&[-b, a.clone()]);
        canvas.line("sample-line", at((x, y), ZERO + ROOM), at((-x, -y), ZERO + ROOM));
    }
    // The square of the value at the vector of length 1: exact.
    let squared = |(u, value): &(Point, Rational)| value * value / (&u[0] * &u[0] + &u[1] * &u[1]);
    let largest = derivative.values.iter().map(squared).max().unwrap_or_default();
    let radius = |entry: &(Point, Rational)| {
        if largest.is_zero() {
            return ZERO;
        }
        let size = ROOM * to_f64(&(squared(entry) / &largest)).unwrap_or_default().sqrt();
        if entry.1.is_negative() { ZERO - size } else { ZERO + size }
    };
    canvas.circle("base", CENTRE, ZERO);
    let curve: Vec<Place> = derivative.values.iter().map(|entry| at(unit(&entry.0), radius(entry))).collect();
    canvas.polygon("graph", &curve);
    canvas.circle("sample", CENTRE, 2.5);
    if let Some(u) = &derivative.escape {
        let (x, y) = unit(u);
        canvas.open_arrow("direction", CENTRE, at((x, y), ZERO), (x, -y));
    }
    canvas.text("label soft", (CENTRE.0, CENTRE.1 + ZERO - 6.0), "middle", "0");
    canvas
}
