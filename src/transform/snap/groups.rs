//! Neurons with the same pattern: their output is linear in the sum of the products of their weights.

use super::{Part, Problem, Reading, Reason};
use crate::linear::{Echelon, add_multiple, dot, solve};
use crate::rational::Rational;
use num_traits::{One, Zero};

/// Neurons with the same signs and kinks.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) neurons: Vec<usize>,
    /// The slope of the activation on each sample; 0 on a kink, where the preactivation is.
    slopes: Vec<Rational>,
    /// A basis of the input weights that lie on the kinks: r vectors of length d.
    pub(super) basis: Vec<Vec<Rational>>,
    /// What each basis vector puts out: r features of length n.
    pub(super) features: Vec<Vec<Rational>>,
    /// If all output weights must lie on one line: that line.
    pub(super) output_line: Option<Vec<Rational>>,
}

impl Group {
    fn new(problem: &Problem<'_>, first: usize, kinks: &[usize], slopes: Vec<Rational>) -> Result<Group, Reason> {
        let inputs = &problem.samples.inputs;
        let lines = Echelon::of(kinks.iter().map(|k| inputs[*k].as_slice()));
        let basis = lines.kernel(inputs[0].len());
        if basis.is_empty() {
            return Err(Reason::Pinned(first));
        }
        let mut group =
            Group { neurons: vec![first], slopes, basis: Vec::new(), features: Vec::new(), output_line: None };
        group.set_basis(problem, basis);
        Ok(group)
    }

    /// A neuron by itself, which keeps its direction and its length.
    pub(super) fn of_neuron(problem: &Problem<'_>, i: usize) -> Group {
        let slopes = problem.preactivations[i].iter().map(|z| problem.activation.slope(z).clone()).collect();
        let mut group = Group { neurons: vec![i], slopes, basis: Vec::new(), features: Vec::new(), output_line: None };
        group.set_basis(problem, vec![problem.network.input_weights[i].clone()]);
        group
    }

    /// Restricts the input weights to a subspace.
    pub(super) fn set_basis(&mut self, problem: &Problem<'_>, basis: Vec<Vec<Rational>>) {
        let inputs = &problem.samples.inputs;
        // Where the slope is zero, so is the feature.
        let value = |x: &[Rational], slope: &Rational, b: &[Rational]| {
            if slope.is_zero() { Rational::zero() } else { slope * dot(b, x) }
        };
        let feature =
            |b: &Vec<Rational>| inputs.iter().zip(&self.slopes).map(|(x, slope)| value(x, slope, b)).collect();
        self.features = basis.iter().map(feature).collect();
        self.basis = basis;
    }

    /// Coordinates, in the basis, of the nearest vector to an input weight that lies in its span.
    pub(super) fn coordinates(&self, w: &[Rational]) -> Vec<Rational> {
        if let [line] = &self.basis[..] {
            // A neuron that stands alone is its own basis; its input weight may be zero.
            return vec![if line == w { Rational::one() } else { dot(line, w) / dot(line, line) }];
        }
        if self.basis.len() == w.len() {
            // Without kinks the basis is that of the whole space.
            return w.to_vec();
        }
        let gram: Vec<Vec<Rational>> =
            self.basis.iter().map(|b| self.basis.iter().map(|other| dot(b, other)).collect()).collect();
        let right = self.basis.iter().map(|b| dot(b, w)).collect();
        let columns: Vec<&[Rational]> = gram.iter().map(Vec::as_slice).collect();
        let solution = solve(&columns, &[right]).expect("a basis is independent");
        solution.into_iter().next().unwrap_or_default()
    }

    /// The sum over the neurons of output weight times coordinates: J rows of length r.
    pub(super) fn sum_of_products(&self, problem: &Problem<'_>) -> Vec<Vec<Rational>> {
        let mut sum = vec![vec![Rational::zero(); self.basis.len()]; problem.outputs()];
        for i in &self.neurons {
            let coordinates = self.coordinates(&problem.network.input_weights[*i]);
            for (row, h) in sum.iter_mut().zip(&problem.network.output_weights[*i]) {
                add_multiple(row, h, &coordinates);
            }
        }
        sum
    }
}

/// The groups of a reading, in the order of their first neurons.
pub(super) fn groups(problem: &Problem<'_>, reading: &Reading) -> Result<Vec<Group>, Reason> {
    let mut groups: Vec<(Vec<usize>, Group)> = Vec::new();
    for (i, part) in reading.parts.iter().enumerate() {
        let Part::Living { kinks } = part else { continue };
        let slope = |(k, z): (usize, &Rational)| {
            if kinks.contains(&k) { Rational::zero() } else { problem.activation.slope(z).clone() }
        };
        let slopes: Vec<Rational> = problem.preactivations[i].iter().enumerate().map(slope).collect();
        match groups.iter_mut().find(|(other, group)| other == kinks && group.slopes == slopes) {
            Some((_, group)) => group.neurons.push(i),
            None => groups.push((kinks.clone(), Group::new(problem, i, kinks, slopes)?)),
        }
    }
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}
