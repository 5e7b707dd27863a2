//! Random small instances against a naive judge that enumerates the rays of each neuron's boundary arrangement.

mod common;

use common::{naive_is_nonnegative, rational, rays};
use num_traits::{Signed, Zero};
use rand::{Rng, RngExt, SeedableRng};
use relucert::certificate::certify;
use relucert::empirical::{EscapeNeurons, Model, Region};
use relucert::kink::Options;
use relucert::linear::{dot, is_zero, primitive};
use relucert::problem::{Instance, Property};
use relucert::rational::{Rational, write};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn numbers(row: &[Rational]) -> Value {
    row.iter().map(|entry| Value::String(write(entry))).collect()
}

fn rows(rows: &[Vec<Rational>]) -> Value {
    rows.iter().map(|row| numbers(row)).collect()
}

/// A candidate whose residuals are chosen orthogonal to its features (and to 1, with a bias), so that (H) and (C) hold;
/// whether (W) does is left to chance, with many samples on boundaries.
fn random_instance(random: &mut impl Rng, case: usize) -> Option<String> {
    let (d, n, m) = (random.random_range(1..=3), random.random_range(1..=6), random.random_range(1..=3));
    let outputs = random.random_range(1..=3);
    let slopes = [("1", "0"), ("1", "-1"), ("1", "1/10"), ("2", "-1/3"), ("0", "1")][random.random_range(0..5)];
    let mut row = |length: usize, size: i64| -> Vec<Rational> {
        (0..length).map(|_| rational(random.random_range(-size..=size), 1)).collect()
    };
    let mut inputs: Vec<Vec<Rational>> = (0..n).map(|_| row(d, 1)).collect();
    if n > 2 {
        inputs[1] = inputs[0].iter().map(|entry| entry * rational(-2, 1)).collect();
    }
    let weights: Vec<Vec<Rational>> = (0..m).map(|i| if i == 0 { row(d, 0) } else { row(d, 1) }).collect();
    let output_weights: Vec<Vec<Rational>> = (0..m).map(|_| row(outputs, 1)).collect();
    let raw: Vec<Vec<Rational>> = (0..outputs).map(|_| row(n, 2)).collect();
    let has_bias = random.random_bool(0.3);
    let read = |text: &str| relucert::rational::read(text).unwrap();
    let (plus, minus) = (read(slopes.0), read(slopes.1));
    let rho = |z: Rational| if z.is_negative() { z * &minus } else { z * &plus };
    let mut features: Vec<Vec<Rational>> =
        weights.iter().map(|w| inputs.iter().map(|x| rho(dot(w, x))).collect()).collect();
    if has_bias {
        features.push(vec![rational(1, 1); n]);
    }
    // Residuals: the raw ones, combined from a basis of the orthogonal complement.
    let basis = relucert::linear::Echelon::of(features.iter().map(Vec::as_slice)).kernel(n);
    if basis.is_empty() {
        return None;
    }
    let residual = |j: usize| {
        let terms = basis.iter().zip(&raw[j]).map(|(vector, factor)| (factor.clone(), vector.as_slice()));
        relucert::linear::combination(n, terms)
    };
    let residuals: Vec<Vec<Rational>> = (0..outputs).map(residual).collect();
    let bias = vec![rational(1, 3); outputs];
    let target = |k: usize, j: usize| {
        let output: Rational = (0..m).map(|i| &output_weights[i][j] * &features[i][k]).sum();
        output + if has_bias { bias[j].clone() } else { Rational::zero() } - &residuals[j][k]
    };
    let targets: Vec<Vec<Rational>> = (0..n).map(|k| (0..outputs).map(|j| target(k, j)).collect()).collect();
    let mut candidate = json!({ "input_weights": rows(&weights), "output_weights": rows(&output_weights) });
    if has_bias {
        candidate["output_bias"] = numbers(&bias);
    }
    let instance = json!({
        "format": "relucert.instance/1",
        "id": format!("random-{case}"),
        "activation": { "positive": slopes.0, "negative": slopes.1 },
        "samples": { "inputs": rows(&inputs), "targets": rows(&targets) },
        "candidate": candidate,
    });
    Some(instance.to_string())
}

struct Judged {
    stationary: bool,
    escape: Vec<usize>,
    /// The least C for each neuron, where there is one.
    constants: Vec<Option<Rational>>,
}

fn judge(instance: &Instance) -> Judged {
    let model = Model::new(instance);
    let dimension = instance.candidate.inputs();
    let rests = model.neurons.iter().all(|neuron| is_zero(&neuron.output_derivative));
    let bias_rests = instance.candidate.output_bias.is_none() || is_zero(&model.residual_sum);
    let stationary = rests && bias_rests && model.neurons.iter().all(|neuron| naive_is_nonnegative(&neuron.g));
    let mut judged = Judged { stationary, escape: vec![], constants: vec![] };
    for (i, neuron) in model.neurons.iter().enumerate() {
        let lines: BTreeSet<Vec<_>> =
            neuron.boundary.iter().filter_map(|k| Some(primitive(&instance.samples.inputs[*k])?.0)).collect();
        let lines: Vec<Vec<Rational>> =
            lines.into_iter().map(|line| line.into_iter().map(Rational::from).collect()).collect();
        let mut constant = Some(Rational::zero());
        for u in rays(&lines, dimension) {
            let d = neuron.d_at(&u);
            let largest = d.iter().map(Signed::abs).max().unwrap();
            let rise = neuron.g.value(&u);
            if rise.is_zero() && !largest.is_zero() {
                constant = None;
            } else if !rise.is_zero() {
                constant = constant.map(|constant| constant.max(largest / rise));
            }
        }
        if constant.is_none() {
            judged.escape.push(i);
        }
        judged.constants.push(constant);
    }
    judged
}

#[test]
fn agrees_with_a_judge_that_enumerates_rays() {
    let seed = 20_260;
    println!("seed {seed}");
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let (mut stationary, mut escaping, mut minima, mut radii) = (0, 0, 0, 0);
    for case in 0..1200 {
        let Some(text) = random_instance(&mut random, case) else { continue };
        let instance = Instance::read(text.clone().into_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        let judged = judge(&instance);
        let certified = certify(&instance, &Options::default()).unwrap_or_else(|refused| panic!("{refused}: {text}"));
        let findings = &certified.findings;
        let yes_no = |holds: bool| if holds { "yes" } else { "no" };
        assert_eq!(findings.show(Property::Stationary), yes_no(judged.stationary), "{text}");
        if !judged.stationary {
            assert_eq!(findings.escape_neurons, EscapeNeurons::NotStationary, "{text}");
            assert_eq!(findings.show(Property::LocalMinimum), "no", "{text}");
            continue;
        }
        stationary += 1;
        assert_eq!(findings.escape_neurons, EscapeNeurons::Found(judged.escape.clone()), "{text}");
        let local_minimum = findings.show(Property::LocalMinimum);
        if judged.escape.is_empty() {
            minima += 1;
            assert_eq!(local_minimum, "yes", "{text}");
        } else {
            escaping += 1;
            assert_ne!(local_minimum, "yes", "{text}");
        }
        // The radius is the best one: 1 / C.
        for (neuron, constant) in findings.neurons.iter().zip(&judged.constants) {
            if let Some((Region::L1Radius(radius), _)) = &neuron.regions {
                radii += 1;
                assert_eq!(Some(radius.recip()), *constant, "{text}");
            }
        }
    }
    println!("{stationary} stationary, {escaping} with escape neurons, {minima} minima, {radii} radii");
    assert!(stationary > 200 && escaping > 50 && minima > 50 && radii > 30, "the generator has become too easy");
}
