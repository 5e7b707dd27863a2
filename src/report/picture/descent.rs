//! The loss along a curve of descent.

use super::axes::Axes;
use super::canvas::{Canvas, Place};
use crate::exhibit::picture::Descent;

const SIZE: (u32, u32) = (440, 300);

pub(super) fn draw(descent: &Descent) -> Canvas {
    let mut canvas = Canvas::new(SIZE.0, SIZE.1);
    let axes = Axes::around(descent.points.iter(), [0, 1], SIZE);
    axes.draw(&mut canvas, "t", "loss minus that of the candidate");
    let places: Vec<Place> = descent.points.iter().map(|point| axes.place(point)).collect();
    canvas.polyline("falling", &places);
    for place in places.iter().step_by(5) {
        canvas.circle("point", *place, 3.5);
    }
    canvas
}
