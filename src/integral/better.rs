//! A network of the same width with a smaller loss, for local minima that aren't global.

use super::model::{Model, loss_of};
use super::profile::{Profile, gram};
use crate::linear::{Echelon, solve};
use crate::problem::{IntegralInstance, ScalarNetwork};
use crate::rational::Rational;
use num_traits::{One, Zero};

/// Places tried for each breakpoint of narrow networks.
const GRID: usize = 8;

/// A better network, if a simple one is: for affine targets the target itself, otherwise the best heights for breakpoints at
/// simple places.
pub(super) fn better_network(model: &Model<'_>) -> Option<ScalarNetwork> {
    let (instance, width) = (model.instance, model.neurons.len());
    let (start, end) = (&instance.integral.start, &instance.integral.end);
    if let Some((alpha, beta)) = instance.integral.affine() {
        // w = 1, b = -T0 is active on all of the interval.
        let mut network = ScalarNetwork::zero(width);
        network.input_weights[0] = Rational::one();
        network.input_biases[0] = -start;
        network.output_bias = beta + &alpha * start;
        network.output_weights[0] = alpha;
        return Some(network);
    }
    let length = end - start;
    let at =
        |numerator: usize, denominator: usize| start + &length * Rational::new(numerator.into(), denominator.into());
    let signs = |count: usize, choice: usize| (0..count).map(move |k| choice >> k & 1 == 1).collect::<Vec<_>>();
    let mut layouts: Vec<Vec<(Rational, bool)>> = Vec::new();
    let equal = |from: usize, parts: usize| (0..width).map(|k| at(k + from, parts)).collect::<Vec<_>>();
    for places in [equal(0, width), equal(1, width + 1)] {
        for rising in [true, false] {
            layouts.push(places.iter().map(|q| (q.clone(), rising)).collect());
        }
    }
    if width <= 2 {
        for choice in 0..1 << width {
            for k in 0..GRID.pow(width as u32) {
                let places = (0..width).map(|i| at(k / GRID.pow(i as u32) % GRID, GRID));
                layouts.push(places.zip(signs(width, choice)).collect());
            }
        }
    }
    layouts.into_iter().find_map(|layout| {
        let network = best_heights(model, &layout)?;
        (loss_of(instance, &network) < model.loss).then_some(network)
    })
}

/// The network with given breakpoints and sides whose loss is smallest, if that is smaller than the candidate's.
fn best_heights(model: &Model<'_>, layout: &[(Rational, bool)]) -> Option<ScalarNetwork> {
    let mut network = ScalarNetwork::zero(layout.len());
    for (j, (q, rising)) in layout.iter().enumerate() {
        let sign = if *rising { Rational::one() } else { -Rational::one() };
        network.input_biases[j] = -q * &sign;
        network.input_weights[j] = sign;
    }
    // With all heights zero the residual is -f.
    let empty = IntegralInstance { candidate: network.clone(), ..model.instance.clone() };
    let empty = Model::new(&empty);
    let constant = Profile::affine(&empty, Rational::one(), Rational::zero());
    let profiles: Vec<Profile> =
        [constant].into_iter().chain((0..layout.len()).map(|j| Profile::activation(&empty, j))).collect();
    let matrix = gram(&profiles, &empty);
    let right: Vec<Rational> = profiles.iter().map(|profile| -profile.against_residual(&empty)).collect();
    let mut span = Echelon::default();
    let basis: Vec<usize> = (0..profiles.len()).filter(|i| span.insert(&matrix[*i])).collect();
    let rows: Vec<Vec<Rational>> =
        basis.iter().map(|i| basis.iter().map(|k| matrix[*i][*k].clone()).collect()).collect();
    let columns: Vec<&[Rational]> = rows.iter().map(Vec::as_slice).collect();
    let rights: Vec<Rational> = basis.iter().map(|i| right[*i].clone()).collect();
    let heights = solve(&columns, std::slice::from_ref(&rights))?.pop()?;
    let gain: Rational = heights.iter().zip(&rights).map(|(height, right)| height * right).sum();
    if &empty.loss - gain >= model.loss {
        return None;
    }
    for (place, height) in basis.into_iter().zip(heights) {
        if place == 0 { network.output_bias = height } else { network.output_weights[place - 1] = height }
    }
    Some(network)
}
