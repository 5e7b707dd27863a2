//! Decimals for the eye, beside the exact number.

use super::{Integer, Rational};
use num_traits::{Signed, Zero, pow};

/// `value` rounded to `digits` significant digits (half away from zero), by integer arithmetic alone:
/// `0.0697149`, `2.5`, `-1.00000e-12`. Trailing zeros are kept only in the scientific form; an integer of at most
/// `digits` digits is printed as it is. Cost: one division of the size of the number.
pub fn decimal(value: &Rational, digits: usize) -> String {
    let digits = digits.max(1);
    if value.is_zero() {
        return "0".to_owned();
    }
    let ten = |power: usize| pow(Integer::from(10), power);
    let (numerator, denominator) = (value.numer().abs(), value.denom().clone());
    // exponent = floor(log10 |value|), at first from the lengths, then corrected.
    let length = |n: &Integer| n.to_string().len() as i64;
    let mut exponent = length(&numerator) - length(&denominator);
    let reaches = |exponent: i64| {
        let size = exponent.unsigned_abs() as usize;
        if exponent >= 0 { numerator >= &denominator * ten(size) } else { &numerator * ten(size) >= denominator }
    };
    if !reaches(exponent) {
        exponent -= 1;
    }
    let shift = digits as i64 - 1 - exponent;
    let size = ten(shift.unsigned_abs() as usize);
    let (top, bottom) = if shift >= 0 { (numerator * size, denominator) } else { (numerator, denominator * size) };
    let mut rounded: Integer = (top * 2 + &bottom) / (bottom * 2);
    if rounded == ten(digits) {
        rounded /= 10;
        exponent += 1;
    }
    let sign = if value.is_negative() { "-" } else { "" };
    let text = rounded.to_string();
    if (-5..digits as i64).contains(&exponent) {
        let plain = match usize::try_from(exponent) {
            Ok(whole) => format!("{}.{}", &text[..=whole], &text[whole + 1..]),
            Err(_) => format!("0.{}{text}", "0".repeat(exponent.unsigned_abs() as usize - 1)),
        };
        return format!("{sign}{}", plain.trim_end_matches('0').trim_end_matches('.'));
    }
    let (first, rest) = text.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}e{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_exactly() {
        let cases = [
            ("16139/231500", "0.0697149"),
            ("5/2", "2.5"),
            ("-5/2", "-2.5"),
            ("0", "0"),
            ("1/3", "0.333333"),
            ("2/3", "0.666667"),
            ("999999.5", "1.00000e6"),
            ("123456", "123456"),
            ("1234567", "1.23457e6"),
            ("1e-12", "1.00000e-12"),
            ("99999.95", "100000"),
            ("1/2", "0.5"),
            ("0.00012345678", "0.000123457"),
        ];
        for (text, expected) in cases {
            assert_eq!(decimal(&super::super::read(text).unwrap(), 6), expected, "{text}");
        }
    }
}
