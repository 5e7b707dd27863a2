//! The plane of two inputs beside a bias: samples as points, neurons as the lines on which they have their kink.

use super::super::{Certified, Text, enumeration};
use super::plane::escape_direction;
use super::{Content, Mark, Picture, Point, has_bias, marks};
use crate::empirical::Model;
use crate::exhibit::numbers::items;
use crate::linear::is_zero;
use crate::rational::{Rational, write};
use std::collections::BTreeMap;

/// Samples and kinks: the affine slice `x = (x_0, x_1, 1)`.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// The samples, and whether they are boundary samples of a neuron whose weight isn't zero.
    pub samples: Vec<(Point, bool)>,
    /// `w_0 x_0 + w_1 x_1 + b = 0`, with the neurons and what they are; `(w_0, w_1)` points to the positive side.
    pub lines: Vec<([Rational; 3], Vec<usize>, Mark)>,
    /// Neurons without such a line: `w_0 = w_1 = 0`.
    pub elsewhere: Vec<usize>,
    /// Escape directions: the neuron, its weight and the direction.
    pub escapes: Vec<(usize, [Rational; 3], [Rational; 3])>,
}

fn line([a, b, c]: &[Rational; 3]) -> String {
    format!("({}, {}, {})", write(a), write(b), write(c))
}

pub(super) fn picture(model: &Model<'_>, certified: &Certified<'_>) -> Option<Picture> {
    let (samples, candidate) = (&model.instance.samples, &model.instance.candidate);
    if candidate.inputs() != 3 || !has_bias(samples) {
        return None;
    }
    let mut lines: BTreeMap<(Vec<Rational>, Mark), Vec<usize>> = BTreeMap::new();
    let mut elsewhere = Vec::new();
    for (i, mark) in marks(certified, candidate.width()).into_iter().enumerate() {
        let w = &candidate.input_weights[i];
        if is_zero(&w[..2]) {
            elsewhere.push(i);
        } else {
            lines.entry((crate::linear::shortest_multiple(w), mark)).or_default().push(i);
        }
    }
    let is_boundary = |k: usize| {
        let mut neurons = model.neurons.iter().zip(&candidate.input_weights);
        neurons.any(|(neuron, w)| !is_zero(w) && neuron.boundary.contains(&k))
    };
    let points = samples.inputs.iter().enumerate();
    let points: Vec<_> = points.map(|(k, x)| ([x[0].clone(), x[1].clone()], is_boundary(k))).collect();
    let boundary: Vec<usize> = (0..points.len()).filter(|k| points[*k].1).collect();
    let on_kinks = match &boundary[..] {
        [] => "No sample lies on a kink.".to_owned(),
        some => format!("On a kink: samples {}.", enumeration(some, 12)),
    };
    let three = |w: &[Rational]| [0, 1, 2].map(|entry: usize| w[entry].clone());
    let directions = items(&certified.evidence["neurons"]).iter().filter_map(escape_direction);
    let escapes: Vec<_> = directions.map(|(i, u)| (i, three(&candidate.input_weights[i]), three(&u))).collect();
    let plural = if lines.len() == 1 {
        "line on which a neuron has its kink"
    } else {
        "lines on which neurons have their kinks"
    };
    let mut description = format!("{} samples as points and {} {plural}. {on_kinks}", points.len(), lines.len());
    for (i, _, u) in escapes.iter().take(4) {
        description.push_str(&format!(" Neuron {i} has the escape direction {}.", line(u)));
    }
    let lines = lines.into_iter().map(|((w, mark), neurons)| (three(&w), neurons, mark)).collect();
    let moving = match escapes.is_empty() {
        true => "",
        false => {
            " A thin dash-dotted line is where the kink of an escape neuron comes to lie when its weight moves a little in its \
             escape direction, drawn larger than it is; the open arrow points there."
        }
    };
    Some(Picture {
        name: "inputs".to_owned(),
        title: "Kinks among the data".to_owned(),
        description,
        caption: Text::of(
            "The plane of the first two inputs; the third is constantly 1. Points are samples, rings are boundary samples; a line \
             is where $w_i.x = 0|w_i\\cdot x=0$ for the neurons named at it, and the small arrow points to their positive side.",
        )
        .words(moving),
        content: Content::Inputs(Inputs { samples: points, lines, elsewhere, escapes }),
    })
}
