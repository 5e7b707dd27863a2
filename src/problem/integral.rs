//! The instance of an integral loss: a scalar function on an interval instead of samples.

use super::instance::{Expected, Source};
use crate::linear::Polynomial;
use crate::rational::Rational;
use num_traits::{One, Zero};

/// An instance file with an `integral`, read (docs/instance.md).
#[derive(Debug, Clone)]
pub struct IntegralInstance {
    /// Its name, unique in a run; the certificate repeats it.
    pub id: String,
    /// A title in words.
    pub title: Option<String>,
    /// Where the candidate or the claim about it comes from.
    pub source: Source,
    /// The slope gamma >= 0 of the activation on the negative side; it is 1 on the positive one, and gamma isn't 1.
    pub negative_slope: Rational,
    /// The function that is approximated, and how errors are weighed.
    pub integral: Integral,
    /// The network that is judged.
    pub candidate: ScalarNetwork,
    /// A network of the same width with a smaller loss, if the user has one.
    pub better_candidate: Option<ScalarNetwork>,
    /// `D_1, D_2, ...` of a curve `P + t D_1 + t^2 D_2 + ...` along which the loss falls, if the user has one.
    pub descent: Option<Vec<ScalarNetwork>>,
    /// What is expected of the verdicts, if the file says so.
    pub expected: Option<Expected>,
    /// The file itself: what the checker reads.
    pub text: Vec<u8>,
}

/// `int p (N - f)^2` over `[T0, T1]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integral {
    /// `T0`
    pub start: Rational,
    /// `T1 > T0`
    pub end: Rational,
    /// `f`
    pub target: Piecewise,
    /// `p >= 0`, if the file names it; otherwise it is 1.
    pub density: Option<Piecewise>,
}

/// A piecewise polynomial: the pieces in their order, each from the end of the one before (or T0) to its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piecewise(pub Vec<Piece>);

/// A piece of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it ends.
    pub to: Rational,
    /// In powers of x itself, trimmed.
    pub polynomial: Polynomial,
}

impl Piecewise {
    /// The polynomial on the piece that ends at `point` or goes on beyond it.
    pub fn up_to(&self, point: &Rational) -> &Polynomial {
        let found = self.0.iter().find(|piece| piece.to >= *point);
        &found.unwrap_or(&self.0[self.0.len() - 1]).polynomial
    }

    /// The polynomial, if it is the same on all pieces.
    pub fn single(&self) -> Option<&Polynomial> {
        let first = &self.0[0].polynomial;
        self.0.iter().all(|piece| piece.polynomial == *first).then_some(first)
    }
}

impl Integral {
    /// `(alpha, beta)` if the target is `alpha x + beta` and the density 1: the setting of the classification theorems.
    pub fn affine(&self) -> Option<(Rational, Rational)> {
        let one = Polynomial::constant(Rational::one());
        let plain = self.density.as_ref().is_none_or(|density| density.single() == Some(&one));
        let target = self.target.single().filter(|target| plain && target.0.len() <= 2)?;
        let coefficient = |power: usize| target.0.get(power).cloned().unwrap_or_default();
        Some((coefficient(1), coefficient(0)))
    }

    /// `p` on the piece that ends at `point` or goes on beyond it.
    pub fn density_up_to(&self, point: &Rational) -> Polynomial {
        let one = || Polynomial::constant(Rational::one());
        self.density.as_ref().map_or_else(one, |density| density.up_to(point).clone())
    }

    /// `T1 - T0`
    pub fn length(&self) -> Rational {
        &self.end - &self.start
    }
}

/// The parameters of `N(x) = c + sum_j v_j rho(w_j x + b_j)`, or a change of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalarNetwork {
    /// `w_j`
    pub input_weights: Vec<Rational>,
    /// `b_j`
    pub input_biases: Vec<Rational>,
    /// `v_j`
    pub output_weights: Vec<Rational>,
    /// `c`
    pub output_bias: Rational,
}

impl ScalarNetwork {
    /// The network with all parameters zero.
    pub fn zero(width: usize) -> ScalarNetwork {
        let zeros = || vec![Rational::zero(); width];
        ScalarNetwork {
            input_weights: zeros(),
            input_biases: zeros(),
            output_weights: zeros(),
            output_bias: Rational::zero(),
        }
    }

    /// Number of neurons.
    pub fn width(&self) -> usize {
        self.input_weights.len()
    }

    /// This network and `factor` times a change of it.
    pub fn shifted(&self, factor: &Rational, change: &ScalarNetwork) -> ScalarNetwork {
        let shift =
            |own: &[Rational], change: &[Rational]| own.iter().zip(change).map(|(x, d)| x + factor * d).collect();
        ScalarNetwork {
            input_weights: shift(&self.input_weights, &change.input_weights),
            input_biases: shift(&self.input_biases, &change.input_biases),
            output_weights: shift(&self.output_weights, &change.output_weights),
            output_bias: &self.output_bias + factor * &change.output_bias,
        }
    }
}
