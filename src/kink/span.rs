//! The span test (docs/theory.md, section 2.3): a form can only be nonnegative if everything lies in the span of its convex lines.

use super::form::{Kink, KinkForm};
use crate::linear::{Echelon, Lifting, Profile, rank_is};
use crate::rational::{Integer, Rational};
use num_traits::{One, Signed, Zero};

/// What the test says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    /// The linear part and all lines lie in the span, and these coordinates of it say everything.
    Coordinates(Vec<usize>),
    /// u is orthogonal to all convex lines and refutes f: `a.u < 0`, or `a.u = 0` and some `p_m.u != 0`.
    Outside(Vec<Rational>),
}

/// From this dimension on, lifting is faster than elimination.
const LARGE: usize = 4;

/// Goes the way that the dimension decides.
pub(super) fn span(form: &KinkForm) -> Span {
    let dimension = form.dimension();
    if dimension < LARGE && rank_is(convex(form).map(|kink| kink.line.as_slice()), dimension) {
        return Span::Coordinates((0..dimension).collect());
    }
    let lifted = if dimension >= LARGE { by_lifting(form) } else { None };
    lifted.unwrap_or_else(|| by_elimination(form))
}

fn convex(form: &KinkForm) -> impl Iterator<Item = &Kink> {
    form.kinks.iter().filter(|kink| kink.weight.is_positive())
}

fn along(vector: &[Integer], u: &[Integer]) -> Integer {
    vector.iter().zip(u).filter(|(x, u)| !x.is_zero() && !u.is_zero()).map(|(x, u)| x * u).sum()
}

/// The sign with which u, orthogonal to all convex lines, refutes f, if it does.
fn sign(form: &KinkForm, u: &[Integer]) -> Option<Integer> {
    let slope = along(&form.linear, u);
    if !slope.is_zero() {
        return Some(-slope.signum());
    }
    form.kinks.iter().any(|kink| !along(&kink.line, u).is_zero()).then(Integer::one)
}

/// By rational elimination. Cost: p r d operations, and (d - r) d for each vector, r the rank.
pub(super) fn by_elimination(form: &KinkForm) -> Span {
    let rational = |vector: &[Integer]| vector.iter().cloned().map(Rational::from).collect::<Vec<_>>();
    let lines: Vec<Vec<Rational>> = convex(form).map(|kink| rational(&kink.line)).collect();
    let span = Echelon::of(lines.iter().map(Vec::as_slice));
    let kernel = span.kernel(form.dimension());
    let slope = |u: &Vec<Rational>| crate::linear::dot(&rational(&form.linear), u);
    let against_linear = |u: &Vec<Rational>| {
        let slope = slope(u);
        (!slope.is_zero()).then(|| u.iter().map(|entry| -entry * slope.signum()).collect())
    };
    let on_concave =
        |u: &&Vec<Rational>| form.kinks.iter().any(|kink| !crate::linear::dot(&rational(&kink.line), u).is_zero());
    match kernel.iter().find_map(against_linear).or_else(|| kernel.iter().find(on_concave).cloned()) {
        Some(u) => Span::Outside(u),
        None if span.rank() == form.dimension() => Span::Coordinates((0..form.dimension()).collect()),
        None => Span::Coordinates(span.pivots().to_vec()),
    }
}

/// Modulo a prime first; what that says is then verified in integers. `None` if it isn't so, or the prime didn't suit. Cost:
/// p r d operations in 64 bits, then one linear system of r unknowns for each of the vectors that are to be shown to be in the
/// span, or for each dimension that it lacks, whichever are fewer.
pub(super) fn by_lifting(form: &KinkForm) -> Option<Span> {
    let dimension = form.dimension();
    let mut profile = Profile::default();
    let (basis, others): (Vec<&Kink>, Vec<&Kink>) = convex(form).partition(|kink| profile.insert(&kink.line));
    if basis.len() == dimension {
        return Some(Span::Coordinates((0..dimension).collect()));
    }
    let pivots = profile.pivots();
    let pick = |vector: &[Integer]| pivots.iter().map(|i| vector[*i].clone()).collect::<Vec<_>>();
    let mut kernel = Kernel { form, pivots, basis: &basis, lifting: None };
    // What is left of a vector at a free coordinate is its product with the vector of the kernel for this coordinate.
    let first_left = |vectors: &mut dyn Iterator<Item = &[Integer]>| {
        let left = |vector: &[Integer]| profile.reduce(vector).iter().position(|entry| *entry != 0);
        vectors.filter_map(left).min()
    };
    let concave = || form.kinks.iter().filter(|kink| kink.weight.is_negative()).map(|kink| kink.line.as_slice());
    let outside = first_left(&mut std::iter::once(form.linear.as_slice())).or_else(|| first_left(&mut concave()));
    if let Some(free) = outside {
        let u = kernel.vector(free)?;
        let sign = sign(form, &u)?;
        return Some(Span::Outside(u.iter().map(|entry| Rational::new(entry * &sign, u[free].clone())).collect()));
    }
    let targets: Vec<&[Integer]> = std::iter::once(form.linear.as_slice())
        .chain(others.iter().map(|kink| kink.line.as_slice()))
        .chain(concave())
        .collect();
    let is_inside = if dimension - basis.len() <= targets.len() {
        let mut free = (0..dimension).filter(|i| !pivots.contains(i));
        free.all(|free| kernel.vector(free).is_some_and(|u| sign(form, &u).is_none()))
    } else {
        let rows = pivots.iter().map(|i| basis.iter().map(|kink| kink.line[*i].clone()).collect()).collect();
        let lifting = Lifting::new(rows)?;
        let is_made = |target: &[Integer]| {
            let Some((factors, denominator)) = lifting.solve(&pick(target)) else { return false };
            let made = |i: usize| {
                let terms = factors.iter().zip(&basis).filter(|(_, kink)| !kink.line[i].is_zero());
                terms.map(|(factor, kink)| factor * &kink.line[i]).sum::<Integer>()
            };
            (0..dimension).all(|i| made(i) == &denominator * &target[i])
        };
        targets.iter().all(|target| is_made(target))
    };
    is_inside.then(|| Span::Coordinates(pivots.to_vec()))
}

/// The vectors orthogonal to independent convex lines.
struct Kernel<'a> {
    form: &'a KinkForm,
    pivots: &'a [usize],
    basis: &'a [&'a Kink],
    /// The lines in their pivot coordinates, once they are needed.
    lifting: Option<Lifting>,
}

impl Kernel<'_> {
    /// The vector that is zero at all free coordinates but one, where it is positive; `None` if it isn't orthogonal to all
    /// convex lines, those that aren't in the basis included.
    fn vector(&mut self, free: usize) -> Option<Vec<Integer>> {
        if self.lifting.is_none() {
            let row = |kink: &&Kink| self.pivots.iter().map(|i| kink.line[*i].clone()).collect();
            self.lifting = Lifting::new(self.basis.iter().map(row).collect());
        }
        let right: Vec<Integer> = self.basis.iter().map(|kink| -&kink.line[free]).collect();
        let (entries, denominator) = self.lifting.as_ref()?.solve(&right)?;
        let mut u = vec![Integer::zero(); self.form.dimension()];
        self.pivots.iter().zip(entries).for_each(|(pivot, entry)| u[*pivot] = entry);
        u[free] = denominator;
        convex(self.form).all(|kink| along(&kink.line, &u).is_zero()).then_some(u)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn both_ways_say_the_same() {
        let seed = 23;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let (mut outside, mut inside, mut whole) = (0, 0, 0);
        for round in 0..1500 {
            let d = random.random_range(1..=7);
            let rank = random.random_range(0..=d);
            let size = [2_i128, 99, 10_i128.pow(30)][round % 3];
            let mut draw = || (0..d).map(|_| Integer::from(random.random_range(-size..=size))).collect::<Vec<_>>();
            let basis: Vec<Vec<Integer>> = (0..rank).map(|_| draw()).collect();
            let (stray, other) = (draw(), draw());
            let mut mixed = |stray: &[Integer], chance: f64| -> Vec<Rational> {
                let stray = if random.random_bool(chance) { stray.to_vec() } else { vec![Integer::zero(); d] };
                let mut sum = stray;
                for line in &basis {
                    let factor = Integer::from(random.random_range(-3..=3));
                    sum.iter_mut().zip(line).for_each(|(sum, entry)| *sum += &factor * entry);
                }
                sum.into_iter().map(Rational::from).collect()
            };
            let linear = mixed(&stray, 0.2);
            let lines: Vec<Vec<Rational>> = (0..6).map(|l| mixed(&other, if l < 4 { 0.02 } else { 0.1 })).collect();
            let weight = |l: usize| Rational::from_integer(if l < 4 { 3 } else { -1 }.into());
            let form = KinkForm::new(linear, lines.iter().enumerate().map(|(l, line)| (weight(l), line.as_slice())));
            let expected = by_elimination(&form);
            assert_eq!(by_lifting(&form), Some(expected.clone()), "{form:?}");
            match expected {
                Span::Outside(u) => {
                    assert!(form.value(&u).is_negative());
                    outside += 1;
                }
                Span::Coordinates(all) if all.len() == d => whole += 1,
                Span::Coordinates(_) => inside += 1,
            }
        }
        println!("{outside} outside, {inside} inside, {whole} with lines that span everything");
        assert!(outside > 200 && inside > 100 && whole > 100, "{outside} {inside} {whole}");
    }

    /// The convex lines are dependent modulo the prime, and only there: nothing wrong is said.
    #[test]
    fn a_prime_that_does_not_suit() {
        let prime = Integer::from((1_u64 << 61) - 1);
        let line = |x: Integer, y: Integer| vec![Rational::from(x), Rational::from(y)];
        let (one, zero) = (Integer::one(), Integer::zero());
        let lines = [line(one.clone(), zero.clone()), line(one.clone(), prime)];
        let kinks = lines.iter().map(|line| (Rational::one(), line.as_slice()));
        let form = KinkForm::new(line(zero, one), kinks);
        assert_eq!(by_elimination(&form), Span::Coordinates(vec![0, 1]));
        assert_eq!(by_lifting(&form), None);
        assert_eq!(span(&form), by_elimination(&form));
    }
}
