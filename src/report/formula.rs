//! Formulas and numbers in plain characters, for pages that typeset no TeX.

use super::harmless;
use super::text::exact_and_decimal;
use crate::exhibit::{Span, Sum, Text};
use crate::rational::{Rational, decimal, write};
use num_traits::{One, Signed};
use std::fmt::Write;

/// Longest number that is shown in full.
const LONGEST_NUMBER: usize = 400;
/// Most entries of a vector that are shown.
const MOST_ENTRIES: usize = 60;

/// A formula with the signs of print in place of their ASCII spellings: `g_i >= 0` is `g_i ≥ 0`.
pub(super) fn pretty(plain: &str) -> String {
    let mut text = plain.to_owned();
    for (ascii, sign) in [
        (">=", "≥"),
        ("<=", "≤"),
        ("!=", "≠"),
        ("...", "…"),
        ("sum_", "Σ_"),
        ("int ", "∫ "),
        ("rho", "ρ"),
        ("lambda", "λ"),
        ("gamma", "γ"),
        ("kappa", "κ"),
        ("mu", "μ"),
        ("nu", "ν"),
        ("tau", "τ"),
        ("eta", "η"),
        ("yhat", "ŷ"),
        ("-", "−"),
    ] {
        text = text.replace(ascii, sign);
    }
    while let Some((before, rest)) = text.split_once("abs(") {
        let Some((inside, after)) = rest.split_once(')') else { break };
        text = format!("{before}|{inside}|{after}");
    }
    text = text.replace("^2", "²");
    let characters: Vec<char> = text.chars().collect();
    let dot = |index: usize| {
        let next = characters.get(index + 1).is_some_and(|c| c.is_alphabetic());
        characters[index] == '.' && index > 0 && characters[index - 1].is_alphanumeric() && next
    };
    (0..characters.len()).map(|index| if dot(index) { '·' } else { characters[index] }).collect()
}

/// A formula cut into what stands on the line and what stands below it.
pub(super) fn subscripts(plain: &str) -> Vec<(bool, String)> {
    let mut parts = vec![(false, String::new())];
    let mut below = false;
    for c in pretty(plain).chars() {
        if c == '_' {
            below = true;
            parts.push((true, String::new()));
            continue;
        }
        if below && !c.is_alphanumeric() {
            below = false;
            parts.push((false, String::new()));
        }
        if let Some((_, part)) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

/// An exact number; a very long one is shortened, and says so.
pub(super) fn exact(number: &Rational) -> String {
    let text = write(number);
    match text.len() {
        0..=LONGEST_NUMBER => text,
        length => format!("≈ {} ({length} characters, in the certificate)", decimal(number, 9)),
    }
}

/// `(1, -2/3)`; of a number alone, the number.
pub(super) fn vector(vector: &[Rational]) -> String {
    let shown: Vec<String> = vector.iter().take(MOST_ENTRIES).map(exact).collect();
    let more = vector.len() - shown.len();
    let more = if more > 0 { format!(", … and {more} more") } else { String::new() };
    format!("({}{more})", shown.join(", "))
}

/// `1/3 ≈ 0.333333`
pub(super) fn with_decimal(number: &Rational) -> String {
    exact_and_decimal(number)
}

fn digits(number: u32, zero: &[char; 10]) -> String {
    number.to_string().bytes().map(|digit| zero[usize::from(digit - b'0')]).collect()
}

const BELOW: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
const ABOVE: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// A polynomial: `3/2 x₀² − x₀ x₁ + …`.
pub(super) fn sum(sum: &Sum) -> String {
    let mut text = String::new();
    for (place, (coefficient, factors)) in sum.terms.iter().enumerate() {
        text.push_str(match (place, coefficient.is_negative()) {
            (0, false) => "",
            (0, true) => "−",
            (_, false) => " + ",
            (_, true) => " − ",
        });
        let size = coefficient.abs();
        let mut parts = Vec::new();
        if !size.is_one() || factors.is_empty() {
            parts.push(exact(&size));
        }
        for (variable, power) in factors {
            let mut factor = sum.letter.to_string();
            if sum.numbered {
                factor.push_str(&digits(u32::try_from(*variable).unwrap_or(u32::MAX), &BELOW));
            }
            if *power > 1 {
                factor.push_str(&digits(*power, &ABOVE));
            }
            parts.push(factor);
        }
        // A blank that doesn't break: a line may end before a sign only.
        text.push_str(&parts.join("\u{a0}"));
    }
    if sum.terms.is_empty() {
        text.push('0');
    }
    if sum.left_out > 0 {
        let _ = write!(text, " + … ({} more terms)", sum.left_out);
    }
    text
}

/// A text in plain characters, without any markup.
pub(super) fn plain(text: &Text) -> String {
    let span = |span: &Span| match span {
        Span::Words(words) => harmless(words),
        Span::Formula { plain, .. } => pretty(plain).replace('_', ""),
        Span::Number(number) => exact(number),
        Span::Vector(entries) => vector(entries),
        Span::Sum(polynomial) => sum(polynomial),
        Span::Code(code) => harmless(code),
    };
    text.0.iter().map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_in_signs_of_print() {
        let mut polynomial = crate::polynomial::Multivariate::zero(12);
        let mut add = |powers: &[(usize, u32)], value: (i64, i64)| {
            let mut exponents = vec![0; 12];
            powers.iter().for_each(|(v, power)| exponents[*v] = *power);
            polynomial.add_term(exponents, Rational::new(value.0.into(), value.1.into()));
        };
        add(&[(0, 2), (11, 13)], (-1, 1));
        add(&[(3, 1)], (3, 2));
        add(&[], (-2, 1));
        let Span::Sum(found) = &Text::default().polynomial('x', &polynomial).0[0] else { panic!("a polynomial") };
        assert_eq!(sum(found), "−2 + 3/2\u{a0}x₃ − x₀²\u{a0}x₁₁¹³");
        let Span::Sum(zero) = &Text::default().univariate('x', &[]).0[0] else { panic!("a polynomial") };
        assert_eq!(sum(zero), "0");
    }

    #[test]
    fn formulas_in_signs_of_print() {
        assert_eq!(pretty("w_i.x_k >= 0"), "w_i·x_k ≥ 0");
        assert_eq!(pretty("abs(p_l.u) <= x^2"), "|p_l·u| ≤ x²");
        let parts = subscripts("g_12(u) = 0");
        let expected = [(false, "g"), (true, "12"), (false, "(u) = 0")];
        assert_eq!(parts, expected.map(|(below, part)| (below, part.to_owned())));
    }
}
