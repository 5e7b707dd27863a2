//! A network of the same width with a smaller loss, for local minima that aren't global.

use super::model::{Model, loss_of};
use crate::linear::{Echelon, solve};
use crate::problem::ScalarNetwork;
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

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
            for k in 0..16_usize.pow(width as u32) {
                let places = (0..width).map(|i| at(k / 16_usize.pow(i as u32) % 16, 16));
                layouts.push(places.zip(signs(width, choice)).collect());
            }
        }
    }
    layouts.into_iter().find_map(|layout| {
        let network = best_heights(model, &layout)?;
        (loss_of(instance, &network) < model.loss).then_some(network)
    })
}

/// The network with given breakpoints and sides whose loss is smallest.
fn best_heights(model: &Model<'_>, layout: &[(Rational, bool)]) -> Option<ScalarNetwork> {
    let mut network = ScalarNetwork::zero(layout.len());
    for (j, (q, rising)) in layout.iter().enumerate() {
        let sign = if *rising { Rational::one() } else { -Rational::one() };
        network.input_biases[j] = -q * &sign;
        network.input_weights[j] = sign;
    }
    // The loss is a quadratic polynomial in the heights: read off from its values.
    let count = layout.len() + 1;
    let value = |heights: &[(usize, i64)]| {
        let mut trial = network.clone();
        for (place, height) in heights {
            let height = Rational::from_integer((*height).into());
            if *place == 0 { trial.output_bias += height } else { trial.output_weights[place - 1] += height }
        }
        loss_of(model.instance, &trial)
    };
    let zero = value(&[]);
    let single: Vec<Rational> = (0..count).map(|i| value(&[(i, 1)])).collect();
    let two = Rational::from_integer(2.into());
    let mut matrix = vec![vec![Rational::zero(); count]; count];
    let mut right = vec![Rational::zero(); count];
    for i in 0..count {
        let opposite = value(&[(i, -1)]);
        matrix[i][i] = &single[i] + &opposite - &two * &zero;
        right[i] = (opposite - &single[i]) / &two;
        for k in 0..i {
            let mixed = value(&[(i, 1), (k, 1)]) - &single[i] - &single[k] + &zero;
            matrix[i][k].clone_from(&mixed);
            matrix[k][i] = mixed;
        }
    }
    let mut span = Echelon::default();
    let basis: Vec<usize> = (0..count).filter(|i| span.insert(&matrix[*i])).collect();
    let rows: Vec<Vec<Rational>> =
        basis.iter().map(|i| basis.iter().map(|k| matrix[*i][*k].clone()).collect()).collect();
    let columns: Vec<&[Rational]> = rows.iter().map(Vec::as_slice).collect();
    let rights: Vec<Rational> = basis.iter().map(|i| right[*i].clone()).collect();
    let heights = solve(&columns, &[rights])?.pop()?;
    for (place, height) in basis.into_iter().zip(heights) {
        if place == 0 { network.output_bias = height } else { network.output_weights[place - 1] = height }
    }
    debug_assert!(!zero.is_negative());
    Some(network)
}
