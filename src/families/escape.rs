//! Stationary points with several outputs and an escape neuron whose output weight isn't zero.
//!
//! Inputs, input weights and output weights are drawn; the residuals e are solved for. Take a slope `s_ik` for each
//! neuron i and sample k: that of the activation where `w_i.x_k != 0`, and on the boundary one of `alpha_plus`,
//! `alpha_minus` and their mean. If
//!
//! ```text
//! (H) sum_k e_k rho_ik = 0,    (C) sum_k e_k = 0,    (G) sum_k s_ik (h_i.e_k) x_k = 0
//! ```
//!
//! then `g_i(u) = sum_{k in B_i} (h_i.e_k) (rho(x_k.u) - s_ik x_k.u)`, and the point is stationary where each
//! `(alpha_plus - alpha_minus) (h_i.e_k)` is nonnegative: each term is. `g_i` is then zero exactly on the cone where
//! each such term is zero, and the neuron escapes unless `d_i` vanishes on that cone as well. So some neurons get (G)
//! without the factor h_i, for each output: these don't escape. All conditions are linear and homogeneous in e, and the
//! targets are `y_k = yhat_k - e_k`. What is found is decided by the prover, and kept if an escape neuron was found.
//! See docs/theory.md, sections 3 and 7.

use super::draw::Draw;
use super::member::{draft, expect, with_residuals, written};
use super::{BadParameters, id_part, show_activation};
use crate::empirical::{decide_escape_neurons, loss};
use crate::kink::Options;
use crate::linear::{Echelon, add_multiple, combination, dot, is_zero, shortest_multiple};
use crate::problem::EscapeNeurons;
use crate::problem::{Activation, Instance, Network, Property};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// What members look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// n
    pub samples: usize,
    /// d >= 2
    pub dimension: usize,
    /// J >= 2: with one output an escape neuron has output weight zero.
    pub outputs: usize,
    /// m, replicas not counted.
    pub width: usize,
    /// `rho`
    pub activation: Activation,
    /// Whether there is an output bias, trained.
    pub output_bias: bool,
    /// How many neurons that don't escape get a replica with the same input weight: fewer than the width.
    pub replicate: usize,
}

/// Draws before the search for a member ends.
const ATTEMPTS: usize = 4_000;
/// Largest residual before it is scaled, by the number of residuals: few are short, many can't be.
fn largest(residuals: usize) -> Rational {
    Rational::from_integer(num_traits::pow(2.into(), residuals / 2)) + Rational::from_integer(40.into())
}

/// The member of a seed: stationary, with escape neurons, none of them with output weight zero. `expected` names these
/// two and the loss. Cost: some hundred draws, each a kernel of dimension n J; some milliseconds for small parameters.
///
/// # Errors
/// Parameters out of range, or too few samples for all the conditions on the residuals.
pub fn generate(seed: u64, parameters: &Parameters) -> Result<Instance, BadParameters> {
    let Parameters { samples, dimension, outputs, width, replicate, .. } = *parameters;
    for (found, least, what) in
        [(samples, 1, "sample"), (dimension, 2, "input"), (outputs, 2, "output"), (width, 1, "neuron")]
    {
        if found < least {
            let (plural, verb) = if least == 1 { ("", "is") } else { ("s", "are") };
            return Err(BadParameters(format!("{found} {what}s; at least {least} {what}{plural} {verb} needed")));
        }
    }
    if replicate >= width {
        let text = format!("{replicate} replicas for {width} neurons, one of which escapes; replicate fewer than that");
        return Err(BadParameters(text));
    }
    let mut draw = Draw::of_seed(seed);
    let found = (0..ATTEMPTS).find_map(|_| attempt(&mut draw, parameters));
    let Some((candidate, escaping)) = found else {
        let text = format!(
            "no member with seed {seed} in {ATTEMPTS} draws; {samples} samples may leave the residuals too little freedom \
             for {width} neurons in dimension {dimension}: take more samples or another seed"
        );
        return Err(BadParameters(text));
    };
    written(&describe(candidate, escaping, seed, parameters))
}

fn describe(mut instance: Instance, escaping: Vec<usize>, seed: u64, parameters: &Parameters) -> Instance {
    let Parameters { samples, dimension, outputs, width, activation, output_bias, replicate } = parameters;
    let activation = show_activation(activation);
    let bias = |text| if *output_bias { text } else { "" };
    instance.id = format!(
        "escape-{}-n{samples}-d{dimension}-j{outputs}-m{width}{}-r{replicate}-s{seed}",
        id_part(&activation),
        bias("-bias")
    );
    instance.title = Some("Several outputs: escape neurons whose output weights are not zero".to_owned());
    instance.source.location = Some(format!(
        "docs/theory.md, sections 3 and 7; relucert instances generate escape --samples {samples} --dimension {dimension} \
         --outputs {outputs} --width {width} --activation {activation}{} --replicate {replicate} --seed {seed}",
        bias(" --output-bias")
    ));
    let because = "the residuals solve (H), (C) and (W) exactly, and g_i vanishes on a cone where d_i doesn't";
    let mut expected = expect(&[(Property::Stationary, true)], because);
    expected.escape_neurons = Some(Some(escaping));
    expected.loss = Some(loss(&instance, &instance.candidate));
    instance.expected = Some(expected);
    instance
}

/// One draw: an instance and its escape neurons, if it is a member.
fn attempt(draw: &mut Draw, parameters: &Parameters) -> Option<(Instance, Vec<usize>)> {
    let Parameters { dimension, outputs, width, activation, .. } = parameters;
    let input_weights: Vec<Vec<Rational>> = (0..*width).map(|_| draw.non_zero_row(*dimension, 1)).collect();
    let output_weights: Vec<Vec<Rational>> = (0..*width).map(|_| draw.non_zero_row(*outputs, 2)).collect();
    let output_bias = parameters.output_bias.then(|| draw.row(*outputs, 2));
    let candidate = Network { input_weights, output_weights, output_bias };
    let inputs = inputs(draw, parameters.samples, &candidate);
    let system = System::new(draw, parameters, &inputs, &candidate);
    // A feature of zero escapes in an easy way.
    if system.features[system.escaping].iter().all(Zero::is_zero) {
        return None;
    }
    let residuals = system.residuals(draw)?;
    let convex = system.is_convex(&residuals);
    if !convex && !draw.one_in(4) {
        return None;
    }
    let samples = with_residuals(activation, inputs, false, &candidate, &residuals);
    let mut instance = draft(activation.clone(), samples, candidate);
    let EscapeNeurons::Found(escaping) = decide_escape_neurons(&instance, &Options::default()) else { return None };
    if escaping.is_empty() {
        return None;
    }
    replicate(draw, &mut instance.candidate, &escaping, parameters.replicate)?;
    Some((instance, escaping))
}

/// Small integer inputs, many of them orthogonal to an input weight, some parallel to one before.
fn inputs(draw: &mut Draw, n: usize, candidate: &Network) -> Vec<Vec<Rational>> {
    let dimension = candidate.inputs();
    let mut inputs: Vec<Vec<Rational>> = Vec::new();
    while inputs.len() < n {
        let x = match draw.below(8) {
            0..=3 => {
                let w = draw.pick(&candidate.input_weights);
                let kernel = Echelon::of([w.as_slice()]).kernel(dimension);
                let terms: Vec<_> = kernel.iter().map(|v| (draw.integer(2), v.as_slice())).collect();
                shortest_multiple(&combination(dimension, terms))
            }
            4 if !inputs.is_empty() => draw.pick(&inputs).iter().map(|entry| -entry).collect(),
            _ => draw.row(dimension, 2),
        };
        if !is_zero(&x) {
            inputs.push(x);
        }
    }
    inputs
}

/// The conditions on the residuals.
struct System<'a> {
    parameters: &'a Parameters,
    inputs: &'a [Vec<Rational>],
    output_weights: &'a [Vec<Rational>],
    /// `rho_ik`
    features: Vec<Vec<Rational>>,
    /// `s_ik`
    slopes: Vec<Vec<Rational>>,
    /// `B_i`
    boundary: Vec<Vec<usize>>,
    /// A neuron that may escape.
    escaping: usize,
    /// The neurons that get (G) for each output.
    pinned: Vec<bool>,
}

impl<'a> System<'a> {
    fn new(
        draw: &mut Draw, parameters: &'a Parameters, inputs: &'a [Vec<Rational>], candidate: &'a Network,
    ) -> System<'a> {
        let activation = &parameters.activation;
        let pre: Vec<Vec<Rational>> =
            candidate.input_weights.iter().map(|w| inputs.iter().map(|x| dot(w, x)).collect()).collect();
        let on_boundary = [activation.positive.clone(), activation.negative.clone(), activation.mean_slope()];
        let mut slope = |z: &Rational| match z.is_zero() {
            true => draw.pick(&on_boundary).clone(),
            false => activation.slope(z).clone(),
        };
        let slopes = pre.iter().map(|row| row.iter().map(&mut slope).collect()).collect();
        let features = pre.iter().map(|row| row.iter().map(|z| activation.apply(z)).collect()).collect();
        let zeros = |row: &Vec<Rational>| (0..row.len()).filter(|k| row[*k].is_zero()).collect();
        let boundary = pre.iter().map(zeros).collect();
        let escaping = draw.below(parameters.width);
        // As many as are to be replicated, and most of the others.
        let mut pinned = vec![false; parameters.width];
        let mut wanted = parameters.replicate;
        for (_, pinned) in pinned.iter_mut().enumerate().filter(|(i, _)| *i != escaping) {
            *pinned = wanted > 0 || !draw.one_in(3);
            wanted = wanted.saturating_sub(1);
        }
        let output_weights = &candidate.output_weights;
        System { parameters, inputs, output_weights, features, slopes, boundary, escaping, pinned }
    }

    /// A solution, as short integers times a small factor: large residuals let the loss fall, small ones don't.
    fn residuals(&self, draw: &mut Draw) -> Option<Vec<Vec<Rational>>> {
        let (n, outputs) = (self.inputs.len(), self.parameters.outputs);
        // Boundary samples come last, so that their residuals are free and can have the right sign.
        let owner = |k: usize| (0..self.parameters.width).find(|i| self.boundary[*i].contains(&k));
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|k| owner(*k).is_some());
        let mut place = vec![0; n];
        order.iter().enumerate().for_each(|(at, k)| place[*k] = at);

        let mut rows = Echelon::default();
        let mut insert = |coefficient: &dyn Fn(usize, usize) -> Rational| {
            let mut row = vec![Rational::zero(); n * outputs];
            for k in 0..n {
                for j in 0..outputs {
                    row[place[k] * outputs + j] = coefficient(k, j);
                }
            }
            rows.insert(&row);
        };
        let only = |j: usize, output: usize, value: &Rational| {
            if j == output { value.clone() } else { Rational::zero() }
        };
        for output in (0..outputs).filter(|_| self.parameters.output_bias) {
            insert(&|_, j| only(j, output, &Rational::one()));
        }
        for i in 0..self.parameters.width {
            let (slopes, h) = (&self.slopes[i], &self.output_weights[i]);
            for output in 0..outputs {
                insert(&|k, j| only(j, output, &self.features[i][k]));
            }
            for axis in 0..self.parameters.dimension {
                if !self.pinned[i] {
                    insert(&|k, j| &h[j] * &slopes[k] * &self.inputs[k][axis]);
                    continue;
                }
                for output in 0..outputs {
                    insert(&|k, j| only(j, output, &(&slopes[k] * &self.inputs[k][axis])));
                }
            }
        }

        let unknowns = n * outputs;
        let wishes: Vec<Vec<Rational>> = (0..n).map(|k| self.wish(draw, k)).collect();
        let free = (0..unknowns).filter(|column| !rows.pivots().contains(column));
        let wishes = free.map(|column| wishes[order[column / outputs]][column % outputs].clone());
        let kernel = rows.kernel(unknowns);
        let solution = combination(unknowns, wishes.zip(kernel.iter().map(Vec::as_slice)));
        let (solution, largest) = (shortest_multiple(&solution), largest(unknowns));
        if is_zero(&solution) || solution.iter().any(|entry| entry.abs() > largest) {
            return None;
        }
        let (numerator, denominator) = *draw.pick(&[(1, 8), (1, 4), (1, 2), (1, 1), (2, 1)]);
        let factor = Rational::new(numerator.into(), denominator.into());
        let residual = |k: usize| {
            let from = place[k] * outputs;
            solution[from..from + outputs].iter().map(|entry| entry * &factor).collect()
        };
        Some((0..n).map(residual).collect())
    }

    /// What the residual of sample k should be, if it is free: on a boundary mostly along the output weight, on the
    /// side where the kink is convex.
    fn wish(&self, draw: &mut Draw, k: usize) -> Vec<Rational> {
        let outputs = self.parameters.outputs;
        let Some(owner) = (0..self.parameters.width).find(|i| self.boundary[*i].contains(&k)) else {
            return draw.row(outputs, 2);
        };
        let h = &self.output_weights[owner];
        let size = Rational::from_integer((*draw.pick(&[0, 1, 1, 2])).into());
        let mut wish = if draw.one_in(2) { draw.row(outputs, 1) } else { vec![Rational::zero(); outputs] };
        add_multiple(&mut wish, &size, h);
        let is_concave = (dot(h, &wish) * self.parameters.activation.half_jump()).is_negative();
        if is_concave && !draw.one_in(8) { wish.iter().map(|entry| -entry).collect() } else { wish }
    }

    /// Whether no boundary sample has a concave kink: then the point is stationary.
    fn is_convex(&self, residuals: &[Vec<Rational>]) -> bool {
        let half_jump = self.parameters.activation.half_jump();
        let is_concave = |i: usize, k: usize| (dot(&self.output_weights[i], &residuals[k]) * &half_jump).is_negative();
        (0..self.parameters.width).all(|i| self.boundary[i].iter().all(|k| !is_concave(i, *k)))
    }
}

/// Replicas of neurons that don't escape, at the end, with positive shares of the output weight: `share g_i` is
/// nonnegative where `g_i` is, zero where it is, and `d_i` is the same, so neither of the two escapes. `None`: too few.
fn replicate(draw: &mut Draw, candidate: &mut Network, escaping: &[usize], count: usize) -> Option<()> {
    let mut others: Vec<usize> = (0..candidate.width()).filter(|i| !escaping.contains(i)).collect();
    for _ in 0..count {
        if others.is_empty() {
            return None;
        }
        let i = others.remove(draw.below(others.len()));
        let (numerator, denominator) = *draw.pick(&[(1, 2), (1, 3), (1, 4), (2, 5)]);
        let share = Rational::new(numerator.into(), denominator.into());
        let split = |share: Rational| candidate.output_weights[i].iter().map(|entry| entry * &share).collect();
        let (copy, rest): (Vec<Rational>, Vec<Rational>) = (split(share.clone()), split(Rational::one() - share));
        candidate.output_weights[i] = rest;
        candidate.output_weights.push(copy);
        candidate.input_weights.push(candidate.input_weights[i].clone());
    }
    Some(())
}
