//! Where the best value of a nonnegative variable has the wrong sign: a split that tells these points from the others.

use super::eliminate::Elimination;
use super::local::LocalNode;
use super::multivariate::Exponents;
use super::newton::{Kind, is_even, minimal};
use crate::rational::{Integer, Rational};
use num_traits::{Signed, pow};

/// The nodes `power` and `ray` that split where two terms of B, `beta y^p` and `-gamma z^q` up to a nonnegative monomial,
/// cancel each other: with `y = y'^(l/p)` and `z = z'^(l/q)` at a ratio of y' and z' next to `(gamma / beta)^(1/l)`. Where
/// `y'` is larger B is positive, as far as these terms go, and x is best at 0; on the other side the best x is positive.
pub(super) fn split_by_sign(elimination: &Elimination, kinds: &[Kind]) -> Option<Vec<LocalNode>> {
    let terms = &elimination.linear.form.terms;
    let least = minimal(terms.keys());
    let of_sign = |positive: bool| {
        least.iter().copied().filter(move |e| terms.get(*e).is_some_and(|c| c.is_positive() == positive))
    };
    of_sign(true).find_map(|above| {
        of_sign(false).find_map(|below| {
            let common: Exponents = above.iter().zip(below).map(|(l, r)| *l.min(r)).collect();
            let ((y, p), (z, q)) = (pure_power(above, &common, kinds)?, pure_power(below, &common, kinds)?);
            let l = num_integer::lcm(p, q);
            let ratio = ratio_with_power(&-(terms.get(below)? / terms.get(above)?), l)?;
            let power =
                |variable: usize, exponent: u32| (exponent > 1).then_some(LocalNode::Power { variable, exponent });
            let nodes =
                power(y, l / p).into_iter().chain(power(z, l / q)).chain([LocalNode::Ray { pair: (y, z), ratio }]);
            is_even(kinds, &common).then(|| nodes.collect())
        })
    })
}

/// The nodes `power` and `ray` that split where two monomials, up to a common factor `y^p` and `z^q` with nonnegative y and
/// z, are `x^above = ratio x^below`, or next to it.
pub(super) fn split_at(
    above: &Exponents, below: &Exponents, ratio: &Rational, kinds: &[Kind],
) -> Option<Vec<LocalNode>> {
    let common: Exponents = above.iter().zip(below).map(|(l, r)| *l.min(r)).collect();
    let ((y, p), (z, q)) = (pure_power(above, &common, kinds)?, pure_power(below, &common, kinds)?);
    let l = num_integer::lcm(p, q);
    let ratio = if l == 1 { ratio.clone() } else { ratio_with_power(ratio, l)? };
    let power = |variable: usize, exponent: u32| (exponent > 1).then_some(LocalNode::Power { variable, exponent });
    Some(power(y, l / p).into_iter().chain(power(z, l / q)).chain([LocalNode::Ray { pair: (y, z), ratio }]).collect())
}

/// `(y, p)` if a monomial is `m y^p` with a nonnegative y.
fn pure_power(monomial: &Exponents, m: &Exponents, kinds: &[Kind]) -> Option<(usize, u32)> {
    let mut rest = monomial.iter().zip(m).map(|(power, m)| power - m).enumerate().filter(|(_, power)| *power > 0);
    let found = rest.next().filter(|(variable, _)| kinds[*variable] == Kind::Nonnegative)?;
    rest.next().is_none().then_some(found)
}

/// A simple fraction r with `ratio <= r^l <= 3/2 ratio`: that of the smallest denominator, up to 64.
fn ratio_with_power(ratio: &Rational, l: u32) -> Option<Rational> {
    let power = |r: &Rational| pow(r.clone(), l as usize);
    (1..=64_u32).find_map(|denominator| {
        // The least numerator whose power is large enough, by bisection.
        let fraction = |numerator: Integer| Rational::new(numerator, Integer::from(denominator));
        let (mut low, mut high) = (Integer::from(0), (ratio.ceil().to_integer() + 1) * denominator);
        while &low + 1 < high {
            let middle: Integer = (&low + &high) / 2;
            if power(&fraction(middle.clone())) < *ratio { low = middle } else { high = middle }
        }
        let found = fraction(high);
        (power(&found) <= ratio * Rational::new(3.into(), 2.into())).then_some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::super::multivariate::polynomial;
    use super::super::truncated::Truncated;
    use super::*;
    use Kind::{Free, Nonnegative};

    #[test]
    fn ratios_are_simple_and_a_little_above_the_root() {
        let ratio = |numerator: i64, denominator: i64| Rational::new(numerator.into(), denominator.into());
        assert_eq!(ratio_with_power(&ratio(16, 1), 1), Some(ratio(16, 1)));
        assert_eq!(ratio_with_power(&ratio(6, 5), 2), Some(ratio(4, 3)));
        assert_eq!(ratio_with_power(&ratio(1, 7), 3), Some(ratio(4, 7)));
        assert_eq!(ratio_with_power(&ratio(1, 1_000_000), 1), None);
    }

    #[test]
    fn the_split_is_where_two_terms_cancel() {
        // x^2 + x w^2 (5 y^2 - 6 z): y = y', z = z'^2, y' : z' = 4 : 3. With w, or with a free z, nothing is known.
        let form = |w: u32| polynomial(&[(1, &[2, 0, 0, 0]), (5, &[1, 2, 0, w]), (-6, &[1, 0, 1, w])]);
        let split = |form, kinds: &[Kind]| {
            let elimination = Elimination::new(&Truncated::whole(form), kinds, 0);
            elimination.and_then(|elimination| split_by_sign(&elimination, kinds))
        };
        let nodes = vec![
            LocalNode::Power { variable: 2, exponent: 2 },
            LocalNode::Ray { pair: (1, 2), ratio: Rational::new(4.into(), 3.into()) },
        ];
        let kinds = [Nonnegative, Nonnegative, Nonnegative, Free];
        assert_eq!(split(form(2), &kinds), Some(nodes));
        assert_eq!(split(form(1), &kinds), None);
        assert_eq!(split(form(2), &[Nonnegative, Nonnegative, Free, Free]), None);
    }
}
