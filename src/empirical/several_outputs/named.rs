//! Where no output weight is eliminated the polynomial is a sum of squares, but for what pulls at the residuals. The squares
//! get names; what is left is short, and proved nonnegative on its own (docs/theory.md, section 7.17).

use super::kept::{bent, steep};
use super::reduced::Projected;
use super::relations::{Care, Kept};
use super::squares::{Named, SumOfSquares, first_factor, monomial};
use crate::linear::is_zero;
use crate::polynomial::{Exponents, LocalNode, prove_near_zero, with_names};
use crate::rational::Rational;
use num_traits::{Signed, Zero};
use std::collections::{BTreeSet, VecDeque};

/// A proof that the polynomial with S empty is nonnegative near 0: the node `names`, then those of what is left. `budget` as
/// for [`prove_near_zero`].
pub(super) fn prove_by_names(projected: &Projected, budget: &mut usize) -> Option<Vec<LocalNode>> {
    let sum = SumOfSquares::new(projected);
    // Products with delta are as free as they can be where moves undo each other; those with zeta only where other neurons
    // can make up for zeta.
    let all = sum.products();
    let flat: Vec<Exponents> = all.iter().filter(|product| sum.is_flat(first_factor(product))).cloned().collect();
    let of_moves = |products: &[Exponents]| -> Vec<Exponents> {
        products.iter().filter(|product| first_factor(product) >= projected.first_move).cloned().collect()
    };
    let mut plans: Vec<Vec<Exponents>> = Vec::new();
    for plan in [of_moves(&all), of_moves(&flat), all, flat, vec![]] {
        if !plans.contains(&plan) {
            plans.push(plan);
        }
    }
    plans.into_iter().find_map(|products| {
        let named = sum.named(&sum.multipliers(&products)?);
        sum.proof(named, &[], Care::Quick, budget)
    })
}

/// A proof on other coordinates: multiples of the input weights are added to the vectors of the variables.
pub(super) struct Rescaled {
    /// The multiple for each coordinate.
    pub(super) factors: Vec<Rational>,
    /// The proof.
    pub(super) proof: Vec<LocalNode>,
}

/// Most sets of tied coordinates.
const MAX_TIES: usize = 64;

/// The same with more work: the products with zeta that count as free are those of *tied* coordinates, first none, then those
/// whose terms are in the way; the coordinates are rescaled; and parts of some squares are kept. `rescaled`: the polynomials
/// when multiples of the input weights have been added to the vectors of the coordinates.
pub(super) fn prove_with_ties(
    projected: &Projected, rescaled: &dyn Fn(&[Rational]) -> Option<Projected>, budget: &mut usize,
) -> Option<Rescaled> {
    let sum = SumOfSquares::new(projected);
    let mut waiting = VecDeque::from([BTreeSet::new()]);
    let mut seen = BTreeSet::from([BTreeSet::new()]);
    for _ in 0..MAX_TIES {
        let tied = waiting.pop_front().filter(|_| *budget > 0)?;
        let Some(named) = sum.with_ties(&tied) else { continue };
        let factors = sum.rescalings(&named);
        let (proof, obstacles) = if is_zero(&factors) {
            sum.proof_or_obstacles(named, budget)
        } else {
            let projected = rescaled(&factors)?;
            let sum = SumOfSquares::new(&projected);
            let Some(named) = sum.with_ties(&tied) else { continue };
            sum.proof_or_obstacles(named, budget)
        };
        if let Some(proof) = proof {
            return Some(Rescaled { factors, proof });
        }
        for o in obstacles {
            let more: BTreeSet<usize> = tied.iter().copied().chain([o]).collect();
            if seen.insert(more.clone()) {
                waiting.push_back(more);
            }
        }
    }
    None
}

impl SumOfSquares<'_> {
    fn proof(&self, named: Named, kept: &[Kept], care: Care, budget: &mut usize) -> Option<Vec<LocalNode>> {
        let (unit, form) = self.with_relations(&named, kept, care)?;
        let kinds = with_names(&self.projected.kinds, named.named.len());
        let proof = prove_near_zero(&form, &kinds, budget)?;
        Some([vec![LocalNode::Names { named: named.named, unit, form }], proof].concat())
    }

    /// Names where the products of these coordinates count as free. `None` if there are no multipliers, or a term x_v^2 doesn't
    /// stay good.
    fn with_ties(&self, tied: &BTreeSet<usize>) -> Option<Named> {
        let products: Vec<Exponents> =
            self.products().into_iter().filter(|product| tied.contains(&first_factor(product))).collect();
        let named = self.named(&self.multipliers(&products)?);
        let square = |v: &usize| named.rest.terms.get(&monomial(self.variables(), &[*v, *v]));
        let stays = self.active.iter().all(|v| square(v).is_some_and(Rational::is_positive));
        stays.then_some(named)
    }

    /// A proof, or the coordinates that stand in its way.
    fn proof_or_obstacles(&self, named: Named, budget: &mut usize) -> (Option<Vec<LocalNode>>, BTreeSet<usize>) {
        let obstacles = self.obstacles(&named);
        let mut prove = |kept: &[Kept]| self.proof(named.clone(), kept, Care::Thorough, budget);
        let with = |kept: Vec<Kept>| if kept.is_empty() { None } else { Some(kept) };
        let proof = prove(&[]).or_else(|| prove(&with(steep(self))?)).or_else(|| prove(&with(bent(self, &obstacles))?));
        (proof, obstacles)
    }

    /// Coordinates o, and moves, with terms `x_v x_o zeta` in R, but no term `x_v x_o`.
    fn obstacles(&self, named: &Named) -> BTreeSet<usize> {
        let has = |factors: &[usize]| named.rest.terms.contains_key(&monomial(self.variables(), factors));
        let products = self.products();
        let in_the_way = |product: &Exponents| {
            let o = first_factor(product);
            self.active.iter().any(|v| !has(&[*v, o]) && has(&[&[*v][..], &factors(product)].concat()))
        };
        products.iter().filter(|product| in_the_way(product)).map(first_factor).collect()
    }

    /// For each coordinate o of a neuron i the multiple c of `w_i` for which the terms `x_v x_o zeta_i` of R are least: with `c
    /// w_i` they change by -c times the pull `x_v zeta_i`. Only where i is an escape neuron is there one.
    fn rescalings(&self, named: &Named) -> Vec<Rational> {
        let (variables, outputs) = (self.variables(), self.projected.targets.len());
        let coordinates = self.projected.coordinates;
        let mut multiples = vec![Rational::zero(); coordinates];
        for product in self.products() {
            let factors = factors(&product);
            let [o, zeta] = factors[..] else { continue };
            if o >= coordinates || zeta < coordinates {
                continue;
            }
            // The first zeta of the same neuron.
            let first = zeta - (zeta - coordinates) % outputs;
            let (mut along, mut square) = (Rational::zero(), Rational::zero());
            for (v, z) in self.active.iter().flat_map(|v| (first..first + outputs).map(move |z| (*v, z))) {
                let Some(pull) = self.pull.terms.get(&monomial(variables, &[v, z])) else { continue };
                square += pull * pull;
                along +=
                    named.rest.terms.get(&monomial(variables, &[v, o, z])).map_or_else(Rational::zero, |x| x * pull);
            }
            if !square.is_zero() {
                multiples[o] = along / square;
            }
        }
        multiples
    }
}

/// The variables of a product.
fn factors(product: &Exponents) -> Vec<usize> {
    (0..product.len()).flat_map(|v| std::iter::repeat_n(v, product[v] as usize)).collect()
}
