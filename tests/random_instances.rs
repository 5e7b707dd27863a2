//! Random small instances against a naive judge that enumerates the rays of each neuron's boundary arrangement.

mod common;

use common::random::random_instance;
use common::{naive_is_nonnegative, rational, rays};
use num_traits::{Signed, Zero};
use relucert::certificate::certify;
use relucert::empirical::{Model, Region};
use relucert::kink::Options;
use relucert::linear::{is_zero, primitive};
use relucert::problem::EscapeNeurons;
use relucert::problem::{Instance, Property};
use relucert::rational::Rational;
use std::collections::BTreeSet;

struct Judged {
    stationary: bool,
    escape: Vec<usize>,
    /// The least C for each neuron, where there is one.
    constants: Vec<Option<Rational>>,
    /// The least `g_i(u) / |u|_1` over all neurons i and rays u.
    steepest: Rational,
}

fn judge(instance: &Instance) -> Judged {
    let model = Model::new(instance);
    let dimension = instance.candidate.inputs();
    let trained = instance.trained;
    let rests = !trained.output_weights || model.neurons.iter().all(|neuron| is_zero(&neuron.output_derivative));
    let bias_rests = !trained.output_bias || is_zero(&model.residual_sum);
    let rises = !trained.input_weights || model.neurons.iter().all(|neuron| naive_is_nonnegative(&neuron.g));
    let stationary = rests && bias_rests && rises;
    let mut judged = Judged { stationary, escape: vec![], constants: vec![], steepest: Rational::zero() };
    for (i, neuron) in model.neurons.iter().enumerate().filter(|_| trained.both_layers()) {
        let lines: BTreeSet<Vec<_>> =
            neuron.boundary.iter().filter_map(|k| Some(primitive(&instance.samples.inputs[*k])?.0)).collect();
        let lines: Vec<Vec<Rational>> =
            lines.into_iter().map(|line| line.into_iter().map(Rational::from).collect()).collect();
        let mut constant = Some(Rational::zero());
        for u in rays(&lines, dimension) {
            let d = neuron.d_at(&u);
            let largest = d.iter().map(Signed::abs).max().unwrap();
            let rise = neuron.g.value(&u);
            let slope = &rise / u.iter().map(Signed::abs).sum::<Rational>();
            judged.steepest = judged.steepest.min(slope);
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
    let (mut stationary, mut escaping, mut silent_escapes) = (0, 0, 0);
    let (mut minima, mut curved, mut radii, mut delicate) = (0, 0, 0, 0);
    let small = rational(1, 1_000_000);
    for case in 0..1200 {
        let text = random_instance(seed, case);
        let instance = Instance::read(text.clone().into_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        let judged = judge(&instance);
        let certified = certify(&instance, &Options::default()).unwrap_or_else(|refused| panic!("{refused}: {text}"));
        let findings = &certified.findings;
        let yes_no = |holds: bool| if holds { "yes" } else { "no" };
        assert_eq!(findings.show(Property::Stationary), yes_no(judged.stationary), "{text}");
        let constants = || judged.constants.iter().flatten();
        let descends_slowly = judged.steepest.is_negative() && -&judged.steepest < small;
        let barely_bounded = judged.stationary && constants().any(|constant| *constant > small.recip());
        delicate += u32::from(descends_slowly || barely_bounded);
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
            // With scalar output an escape neuron leaves no minimum; with several there may be a proof of one.
            let code = findings.reasons[&Property::LocalMinimum].code;
            let proved = ["second-order", "elimination"].contains(&code);
            assert_eq!(local_minimum == "yes", proved, "{text}");
            assert!(!proved || (instance.candidate.outputs() > 1 && findings.neurons[0].regions.is_none()), "{text}");
            curved += u32::from(proved);
            // One that has no output weight lets the loss fall along a ray of its own.
            let silent = |i: &usize| is_zero(&instance.candidate.output_weights[*i]);
            if judged.escape.iter().any(silent) {
                silent_escapes += 1;
                assert_eq!(code, "escape-neuron-zero-output-weight", "{text}");
            } else {
                assert!(instance.candidate.outputs() > 1, "scalar output: {text}");
            }
        }
        // The radius is the best one: 1 / C.
        for (neuron, constant) in findings.neurons.iter().zip(&judged.constants) {
            if let Some((Region::L1Radius(radius), _)) = &neuron.regions {
                radii += 1;
                assert_eq!(Some(radius.recip()), *constant, "{text}");
            }
        }
    }
    println!(
        "{stationary} stationary, {escaping} with escape neurons ({silent_escapes} silent), {minima} minima without and \
         {curved} with them, {radii} radii, {delicate} delicate"
    );
    assert!(
        stationary > 200 && escaping > 50 && silent_escapes > 50 && minima > 50 && curved > 0,
        "the generator has become too easy"
    );
    assert!(radii > 30 && delicate > 10, "the generator has become too easy");
}
