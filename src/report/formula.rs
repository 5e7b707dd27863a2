//! Formulas and numbers in plain characters, for pages that typeset no TeX.

use super::harmless;
use super::text::exact_and_decimal;
use crate::exhibit::{Span, Text};
use crate::rational::{Rational, decimal, write};

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

/// A text in plain characters, without any markup.
pub(super) fn plain(text: &Text) -> String {
    let span = |span: &Span| match span {
        Span::Words(words) => harmless(words),
        Span::Formula { plain, .. } => pretty(plain).replace('_', ""),
        Span::Number(number) => exact(number),
        Span::Vector(entries) => vector(entries),
        Span::Code(code) => harmless(code),
    };
    text.0.iter().map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_in_signs_of_print() {
        assert_eq!(pretty("w_i.x_k >= 0"), "w_i·x_k ≥ 0");
        assert_eq!(pretty("abs(p_l.u) <= x^2"), "|p_l·u| ≤ x²");
        let parts = subscripts("g_12(u) = 0");
        let expected = [(false, "g"), (true, "12"), (false, "(u) = 0")];
        assert_eq!(parts, expected.map(|(below, part)| (below, part.to_owned())));
    }
}
