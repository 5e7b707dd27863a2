//! Terms on the faces as a quadratic form in monomials that is positive where these are nonnegative.

use super::gram::{WeightedSquare, gram_matrix};
use super::guard::split_at;
use super::local::LocalNode;
use super::multivariate::{Exponents, Multivariate};
use super::newton::{Kind, Position, position, split_terms};
use crate::cone::{Cone, ConeAnswer, ConeLeaf, ConeProof, QuadraticForm, split_on_cone};
use crate::rational::{Integer, Rational};
use num_traits::{One, Zero};

/// What is found out about the terms on the faces.
#[derive(Debug)]
pub(super) enum Copositive {
    /// Squares and nonnegative monomials that contain all tight terms and leave a part of each good one.
    Squares(Vec<WeightedSquare>),
    /// There are such ones on both sides of a split, perhaps after more splits.
    Split(Vec<LocalNode>),
}

/// Most parts into which the cone of monomials is split to see that the form is positive.
const MAX_PARTS: usize = 32;

/// With y_l the root of the l-th even good monomial the tight terms and the good ones are a quadratic form in y. Some of the
/// y are nonnegative: those of which the product is a nonnegative monomial. Is the form positive where these are? `budget`: each
/// part of the cone costs as many products of numbers as the form has entries, times their number in a row.
pub(super) fn copositive(form: &Multivariate, kinds: &[Kind], budget: &mut usize) -> Option<Copositive> {
    let (good, bad) = split_terms(form, &vec![Kind::Free; kinds.len()]);
    let is_tight = |b: &Exponents| matches!(position(b, &good), Position::Tight);
    let tight: Vec<Exponents> = bad.into_iter().filter(is_tight).collect();
    let gram = gram_matrix(form, &good, &tight)?;
    let involved: Vec<usize> = (0..good.len()).filter(|l| gram.matrix[*l].iter().any(|x| !x.is_zero())).collect();
    let roots: Vec<Exponents> =
        involved.iter().map(|l| good[*l].iter().map(|power| power / 2).collect::<Exponents>()).collect();
    let nonnegative = nonnegative_roots(&gram, &involved, &roots, kinds);
    let mut cone = Cone::whole(involved.len());
    for unit in nonnegative.iter().map(|place| cone_unit(involved.len(), *place)) {
        cone.cut(unit);
    }
    // A part of each good term stays, to absorb what is higher.
    let mut split = None;
    for shift in [2, 8, 24, 80] {
        let part = Rational::one() - Rational::new(Integer::one(), Integer::one() << shift);
        let entry = |l: usize, r: usize| match l == r {
            true => &part * &form.terms[&good[l]],
            false => gram.matrix[l][r].clone(),
        };
        let matrix = involved.iter().map(|l| involved.iter().map(|r| entry(*l, *r)).collect()).collect();
        let mut parts = MAX_PARTS;
        let answer = split_on_cone(&QuadraticForm { matrix }, &cone, &mut parts);
        *budget = budget.checked_sub(involved.len().pow(3) * (1 + MAX_PARTS - parts))?;
        match answer {
            ConeAnswer::Nonnegative(ConeProof::Leaf(leaf)) => {
                return Some(Copositive::Squares(weighted_squares(&leaf, &nonnegative, &roots, kinds.len())));
            }
            ConeAnswer::Nonnegative(ConeProof::Split { pair: (a, b), factors: (s, t), .. }) => {
                let (a, b) = (&roots[nonnegative[a]], &roots[nonnegative[b]]);
                split = split.or_else(|| split_at(a, b, &(t / s), kinds));
            }
            // Longer fractions will hardly need fewer parts, and make each of them dearer.
            ConeAnswer::Limit => break,
            ConeAnswer::Negative(_) => {}
        }
    }
    split.map(Copositive::Split)
}

fn cone_unit(dimension: usize, place: usize) -> Vec<Rational> {
    (0..dimension).map(|other| if other == place { Rational::one() } else { Rational::zero() }).collect()
}

/// Roots whose products with each other are nonnegative monomials: of those that depend on each other the largest set
/// with equal parities in the free variables.
fn nonnegative_roots(gram: &QuadraticForm, involved: &[usize], roots: &[Exponents], kinds: &[Kind]) -> Vec<usize> {
    let parities = |place: usize| -> Exponents {
        let free = roots[place].iter().zip(kinds).filter(|(_, kind)| **kind == Kind::Free);
        free.map(|(power, _)| power % 2).collect()
    };
    let mut found = Vec::new();
    let mut waiting: Vec<usize> = (0..roots.len()).collect();
    while let Some(first) = waiting.pop() {
        let mut connected = vec![first];
        let mut place = 0;
        while place < connected.len() {
            let row = &gram.matrix[involved[connected[place]]];
            let (next, others) = waiting.into_iter().partition(|other| !row[involved[*other]].is_zero());
            connected.extend::<Vec<usize>>(next);
            waiting = others;
            place += 1;
        }
        let equal = |place: &usize| -> Vec<usize> {
            connected.iter().copied().filter(|other| parities(*other) == parities(*place)).collect()
        };
        found.extend(connected.iter().map(equal).max_by_key(Vec::len).unwrap_or_default());
    }
    found.sort_unstable();
    found
}

/// `c y_a y_b` and `c (v.y)^2` in the variables.
fn weighted_squares(
    leaf: &ConeLeaf, nonnegative: &[usize], roots: &[Exponents], variables: usize,
) -> Vec<WeightedSquare> {
    let product = |(a, b, factor): &(usize, usize, Rational)| {
        let (a, b) = (&roots[nonnegative[*a]], &roots[nonnegative[*b]]);
        let monomial = a.iter().zip(b).map(|(a, b)| a + b).collect();
        WeightedSquare { factor: factor.clone(), monomial, base: Multivariate::constant(variables, Rational::one()) }
    };
    let square = |(factor, v): &(Rational, Vec<Rational>)| {
        let mut base = Multivariate::zero(variables);
        roots.iter().zip(v).for_each(|(root, value)| base.add_term(root.clone(), value.clone()));
        WeightedSquare { factor: factor.clone(), monomial: vec![0; variables], base }
    };
    let all = leaf.products.iter().map(product).chain(leaf.squares.iter().map(square));
    all.filter(|square| !square.factor.is_zero() && !square.base.is_zero()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::multivariate::polynomial;
    use super::*;
    use Kind::{Free, Nonnegative};

    const BUDGET: usize = 1_000_000;

    #[test]
    fn a_form_that_is_positive_only_on_the_quadrant() {
        // x^2 + y^2 + 3 x y + z^2 - x z: with -z it is not positive semidefinite in x, y.
        let form = polynomial(&[(1, &[2, 0, 0]), (1, &[0, 2, 0]), (3, &[1, 1, 0]), (1, &[0, 0, 2]), (-1, &[1, 0, 1])]);
        let Some(Copositive::Squares(squares)) = copositive(&form, &[Nonnegative; 3], &mut BUDGET.clone()) else {
            panic!("positive")
        };
        // What is left has only good terms on the diagonal: a part of each square.
        let mut rest = form.clone();
        squares.iter().for_each(|square| rest.add(&-Rational::one(), &square.expand()));
        let is_square = |exponents: &Exponents| exponents.iter().filter(|power| **power > 0).count() == 1;
        assert!(rest.terms.len() == 3 && rest.terms.keys().all(is_square), "{rest:?}");
        // With a free x it is negative somewhere.
        assert!(copositive(&form, &[Free, Nonnegative, Nonnegative], &mut BUDGET.clone()).is_none());
    }

    #[test]
    fn horns_form_needs_a_split() {
        // Horn's form plus a tenth of all squares: no sum of squares and products alone (src/cone/quadratic.rs has it exact).
        let mut form = Multivariate::zero(5);
        for i in 0..5 {
            for (j, c) in [(i, 101), ((i + 1) % 5, -200), ((i + 2) % 5, 200)] {
                let mut exponents = vec![0; 5];
                exponents[i] += 1;
                exponents[j] += 1;
                form.add_term(exponents, Rational::new(c.into(), 100.into()));
            }
        }
        let found = copositive(&form, &[Nonnegative; 5], &mut BUDGET.clone());
        assert!(
            matches!(&found, Some(Copositive::Split(nodes)) if matches!(nodes[..], [LocalNode::Ray { .. }])),
            "{found:?}"
        );
        // Below Horn's form there is nothing.
        form.terms.values_mut().for_each(|c| {
            if *c == Rational::new(101.into(), 100.into()) {
                *c = Rational::new(99.into(), 100.into());
            }
        });
        assert!(copositive(&form, &[Nonnegative; 5], &mut BUDGET.clone()).is_none());
    }

    #[test]
    fn a_split_between_powers_is_a_ray_after_them() {
        let split = split_at(&vec![2, 0, 1], &vec![0, 1, 1], &Rational::from_integer(4.into()), &[Nonnegative; 3]);
        let Some([LocalNode::Power { variable: 1, exponent: 2 }, LocalNode::Ray { pair: (0, 1), ratio }]) =
            split.as_deref()
        else {
            panic!("{split:?}")
        };
        // x^2 against 4 z, z = z'^2
        assert_eq!(*ratio, Rational::from_integer(2.into()));
        assert_eq!(split_at(&vec![1, 1, 0], &vec![0, 0, 1], &Rational::one(), &[Nonnegative; 3]), None);
    }
}
