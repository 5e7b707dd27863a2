//! One linear problem that mostly settles nonnegativity without branching (docs/theory.md, 2.3 to 2.5; Sadraddini, Tedrake 2019,
//! arXiv 1903.05214), on the cone of some fixed signs:
//!
//! ```text
//! a - sum_fixed sigma_m |kappa_m| p_m = sum_l lambda_l kappa_l p_l + sum_fixed mu_m sigma_m p_m,    mu_m >= 0,
//! |kappa_m| p_m = sum_l gamma_ml kappa_l p_l  for each concave m that is free,
//! |lambda_l| + sum_m |gamma_ml| <= 1  for each convex l.
//! ```
//!
//! Floating point proposes shares, or a ray on which f is negative (`guess`). Here they are made to satisfy the equations
//! exactly, or the ray to lie where its lines say, and then checked. What isn't right is not used.

use super::guess::{self, Floats, Guess, Question, Refutes, Shares};
use super::nonnegative::{Options, Reduced};
use super::tree::Node;
use crate::linear::Cramer;
use crate::rational::{Integer, Rational, ratio_over};
use num_traits::{One, Signed, ToPrimitive, Zero};

/// What the problem says.
#[derive(Debug)]
pub(super) enum Joint {
    /// A leaf that proves `f >= 0` on the cone.
    Proof(Node),
    /// `f(u) < 0`, u on a ray of the convex lines.
    Negative(Vec<Integer>),
    /// In floating point it has no solution.
    No,
    /// Nothing.
    Open,
}

/// The problem in integers. All vectors are `factor line`.
struct Problem<'a> {
    form: &'a Reduced,
    options: &'a Options,
    /// The convex kinks, then the fixed ones with their signs.
    generators: Vec<(Integer, &'a [Integer])>,
    /// How many kinks are convex.
    convex: usize,
    /// The linear part, then the free concave kinks.
    targets: Vec<(Integer, &'a [Integer])>,
}

/// Asks for a proposal on the cone of some signs, and checks it; only without fixed signs a ray is asked for. `free` are the
/// other concave kinks. The convex lines must span the space.
pub(super) fn joint(form: &Reduced, options: &Options, fixed: &[(usize, bool)], free: &[usize]) -> Joint {
    check(form, options, fixed, free, |question, refutes| guess::propose(question, options, refutes))
}

/// Asks a library for linear programs for the proposal in place of the own search, without fixed signs.
pub(super) fn joint_by_library(form: &Reduced, options: &Options, free: &[usize]) -> Joint {
    let propose = |question| guess::library::propose(question, options).map_or(Guess::Open, Guess::Shares);
    check(form, options, &[], free, |question, _| propose(question))
}

fn check(
    form: &Reduced, options: &Options, fixed: &[(usize, bool)], free: &[usize],
    propose: impl FnOnce(Question, Option<Refutes<'_>>) -> Guess,
) -> Joint {
    let mut linear = form.linear.clone();
    for (kink, positive) in fixed {
        let factor = signed(&form.weights[*kink], *positive);
        linear.iter_mut().zip(&form.lines[*kink]).for_each(|(sum, entry)| *sum -= &factor * entry);
    }
    let line = |l: usize| form.lines[l].as_slice();
    let convex = form.convex();
    let problem = Problem {
        form,
        options,
        convex: convex.len(),
        generators: convex
            .iter()
            .map(|l| (form.weights[*l].clone(), line(*l)))
            .chain(fixed.iter().map(|(m, positive)| (signed(&form.weights[*m], *positive), line(*m))))
            .collect(),
        targets: std::iter::once((Integer::one(), linear.as_slice()))
            .chain(free.iter().map(|m| (form.weights[*m].abs(), line(*m))))
            .collect(),
    };
    let (Some(generators), Some(targets)) = (to_floats(&problem.generators), to_floats(&problem.targets)) else {
        return Joint::Open;
    };
    let mut negative = None;
    let mut refutes = |zero: &[usize]| {
        negative = form.ray(zero.iter().map(|l| convex[*l])).filter(|u| form.value(u).is_negative());
        negative.is_some()
    };
    let question = Question { generators, priced: problem.convex, targets };
    let guess = propose(question, fixed.is_empty().then_some(&mut refutes as Refutes<'_>));
    if let Some(u) = negative {
        return Joint::Negative(u);
    }
    match guess {
        Guess::Shares(shares) => {
            let leaf = problem.with_room(&shares).or_else(|| problem.tight(&shares));
            leaf.map_or(Joint::Open, Joint::Proof)
        }
        Guess::No => Joint::No,
        Guess::Open => Joint::Open,
    }
}

/// `sigma |kappa|`
fn signed(weight: &Integer, positive: bool) -> Integer {
    if positive { weight.abs() } else { -weight.abs() }
}

/// All vectors in floating point, or `None` if an entry is out of its range.
fn to_floats(vectors: &[(Integer, &[Integer])]) -> Option<Floats> {
    let mut floats = Floats::new(vectors.first()?.1.len());
    for (factor, vector) in vectors {
        floats.push(factor.to_f64()?, vector.iter().map(|entry| entry.to_f64().unwrap_or(f64::NAN)))?;
    }
    Some(floats)
}

impl Problem<'_> {
    /// Where convex kinks that have room left span: the multipliers of the other generators are rounded, and those of these
    /// solved for, all with one determinant.
    fn with_room(&self, shares: &Shares) -> Option<Node> {
        let (basis, bits) = shares.basis()?;
        let rounded: Vec<Vec<i64>> = shares.rounded(bits).collect();
        let others: Vec<usize> = (0..self.generators.len()).filter(|l| !basis.contains(l)).collect();
        let rest = |((factor, vector), row): (&(Integer, &[Integer]), &Vec<i64>)| {
            let factor = factor << bits;
            let mut rest: Vec<Integer> = vector.iter().map(|entry| entry * &factor).collect();
            for l in others.iter().filter(|l| row[**l] != 0) {
                let (weight, line) = &self.generators[*l];
                let factor = weight * row[*l];
                rest.iter_mut().zip(*line).for_each(|(rest, entry)| *rest -= &factor * entry);
            }
            rest
        };
        let rests: Vec<Vec<Integer>> = self.targets.iter().zip(&rounded).map(rest).collect();
        let columns: Vec<&[Integer]> = basis.iter().map(|l| self.generators[*l].1).collect();
        let Cramer { determinant, numerators } = Cramer::solve(&columns, &rests, || self.options.is_over())?;
        let one = Integer::one();
        let multipliers = |(row, numerators): (Vec<i64>, Vec<Integer>)| {
            let mut row: Vec<Rational> = row.into_iter().map(|x| ratio_over(x.into(), bits, [&one, &one])).collect();
            for (l, numerator) in basis.iter().zip(numerators) {
                row[*l] = ratio_over(numerator, bits, [&determinant, &self.generators[*l].0]);
            }
            row
        };
        // The loads of the basis have one denominator each.
        let overfull = |(place, l): (usize, &usize)| {
            let load: Integer = numerators.iter().map(|row| row[place].abs()).sum();
            load > (&self.generators[*l].0 << bits) * determinant.abs()
        };
        let full = i128::from(1_u64 << bits);
        let too_much = |l: &&usize| rounded.iter().map(|row| i128::from(row[**l]).abs()).sum::<i128>() > full;
        if basis.iter().enumerate().any(overfull) || others.iter().filter(|l| **l < self.convex).any(|l| too_much(&l)) {
            return None;
        }
        self.leaf(rounded.into_iter().zip(numerators).map(multipliers).collect())
    }

    /// Where nothing is left: each target is made from independent generators, so that its multipliers are known exactly.
    fn tight(&self, shares: &Shares) -> Option<Node> {
        let mut multipliers: Vec<Vec<Rational>> = vec![];
        for ((factor, vector), way) in self.targets.iter().zip(&shares.ways) {
            let way = way.as_ref()?;
            let columns: Vec<&[Integer]> = way.iter().map(|l| self.generators[*l].1).collect();
            let right: Vec<Integer> = vector.iter().map(|entry| entry * factor).collect();
            let Cramer { determinant, mut numerators } = Cramer::solve(&columns, &[right], || self.options.is_over())?;
            let mut row = vec![Rational::zero(); self.generators.len()];
            for (l, numerator) in way.iter().zip(numerators.swap_remove(0)) {
                row[*l] = ratio_over(numerator, 0, [&determinant, &self.generators[*l].0]);
            }
            multipliers.push(row);
        }
        let load = |l: usize| multipliers.iter().map(|row| row[l].abs()).sum::<Rational>();
        if (0..self.convex).any(|l| load(l) > Rational::one()) { None } else { self.leaf(multipliers) }
    }

    /// The leaf with these multipliers, which satisfy the equations and don't use a convex kink more than once, if those of the
    /// fixed signs are in their range.
    fn leaf(&self, mut multipliers: Vec<Vec<Rational>>) -> Option<Node> {
        let mut gamma = multipliers.split_off(1);
        let mut lambda = multipliers.pop()?;
        // nu sigma |kappa| p = mu sigma p, in the form of the caller.
        let scale = |(nu, (weight, _)): (Rational, &(Integer, &[Integer]))| {
            nu * Rational::new(weight.abs(), self.form.denominator.clone())
        };
        let mu: Vec<Rational> =
            lambda.split_off(self.convex).into_iter().zip(&self.generators[self.convex..]).map(scale).collect();
        // Only the linear part may use them.
        let unused = gamma.iter_mut().all(|row| row.split_off(self.convex).iter().all(Zero::is_zero));
        (unused && !mu.iter().any(Signed::is_negative)).then_some(Node::Leaf { lambda, gamma, mu })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, RngExt, SeedableRng};

    /// Forms whose concave part weighs between nothing and too much.
    fn draw(random: &mut impl Rng) -> Reduced {
        let d = random.random_range(1..=4);
        let (convex, concave) = (d + random.random_range(0..=4), random.random_range(0..=4));
        let mut draw = || (0..d).map(|_| Integer::from(random.random_range(-9..=9))).collect::<Vec<_>>();
        let unit = |i: usize| (0..d).map(|j| Integer::from(i64::from(i == j))).collect::<Vec<_>>();
        let lines: Vec<_> = (0..d).map(unit).chain((d..convex + concave).map(|_| draw())).collect();
        let linear = draw();
        let strong = random.random_range(1..=60);
        let weights = (0..convex + concave).map(|l| if l < convex { strong.into() } else { Integer::from(-7) });
        Reduced { linear, weights: weights.collect(), lines, denominator: Integer::from(3) }
    }

    /// Some signs, and the concave kinks that are left.
    fn draw_signs(form: &Reduced, random: &mut impl Rng) -> (Vec<(usize, bool)>, Vec<usize>) {
        let mut free: Vec<usize> = (0..form.weights.len()).filter(|m| form.weights[*m].is_negative()).collect();
        let fixed = free.split_off(random.random_range(0..=free.len()));
        (fixed.into_iter().map(|m| (m, random.random_bool(0.5))).collect(), free)
    }

    /// The conditions of a leaf, in rational arithmetic.
    fn is_proof(form: &Reduced, fixed: &[(usize, bool)], free: &[usize], node: &Node) -> bool {
        let Node::Leaf { lambda, gamma, mu } = node else { return false };
        let convex = form.convex();
        let rational = |x: &Integer| Rational::from(x.clone());
        let makes = |row: &[Rational], i: usize| {
            let part = |(x, l): (&Rational, &usize)| x * rational(&(&form.weights[*l] * &form.lines[*l][i]));
            row.iter().zip(&convex).map(part).sum::<Rational>()
        };
        let of_fixed = |i: usize| {
            let part = |((m, positive), mu): (&(usize, bool), &Rational)| {
                let side = if *positive { Rational::one() } else { -Rational::one() };
                side * rational(&form.lines[*m][i])
                    * (mu * rational(&form.denominator) + rational(&form.weights[*m].abs()))
            };
            fixed.iter().zip(mu).map(part).sum::<Rational>()
        };
        let target = |m: usize, i: usize| rational(&(form.weights[m].abs() * &form.lines[m][i]));
        let load = |l: usize| gamma.iter().chain([lambda]).map(|row| row[l].abs()).sum::<Rational>();
        let d = form.linear.len();
        (lambda.len(), gamma.len(), mu.len()) == (convex.len(), free.len(), fixed.len())
            && (0..d).all(|i| makes(lambda, i) + of_fixed(i) == rational(&form.linear[i]))
            && gamma.iter().zip(free).all(|(row, m)| (0..d).all(|i| makes(row, i) == target(*m, i)))
            && (0..convex.len()).all(|l| load(l) <= Rational::one())
            && !mu.iter().any(Signed::is_negative)
    }

    #[test]
    fn proposals_are_made_exact() {
        let seed = 8;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let (mut proofs, mut inner, mut rays, mut open) = (0, 0, 0, 0);
        for _ in 0..4000 {
            let form = draw(&mut random);
            let (fixed, free) = draw_signs(&form, &mut random);
            match joint(&form, &Options::default(), &fixed, &free) {
                Joint::Proof(leaf) => {
                    assert!(is_proof(&form, &fixed, &free, &leaf), "{form:?} {fixed:?} {leaf:?}");
                    proofs += 1;
                    inner += usize::from(!fixed.is_empty());
                }
                Joint::Negative(u) => {
                    assert!(form.value(&u).is_negative(), "{form:?} {u:?}");
                    rays += 1;
                }
                Joint::No | Joint::Open => open += usize::from(fixed.is_empty()),
            }
        }
        println!("{proofs} proofs, {inner} of them with signs, {rays} rays, {open} open without signs");
        assert!(proofs > 1000 && inner > 500 && rays > 500 && open < 20, "{proofs} {inner} {rays} {open}");
    }

    #[test]
    fn the_library_alone_is_made_exact() {
        let seed = 10;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let (mut proofs, mut missed) = (0, 0);
        for _ in 0..1500 {
            let form = draw(&mut random);
            let free: Vec<usize> = (0..form.weights.len()).filter(|m| form.weights[*m].is_negative()).collect();
            let own = joint(&form, &Options::default(), &[], &free);
            match joint_by_library(&form, &Options::default(), &free) {
                Joint::Proof(leaf) => {
                    assert!(is_proof(&form, &[], &free, &leaf), "{form:?} {leaf:?}");
                    proofs += 1;
                }
                _ => missed += usize::from(matches!(own, Joint::Proof(_))),
            }
        }
        println!("{proofs} proofs, {missed} that only the own search finds");
        assert!(proofs > 400 && missed < 20, "{proofs} {missed}");
    }

    /// A proposer that talks nonsense: shares that are too large, not numbers, of dependent or too few generators, and rays
    /// that aren't.
    #[test]
    fn nonsense_proves_nothing() {
        let seed = 9;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let mut believed = [0, 0];
        for _ in 0..6000 {
            let form = draw(&mut random);
            let (fixed, free) = draw_signs(&form, &mut random);
            let answer = check(&form, &Options::default(), &fixed, &free, |question, mut refutes| {
                for _ in 0..random.random_range(0..3) {
                    let count = random.random_range(0..=4);
                    let zero: Vec<usize> = (0..count).map(|_| random.random_range(0..question.priced)).collect();
                    if refutes.as_mut().is_some_and(|refutes| refutes(&zero)) {
                        return Guess::No;
                    }
                }
                Guess::Shares(Shares::nonsense(question, &mut random))
            });
            match answer {
                Joint::Proof(leaf) => {
                    assert!(is_proof(&form, &fixed, &free, &leaf), "{form:?} {fixed:?} {leaf:?}");
                    believed[0] += 1;
                }
                Joint::Negative(u) => {
                    assert!(form.value(&u).is_negative(), "{form:?} {u:?}");
                    believed[1] += 1;
                }
                Joint::No | Joint::Open => {}
            }
        }
        println!("{believed:?} of 6000 were right by chance");
        assert!(believed.iter().all(|count| (1..3000).contains(count)), "{believed:?}");
    }
}
