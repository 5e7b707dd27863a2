//! The loop against its naive twin, and what a run does at its edges.
#![allow(clippy::float_arithmetic)]

use super::steps::Descent;
use super::*;
use crate::problem::Data;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn data(samples: usize, inputs: usize, outputs: usize, slopes: [&str; 2], trained: &[&str], seed: u64) -> Data {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut rows = |length: usize| -> Vec<Vec<String>> {
        let mut number = || format!("{}e-2", random.random_range(-200..=200_i32));
        (0..samples).map(|_| (0..length).map(|_| number()).collect()).collect()
    };
    let file = serde_json::json!({
        "format": "relucert.instance/1", "id": "data",
        "activation": { "positive": slopes[0], "negative": slopes[1] },
        "samples": { "inputs": rows(inputs), "targets": rows(outputs) }, "trained": trained,
    });
    Data::read(file.to_string().as_bytes()).unwrap()
}

const ALL: [&str; 2] = ["input_weights", "output_weights"];
const WITH_BIAS: [&str; 3] = ["input_weights", "output_weights", "output_bias"];

/// One step as it is defined, neuron by neuron and sample by sample: weights and mean squared error after it.
struct Naive {
    w: Vec<Vec<f64>>,
    h: Vec<Vec<f64>>,
    c: Vec<f64>,
}

impl Naive {
    fn of(parameters: &Parameters, outputs: usize) -> Naive {
        let width = parameters.width();
        let rows = |flat: Vec<f64>| flat.chunks(flat.len() / width).map(<[f64]>::to_vec).collect();
        let c = parameters.output_bias().map_or_else(|| vec![0.0; outputs], <[f64]>::to_vec);
        Naive { w: rows(parameters.input_rows()), h: rows(parameters.output_rows()), c }
    }

    /// Which preactivations are negative.
    fn signs(&self, samples: &Samples) -> Vec<bool> {
        let rows = self.w.iter().flat_map(|w| samples.x.chunks(samples.inputs).map(move |x| (w, x)));
        rows.map(|(w, x)| w.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() < 0.0).collect()
    }

    fn residuals(&self, samples: &Samples) -> Vec<Vec<f64>> {
        let residual = |(x, y): (&[f64], &[f64])| {
            let mut e: Vec<f64> = self.c.iter().zip(y).map(|(c, y)| c - y).collect();
            for (w, h) in self.w.iter().zip(&self.h) {
                let z: f64 = w.iter().zip(x).map(|(w, x)| w * x).sum();
                e.iter_mut().zip(h).for_each(|(e, h)| *e += h * z * samples.slopes[usize::from(z < 0.0)]);
            }
            e
        };
        samples.x.chunks(samples.inputs).zip(samples.y.chunks(samples.outputs)).map(residual).collect()
    }

    fn step(&mut self, samples: &Samples, size: f64, trains_bias: bool) {
        let residuals = self.residuals(samples);
        let rate = 2.0 * size / samples.y.len() as f64;
        let (w_before, h_before) = (self.w.clone(), self.h.clone());
        for (x, e) in samples.x.chunks(samples.inputs).zip(&residuals) {
            for i in 0..self.w.len() {
                let z: f64 = w_before[i].iter().zip(x).map(|(w, x)| w * x).sum();
                let slope = samples.slopes[usize::from(z < 0.0)];
                let pull: f64 = h_before[i].iter().zip(e).map(|(h, e)| h * e).sum();
                self.w[i].iter_mut().zip(x).for_each(|(w, x)| *w -= rate * pull * slope * x);
                self.h[i].iter_mut().zip(e).for_each(|(h, e)| *h -= rate * e * slope * z);
            }
            if trains_bias {
                self.c.iter_mut().zip(e).for_each(|(c, e)| *c -= rate * e);
            }
        }
    }
}

#[test]
fn steps_are_what_they_are_defined_to_be() {
    for (seed, [samples, inputs, outputs, width]) in [
        [5, 2, 1, 50],
        [7, 3, 1, 8],
        [4, 2, 2, 9],
        [3, 5, 3, 17],
        [1, 1, 1, 1],
        [6, 4, 1, 3],
        [9, 6, 1, 20],
        [130, 2, 1, 9],
    ]
    .into_iter()
    .enumerate()
    {
        for (slopes, trained) in [(["1", "0"], &ALL[..]), (["1", "-1"], &WITH_BIAS), (["2", "0.1"], &WITH_BIAS)] {
            let data = data(samples, inputs, outputs, slopes, trained, seed as u64);
            let samples = Samples::of(&data).unwrap();
            let has_bias = data.trained.output_bias;
            let parameters = Parameters::normal(width, inputs, outputs, has_bias, 0.3, seed as u64);
            let mut naive = Naive::of(&parameters, outputs);
            let size = 1e-3;
            let mut descent = Descent::at(&samples, parameters, [size; 3]);
            assert_eq!(descent.advance(10, f64::NEG_INFINITY), 10);
            (0..10).for_each(|_| naive.step(&samples, size, has_bias));
            let expected = [naive.w.concat(), naive.h.concat()].concat();
            let found = [descent.network().input_rows(), descent.network().output_rows()].concat();
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "seed {seed}: {found} {expected}");
            }
            let squares: f64 = naive.residuals(&samples).concat().iter().map(|e| e * e).sum();
            let expected = squares / samples.y.len() as f64;
            assert!((descent.mean_squared_error() - expected).abs() <= 1e-12 * (1.0 + expected), "seed {seed}");
        }
    }
}

/// A run in which patterns change, with groups and without: it goes where the naive loop goes, however often it is looked
/// at in between. (Slopes 1 and -1 are not among these: what hops across a kink then lands on it but for rounding, and its
/// sign is chance.)
#[test]
fn neurons_that_move_together_go_where_each_goes() {
    let (mut in_groups, mut turned) = (0, 0);
    for (seed, [samples, inputs, outputs, width]) in
        [[5, 2, 1, 50], [7, 3, 1, 50], [4, 2, 2, 40], [6, 1, 1, 30], [6, 1, 2, 30], [5, 4, 1, 60], [5, 3, 2, 60]]
            .into_iter()
            .enumerate()
    {
        for (slopes, trained) in
            [(["1", "0"], &ALL[..]), (["1", "-0.4"], &WITH_BIAS), (["2", "0.1"], &ALL), (["0", "1"], &WITH_BIAS)]
        {
            let data = data(samples, inputs, outputs, slopes, trained, 10 + seed as u64);
            let samples = Samples::of(&data).unwrap();
            let has_bias = data.trained.output_bias;
            let mut start = Parameters::normal(width, inputs, outputs, has_bias, 0.05, seed as u64);
            // Nothing at all, no input weight, no output weight; and one that is exactly on a kink.
            start.neuron_mut(3).for_each(|weight| *weight = 0.0);
            start.neuron_mut(4).take(inputs).for_each(|weight| *weight = 0.0);
            start.neuron_mut(5).skip(inputs).for_each(|weight| *weight = 0.0);
            if inputs > 1 {
                let on_kink = [samples.x[1], -samples.x[0]].into_iter().chain(std::iter::repeat(0.0));
                start.neuron_mut(6).take(inputs).zip(on_kink).for_each(|(weight, entry)| *weight = entry);
            }
            let size = 5e-3;
            let mut naive = Naive::of(&start, outputs);
            let mut descent = Descent::at(&samples, start.clone(), [size; 3]);
            let mut looked_at = Descent::at(&samples, start, [size; 3]);
            for _ in 0..30 {
                assert_eq!(descent.advance(100, f64::NEG_INFINITY), 100);
                in_groups += usize::from(descent.blocks_of_groups() > 0);
                let signs = naive.signs(&samples);
                (0..100).for_each(|_| naive.step(&samples, size, has_bias));
                turned += naive.signs(&samples).iter().zip(&signs).filter(|(now, then)| now != then).count();
                for steps in [1, 36, 63] {
                    looked_at.advance(steps, f64::NEG_INFINITY);
                    looked_at.network();
                }
                let found = descent.network();
                let rows = [found.input_rows(), found.output_rows()].concat();
                for (found, expected) in rows.iter().zip([naive.w.concat(), naive.h.concat()].concat()) {
                    let close = (found - expected).abs() <= 1e-9 * (1.0 + expected.abs());
                    assert!(close, "seed {seed}, {slopes:?}: {found} {expected}");
                }
            }
            assert_eq!(descent.network(), looked_at.network(), "seed {seed}");
            assert_eq!(descent.mean_squared_error().to_bits(), looked_at.mean_squared_error().to_bits());
        }
    }
    println!("{in_groups} times in groups, {turned} signs turned");
    assert!(in_groups > 400 && turned > 400, "{in_groups} times in groups, {turned} signs turned");
}

/// Steps so large that neurons are flung across kinks, up to infinity: no pattern is taken for another one.
#[test]
fn large_steps_are_what_they_are_defined_to_be() {
    for seed in 0..20 {
        let data = data(6, 2, 1, ["1", "0.5"], &ALL, seed);
        let samples = Samples::of(&data).unwrap();
        let start = Parameters::normal(50, 2, 1, false, 0.3, seed);
        let size = [0.3, 1.0, 30.0][seed as usize % 3];
        let mut naive = Naive::of(&start, 1);
        let mut descent = Descent::at(&samples, start, [size; 3]);
        for step in 0..40 {
            assert_eq!(descent.advance(1, f64::NEG_INFINITY), 1);
            naive.step(&samples, size, false);
            let squares: f64 = naive.residuals(&samples).concat().iter().map(|e| e * e).sum();
            let expected = squares / samples.y.len() as f64;
            let found = descent.mean_squared_error();
            if !(expected.is_finite() && found.is_finite()) {
                assert_eq!(expected.is_finite(), found.is_finite(), "seed {seed}, step {step}: {found} {expected}");
                break;
            }
            // Rounding grows with the steps.
            if step < 8 {
                assert!((found - expected).abs() <= 1e-6 * expected, "seed {seed}, step {step}: {found} {expected}");
            }
        }
    }
}

/// What is so small that squares or products of it vanish is moved by its true pattern.
#[test]
fn tiny_weights_keep_their_patterns() {
    for scale in [1e-150, 1e-170, 1e-300] {
        let data = data(5, 2, 1, ["1", "0"], &ALL, 3);
        let samples = Samples::of(&data).unwrap();
        let start = Parameters::normal(50, 2, 1, false, scale, 1);
        let mut naive = Naive::of(&start, 1);
        let mut descent = Descent::at(&samples, start, [1e-2; 3]);
        descent.advance(2000, f64::NEG_INFINITY);
        (0..2000).for_each(|_| naive.step(&samples, 1e-2, false));
        let found = descent.network().input_rows();
        for (found, expected) in found.iter().zip(naive.w.concat()) {
            assert!((found - expected).abs() <= 1e-9 * scale.max(expected.abs()), "{scale}: {found} {expected}");
        }
    }
}

fn settings(steps: usize, step_size: f64) -> Settings {
    let start = Start::Normal { width: 10, scale: 0.1, seed: 1 };
    Settings { start, step_size, steps, stop_loss: None, keep: vec![] }
}

#[test]
fn a_run_repeats_and_keeps_what_is_asked_for() {
    let data = data(5, 2, 1, ["1", "0"], &ALL, 3);
    let asked = Settings { keep: vec![40, 0, 40, 17, 101], ..settings(100, 1e-2) };
    let run = train(&data, &asked, |_, _| {}).unwrap();
    assert_eq!(run, train(&data, &asked, |_, _| {}).unwrap());
    assert_eq!(run.kept.iter().map(|(step, _)| *step).collect::<Vec<_>>(), [0, 17, 40]);
    assert_eq!((run.curve.len(), run.end().step), (101, 100));
    // What is kept doesn't disturb the run.
    let other = train(&data, &settings(100, 1e-2), |_, _| {}).unwrap();
    assert_eq!((&other.curve, &other.plateaus), (&run.curve, &run.plateaus));
    let shorter = train(&data, &settings(17, 1e-2), |_, _| {}).unwrap();
    assert_eq!(shorter.end().parameters, run.kept[1].1);
}

#[test]
fn a_run_stops_early_where_it_is_told_to() {
    let data = data(5, 2, 1, ["1", "0"], &ALL, 3);
    let whole = train(&data, &settings(1000, 1e-2), |_, _| {}).unwrap();
    let (step, stop) = whole.curve[500];
    let run = train(&data, &Settings { stop_loss: Some(stop), ..settings(1000, 1e-2) }, |_, _| {}).unwrap();
    assert_eq!((run.end().step, run.end().mean_squared_error), (step, stop));
}

#[test]
fn a_run_to_infinity_is_none() {
    let data = data(5, 2, 1, ["1", "0.5"], &ALL, 3);
    let refused = train(&data, &settings(10_000, 1e6), |_, _| {}).unwrap_err();
    assert!(matches!(refused, NoRun::Diverged { .. }), "{refused}");
    assert!(refused.to_string().contains("smaller step size"), "{refused}");
    let no_candidate = Settings { start: Start::Candidate, ..settings(1, 0.1) };
    assert_eq!(train(&data, &no_candidate, |_, _| {}), Err(NoRun::NoCandidate));
}

#[test]
fn what_is_not_trained_stays() {
    let data = data(5, 2, 1, ["1", "0.5"], &["output_weights"], 3);
    let run = train(&data, &Settings { keep: vec![0], ..settings(50, 1e-2) }, |_, _| {}).unwrap();
    let start = &run.kept[0].1;
    assert_eq!(start.input_rows(), run.end().parameters.input_rows());
    assert_ne!(start.output_rows(), run.end().parameters.output_rows());
}
