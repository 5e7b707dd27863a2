//! The polynomial where no output weight is eliminated: a sum of squares, but for what pulls at the residuals
//! (docs/theory.md, section 7.17).

use super::reduced::Projected;
use crate::linear::{combination, is_zero, least_point};
use crate::polynomial::{Exponents, Kind, Multivariate};
use crate::rational::Rational;
use num_traits::One;
use std::collections::BTreeSet;

/// `f = sum_s w_s p_s^2 + pull`, the p_s and pull zero at 0. The p_s are of degree 2 at most.
pub(super) struct SumOfSquares<'a> {
    pub(super) projected: &'a Projected,
    /// `(p_s, w_s)`
    pub(super) squares: Vec<(Multivariate, Rational)>,
    /// `2 sum_i sum_j zeta_ij e_j.z_i(u_i)`
    pub(super) pull: Multivariate,
    /// The coordinates that occur in it.
    pub(super) active: Vec<usize>,
}

/// A monomial, its kind, and its coefficients in the p_s.
pub(super) type Direction = (Exponents, Kind, Vec<Rational>);

/// `p'_s = p_s - sum_v x_v mu_vs / w_s`, and R with `f = sum_s w_s p'_s^2 + R`, as
/// `R = pull + 2 sum_v x_v mu_v.p - sum_s (sum_v x_v mu_vs)^2 / w_s`.
#[derive(Clone)]
pub(super) struct Named {
    /// The p'_s.
    pub(super) named: Vec<Multivariate>,
    /// R
    pub(super) rest: Multivariate,
}

impl SumOfSquares<'_> {
    /// From what is projected with S empty.
    pub(super) fn new(projected: &Projected) -> SumOfSquares<'_> {
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

    /// How many variables there are.
    pub(super) fn variables(&self) -> usize {
        self.projected.kinds.len()
    }

    /// Whether a variable is nonnegative, and not active.
    pub(super) fn is_bounded(&self, v: usize) -> bool {
        self.projected.kinds[v] == Kind::Nonnegative && !self.active.contains(&v)
    }

    /// The monomials of the second order in the p_s without active coordinates: of a coordinate and zeta, or of c and delta.
    pub(super) fn products(&self) -> Vec<Exponents> {
        let is_product = |exponents: &&Exponents| {
            exponents.iter().sum::<u32>() == 2 && self.active.iter().all(|v| exponents[*v] == 0)
        };
        let all = self.squares.iter().flat_map(|(p, _)| p.terms.keys().filter(is_product)).cloned();
        all.collect::<BTreeSet<Exponents>>().into_iter().collect()
    }

    /// Whether all p_s are zero to the first order along some direction with `x_o = 1`, x nonnegative where it has to be.
    pub(super) fn is_flat(&self, o: usize) -> bool {
        self.shortest(o, &[]).is_some_and(|values| is_zero(&values))
    }

    /// The p_s where the sum of the `w_s p_s^2` is least, up to the first order, for `x_o = 1`, x nonnegative where it has to
    /// be; some products count as free variables of their own.
    pub(super) fn shortest(&self, o: usize, products: &[Exponents]) -> Option<Vec<Rational>> {
        let others: Vec<Direction> = self
            .directions(products)
            .into_iter()
            .filter(|(exponents, ..)| *exponents != monomial(self.variables(), &[o]))
            .collect();
        let own = self.column(&monomial(self.variables(), &[o]));
        let slopes: Vec<Rational> = others.iter().map(|(.., column)| self.inner(&own, column)).collect();
        self.least(&own, &others, &slopes, Kind::Nonnegative)
    }

    /// For each active v the mu_v with `mu_vs = w_s` times the value of p_s where f, up to the second order, is least for `x_v
    /// = 1` and the other active coordinates 0. Then `pull + 2 x_v mu_v.p` has terms `x_v x_o` of the second order only for
    /// nonnegative o, with coefficients that aren't negative. Some products count as free variables of their own, so that it
    /// has no terms that are x_v times one of them. `None` where no value is least.
    pub(super) fn multipliers(&self, products: &[Exponents]) -> Option<Vec<Vec<Rational>>> {
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
    pub(super) fn directions(&self, products: &[Exponents]) -> Vec<Direction> {
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
    pub(super) fn column(&self, exponents: &Exponents) -> Vec<Rational> {
        self.squares.iter().map(|(p, _)| p.terms.get(exponents).cloned().unwrap_or_default()).collect()
    }

    /// The squares and what is left with these multipliers.
    pub(super) fn named(&self, multipliers: &[Vec<Rational>]) -> Named {
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
        Named { named, rest }
    }
}

/// Of a product of a coordinate and zeta the coordinate, of c and delta c.
pub(super) fn first_factor(product: &Exponents) -> usize {
    product.iter().position(|power| *power > 0).unwrap_or_default()
}

/// The product of some variables.
pub(super) fn monomial(variables: usize, factors: &[usize]) -> Exponents {
    let mut exponents = vec![0; variables];
    factors.iter().for_each(|v| exponents[*v] += 1);
    exponents
}
