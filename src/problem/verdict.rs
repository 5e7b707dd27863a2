//! The properties that are decided, and the three verdicts.

use std::fmt;

/// The verdict on a property. `Undecided` always comes with a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds; proved.
    Yes,
    /// It doesn't hold; proved.
    No,
    /// Neither is proved.
    Undecided,
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
    /// The list of escape neurons: no yes or no, but a list.
    EscapeNeurons,
    /// No network nearby has a smaller loss.
    LocalMinimum,
    /// Stationary and not a local minimum.
    Saddle,
    /// A local minimum that isn't global at its width.
    Spurious,
    /// No network of this width has a smaller loss.
    GlobalMinimum,
    /// No network of any width has a smaller loss.
    GlobalMinimumAnyWidth,
}

impl Property {
    /// All properties in the order of reports.
    pub const ALL: [Property; 8] = [
        Property::Stationary,
        Property::Differentiable,
        Property::EscapeNeurons,
        Property::LocalMinimum,
        Property::Saddle,
        Property::Spurious,
        Property::GlobalMinimum,
        Property::GlobalMinimumAnyWidth,
    ];

    /// The key of the property in files.
    pub fn key(self) -> &'static str {
        match self {
            Property::Stationary => "stationary",
            Property::Differentiable => "differentiable",
            Property::EscapeNeurons => "escape_neurons",
            Property::LocalMinimum => "local_minimum",
            Property::Saddle => "saddle",
            Property::Spurious => "spurious",
            Property::GlobalMinimum => "global_minimum",
            Property::GlobalMinimumAnyWidth => "global_minimum_any_width",
        }
    }
}
