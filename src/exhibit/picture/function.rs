//! The network's function over the data, where there is one input, with or without a bias.

use super::super::Text;
use super::{Content, Picture, Point, has_bias};
use crate::empirical::Model;
use crate::rational::Rational;
use num_traits::{One, Zero};

/// One output as a function of the one input.
#[derive(Debug, Clone)]
pub struct Function {
    /// The corners of the graph, in rising order of the input.
    pub graph: Vec<Point>,
    /// Where a neuron with output weight has its kink.
    pub kinks: Vec<Point>,
    /// The samples with their targets.
    pub samples: Vec<Point>,
    /// What the network makes of them.
    pub predictions: Vec<Rational>,
}

/// Most outputs that get a picture.
const MOST_OUTPUTS: usize = 4;

pub(super) fn pictures(model: &Model<'_>) -> Vec<Picture> {
    let (samples, candidate) = (&model.instance.samples, &model.instance.candidate);
    let biased = match candidate.inputs() {
        1 => false,
        2 if has_bias(samples) => true,
        _ => return vec![],
    };
    let xs: Vec<&Rational> = samples.inputs.iter().map(|x| &x[0]).collect();
    let (Some(low), Some(high)) = (xs.iter().min(), xs.iter().max()) else { return vec![] };
    let margin = if low == high { Rational::one() } else { (*high - *low) / Rational::from_integer(10.into()) };
    let (low, high) = (*low - &margin, *high + &margin);
    let at = |x: &Rational| {
        let input = if biased { vec![x.clone(), Rational::one()] } else { vec![x.clone()] };
        candidate.output(&model.instance.activation, &input)
    };
    let breakpoint =
        |w: &Vec<Rational>| (!w[0].is_zero()).then(|| if biased { -&w[1] / &w[0] } else { Rational::zero() });
    let mut breakpoints: Vec<(usize, Rational)> =
        candidate.input_weights.iter().enumerate().filter_map(|(i, w)| Some((i, breakpoint(w)?))).collect();
    breakpoints.retain(|(_, x)| *x > low && *x < high);
    let mut corners: Vec<Rational> = breakpoints.iter().map(|(_, x)| x.clone()).chain([low, high]).collect();
    corners.sort();
    corners.dedup();
    let outputs = candidate.outputs();
    let picture = |j: usize| {
        let mut kinks: Vec<Rational> = breakpoints
            .iter()
            .filter(|(i, _)| !candidate.output_weights[*i][j].is_zero())
            .map(|(_, x)| x.clone())
            .collect();
        kinks.sort();
        kinks.dedup();
        let graph_point = |x: &Rational| [x.clone(), at(x)[j].clone()];
        let content = Function {
            graph: corners.iter().map(graph_point).collect(),
            kinks: kinks.iter().map(graph_point).collect(),
            samples: samples.inputs.iter().zip(&samples.targets).map(|(x, y)| [x[0].clone(), y[j].clone()]).collect(),
            predictions: samples.inputs.iter().map(|x| at(&x[0])[j].clone()).collect(),
        };
        let of_output = if outputs == 1 { String::new() } else { format!(", output {j}") };
        let plural = if kinks.len() == 1 { "" } else { "s" };
        Picture {
            name: if outputs == 1 { "function".to_owned() } else { format!("function-{j}") },
            title: format!("The network over the data{of_output}"),
            description: format!(
                "The graph of the network, piecewise linear with {} kink{plural} in view, and {} samples joined to it by their \
                 residuals.",
                kinks.len(),
                samples.inputs.len()
            ),
            caption: Text::of(
                "The network's output against the input. Points are the samples, the thin vertical lines their residuals $e_k$, \
                 diamonds the kinks of neurons whose output weight is not zero.",
            ),
            content: Content::Function(content),
        }
    };
    (0..outputs.min(MOST_OUTPUTS)).map(picture).collect()
}
