//! One linear problem that mostly settles nonnegativity without branching (docs/theory.md, 2.3 to 2.5 at the root; Sadraddini,
//! Tedrake 2019, arXiv 1903.05214):
//!
//! ```text
//! a = sum_l lambda_l kappa_l p_l,    |kappa_m| p_m = sum_l gamma_ml kappa_l p_l  for each concave m,
//! |lambda_l| + sum_m |gamma_ml| <= 1  for each convex l.
//! ```
//!
//! Floating point proposes shares, or a ray on which f is negative (`guess`). Here they are made to satisfy the equations
//! exactly, or the ray to lie where its lines say, and then checked. What isn't right is not used.

use super::guess::{self, Floats, Shares};
use super::nonnegative::Reduced;
use super::tree::Node;
use crate::linear::{Cramer, normal};
use crate::rational::{Integer, Rational, ratio_over};
use num_traits::{One, Signed, ToPrimitive, Zero};

/// What the problem says.
#[derive(Debug)]
pub(super) enum Joint {
    /// A leaf that proves `f >= 0` everywhere.
    Proof(Node),
    /// `f(u) < 0`, u on a ray of the convex lines.
    Negative(Vec<Integer>),
    /// Nothing.
    Open,
}

/// A target or a generator: `factor vector`.
type Scaled<'a> = (Integer, &'a [Integer]);

/// Asks for a proposal and checks it. The convex lines must span the space.
pub(super) fn joint(form: &Reduced) -> Joint {
    check(form, guess::propose)
}

/// What is offered a ray, as the convex lines on which it is zero, says whether it refutes f.
type Refutes<'a> = &'a mut dyn FnMut(&[usize]) -> bool;

fn check(form: &Reduced, propose: impl FnOnce(Floats, Floats, Refutes<'_>) -> Option<Shares>) -> Joint {
    let of_sign = |convex: bool| {
        let kinks = form.lines.iter().zip(&form.weights).filter(move |(_, weight)| weight.is_positive() == convex);
        kinks.map(|(line, weight)| (weight.abs(), line.as_slice()))
    };
    let generators: Vec<Scaled<'_>> = of_sign(true).collect();
    let targets: Vec<Scaled<'_>> =
        std::iter::once((Integer::one(), form.linear.as_slice())).chain(of_sign(false)).collect();
    let (Some(left), Some(right)) = (to_floats(&generators), to_floats(&targets)) else { return Joint::Open };
    let mut negative = None;
    let mut refutes = |zero: &[usize]| {
        let lines: Vec<&[Integer]> = zero.iter().map(|l| generators[*l].1).collect();
        negative =
            normal(&lines, form.linear.len()).map(|u| downwards(form, u)).filter(|u| form.value(u).is_negative());
        negative.is_some()
    };
    let shares = propose(left, right, &mut refutes);
    if let Some(u) = negative {
        return Joint::Negative(u);
    }
    let found = shares
        .and_then(|shares| with_room(&generators, &targets, &shares).or_else(|| tight(&generators, &targets, &shares)));
    match found {
        Some(mut multipliers) => {
            let gamma = multipliers.split_off(1);
            Joint::Proof(Node::Leaf { lambda: multipliers.swap_remove(0), gamma, mu: vec![] })
        }
        None => Joint::Open,
    }
}

/// The one of u and -u for which `a.u <= 0`.
fn downwards(form: &Reduced, u: Vec<Integer>) -> Vec<Integer> {
    let slope: Integer = form.linear.iter().zip(&u).map(|(a, u)| a * u).sum();
    if slope.is_positive() { u.into_iter().map(|entry| -entry).collect() } else { u }
}

/// All vectors in floating point, or `None` if an entry is out of its range.
fn to_floats(vectors: &[Scaled<'_>]) -> Option<Floats> {
    let mut floats = Floats::new(vectors.first()?.1.len());
    for (factor, vector) in vectors {
        floats.push(factor.to_f64()?, vector.iter().map(|entry| entry.to_f64().unwrap_or(f64::NAN)))?;
    }
    Some(floats)
}

/// Where generators that have room left span: the multipliers of the others are rounded, and those of these solved for, all
/// with one determinant.
fn with_room(generators: &[Scaled<'_>], targets: &[Scaled<'_>], shares: &Shares) -> Option<Vec<Vec<Rational>>> {
    let (basis, bits) = shares.basis()?;
    let rounded: Vec<Vec<i64>> = shares.rounded(bits).collect();
    let others: Vec<usize> = (0..generators.len()).filter(|l| !basis.contains(l)).collect();
    let rest = |((factor, vector), row): (&Scaled<'_>, &Vec<i64>)| {
        let factor = factor << bits;
        let mut rest: Vec<Integer> = vector.iter().map(|entry| entry * &factor).collect();
        for l in others.iter().filter(|l| row[**l] != 0) {
            let (weight, line) = &generators[*l];
            let factor = weight * row[*l];
            rest.iter_mut().zip(*line).for_each(|(rest, entry)| *rest -= &factor * entry);
        }
        rest
    };
    let rests: Vec<Vec<Integer>> = targets.iter().zip(&rounded).map(rest).collect();
    let columns: Vec<&[Integer]> = basis.iter().map(|l| generators[*l].1).collect();
    let Cramer { determinant, numerators } = Cramer::solve(&columns, &rests)?;
    let one = i128::from(1_u64 << bits);
    let full = |l: &usize| rounded.iter().map(|row| i128::from(row[*l]).abs()).sum::<i128>() > one;
    let overfull = |(place, l): (usize, &usize)| {
        let load: Integer = numerators.iter().map(|row| row[place].abs()).sum();
        load > (&generators[*l].0 << bits) * determinant.abs()
    };
    if others.iter().any(full) || basis.iter().enumerate().any(overfull) {
        return None;
    }
    let one = Integer::one();
    let multipliers = |(row, numerators): (Vec<i64>, Vec<Integer>)| {
        let mut multipliers: Vec<Rational> =
            row.into_iter().map(|x| ratio_over(x.into(), bits, [&one, &one])).collect();
        for (l, numerator) in basis.iter().zip(numerators) {
            multipliers[*l] = ratio_over(numerator, bits, [&determinant, &generators[*l].0]);
        }
        multipliers
    };
    Some(rounded.into_iter().zip(numerators).map(multipliers).collect())
}

/// Where nothing is left: each target is made from independent generators, so that its multipliers are known exactly.
fn tight(generators: &[Scaled<'_>], targets: &[Scaled<'_>], shares: &Shares) -> Option<Vec<Vec<Rational>>> {
    let mut multipliers = vec![];
    for ((factor, vector), way) in targets.iter().zip(&shares.ways) {
        let way = way.as_ref()?;
        let columns: Vec<&[Integer]> = way.iter().map(|l| generators[*l].1).collect();
        let right: Vec<Integer> = vector.iter().map(|entry| entry * factor).collect();
        let Cramer { determinant, mut numerators } = Cramer::solve(&columns, &[right])?;
        let mut row = vec![Rational::zero(); generators.len()];
        for (l, numerator) in way.iter().zip(numerators.swap_remove(0)) {
            row[*l] = ratio_over(numerator, 0, [&determinant, &generators[*l].0]);
        }
        multipliers.push(row);
    }
    let load = |l: usize| multipliers.iter().map(|row: &Vec<Rational>| row[l].abs()).sum::<Rational>();
    (0..generators.len()).all(|l| load(l) <= Rational::one()).then_some(multipliers)
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
        Reduced { linear, weights: weights.collect(), lines, denominator: Integer::one() }
    }

    fn is_proof(form: &Reduced, node: &Node) -> bool {
        let Node::Leaf { lambda, gamma, .. } = node else { return false };
        let convex = form.convex();
        let makes = |row: &[Rational], factor: Integer, target: &[Integer]| {
            (0..target.len()).all(|i| {
                let part = |(x, l): (&Rational, &usize)| x * Rational::from(&form.weights[*l] * &form.lines[*l][i]);
                row.iter().zip(&convex).map(part).sum::<Rational>() == Rational::from(&factor * &target[i])
            })
        };
        let concave: Vec<usize> = (0..form.weights.len()).filter(|l| !convex.contains(l)).collect();
        let load = |l: usize| gamma.iter().chain([lambda]).map(|row| row[l].abs()).sum::<Rational>();
        makes(lambda, Integer::one(), &form.linear)
            && gamma.iter().zip(&concave).all(|(row, m)| makes(row, form.weights[*m].abs(), &form.lines[*m]))
            && (0..convex.len()).all(|l| load(l) <= Rational::one())
    }

    #[test]
    fn proposals_are_made_exact() {
        let seed = 8;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let (mut proofs, mut rays, mut open) = (0, 0, 0);
        for _ in 0..2000 {
            let form = draw(&mut random);
            match joint(&form) {
                Joint::Proof(leaf) => {
                    assert!(is_proof(&form, &leaf), "{form:?} {leaf:?}");
                    proofs += 1;
                }
                Joint::Negative(u) => {
                    assert!(form.value(&u).is_negative(), "{form:?} {u:?}");
                    rays += 1;
                }
                Joint::Open => open += 1,
            }
        }
        println!("{proofs} proofs, {rays} rays, {open} open");
        assert!(proofs > 500 && rays > 500 && open < 100, "{proofs} {rays} {open}");
    }

    /// A proposer that talks nonsense: shares that are too large, not numbers, of dependent or too few generators, and rays
    /// that aren't.
    #[test]
    fn nonsense_proves_nothing() {
        let seed = 9;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let mut believed = [0, 0];
        for _ in 0..4000 {
            let form = draw(&mut random);
            let answer = check(&form, |generators, targets, refutes| {
                for _ in 0..random.random_range(0..3) {
                    let count = random.random_range(0..=4);
                    let zero: Vec<usize> = (0..count).map(|_| random.random_range(0..generators.len())).collect();
                    if refutes(&zero) {
                        return None;
                    }
                }
                Some(Shares::nonsense(generators, targets.len(), &mut random))
            });
            match answer {
                Joint::Proof(leaf) => {
                    assert!(is_proof(&form, &leaf), "{form:?} {leaf:?}");
                    believed[0] += 1;
                }
                Joint::Negative(u) => {
                    assert!(form.value(&u).is_negative(), "{form:?} {u:?}");
                    believed[1] += 1;
                }
                Joint::Open => {}
            }
        }
        println!("{believed:?} of 4000 were right by chance");
        assert!(believed.iter().all(|count| (1..2000).contains(count)), "{believed:?}");
    }
}
