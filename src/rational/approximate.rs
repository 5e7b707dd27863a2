//! The bridge to floating point, for proposers only: nothing that is read back from it is believed.

use super::{Integer, Rational};
use num_traits::{Signed, ToPrimitive, Zero};

/// The nearest double, or `None` if that isn't finite.
pub fn to_f64(value: &Rational) -> Option<f64> {
    value.to_f64().filter(|float| float.is_finite())
}

/// The rational with the smallest denominator within `tolerance >= 0` of the exact value of `float`
/// (the simplest one, in the sense of the Stern-Brocot tree); `None` if `float` isn't finite.
/// Cost: one continued fraction, at most some hundred divisions.
pub fn simplest_near(float: f64, tolerance: &Rational) -> Option<Rational> {
    let exact = Rational::from_float(float)?;
    let (low, high) = (&exact - tolerance, &exact + tolerance);
    Some(if low.is_positive() {
        simplest_between(low, high)
    } else if high.is_negative() {
        -simplest_between(-high, -low)
    } else {
        Rational::zero()
    })
}

/// The simplest rational in `[low, high]`, `0 < low <= high`.
fn simplest_between(mut low: Rational, mut high: Rational) -> Rational {
    let mut parts: Vec<Integer> = Vec::new();
    let mut last = loop {
        let floor = low.floor();
        if floor == low {
            break floor;
        }
        if floor < high.floor() {
            break floor + Rational::from_integer(1.into());
        }
        parts.push(floor.to_integer());
        (low, high) = ((&high - &floor).recip(), (&low - &floor).recip());
    };
    while let Some(part) = parts.pop() {
        last = Rational::from(part) + last.recip();
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_simplest() {
        let near = |float: f64, tolerance: &str| {
            let tolerance = super::super::read(tolerance).unwrap();
            super::super::write(&simplest_near(float, &tolerance).unwrap())
        };
        assert_eq!(near(0.333_333_333_333, "1e-9"), "1/3");
        assert_eq!(near(-0.666_666_666_7, "1e-9"), "-2/3");
        assert_eq!(near(1e-12, "1e-9"), "0");
        assert_eq!(near(0.5, "0"), "1/2");
        assert_eq!(near(std::f64::consts::PI, "1e-6"), "355/113");
        assert!(simplest_near(f64::NAN, &Rational::zero()).is_none());
    }
}
