//! That gradient descent with one given step size maps no set of positive measure to a null set: for affine targets and
//! density 1, by one sample for each cell of analyticity (docs/theory-integral.md, section 9).

use super::hessian::{Parameter, half_hessian};
use super::model::Model;
use crate::linear::Echelon;
use crate::problem::{IntegralInstance, ScalarNetwork};
use crate::rational::{Integer, Rational};
use num_traits::{One, Zero};

/// A step size, and on each cell a network at which `det(I - eta H) != 0`.
#[derive(Debug, Clone)]
pub struct StepSize {
    /// `eta`, which multiplies the gradient of L.
    pub eta: Rational,
    /// One for each cell.
    pub samples: Vec<ScalarNetwork>,
}

/// Largest width for which the cells are sampled: 128 of them for 3 neurons, 1 000 for 4.
pub(super) const MAX_WIDTH: usize = 3;
/// Networks tried on each cell.
const MAX_TRIALS: usize = 40;

/// Where a neuron is, seen from the interval.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// On the negative side everywhere.
    Negative,
    /// On the positive side everywhere.
    Positive,
    /// With a breakpoint inside, and w of this sign.
    Kink(bool),
}

/// Samples on all cells; `None` if on some cell the determinant is zero at all networks that were tried. With gamma = 0 the
/// cell where all neurons are negative is left out: they never move again, and the orbit ends in a minimum.
///
/// Cost: a determinant of size 3 m + 1 for each cell, `sum_k (m choose k) 2^k k! 2^(m - k)` of them.
pub(super) fn sample_cells(instance: &IntegralInstance, eta: &Rational) -> Option<Vec<ScalarNetwork>> {
    let width = instance.candidate.width();
    let mut samples = Vec::new();
    for states in all_states(width) {
        if instance.negative_slope.is_zero() && states.iter().all(|state| *state == State::Negative) {
            continue;
        }
        let kinks: Vec<usize> = (0..width).filter(|j| matches!(states[*j], State::Kink(_))).collect();
        for order in permutations(&kinks) {
            let found = (0..MAX_TRIALS).map(|trial| network(instance, &states, &order, trial));
            samples.push(found.into_iter().find(|sample| is_regular(instance, sample, eta))?);
        }
    }
    Some(samples)
}

fn all_states(width: usize) -> Vec<Vec<State>> {
    let each = [State::Negative, State::Positive, State::Kink(true), State::Kink(false)];
    (0..width).fold(vec![vec![]], |all, _| {
        all.iter().flat_map(|states| each.iter().map(|state| [&states[..], &[*state]].concat())).collect()
    })
}

fn permutations(members: &[usize]) -> Vec<Vec<usize>> {
    let Some((first, rest)) = members.split_first() else { return vec![vec![]] };
    let insert = |order: Vec<usize>| {
        (0..=order.len()).map(move |place| [&order[..place], &[*first], &order[place..]].concat()).collect::<Vec<_>>()
    };
    permutations(rest).into_iter().flat_map(insert).collect()
}

/// A network of the cell, another one for each trial.
fn network(instance: &IntegralInstance, states: &[State], order: &[usize], trial: usize) -> ScalarNetwork {
    let integral = &instance.integral;
    let small =
        |k: usize| Rational::new(Integer::from((k * 7 + trial * 5) % 11 + 1), Integer::from((k + trial) % 3 + 1));
    let mut network = ScalarNetwork::zero(states.len());
    network.output_bias = small(0);
    for (j, state) in states.iter().enumerate() {
        let positive = *state != State::Kink(false);
        let w = if positive { small(2 * j + 1) } else { -small(2 * j + 1) };
        let q = match state {
            State::Negative => &integral.end + small(j + 2),
            State::Positive => &integral.start - small(j + 2),
            State::Kink(_) => {
                let place = order.iter().position(|other| other == &j).unwrap_or(0);
                let share = Rational::new(Integer::from(2 * place + 1 + trial % 2), Integer::from(2 * order.len() + 1));
                &integral.start + integral.length() * share
            }
        };
        network.output_weights[j] = if (j + trial).is_multiple_of(2) { small(3 * j + 2) } else { -small(3 * j + 2) };
        network.input_biases[j] = -&w * q;
        network.input_weights[j] = w;
    }
    network
}

/// Whether `det(I - eta H) != 0` at a network.
fn is_regular(instance: &IntegralInstance, network: &ScalarNetwork, eta: &Rational) -> bool {
    let at = IntegralInstance { candidate: network.clone(), ..instance.clone() };
    let model = Model::new(&at);
    let neurons = 0..network.width();
    let parameters: Vec<Parameter> = std::iter::once(Parameter::OutputBias)
        .chain(neurons.flat_map(|j| [Parameter::InputWeight(j), Parameter::InputBias(j), Parameter::OutputWeight(j)]))
        .collect();
    let mut matrix = half_hessian(&model, &parameters);
    let factor = -Rational::from_integer(2.into()) * eta;
    for (place, row) in matrix.iter_mut().enumerate() {
        row.iter_mut().for_each(|entry| *entry *= &factor);
        row[place] += Rational::one();
    }
    Echelon::of(matrix.iter().map(Vec::as_slice)).rank() == parameters.len()
}
