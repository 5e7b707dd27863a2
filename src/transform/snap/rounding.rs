//! Short numbers near floats.

use crate::rational::{Integer, Rational};
use num_traits::{One, Signed, Zero, pow};

/// `value` rounded to this many significant decimal digits: relative to its own size, so that what is tiny stays what
/// it is. Decimals and not simplest fractions, because the sum of many has no larger denominator than each.
pub(super) fn round(value: &Rational, digits: usize) -> Rational {
    if value.is_zero() {
        return Rational::zero();
    }
    let ten = |power: i64| {
        let size = pow(Integer::from(10), power.unsigned_abs() as usize);
        if power >= 0 { Rational::from(size) } else { Rational::new(Integer::one(), size) }
    };
    // floor(log10 |value|), within one: the number of digits differs by that.
    let length = |number: &Integer| number.to_string().trim_start_matches('-').len() as i64;
    let mut exponent = length(value.numer()) - length(value.denom());
    if value.abs() < ten(exponent) {
        exponent -= 1;
    }
    let unit = ten(exponent + 1 - digits.max(1) as i64);
    (value / &unit).round() * unit
}

/// All of a vector, each relative to its own size.
pub(super) fn round_all(values: &[Rational], digits: usize) -> Vec<Rational> {
    values.iter().map(|value| round(value, digits)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::{read, write};

    #[test]
    fn rounds_relatively() {
        for (value, digits, expected) in [
            ("0.123456", 3, "123/1000"),
            ("-0.00000000123456", 3, "-123/100000000000"),
            ("99999", 2, "100000"),
            ("1/3", 4, "3333/10000"),
            ("12345678", 3, "12300000"),
            ("1e-300", 5, "1e-300"),
            ("0", 5, "0"),
            ("999/1000", 3, "999/1000"),
            ("1", 1, "1"),
        ] {
            let expected = write(&read(expected).unwrap());
            assert_eq!(write(&round(&read(value).unwrap(), digits)), expected, "{value}");
        }
    }
}
