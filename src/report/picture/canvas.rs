//! Shapes of an SVG picture, with coordinates of two decimals.
#![allow(clippy::float_arithmetic)] // Drawing; no verdict depends on it.

use super::super::escape::xml;
use std::fmt::Write;

/// A place on a canvas, in its units, y downwards.
pub(super) type Place = (f64, f64);

/// A picture in the making.
#[derive(Debug)]
pub(super) struct Canvas {
    width: u32,
    height: u32,
    body: String,
}

/// A coordinate with two decimals, never `-0.00`.
fn fixed(value: f64) -> String {
    let text = format!("{value:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text }
}

fn pair((x, y): Place) -> String {
    format!("{},{}", fixed(x), fixed(y))
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Canvas {
        Canvas { width, height, body: String::new() }
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    pub(super) fn body(&self) -> &str {
        &self.body
    }

    pub(super) fn line(&mut self, class: &str, from: Place, to: Place) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(fixed);
        let _ = writeln!(self.body, "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");
    }

    pub(super) fn circle(&mut self, class: &str, centre: Place, radius: f64) {
        let [x, y, r] = [centre.0, centre.1, radius].map(fixed);
        let _ = writeln!(self.body, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>");
    }

    pub(super) fn polyline(&mut self, class: &str, places: &[Place]) {
        let points: Vec<String> = places.iter().map(|place| pair(*place)).collect();
        let _ = writeln!(self.body, "<polyline class=\"{class}\" points=\"{}\"/>", points.join(" "));
    }

    pub(super) fn polygon(&mut self, class: &str, places: &[Place]) {
        let points: Vec<String> = places.iter().map(|place| pair(*place)).collect();
        let _ = writeln!(self.body, "<polygon class=\"{class}\" points=\"{}\"/>", points.join(" "));
    }

    /// The slice of a disc between two places on its rim, counter-clockwise as one sees it.
    pub(super) fn slice(&mut self, class: &str, centre: Place, radius: f64, from: Place, to: Place) {
        let r = fixed(radius);
        let path = format!("M {} L {} A {r} {r} 0 0 0 {} Z", pair(centre), pair(from), pair(to));
        let _ = writeln!(self.body, "<path class=\"{class}\" d=\"{path}\"/>");
    }

    /// `anchor`: `start`, `middle` or `end`.
    pub(super) fn text(&mut self, class: &str, at: Place, anchor: &str, text: &str) {
        let [x, y] = [at.0, at.1].map(fixed);
        let text = xml(text);
        let _ =
            writeln!(self.body, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>");
    }

    /// An arrow with a filled head; `(ux, uy)` is its direction, of length 1.
    pub(super) fn arrow(&mut self, class: &str, from: Place, to: Place, (ux, uy): Place) {
        let neck = (to.0 - 9.0 * ux, to.1 - 9.0 * uy);
        self.line(&format!("arrow {class}"), from, neck);
        let side = |s: f64| (neck.0 - s * uy, neck.1 + s * ux);
        self.polygon(&format!("head {class}"), &[to, side(4.5), side(-4.5)]);
    }

    /// An arrow with an open double head.
    pub(super) fn open_arrow(&mut self, class: &str, from: Place, to: Place, (ux, uy): Place) {
        self.line(class, from, to);
        for back in [0.0, 5.0] {
            let tip = (to.0 - back * ux, to.1 - back * uy);
            let side = |s: f64| (tip.0 - 7.0 * ux - s * uy, tip.1 - 7.0 * uy + s * ux);
            self.polyline(class, &[side(4.0), tip, side(-4.0)]);
        }
    }
}
