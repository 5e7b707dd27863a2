//! Is a quadratic form nonnegative on a simplicial cone? Exact both ways.

use super::form::{QuadraticForm, dual_basis};
use super::orthant::{Decomposition, OrthantAnswer, eliminate};
use super::polyhedral::Cone;
use crate::linear::{Echelon, add_multiple, combination};
use crate::rational::Rational;

/// Whether a form is nonnegative on a cone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConeAnswer {
    /// It is.
    Nonnegative(ConeProof),
    /// `q(u) < 0` at a point of the cone.
    Negative(Vec<Rational>),
    /// The proof would need more leaves than allowed.
    Limit,
}

/// A proof that a form is nonnegative on a cone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConeProof {
    /// The cone is split by the sign of `s l_a - t l_b`; that functional, and on the second side its negative, is the
    /// next inequality.
    Split {
        /// `(a, b)`, inequalities of the cone.
        pair: (usize, usize),
        /// `(s, t)`
        factors: (Rational, Rational),
        /// The sides where it is >= 0 and <= 0.
        sides: Box<[ConeProof; 2]>,
    },
    /// A decomposition.
    Leaf(ConeLeaf),
}

/// `q(u) = sum c l_a(u) l_b(u) + sum c (v.u)^2 + sum_z l_z(u) (c_z.u)`, `c >= 0`: nonnegative where the inequalities `l_a`
/// are and the `l_z` are zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConeLeaf {
    /// `(a, b, c)`
    pub products: Vec<(usize, usize, Rational)>,
    /// `(c, v)`
    pub squares: Vec<(Rational, Vec<Rational>)>,
    /// `(z, c_z)`
    pub zeros: Vec<(usize, Vec<Rational>)>,
}

/// Most bits of a number of the form in the coordinates of a part of the cone.
const MAX_LENGTH: u64 = 2_048;

/// Decides whether a form is nonnegative on a simplicial cone, with at most so many leaves.
///
/// Cost of a leaf: (dimension)^3 operations. The number of leaves is exponential in the number of rays at worst
/// (copositivity is co-NP-complete), and mostly 1.
pub fn decide_on_cone(form: &QuadraticForm, cone: &Cone, max_leaves: &mut usize) -> ConeAnswer {
    within(form, cone, max_leaves, true)
}

/// The same, but below a split no decomposition is written out, which is most of the work: the leaves there are empty.
pub fn split_on_cone(form: &QuadraticForm, cone: &Cone, max_leaves: &mut usize) -> ConeAnswer {
    within(form, cone, max_leaves, false)
}

fn within(form: &QuadraticForm, cone: &Cone, max_leaves: &mut usize, all: bool) -> ConeAnswer {
    // Each split makes one leaf more. Counted where they are made, a long row of them ends as well.
    if *max_leaves == 0 {
        return ConeAnswer::Limit;
    }
    *max_leaves -= 1;
    descend(form, cone, &[], max_leaves, (true, all))
}

/// `order`: rays whose coordinates are eliminated first; `(whole, below)`: whether a decomposition is written out at a leaf.
fn descend(
    form: &QuadraticForm, cone: &Cone, order: &[Vec<Rational>], max_leaves: &mut usize, (whole, below): (bool, bool),
) -> ConeAnswer {
    let Some(coordinates) = cone.coordinates().filter(|_| !crate::effort::is_over()) else {
        return ConeAnswer::Limit;
    };
    let basis: Vec<&[Rational]> = cone.lineality.iter().chain(&cone.rays).map(Vec::as_slice).collect();
    let free = cone.lineality.len();
    let place = |ray: &Vec<Rational>| cone.rays.iter().position(|other| other == ray).map(|place| free + place);
    let mut places: Vec<usize> = order.iter().filter_map(place).collect();
    let here = form.in_coordinates(&basis);
    // After many splits the numbers double their lengths with each of them.
    if here.longest() > MAX_LENGTH {
        return ConeAnswer::Limit;
    }
    match eliminate(&here, free, &mut places) {
        OrthantAnswer::Negative(x) => {
            ConeAnswer::Negative(combination(form.dimension(), x.into_iter().zip(basis.iter().copied())))
        }
        OrthantAnswer::Nonnegative(_) if !whole => ConeAnswer::Nonnegative(ConeProof::Leaf(ConeLeaf::default())),
        OrthantAnswer::Nonnegative(found) => leaf(form, cone, &basis, &coordinates, &found)
            .map_or(ConeAnswer::Limit, |leaf| ConeAnswer::Nonnegative(ConeProof::Leaf(leaf))),
        OrthantAnswer::Split(_) if *max_leaves == 0 => ConeAnswer::Limit,
        OrthantAnswer::Split(split) => {
            *max_leaves -= 1;
            // x_a = l_a / (value of l_a on its ray)
            let ((a, at_a), (b, at_b)) = (&coordinates[split.pair.0 - free], &coordinates[split.pair.1 - free]);
            let factors = (split.factors.0 / at_a, split.factors.1 / at_b);
            let order: Vec<Vec<Rational>> = places.iter().map(|place| cone.rays[place - free].clone()).collect();
            let mut functional: Vec<Rational> = cone.inequalities[*a].iter().map(|entry| entry * &factors.0).collect();
            add_multiple(&mut functional, &-&factors.1, &cone.inequalities[*b]);
            let mut proofs = Vec::new();
            for positive in [true, false] {
                let mut side = cone.clone();
                side.cut(functional.iter().map(|entry| if positive { entry.clone() } else { -entry }).collect());
                match descend(form, &side, &order, max_leaves, (below, below)) {
                    ConeAnswer::Nonnegative(proof) => proofs.push(proof),
                    other => return other,
                }
            }
            let Ok(sides) = <Box<[ConeProof; 2]>>::try_from(proofs) else { return ConeAnswer::Limit };
            ConeAnswer::Nonnegative(ConeProof::Split { pair: (*a, *b), factors, sides })
        }
    }
}

/// A decomposition in coordinates as one in functionals of u.
fn leaf(
    form: &QuadraticForm, cone: &Cone, basis: &[&[Rational]], coordinates: &[(usize, Rational)], found: &Decomposition,
) -> Option<ConeLeaf> {
    let dimension = form.dimension();
    let dual = dual_basis(basis, dimension)?;
    let mut rest = form.clone();
    let mut products = Vec::new();
    for (a, b, factor) in &found.products {
        let free = basis.len() - coordinates.len();
        let ((l_a, at_a), (l_b, at_b)) = (&coordinates[a - free], &coordinates[b - free]);
        let factor = factor / at_a / at_b;
        rest.add_product(&-&factor, &cone.inequalities[*l_a], &cone.inequalities[*l_b]);
        products.push((*l_a, *l_b, factor));
    }
    let mut squares = Vec::new();
    for (factor, v) in &found.squares {
        let v = combination(dimension, v.iter().cloned().zip(dual.iter().map(Vec::as_slice)));
        rest.add_product(&-factor, &v, &v);
        squares.push((factor.clone(), v));
    }
    let mut span = Echelon::default();
    let independent: Vec<usize> = (0..cone.zeros.len()).filter(|z| span.insert(&cone.zeros[*z])).collect();
    let functionals: Vec<&[Rational]> = independent.iter().map(|z| cone.zeros[*z].as_slice()).collect();
    let factors = rest.factors_of_zeros(&functionals)?;
    Some(ConeLeaf { products, squares, zeros: independent.into_iter().zip(factors).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::dot;
    use num_traits::{Signed, Zero};
    use rand::{RngExt, SeedableRng};

    fn rational(value: i64) -> Rational {
        Rational::from_integer(value.into())
    }

    fn form(entries: &[&[i64]]) -> QuadraticForm {
        QuadraticForm { matrix: entries.iter().map(|row| row.iter().map(|entry| rational(*entry)).collect()).collect() }
    }

    fn orthant(dimension: usize) -> Cone {
        let mut cone = Cone::whole(dimension);
        let units = cone.lineality.clone();
        units.into_iter().for_each(|unit| cone.cut(unit));
        cone
    }

    /// The leaves' identities, from their definition.
    fn holds(form: &QuadraticForm, cone: &Cone, proof: &ConeProof) -> bool {
        match proof {
            ConeProof::Leaf(leaf) => {
                let mut rest = form.clone();
                let nonnegative = leaf.products.iter().all(|(.., c)| !c.is_negative())
                    && leaf.squares.iter().all(|(c, _)| !c.is_negative());
                leaf.products
                    .iter()
                    .for_each(|(a, b, c)| rest.add_product(&-c, &cone.inequalities[*a], &cone.inequalities[*b]));
                leaf.squares.iter().for_each(|(c, v)| rest.add_product(&-c, v, v));
                leaf.zeros.iter().for_each(|(z, c)| rest.add_product(&rational(-1), &cone.zeros[*z], c));
                nonnegative && rest == QuadraticForm::zero(form.dimension())
            }
            ConeProof::Split { pair, factors, sides } => [1, -1].into_iter().zip(sides.iter()).all(|(sign, proof)| {
                let mut side = cone.clone();
                let mut l: Vec<Rational> =
                    cone.inequalities[pair.0].iter().map(|entry| entry * &factors.0 * rational(sign)).collect();
                add_multiple(&mut l, &(-&factors.1 * rational(sign)), &cone.inequalities[pair.1]);
                side.cut(l);
                holds(form, &side, proof)
            }),
        }
    }

    /// Horn's matrix is copositive, and no sum of a positive semidefinite and a nonnegative one: it needs splits.
    #[test]
    fn horns_form() {
        let horn =
            form(&[&[1, -1, 1, 1, -1], &[-1, 1, -1, 1, 1], &[1, -1, 1, -1, 1], &[1, 1, -1, 1, -1], &[-1, 1, 1, -1, 1]]);
        let cone = orthant(5);
        let ConeAnswer::Nonnegative(proof) = decide_on_cone(&horn, &cone, &mut 1000) else { panic!("copositive") };
        assert!(matches!(proof, ConeProof::Split { .. }) && holds(&horn, &cone, &proof));
        let mut lower = horn;
        lower.matrix[0][0] = Rational::new(99.into(), 100.into());
        let ConeAnswer::Negative(x) = decide_on_cone(&lower, &cone, &mut 1000) else { panic!("not copositive") };
        assert!(lower.value(&x).is_negative() && x.iter().all(|entry| !entry.is_negative()));
    }

    /// Seeded random forms on random simplicial cones with free directions and zeros, against the naive twin: the
    /// minimum over each face, by its own linear system.
    #[test]
    fn random_forms_against_all_faces() {
        let seed = 20_261_122;
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let (mut yes, mut no) = (0, 0);
        for case in 0..1500 {
            let dimension = random.random_range(1..=4);
            let cone = orthant(dimension);
            let mut form = QuadraticForm::zero(dimension);
            for (i, left) in cone.inequalities.iter().enumerate() {
                for (j, right) in cone.inequalities[..=i].iter().enumerate() {
                    let value = if i == j { random.random_range(0..=4) } else { 2 * random.random_range(-3..=3) };
                    form.add_product(&rational(value), left, right);
                }
            }
            let naive = negative_somewhere(&form);
            match decide_on_cone(&form, &cone, &mut 10_000) {
                ConeAnswer::Nonnegative(proof) => {
                    assert!(!naive && holds(&form, &cone, &proof), "seed {seed}, case {case}: {form:?}");
                    yes += 1;
                }
                ConeAnswer::Negative(x) => {
                    assert!(naive && form.value(&x).is_negative(), "seed {seed}, case {case}: {form:?}");
                    assert!(x.iter().all(|entry| !entry.is_negative()), "seed {seed}, case {case}");
                    no += 1;
                }
                ConeAnswer::Limit => panic!("seed {seed}, case {case}: no decision"),
            }
        }
        assert!(yes > 200 && no > 200, "{yes} {no}");
    }

    /// A form is not copositive exactly if on some face `M x = -1` has a solution `x > 0` of least support: naive.
    fn negative_somewhere(form: &QuadraticForm) -> bool {
        let dimension = form.dimension();
        (1..1_u32 << dimension).any(|face| {
            let support: Vec<usize> = (0..dimension).filter(|i| face >> i & 1 == 1).collect();
            let columns: Vec<Vec<Rational>> =
                support.iter().map(|j| support.iter().map(|i| form.matrix[*i][*j].clone()).collect()).collect();
            let columns: Vec<&[Rational]> = columns.iter().map(Vec::as_slice).collect();
            let minus_one = vec![rational(-1); support.len()];
            let Some(mut solution) = crate::linear::solve(&columns, &[minus_one]) else { return false };
            solution.remove(0).iter().all(|x| x.is_positive())
        })
    }

    #[test]
    fn free_directions_and_zeros() {
        // On u_0 >= 0, u_1 = 0, u_2 free: (u_0 + u_2)^2 + 5 u_0 u_1 - u_1^2 is nonnegative because u_1 is zero.
        let mut cone = Cone::whole(3);
        let unit = cone.lineality.clone();
        cone.cut(unit[0].clone());
        cone.flatten(unit[1].clone());
        let mut form = QuadraticForm::zero(3);
        let sum: Vec<Rational> = vec![rational(1), rational(0), rational(1)];
        form.add_product(&rational(1), &sum, &sum);
        form.add_product(&rational(5), &unit[0], &unit[1]);
        form.add_product(&rational(-1), &unit[1], &unit[1]);
        let ConeAnswer::Nonnegative(proof) = decide_on_cone(&form, &cone, &mut 10) else { panic!("nonnegative") };
        assert!(holds(&form, &cone, &proof));
        form.add_product(&rational(-1), &unit[0], &unit[0]);
        let ConeAnswer::Negative(u) = decide_on_cone(&form, &cone, &mut 10) else { panic!("negative") };
        assert!(form.value(&u).is_negative() && !dot(&unit[0], &u).is_negative() && u[1].is_zero());
    }
}
