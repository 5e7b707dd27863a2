//! The rules by which a mutant that both checkers accept does no harm.

/// Why an accepted mutant does no harm. Each rule has its sentence in docs/trust.md, section "Mutants".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Only `made_by` differs.
    MadeBy,
    /// The same evidence, fewer claims.
    FewerClaims,
    /// The same claims, but for smaller radii 1/C_i, with evidence for a larger C_i.
    LargerConstant,
    /// The same, but for a radius that is smaller, or not twice as large.
    OtherRadius,
    /// The same claims, less evidence.
    LessEvidence,
    /// The same claims, another proof that a kink form is nonnegative.
    OtherTree,
    /// The same claims, another constant C_i, whose radius is not claimed.
    OtherConstant,
    /// The same claims, another escape direction.
    OtherDirection,
    /// The same claims, another descent curve.
    OtherCurve,
    /// The same claims, another proof of the local minimum by the second order.
    OtherSecondOrder,
    /// The same claims, another proof of the local minimum by elimination.
    OtherElimination,
    /// The same claims, another better network.
    OtherNetwork,
    /// The same claims, another direction of negative curvature.
    OtherCurvature,
    /// The same claims, another proof of the sign of a polynomial, or another point where it is negative.
    OtherSigns,
    /// The same claims, other samples for a step size.
    OtherSamples,
}

impl Rule {
    /// All rules.
    pub const ALL: [Rule; 15] = [
        Rule::MadeBy,
        Rule::FewerClaims,
        Rule::LargerConstant,
        Rule::OtherRadius,
        Rule::LessEvidence,
        Rule::OtherTree,
        Rule::OtherConstant,
        Rule::OtherDirection,
        Rule::OtherCurve,
        Rule::OtherSecondOrder,
        Rule::OtherElimination,
        Rule::OtherNetwork,
        Rule::OtherCurvature,
        Rule::OtherSigns,
        Rule::OtherSamples,
    ];

    /// The name under which the rule is counted and explained.
    pub fn name(self) -> &'static str {
        match self {
            Rule::MadeBy => "made_by is not read",
            Rule::FewerClaims => "a claim left out",
            Rule::LargerConstant => "a larger C, with its smaller radius",
            Rule::OtherRadius => "a radius that is not twice as large",
            Rule::LessEvidence => "evidence left out that no claim needs",
            Rule::OtherTree => "another proof tree of the same form",
            Rule::OtherConstant => "another C that claims no radius",
            Rule::OtherDirection => "another escape direction",
            Rule::OtherCurve => "another descent curve",
            Rule::OtherSecondOrder => "another proof by the second order",
            Rule::OtherElimination => "another proof by elimination",
            Rule::OtherNetwork => "another better network",
            Rule::OtherCurvature => "another direction of negative curvature",
            Rule::OtherSigns => "another proof of a sign on an interval",
            Rule::OtherSamples => "other samples for a step size",
        }
    }
}
