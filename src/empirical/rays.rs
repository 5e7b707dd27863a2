//! Rays along which an escape neuron lets the loss fall (docs/theory.md, sections 5 and 7).

use super::model::Model;
use crate::linear::{add_multiple, dot, independent, is_zero, shortest_multiple, solve};
use crate::problem::Network;
use crate::rational::Rational;
use num_traits::{One, Zero};

/// The ray of an escape neuron i with `h_i = 0`: `Dw_i = u`, `Dh_i = -s / K` with s along `d_i(u)`. The loss difference
/// begins with `-(s.d_i(u) / K - |s|^2 sum_k rho_ik^2 / (2 K^2)) t^2`, negative for large K.
pub(super) fn from_zero_output_weight(model: &Model<'_>, i: usize, u: &[Rational]) -> Network {
    let neuron = &model.neurons[i];
    let d = neuron.d_at(u);
    let s = shortest_multiple(&d);
    let square: Rational = dot(&neuron.activations, &neuron.activations);
    let k = (dot(&s, &s) * square / dot(&s, &d)).floor() + Rational::one();
    let mut ray = model.instance.candidate.zero_change();
    ray.input_weights[i] = u.to_vec();
    ray.output_weights[i] = s.iter().map(|s| -s / &k).collect();
    ray
}

/// The ray `Dw_i = u_i` of some neurons with the best change eta of output weights (and of the output bias, if it is
/// trained) for it: the one that makes the coefficient of t^2,
///
/// ```text
/// sum_j ( sum_i eta_ij d_ij(u_i) + 1/2 | sum_i h_ij z_i + R eta_j |^2 ),     R: the features as columns,
/// ```
///
/// `z_ik = rho'(w_i.x_k ; u_i.x_k)`, least, by its normal equations. Whether it is negative is for the exact expansion to
/// say. `None` if the feature of an escape neuron among them (`d_i(u_i) != 0`) depends on the others.
pub(super) fn from_second_order(model: &Model<'_>, directions: &[(usize, Vec<Rational>)]) -> Option<Network> {
    let instance = model.instance;
    let ones = vec![Rational::one(); instance.samples.inputs.len()];
    let d: Vec<Vec<Rational>> = directions.iter().map(|(i, u)| model.neurons[*i].d_at(u)).collect();
    let escaping: Vec<usize> = directions.iter().zip(&d).filter(|(_, d)| !is_zero(d)).map(|((i, _), _)| *i).collect();
    // Features of escape neurons come last: then they are in the basis exactly if they are independent of the others.
    let quiet = (0..model.neurons.len()).filter(|l| !escaping.contains(l));
    let neurons = quiet.chain(escaping.iter().copied()).map(|l| (l, &model.neurons[l].activations));
    let constant = instance.trained.output_bias.then_some((model.neurons.len(), &ones));
    let basis = basis(constant.into_iter().chain(neurons).collect());
    if !escaping.iter().all(|i| basis.iter().any(|(l, _)| l == i)) {
        return None;
    }
    let gram: Vec<Vec<Rational>> =
        basis.iter().map(|(_, left)| basis.iter().map(|(_, right)| dot(left, right)).collect()).collect();
    let mut ray = instance.candidate.zero_change();
    directions.iter().for_each(|(i, u)| ray.input_weights[*i].clone_from(u));
    let speeds: Vec<Vec<Rational>> = directions.iter().map(|(i, u)| model.speeds(*i, u)).collect();
    let right = |j: usize| -> Vec<Rational> {
        let mut p = vec![Rational::zero(); ones.len()];
        for ((i, _), z) in directions.iter().zip(&speeds) {
            add_multiple(&mut p, &instance.candidate.output_weights[*i][j], z);
        }
        let own = |l: usize| {
            let place = directions.iter().position(|(i, _)| *i == l);
            place.map_or_else(Rational::zero, |place| d[place][j].clone())
        };
        basis.iter().map(|(l, rho)| -(dot(rho, &p) + own(*l))).collect()
    };
    let rights: Vec<Vec<Rational>> = (0..instance.candidate.outputs()).map(right).collect();
    let columns: Vec<&[Rational]> = gram.iter().map(Vec::as_slice).collect();
    let solutions = solve(&columns, &rights)?;
    for (place, (l, _)) in basis.iter().enumerate() {
        let row = solutions.iter().map(|solution| solution[place].clone()).collect();
        match ray.output_weights.get_mut(*l) {
            Some(weights) => *weights = row,
            None => ray.output_bias = Some(row),
        }
    }
    Some(ray)
}

/// The features that are independent of those before them.
fn basis(features: Vec<(usize, &Vec<Rational>)>) -> Vec<(usize, &Vec<Rational>)> {
    let vectors: Vec<&[Rational]> = features.iter().map(|(_, rho)| rho.as_slice()).collect();
    independent(&vectors).into_iter().map(|place| features[place]).collect()
}

/// The ray of an escape neuron i whose feature `rho_i` is a combination of the others: `rho_i = sum_l a_l rho_l (+ a_0)`,
/// the constant only if the output bias is trained. `Dh_i = -s`, `Dh_l = a_l s`, `Dc = a_0 s` with s along `d_i(u)` change
/// no output, and with `Dw_i = u / K` the loss difference begins with `-(s.d_i(u) / K - |h_i|^2 |z|^2 / (2 K^2)) t^2`,
/// `z_k = rho'(w_i.x_k ; u.x_k)`, negative for large K. `None` if the feature is independent of the others.
pub(super) fn from_dependent_feature(model: &Model<'_>, i: usize, u: &[Rational]) -> Option<Network> {
    let instance = model.instance;
    let ones = vec![Rational::one(); instance.samples.inputs.len()];
    // Place m stands for the constant.
    let neurons = model.neurons.iter().map(|neuron| &neuron.activations).enumerate().filter(|(l, _)| *l != i);
    let constant = instance.trained.output_bias.then_some((model.neurons.len(), &ones));
    let basis = basis(neurons.chain(constant).collect());
    let feature = &model.neurons[i].activations;
    let columns: Vec<&[Rational]> = basis.iter().map(|(_, rho)| rho.as_slice()).collect();
    let factors = solve(&columns, std::slice::from_ref(feature))?.pop()?;
    let d = model.neurons[i].d_at(u);
    let s = shortest_multiple(&d);
    let scaled = |factor: &Rational| s.iter().map(|s| factor * s).collect::<Vec<_>>();
    let h = &instance.candidate.output_weights[i];
    let z = model.speeds(i, u);
    let k = (dot(h, h) * dot(&z, &z) / dot(&s, &d)).floor() + Rational::one();
    let mut ray = instance.candidate.zero_change();
    ray.input_weights[i] = u.iter().map(|u| u / &k).collect();
    ray.output_weights[i] = scaled(&-Rational::one());
    for ((l, _), factor) in basis.iter().zip(&factors) {
        match ray.output_weights.get_mut(*l) {
            Some(row) => *row = scaled(factor),
            None => ray.output_bias = Some(scaled(factor)),
        }
    }
    Some(ray)
}
