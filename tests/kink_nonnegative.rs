//! Nonnegativity of kink forms against a naive twin: f is linear on every cell, so it is nonnegative everywhere
//! exactly if it is so on all rays of the arrangement modulo its lineality space and on that space. The twin
//! enumerates them all.

mod common;

use common::{naive_is_nonnegative, rational};
use num_traits::{One, Signed, Zero};
use rand::{Rng, RngExt, SeedableRng};
use relucert::certificate::proof_text;
use relucert::kink::{Answer, KinkForm, Node, Options, decide_nonnegative};
use relucert::linear::add_multiple;
use relucert::rational::{Rational, write};
use serde_json::json;

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
                    // With floats one leaf is nearly always enough.
                    branched += usize::from(!use_floats && tree.len() > 1);
                }
                Answer::Negative(u) => {
                    assert!(!expected && form.value(&u).is_negative(), "case {case}: {form:?} at {u:?}");
                }
                Answer::Limit => panic!("case {case}: {form:?} needs too many leaves"),
            }
        }
    }
    println!("{yes} nonnegative, {branched} by branching");
    assert!(yes > 300 && branched > 25, "the generator has become too easy: {yes}, {branched}");
}

#[test]
fn a_limit_of_leaves_is_said() {
    let seed = 11;
    println!("seed {seed}");
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let exact = Options { use_floats: false, ..Options::default() };
    let leaves = |tree: &[Node]| tree.iter().filter(|node| matches!(node, Node::Leaf { .. })).count();
    let mut limits = 0;
    while limits < 10 {
        let form = random_form(&mut random);
        let Answer::Nonnegative(tree) = decide_nonnegative(&form, &exact) else { continue };
        let most = leaves(&tree);
        if most == 1 {
            continue;
        }
        match decide_nonnegative(&form, &Options { max_leaves: most - 1, ..exact }) {
            Answer::Limit => limits += 1,
            // A second try may find another tree.
            Answer::Nonnegative(other) => assert!(leaves(&other) < most),
            Answer::Negative(_) => panic!("{form:?} is nonnegative"),
        }
        let enough = decide_nonnegative(&form, &Options { max_leaves: most, ..exact });
        assert!(matches!(enough, Answer::Nonnegative(tree) if leaves(&tree) <= most));
    }
}

/// The form as `relucert_checker::verify_nonnegative` reads it.
fn text(form: &KinkForm) -> String {
    let vector = |entries: Vec<Rational>| entries.iter().map(write).collect::<Vec<_>>();
    let kinks = form.kinks.iter().zip(form.lines());
    let kinks: Vec<_> =
        kinks.map(|(kink, line)| json!({ "weight": write(&form.weight(kink)), "line": vector(line) })).collect();
    json!({ "linear": vector(form.linear()), "kinks": kinks }).to_string()
}

/// A form with entries of so many digits; the concave lines and a are mixed from the convex lines, with shares of
/// `load / 8` in all, or drawn like these.
fn large_form(random: &mut impl Rng, digits: u32) -> KinkForm {
    let dimension = random.random_range(1..=5);
    let (convex, concave) = (random.random_range(dimension..=dimension + 4), random.random_range(0..=4));
    let size = 10_i128.pow(digits);
    let entry = |random: &mut dyn Rng| Rational::from_integer(random.random_range(-size..=size).into());
    let drawn = |random: &mut dyn Rng| (0..dimension).map(|_| entry(random)).collect::<Vec<_>>();
    let weight = |random: &mut dyn Rng| {
        Rational::new(random.random_range(1..=size).into(), random.random_range(1..=size).into())
    };
    let mut terms: Vec<(Rational, Vec<Rational>)> =
        (0..convex).map(|_| (weight(&mut *random), drawn(&mut *random))).collect();
    if random.random_bool(0.2) {
        let others = (0..concave).map(|_| (-weight(&mut *random), drawn(&mut *random))).collect::<Vec<_>>();
        let linear = drawn(&mut *random);
        terms.extend(others);
        return KinkForm::new(linear, terms.iter().map(|(weight, line)| (weight.clone(), line.as_slice())));
    }
    let load = random.random_range(1..=16);
    let parts = Rational::new(load.into(), (8 * (i128::from(concave) + 1) * 100).into());
    let mut mixed = || {
        let mut sum = vec![Rational::zero(); dimension];
        for (weight, line) in &terms {
            let share = Rational::from_integer(random.random_range(-100..=100).into()) * &parts * weight;
            add_multiple(&mut sum, &share, line);
        }
        sum
    };
    let linear = mixed();
    let others: Vec<_> = (0..concave).map(|_| (-Rational::one(), mixed())).collect();
    terms.extend(others);
    KinkForm::new(linear, terms.iter().map(|(weight, line)| (weight.clone(), line.as_slice())))
}

/// Rays alone, shares and rays guessed in floating point, by the library too, trees without floats, and the naive twin agree, each proof is accepted by the
/// checker, and each refutation is one. `RELUCERT_FORMS` says how many forms; 100 000 take some minutes.
#[test]
fn all_ways_agree() {
    let count: u64 = std::env::var("RELUCERT_FORMS").ok().and_then(|count| count.parse().ok()).unwrap_or(400);
    let seed = 30;
    println!("seed {seed}, {count} forms");
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let mut yes = [0, 0];
    for case in 0..count {
        // Beyond 64 bits, beyond 128 bits, and in between.
        let digits = [1, 1, 2, 3, 5, 8, 12, 30][random.random_range(0..8)];
        let form = large_form(&mut random, digits);
        let expected = naive_is_nonnegative(&form);
        for (use_floats, max_work, prove) in
            [(true, usize::MAX, true), (true, usize::MAX, false), (true, 0, true), (false, 0, true), (false, 0, false)]
        {
            match decide_nonnegative(&form, &Options { use_floats, max_work, prove, ..Options::default() }) {
                Answer::Nonnegative(tree) => {
                    assert!(expected, "case {case}: {form:?} is not nonnegative");
                    if prove {
                        let accepted =
                            relucert_checker::verify_nonnegative(text(&form).as_bytes(), proof_text(&tree).as_bytes());
                        assert_eq!(accepted, Ok(()), "case {case}: {form:?}");
                        yes[usize::from(tree.len() > 1)] += 1;
                    }
                }
                Answer::Negative(u) => {
                    assert!(!expected && form.value(&u).is_negative(), "case {case}: {form:?} at {u:?}");
                }
                Answer::Limit => panic!("case {case}: {form:?} needs too many leaves"),
            }
        }
    }
    println!("{} nonnegative by one leaf, {} by more", yes[0], yes[1]);
    assert!(yes[0] > count / 4 && yes[1] > count / 200, "the generator has become too easy: {yes:?}");
}

/// Where the own guess doesn't come to an end (here it isn't begun), the library for linear programs finds the proof of one leaf:
/// without concave kinks in a space of many dimensions, and with so many concave kinks that a small tree fails.
#[test]
fn the_library_finds_a_proof_alone() {
    let seed = 12;
    println!("seed {seed}");
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    for (dimension, convex, concave) in [(12, 30, 0), (14, 40, 0), (5, 16, 12), (6, 18, 14)] {
        let mut lines: Vec<Vec<Rational>> =
            (0..convex).map(|_| (0..dimension).map(|_| rational(random.random_range(-9..=9), 1)).collect()).collect();
        // Shares of a and of each concave line; all together are 9/10 at most.
        let mut mixed = || {
            let mut sum = vec![Rational::zero(); dimension];
            for line in &lines[..convex] {
                add_multiple(&mut sum, &rational(random.random_range(-9..=9), 10 * (concave as i64 + 1)), line);
            }
            sum
        };
        let linear = mixed();
        let more: Vec<_> = (0..concave).map(|_| mixed()).collect();
        lines.extend(more);
        let weight = |l: usize| rational(if l < convex { 1 } else { -1 }, 1);
        let form = KinkForm::new(linear, lines.iter().enumerate().map(|(l, line)| (weight(l), line.as_slice())));
        let options = Options { max_work: 0, ..Options::default() };
        let Answer::Nonnegative(tree) = decide_nonnegative(&form, &options) else { panic!("{form:?}") };
        assert_eq!(tree.len(), 1, "{dimension} {convex} {concave}");
        let accepted = relucert_checker::verify_nonnegative(text(&form).as_bytes(), proof_text(&tree).as_bytes());
        assert_eq!(accepted, Ok(()));
    }
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

/// Just below the largest multiple of the concave kinks that leaves f nonnegative, sharing at the root fails and the tree
/// is large enough to be grown in parallel; just above, there is a ray.
#[test]
fn on_both_sides_of_the_threshold() {
    let seed = 51;
    println!("seed {seed}");
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let mut large = 0;
    for case in 0..4 {
        let (dimension, convex, concave) = (6, 9, 15);
        let drawn: Vec<Vec<Rational>> = (0..convex + concave)
            .map(|_| (0..dimension).map(|_| rational(random.random_range(-9..=9), 1)).collect())
            .collect();
        let form = |scale: &Rational| {
            let weight = |l: usize| if l < convex { Rational::one() } else { -scale.clone() };
            let terms = drawn.iter().enumerate().map(|(l, line)| (weight(l), line.as_slice()));
            KinkForm::new(vec![Rational::zero(); dimension], terms)
        };
        let decided =
            |scale: &Rational| decide_nonnegative(&form(scale), &Options { prove: false, ..Options::default() });
        let (mut low, mut high) = (Rational::zero(), Rational::one());
        while &high - &low > rational(1, 1000) * &high {
            let middle = (&low + &high) * rational(1, 2);
            match decided(&middle) {
                Answer::Nonnegative(_) => low = middle,
                Answer::Negative(_) => high = middle,
                Answer::Limit => panic!("case {case}"),
            }
        }
        let below = form(&(low * rational(98, 100)));
        let exact = Options { use_floats: false, ..Options::default() };
        let Answer::Nonnegative(tree) = decide_nonnegative(&below, &exact) else { panic!("case {case}") };
        large += usize::from(tree.len() > 100);
        let accepted = relucert_checker::verify_nonnegative(text(&below).as_bytes(), proof_text(&tree).as_bytes());
        assert_eq!(accepted, Ok(()), "case {case}");
        let above = form(&(high * rational(102, 100)));
        let Answer::Negative(u) = decide_nonnegative(&above, &exact) else { panic!("case {case}") };
        assert!(above.value(&u).is_negative());
    }
    assert!(large > 1, "{large} large trees");
}
