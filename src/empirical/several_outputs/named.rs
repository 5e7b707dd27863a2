//! Where no output weight is eliminated the polynomial is a sum of squares, but for what pulls at the residuals. The squares
//! get names; what is left is short, and proved nonnegative on its own (docs/theory.md, section 7.17).

use super::reduced::Projected;
use crate::linear::{combination, is_zero, least_point};
use crate::polynomial::{Exponents, Kind, LocalNode, Multivariate, divides, is_good, prove_near_zero, with_names};
use crate::rational::Rational;
use num_traits::One;
use std::collections::BTreeSet;

/// `f = sum_s w_s p_s^2 + pull`, the p_s and pull zero at 0.
struct SumOfSquares<'a> {
    projected: &'a Projected,
    /// `(p_s, w_s)`
    squares: Vec<(Multivariate, Rational)>,
    /// `2 sum_i sum_j zeta_ij e_j.z_i(u_i)`
    pull: Multivariate,
    /// The coordinates that occur in it.
    active: Vec<usize>,
}

/// A monomial, its kind, and its coefficients in the p_s.
type Direction = (Exponents, Kind, Vec<Rational>);

/// Most terms of what is left.
const MAX_TERMS: usize = 400;
/// How often each relation is put in.
const ROUNDS: usize = 2;

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
        let multipliers = sum.multipliers(&products)?;
        let (named, rest) = sum.named(&multipliers);
        let (unit, form) = sum.with_relations(&named, &rest)?;
        let kinds = with_names(&projected.kinds, named.len());
        let proof = prove_near_zero(&form, &kinds, budget)?;
        Some([vec![LocalNode::Names { named, unit, form }], proof].concat())
    })
}

impl SumOfSquares<'_> {
    fn new(projected: &Projected) -> SumOfSquares<'_> {
        let variables = projected.kinds.len();
        let two = Rational::from_integer(2.into());
        let mut pull = Multivariate::zero(variables);
        let mut squares = Vec::new();
        for ytil in &projected.targets {
            for (entry, square) in ytil.iter().zip(&projected.squares) {
                // With S empty y.ytil_j = - y.e_j - y.X_j.
                let e = -entry.terms.get(&vec![0; variables]).cloned().unwrap_or_default();
                let mut x = Multivariate::constant(variables, -e.clone());
                x.add(&-Rational::one(), entry);
                pull.add(&(&two * e / square), &x);
                squares.push((x, square.recip()));
            }
        }
        squares.retain(|(p, _)| !p.is_zero());
        let occurs = |v: &usize| pull.terms.keys().any(|exponents| exponents[*v] > 0);
        let active = (0..projected.coordinates).filter(occurs).collect();
        SumOfSquares { projected, squares, pull, active }
    }

    fn variables(&self) -> usize {
        self.projected.kinds.len()
    }

    /// The monomials of the second order in the p_s without active coordinates: of a coordinate and zeta, or of c and delta.
    fn products(&self) -> Vec<Exponents> {
        let is_product = |exponents: &&Exponents| {
            exponents.iter().sum::<u32>() == 2 && self.active.iter().all(|v| exponents[*v] == 0)
        };
        let all = self.squares.iter().flat_map(|(p, _)| p.terms.keys().filter(is_product)).cloned();
        all.collect::<BTreeSet<Exponents>>().into_iter().collect()
    }

    /// Whether all p_s are zero to the first order along some direction with `x_o = 1`, x nonnegative where it has to be.
    fn is_flat(&self, o: usize) -> bool {
        let others = self.directions(&[]).into_iter().filter(|(exponents, ..)| exponents[o] == 0).collect::<Vec<_>>();
        let own = self.column(&monomial(self.variables(), &[o]));
        let slopes: Vec<Rational> = others.iter().map(|(.., column)| self.inner(&own, column)).collect();
        let values = self.least(&own, &others, &slopes, Kind::Nonnegative);
        values.is_some_and(|values| is_zero(&values))
    }

    /// For each active v the mu_v with `mu_vs = w_s` times the value of p_s where f, up to the second order, is least for `x_v
    /// = 1` and the other active coordinates 0. Then `pull + 2 x_v mu_v.p` has terms `x_v x_o` of the second order only for
    /// nonnegative o, with coefficients that aren't negative. Some products count as free variables of their own, so that it
    /// has no terms that are x_v times one of them. `None` where no value is least.
    fn multipliers(&self, products: &[Exponents]) -> Option<Vec<Vec<Rational>>> {
        let others = self.directions(products);
        let multiplier = |v: &usize| {
            let own = self.column(&monomial(self.variables(), &[*v]));
            let slope = |(exponents, _, column): &Direction| {
                let mut pair = exponents.clone();
                pair[*v] += 1;
                self.inner(&own, column) + self.pull.terms.get(&pair).cloned().unwrap_or_default()
            };
            let slopes: Vec<Rational> = others.iter().map(slope).collect();
            let values = self.least(&own, &others, &slopes, self.projected.kinds[*v])?;
            Some(values.iter().zip(&self.squares).map(|(value, (_, w))| value * w).collect())
        };
        self.active.iter().map(multiplier).collect()
    }

    /// The variables that aren't active, and some products, with their coefficients in the p_s.
    fn directions(&self, products: &[Exponents]) -> Vec<Direction> {
        let variables = self.variables();
        let single = (0..variables).filter(|v| !self.active.contains(v));
        let single = single.map(|v| (monomial(variables, &[v]), self.projected.kinds[v]));
        let all = single.chain(products.iter().map(|product| (product.clone(), Kind::Free)));
        all.map(|(exponents, kind)| {
            let column = self.column(&exponents);
            (exponents, kind, column)
        })
        .filter(|(.., column)| !is_zero(column))
        .collect()
    }

    /// The p_s, `own_s + sum_o y_o column_os`, where the sum of the w_s p_s^2 and of a linear function of y is least; `slopes` are
    /// the derivatives of both at 0.
    fn least(&self, own: &[Rational], others: &[Direction], slopes: &[Rational], kind: Kind) -> Option<Vec<Rational>> {
        let hessian: Vec<Vec<Rational>> =
            others.iter().map(|(.., l)| others.iter().map(|(.., r)| self.inner(l, r)).collect()).collect();
        // Along a free variable all coefficients have to be zero.
        let is_bounded = |(_, other, _): &Direction| *other == Kind::Nonnegative && kind == Kind::Nonnegative;
        let y = least_point(&hessian, slopes, &others.iter().map(is_bounded).collect::<Vec<_>>())?;
        let columns = others.iter().zip(&y).map(|((.., column), y)| (y.clone(), column.as_slice()));
        Some(combination(own.len(), columns.chain([(Rational::one(), own)])))
    }

    /// `2 sum_s w_s l_s r_s`
    fn inner(&self, left: &[Rational], right: &[Rational]) -> Rational {
        let terms = left.iter().zip(right).zip(&self.squares).map(|((l, r), (_, w))| l * r * w);
        terms.sum::<Rational>() * Rational::from_integer(2.into())
    }

    /// The coefficients of a monomial in all p_s.
    fn column(&self, exponents: &Exponents) -> Vec<Rational> {
        self.squares.iter().map(|(p, _)| p.terms.get(exponents).cloned().unwrap_or_default()).collect()
    }

    /// `p'_s = p_s - sum_v x_v mu_vs / w_s`, and R with `f = sum_s w_s p'_s^2 + R`, as
    /// `R = pull + 2 sum_v x_v mu_v.p - sum_s (sum_v x_v mu_vs)^2 / w_s`.
    fn named(&self, multipliers: &[Vec<Rational>]) -> (Vec<Multivariate>, Multivariate) {
        let two = Rational::from_integer(2.into());
        let mut rest = self.pull.clone();
        let mut named = Vec::new();
        for (s, (p, w)) in self.squares.iter().enumerate() {
            let mut shift = Multivariate::zero(self.variables());
            for (v, mu) in self.active.iter().zip(multipliers) {
                shift.add(&mu[s], &Multivariate::variable(self.variables(), *v));
            }
            rest.add(&two, &shift.times(p));
            rest.add(&-w.recip(), &shift.times(&shift));
            let mut name = p.clone();
            name.add(&-w.recip(), &shift);
            named.push(name);
        }
        (named, rest)
    }

    /// `U` and `F = U (sum_s w_s P_s^2 + R)` in the variables and the names P_s: in terms of R that may be negative and that
    /// nothing absorbs, variables are replaced by what the relations `P_s = p'_s` say of them.
    fn with_relations(&self, named: &[Multivariate], rest: &Multivariate) -> Option<(Multivariate, Multivariate)> {
        let (before, total) = (self.variables(), self.variables() + named.len());
        let kinds = with_names(&self.projected.kinds, named.len());
        let mut form = extended(rest, total);
        for (s, (_, w)) in self.squares.iter().enumerate() {
            form.add_term(monomial(total, &[before + s, before + s]), w.clone());
        }
        let mut unit = Multivariate::constant(before, Rational::one());
        let relations = self.relations(named, rest);
        for Relation { variable, factor, others } in (0..ROUNDS).flat_map(|_| &relations) {
            let is_good = |(exponents, value): &(&Exponents, &Rational)| is_good(&kinds, exponents, value);
            let good: Vec<&Exponents> = form.terms.iter().filter(is_good).map(|(exponents, _)| exponents).collect();
            let is_in_the_way = |(exponents, value): &(&Exponents, &Rational)| {
                let absorbed = || good.iter().any(|a| divides(a, exponents));
                exponents[*variable] > 0 && !is_good(&(exponents, value)) && !absorbed()
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
            if form.terms.len() > MAX_TERMS {
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

/// Of a product of a coordinate and zeta the coordinate, of c and delta c.
fn first_factor(product: &Exponents) -> usize {
    product.iter().position(|power| *power > 0).unwrap_or_default()
}

/// The product of some variables.
fn monomial(variables: usize, factors: &[usize]) -> Exponents {
    let mut exponents = vec![0; variables];
    factors.iter().for_each(|v| exponents[*v] += 1);
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
