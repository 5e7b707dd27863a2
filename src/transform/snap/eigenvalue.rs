//! Eigenvalues of directions: rational ones, and what the others are roots of. All roots of these polynomials are real.

use crate::linear::{Polynomial, shortest_multiple};
use crate::rational::{Integer, Rational};
use num_integer::Integer as _;
use num_traits::{One, Signed, Zero};

/// The coefficients as integers without a common factor, the highest positive.
fn primitive(polynomial: &Polynomial) -> Vec<Integer> {
    let Some((mut integers, _)) = crate::linear::primitive(&polynomial.0) else { return Vec::new() };
    if integers.last().is_some_and(Signed::is_negative) {
        integers.iter_mut().for_each(|coefficient| *coefficient = -&*coefficient);
    }
    integers
}

/// The rational root of a polynomial near a number, if the nearest root is rational: with leading coefficient a, a
/// times a rational root is an integer root of a monic polynomial. Newton's method finds where to look.
pub(super) fn rational_root(polynomial: &Polynomial, near: &Rational) -> Option<Rational> {
    let coefficients = primitive(polynomial);
    let leading = coefficients.last()?.clone();
    let value =
        |x: &Rational| coefficients.iter().rev().fold(Rational::zero(), |sum, c| sum * x + Rational::from(c.clone()));
    let slope = |x: &Rational| {
        let terms = coefficients.iter().enumerate().skip(1).rev();
        terms.fold(Rational::zero(), |sum, (power, c)| sum * x + Rational::from(c * Integer::from(power)))
    };
    let mut x = near.clone();
    for _ in 0..200 {
        // Candidates have the leading coefficient as denominator; only the one that Newton's method goes to is near.
        let rounded = (&x * Rational::from(leading.clone())).round() / Rational::from(leading.clone());
        let is_near = (&x - &rounded).abs() * Rational::from(Integer::from(1000) * &leading) < Rational::one();
        if is_near && value(&rounded).is_zero() {
            return Some(rounded);
        }
        let below = slope(&x);
        if below.is_zero() {
            return None;
        }
        let next = &x - value(&x) / below;
        // Rounded to a unit far below the distance of candidates, so that numbers stay short.
        let unit = Rational::from(Integer::from(1_000_000) * &leading);
        let next = (next * &unit).round() / unit;
        if next == x {
            return None;
        }
        x = next;
    }
    None
}

/// The polynomial of an irrational eigenvalue in words, without what can't belong to it: multiple factors and rational
/// roots. With what is left of degree 2, the field too.
pub(super) fn describe(polynomial: &Polynomial) -> String {
    let coefficients = primitive(&without_rational_roots(square_free(polynomial.clone().trimmed())));
    let term = |(power, c): (usize, &Integer)| {
        let sign = if c.is_negative() { " - " } else { " + " };
        let size = c.abs();
        let factor = if size.is_one() && power > 0 { String::new() } else { size.to_string() };
        let power = match power {
            0 => String::new(),
            1 => "t".to_owned(),
            _ => format!("t^{power}"),
        };
        format!("{sign}{factor}{}{power}", if factor.is_empty() || power.is_empty() { "" } else { " " })
    };
    let terms = coefficients.iter().enumerate().rev().filter(|(_, c)| !c.is_zero()).map(term);
    let shown = terms.collect::<String>();
    let shown = shown.trim_start_matches(" + ");
    let [c, b, a] = &coefficients[..] else {
        // A cubic polynomial without rational roots has no factors.
        return match coefficients.len() {
            4 => format!("the minimal polynomial {shown}"),
            _ => format!("the polynomial {shown}, which has no rational root; its minimal polynomial divides it"),
        };
    };
    let discriminant: Integer = b * b - Integer::from(4) * a * c;
    match square_free_part(&discriminant) {
        Some(field) => {
            format!("the minimal polynomial {shown}; the coordinates lie in Q(sqrt {field}), that is, t^2 - {field}")
        }
        None => format!("the minimal polynomial {shown}"),
    }
}

/// The number without its square factors, if small primes show it: what is left after these must be 1, a square, or
/// small.
fn square_free_part(number: &Integer) -> Option<Integer> {
    let mut rest = number.clone();
    let mut part = Integer::one();
    if !rest.is_positive() {
        return None;
    }
    for prime in 2..100_000_u32 {
        let prime = Integer::from(prime);
        if &prime * &prime > rest {
            break;
        }
        let mut odd = false;
        while rest.is_multiple_of(&prime) {
            rest /= &prime;
            odd = !odd;
        }
        if odd {
            part *= prime;
        }
    }
    let root = rest.sqrt();
    if &root * &root == rest {
        return Some(part);
    }
    // Without prime factors below 100000 a number below 10^15 has at most two, and they differ.
    (rest < Integer::from(1_000_000_000_000_000_u64)).then(|| part * rest)
}

/// Quotient and remainder; the divisor isn't zero and has no trailing zeros.
fn divided(polynomial: &Polynomial, divisor: &Polynomial) -> (Polynomial, Polynomial) {
    let (mut rest, degree) = (polynomial.0.clone(), divisor.0.len() - 1);
    let mut quotient = vec![Rational::zero(); rest.len().saturating_sub(degree)];
    for power in (0..quotient.len()).rev() {
        let factor = &rest[power + degree] / &divisor.0[degree];
        for (entry, c) in rest[power..].iter_mut().zip(&divisor.0) {
            *entry -= &factor * c;
        }
        quotient[power] = factor;
    }
    (Polynomial(quotient).trimmed(), Polynomial(rest).trimmed())
}

/// A positive multiple with integers without a common factor, so that numbers stay short.
fn shortened(polynomial: Polynomial) -> Polynomial {
    Polynomial(shortest_multiple(&polynomial.0))
}

/// Each root once: the polynomial by its greatest common divisor with its derivative.
fn square_free(polynomial: Polynomial) -> Polynomial {
    let (mut left, mut right) = (polynomial.clone(), polynomial.derivative().trimmed());
    while !right.0.is_empty() {
        (left, right) = (right.clone(), shortened(divided(&left, &right).1));
    }
    if left.0.is_empty() { polynomial } else { divided(&polynomial, &left).0 }
}

/// `p, p', ...`: Sturm's sequence of a polynomial without multiple roots.
fn sturm(polynomial: &Polynomial) -> Vec<Polynomial> {
    let mut sequence = vec![polynomial.clone(), shortened(polynomial.derivative().trimmed())];
    while let [.., left, right] = &sequence[..] {
        if right.0.is_empty() {
            sequence.pop();
            break;
        }
        let rest = divided(left, right).1;
        sequence.push(shortened(Polynomial(rest.0.iter().map(|c| -c).collect())));
    }
    sequence
}

/// The polynomial without its rational roots, for one that is square-free: intervals are halved until each has one root.
fn without_rational_roots(polynomial: Polynomial) -> Polynomial {
    let polynomial = shortened(polynomial);
    if polynomial.0.len() <= 2 {
        return polynomial;
    }
    let sequence = sturm(&polynomial);
    let changes = |x: &Rational| {
        let signs: Vec<Rational> =
            sequence.iter().map(|p| p.value(x).signum()).filter(|sign| !sign.is_zero()).collect();
        signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
    };
    let top = &polynomial.0[polynomial.0.len() - 1];
    // A power of two, so that halving keeps numbers short.
    let bound = polynomial.0.iter().map(|c| (c / top).abs()).sum::<Rational>() + Rational::one();
    let bound = Rational::from(Integer::one() << bound.ceil().to_integer().bits());
    let mut left = polynomial.clone();
    // Roots in (from, to] are counted.
    let mut intervals = vec![(-bound.clone(), bound)];
    while let Some((from, to)) = intervals.pop() {
        match changes(&from) - changes(&to) {
            0 => {}
            1 => {
                if let Some(root) = rational_root_in(&polynomial, from, to) {
                    left = divided(&left, &Polynomial(vec![-root, Rational::one()])).0;
                }
            }
            _ => {
                let middle = (&from + &to) / Rational::from(Integer::from(2));
                intervals.extend([(from, middle.clone()), (middle, to)]);
            }
        }
    }
    left
}

/// The root in an interval `(from, to]` that has one, a simple one, if it is rational: by signs, until at most one number
/// is left whose denominator is the leading coefficient.
fn rational_root_in(polynomial: &Polynomial, mut from: Rational, mut to: Rational) -> Option<Rational> {
    let leading = polynomial.0.last()?.abs();
    let after = polynomial.value(&to).signum();
    if after.is_zero() {
        return Some(to);
    }
    while (&to - &from) * &leading >= Rational::one() {
        let middle = (&from + &to) / Rational::from(Integer::from(2));
        if polynomial.value(&middle).signum() == after { to = middle } else { from = middle }
    }
    // A root in the middle has become the lower end.
    let candidates = [(&to * &leading).floor() / &leading, from];
    candidates.into_iter().find(|candidate| polynomial.value(candidate).is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::write;

    fn polynomial(coefficients: &[i64]) -> Polynomial {
        Polynomial(coefficients.iter().map(|c| Rational::from_integer((*c).into())).collect())
    }

    #[test]
    fn rational_roots_are_found_and_others_are_not() {
        let near = |float: f64| Rational::from_float(float).unwrap();
        let root = |coefficients: &[i64], float: f64| {
            rational_root(&polynomial(coefficients), &near(float)).map(|r| write(&r))
        };
        assert_eq!(root(&[-6, 1, 1], 1.9), Some("2".to_owned()));
        assert_eq!(root(&[-6, 1, 1], -2.5), Some("-3".to_owned()));
        assert_eq!(root(&[2, -7, 3], 0.3), Some("1/3".to_owned()));
        assert_eq!(root(&[-2, 0, 1], 1.4), None);
        // (t - 1) (t^2 - 2): near the irrational root.
        assert_eq!(root(&[2, -2, -1, 1], 1.41), None);
    }

    #[test]
    fn polynomials_are_described() {
        assert!(
            describe(&polynomial(&[-116, 0, 1]))
                .contains("t^2 - 116; the coordinates lie in Q(sqrt 29), that is, t^2 - 29")
        );
        assert!(describe(&polynomial(&[1, -3, 0, 1])).ends_with("the minimal polynomial t^3 - 3 t + 1"));
        // What has rational roots, or roots twice, is not minimal: (t - 1)(2 t^2 + 2 t - 1), and (t^2 - 2)^2 (3 t + 7).
        assert!(describe(&polynomial(&[1, -3, 0, 2])).starts_with("the minimal polynomial 2 t^2 + 2 t - 1;"));
        let twice = polynomial(&[-2, 0, 1]).times(&polynomial(&[-2, 0, 1])).times(&polynomial(&[7, 3]));
        assert!(describe(&twice).starts_with("the minimal polynomial t^2 - 2;"), "{}", describe(&twice));
        // (t^2 - 2)(t^2 - 3): two factors, and nothing is claimed.
        let product = polynomial(&[-2, 0, 1]).times(&polynomial(&[-3, 0, 1]));
        assert!(
            describe(&product).contains("t^4 - 5 t^2 + 6, which has no rational root; its minimal polynomial divides")
        );
        // Rational roots close to each other and to an irrational one.
        let close = polynomial(&[-141, 100]).times(&polynomial(&[-142, 100])).times(&polynomial(&[-2, 0, 1]));
        assert!(describe(&close).starts_with("the minimal polynomial t^2 - 2;"), "{}", describe(&close));
        assert_eq!(square_free_part(&Integer::from(360)), Some(Integer::from(10)));
        assert_eq!(square_free_part(&Integer::from(-4)), None);
    }
}
