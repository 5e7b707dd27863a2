//! Axes with exact ranges and round ticks.
#![allow(clippy::float_arithmetic)] // Drawing; no verdict depends on it.

use super::canvas::{Canvas, Place};
use crate::exhibit::picture::Point;
use crate::rational::{Integer, Rational, decimal, to_f64, write};
use num_traits::{One, Signed, Zero};

const LEFT: f64 = 62.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 42.0;

/// Two axes on a canvas.
pub(super) struct Axes {
    x: [Rational; 2],
    y: [Rational; 2],
    width: u32,
    height: u32,
}

/// The range of some values, and room on either side, in sixteenths of it.
fn range<'a>(values: impl Iterator<Item = &'a Rational> + Clone, room: i64) -> [Rational; 2] {
    let low = values.clone().min().cloned().unwrap_or_default();
    let high = values.max().cloned().unwrap_or_default();
    let room = if low == high {
        if low.is_zero() { Rational::one() } else { low.abs() / Rational::from_integer(2.into()) }
    } else {
        (&high - &low) * Rational::new(room.into(), 16.into())
    };
    [low - &room, high + room]
}

/// Round numbers in a range, about five of them.
fn ticks([low, high]: &[Rational; 2]) -> Vec<Rational> {
    let ten = Rational::from_integer(10.into());
    let raw = (high - low) / Rational::from_integer(5.into());
    // A power of ten next to it, from the lengths of its parts.
    let digits = |integer: &Integer| integer.to_string().len();
    let (above, below) = (digits(raw.numer()), digits(raw.denom()));
    let power = num_traits::pow(ten.clone(), above.abs_diff(below));
    let mut step = if above >= below { power } else { power.recip() };
    while step > raw {
        step /= &ten;
    }
    while &step * &ten <= raw {
        step *= &ten;
    }
    let rounds = [1, 2, 5, 10].map(|factor: i64| &step * Rational::from_integer(factor.into()));
    let step = rounds.into_iter().find(|round| *round >= raw).unwrap_or(ten);
    let mut tick = (low / &step).ceil() * &step;
    let mut found = Vec::new();
    while tick <= *high {
        found.push(tick.clone());
        tick += &step;
    }
    found
}

/// A tick as it is written: integers in full, up to a length.
fn shown(tick: &Rational) -> String {
    if tick.is_integer() && tick.abs() < Rational::from_integer(10_000_000.into()) {
        write(tick)
    } else {
        decimal(tick, 3)
    }
}

impl Axes {
    /// Axes that hold some points, with room around them in x and y, in sixteenths of their ranges.
    pub(super) fn around<'a>(
        points: impl Iterator<Item = &'a Point> + Clone, room: [i64; 2], size: (u32, u32),
    ) -> Axes {
        let x = range(points.clone().map(|point| &point[0]), room[0]);
        let y = range(points.map(|point| &point[1]), room[1]);
        Axes { x, y, width: size.0, height: size.1 }
    }

    /// Where a point lies, from 0 to 1 in both directions, y upwards.
    pub(super) fn relative(&self, [x, y]: &Point) -> Place {
        let within =
            |value: &Rational, [low, high]: &[Rational; 2]| to_f64(&((value - low) / (high - low))).unwrap_or_default();
        (within(x, &self.x), within(y, &self.y))
    }

    /// Where a relative place lies on the canvas.
    pub(super) fn on_canvas(&self, (x, y): Place) -> Place {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        (LEFT + x * (width - LEFT - RIGHT), TOP + (1.0 - y) * (height - TOP - BOTTOM))
    }

    pub(super) fn place(&self, point: &Point) -> Place {
        self.on_canvas(self.relative(point))
    }

    /// A corner of the picture, exactly: 0 is low, 1 is high.
    pub(super) fn corner(&self, x: u8, y: u8) -> [&Rational; 2] {
        [&self.x[usize::from(x.min(1))], &self.y[usize::from(y.min(1))]]
    }

    /// Where the axis y = 0 is, or the end that is next to it.
    pub(super) fn base(&self, x: &Rational) -> Place {
        let zero = Rational::zero();
        let y = if zero < self.y[0] {
            &self.y[0]
        } else if zero > self.y[1] {
            &self.y[1]
        } else {
            &zero
        };
        self.place(&[x.clone(), y.clone()])
    }

    /// A vertical line through the whole picture.
    pub(super) fn vertical(&self, canvas: &mut Canvas, class: &str, x: &Rational) {
        let [low, high] = &self.y;
        canvas.line(class, self.place(&[x.clone(), low.clone()]), self.place(&[x.clone(), high.clone()]));
    }

    /// Grid, ticks, the frame, and what the axes are.
    pub(super) fn draw(&self, canvas: &mut Canvas, x_name: &str, y_name: &str) {
        for tick in ticks(&self.x) {
            self.vertical(canvas, "grid", &tick);
            let (x, y) = self.place(&[tick.clone(), self.y[0].clone()]);
            canvas.text("soft", (x, y + 15.0), "middle", &shown(&tick));
        }
        for tick in ticks(&self.y) {
            let from = self.place(&[self.x[0].clone(), tick.clone()]);
            canvas.line("grid", from, self.place(&[self.x[1].clone(), tick.clone()]));
            canvas.text("soft", (from.0 - 5.0, from.1 + 4.0), "end", &shown(&tick));
        }
        let corner = |x: usize, y: usize| self.place(&[self.x[x].clone(), self.y[y].clone()]);
        canvas.polyline("axis", &[corner(0, 1), corner(0, 0), corner(1, 0)]);
        let bottom = f64::from(self.height) - 8.0;
        canvas.text("", (self.on_canvas((0.5, 0.0)).0, bottom), "middle", x_name);
        canvas.text("", (LEFT - 40.0, TOP - 12.0), "start", y_name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::read;

    #[test]
    fn ticks_are_round_and_inside() {
        let shown = |low: &str, high: &str| {
            let found = ticks(&[read(low).unwrap(), read(high).unwrap()]);
            found.iter().map(|tick| decimal(tick, 3)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown("0", "1"), "0 0.2 0.4 0.6 0.8 1");
        assert_eq!(shown("-13", "40"), "0 20 40");
        assert_eq!(shown("1e-30", "3e-30"), "1.00e-30 1.50e-30 2.00e-30 2.50e-30 3.00e-30");
        assert!(ticks(&[Rational::zero(), read("1e9000").unwrap()]).len() > 2);
        assert_eq!(range([].iter(), 1), [-Rational::one(), Rational::one()]);
    }
}
