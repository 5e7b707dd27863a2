//! Names for squares: what is left of the polynomial in variables and names, and what the names say of the variables
//! (docs/theory.md, section 7.17).

use super::squares::{Named, SumOfSquares, first_factor, monomial};
use crate::polynomial::{Exponents, Kind, Multivariate, Position, divides, is_good, position, with_names};
use crate::rational::Rational;
use num_traits::One;

/// How often each relation is put in.
const ROUNDS: usize = 2;

/// A part of `(sum_s factor_s p'_s)^2` that is written out in the variables, and not in names.
#[derive(Clone)]
pub(super) struct Kept {
    /// The factors.
    pub(super) factors: Vec<Rational>,
    /// The part.
    pub(super) share: Rational,
}

/// How much is done for a form in variables and names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// Every bad term that no good term divides is replaced.
    Quick,
    /// Only those that aren't absorbed, and with an active coordinate only those below all good terms.
    Thorough,
}

impl Care {
    /// Most terms of what is left.
    fn most_terms(self) -> usize {
        match self {
            Care::Quick => 400,
            Care::Thorough => 1_500,
        }
    }
}

impl SumOfSquares<'_> {
    /// `U` and `F = U (sum_s w_s P_s^2 + R)` in the variables and the names P_s, parts of some squares kept: in terms that may be
    /// negative and that nothing absorbs, variables are replaced by what the relations `P_s = p'_s` say of them. `None` if F
    /// gets too large.
    pub(super) fn with_relations(
        &self, Named { named, rest }: &Named, kept: &[Kept], care: Care,
    ) -> Option<(Multivariate, Multivariate)> {
        let (before, total) = (self.variables(), self.variables() + named.len());
        let kinds = with_names(&self.projected.kinds, named.len());
        let mut form = extended(rest, total);
        for (s, (_, w)) in self.squares.iter().enumerate() {
            form.add_term(monomial(total, &[before + s, before + s]), w.clone());
        }
        for Kept { factors, share } in kept {
            let (mut values, mut names) = (Multivariate::zero(total), Multivariate::zero(total));
            for (s, factor) in factors.iter().enumerate() {
                values.add(factor, &extended(&named[s], total));
                names.add(factor, &Multivariate::variable(total, before + s));
            }
            form.add(share, &values.times(&values));
            form.add(&-share, &names.times(&names));
        }
        let mut unit = Multivariate::constant(before, Rational::one());
        let relations = self.relations(named, rest);
        for Relation { variable, factor, others } in (0..ROUNDS).flat_map(|_| &relations) {
            let is_good = |(exponents, value): &(&Exponents, &Rational)| is_good(&kinds, exponents, value);
            let good: Vec<Exponents> =
                form.terms.iter().filter(is_good).map(|(exponents, _)| exponents.clone()).collect();
            let stays = |exponents: &Exponents| match position(exponents, &good) {
                Position::Absorbed(_) => true,
                // As large as squares of the coordinate and of something else: they may outweigh it together.
                Position::Tight => self.active.iter().any(|v| exponents[*v] > 0),
                Position::Outside(_) => false,
            };
            let is_in_the_way = |(exponents, value): &(&Exponents, &Rational)| {
                let stays =
                    || good.iter().any(|a| divides(a, exponents)) || (care == Care::Thorough && stays(exponents));
                exponents[*variable] > 0 && !is_good(&(exponents, value)) && !stays()
            };
            let terms: Vec<Exponents> = form.terms.iter().filter(is_in_the_way).map(|(e, _)| e.clone()).collect();
            if terms.is_empty() {
                continue;
            }
            let mut replaced = Multivariate::zero(total);
            for exponents in terms {
                if let Some(value) = form.terms.remove(&exponents) {
                    replaced.add_term(lowered(&exponents, *variable), value);
                }
            }
            form = form.times(&extended(factor, total));
            form.add(&Rational::one(), &replaced.times(others));
            unit = unit.times(factor);
            if form.terms.len() > care.most_terms() {
                return None;
            }
        }
        Some((unit, form))
    }

    /// What `P_s = p'_s` says of free variables, and of moves whose product with an active coordinate has the coefficient 0 in
    /// R. On the right side there are no free variables to the first order, no products of coordinates and zeta, none of
    /// these moves and no products of them and delta, as far as the relations can be solved for all of them.
    fn relations(&self, named: &[Multivariate], rest: &Multivariate) -> Vec<Relation> {
        let (before, total, kinds) = (self.variables(), self.variables() + named.len(), &self.projected.kinds);
        let others = || (0..before).filter(|v| !self.active.contains(v));
        let has_no_product =
            |c: &usize| self.active.iter().any(|v| !rest.terms.contains_key(&monomial(before, &[*v, *c])));
        let free = others().filter(|v| kinds[*v] == Kind::Free && *v < self.projected.first_move);
        let tight: Vec<usize> = others().filter(|c| kinds[*c] == Kind::Nonnegative).filter(has_no_product).collect();
        let products = self.products().into_iter().filter(|product| {
            let factor = first_factor(product);
            factor < self.projected.coordinates || tight.contains(&factor)
        });
        let products = products.map(|product| (None, [product, vec![0; named.len()]].concat()));
        let single = |v: usize| (Some(v), monomial(total, &[v]));
        let wanted = free.map(single).chain(products).chain(tight.iter().map(|c| single(*c)));
        // The equations P_s - p'_s = 0, solved for these monomials one after the other.
        let equation = |(s, p): (usize, &Multivariate)| {
            let mut equation = Multivariate::variable(total, before + s);
            equation.add(&-Rational::one(), &extended(p, total));
            equation
        };
        let mut equations: Vec<Multivariate> = named.iter().enumerate().map(equation).collect();
        let mut solved: Vec<(usize, Option<usize>)> = Vec::new();
        for (variable, wanted) in wanted {
            let is_left = |row: &usize| !solved.iter().any(|(other, _)| other == row);
            let mut rows = (0..equations.len()).filter(is_left);
            let Some(row) = rows.find(|row| equations[*row].terms.contains_key(&wanted)) else { continue };
            let mut unit = Multivariate::zero(total);
            unit.add(&equations[row].terms[&wanted].recip(), &equations[row]);
            for other in &mut equations {
                if let Some(factor) = other.terms.get(&wanted).cloned() {
                    other.add(&-factor, &unit);
                }
            }
            equations[row] = unit;
            solved.push((row, variable));
        }
        let solved = solved.into_iter().filter_map(|(row, variable)| Some((&equations[row], variable?)));
        solved.map(|(equation, variable)| Relation::new(equation, variable, before)).collect()
    }
}

/// `U x_v = others`, `U(0) = 1`, U without names.
struct Relation {
    variable: usize,
    factor: Multivariate,
    others: Multivariate,
}

impl Relation {
    /// From an equation in which x_v alone has the coefficient 1, the names after the first `before` variables.
    fn new(equation: &Multivariate, variable: usize, before: usize) -> Relation {
        let (mut factor, mut others) = (Multivariate::zero(before), Multivariate::zero(equation.variables));
        for (exponents, value) in &equation.terms {
            if exponents[variable] > 0 {
                factor.add_term(lowered(exponents, variable)[..before].to_vec(), value.clone());
            } else {
                others.add_term(exponents.clone(), -value.clone());
            }
        }
        Relation { variable, factor, others }
    }
}

/// A multiple of a variable divided by it.
fn lowered(exponents: &Exponents, variable: usize) -> Exponents {
    let mut exponents = exponents.clone();
    exponents[variable] -= 1;
    exponents
}

/// The same polynomial in more variables.
fn extended(polynomial: &Multivariate, variables: usize) -> Multivariate {
    let longer = |exponents: &Exponents| {
        let mut exponents = exponents.clone();
        exponents.resize(variables, 0);
        exponents
    };
    let terms = polynomial.terms.iter().map(|(exponents, value)| (longer(exponents), value.clone()));
    Multivariate { variables, terms: terms.collect() }
}
