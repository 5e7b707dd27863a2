//! The integral loss: target and network, and the residual with its areas.

use super::super::Text;
use super::{Content, Picture, Point};
use crate::integral::Model;
use crate::linear::Polynomial;
use crate::rational::{Rational, decimal};

/// Target and network over the interval.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The graph of f, one list of points for each cell.
    pub target: Vec<Vec<Point>>,
    /// The graph of N.
    pub network: Vec<Point>,
    /// Where neurons have their breakpoints, with the neurons.
    pub breakpoints: Vec<(Rational, Vec<usize>)>,
}

/// `p e`, the residual as the derivatives weigh it.
#[derive(Debug, Clone)]
pub struct Residual {
    /// Its graph, one list of points for each cell.
    pub graph: Vec<Vec<Point>>,
    /// Where neurons have their breakpoints.
    pub breakpoints: Vec<Rational>,
}

/// Steps on each cell.
const STEPS: i64 = 24;

fn sampled(ends: &[Rational], value: impl Fn(&Rational) -> Rational) -> Vec<Point> {
    let at = |step: i64| {
        let x = &ends[0] + (&ends[1] - &ends[0]) * Rational::new(step.into(), STEPS.into());
        let y = value(&x);
        [x, y]
    };
    (0..=STEPS).map(at).collect()
}

pub(super) fn pictures(model: &Model<'_>) -> Vec<Picture> {
    let cells = || model.cells.iter().zip(model.points.windows(2));
    let graph = |polynomial: &Polynomial, ends: &[Rational]| sampled(ends, |x| polynomial.value(x));
    let target = cells().map(|(cell, ends)| graph(&cell.target, ends)).collect();
    // Linear on each cell.
    let network = cells().flat_map(|(cell, ends)| {
        [0, 1].map(|end: usize| [ends[end].clone(), cell.residual.value(&ends[end]) + cell.target.value(&ends[end])])
    });
    let network: Vec<Point> = network.collect();
    let integral = &model.instance.integral;
    let mut breakpoints: Vec<(Rational, Vec<usize>)> = Vec::new();
    for (j, q) in model.neurons.iter().enumerate().filter_map(|(j, neuron)| Some((j, neuron.breakpoint.clone()?))) {
        if q < integral.start || q > integral.end {
            continue;
        }
        match breakpoints.iter_mut().find(|(place, _)| *place == q) {
            Some((_, neurons)) => neurons.push(j),
            None => breakpoints.push((q, vec![j])),
        }
    }
    breakpoints.sort();
    let places: Vec<Rational> = breakpoints.iter().map(|(q, _)| q.clone()).collect();
    let residual = cells().map(|(cell, ends)| graph(&cell.weighted, ends)).collect();
    let plain = integral.density.is_none();
    let areas = model.cells.iter().map(|cell| decimal(&cell.moments[0], 6)).collect::<Vec<_>>();
    let areas = match areas.len() {
        0..=12 => format!(" Over the cells it adds up to {}.", areas.join(", ")),
        _ => String::new(),
    };
    let count = breakpoints.len();
    let plural = if count == 1 { "" } else { "s" };
    vec![
        Picture {
            name: "fit".to_owned(),
            title: "Target and network".to_owned(),
            description: format!("The graphs of target and network over the interval, with {count} breakpoint{plural} of neurons."),
            caption: Text::of(
                "The target $f$ (dashed) and the network $N$ (solid) over $[T_0, T_1]$; dotted verticals are breakpoints of neurons.",
            ),
            content: Content::Fit(Fit { target, network, breakpoints }),
        },
        Picture {
            name: "residual".to_owned(),
            title: if plain { "The residual" } else { "The weighted residual" }.to_owned(),
            description: format!(
                "The residual over the interval, areas above and below zero hatched apart.{areas}"
            ),
            caption: Text::of(if plain {
                "The residual $e = N - f$; areas above and below zero differ in colour and hatching. At a stationary point they \
                 cancel: $int e = 0|\\int e=0$."
            } else {
                "The weighted residual $p e = p (N - f)$; areas above and below zero differ in colour and hatching. At a \
                 stationary point they cancel: $int p e = 0|\\int p\\,e=0$."
            })
            .words(areas),
            content: Content::Residual(Residual { graph: residual, breakpoints: places }),
        },
    ]
}
