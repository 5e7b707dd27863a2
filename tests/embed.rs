//! The table of embeddings, sentence by sentence, on the catalogue and on random points; what is predicted is never what
//! the checker refutes.

mod common;

use common::random::{random_instance, setting};
use relucert::certificate::certify;
use relucert::empirical::{Findings, Model, loss};
use relucert::kink::Options;
use relucert::linear::is_zero;
use relucert::problem::{EscapeNeurons, Instance, InstanceFile, Property, Verdict};
use relucert::rational::Rational;
use relucert::transform::embed::{Embedded, Embedding, embed};
use std::process::Command;

/// Stationary points with everything trained, of the catalogue (small ones) and at random.
fn stationary_points() -> Vec<(Instance, Findings)> {
    let seed = setting("RELUCERT_SEED", 7);
    println!("seed {seed}");
    let catalogue = common::files("instances").into_iter().map(|path| std::fs::read(path).unwrap());
    let random = (0..setting("RELUCERT_CASES", 100)).map(|case| random_instance(seed, case).into_bytes());
    let mut points = Vec::new();
    for file in catalogue.chain(random) {
        let InstanceFile::Empirical(instance) = InstanceFile::read(file).unwrap() else { continue };
        let whole =
            instance.trained.both_layers() && instance.trained.output_bias == instance.candidate.output_bias.is_some();
        if !whole || instance.candidate.width() > 4 || instance.samples.inputs.len() > 12 {
            continue;
        }
        let findings = certify(&instance, &Options::default()).unwrap().findings;
        if findings.verdicts[&Property::Stationary] == Verdict::Yes {
            points.push((*instance, findings));
        }
    }
    assert!(points.len() >= 40, "{}", points.len());
    points
}

fn shares(neuron: usize, text: &str) -> Embedding {
    Embedding::read_replicate(&format!("{neuron}:{text}")).unwrap()
}

/// The wide instance and what is proved of it; the prediction is held against that.
fn judge(base: &Instance, findings: &Findings, embedding: &Embedding) -> (Instance, Findings) {
    let Embedded { instance: wide, prediction } = embed(base, findings, embedding).unwrap();
    let found = certify(&wide, &Options::default()).unwrap().findings;
    assert_eq!(loss(&wide, &wide.candidate), loss(base, &base.candidate), "{}: {embedding:?}", base.id);
    for (property, predicted) in
        [(Property::Stationary, prediction.stationary), (Property::LocalMinimum, prediction.local_minimum)]
    {
        let (Some(predicted), found) = (predicted, found.verdicts[&property]) else { continue };
        let agrees = found == Verdict::of(predicted) || found == Verdict::Undecided;
        assert!(agrees, "{}: {embedding:?}: {property:?} predicted {predicted}, found {found}", base.id);
    }
    (wide, found)
}

fn minimum(findings: &Findings) -> Verdict {
    findings.verdicts[&Property::LocalMinimum]
}

fn escape_neurons(findings: &Findings) -> &[usize] {
    let EscapeNeurons::Found(found) = &findings.escape_neurons else { return &[] };
    found
}

#[test]
fn every_sentence_of_the_table() {
    let mut counts = [0_usize; 9];
    for (base, findings) in stationary_points() {
        let model = Model::new(&base);
        let (scalar, escaping) = (base.candidate.outputs() == 1, escape_neurons(&findings));
        for neuron in 0..base.candidate.width() {
            let d_is_zero = model.neurons[neuron].d_is_zero();
            let judge = |text: &str| judge(&base, &findings, &shares(neuron, text)).1;
            let positive = judge("1/4*3,3/4*1/2");
            let zero = judge("1,0*2");
            let negative = judge("3/2,-1/2");
            let name = format!("{}, neuron {neuron}", base.id);
            if scalar {
                // Positive shares keep a local minimum.
                if minimum(&findings) == Verdict::Yes {
                    counts[0] += 1;
                    assert_eq!(minimum(&positive), Verdict::Yes, "{name}");
                }
                // A zero share makes an escape neuron unless d vanishes.
                let added = base.candidate.width();
                assert_eq!(escape_neurons(&zero).contains(&added), !d_is_zero, "{name}");
                counts[1 + usize::from(d_is_zero)] += 1;
                // A negative share at a strict kink isn't stationary; where d is zero it keeps the minimum.
                if !model.neurons[neuron].g.is_zero() {
                    counts[3] += 1;
                    assert_eq!(negative.verdicts[&Property::Stationary], Verdict::No, "{name}");
                }
                if d_is_zero && minimum(&findings) == Verdict::Yes {
                    counts[4] += 1;
                    assert_eq!(minimum(&negative), Verdict::Yes, "{name}");
                }
            } else if escaping.contains(&neuron) {
                // Replicating an escape neuron is a saddle whenever the result is stationary.
                for wide in [&positive, &zero, &negative] {
                    if wide.verdicts[&Property::Stationary] == Verdict::Yes {
                        counts[5] += 1;
                        assert_eq!(wide.verdicts[&Property::Saddle], Verdict::Yes, "{name}");
                    }
                }
            } else if minimum(&findings) != Verdict::Undecided {
                // Positive replicas of others keep the verdict.
                counts[6] += 1;
                assert!([minimum(&findings), Verdict::Undecided].contains(&minimum(&positive)), "{name}");
            }
        }
        // Zero output: stationary iff D = 0, local minimum (with one output) iff moreover d vanishes and it was one.
        for w in weights(&base) {
            let (wide, found) = judge(&base, &findings, &Embedding::ZeroOutput { input_weight: w });
            let model = Model::new(&wide);
            let added = model.neurons.last().unwrap();
            let stationary = is_zero(&added.output_derivative);
            assert_eq!(found.verdicts[&Property::Stationary], Verdict::of(stationary), "{}", wide.id);
            if scalar && stationary && minimum(&findings) == Verdict::Yes {
                counts[7] += 1;
                assert_eq!(minimum(&found), Verdict::of(added.d_is_zero()), "{}", wide.id);
            }
        }
        // Strictly dead units change nothing.
        for w in weights(&base) {
            let unit = Embedding::Dead {
                input_weight: w,
                output_weight: vec![Rational::from_integer(3.into()); base.candidate.outputs()],
            };
            if embed(&base, &findings, &unit).is_ok() {
                counts[8] += 1;
                let (_, found) = judge(&base, &findings, &unit);
                assert_eq!((minimum(&found), escape_neurons(&found)), (minimum(&findings), escaping), "{}", base.id);
            }
        }
    }
    println!("{counts:?}");
    assert!(counts.iter().all(|count| *count >= 3), "every sentence is tried: {counts:?}");
}

/// Some input weights: the zero vector, unit vectors both ways, and all ones both ways.
fn weights(base: &Instance) -> Vec<Vec<Rational>> {
    let inputs = base.candidate.inputs();
    let one = |value: i64| Rational::from_integer(value.into());
    let mut found = vec![vec![one(0); inputs], vec![one(1); inputs], vec![one(-1); inputs]];
    found.extend(
        (0..inputs).flat_map(|a| [1, -1].map(|sign| (0..inputs).map(|b| one(if a == b { sign } else { 0 })).collect())),
    );
    found
}

#[test]
fn what_is_no_embedding_is_refused() {
    for (text, words) in [
        ("0:1/2,1/3", "sum to 5/6"),
        ("0:1/2*-1,1/2", "isn't positive"),
        ("0:1/2*0,1/2", "isn't positive"),
        ("x:1", "write NEURON"),
        ("0", "write NEURON"),
        ("0:a,b", "not a rational"),
    ] {
        assert!(Embedding::read_replicate(text).unwrap_err().0.contains(words), "{text}");
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/instances/wu-simsek-ged-2025/scalar-end-three-neurons.json");
    let run = |arguments: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_relucert")).args(["embed", file]).args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    for (arguments, words) in [
        (&["--replicate", "9:1/2,1/2"][..], "no neuron 9"),
        (&["--dead", "0,1:5"], "active on sample 0"),
        (&["--dead", "1,1:5"], "sample"),
        (&["--dead", "0,-1:5,6"], "output weight of length 2"),
        (&["--zero-output", "1"], "input weight of length 1"),
        (&[], "nothing to embed"),
        (&["--replicate", "0:1,1"], "sum to 2"),
    ] {
        let (code, _, stderr) = run(arguments);
        assert!(code == 2 && stderr.contains(words), "{arguments:?}: {code} {stderr}");
    }
    // Left to right, whatever the kinds: the second replicates what the first has added.
    let (code, stdout, stderr) = run(&["--dead", "0,-1:5", "--replicate", "3:1/2,1/2"]);
    assert_eq!(code, 0, "{stderr}");
    let wide = Instance::read(stdout.into_bytes()).unwrap();
    assert_eq!((wide.candidate.width(), stderr.matches("predicted yes").count()), (5, 4), "{stderr}");
    assert_eq!(run(&["--replicate", "3:1/2,1/2", "--dead", "0,-1:5"]).0, 2);
}
