//! The integral loss: reference cases, families whose verdicts follow from how they are made, the classification theorems
//! as a second way, and an exact attack on local minima.

use num_traits::Zero;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use relucert::certificate::certify_integral;
use relucert::families::{integral_critical, integral_residual};
use relucert::integral::{Classification, Findings, Options, classify, decide, loss_of};
use relucert::problem::{IntegralInstance, Property, ScalarNetwork, Verdict};
use relucert::rational::Rational;

fn number(n: i64, d: i64) -> Rational {
    Rational::new(n.into(), d.into())
}

fn is(findings: &Findings, property: Property, verdict: Verdict) -> bool {
    findings.verdicts[&property] == verdict
}

/// Decides and holds the verdicts against what is expected and against the classification theorem.
fn decided(instance: &IntegralInstance) -> Findings {
    let text = || String::from_utf8_lossy(&instance.text).into_owned();
    let findings = decide(instance, &Options::default());
    let comparison = findings.compare(instance.expected.as_ref());
    assert!(comparison.differences.is_empty(), "{:?}\n{}", comparison.differences, text());
    if let Some(classification) = classify(instance) {
        let contradiction = classification.contradiction(&findings);
        assert!(contradiction.is_none(), "{contradiction:?}\n{}", text());
    }
    findings
}

fn certified(instance: &IntegralInstance) -> Findings {
    decided(instance);
    certify_integral(instance, &Options::default())
        .unwrap_or_else(|refused| {
            panic!("{refused}\n{}\n{}", String::from_utf8_lossy(&instance.text), refused.certificate)
        })
        .findings
}

/// Critical points by construction, and such as are spoilt: the theorems, the decisions and the construction agree.
#[test]
fn the_classification_theorems_agree_with_the_definitions() {
    let slopes =
        [(number(0, 1), vec![0, 2, 4, 6]), (number(9, 16), vec![0, 1, 2, 3, 4, 5]), (number(16, 9), vec![0, 1, 2, 3])];
    let (mut critical, mut minima, mut strict, mut spoilt_ones) = (0, 0, 0, 0);
    for (gamma, counts) in slopes {
        for breakpoints in counts {
            for falling_first in [false, true] {
                for (spare, spoilt) in [(0, false), (1, false), (3, false), (6, false), (1, true), (4, true)] {
                    let negative_slope = gamma.clone();
                    let p = integral_critical::Parameters { breakpoints, spare, negative_slope, falling_first, spoilt };
                    // Constants are cheap, and only some of them are minima.
                    let seeds = if breakpoints == 0 { 100 } else { 14 };
                    for seed in 1..=seeds {
                        let Ok(instance) = integral_critical::generate(seed, &p) else { continue };
                        let findings = decided(&instance);
                        let open = findings.is_open(Property::LocalMinimum) || findings.is_open(Property::StrictSaddle);
                        assert!(!open, "{}", String::from_utf8_lossy(&instance.text));
                        assert_eq!(classify(&instance) == Some(Classification::NotCritical), spoilt);
                        critical += usize::from(!spoilt);
                        spoilt_ones += usize::from(spoilt);
                        minima += usize::from(is(&findings, Property::LocalMinimum, Verdict::Yes));
                        strict += usize::from(is(&findings, Property::StrictSaddle, Verdict::Yes));
                    }
                }
            }
        }
    }
    println!("{critical} critical points: {minima} minima, {strict} strict saddles; {spoilt_ones} spoilt");
    assert!(critical > 2000 && minima > 40 && strict > 1000 && spoilt_ones > 1000);
}

/// Certificates of some of them.
#[test]
fn critical_points_are_certified() {
    for (gamma, breakpoints) in [(number(0, 1), 0), (number(0, 1), 2), (number(0, 1), 6), (number(9, 16), 3)] {
        for (seed, spoilt) in (1..=8).map(|seed| (seed, seed % 3 == 0)) {
            let negative_slope = gamma.clone();
            let p =
                integral_critical::Parameters { breakpoints, spare: 6, negative_slope, falling_first: false, spoilt };
            certified(&integral_critical::generate(seed, &p).unwrap());
        }
    }
}

/// No network near a certified minimum is better: drawn changes of very different sizes, compared exactly.
fn attack(instance: &IntegralInstance, rng: &mut ChaCha8Rng, rounds: usize) {
    let loss = loss_of(instance, &instance.candidate);
    let width = instance.candidate.width();
    for _ in 0..rounds {
        let mut change = ScalarNetwork::zero(width);
        let mut entry = || {
            let size = Rational::new(1.into(), num_bigint::BigInt::from(1) << rng.random_range(12..40_u32));
            let value = Rational::from_integer(rng.random_range(-3_i64..=3).into());
            if rng.random_ratio(1, 3) { Rational::zero() } else { value * size }
        };
        for j in 0..width {
            change.input_weights[j] = entry();
            change.input_biases[j] = entry();
            change.output_weights[j] = entry();
        }
        change.output_bias = entry();
        let near = instance.candidate.shifted(&number(1, 1), &change);
        assert!(loss_of(instance, &near) >= loss, "{change:?}\n{}", String::from_utf8_lossy(&instance.text));
    }
}

/// Stationary points for any target: decided with accepted certificates; minima withstand the attack.
#[test]
fn drawn_residuals() {
    let seed = 20_221;
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut yes, mut no, mut open) = (0, 0, 0);
    for negative_slope in [number(0, 1), number(1, 4), number(2, 1)] {
        for (width, density) in [(1, false), (2, false), (2, true), (3, true)] {
            for scale in [number(1, 50), number(1, 2), number(-1, 1)] {
                let (pieces, degree, negative_slope) = (2, 2, negative_slope.clone());
                let p = integral_residual::Parameters { width, pieces, degree, negative_slope, scale, density };
                for seed in 1..=4 {
                    let instance = integral_residual::generate(seed, &p).unwrap();
                    let findings = certified(&instance);
                    match findings.verdicts[&Property::LocalMinimum] {
                        Verdict::Yes => {
                            yes += 1;
                            attack(&instance, &mut rng, 12);
                        }
                        Verdict::No => no += 1,
                        _ => {
                            open += 1;
                            println!("{} {:?}", instance.id, findings.reasons[&Property::LocalMinimum]);
                        }
                    }
                }
            }
        }
    }
    println!("{yes} minima, {no} others, {open} open");
    assert!(yes > 20 && no > 20);
}
