//! Several outputs: what the definition says of replicas, and curves that have to be found without a hint.

use rand::{RngExt, SeedableRng};
use relucert::certificate::certify;
use relucert::empirical::{Findings, loss};
use relucert::families::{escape, read_activation};
use relucert::kink::Options;
use relucert::problem::EscapeNeurons;
use relucert::problem::{Instance, Property};
use relucert::rational::Rational;
use serde_json::{Value, json};

fn certified(text: Vec<u8>) -> Findings {
    let instance = Instance::read(text).expect("an instance");
    certify(&instance, &Options::default()).expect("an accepted certificate").findings
}

fn minimum(findings: &Findings) -> String {
    findings.show(Property::LocalMinimum)
}

/// A neuron in two, with shares 1/3 and 2/3 of its output weight.
fn with_replica(instance: &Value, neuron: usize) -> Vec<u8> {
    let mut replicated = instance.clone();
    let share = |numerator: i64| -> Value {
        let weights = instance["candidate"]["output_weights"][neuron].as_array().expect("a list").iter();
        let scaled = |weight: &Value| {
            let weight = relucert::rational::read(weight.as_str().expect("a number")).expect("a rational");
            relucert::rational::write(&(weight * Rational::new(numerator.into(), 3.into())))
        };
        weights.map(scaled).collect::<Vec<_>>().into()
    };
    let candidate = &mut replicated["candidate"];
    candidate["output_weights"][neuron] = share(1);
    candidate["output_weights"].as_array_mut().expect("a list").push(share(2));
    let w = candidate["input_weights"][neuron].clone();
    candidate["input_weights"].as_array_mut().expect("a list").push(w);
    replicated.as_object_mut().expect("an object").remove("expected");
    replicated.to_string().into_bytes()
}

/// Every minimum with an escape neuron becomes a saddle when this neuron is replicated (docs/theory.md, Proposition 7.1).
#[test]
fn replicas_of_an_escape_neuron_leave_no_minimum() {
    let (mut minima, mut others) = (0, 0);
    for (samples, dimension, width, outputs) in [(5, 2, 2, 2), (4, 3, 1, 2), (5, 2, 2, 3)] {
        for seed in 1..=12 {
            let parameters = escape::Parameters {
                samples,
                dimension,
                outputs,
                width,
                activation: read_activation("relu").expect("an activation"),
                output_bias: seed % 3 == 0,
                replicate: 0,
            };
            let Ok(member) = escape::generate(seed, &parameters) else { continue };
            let findings = certified(member.text.clone());
            if minimum(&findings) != "yes" {
                others += 1;
                continue;
            }
            minima += 1;
            let text: Value = serde_json::from_slice(&member.text).expect("JSON");
            let EscapeNeurons::Found(escaping) = &findings.escape_neurons else { panic!("{}", member.id) };
            for i in escaping {
                let replicated = certified(with_replica(&text, *i));
                assert_eq!(replicated.show(Property::Stationary), "yes", "{}, neuron {i}", member.id);
                assert_eq!(minimum(&replicated), "no", "{}, neuron {i}", member.id);
            }
        }
    }
    println!("{minima} minima, {others} others");
    assert!(minima > 8 && others > 8, "the family has become one-sided: {minima} {others}");
}

/// The curves of fourth order of docs/theory.md, section 7, are found without their witnesses.
#[test]
fn curves_of_fourth_order_are_found() {
    for name in ["fourth-order-saddle", "fourth-order-saddle-three-outputs"] {
        let path = format!("{}/instances/two-outputs/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let mut instance: Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
        instance["witnesses"] = json!({});
        let findings = certified(instance.to_string().into_bytes());
        let descent = findings.evidence.descent.as_ref().expect("a curve");
        assert_eq!(minimum(&findings), "no", "{name}");
        assert!(descent.power > 2, "{name}: {}", descent.power);
    }
}

/// n, d, J, m, replicas, seed, and whether it is a local minimum: points of the family of escape neurons that quadratic
/// forms leave open.
const OPEN_TO_FORMS: [(usize, usize, usize, usize, usize, u64, &str); 17] = [
    (4, 3, 2, 2, 0, 2108, "yes"),
    (6, 3, 2, 2, 0, 2050, "yes"),
    (6, 3, 3, 2, 0, 2021, "yes"),
    (6, 2, 2, 3, 1, 2110, "no"),
    (6, 3, 2, 2, 1, 2017, "no"),
    (6, 2, 2, 3, 2, 2110, "yes"),
    (6, 2, 2, 3, 2, 3049, "yes"),
    (6, 3, 2, 2, 1, 3093, "yes"),
    (6, 3, 2, 3, 0, 2020, "yes"),
    (6, 3, 2, 2, 1, 3119, "yes"),
    (6, 3, 2, 2, 1, 4023, "yes"),
    (6, 3, 2, 2, 1, 4050, "yes"),
    (6, 3, 2, 2, 1, 4077, "yes"),
    (6, 3, 2, 2, 1, 4085, "no"),
    (6, 3, 3, 3, 0, 5118, "no"),
    (6, 3, 2, 2, 1, 5055, "yes"),
    (6, 3, 2, 2, 1, 5094, "yes"),
];

/// Of these the neurons that don't escape have to be spread.
const SPREAD: [u64; 4] = [2020, 2110, 3049, 3093];

/// Proofs with every kind of change of variables, and curves; the checker accepts each.
#[test]
fn polynomials_settle_what_forms_leave_open() {
    for (samples, dimension, outputs, width, replicate, seed, expected) in OPEN_TO_FORMS {
        let parameters = escape::Parameters {
            samples,
            dimension,
            outputs,
            width,
            activation: read_activation("relu").expect("an activation"),
            output_bias: false,
            replicate,
        };
        let member = escape::generate(seed, &parameters).expect("a member");
        let findings = certified(member.text.clone());
        assert_eq!(minimum(&findings), expected, "{}", member.id);
        assert!(findings.evidence.second_order.is_none(), "{}", member.id);
        if expected == "yes" && SPREAD.contains(&seed) {
            let proof = findings.evidence.elimination.as_ref();
            assert!(proof.is_some_and(|proof| !proof.spread.is_empty()), "{}", member.id);
        }
    }
}

/// Points with a replica in four dimensions: a form that is hard to decide on some pieces and plainly negative on another, and a
/// polynomial of thousands of terms that is negative of the fourth order.
#[test]
fn ways_down_are_found_before_proofs_are_tried() {
    for (seed, power) in [(9003, 2), (9001, 4)] {
        let parameters = escape::Parameters {
            samples: 6,
            dimension: 4,
            outputs: 3,
            width: 2,
            activation: read_activation("leaky:1/3").expect("an activation"),
            output_bias: false,
            replicate: 1,
        };
        let member = escape::generate(seed, &parameters).expect("a member");
        let findings = certified(member.text.clone());
        assert_eq!(minimum(&findings), "no", "{}", member.id);
        let descent = findings.evidence.descent.as_ref().expect("a descent");
        assert_eq!(descent.power, power, "{}", member.id);
    }
}

/// Within the radius of each minimum (docs/theory.md, section 7.19): corners of the box, and networks drawn from it.
#[test]
fn no_network_within_the_radius_is_better() {
    let seed = 718;
    println!("seed {seed}");
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let mut minima = 0;
    for (samples, dimension, outputs, width) in [(5, 2, 2, 2), (6, 3, 3, 2), (6, 2, 2, 3)] {
        for member in (1..=10).filter_map(|seed| {
            let activation = read_activation("relu").expect("an activation");
            let output_bias = seed % 3 == 0;
            let parameters =
                escape::Parameters { samples, dimension, outputs, width, activation, output_bias, replicate: 0 };
            escape::generate(seed, &parameters).ok()
        }) {
            let instance = Instance::read(member.text).expect("an instance");
            let findings = certify(&instance, &Options::default()).expect("an accepted certificate").findings;
            if minimum(&findings) != "yes" || findings.escape_neurons == EscapeNeurons::Found(vec![]) {
                assert!(findings.radius.is_none(), "{}", member.id);
                continue;
            }
            minima += 1;
            let radius = findings.radius.as_ref().expect("a radius");
            for _ in 0..40 {
                let corner = random.random_bool(0.5);
                let mut change = |rows: &mut [Vec<Rational>]| {
                    for entry in rows.iter_mut().flatten() {
                        let step = if corner {
                            [-64, 0, 64][random.random_range(0..3)]
                        } else {
                            random.random_range(-64..=64)
                        };
                        *entry += radius * Rational::new(step.into(), 64.into());
                    }
                };
                let mut network = instance.candidate.clone();
                change(&mut network.input_weights);
                change(&mut network.output_weights);
                assert!(loss(&instance, &network) >= findings.loss, "{}: {network:?}", member.id);
            }
        }
    }
    assert!(minima > 8, "the family has become one-sided: {minima}");
}
