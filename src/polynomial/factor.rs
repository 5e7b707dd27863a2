//! Factors of a polynomial that say nothing about its sign near 0: squares, and factors that are positive at 0.

use super::multivariate::{Exponents, Multivariate};
use crate::rational::{Integer, Rational};
use num_integer::Integer as _;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::collections::BTreeMap;

/// `f = U p^2 g` with `U(0) > 0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Factors {
    /// `U`
    pub(super) unit: Multivariate,
    /// `p`
    pub(super) root: Multivariate,
    /// `g`
    pub(super) rest: Multivariate,
}

/// Most bits of a number on the way.
const MAX_BITS: u64 = 200_000;

/// Takes out what can be told by its multiplicity: every factor that occurs an even number of times, and of those that occur
/// as often as each other all, if none of them is zero at 0. `None` if there is nothing to take out, or too much work.
///
/// Cost: greatest common divisors of integers of up to 200 000 bits, about two for each variable. To be asked after
/// [`is_squarefree`].
pub(super) fn repeated_factors(form: &Multivariate) -> Option<Factors> {
    let variables = form.variables;
    let whole = Terms::of(form)?;
    // With f = prod a_k^k, a_k without repeated factors: first the gcd of f and its derivatives, prod a_k^(k-1).
    let mut repeated = whole.clone();
    for variable in 0..variables {
        let derivative = whole.derivative(variable);
        if !derivative.0.is_empty() {
            repeated = gcd(&repeated, &derivative)?;
        }
    }
    let mut left = whole.divided(&repeated)?;
    let mut factors = Factors {
        unit: Multivariate::constant(variables, Rational::one()),
        root: Multivariate::constant(variables, Rational::one()),
        rest: Multivariate::zero(variables),
    };
    let mut multiplicity = 1;
    while !left.is_constant() {
        let next = gcd(&left, &repeated)?;
        let factor = left.divided(&next)?;
        repeated = repeated.divided(&next)?;
        left = next;
        if !factor.is_constant() {
            let at_origin = factor.at_origin();
            let mut factor = factor.multivariate(variables);
            if at_origin.is_zero() {
                (0..multiplicity / 2).for_each(|_| factors.root = factors.root.times(&factor));
            } else {
                if at_origin.is_negative() {
                    factor.terms.values_mut().for_each(|value| *value = -value.clone());
                }
                (0..multiplicity).for_each(|_| factors.unit = factors.unit.times(&factor));
            }
        }
        multiplicity += 1;
    }
    let square = Terms::of(&factors.root.times(&factors.root).times(&factors.unit))?;
    if square.is_constant() {
        return None;
    }
    let scale = form.over(&whole)?;
    factors.rest = whole.divided(&square)?.multivariate(variables);
    factors.rest.terms.values_mut().for_each(|value| *value *= &scale);
    Some(factors)
}

impl Multivariate {
    /// The number by which the terms of a multiple are to be multiplied.
    fn over(&self, multiple: &Terms) -> Option<Rational> {
        let (exponents, value) = self.terms.first_key_value()?;
        Some(value / Rational::from_integer(multiple.0.get(exponents)?.clone()))
    }
}

/// A polynomial with integer coefficients, by its non-zero terms.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Terms(BTreeMap<Exponents, Integer>);

impl Terms {
    /// A positive multiple. `None` for 0.
    fn of(form: &Multivariate) -> Option<Terms> {
        let terms = form.integer_multiple().terms.into_iter();
        let terms = Terms(terms.map(|(exponents, value)| (exponents, value.to_integer())).collect());
        (!terms.0.is_empty()).then_some(terms)
    }

    fn multivariate(&self, variables: usize) -> Multivariate {
        let terms = self.0.iter().map(|(exponents, value)| (exponents.clone(), Rational::from_integer(value.clone())));
        Multivariate { variables, terms: terms.collect() }
    }

    fn is_constant(&self) -> bool {
        self.0.keys().all(|exponents| exponents.iter().all(Zero::is_zero))
    }

    fn at_origin(&self) -> Integer {
        let origin = self.0.first_key_value().filter(|(exponents, _)| exponents.iter().all(Zero::is_zero));
        origin.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn add_term(&mut self, exponents: Exponents, value: Integer) {
        let sum = self.0.remove(&exponents).unwrap_or_default() + value;
        if !sum.is_zero() {
            self.0.insert(exponents, sum);
        }
    }

    fn derivative(&self, variable: usize) -> Terms {
        let lower = |(exponents, value): (&Exponents, &Integer)| {
            let mut lowered = exponents.clone();
            lowered[variable] = exponents[variable].checked_sub(1)?;
            Some((lowered, value * exponents[variable]))
        };
        Terms(self.0.iter().filter_map(lower).collect())
    }

    /// The quotient, if the division leaves nothing.
    fn divided(&self, divisor: &Terms) -> Option<Terms> {
        let (lead, first) = divisor.0.last_key_value()?;
        let (mut rest, mut quotient) = (self.clone(), Terms(BTreeMap::new()));
        while let Some((exponents, value)) = rest.0.last_key_value() {
            let power: Option<Exponents> = exponents.iter().zip(lead).map(|(e, l)| e.checked_sub(*l)).collect();
            let (power, (factor, remainder)) = (power?, value.div_rem(first));
            if !remainder.is_zero() {
                return None;
            }
            for (other, value) in &divisor.0 {
                rest.add_term(other.iter().zip(&power).map(|(l, r)| l + r).collect(), -(value * &factor));
            }
            quotient.0.insert(power, factor);
        }
        Some(quotient)
    }

    /// The greatest common divisor of the coefficients, and what is left without it.
    fn primitive(&self) -> (Integer, Terms) {
        let content = self.0.values().fold(Integer::zero(), |content, value| content.gcd(value));
        (
            content.clone(),
            Terms(self.0.iter().map(|(exponents, value)| (exponents.clone(), value / &content)).collect()),
        )
    }

    fn largest(&self) -> Integer {
        self.0.values().map(Signed::abs).max().unwrap_or_default()
    }

    fn degree(&self, variable: usize) -> u32 {
        self.0.keys().map(|exponents| exponents[variable]).max().unwrap_or(0)
    }

    /// With a number in the place of a variable.
    fn at(&self, variable: usize, x: &Integer) -> Terms {
        let mut powers = vec![Integer::one()];
        (0..self.degree(variable)).for_each(|low| powers.push(&powers[low as usize] * x));
        let mut sum = Terms(BTreeMap::new());
        for (exponents, value) in &self.0 {
            let mut others = exponents.clone();
            let power = std::mem::take(&mut others[variable]);
            sum.add_term(others, value * &powers[power as usize]);
        }
        sum
    }

    /// The polynomial with small coefficients that has these values at a number: each coefficient is written in base x.
    fn digits(mut self, variable: usize, x: &Integer) -> Terms {
        let (mut whole, mut power) = (Terms(BTreeMap::new()), 0);
        while !self.0.is_empty() {
            let mut higher = Terms(BTreeMap::new());
            for (exponents, value) in self.0 {
                let (mut quotient, mut digit) = value.div_mod_floor(x);
                if &digit + &digit > *x {
                    digit -= x;
                    quotient += 1;
                }
                let mut here = exponents.clone();
                here[variable] = power;
                whole.add_term(here, digit);
                higher.add_term(exponents, quotient);
            }
            self = higher;
            power += 1;
        }
        whole
    }
}

/// A greatest common divisor: that of the values at a large number, written in its base, if this divides both. `None` if
/// the numbers get too large.
fn gcd(f: &Terms, g: &Terms) -> Option<Terms> {
    let ((f_content, f), (g_content, g)) = (f.primitive(), g.primitive());
    let content = f_content.gcd(&g_content);
    let count = f.0.keys().next()?.len();
    let Some(variable) = (0..count).find(|v| f.degree(*v) > 0 || g.degree(*v) > 0) else {
        return Some(Terms([(vec![0; count], content)].into()));
    };
    let mut x: Integer = f.largest().min(g.largest()) * 2 + 29;
    for _ in 0..6 {
        let degree = u64::from(f.degree(variable).max(g.degree(variable)));
        if x.bits() * (degree + 1) > MAX_BITS {
            return None;
        }
        let (at_f, at_g) = (f.at(variable, &x), g.at(variable, &x));
        if !at_f.0.is_empty() && !at_g.0.is_empty() {
            let (_, found) = gcd(&at_f, &at_g)?.digits(variable, &x).primitive();
            if f.divided(&found).is_some() && g.divided(&found).is_some() {
                let terms = found.0.into_iter().map(|(exponents, value)| (exponents, value * &content));
                return Some(Terms(terms.collect()));
            }
        }
        x = &x * 3 * x.sqrt().sqrt() + 1;
    }
    None
}

const PRIME: u64 = (1 << 61) - 1;

fn product(l: u64, r: u64) -> u64 {
    (u128::from(l) * u128::from(r) % u128::from(PRIME)) as u64
}

fn sum(l: u64, r: u64) -> u64 {
    (l + r) % PRIME
}

fn inverse(x: u64) -> u64 {
    let (mut power, mut base, mut left) = (1, x, PRIME - 2);
    while left > 0 {
        if left % 2 == 1 {
            power = product(power, base);
        }
        base = product(base, base);
        left /= 2;
    }
    power
}

fn times(l: &[u64], r: &[u64]) -> Vec<u64> {
    let mut sums = vec![0; (l.len() + r.len()).saturating_sub(1)];
    for (place, l) in l.iter().enumerate() {
        for (other, r) in r.iter().enumerate() {
            sums[place + other] = sum(sums[place + other], product(*l, *r));
        }
    }
    sums
}

/// Whether a polynomial, restricted to a line and modulo a prime, has no factor in common with its derivative. Then it has
/// no repeated factor, but one that is constant along the line. Cost: a multiplication of two univariate polynomials for
/// each power in each term, modulo a prime.
pub(super) fn is_squarefree(form: &Multivariate) -> bool {
    let Some(form) = Terms::of(form) else { return true };
    let count = form.0.keys().next().map_or(0, Vec::len);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % PRIME
    };
    let powers: Vec<Vec<Vec<u64>>> = (0..count)
        .map(|variable| {
            let line = [next(), next()];
            let mut powers = vec![vec![1]];
            (0..form.degree(variable)).for_each(|low| powers.push(times(&powers[low as usize], &line)));
            powers
        })
        .collect();
    let mut restricted: Vec<u64> = vec![];
    for (exponents, value) in &form.0 {
        let value = value.mod_floor(&Integer::from(PRIME)).to_u64().unwrap_or(0);
        let factors = exponents.iter().zip(&powers).filter(|(power, _)| **power > 0);
        let term = factors.fold(vec![value], |term, (power, powers)| times(&term, &powers[*power as usize]));
        restricted.resize(restricted.len().max(term.len()), 0);
        restricted.iter_mut().zip(term).for_each(|(entry, value)| *entry = sum(*entry, value));
    }
    let derivative = (1_u64..).zip(restricted.iter().skip(1)).map(|(power, c)| product(power, *c)).collect();
    let (mut left, mut right): (Vec<u64>, Vec<u64>) = (restricted, derivative);
    // Euclid
    loop {
        while right.last() == Some(&0) {
            right.pop();
        }
        let Some(last) = right.last() else { break };
        let scale = inverse(*last);
        while left.len() >= right.len() {
            let factor = PRIME - product(left.pop().unwrap_or(0), scale);
            let shift = left.len() + 1 - right.len();
            for (place, c) in right[..right.len() - 1].iter().enumerate() {
                left[shift + place] = sum(left[shift + place], product(*c, factor));
            }
        }
        std::mem::swap(&mut left, &mut right);
    }
    left.len() <= 1
}

#[cfg(test)]
mod tests {
    use super::super::multivariate::polynomial;
    use super::*;

    fn factors(form: &Multivariate) -> Option<Factors> {
        if is_squarefree(form) { None } else { repeated_factors(form) }
    }

    #[test]
    fn factors_multiply_to_the_polynomial() {
        let unit = polynomial(&[(-5, &[0, 0, 0]), (3, &[1, 0, 0]), (1, &[0, 2, 1])]);
        let root = polynomial(&[(2, &[1, 0, 0]), (-3, &[0, 1, 1]), (1, &[2, 0, 2])]);
        let rest = polynomial(&[(6, &[2, 0, 0]), (10, &[0, 3, 1]), (-1, &[1, 1, 1])]);
        for (units, roots) in [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (2, 0), (3, 1), (4, 2), (2, 3)] {
            let third = Multivariate::constant(3, Rational::new(1.into(), 3.into()));
            let times = |form: Multivariate, factor: &Multivariate, count: usize| {
                (0..count).fold(form, |product, _| product.times(factor))
            };
            let form = times(times(rest.times(&third), &root, roots), &unit, units);
            let Some(Factors { unit: u, root: p, rest: g }) = factors(&form) else {
                assert!(units < 2 && roots < 2, "{units} {roots}");
                continue;
            };
            assert_eq!(p.times(&p).times(&u).times(&g), form);
            assert!(u.terms[&vec![0; 3]] > Rational::zero());
            // Units are told from the others if no other factor occurs as often.
            assert_eq!(u == Multivariate::constant(3, Rational::one()), units == 0, "{units} {roots}");
            let expected = times(Multivariate::constant(3, Rational::one()), &root, roots / 2);
            let minus = expected.times(&Multivariate::constant(3, -Rational::one()));
            assert!(p == expected || p == minus, "{units} {roots}: {p:?}");
        }
    }

    #[test]
    fn what_occurs_once_stays() {
        let unit = polynomial(&[(1, &[0, 0]), (1, &[1, 0])]);
        let rest = polynomial(&[(1, &[2, 0]), (-1, &[0, 3])]);
        assert!(is_squarefree(&rest) && is_squarefree(&unit.times(&rest)) && factors(&unit.times(&rest)).is_none());
        assert!(is_squarefree(&Multivariate::zero(2)) && is_squarefree(&Multivariate::constant(2, Rational::one())));
    }

    #[test]
    fn common_divisors_are_found_in_the_base_of_a_number() {
        let [f, g, h] = [
            polynomial(&[(4, &[1, 0]), (-6, &[0, 1]), (2, &[1, 1])]),
            polynomial(&[(1, &[2, 0]), (1, &[0, 1])]),
            polynomial(&[(1, &[0, 2]), (-7, &[1, 0]), (3, &[0, 0])]),
        ];
        let terms = |form: &Multivariate| Terms::of(form).unwrap();
        let found = gcd(&terms(&f.times(&g)), &terms(&f.times(&h))).unwrap();
        assert!(found == terms(&f) || found.multivariate(2) == f.times(&Multivariate::constant(2, -Rational::one())));
        assert!(gcd(&terms(&g), &terms(&h)).unwrap().is_constant());
        assert_eq!(terms(&f.times(&g)).divided(&terms(&g)), Some(terms(&f)));
        assert_eq!(terms(&f.times(&g)).divided(&terms(&h)), None);
    }
}
