//! `relucert snap`: networks that were trained in floating point, and points whose exact verdicts are known.
//!
//! tests/networks: biases, unfinished, single-precision, interpolating and coupled were trained by numpy; the others are
//! plateaus of the experiments of instances/wu-simsek-ged-2025.

mod common;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use relucert::arrays::write_npz;
use relucert::certificate::certify;
use relucert::empirical::loss;
use relucert::kink::Options;
use relucert::problem::{Data, Instance, Network, Property, Verdict};
use relucert::rational::{Rational, to_f64, write};
use relucert::transform::snap::{NotSnapped, Reason, SnapOptions, snap};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

fn relucert(arguments: &[&str], folder: &Path) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_relucert")).args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn networks() -> String {
    format!("{}/tests/networks", env!("CARGO_MANIFEST_DIR"))
}

/// Snaps a network of tests/networks; on success the instance is certified and its loss and local minimum are returned.
fn snapped(file: &str) -> Result<(String, Verdict), Value> {
    let folder = tempfile::tempdir().unwrap();
    let (network, stem) = (format!("{}/{file}", networks()), file.split_once('.').unwrap().0);
    let data = format!("{}/{stem}.json", networks());
    let arguments = ["snap", &network, "--data", &data, "--out", "point.json", "--format", "json"];
    let (code, stdout, stderr) = relucert(&arguments, folder.path());
    let report: Value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{file}: {code} {stdout}{stderr}"));
    if code == 10 {
        assert!(!folder.path().join("point.json").exists());
        return Err(report);
    }
    assert_eq!((code, &report["snapped"]), (0, &json!(true)), "{file}: {stderr}");
    let instance = Instance::read(std::fs::read(folder.path().join("point.json")).unwrap()).unwrap();
    let certified = certify(&instance, &Options::default()).unwrap();
    assert_eq!(certified.findings.verdicts[&Property::Stationary], Verdict::Yes, "{file}");
    assert_eq!(report["loss_after"], write(&certified.findings.loss), "{file}");
    Ok((write(&certified.findings.loss), certified.findings.verdicts[&Property::LocalMinimum]))
}

#[test]
fn trained_networks_become_what_they_are() {
    let expected = |loss: &str, minimum| Ok((loss.to_owned(), minimum));
    // A saddle of width 50, the origin, and an end with two outputs.
    assert_eq!(snapped("saddle.npz"), expected("33667487/208609500", Verdict::No));
    assert_eq!(snapped("origin.npz"), expected("953/10000", Verdict::No));
    assert_eq!(snapped("two-outputs.npz"), expected("17/50", Verdict::Yes));
    // Neurons of one pattern of all sizes, the smallest of them smaller than some that stand for zero.
    assert_eq!(snapped("groups.npz"), expected("105271/251800", Verdict::No));
    // Hidden and output biases; and single precision in PyTorch's names.
    assert_eq!(snapped("biases.npz"), expected("45144961/18129336000", Verdict::Yes));
    assert_eq!(snapped("single-precision.safetensors").unwrap().1, Verdict::Yes);
    // Zero loss with two outputs: no direction is pinned, but none matters either.
    assert_eq!(snapped("interpolating.npz"), expected("0", Verdict::Yes));
}

#[test]
fn networks_without_an_exact_point_are_refused_and_it_is_said_why() {
    for (file, words) in [
        ("irrational.npz", "Q(sqrt 29), that is, t^2 - 29"),
        ("slow.npz", "no stationary point with that pattern"),
        ("unfinished.npz", "no stationary point with that pattern"),
        ("coupled.npz", "neurons 0 and 1 aren't pinned by kinks and depend on each other"),
    ] {
        let report = snapped(file).expect_err(file);
        assert!(report["reason"].as_str().unwrap().contains(words), "{file}: {report}");
    }
}

/// The nearest floats to the network of an instance, shaken by some times their size.
fn shaken(instance: &Instance, by: f64, seed: u64) -> Network {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    #[allow(clippy::float_arithmetic)]
    let mut shake = |rows: &Vec<Vec<Rational>>| -> Vec<Vec<Rational>> {
        let mut entry =
            |x: &Rational| Rational::from_float(to_f64(x).unwrap() * (1.0 + by * random.random_range(-1.0..1.0)));
        rows.iter().map(|row| row.iter().map(|x| entry(x).unwrap()).collect()).collect()
    };
    let Network { input_weights, output_weights, output_bias } = &instance.candidate;
    Network {
        input_weights: shake(input_weights),
        output_weights: shake(output_weights),
        output_bias: output_bias.as_ref().map(|bias| shake(&vec![bias.clone()]).remove(0)),
    }
}

fn data_of(instance: &Instance) -> Data {
    Data::read(&instance.text).unwrap()
}

/// Points of the catalogue, shaken in the twelfth digit, come back to points with the same loss.
#[test]
fn shaken_points_come_back() {
    for name in [
        "wu-simsek-ged-2025/scalar-end-width-50",
        "wu-simsek-ged-2025/scalar-end-three-neurons",
        "wu-simsek-ged-2025/scalar-first-plateau-one-neuron",
        "wu-simsek-ged-2025/three-inputs-first-plateau-one-neuron",
        "wu-simsek-ged-2025/three-inputs-later-plateau-three-neurons",
        "wu-simsek-ged-2025/two-outputs-end-three-neurons",
        "yun-sra-jadbabaie-2019/affine-fit-minimum-leaky",
    ] {
        let file = format!("{}/instances/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let instance = Instance::read(std::fs::read(file).unwrap()).unwrap();
        for seed in 0..3 {
            let network = shaken(&instance, 1e-12, seed);
            let snapped = snap(&data_of(&instance), &network, &SnapOptions::default());
            let snapped = snapped.unwrap_or_else(|refusal| panic!("{name}, seed {seed}: {refusal}"));
            let expected = loss(&instance, &instance.candidate);
            assert_eq!(write(&snapped.loss_after), write(&expected), "{name}, seed {seed}");
            assert_eq!(snapped.loss_before, loss(&instance, &network), "the floats are read exactly");
            assert!(snapped.moved.relative < 1e-4, "{name}, seed {seed}: {}", snapped.moved.relative);
        }
    }
}

/// Pitfall 2: what is dead and tiny keeps its direction; set to zero it would become an escape neuron.
#[test]
fn dead_neurons_keep_their_direction() {
    let file = json!({
        "format": "relucert.instance/1", "id": "dead", "activation": "relu",
        "samples": { "inputs": [["1"], ["2"]], "targets": ["1", "3"] },
        "candidate": { "input_weights": [["1.2"], ["-1e-9"], ["1e-9"]], "output_weights": ["1.1666", "1e-9", "1e-9"] },
    });
    let instance = Instance::read(file.to_string().into_bytes()).unwrap();
    let snapped = snap(&data_of(&instance), &instance.candidate, &SnapOptions::default()).unwrap();
    assert_eq!(write(&snapped.network.input_weights[1][0]), "-1/1000000000");
    // The living one has the pattern of the large one and shares in it.
    assert_eq!(write(&snapped.network.input_weights[2][0]), "1/1000000000");
    assert_eq!(write(&snapped.loss_after), "1/10");
}

/// A neuron whose input weight is 0 exactly keeps its output weight: pinned it is stationary, otherwise it isn't.
#[test]
fn a_zero_input_weight_stays() {
    for (h, stationary) in [("-1", true), ("1", false)] {
        let file = json!({
            "format": "relucert.instance/1", "id": "zero", "activation": "relu",
            "samples": { "inputs": [["1"]], "targets": ["1"] },
            "candidate": { "input_weights": [["0"]], "output_weights": [h] },
        });
        let instance = Instance::read(file.to_string().into_bytes()).unwrap();
        let snapped = snap(&data_of(&instance), &instance.candidate, &SnapOptions::default());
        assert_eq!(snapped.is_ok(), stationary, "{snapped:?}");
        if let Ok(snapped) = snapped {
            assert_eq!(snapped.network, instance.candidate);
        }
    }
}

fn number(text: &str) -> Rational {
    relucert::rational::read(text).unwrap()
}

/// Two neurons of one pattern, three inputs and outputs: their output weights have a rank between 1 and all. At zero loss
/// directions that are short numbers are found all the same.
#[test]
fn directions_that_nothing_pulls_at_are_kept() {
    let [w, h] = [[["1/2", "1/4", "1"], ["1", "1/2", "1/8"]], [["1", "-1/2", "1/4"], ["-3/10", "7/10", "1/5"]]]
        .map(|rows| rows.map(|row| row.map(number).to_vec()).to_vec());
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut row = || (0..3).map(|_| Rational::new(random.random_range(1..=100_i64).into(), 100.into())).collect();
    let inputs: Vec<Vec<Rational>> = (0..12).map(|_| row()).collect();
    let target = |x: &Vec<Rational>, j: usize| -> Rational {
        let product = |w: &[Rational]| w.iter().zip(x).map(|(w, x)| w * x).sum::<Rational>();
        (0..2).map(|i| &h[i][j] * product(&w[i])).sum()
    };
    let rows =
        |rows: &[Vec<Rational>]| -> Value { rows.iter().map(|row| row.iter().map(write).collect::<Value>()).collect() };
    let targets: Vec<Vec<Rational>> = inputs.iter().map(|x| (0..3).map(|j| target(x, j)).collect()).collect();
    let file = json!({
        "format": "relucert.instance/1", "id": "planted", "activation": { "positive": 1, "negative": "1/10" },
        "samples": { "inputs": rows(&inputs), "targets": rows(&targets) },
        "candidate": { "input_weights": rows(&w), "output_weights": rows(&h) },
    });
    let instance = Instance::read(file.to_string().into_bytes()).unwrap();
    let snapped = snap(&data_of(&instance), &shaken(&instance, 1e-10, 1), &SnapOptions::default()).unwrap();
    assert_eq!(write(&snapped.loss_after), "0");
    assert!(snapped.moved.relative < 1e-6, "{}", snapped.moved.relative);
    // Other targets pull at them, and then their equations aren't linear.
    let mut other = file;
    other["samples"]["targets"][0][0] = "1".into();
    let instance = Instance::read(other.to_string().into_bytes()).unwrap();
    let refused = snap(&data_of(&instance), &shaken(&instance, 1e-10, 1), &SnapOptions::default()).unwrap_err();
    let NotSnapped::NoPoint { reason: Reason::Rank { rank: 2, outputs: 3, .. }, .. } = refused else {
        panic!("{refused}")
    };
}

/// What the data say isn't trained stays to the last bit, and the instance says it too.
#[test]
fn what_is_not_trained_stays() {
    let file = |trained: Value| {
        let file = json!({
            "format": "relucert.instance/1", "id": "part", "activation": "relu", "trained": trained,
            "samples": { "inputs": [["1", "0"], ["0", "1"], ["1", "1"], ["-1", "2"]], "targets": ["1", "3", "2", "-1"] },
            "candidate": {
                "input_weights": [["0.3", "0.7"], ["-0.4", "0.1"], ["-1", "-1"], ["0", "0"]],
                "output_weights": ["1.1", "0.3", "0.5", "0.25"], "output_bias": ["0.125"],
            },
        });
        Instance::read(file.to_string().into_bytes()).unwrap()
    };
    let far = SnapOptions { max_distance: 100.0, ..SnapOptions::default() };
    let snapped = |instance: &Instance| {
        let snapped = snap(&data_of(instance), &instance.candidate, &far).unwrap();
        let exact = relucert::transform::instance(&data_of(instance), &snapped.network, "snapped".to_owned());
        assert_eq!(exact.trained, instance.trained);
        let exact = relucert::transform::written(&exact).unwrap();
        let certified = certify(&exact, &Options::default()).unwrap();
        assert_eq!(certified.findings.verdicts[&Property::Stationary], Verdict::Yes);
        (snapped.network, write(&snapped.loss_after))
    };
    let alone = file(json!(["output_weights"]));
    let (network, loss) = snapped(&alone);
    assert_eq!(
        (&network.input_weights, &network.output_bias),
        (&alone.candidate.input_weights, &alone.candidate.output_bias)
    );
    assert_ne!(network.output_weights, alone.candidate.output_weights);
    // With the bias there is more to be had.
    let with_bias = file(json!(["output_weights", "output_bias"]));
    let (network, smaller) = snapped(&with_bias);
    assert_eq!(network.input_weights, alone.candidate.input_weights);
    assert!(number(&smaller) < number(&loss), "{smaller} {loss}");
    let refused = snap(&data_of(&file(json!(["input_weights"]))), &alone.candidate, &far).unwrap_err();
    assert!(refused.to_string().contains("the output weights aren't trained"), "{refused}");

    // Both layers, and a bias that stays.
    let held = json!({
        "format": "relucert.instance/1", "id": "held", "activation": "relu", "trained": ["input_weights", "output_weights"],
        "samples": { "inputs": [["1"], ["2"]], "targets": ["1", "3"] },
        "candidate": { "input_weights": [["1.2"]], "output_weights": ["1.1"], "output_bias": ["0.125"] },
    });
    let held = Instance::read(held.to_string().into_bytes()).unwrap();
    let (network, _) = snapped(&held);
    assert_eq!(network.output_bias, held.candidate.output_bias);
    assert_ne!(network, held.candidate);
}

#[test]
fn no_sign_turns_silently() {
    // The only slope that fits is negative: the neuron would have to turn one of its weights around.
    let file = json!({
        "format": "relucert.instance/1", "id": "turned", "activation": { "positive": 1, "negative": "1/2" },
        "samples": { "inputs": [["1"], ["2"]], "targets": ["-1", "-2"] },
        "candidate": { "input_weights": [["1"]], "output_weights": ["1"] },
    });
    let instance = Instance::read(file.to_string().into_bytes()).unwrap();
    let near = snap(&data_of(&instance), &instance.candidate, &SnapOptions::default());
    let Err(NotSnapped::NoPoint { reason, tried, .. }) = near else { panic!("{near:?}") };
    assert!(matches!(reason, Reason::Pattern { .. } | Reason::Far { .. }) && tried > 0, "{reason}");
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let good = write_npz(&[("input_weights", vec![1, 2], vec![1.0, 2.0]), ("output_weights", vec![1, 1], vec![1.0])]);
    std::fs::write(at("good.npz"), &good).unwrap();
    std::fs::write(at("cut.npz"), &good[..good.len() / 2]).unwrap();
    std::fs::write(at("model.pt"), "").unwrap();
    std::fs::write(at("empty.npz"), write_npz(&[])).unwrap();
    let infinite = [("input_weights", vec![1, 2], vec![1.0, f64::NAN]), ("output_weights", vec![1, 1], vec![1.0])];
    std::fs::write(at("infinite.npz"), write_npz(&infinite)).unwrap();
    std::fs::write(
        at("xy.npz"),
        write_npz(&[("inputs", vec![2, 2], vec![1.0, 2.0, 2.0, 1.0]), ("targets", vec![2], vec![1.0, 2.0])]),
    )
    .unwrap();
    std::fs::write(at("x3.npz"), write_npz(&[("inputs", vec![1, 3], vec![1.0; 3]), ("targets", vec![1], vec![1.0])]))
        .unwrap();
    std::fs::write(at("x.npz"), write_npz(&[("inputs", vec![1, 2], vec![1.0; 2])])).unwrap();
    let biased = json!({
        "format": "relucert.instance/1", "id": "b", "activation": "relu",
        "samples": { "inputs": [["1", "2"]], "targets": ["1"], "hidden_bias": true },
    });
    std::fs::write(at("biased.json"), biased.to_string()).unwrap();
    for (arguments, words) in [
        (&["cut.npz", "--data", "xy.npz"][..], "not a .npz file"),
        (&["model.pt", "--data", "xy.npz"], "safetensors"),
        (&["empty.npz", "--data", "xy.npz"], "no arrays"),
        (&["infinite.npz", "--data", "xy.npz"], "entry 1"),
        (&["nowhere.npz", "--data", "xy.npz"], "nowhere.npz"),
        (&["good.npz", "--data", "x.npz"], "targets is missing"),
        (&["good.npz", "--data", "x3.npz"], "2 inputs, the data have 3"),
        (&["good.npz", "--data", "biased.json"], "hidden bias"),
        (&["good.npz"], "--data is missing"),
        (&["good.npz", "--data", "xy.npz", "--map", "w=W"], "not a name of ours"),
        (&["good.npz", "--data", "xy.npz", "--max-input", "100"], "larger than 100 bytes"),
    ] {
        let (code, _, stderr) = relucert(&[&["snap"], arguments].concat(), folder.path());
        assert!(code == 2 && stderr.contains(words), "{arguments:?}: {code} {stderr}");
    }
    let (code, stdout, _) = relucert(&["snap", "good.npz", "--data", "xy.npz", "--max-distance", "10"], folder.path());
    assert!(code == 0 || code == 10, "{stdout}");
}

/// The same bytes in, the same bytes out.
#[test]
fn snapping_repeats() {
    let run = || {
        let (network, data) = (format!("{}/saddle.npz", networks()), format!("{}/saddle.json", networks()));
        relucert(&["snap", &network, "--data", &data], Path::new("."))
    };
    let (code, stdout, stderr) = run();
    assert_eq!(code, 0, "{stderr}");
    assert_eq!((code, stdout, stderr), run());
}
