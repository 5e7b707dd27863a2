//! Affine-fit minima for any data.
//!
//! Let `A x + B` be the least-squares affine fit of the data, `e` its residual: `sum_k e_k = 0` and
//! `sum_k e_k x_k^T = 0`. Neurons with all samples strictly on their positive side, beside an output bias, realise the
//! fit:
//!
//! ```text
//! A x + B = c + sum_i h_i rho(w_i.x + b_i),    alpha_plus sum_i h_i w_i^T = A,    c = B - alpha_plus sum_i h_i b_i
//! ```
//!
//! `D_i` and `d_i` of such a neuron are linear in `sum_k e_k` and `sum_k e_k x_k^T`, so both vanish, (C) holds, and
//! with nothing else the candidate is stationary without escape neurons: a local minimum (docs/theory.md, section 5.1).
//! Neurons that are to spare, none of which changes the output, with `E` the sum of e over the samples at the point
//! farthest from the origin:
//!
//! | spare | input weight, bias | d(u) | output weight | then |
//! |---|---|---|---|---|
//! | dead | 0, -1 | 0 | drawn | the same |
//! | semi-dead | that point x and its -x.x | (alpha_plus - alpha_minus) E relu((x, 1).u) | sign(alpha_plus) E | g >= 0, zero only where d is: the same |
//! | semi-dead-zero | as semi-dead | as semi-dead | 0 | an escape neuron with h = 0, if E != 0: a saddle |
//! | semi-dead-downhill | as semi-dead | as semi-dead | -sign(alpha_plus) E | g < 0 somewhere, if E != 0: not stationary |
//! | zero | 0, 0 | F(u) = sum_k e_k rho((x_k, 1).u) | 0 | an escape neuron with h = 0, if F isn't zero everywhere: a saddle |
//!
//! F is zero everywhere exactly if at each point the residuals of the samples there sum to zero; then the candidate is
//! a global minimum over all widths (section 6.1) whatever is to spare. Otherwise a spare neuron turned into a useful
//! one is better: the witness of the instance. After Yun, Sra and Jadbabaie; Christof and Kowalczyk.

use super::draw::Draw;
use super::member::{draft, expect, written};
use super::{BadParameters, id_part, show_activation};
use crate::empirical::{loss, residuals};
use crate::kink::KinkForm;
use crate::linear::{Echelon, add_multiple, combination, dot, independent, is_zero, solve};
use crate::problem::{Activation, Expected, Instance, Network, Property, Samples};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};
use std::collections::BTreeMap;

/// The neurons that aren't needed for the fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spare {
    /// There are none.
    None,
    /// Off on all samples, and nearby.
    Dead,
    /// Off on all samples but the farthest, which lies on the kink; the output weight pulls uphill.
    SemiDead,
    /// The same with output weight zero.
    SemiDeadZero,
    /// The same with an output weight that pulls downhill.
    SemiDeadDownhill,
    /// Both weights zero.
    Zero,
}

impl Spare {
    /// All of them with their names.
    pub const ALL: [(Spare, &'static str); 6] = [
        (Spare::None, "none"),
        (Spare::Dead, "dead"),
        (Spare::SemiDead, "semi-dead"),
        (Spare::SemiDeadZero, "semi-dead-zero"),
        (Spare::SemiDeadDownhill, "semi-dead-downhill"),
        (Spare::Zero, "zero"),
    ];

    fn name(self) -> &'static str {
        Spare::ALL.iter().find(|(spare, _)| *spare == self).map_or("", |(_, name)| name)
    }
}

/// Where the data come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// n samples of d inputs and J outputs, integers between -3 and 3.
    Drawn {
        /// n
        samples: usize,
        /// d, the hidden bias not counted.
        dimension: usize,
        /// J
        outputs: usize,
    },
    /// The samples of an instance.
    Of {
        /// Its id.
        id: String,
        /// Its samples; a hidden bias is added if it has none.
        samples: Samples,
    },
}

/// What members look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// Where the data come from.
    pub data: Data,
    /// m; `None`: as many as outputs, and one to spare if there is to be one.
    pub neurons: Option<usize>,
    /// What spare neurons are.
    pub spare: Spare,
    /// `rho`, with a positive slope that isn't zero.
    pub activation: Activation,
}

/// The member of a seed; the seed draws the data, if they are to be drawn, and the output weights of dead neurons.
/// Cost: one least-squares problem of d + 1 unknowns and n samples.
///
/// # Errors
/// Parameters out of range, fewer neurons than the rank of A, spare neurons that the activation doesn't allow.
pub fn generate(seed: u64, parameters: &Parameters) -> Result<Instance, BadParameters> {
    let Parameters { data, spare, activation, .. } = parameters;
    let mut draw = Draw::of_seed(seed);
    let samples = samples(&mut draw, data)?;
    check(activation, *spare)?;
    let fit = least_squares(&samples);
    let neurons = parameters.neurons.unwrap_or(fit.len() + usize::from(*spare != Spare::None));
    let mut candidate = fitted(activation, &samples, &fit, neurons)?;
    let needed = candidate.width();
    if needed < neurons && *spare == Spare::None {
        let text = format!("{neurons} neurons, {needed} are needed; say what the others are with --spare");
        return Err(BadParameters(text));
    }
    let mut instance = draft(activation.clone(), samples, candidate.clone());
    let errors = residuals(&instance);
    let (farthest, pull) = farthest(&instance.samples, &errors);
    if matches!(spare, Spare::SemiDead | Spare::SemiDeadZero | Spare::SemiDeadDownhill) && is_zero(&farthest) {
        return Err(BadParameters::new("all inputs are zero: no neuron can be semi-dead; take another --spare"));
    }
    for _ in needed..neurons {
        let (w, h) = spare_neuron(&mut draw, *spare, activation, &farthest, &pull);
        candidate.input_weights.push(w);
        candidate.output_weights.push(h);
    }
    instance.candidate = candidate;
    if needed < neurons {
        instance.witnesses.better_candidate = better(&instance, &errors);
    }
    instance.expected = Some(expected(&instance, *spare, needed, &errors, &pull));
    describe(&mut instance, seed, parameters);
    written(&instance)
}

fn describe(instance: &mut Instance, seed: u64, parameters: &Parameters) {
    let Parameters { data, spare, activation, .. } = parameters;
    let (name, spare, neurons) = (show_activation(activation), spare.name(), instance.candidate.width());
    let (shape, options) = match data {
        Data::Drawn { samples, dimension, outputs } => (
            format!("n{samples}-d{dimension}-j{outputs}"),
            format!("--samples {samples} --dimension {dimension} --outputs {outputs}"),
        ),
        Data::Of { id, .. } => (id.clone(), format!("--data {id}.json")),
    };
    instance.id = format!("affine-fit-{}-{shape}-m{neurons}-{spare}-s{seed}", id_part(&name));
    instance.title = Some(match parameters.spare {
        Spare::None => "The least-squares affine fit, written by neurons that never switch".to_owned(),
        _ => format!("The least-squares affine fit, written by neurons that never switch, and spare ones: {spare}"),
    });
    instance.source.citation = Some(
        "after Yun, Sra, Jadbabaie. Small nonlinearities in activation functions create bad local minima in neural \
         networks. ICLR 2019; Christof, Kowalczyk. On the omnipresence of spurious local minima in certain neural network \
         training problems"
            .to_owned(),
    );
    instance.source.arxiv = Some("1802.03487".to_owned());
    instance.source.location = Some(format!(
        "affine-fit minima, with numbers of our own: relucert instances generate affine-fit {options} --neurons {neurons} \
         --spare {spare} --activation {name} --seed {seed}"
    ));
}

fn samples(draw: &mut Draw, data: &Data) -> Result<Samples, BadParameters> {
    let with_bias = |x: Vec<Rational>| x.into_iter().chain([Rational::one()]).collect();
    match data {
        Data::Drawn { samples, dimension, outputs } => {
            if *samples == 0 || *dimension == 0 || *outputs == 0 {
                let text = format!("{samples} samples, {dimension} inputs, {outputs} outputs; at least 1 of each");
                return Err(BadParameters(text));
            }
            let inputs = (0..*samples).map(|_| with_bias(draw.row(*dimension, 3))).collect();
            let targets = (0..*samples).map(|_| draw.row(*outputs, 3)).collect();
            Ok(Samples { inputs, targets, hidden_bias: true })
        }
        Data::Of { samples, .. } if samples.hidden_bias => Ok(samples.clone()),
        Data::Of { samples, .. } => {
            let inputs = samples.inputs.iter().cloned().map(with_bias).collect();
            Ok(Samples { inputs, targets: samples.targets.clone(), hidden_bias: true })
        }
    }
}

fn check(activation: &Activation, spare: Spare) -> Result<(), BadParameters> {
    let name = show_activation(activation);
    if activation.positive.is_zero() {
        let text = format!("{name} has slope zero on the positive side, where the samples lie; swap the slopes");
        return Err(BadParameters(text));
    }
    let silent = matches!(spare, Spare::Dead | Spare::SemiDead | Spare::SemiDeadDownhill);
    if silent && !activation.negative.is_zero() {
        let text = format!(
            "no neuron is {} with {name}, whose negative side isn't zero; take --spare zero or semi-dead-zero",
            spare.name()
        );
        return Err(BadParameters(text));
    }
    Ok(())
}

/// For each output the coefficients of the affine fit, the constant last.
fn least_squares(samples: &Samples) -> Vec<Vec<Rational>> {
    let width = samples.inputs[0].len();
    let column = |axis: usize| samples.inputs.iter().map(|x| x[axis].clone()).collect::<Vec<_>>();
    // Independent columns, the constant first: any least-squares fit has the same values on the samples.
    let columns: Vec<(usize, Vec<Rational>)> =
        std::iter::once(width - 1).chain(0..width - 1).map(|axis| (axis, column(axis))).collect();
    let chosen = independent(&columns.iter().map(|(_, column)| column.as_slice()).collect::<Vec<_>>());
    let basis: Vec<&(usize, Vec<Rational>)> = chosen.into_iter().map(|place| &columns[place]).collect();
    let gram: Vec<Vec<Rational>> =
        basis.iter().map(|(_, left)| basis.iter().map(|(_, right)| dot(left, right)).collect()).collect();
    let gram: Vec<&[Rational]> = gram.iter().map(Vec::as_slice).collect();
    let outputs = samples.targets[0].len();
    let right = |j: usize| {
        let targets: Vec<Rational> = samples.targets.iter().map(|y| y[j].clone()).collect();
        basis.iter().map(|(_, column)| dot(column, &targets)).collect()
    };
    // The Gram matrix of independent columns is regular.
    let solutions = solve(&gram, &(0..outputs).map(right).collect::<Vec<_>>()).unwrap_or_default();
    let spread = |solution: Vec<Rational>| {
        let mut coefficients = vec![Rational::zero(); width];
        basis.iter().zip(solution).for_each(|((axis, _), value)| coefficients[*axis] = value);
        coefficients
    };
    solutions.into_iter().map(spread).collect()
}

/// The network of the fit: a neuron for each output if there are enough, otherwise one for each independent row of A.
fn fitted(
    activation: &Activation, samples: &Samples, fit: &[Vec<Rational>], neurons: usize,
) -> Result<Network, BadParameters> {
    let width = samples.inputs[0].len();
    let rows: Vec<&[Rational]> = fit.iter().map(|row| &row[..width - 1]).collect();
    let mut span = Echelon::default();
    let chosen: Vec<usize> = (0..rows.len()).filter(|j| neurons >= rows.len() || span.insert(rows[*j])).collect();
    if neurons < chosen.len().max(1) {
        let needed = chosen.len().max(1);
        return Err(BadParameters(format!("{neurons} neurons can't write this fit; {needed} are needed at least")));
    }
    let one_each = chosen.len() == rows.len();
    // No row, if the fit is constant: a neuron that isn't heard.
    let directions: Vec<&[Rational]> = chosen.iter().map(|j| rows[*j]).collect();
    let output_weights: Vec<Vec<Rational>> = match one_each {
        true => (0..rows.len()).map(|j| unit(rows.len(), j)).collect(),
        false => {
            let rights: Vec<Vec<Rational>> = rows.iter().map(|row| row.to_vec()).collect();
            let coordinates = solve(&directions, &rights).unwrap_or_default();
            (0..directions.len()).map(|i| coordinates.iter().map(|row| row[i].clone()).collect()).collect()
        }
    };
    let mut network = Network { input_weights: vec![], output_weights: vec![], output_bias: None };
    let mut bias: Vec<Rational> = fit.iter().map(|row| row[width - 1].clone()).collect();
    for (direction, h) in directions.iter().zip(output_weights) {
        let slope: Vec<Rational> = direction.iter().map(|entry| entry / &activation.positive).collect();
        let least = samples.inputs.iter().map(|x| dot(&slope, &x[..width - 1])).min().unwrap_or_default();
        let lift = Rational::one() - least;
        add_multiple(&mut bias, &-(&activation.positive * &lift), &h);
        network.input_weights.push(slope.into_iter().chain([lift]).collect());
        network.output_weights.push(h);
    }
    if network.input_weights.is_empty() {
        network.input_weights.push(unit(width, width - 1));
        network.output_weights.push(vec![Rational::zero(); rows.len()]);
    }
    network.output_bias = Some(bias);
    Ok(network)
}

fn unit(length: usize, axis: usize) -> Vec<Rational> {
    (0..length).map(|i| if i == axis { Rational::one() } else { Rational::zero() }).collect()
}

/// The point farthest from the origin, without the constant input, and E, the sum of the residuals there. It is the
/// only maximum of `x.u` over the samples, u the point itself, by Cauchy and Schwarz.
fn farthest(samples: &Samples, errors: &[Vec<Rational>]) -> (Vec<Rational>, Vec<Rational>) {
    let point = |x: &Vec<Rational>| x[..x.len() - 1].to_vec();
    let farthest = samples.inputs.iter().map(point).max_by_key(|x| dot(x, x)).unwrap_or_default();
    let there = samples.inputs.iter().zip(errors).filter(|(x, _)| point(x) == farthest);
    let sum = combination(errors[0].len(), there.map(|(_, e)| (Rational::one(), e.as_slice())));
    (farthest, sum)
}

fn spare_neuron(
    draw: &mut Draw, spare: Spare, activation: &Activation, farthest: &[Rational], pull: &[Rational],
) -> (Vec<Rational>, Vec<Rational>) {
    let (width, outputs) = (farthest.len() + 1, pull.len());
    let semi_dead = || farthest.iter().cloned().chain([-dot(farthest, farthest)]).collect::<Vec<_>>();
    let along = |sign: Rational| pull.iter().map(|e| e * &sign).collect::<Vec<_>>();
    let uphill = activation.positive.signum();
    match spare {
        Spare::Dead => {
            let off = unit(width, width - 1).into_iter().map(|entry| -entry).collect();
            (off, draw.row(outputs, 3))
        }
        Spare::SemiDead => (semi_dead(), along(uphill)),
        Spare::SemiDeadZero => (semi_dead(), vec![Rational::zero(); outputs]),
        Spare::SemiDeadDownhill => (semi_dead(), along(-uphill)),
        Spare::None | Spare::Zero => (vec![Rational::zero(); width], vec![Rational::zero(); outputs]),
    }
}

/// Whether F is zero everywhere: at each point the residuals of the samples there sum to zero, or there are no kinks.
fn is_optimal(instance: &Instance, errors: &[Vec<Rational>]) -> bool {
    let mut sums: BTreeMap<&[Rational], Vec<Rational>> = BTreeMap::new();
    for (x, e) in instance.samples.inputs.iter().zip(errors) {
        let sum = sums.entry(x).or_insert_with(|| vec![Rational::zero(); e.len()]);
        add_multiple(sum, &Rational::one(), e);
    }
    instance.activation.half_jump().is_zero() || sums.values().all(|sum| is_zero(sum))
}

/// The last neuron, which is to spare and adds nothing, gets `w = u` with `F(u) != 0` and the best h for it,
/// `-F(u) / sum_k rho_k^2`. `None` if F is zero.
fn better(instance: &Instance, errors: &[Vec<Rational>]) -> Option<Network> {
    let (activation, inputs) = (&instance.activation, &instance.samples.inputs);
    let dimension = inputs[0].len();
    let form = |j: usize| {
        let linear =
            combination(dimension, inputs.iter().zip(errors).map(|(x, e)| (&e[j] * activation.mean_slope(), &x[..])));
        KinkForm::new(linear, inputs.iter().zip(errors).map(|(x, e)| (&e[j] * activation.half_jump(), &x[..])))
    };
    let u = (0..errors[0].len()).find_map(|j| form(j).non_zero_point())?;
    let rho: Vec<Rational> = inputs.iter().map(|x| activation.apply(&dot(&u, x))).collect();
    let square = dot(&rho, &rho);
    let against =
        combination(errors[0].len(), rho.iter().map(|rho| -rho / &square).zip(errors.iter().map(Vec::as_slice)));
    let mut better = instance.candidate.clone();
    *better.input_weights.last_mut()? = u;
    *better.output_weights.last_mut()? = against;
    Some(better)
}

fn expected(instance: &Instance, spare: Spare, needed: usize, errors: &[Vec<Rational>], pull: &[Rational]) -> Expected {
    use Property::*;
    let all_neurons = instance.candidate.width();
    let spares: Vec<usize> = (needed..all_neurons).collect();
    let is_spare = !spares.is_empty();
    let pulled = is_spare && !is_zero(pull) && !instance.activation.half_jump().is_zero();
    let kinked = pulled && matches!(spare, Spare::SemiDead | Spare::SemiDeadDownhill);
    let fit = "e is orthogonal to all affine functions, and no sample is near the kink of a neuron of the fit";
    let mut expected = if is_optimal(instance, errors) {
        let verdicts = [(LocalMinimum, true), (Spurious, false), (GlobalMinimum, true), (GlobalMinimumAnyWidth, true)];
        let because = format!("{fit}; at each point the residuals sum to zero, so no network of any width is better");
        let mut expected = expect(&verdicts, &because);
        expected.escape_neurons = Some(Some(vec![]));
        expected
    } else if pulled && spare == Spare::SemiDeadDownhill {
        let because = format!("{fit}; g(u) = -|E|^2 |rho(u.x)| for the spare neurons at the farthest sample x");
        let mut expected =
            expect(&[LocalMinimum, Spurious, GlobalMinimum, GlobalMinimumAnyWidth].map(|p| (p, false)), &because);
        expected.escape_neurons = Some(None);
        expected
    } else if is_spare && (spare == Spare::Zero || pulled && spare == Spare::SemiDeadZero) {
        let because = format!("{fit}; h = 0 and d isn't zero for the spare neurons, so they escape");
        let mut expected =
            expect(&[LocalMinimum, Spurious, GlobalMinimum, GlobalMinimumAnyWidth].map(|p| (p, false)), &because);
        expected.escape_neurons = Some(Some(spares));
        expected
    } else {
        let mut verdicts = vec![(LocalMinimum, true), (GlobalMinimumAnyWidth, false)];
        if is_spare {
            verdicts.extend([(Spurious, true), (GlobalMinimum, false)]);
        }
        let spare = if kinked { "; g(u) = |E|^2 |rho(u.x)| for the spare neurons" } else { "" };
        let mut expected = expect(&verdicts, &format!("{fit}{spare}: no escape neuron"));
        expected.escape_neurons = Some(Some(vec![]));
        expected
    };
    let stationary = expected.escape_neurons != Some(None);
    let minimum = expected.verdicts.get(&LocalMinimum) == Some(&crate::problem::Verdict::Yes);
    let verdicts = [(Stationary, stationary), (Differentiable, !kinked), (Saddle, stationary && !minimum)];
    expected.verdicts.extend(expect(&verdicts, "").verdicts);
    expected.loss = Some(loss(instance, &instance.candidate));
    expected
}
