//! The polynomial that is left of a candidate whose local minimality is open, as an SMT-LIB file (logic QF_NRA).

use crate::empirical::OpenPolynomial;
use crate::polynomial::{Exponents, Kind};
use crate::rational::Rational;
use num_traits::Signed;
use std::fmt::Write;

/// Asks for a point near 0 at which the polynomial is negative. `unsat` proves that it is nonnegative in this box, `sat`
/// only that it isn't there; nearer to 0 the answer may be another. In the file `radius` can be changed.
pub fn polynomial_question(id: &str, (polynomial, kinds): &OpenPolynomial) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "; {id}: with some output weights eliminated the loss difference on one product of pieces of the"
    );
    let _ = writeln!(text, "; critical cones has the sign of this polynomial near 0 (docs/theory.md, section 7).");
    let _ = writeln!(text, "(set-logic QF_NRA)");
    let _ = writeln!(text, "(define-fun radius () Real (/ 1.0 1000.0))");
    for (place, kind) in kinds.iter().enumerate() {
        let low = if *kind == Kind::Nonnegative { "0.0" } else { "(- radius)" };
        let _ =
            writeln!(text, "(declare-const x{place} Real)\n(assert (and (<= {low} x{place}) (<= x{place} radius)))");
    }
    let _ = writeln!(text, "(assert (< (+ 0.0");
    for (exponents, value) in &polynomial.terms {
        let _ = writeln!(text, "  (* {}{})", number(value), monomial(exponents));
    }
    let _ = writeln!(text, ") 0.0))\n(check-sat)");
    text
}

fn number(value: &Rational) -> String {
    let size = format!("(/ {}.0 {}.0)", value.numer().abs(), value.denom());
    if value.is_negative() { format!("(- {size})") } else { size }
}

fn monomial(exponents: &Exponents) -> String {
    let powers = exponents.iter().enumerate();
    powers.map(|(place, power)| format!(" x{place}").repeat(*power as usize)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::polynomial::Multivariate;

    #[test]
    fn a_polynomial_as_text() {
        let mut form = Multivariate::zero(2);
        form.add_term(vec![2, 1], Rational::new((-3).into(), 2.into()));
        let text = polynomial_question("p", &(form, vec![Kind::Free, Kind::Nonnegative]));
        assert!(
            text.contains("(* (- (/ 3.0 2.0)) x0 x0 x1)") && text.contains("(and (<= 0.0 x1) (<= x1 radius))"),
            "{text}"
        );
    }
}
