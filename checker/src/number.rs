//! Exact number text: what a user may write in an instance, and the one spelling that a certificate has.

use crate::Refusal;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero, pow};

/// The exact numbers of this program.
pub type Rational = BigRational;

/// Most digits in one part of a number of an instance; also the largest exponent either way.
pub const MAX_INSTANCE_DIGITS: usize = 10_000;
/// Most digits in one part of a number of a certificate.
pub const MAX_CERTIFICATE_DIGITS: usize = 1_000_000;

/// `0|[1-9][0-9]*`, of at most `limit` digits.
fn natural(text: &str, limit: usize) -> Option<BigInt> {
    let canonical = text == "0" || !text.starts_with('0');
    // Most numbers are short, and the library is slow for them.
    let value = || text.parse::<u128>().ok().map(BigInt::from).or_else(|| BigInt::parse_bytes(text.as_bytes(), 10));
    (canonical && digits(text, limit)).then(value)?
}

fn digits(text: &str, limit: usize) -> bool {
    (1..=limit).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads a number of an instance, exactly: `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,5})?` or
/// `-?(0|[1-9][0-9]*)/[1-9][0-9]*`, within [`MAX_INSTANCE_DIGITS`].
pub fn read_instance(text: &str) -> Option<Rational> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let sign = BigInt::from(if unsigned.len() < text.len() { -1 } else { 1 });
    if let Some(integer) = natural(unsigned, MAX_INSTANCE_DIGITS) {
        return Some(Rational::from(sign * integer));
    }
    if let Some((numerator, denominator)) = unsigned.split_once('/') {
        let denominator = natural(denominator, MAX_INSTANCE_DIGITS).filter(|n| !n.is_zero())?;
        return Some(Rational::new(sign * natural(numerator, MAX_INSTANCE_DIGITS)?, denominator));
    }
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, decimals) = match mantissa.split_once('.') {
        Some((whole, decimals)) if digits(decimals, MAX_INSTANCE_DIGITS) => (whole, decimals),
        Some(_) => return None,
        None => (mantissa, ""),
    };
    let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let power: usize = if digits(power, 5) { power.parse().ok()? } else { return None };
    if power > MAX_INSTANCE_DIGITS {
        return None;
    }
    let scale = |power| Rational::from(pow(BigInt::from(10), power));
    natural(whole, MAX_INSTANCE_DIGITS)?;
    let all_digits = BigInt::parse_bytes(format!("{whole}{decimals}").as_bytes(), 10)?;
    let mantissa = Rational::from(sign * all_digits) / scale(decimals.len());
    Some(if exponent.starts_with('-') { mantissa / scale(power) } else { mantissa * scale(power) })
}

/// Reads a number of a certificate: lowest terms, no `-0`, no `/1`, no exponent; any other spelling is malformed.
pub fn read_certificate(text: &str) -> Result<Rational, Refusal> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (numerator, denominator) = unsigned.split_once('/').map_or((unsigned, None), |(n, d)| (n, Some(d)));
    let too_long = |part: &str| part.len() > MAX_CERTIFICATE_DIGITS && digits(part, usize::MAX);
    if too_long(numerator) || denominator.is_some_and(too_long) {
        return Err(Refusal::unreadable("limit", "a number of more than 1000000 digits"));
    }
    let numerator = natural(numerator, usize::MAX);
    let value = match denominator.map(|denominator| natural(denominator, usize::MAX)) {
        None => numerator.map(Rational::from),
        Some(denominator) => numerator
            .zip(denominator)
            .filter(|(n, d)| *d > BigInt::one() && common_divisor(n, d).is_one())
            .map(|(n, d)| Rational::new_raw(n, d)),
    };
    let negative = unsigned.len() < text.len();
    let value = value.filter(|value| !(negative && value.is_zero())).map(|value| if negative { -value } else { value });
    value.ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Refusal::malformed(format!("{shown:?} is not a rational in its one spelling"))
    })
}

/// The greatest common divisor of two natural numbers.
pub(crate) fn common_divisor(left: &BigInt, right: &BigInt) -> BigInt {
    match (left.to_u128(), right.to_u128()) {
        (Some(0), _) => right.clone(),
        (_, Some(0)) => left.clone(),
        // Stein's algorithm; the library's own is slow for small numbers.
        (Some(left), Some(right)) => {
            let odd = |number: u128| number >> number.trailing_zeros();
            let (mut small, mut large) = (odd(left), odd(right));
            while small != large {
                (small, large) = (small.min(large), odd(small.abs_diff(large)));
            }
            BigInt::from(small << (left | right).trailing_zeros())
        }
        _ => right / Rational::new(left.clone(), right.clone()).denom(),
    }
}

/// The one spelling of a number in certificates and reports: `7/25`, `-3`, `0`.
pub fn write(value: &Rational) -> String {
    if value.denom().is_one() { value.numer().to_string() } else { format!("{}/{}", value.numer(), value.denom()) }
}
