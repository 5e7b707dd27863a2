//! Input weights as arrows; for d = 2 among the lines on which samples change side, for larger d projected.

use super::super::{Certified, Text, enumeration};
use super::plane::escape_direction;
use super::{Content, Mark, Picture, Plane, Point, has_bias, marks};
use crate::empirical::Model;
use crate::exhibit::numbers::items;
use crate::linear::{primitive, shortest_multiple};
use crate::rational::{Integer, Rational};
use std::collections::BTreeMap;

/// Input weights in the plane.
#[derive(Debug, Clone)]
pub struct Weights {
    /// The lines `x_k.w = 0`, for d = 2; the cells are what is between them.
    pub lines: Vec<SampleLine>,
    /// Samples as points, where the plane is a projection.
    pub samples: Vec<Point>,
    /// The input weights that are not zero, those of one direction and kind together.
    pub arrows: Vec<Arrow>,
    /// The neurons at the origin.
    pub zero: Vec<usize>,
    /// Escape directions: the neuron, where it is, and the direction.
    pub escapes: Vec<(usize, Point, Point)>,
    /// The names of the axes.
    pub axes: [String; 2],
}

/// A line through the origin on which samples change side.
#[derive(Debug, Clone)]
pub struct SampleLine {
    /// Its normal, `x_k` up to a factor.
    pub normal: Point,
    /// The samples.
    pub samples: Vec<usize>,
    /// Whether some neuron lies on it.
    pub is_boundary: bool,
}

/// Input weights of one direction.
#[derive(Debug, Clone)]
pub struct Arrow {
    /// The longest of them.
    pub to: Point,
    /// The neurons.
    pub neurons: Vec<usize>,
    /// What they are.
    pub mark: Mark,
}

pub(super) fn picture(model: &Model<'_>, certified: &Certified<'_>) -> Option<Picture> {
    let (inputs, candidate) = (&model.instance.samples.inputs, &model.instance.candidate);
    let d = candidate.inputs();
    // Where there is a bias beside two inputs, the plane of the inputs shows more.
    if d < 2 || (d == 3 && certified.plane.is_none() && has_bias(&model.instance.samples)) {
        return None;
    }
    let plane = Plane::telling(model, certified);
    let mut arrows: BTreeMap<(Vec<Rational>, Mark), Arrow> = BTreeMap::new();
    let mut zero = Vec::new();
    for (i, mark) in marks(certified, candidate.width()).into_iter().enumerate() {
        let to = plane.project(&candidate.input_weights[i]);
        if primitive(&to).is_none() {
            zero.push(i);
            continue;
        }
        let arrow = || Arrow { to: to.clone(), neurons: vec![], mark };
        let arrow = arrows.entry((shortest_multiple(&to), mark)).or_insert_with(arrow);
        arrow.neurons.push(i);
        if to[0].clone() * &to[0] + &to[1] * &to[1] > &arrow.to[0] * &arrow.to[0] + &arrow.to[1] * &arrow.to[1] {
            arrow.to = to;
        }
    }
    let escapes = items(&certified.evidence["neurons"]).iter().filter_map(escape_direction).filter_map(|(i, u)| {
        let u = plane.project(&u);
        primitive(&u).is_some().then(|| (i, plane.project(&candidate.input_weights[i]), u))
    });
    let lines = if d == 2 { lines(model) } else { vec![] };
    let samples = if d == 2 { vec![] } else { inputs.iter().map(|x| plane.project(x)).collect() };
    let bias = model.instance.samples.hidden_bias;
    let axes = match d {
        2 => ["first weight", if bias { "bias" } else { "second weight" }].map(str::to_owned),
        _ => plane.labels.clone(),
    };
    let content =
        Weights { lines, samples, arrows: arrows.into_values().collect(), zero, escapes: escapes.collect(), axes };
    Some(Picture {
        name: "weights".to_owned(),
        title: "Input weights".to_owned(),
        description: describe(&content),
        caption: caption(d, &plane, &content),
        content: Content::Weights(content),
    })
}

fn lines(model: &Model<'_>) -> Vec<SampleLine> {
    let mut lines: BTreeMap<Vec<Integer>, SampleLine> = BTreeMap::new();
    for (k, x) in model.instance.samples.inputs.iter().enumerate() {
        let Some((line, _)) = primitive(x) else { continue };
        let new = || SampleLine { normal: [x[0].clone(), x[1].clone()], samples: vec![], is_boundary: false };
        let entry = lines.entry(line).or_insert_with(new);
        entry.samples.push(k);
        let on_it = |i: &usize| {
            model.neurons[*i].boundary.contains(&k)
                && !crate::linear::is_zero(&model.instance.candidate.input_weights[*i])
        };
        entry.is_boundary |= (0..model.neurons.len()).any(|i| on_it(&i));
    }
    lines.into_values().collect()
}

fn caption(d: usize, plane: &Plane, weights: &Weights) -> Text {
    let mut text = match d {
        2 => Text::of(
            "The plane of the input weights. Each line is where $x_k.w = 0|x_k\\cdot w=0$ for the samples named at its end; between \
             the lines lie the cells, in each of which no sample changes side.",
        ),
        _ => Text::plain(format!(
            "Input weights and samples (points), projected orthogonally on the plane of {}; what is orthogonal to it is not shown, \
             so no sides are to be read from it, and angles and lengths only of what lies in it.",
            plane.name
        )),
    };
    if weights.lines.iter().any(|line| line.is_boundary) {
        text = text.words(" A heavy dashed line is one on which a neuron lies: its samples are boundary samples.");
    }
    if !weights.arrows.is_empty() {
        text = text.words(
            " Arrows are input weights; dashes and colour tell what a neuron is, and neurons of one direction share an arrow. \
             Lengths are on a square-root scale, and very short arrows are lengthened.",
        );
    }
    if !weights.zero.is_empty() {
        text = text.words(" The ring stands for neurons whose weights, as far as they are shown, are zero.");
    }
    if !weights.escapes.is_empty() {
        text = text.words(" Open arrows with a double head are escape directions.");
    }
    text
}

fn describe(weights: &Weights) -> String {
    let mut parts = Vec::new();
    for mark in [Mark::Escape, Mark::Active, Mark::SemiDead, Mark::Dead, Mark::Unknown] {
        let mut neurons: Vec<usize> =
            weights.arrows.iter().filter(|arrow| arrow.mark == mark).flat_map(|arrow| arrow.neurons.clone()).collect();
        neurons.sort_unstable();
        if !neurons.is_empty() {
            let plural = if neurons.len() == 1 { "" } else { "s" };
            parts.push(format!("{}: neuron{plural} {}", mark.words(), enumeration(&neurons, 8)));
        }
    }
    if !weights.zero.is_empty() {
        parts.push(format!("at the origin: {}", enumeration(&weights.zero, 8)));
    }
    let among = match weights.lines.len() {
        0 => format!("with {} samples as points", weights.samples.len()),
        1 => "with the line of the samples".to_owned(),
        lines => format!("among {lines} lines of samples"),
    };
    format!("Input weights as arrows from the origin, {among}. {}.", capital(&parts.join("; ")))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
