//! Members of the families are what they are said to be, and the same each time.

mod common;

use relucert::certificate::certify;
use relucert::empirical::{EscapeNeurons, Findings};
use relucert::families::{BadParameters, escape, read_activation, show_activation};
use relucert::kink::Options;
use relucert::linear::is_zero;
use relucert::problem::{Instance, Property};

/// Everything that is expected is proved, with a certificate that the checker accepts.
fn confirmed(member: &Instance) -> Findings {
    let text = || String::from_utf8_lossy(&member.text);
    let certified = certify(member, &Options::default()).unwrap_or_else(|refused| panic!("{refused}: {}", text()));
    let outcome = relucert_checker::verify(&member.text, certified.certificate.as_bytes());
    assert_eq!(outcome.exit_code(), 0, "{}", text());
    let comparison = certified.findings.compare(member.expected.as_ref());
    assert!(member.expected.as_ref().is_some_and(relucert::problem::Expected::names_a_property), "{}", text());
    assert!(comparison.differences.is_empty() && comparison.open.is_empty(), "{comparison:?}: {}", text());
    certified.findings
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
        for seed in 1..=12 {
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
    assert!(descending > 15 && open > 15, "the family has become one-sided");
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

#[test]
fn members_are_the_same_on_every_machine() {
    let parameters = escape_parameters(6, 3, 2, 2);
    let members: Vec<Instance> = (1..=20).map(|seed| escape::generate(seed, &parameters).unwrap()).collect();
    assert_eq!(digest(&members), 3_849_152_056_732_560_877, "the members have changed: say so in CHANGELOG.md");
}
