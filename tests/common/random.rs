//! Seeded random instances, small and as awkward as they come: duplicate, parallel and zero samples, samples that differ
//! by 1e-9, neurons with many boundary samples, hidden biases, trained subsets. Residuals are drawn and targets follow,
//! so that (H) and (C) mostly hold, and (W) often enough to be interesting. No verdict is known beforehand.

use super::rational;
use num_traits::{One, Signed, Zero};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use relucert::linear::{Echelon, add_multiple, combination, dot, is_zero};
use relucert::rational::{Rational, read, write};
use serde_json::{Value, json};

type Vector = Vec<Rational>;

const SLOPES: [(&str, &str); 7] =
    [("1", "0"), ("1", "0"), ("1", "-1"), ("1", "1/10"), ("2", "-1/3"), ("0", "1"), ("1", "1")];

/// A number that the environment may set.
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text}: not a number")))
}

/// The file of one instance; the same for the same seed and case, whatever was drawn before.
pub fn random_instance(seed: u64, case: u64) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(case);
    let hidden_bias = random.random_bool(0.25);
    let d = random.random_range(if hidden_bias { 2..=4 } else { 1..=4 });
    let slopes = SLOPES[random.random_range(0..SLOPES.len())];
    let shape = Shape {
        d,
        outputs: [1, 1, 2, 2, 2, 3][random.random_range(0..6)],
        slopes: (read(slopes.0).expect("a number"), read(slopes.1).expect("a number")),
        hidden_bias,
    };
    let (n, m) = (random.random_range(1..=10), random.random_range(1..=3));
    let mut draw = Draw { random, shape, close: vec![] };
    let inputs = draw.inputs(n);
    let weights: Vec<Vector> = (0..m).map(|_| draw.input_weight(&inputs)).collect();
    let output_weights = draw.output_weights(m);
    let bias = draw.chance(0.3).then(|| draw.row(draw.shape.outputs, 1));
    let residuals = draw.residuals(&inputs, &weights, &output_weights, bias.is_some());
    let target = |(x, e): (&Vector, &Vector)| {
        let mut y = bias.clone().unwrap_or_else(|| vec![Rational::zero(); e.len()]);
        weights.iter().zip(&output_weights).for_each(|(w, h)| add_multiple(&mut y, &draw.shape.rho(&dot(w, x)), h));
        add_multiple(&mut y, &-Rational::one(), e);
        y
    };
    let targets: Vec<Vector> = inputs.iter().zip(&residuals).map(target).collect();
    let written: Vec<&[Rational]> = inputs.iter().map(|x| &x[..d - usize::from(hidden_bias)]).collect();
    let mut instance = json!({
        "format": "relucert.instance/1",
        "id": format!("random-{seed}-{case}"),
        "activation": { "positive": slopes.0, "negative": slopes.1 },
        "samples": { "inputs": rows(&written), "targets": rows(&targets), "hidden_bias": hidden_bias },
        "candidate": { "input_weights": rows(&weights), "output_weights": rows(&output_weights) },
    });
    if let Some(bias) = &bias {
        instance["candidate"]["output_bias"] = numbers(bias);
    }
    if let Some(trained) = draw.trained(bias.is_some()) {
        instance["trained"] = json!(trained);
    }
    instance.to_string()
}

fn numbers(row: &[Rational]) -> Value {
    row.iter().map(|entry| Value::String(write(entry))).collect()
}

fn rows(rows: &[impl AsRef<[Rational]>]) -> Value {
    rows.iter().map(|row| numbers(row.as_ref())).collect()
}

struct Shape {
    /// With a hidden bias the last input is 1.
    d: usize,
    outputs: usize,
    slopes: (Rational, Rational),
    hidden_bias: bool,
}

impl Shape {
    fn slope(&self, z: &Rational) -> &Rational {
        if z.is_negative() { &self.slopes.1 } else { &self.slopes.0 }
    }

    fn rho(&self, z: &Rational) -> Rational {
        self.slope(z) * z
    }
}

struct Draw {
    random: ChaCha8Rng,
    shape: Shape,
    /// Samples that differ by 1e-9.
    close: Vec<(usize, usize)>,
}

impl Draw {
    fn chance(&mut self, probability: f64) -> bool {
        self.random.random_bool(probability)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random.random_range(0..bound)
    }

    fn integer(&mut self, low: i64, high: i64) -> Rational {
        rational(self.random.random_range(low..=high), 1)
    }

    fn row(&mut self, length: usize, size: i64) -> Vector {
        (0..length).map(|_| self.integer(-size, size)).collect()
    }

    fn pick<'v>(&mut self, rows: &'v [Vector]) -> &'v Vector {
        &rows[self.below(rows.len())]
    }

    fn inputs(&mut self, n: usize) -> Vec<Vector> {
        let bias = self.shape.hidden_bias;
        let free = self.shape.d - usize::from(bias);
        let size = if self.chance(0.8) { 1 } else { 3 };
        let mut inputs: Vec<Vector> = Vec::new();
        while inputs.len() < n {
            let mut fresh = self.row(free, size);
            fresh.extend(bias.then(Rational::one));
            let kind = if inputs.is_empty() { 0 } else { self.below(10) };
            let x = match kind {
                0..=4 => fresh,
                5 => self.pick(&inputs).clone(),
                6 if !bias => vec![Rational::zero(); free],
                7 if !bias => {
                    let factor =
                        [rational(-2, 1), rational(-1, 1), rational(1, 2), rational(3, 1)][self.below(4)].clone();
                    self.pick(&inputs).iter().map(|entry| entry * &factor).collect()
                }
                6..=8 => {
                    // Half the sum keeps a last entry of 1.
                    let factor = if bias { rational(1, 2) } else { rational(1, 1) };
                    let (x, y) = (self.pick(&inputs), self.pick(&inputs));
                    x.iter().zip(y).map(|(x, y)| (x + y) * &factor).collect()
                }
                _ => {
                    let other = self.below(inputs.len());
                    self.close.push((inputs.len(), other));
                    let mut x = inputs[other].clone();
                    fresh[..free].iter().zip(&mut x).for_each(|(step, x)| *x += step * rational(1, 1_000_000_000));
                    x
                }
            };
            inputs.push(x);
        }
        inputs
    }

    /// Zero, orthogonal to a few samples, or anything; now and then tiny.
    fn input_weight(&mut self, inputs: &[Vector]) -> Vector {
        let d = self.shape.d;
        let w = match self.below(10) {
            0..=3 => vec![Rational::zero(); d],
            4..=7 => {
                let chosen: Vec<Vector> = (0..self.below(d)).map(|_| self.pick(inputs).clone()).collect();
                let kernel = Echelon::of(chosen.iter().map(Vec::as_slice)).kernel(d);
                let terms: Vec<_> = kernel.iter().map(|vector| (self.integer(-1, 1), vector.as_slice())).collect();
                combination(d, terms)
            }
            _ => self.row(d, 2),
        };
        let scale = if self.chance(0.05) { rational(1, 1_000_000_000) } else { Rational::one() };
        w.into_iter().map(|entry| entry * &scale).collect()
    }

    /// Often multiples of one vector, so that one residual can suit all neurons.
    fn output_weights(&mut self, m: usize) -> Vec<Vector> {
        let outputs = self.shape.outputs;
        let mut common = self.row(outputs, 1);
        if is_zero(&common) {
            common[0] = Rational::one();
        }
        let alike = self.chance(0.6);
        let weight = |_| {
            let factor = rational([0, 0, 1, 1, 2][self.below(5)], 1);
            match alike {
                true => common.iter().map(|entry| entry * &factor).collect(),
                false => self.row(outputs, 1),
            }
        };
        (0..m).map(weight).collect()
    }

    /// `None`: everything.
    fn trained(&mut self, has_bias: bool) -> Option<Vec<&'static str>> {
        let names = ["input_weights", "output_weights", "output_bias"];
        let names = &names[..if has_bias { 3 } else { 2 }];
        let subset = self.random.random_range(1..1_usize << names.len());
        let chosen = names.iter().enumerate().filter(|(bit, _)| subset >> bit & 1 == 1).map(|(_, name)| *name);
        self.chance(0.25).then(|| chosen.collect())
    }

    /// n rows of length J.
    fn residuals(
        &mut self, inputs: &[Vector], weights: &[Vector], output_weights: &[Vector], bias: bool,
    ) -> Vec<Vector> {
        let (n, outputs) = (inputs.len(), self.shape.outputs);
        let wishes = self.wishes(n, output_weights);
        if self.chance(0.05) {
            return wishes;
        }
        // What is free are the residuals at the samples that no pivot stands for; boundary samples are free anyway.
        let conditions = self.conditions(inputs, weights, bias);
        let basis = Echelon::of(conditions.iter().map(Vec::as_slice)).kernel(n);
        let column = |j: usize| {
            let at = |vector: &Vector| vector.iter().rposition(|entry| !entry.is_zero()).unwrap_or_default();
            combination(n, basis.iter().map(|vector| (wishes[at(vector)][j].clone(), vector.as_slice())))
        };
        let columns: Vec<Vector> = (0..outputs).map(column).collect();
        (0..n).map(|k| columns.iter().map(|column| column[k].clone()).collect()).collect()
    }

    /// What residuals should be if they were free: mostly on the side of the output weights where kinks are convex.
    fn wishes(&mut self, n: usize, output_weights: &[Vector]) -> Vec<Vector> {
        let outputs = self.shape.outputs;
        let convex = if self.shape.slopes.0 < self.shape.slopes.1 { rational(-1, 1) } else { rational(1, 1) };
        let direction = self.pick(output_weights).clone();
        let (concave, noise) = ([0.0, 0.1, 0.3][self.below(3)], [0.0, 0.3, 1.0][self.below(3)]);
        let sideways = [0.0, 0.0, 0.2][self.below(3)];
        let orthogonal = Echelon::of([direction.as_slice()]).kernel(outputs);
        let mut wishes: Vec<Vector> = Vec::new();
        for _ in 0..n {
            if !orthogonal.is_empty() && self.chance(sideways) {
                wishes.push(self.pick(&orthogonal).clone());
                continue;
            }
            let size =
                rational([0, 1, 1, 2][self.below(4)], 1) * if self.chance(concave) { -&convex } else { convex.clone() };
            let mut e = if self.chance(noise) { self.row(outputs, 1) } else { vec![Rational::zero(); outputs] };
            add_multiple(&mut e, &size, &direction);
            wishes.push(e);
        }
        // Kinks that cancel, or almost.
        if self.chance(0.4) {
            let mut pairs = self.close.clone();
            pairs.push((self.below(n), self.below(n)));
            let (one, other) = pairs[self.below(pairs.len())];
            wishes[one] = wishes[other].iter().map(|entry| -entry).collect();
        }
        if self.chance(0.4) {
            let (k, j) = (self.below(n), self.below(outputs));
            wishes[k][j] += self.integer(-1, 1) * rational(1, 1_000_000_000);
        }
        wishes
    }

    /// Vectors that the residuals of each output shall be orthogonal to: the features, or even everything that makes the
    /// linear part of the derivative of a neuron.
    fn conditions(&mut self, inputs: &[Vector], weights: &[Vector], bias: bool) -> Vec<Vector> {
        let mut conditions = if bias { vec![vec![Rational::one(); inputs.len()]] } else { vec![] };
        for w in weights.iter().filter(|w| !is_zero(w)) {
            let preactivations: Vector = inputs.iter().map(|x| dot(w, x)).collect();
            conditions.push(preactivations.iter().map(|z| self.shape.rho(z)).collect());
            if self.chance(0.7) {
                let slope = |z: &Rational| if z.is_zero() { Rational::zero() } else { self.shape.slope(z).clone() };
                let entry = |axis: usize| inputs.iter().zip(&preactivations).map(move |(x, z)| slope(z) * &x[axis]);
                conditions.extend((0..self.shape.d).map(|axis| entry(axis).collect::<Vector>()));
            }
        }
        conditions
    }
}
