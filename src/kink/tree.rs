//! Proofs of nonnegativity.

use crate::rational::Rational;

/// A proof that a kink form is nonnegative everywhere: its nodes in depth-first order (docs/theory.md, section 2).
pub type Tree = Vec<Node>;

/// A node of a proof tree. Kinks are counted in the order of the canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Two branches follow: `p.u >= 0`, then `p.u <= 0`, p the line of a concave kink.
    Split {
        /// The kink.
        kink: usize,
    },
    /// One branch follows; the signs fixed before force this one: `sigma p = sum_m nu_m sigma_m p_m`, `nu_m >= 0`.
    Implied {
        /// The kink.
        kink: usize,
        /// Whether sigma is +.
        positive: bool,
        /// `nu`, in the order in which the signs were fixed.
        multipliers: Vec<Rational>,
    },
    /// Multipliers that prove `f >= 0` on the cone of the branch.
    Leaf {
        /// For each convex kink, `|lambda_l| + sum_m |gamma_ml| <= 1`.
        lambda: Vec<Rational>,
        /// For each concave kink whose sign isn't fixed, an entry for each convex kink.
        gamma: Vec<Vec<Rational>>,
        /// For each fixed sign, in the order in which they were fixed, `mu_m >= 0`.
        mu: Vec<Rational>,
    },
}
