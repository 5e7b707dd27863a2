//! The ReLU-like activation.

use crate::rational::Rational;
use num_traits::{Signed, Zero};

/// `rho(z) = alpha_plus z` for `z >= 0` and `alpha_minus z` for `z < 0`, not both slopes zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// `alpha_plus`
    pub positive: Rational,
    /// `alpha_minus`
    pub negative: Rational,
}

impl Activation {
    /// The slope at z; at 0, where both apply, that of the positive side (it is multiplied by 0).
    pub fn slope(&self, z: &Rational) -> &Rational {
        if z.is_negative() { &self.negative } else { &self.positive }
    }

    /// `rho(z)`
    pub fn apply(&self, z: &Rational) -> Rational {
        self.slope(z) * z
    }

    /// `(alpha_plus + alpha_minus) / 2`: the linear part of `rho(t) = mean t + half_jump |t|`.
    pub fn mean_slope(&self) -> Rational {
        (&self.positive + &self.negative) / Rational::from_integer(2.into())
    }

    /// `(alpha_plus - alpha_minus) / 2`: the kink of `rho(t) = mean t + half_jump |t|`.
    pub fn half_jump(&self) -> Rational {
        (&self.positive - &self.negative) / Rational::from_integer(2.into())
    }

    /// Whether one of the sides has slope 0, so that a neuron can be dead.
    pub fn has_silent_side(&self) -> bool {
        self.positive.is_zero() || self.negative.is_zero()
    }
}
