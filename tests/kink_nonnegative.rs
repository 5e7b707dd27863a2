//! Nonnegativity of kink forms against a naive twin: f is linear on every cell, so it is nonnegative everywhere
//! exactly if it is so on all rays of the arrangement modulo its lineality space and on that space. The twin
//! enumerates them all.

mod common;

use common::{naive_is_nonnegative, rational};
use num_traits::{One, Signed, Zero};
use rand::{Rng, RngExt, SeedableRng};
use relucert::kink::{Answer, KinkForm, Options, decide_nonnegative};
use relucert::linear::add_multiple;
use relucert::rational::Rational;

fn random_form(random: &mut impl Rng) -> KinkForm {
    let dimension = random.random_range(1..=4);
    let lines = random.random_range(0..=7);
    let small = |random: &mut dyn Rng| rational(random.random_range(-2..=2), 1);
    let vector = |random: &mut dyn Rng| (0..dimension).map(|_| small(random)).collect::<Vec<_>>();
    let mut terms: Vec<(Rational, Vec<Rational>)> = (0..lines)
        .map(|_| {
            let weight = rational(random.random_range(-2..=5), random.random_range(1..=3));
            (weight, vector(random))
        })
        .collect();
    let mut linear = vector(random);
    // Half of the forms have a and the concave lines mixed from the convex ones, so that many are nonnegative.
    if random.random_bool(0.6) {
        let convex: Vec<_> = terms.iter().filter(|(weight, _)| weight.is_positive()).cloned().collect();
        let mut mix = |size: i64| {
            let mut sum = vec![Rational::zero(); dimension];
            for (weight, line) in &convex {
                let factor = rational(random.random_range(-size..=size), 4) * weight;
                add_multiple(&mut sum, &factor, line);
            }
            sum
        };
        linear = mix(2);
        let concave = (0..3).map(|_| (-Rational::one(), mix(1))).collect::<Vec<_>>();
        terms.retain(|(weight, _)| weight.is_positive());
        terms.extend(concave);
    }
    KinkForm::new(linear, terms.iter().map(|(weight, line)| (weight.clone(), line.as_slice())))
}

#[test]
fn agrees_with_the_enumeration_of_all_rays() {
    let seed = 2025;
    println!("seed {seed}");
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let (mut yes, mut branched) = (0, 0);
    for case in 0..1500 {
        let form = random_form(&mut random);
        let expected = naive_is_nonnegative(&form);
        for use_floats in [false, true] {
            match decide_nonnegative(&form, &Options { use_floats, ..Options::default() }) {
                Answer::Nonnegative(tree) => {
                    assert!(expected, "case {case}: {form:?} is not nonnegative");
                    yes += 1;
                    branched += usize::from(tree.len() > 1);
                }
                Answer::Negative(u) => {
                    assert!(!expected && form.value(&u).is_negative(), "case {case}: {form:?} at {u:?}");
                }
                Answer::Limit => panic!("case {case}: {form:?} needs too many leaves"),
            }
        }
    }
    println!("{yes} nonnegative, {branched} by branching");
    assert!(yes > 300 && branched > 50, "the generator has become too easy: {yes}, {branched}");
}

#[test]
fn a_limit_of_one_leaf_is_said() {
    // |u1| + |u2| - |u1 + u2| needs both signs of u1 + u2.
    let line = |x: i64, y: i64| vec![rational(x, 1), rational(y, 1)];
    let terms = [(rational(1, 1), line(1, 0)), (rational(1, 1), line(0, 1)), (rational(-1, 1), line(1, 1))];
    let form = KinkForm::new(line(0, 0), terms.iter().map(|(weight, line)| (weight.clone(), line.as_slice())));
    let options = Options { max_leaves: 1, use_floats: false };
    assert_eq!(decide_nonnegative(&form, &options), Answer::Limit);
    let two_leaves = decide_nonnegative(&form, &Options { max_leaves: 2, ..options });
    assert!(matches!(two_leaves, Answer::Nonnegative(tree) if tree.len() == 3));
}

#[test]
fn a_point_off_zero_is_found_exactly_where_there_is_one() {
    let seed = 7;
    println!("seed {seed}");
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    for _ in 0..500 {
        let form = random_form(&mut random);
        match form.non_zero_point() {
            Some(u) => assert!(!form.value(&u).is_zero()),
            None => assert!(form.is_zero()),
        }
    }
}
