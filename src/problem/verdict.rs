//! The properties that are decided, and the verdicts.

use std::fmt;

/// The verdict on a property. `Undecided` and `NotApplicable` always come with a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds; proved.
    Yes,
    /// It doesn't hold; proved.
    No,
    /// Neither is proved.
    Undecided,
    /// The question is not asked here: the theorem that it is about has another setting.
    NotApplicable,
}

impl Verdict {
    /// `Yes` or `No`.
    pub fn of(holds: bool) -> Verdict {
        if holds { Verdict::Yes } else { Verdict::No }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Yes => "yes",
            Verdict::No => "no",
            Verdict::Undecided => "undecided",
            Verdict::NotApplicable => "not applicable",
        })
    }
}

/// The properties of a candidate, in the order in which they are reported (docs/verdicts.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// No direction of the trained parameters has a negative one-sided derivative.
    Stationary,
    /// The loss is differentiable in the trained parameters.
    Differentiable,
    /// The loss is continuously differentiable nearby.
    C1,
    /// The loss is twice continuously differentiable nearby.
    C2,
    /// The list of escape neurons: no yes or no, but a list.
    EscapeNeurons,
    /// No network nearby has a smaller loss.
    LocalMinimum,
    /// Stationary and not a local minimum.
    Saddle,
    /// A saddle with a direction of negative curvature in the parameters in which the loss is C^2.
    StrictSaddle,
    /// A local minimum that isn't global at its width.
    Spurious,
    /// No network of this width has a smaller loss.
    GlobalMinimum,
    /// No network of any width has a smaller loss.
    GlobalMinimumAnyWidth,
    /// Gradient descent with almost every step size ends here from a null set of starting points only.
    AvoidedByGradientDescent,
    /// The loss is below that of every critical point that isn't global.
    BelowThreshold,
}

impl Property {
    /// The properties for the empirical loss, in the order of reports.
    pub const EMPIRICAL: [Property; 8] = [
        Property::Stationary,
        Property::Differentiable,
        Property::EscapeNeurons,
        Property::LocalMinimum,
        Property::Saddle,
        Property::Spurious,
        Property::GlobalMinimum,
        Property::GlobalMinimumAnyWidth,
    ];

    /// The properties for the integral loss, in the order of reports.
    pub const INTEGRAL: [Property; 13] = [
        Property::Stationary,
        Property::Differentiable,
        Property::C1,
        Property::C2,
        Property::EscapeNeurons,
        Property::LocalMinimum,
        Property::Saddle,
        Property::StrictSaddle,
        Property::Spurious,
        Property::GlobalMinimum,
        Property::GlobalMinimumAnyWidth,
        Property::AvoidedByGradientDescent,
        Property::BelowThreshold,
    ];

    /// Whether the question can be out of place: then the verdict is `not applicable`.
    pub fn may_not_apply(self) -> bool {
        matches!(self, Property::AvoidedByGradientDescent | Property::BelowThreshold)
    }

    /// The key of the property in files.
    pub fn key(self) -> &'static str {
        match self {
            Property::Stationary => "stationary",
            Property::Differentiable => "differentiable",
            Property::C1 => "c1",
            Property::C2 => "c2",
            Property::EscapeNeurons => "escape_neurons",
            Property::LocalMinimum => "local_minimum",
            Property::Saddle => "saddle",
            Property::StrictSaddle => "strict_saddle",
            Property::Spurious => "spurious",
            Property::GlobalMinimum => "global_minimum",
            Property::GlobalMinimumAnyWidth => "global_minimum_any_width",
            Property::AvoidedByGradientDescent => "avoided_by_gradient_descent",
            Property::BelowThreshold => "below_threshold",
        }
    }
}
