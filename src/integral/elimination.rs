//! Elimination of everything that enters quadratically: the loss difference becomes a polynomial in the positions of the
//! breakpoints, whose sign near 0 decides (docs/theory-integral.md, section 7).

use super::arrangement::{Arrangement, Function, Order, all_orders};
use super::curve::Descent;
use super::descent::Paths;
use super::model::{Model, Role};
use super::profile::{Profile, gram};
use crate::effort;
use crate::linear::{Echelon, Polynomial, solve};
use crate::polynomial::{Kind, LocalAnswer, LocalNode, Multivariate, along, decide_near_zero, determinant_within};
use crate::rational::Rational;
use num_traits::{One, Zero};

/// A proof that the candidate is a local minimum.
#[derive(Debug)]
pub struct Elimination {
    /// Kink neurons whose height `kappa_j` is eliminated, rising.
    pub basis: Vec<usize>,
    /// A proof for each order of the breakpoints.
    pub cells: Vec<EliminationCell>,
}

/// The polynomial is nonnegative near 0 where the breakpoints have this order.
#[derive(Debug)]
pub struct EliminationCell {
    /// For each place its breakpoints from left to right; `None` is a data breakpoint.
    pub order: Vec<Order>,
    /// The proof, in depth-first order.
    pub proof: Vec<LocalNode>,
}

/// What the polynomials say.
pub(super) enum Outcome {
    /// A local minimum.
    Minimum(Elimination),
    /// Not one.
    Descent(Descent),
    /// Open: why.
    Open(&'static str),
    /// Not tried: the problem is too large.
    TooLarge,
}

/// Most orders of the breakpoints, most breakpoints that move, and most products of terms for one polynomial.
const MAX_ORDERS: usize = 120;
const MAX_KINKS: usize = 4;
const MAX_WORK: usize = 3_000_000;
/// Most terms of a curve.
const MAX_TERMS: usize = 24;

/// Decides by elimination, for a stationary candidate whose loss is not 0. Degenerate neurons stay where they are: then
/// only a descent is an answer.
///
/// Cost: for each order of the breakpoints the determinants of matrices of polynomials in K + |T| variables, of degree
/// (degree of p and f) + 3 in each.
pub(super) fn decide_by_elimination(model: &Model<'_>) -> Outcome {
    let kinks: Vec<usize> = (0..model.neurons.len()).filter(|j| model.neurons[*j].role == Role::Kink).collect();
    if kinks.len() > MAX_KINKS {
        return Outcome::TooLarge;
    }
    let Some(orders) = all_orders(model, MAX_ORDERS) else { return Outcome::TooLarge };
    let problem = Problem::new(model, &kinks);
    let mut cells = Vec::new();
    let mut open = None;
    for order in orders {
        if effort::is_over() {
            return Outcome::TooLarge;
        }
        let mut budget = MAX_WORK;
        let Some(reduced) = problem.reduce(&order, &mut budget) else { return Outcome::TooLarge };
        match decide_near_zero(&reduced.polynomial, &reduced.arrangement.kinds, &mut budget) {
            LocalAnswer::Nonnegative(proof) => cells.push(EliminationCell { order, proof }),
            LocalAnswer::Negative(curve) => match problem.lift(&reduced, &curve) {
                Some(descent) => return Outcome::Descent(descent),
                None => {
                    open =
                        Some("the polynomial is negative along a curve that leads to no polynomial curve of networks")
                }
            },
            LocalAnswer::Open => open = Some("the sign of the polynomial left by elimination stays open"),
        }
    }
    let degenerate = model.neurons.iter().any(|neuron| neuron.role == Role::Degenerate);
    match open {
        Some(why) => Outcome::Open(why),
        None if degenerate => Outcome::Open("a neuron with zero input weight and bias may move together with others"),
        None => Outcome::Minimum(Elimination { basis: problem.basis, cells }),
    }
}

/// The polynomial whose sign near 0 decides, for a basis and an order of the breakpoints.
#[derive(Debug)]
pub struct Eliminated {
    /// `Gram(Phi, y) - L Gram(Phi)`
    pub polynomial: Multivariate,
    /// Of its variables.
    pub kinds: Vec<Kind>,
    /// The places of the breakpoints as functions of the variables, neuron by neuron.
    pub positions: Vec<(usize, Multivariate)>,
    /// T: the last variables are the changes of their heights.
    pub kept: Vec<usize>,
}

/// The polynomial that a certificate is about. Cost: that of one cell of [`Elimination`].
pub fn eliminated(model: &Model<'_>, basis: &[usize], order: &[Order]) -> Option<Eliminated> {
    let has_affine = model.neurons.iter().any(|neuron| neuron.role == Role::Affine);
    let kinks = (0..model.neurons.len()).filter(|j| model.neurons[*j].role == Role::Kink);
    let kept: Vec<usize> = kinks.filter(|j| !basis.contains(j)).collect();
    let problem = Problem { model, has_affine, basis: basis.to_vec(), kept };
    let Reduced { arrangement, polynomial, .. } = problem.reduce(order, &mut usize::MAX.clone())?;
    Some(Eliminated { polynomial, kinds: arrangement.kinds, positions: arrangement.positions, kept: problem.kept })
}

/// What is eliminated and what is kept.
struct Problem<'a> {
    model: &'a Model<'a>,
    has_affine: bool,
    /// S
    basis: Vec<usize>,
    /// T
    kept: Vec<usize>,
}

/// The polynomial for one order, and what it is made of.
struct Reduced {
    arrangement: Arrangement,
    /// `Gram(Phi, y) - L Gram(Phi)`
    polynomial: Multivariate,
    /// The Gram matrix of Phi, and its inner products with y.
    gram: Vec<Vec<Multivariate>>,
    right: Vec<Multivariate>,
}

impl<'a> Problem<'a> {
    fn new(model: &'a Model<'a>, kinks: &[usize]) -> Problem<'a> {
        let has_affine = model.neurons.iter().any(|neuron| neuron.role == Role::Affine);
        let mut profiles = vec![Profile::affine(model, Rational::one(), Rational::zero())];
        if has_affine {
            profiles.push(Profile::affine(model, Rational::zero(), Rational::one()));
        }
        let first = profiles.len();
        profiles.extend(kinks.iter().map(|j| Profile::feature(model, *j)));
        // Rows of a Gram matrix are as independent as the functions.
        let rows = gram(&profiles, model);
        let mut span = Echelon::default();
        rows[..first].iter().for_each(|row| _ = span.insert(row));
        let (basis, kept) = kinks.iter().zip(&rows[first..]).partition::<Vec<_>, _>(|(_, row)| span.insert(row));
        let names = |list: Vec<(&usize, &Vec<Rational>)>| list.into_iter().map(|(j, _)| *j).collect();
        Problem { model, has_affine, basis: names(basis), kept: names(kept) }
    }

    fn features(&self, arrangement: &Arrangement) -> Vec<Function> {
        let (zero, one) = (Rational::zero(), Rational::one());
        let mut features = vec![arrangement.affine(&one, &zero)];
        if self.has_affine {
            features.push(arrangement.affine(&zero, &one));
        }
        features.extend(self.basis.iter().map(|j| arrangement.feature(self.model, *j)));
        features
    }

    fn reduce(&self, order: &[Order], budget: &mut usize) -> Option<Reduced> {
        let model = self.model;
        let arrangement = Arrangement::new(model, order, self.kept.len());
        let variables = arrangement.kinds.len();
        let features = self.features(&arrangement);
        let kept: Vec<Function> = self.kept.iter().map(|t| arrangement.feature(model, *t)).collect();
        // kappa_t + zeta_t
        let heights: Vec<Multivariate> = self
            .kept
            .iter()
            .enumerate()
            .map(|(place, t)| {
                let mut height = Multivariate::variable(variables, variables - self.kept.len() + place);
                height.add_term(vec![0; variables], model.neurons[*t].kappa());
                height
            })
            .collect();
        let minus = -Rational::one();
        // y = f - sum_T (kappa_t + zeta_t) r_t
        let right: Vec<Multivariate> = features
            .iter()
            .map(|feature| {
                let mut product = arrangement.against_target(feature);
                for (height, function) in heights.iter().zip(&kept) {
                    product.add(&minus, &height.times(&arrangement.inner(feature, function)));
                }
                product
            })
            .collect();
        let mut square = arrangement.target_square();
        for (place, (height, function)) in heights.iter().zip(&kept).enumerate() {
            square.add(&-Rational::from_integer(2.into()), &height.times(&arrangement.against_target(function)));
            for (other, other_function) in heights.iter().zip(&kept).skip(place) {
                let twice =
                    if std::ptr::eq(height, other) { Rational::one() } else { Rational::from_integer(2.into()) };
                square.add(&twice, &height.times(other).times(&arrangement.inner(function, other_function)));
            }
        }
        let gram: Vec<Vec<Multivariate>> =
            features.iter().map(|l| features.iter().map(|r| arrangement.inner(l, r)).collect()).collect();
        let mut bordered = gram.clone();
        bordered.iter_mut().zip(&right).for_each(|(row, entry)| row.push(entry.clone()));
        bordered.push(right.iter().cloned().chain([square]).collect());
        let mut polynomial = determinant_within(&bordered, variables, budget)?;
        polynomial.add(&-&model.loss, &determinant_within(&gram, variables, budget)?);
        Some(Reduced { arrangement, polynomial, gram, right })
    }

    /// A curve of networks from one of the variables: the eliminated heights are the power series that solves their normal
    /// equations, cut off where the loss falls.
    fn lift(&self, reduced: &Reduced, curve: &[Polynomial]) -> Option<Descent> {
        let model = self.model;
        let along = |polynomial: &Multivariate| along(polynomial, curve);
        let matrix: Vec<Vec<Polynomial>> = reduced.gram.iter().map(|row| row.iter().map(along).collect()).collect();
        let right: Vec<Polynomial> = reduced.right.iter().map(along).collect();
        let at = |polynomial: &Polynomial, power: usize| polynomial.0.get(power).cloned().unwrap_or_default();
        let columns: Vec<Vec<Rational>> =
            (0..matrix.len()).map(|c| matrix.iter().map(|row| at(&row[c], 0)).collect()).collect();
        let columns: Vec<&[Rational]> = columns.iter().map(Vec::as_slice).collect();
        let mut series: Vec<Vec<Rational>> = Vec::new();
        let first = 1 + usize::from(self.has_affine);
        for power in 0..=MAX_TERMS {
            let known = |i: usize| -> Rational {
                let earlier = series.iter().enumerate().map(|(lower, terms)| {
                    terms.iter().enumerate().map(|(c, term)| at(&matrix[i][c], power - lower) * term).sum::<Rational>()
                });
                at(&right[i], power) - earlier.sum::<Rational>()
            };
            series.push(solve(&columns, &[(0..matrix.len()).map(known).collect()])?.pop()?);
            if power == 0 {
                continue;
            }
            let path = |c: usize| {
                let terms = series[1..].iter().map(|terms| terms[c].clone());
                Polynomial(std::iter::once(Rational::zero()).chain(terms).collect())
            };
            let shift = |(j, position): &(usize, Multivariate)| {
                let mut shift = along(position);
                shift.0.resize(shift.0.len().max(1), Rational::zero());
                shift.0[0] = Rational::zero();
                (*j, shift)
            };
            let kept = self.kept.iter().enumerate();
            let offset = curve.len() - self.kept.len();
            let paths = Paths {
                shifts: reduced.arrangement.positions.iter().map(shift).collect(),
                heights: self
                    .basis
                    .iter()
                    .enumerate()
                    .map(|(place, j)| (*j, path(first + place)))
                    .chain(kept.map(|(place, t)| (*t, curve[offset + place].clone())))
                    .collect(),
                constant: path(0),
                slope: if self.has_affine { path(1) } else { Polynomial(vec![]) },
            };
            if let Some(descent) = paths.descend(model) {
                return Some(descent);
            }
        }
        None
    }
}
