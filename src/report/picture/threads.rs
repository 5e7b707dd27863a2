//! The input weights of a training run over time: a thread for each neuron, through the networks that were kept.
#![allow(clippy::float_arithmetic)] // Drawing; no verdict depends on it.

use super::axes::Axes;
use super::canvas::{Canvas, Place};
use crate::exhibit::picture::Point;
use crate::rational::{Rational, to_f64};
use num_traits::{Signed, Zero};

/// A network that a run kept.
#[derive(Debug, Clone)]
pub struct RunNetwork {
    /// Its step.
    pub step: u64,
    /// Its input weights, with a bias as the last entry: m rows.
    pub input_weights: Vec<Vec<Rational>>,
}

/// What of the input weights is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thread {
    /// Their norms.
    Norm,
    /// The cosines of their angles with the first axis.
    Cosine,
}

/// Most neurons that are drawn.
pub const MOST_THREADS: usize = 200;
const SIZE: (u32, u32) = (440, 320);

/// Networks in rising order of their steps, of one width.
pub(super) fn draw(networks: &[RunNetwork], thread: Thread) -> Canvas {
    let mut canvas = Canvas::new(SIZE.0, SIZE.1);
    let width = networks.iter().map(|network| network.input_weights.len()).min().unwrap_or(0);
    let threads: Vec<Vec<Point>> = (0..width.min(MOST_THREADS))
        .map(|i| networks.iter().filter_map(|network| point(network, i, thread)).collect())
        .collect();
    let axes = Axes::around(threads.iter().flatten(), [0, 1], SIZE);
    let name = match thread {
        Thread::Norm => "norm of the input weight",
        Thread::Cosine => "cosine of its angle with the first axis",
    };
    axes.draw(&mut canvas, "step", name);
    for points in &threads {
        let places: Vec<Place> = points.iter().map(|point| axes.place(point)).collect();
        canvas.polyline("thread", &places);
    }
    canvas
}

fn point(network: &RunNetwork, i: usize, thread: Thread) -> Option<Point> {
    let w = &network.input_weights[i];
    let square: Rational = w.iter().map(|entry| entry * entry).sum();
    let value = match thread {
        Thread::Norm => to_f64(&square)?.sqrt(),
        Thread::Cosine if square.is_zero() => return None,
        Thread::Cosine => {
            let size = to_f64(&(&w[0] * &w[0] / &square))?.sqrt();
            if w[0].is_negative() { -size } else { size }
        }
    };
    Some([Rational::from_integer(network.step.into()), Rational::from_float(value)?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::read;

    #[test]
    fn norms_and_cosines() {
        let network = |w: [&str; 2]| RunNetwork { step: 7, input_weights: vec![w.map(|n| read(n).unwrap()).to_vec()] };
        let shown = |w: [&str; 2], thread: Thread| {
            point(&network(w), 0, thread).map(|point| crate::rational::decimal(&point[1], 6))
        };
        assert_eq!(shown(["3", "-4"], Thread::Norm).as_deref(), Some("5"));
        assert_eq!(shown(["-3", "4"], Thread::Cosine).as_deref(), Some("-0.6"));
        assert_eq!(shown(["1e-200", "0"], Thread::Cosine).as_deref(), Some("1"));
        assert_eq!(shown(["0", "0"], Thread::Cosine), None);
    }
}
