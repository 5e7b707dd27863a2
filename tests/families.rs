//! Members of the families are what they are said to be, and the same each time.

mod common;

use num_traits::Signed;
use relucert::certificate::{certify, certify_integral};
use relucert::empirical::{Findings, Model, decide_exhaustively};
use relucert::families::affine_fit::{self, Spare};
use relucert::families::{
    BadParameters, escape, partition, read_activation, read_number, replicated, show_activation, thin_cell, zonotope,
};
use relucert::kink::Options;
use relucert::linear::is_zero;
use relucert::problem::{EscapeNeurons, Instance, InstanceFile, Property};

/// Everything that is expected is proved, with a certificate that the checker accepts; where there are few activation
/// patterns, these agree.
fn confirmed(member: &Instance) -> Findings {
    let text = || String::from_utf8_lossy(&member.text);
    let certified = certify(member, &Options::default()).unwrap_or_else(|refused| panic!("{refused}: {}", text()));
    let outcome = relucert_checker::verify(&member.text, certified.certificate.as_bytes());
    assert_eq!(outcome.exit_code(), 0, "{}", text());
    let comparison = certified.findings.compare(member.expected.as_ref());
    assert!(member.expected.as_ref().is_some_and(relucert::problem::Expected::names_a_property), "{}", text());
    assert!(comparison.differences.is_empty() && comparison.open.is_empty(), "{comparison:?}: {}", text());
    if member.candidate.inputs() <= 3
        && let Ok(exhaustive) = decide_exhaustively(member, 60)
    {
        assert_eq!(exhaustive.contradiction(member, &certified.findings), None, "{}", text());
    }
    certified.findings
}

/// An instance of the repository.
fn instance(path: &str) -> Instance {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    Instance::read(std::fs::read(path).unwrap()).unwrap()
}

/// FNV-1a.
fn digest<'a>(members: impl IntoIterator<Item = &'a Instance>) -> u64 {
    let bytes = members.into_iter().flat_map(|member| member.text.iter());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn refused<T: std::fmt::Debug>(found: Result<T, BadParameters>, words: &str) {
    let BadParameters(text) = found.expect_err("no member");
    assert!(text.contains(words), "{text}");
}

fn escape_parameters(samples: usize, dimension: usize, outputs: usize, width: usize) -> escape::Parameters {
    let activation = read_activation("relu").unwrap();
    escape::Parameters { samples, dimension, outputs, width, activation, output_bias: false, replicate: 0 }
}

#[test]
fn escape_neurons_with_output_weights_that_are_not_zero() {
    let with = |activation: &str, output_bias, replicate, parameters: escape::Parameters| {
        let activation = read_activation(activation).unwrap();
        escape::Parameters { activation, output_bias, replicate, ..parameters }
    };
    let (mut descending, mut open) = (0, 0);
    for parameters in [
        escape_parameters(6, 3, 2, 2),
        escape_parameters(4, 2, 2, 1),
        with("relu", false, 1, escape_parameters(6, 2, 2, 2)),
        with("relu", true, 2, escape_parameters(10, 3, 2, 3)),
        with("leaky:1/10", false, 0, escape_parameters(7, 3, 3, 2)),
        with("absolute-value", true, 0, escape_parameters(8, 3, 2, 2)),
        with("slopes:2,-1/3", false, 1, escape_parameters(8, 2, 2, 3)),
    ] {
        for seed in 1..=3 {
            let member = escape::generate(seed, &parameters).unwrap();
            assert_eq!(member.text, escape::generate(seed, &parameters).unwrap().text);
            let findings = confirmed(&member);
            let EscapeNeurons::Found(neurons) = &findings.escape_neurons else { panic!("{}", member.id) };
            assert!(!neurons.is_empty(), "{}", member.id);
            assert!(neurons.iter().all(|i| !is_zero(&member.candidate.output_weights[*i])), "{}", member.id);
            assert_eq!(member.candidate.width(), parameters.width + parameters.replicate);
            // Replicas stand at the end, and none of them escapes.
            assert!(neurons.iter().all(|i| *i < parameters.width), "{}", member.id);
            assert!(!member.expected.unwrap().verdicts.contains_key(&Property::LocalMinimum));
            match findings.show(Property::LocalMinimum).as_str() {
                "no" => descending += 1,
                _ => open += 1,
            }
        }
    }
    println!("{descending} descend, {open} aren't seen to");
    assert!(descending > 4 && open > 4, "the family has become one-sided");
}

#[test]
fn escape_refuses_parameters_without_members() {
    let tried = |samples, dimension, outputs, width| {
        escape::generate(1, &escape_parameters(samples, dimension, outputs, width))
    };
    refused(tried(0, 3, 2, 2), "0 samples; at least 1 sample is needed");
    refused(tried(6, 1, 2, 2), "1 inputs; at least 2 inputs are needed");
    refused(tried(6, 3, 1, 2), "1 outputs; at least 2 outputs are needed");
    refused(tried(6, 3, 2, 0), "0 neurons; at least 1 neuron is needed");
    refused(tried(1, 3, 2, 4), "take more samples or another seed");
    let replicated = escape::Parameters { replicate: 2, ..escape_parameters(6, 3, 2, 2) };
    refused(escape::generate(1, &replicated), "2 replicas for 2 neurons");
}

#[test]
fn activations_are_named() {
    for name in ["relu", "absolute-value", "leaky:1/10", "slopes:2,-1/3", "slopes:0,1"] {
        assert_eq!(show_activation(&read_activation(name).unwrap()), name);
    }
    assert_eq!(show_activation(&read_activation("leaky:0.10").unwrap()), "leaky:1/10");
    refused(read_activation("tanh"), "one of relu, absolute-value");
    refused(read_activation("leaky:1/0"), "not a rational");
    refused(read_activation("slopes:0,0"), "both slopes are zero");
}

fn affine(samples: usize, dimension: usize, outputs: usize) -> affine_fit::Parameters {
    let data = affine_fit::Data::Drawn { samples, dimension, outputs };
    let activation = read_activation("relu").unwrap();
    affine_fit::Parameters { data, neurons: None, spare: Spare::None, activation }
}

#[test]
fn affine_fits_with_all_kinds_of_spare_neurons() {
    let shapes = [affine(5, 1, 1), affine(8, 2, 3), affine(2, 2, 1), affine(9, 1, 2)];
    let mut seen = std::collections::BTreeMap::new();
    for (spare, name) in Spare::ALL {
        for shape in &shapes {
            for seed in 1..=4 {
                let outputs = if let affine_fit::Data::Drawn { outputs, .. } = shape.data { outputs } else { 0 };
                let neurons = Some(outputs + if spare == Spare::None { 0 } else { 2 });
                let parameters = affine_fit::Parameters { spare, neurons, ..shape.clone() };
                let member = affine_fit::generate(seed, &parameters).unwrap();
                assert_eq!(member.text, affine_fit::generate(seed, &parameters).unwrap().text);
                let findings = confirmed(&member);
                let verdicts = [Property::Stationary, Property::LocalMinimum, Property::Spurious];
                let verdicts = verdicts.map(|property| findings.show(property)).join(" ");
                *seen.entry((name, verdicts)).or_insert(0) += 1;
            }
        }
    }
    for wanted in [
        ("none", "yes yes no"),
        ("dead", "yes yes yes"),
        ("semi-dead", "yes yes yes"),
        ("semi-dead-zero", "yes no no"),
        ("semi-dead-downhill", "no no no"),
        ("zero", "yes no no"),
    ] {
        assert!(seen.contains_key(&(wanted.0, wanted.1.to_owned())), "{wanted:?} isn't among {seen:?}");
    }
    for (activation, spare) in
        [("leaky:1/10", Spare::Zero), ("absolute-value", Spare::SemiDeadZero), ("leaky:1", Spare::Zero)]
    {
        let parameters =
            affine_fit::Parameters { spare, activation: read_activation(activation).unwrap(), ..affine(7, 2, 2) };
        (1..=4).for_each(|seed| drop(confirmed(&affine_fit::generate(seed, &parameters).unwrap())));
    }
}

#[test]
fn affine_fits_of_given_data_and_with_few_neurons() {
    let base = instance("instances/wu-simsek-ged-2025/two-outputs-end-three-neurons.json");
    let data = affine_fit::Data::Of { id: base.id.clone(), samples: base.samples.clone() };
    let member = affine_fit::generate(1, &affine_fit::Parameters { data, ..affine(1, 1, 1) }).unwrap();
    assert_eq!(member.samples.targets, base.samples.targets);
    confirmed(&member);
    // Three outputs of one input: A has rank one.
    let one = affine_fit::Parameters { neurons: Some(1), ..affine(6, 1, 3) };
    let member = affine_fit::generate(2, &one).unwrap();
    assert_eq!(member.candidate.width(), 1);
    assert_eq!(confirmed(&member).show(Property::LocalMinimum), "yes");
    let few = affine_fit::Parameters { neurons: Some(1), ..affine(6, 2, 3) };
    refused(affine_fit::generate(2, &few), "2 are needed at least");
    let many = affine_fit::Parameters { neurons: Some(4), ..affine(6, 2, 3) };
    refused(affine_fit::generate(2, &many), "say what the others are with --spare");
    refused(affine_fit::generate(1, &affine(0, 1, 1)), "at least 1 of each");
    let with = |activation: &str, spare| affine_fit::Parameters {
        activation: read_activation(activation).unwrap(),
        spare,
        ..affine(5, 1, 1)
    };
    refused(affine_fit::generate(1, &with("leaky:1/10", Spare::Dead)), "take --spare zero or semi-dead-zero");
    refused(affine_fit::generate(1, &with("slopes:0,1", Spare::None)), "swap the slopes");
}

#[test]
fn replicas_have_the_verdicts_that_follow_from_the_base() {
    let shares = |text: &[&str]| text.iter().map(|share| read_number(share).unwrap()).collect::<Vec<_>>();
    let mut seen = std::collections::BTreeMap::new();
    let folders =
        ["instances/one-neuron", "instances/two-outputs", "instances/kinks", "instances/boursier-flammarion-2025"];
    for base in folders.into_iter().flat_map(common::files).map(|path| instance(path.to_str().unwrap())) {
        if !base.trained.both_layers() {
            let half = replicated::Parameters { neuron: 0, shares: shares(&["1/2", "1/2"]) };
            refused(replicated::generate(&base, &half), "one layer of the base isn't trained");
            continue;
        }
        for neuron in 0..base.candidate.width().min(3) {
            for shares in [&["1/3", "2/3"][..], &["1", "0"], &["3/2", "-1/2"], &["1/2", "0", "1/2"]].map(shares) {
                let parameters = replicated::Parameters { neuron, shares };
                let member = replicated::generate(&base, &parameters).unwrap();
                assert_eq!(member.text, replicated::generate(&base, &parameters).unwrap().text);
                let findings = confirmed(&member);
                let verdicts = [Property::Stationary, Property::LocalMinimum];
                *seen.entry(verdicts.map(|property| findings.show(property)).join(" ")).or_insert(0) += 1;
            }
        }
    }
    println!("{seen:?}");
    assert!(["yes yes", "yes no", "no no"].iter().all(|verdicts| seen[*verdicts] >= 20), "{seen:?}");

    let base = instance("instances/one-neuron/dead-neuron.json");
    let tried =
        |neuron, text: &[&str]| replicated::generate(&base, &replicated::Parameters { neuron, shares: shares(text) });
    refused(tried(1, &["1/2", "1/2"]), "there is no neuron 1");
    refused(tried(0, &["1"]), "1 shares with sum 1; at least two");
    refused(tried(0, &["1/2", "1/3"]), "with sum 5/6");
}

#[test]
fn zonotopes_partitions_and_thin_cells_know_their_thresholds() {
    let number = |text: &str| read_number(text).unwrap();
    let stationary = |member: &Instance| confirmed(member).show(Property::Stationary);
    for rho in ["relu", "absolute-value", "leaky:1/10", "slopes:-1,2"] {
        let activation = read_activation(rho).unwrap();
        for (scale, expected) in [("49/50", "yes"), ("1", "yes"), ("51/50", "no"), ("1.000000000001", "no")] {
            let (scale, activation) = (number(scale), activation.clone());
            for (dimension, generators) in [(2, 2), (3, 6), (4, 9)] {
                let (scale, activation) = (scale.clone(), activation.clone());
                let parameters = zonotope::Parameters { dimension, generators, scale, activation };
                for seed in 1..=2 {
                    let member = zonotope::generate(seed, &parameters).unwrap();
                    assert_eq!(member.text, zonotope::generate(seed, &parameters).unwrap().text);
                    assert_eq!(stationary(&member), expected, "{}", member.id);
                }
            }
            for (numbers, seed) in [(2, 1), (3, 2), (4, 3), (5, 4)] {
                let (scale, activation) = (scale.clone(), activation.clone());
                let parameters = partition::Parameters { numbers, scale, activation };
                let member = partition::generate(seed, &parameters).unwrap();
                assert_eq!(member.text, partition::generate(seed, &parameters).unwrap().text);
                assert_eq!(stationary(&member), expected, "{}", member.id);
            }
        }
        for width in ["1", "1/10", "1e-9", "1e-100", "3/7"] {
            for (closed, expected) in [(false, "no"), (true, "yes")] {
                let parameters = thin_cell::Parameters { width: number(width), closed, activation: activation.clone() };
                assert_eq!(stationary(&thin_cell::generate(&parameters).unwrap()), expected, "{width} {closed}");
            }
        }
    }
}

#[test]
fn thin_cells_descend_exactly_inside_the_cell() {
    let (width, activation) = (read_number("1/7").unwrap(), read_activation("relu").unwrap());
    for closed in [false, true] {
        let parameters = thin_cell::Parameters { width: width.clone(), closed, activation: activation.clone() };
        let member = thin_cell::generate(&parameters).unwrap();
        let model = Model::new(&member);
        // All directions (u1, u2) of a grid that the lines of the cell run through.
        for u1 in -40..=40_i64 {
            for u2 in -40..=40_i64 {
                let value = model.neurons[0].g.value(&[u1, u2, 0].map(|entry| common::rational(entry, 1)));
                let inside = 0 < u1 && 7 * u1 < u2;
                assert_eq!(value.is_negative(), inside && !closed, "({u1}, {u2})");
            }
        }
    }
}

#[test]
fn gadgets_refuse_parameters_without_members() {
    let relu = || read_activation("relu").unwrap();
    let zonotope = |dimension, generators, scale: &str, activation| {
        zonotope::generate(
            1,
            &zonotope::Parameters { dimension, generators, scale: read_number(scale).unwrap(), activation },
        )
    };
    refused(zonotope(1, 3, "1", relu()), "dimension 1 with 3 generators; both are at least 2");
    refused(zonotope(3, 1, "1", relu()), "both are at least 2");
    refused(zonotope(3, 3, "0", relu()), "the scale is 0; it must be positive");
    refused(zonotope(3, 3, "1", read_activation("leaky:1").unwrap()), "equal slopes and so no kinks");
    refused(zonotope(3, 3, "1", read_activation("slopes:0,1").unwrap()), "the slope of the positive side is zero");
    for numbers in [1, 65] {
        let scale = read_number("1").unwrap();
        let found = partition::generate(1, &partition::Parameters { numbers, scale, activation: relu() });
        refused(found, "between 2 and 64");
    }
    for width in ["0", "-1/2", "2"] {
        let width = read_number(width).unwrap();
        let found = thin_cell::generate(&thin_cell::Parameters { width, closed: false, activation: relu() });
        refused(found, "it must be positive and at most 1");
    }
    // A width without a short name.
    let width = read_number(&format!("1/{}", "7".repeat(90))).unwrap();
    let found = thin_cell::generate(&thin_cell::Parameters { width, closed: false, activation: relu() });
    refused(found, "an id has at most 100");
}

#[test]
fn members_are_the_same_on_every_machine() {
    let activation = || read_activation("relu").unwrap();
    let scale = || read_number("49/50").unwrap();
    let zonotopes = zonotope::Parameters { dimension: 3, generators: 6, scale: scale(), activation: activation() };
    let partitions = partition::Parameters { numbers: 5, scale: scale(), activation: activation() };
    let fits = affine_fit::Parameters { spare: Spare::Dead, ..affine(5, 2, 2) };
    let escapes = escape_parameters(6, 3, 2, 2);
    type Member<'a> = &'a dyn Fn(u64) -> Result<Instance, BadParameters>;
    let families: [(&str, Member<'_>, u64); 4] = [
        ("affine-fit", &|seed| affine_fit::generate(seed, &fits), 8_152_953_461_873_193_401),
        ("zonotope", &|seed| zonotope::generate(seed, &zonotopes), 16_121_392_554_273_807_232),
        ("partition", &|seed| partition::generate(seed, &partitions), 14_605_764_971_243_730_827),
        ("escape", &|seed| escape::generate(seed, &escapes), 495_791_923_465_524_556),
    ];
    let changed = families.into_iter().filter_map(|(family, member, expected)| {
        let members: Vec<Instance> = (1..=20).map(|seed| member(seed).unwrap()).collect();
        let found = digest(&members);
        (found != expected).then_some((family, found))
    });
    let changed: Vec<_> = changed.collect();
    assert!(changed.is_empty(), "members have changed, say so in CHANGELOG.md: {changed:?}");
}

#[test]
fn the_members_among_the_instances_are_what_their_commands_print() {
    let paths = common::files("instances/families");
    assert_eq!(paths.len(), 8);
    for path in paths {
        let member = InstanceFile::read(std::fs::read(&path).unwrap()).unwrap();
        let location = member.source().location.clone().unwrap();
        let (_, command) = location.split_once("relucert ").expect("a command");
        let output = generate(&command.split(' ').collect::<Vec<_>>(), std::path::Path::new("."));
        assert_eq!(output.status.code(), Some(0));
        assert!(output.stdout == member.text(), "{}: relucert {command}", path.display());
    }
}

fn generate(arguments: &[&str], folder: &std::path::Path) -> std::process::Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_relucert"));
    command.args(arguments).current_dir(folder).output().expect("relucert runs")
}

/// The commands of docs/families.md.
#[test]
fn the_documented_commands_work() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/families.md")).unwrap();
    let block = page.split("## Commands that work").nth(1).and_then(|rest| rest.split("```").nth(1)).expect("a block");
    let commands: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix("relucert ")).collect();
    assert_eq!(commands.len(), 9);
    for command in commands {
        let output = generate(&command.split(' ').collect::<Vec<_>>(), root);
        assert_eq!(output.status.code(), Some(0), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{command}");
        match InstanceFile::read(output.stdout).unwrap() {
            InstanceFile::Empirical(member) => drop(confirmed(&member)),
            InstanceFile::Integral(member) => {
                let findings = certify_integral(&member, &Default::default()).unwrap().findings;
                let comparison = findings.compare(member.expected.as_ref());
                assert!(comparison.differences.is_empty() && comparison.open.is_empty(), "{comparison:?}: {command}");
            }
        }
    }
}

#[test]
fn members_go_to_standard_output_a_file_or_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| generate(&[&["instances", "generate"], arguments].concat(), folder.path());
    let ok = |arguments: &[&str]| {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty());
        output.stdout
    };
    let shown = ok(&["zonotope", "--seed", "4"]);
    assert!(ok(&["zonotope", "--seed", "4", "--output", "four.json"]).is_empty());
    assert!(ok(&["zonotope", "--seed", "3", "--count", "2", "--output", "members"]).is_empty());
    let member = folder.path().join("members/zonotope-relu-d3-p6-x49_50-s4.json");
    for path in [&folder.path().join("four.json"), &member] {
        assert!(std::fs::read(path).unwrap() == shown, "{}", path.display());
    }
    assert_eq!(std::fs::read_dir(folder.path().join("members")).unwrap().count(), 2);

    let refused = |arguments: &[&str], words: &str| {
        let output = run(arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(output.stdout.is_empty() && text.contains(words), "{text}");
    };
    refused(&["zonotope", "--count", "2"], "name one with --output");
    refused(&["zonotope", "--count", "0"], "--count");
    refused(&["zonotope", "--scale", "1/0"], "not a rational: \"1/0\"");
    refused(&["zonotope", "--scale", "-1"], "the scale is -1; it must be positive");
    refused(&["zonotope", "--activation", "tanh"], "one of relu, absolute-value");
    refused(&["zonotope", "--seed", "18446744073709551615", "--count", "2", "--output", "x"], "take smaller seeds");
    refused(&["thin-cell", "--width", "2"], "it must be positive and at most 1");
    refused(&["affine-fit", "--spare", "sleepy"], "semi-dead-downhill");
    refused(&["affine-fit", "--data", "four.json", "--samples", "3"], "cannot be used with");
    refused(&["affine-fit", "--data", "nowhere.json"], "nowhere.json");
    refused(&["replicated", "--base", "members"], "a folder; name one instance in it");
    refused(&["replicated", "--base", "four.json", "--shares=1/2,1/3"], "with sum 5/6");
    refused(&["replicated"], "--base");
    refused(&["escape", "--outputs", "1"], "at least 2 outputs are needed");
    refused(&["zonotope", "--output", "four.json/x.json"], "four.json/x.json");
    refused(&["integral-critical", "--breakpoints", "3"], "with relu the number of breakpoints is even");
    refused(&["integral-critical", "--negative-slope", "1/3"], "4/3 is no square");
    refused(&["integral-critical", "--negative-slope", "1"], "it must be >= 0 and not 1");
    refused(&["integral-residual", "--width", "0"], "it must be between 1 and 50");
    refused(&["integral-residual", "--degree", "9"], "degree at most 8");
    refused(&["knot"], "knot");
}
