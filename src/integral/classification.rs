//! The classification theorems for affine targets (docs/theory-integral.md, section 8): what a point is, read off the
//! types of its neurons and the places of their breakpoints, without any integral. A second way, held against the
//! decisions from the definitions.

use super::findings::{Findings, NeuronType};
use super::types::neuron_type;
use crate::problem::{IntegralInstance, Property, Verdict};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};
use std::fmt;

/// What the theorems say of a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Classification {
    /// The loss is 0.
    Global,
    /// Not critical.
    NotCritical,
    /// Critical, of this family.
    Critical {
        /// The family.
        family: Family,
        /// Whether it is a local minimum; otherwise it is a saddle.
        minimum: bool,
        /// Whether a saddle is strict.
        strict: bool,
    },
}

/// The families of critical points that aren't global.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// The network is constant.
    Constant,
    /// The residual alternates between the breakpoints.
    Zigzag {
        /// Number of breakpoints n.
        breakpoints: usize,
    },
}

impl fmt::Display for Classification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Classification::Global => f.write_str("a global minimum"),
            Classification::NotCritical => f.write_str("not critical"),
            Classification::Critical { family, minimum, strict } => {
                let what = match (minimum, strict) {
                    (true, _) => "a local minimum",
                    (false, true) => "a strict saddle",
                    (false, false) => "a saddle that isn't strict",
                };
                match family {
                    Family::Constant => write!(f, "constant, {what}"),
                    Family::Zigzag { breakpoints } => write!(f, "zigzag with {breakpoints} breakpoints, {what}"),
                }
            }
        }
    }
}

impl Classification {
    /// Where the verdicts say something else: the property, what the theorem says, what was found.
    pub fn contradiction(&self, findings: &Findings) -> Option<String> {
        let yes = Verdict::of;
        let (critical, minimum, strict) = match self {
            Classification::Global => (true, true, false),
            Classification::NotCritical => (false, false, false),
            Classification::Critical { minimum, strict, .. } => (true, *minimum, *strict && !minimum),
        };
        let global = *self == Classification::Global;
        let all = [
            (Property::Stationary, yes(critical)),
            (Property::LocalMinimum, yes(minimum)),
            (Property::Saddle, yes(critical && !minimum)),
            (Property::StrictSaddle, yes(strict)),
            (Property::GlobalMinimum, yes(global)),
        ];
        all.into_iter().find_map(|(property, verdict)| {
            let found = findings.verdicts.get(&property).copied().unwrap_or(Verdict::Undecided);
            let differs = found != Verdict::Undecided && found != verdict;
            differs.then(|| {
                format!("{} is {verdict} by the classification theorem ({self}) and {found} otherwise", property.key())
            })
        })
    }
}

/// Classifies the candidate; `None` if the target isn't affine or the density isn't 1.
pub fn classify(instance: &IntegralInstance) -> Option<Classification> {
    let (alpha, beta) = instance.integral.affine()?;
    let point = Point::new(instance, alpha, beta);
    Some(if point.breaks().iter().all(|x| point.residual(x).is_zero()) {
        Classification::Global
    } else if instance.negative_slope.is_zero() {
        point.relu()
    } else {
        point.leaky()
    })
}

struct Point<'a> {
    instance: &'a IntegralInstance,
    alpha: Rational,
    beta: Rational,
    types: Vec<(NeuronType, Option<Rational>)>,
}

const CRITICAL: fn(Family, bool, bool) -> Classification =
    |family, minimum, strict| Classification::Critical { family, minimum, strict };

impl<'a> Point<'a> {
    fn new(instance: &'a IntegralInstance, alpha: Rational, beta: Rational) -> Point<'a> {
        let types = (0..instance.candidate.width()).map(|j| neuron_type(instance, j)).collect();
        Point { instance, alpha, beta, types }
    }

    fn of(&self, kind: NeuronType) -> impl Iterator<Item = usize> + '_ {
        (0..self.types.len()).filter(move |j| self.types[*j].0 == kind)
    }

    fn is_flat(&self, j: usize) -> bool {
        self.instance.candidate.output_weights[j].is_zero()
    }

    /// `N(x) - f(x)`
    fn residual(&self, x: &Rational) -> Rational {
        let network = &self.instance.candidate;
        let mut sum = &network.output_bias - &self.alpha * x - &self.beta;
        for j in 0..network.width() {
            let z = &network.input_weights[j] * x + &network.input_biases[j];
            let rho = if z.is_negative() { z * &self.instance.negative_slope } else { z };
            sum += &network.output_weights[j] * rho;
        }
        sum
    }

    /// T0, the breakpoints inside, T1.
    fn breaks(&self) -> Vec<Rational> {
        let inside = self.of(NeuronType::Type2Active).filter_map(|j| self.types[j].1.clone());
        let integral = &self.instance.integral;
        let mut all: Vec<Rational> = inside.chain([integral.start.clone(), integral.end.clone()]).collect();
        all.sort();
        all.dedup();
        all
    }

    fn is_centred(&self) -> bool {
        let integral = &self.instance.integral;
        self.residual(&((&integral.start + &integral.end) / Rational::from_integer(2.into()))).is_zero()
    }

    /// Theorem R.
    fn relu(&self) -> Classification {
        let must_be_flat =
            self.of(NeuronType::SemiActive).chain(self.of(NeuronType::Degenerate)).all(|j| self.is_flat(j));
        if self.of(NeuronType::Type1Active).next().is_some() || !must_be_flat || self.alpha.is_zero() {
            return Classification::NotCritical;
        }
        if !self.is_centred() {
            return Classification::NotCritical;
        }
        if self.of(NeuronType::Type2Active).next().is_some() {
            return self.relu_zigzag();
        }
        // At the left end (w < 0) alpha v > 0, at the right end alpha v < 0.
        let network = &self.instance.candidate;
        let well_signed = |j: usize| {
            let product = &self.alpha * &network.output_weights[j] * &network.input_weights[j];
            product.is_negative()
        };
        let flat_kinds = self.of(NeuronType::SemiActive).chain(self.of(NeuronType::Degenerate)).next().is_some();
        let minimum = !flat_kinds && self.of(NeuronType::SemiInactive).all(well_signed);
        CRITICAL(Family::Constant, minimum, self.of(NeuronType::SemiActive).next().is_some())
    }

    fn relu_zigzag(&self) -> Classification {
        let breaks = self.breaks();
        let count = breaks.len() - 2;
        let parts = Rational::from_integer((count + 1).into());
        let length = self.instance.integral.length();
        let network = &self.instance.candidate;
        let spaced = (1..=count).all(|i| {
            let place = &breaks[0] + Rational::from_integer(i.into()) * &length / &parts;
            let here = || self.of(NeuronType::Type2Active).filter(|j| self.types[*j].1.as_ref() == Some(&breaks[i]));
            let sign = |j: usize| network.input_weights[j].is_positive() == (i % 2 == 1);
            let sum: Rational = here().map(|j| &network.output_weights[j] * &network.input_weights[j]).sum();
            let two = Rational::from_integer(2.into());
            breaks[i] == place && here().all(sign) && sum == two * &self.alpha / &parts
        });
        if count.is_multiple_of(2) && spaced {
            CRITICAL(Family::Zigzag { breakpoints: count }, false, true)
        } else {
            Classification::NotCritical
        }
    }

    /// Theorem K.
    fn leaky(&self) -> Classification {
        let network = &self.instance.candidate;
        let others_rest = (0..network.width())
            .filter(|j| self.types[*j].0 != NeuronType::Type2Active)
            .all(|j| network.input_weights[j].is_zero() && self.is_flat(j));
        if !others_rest {
            return Classification::NotCritical;
        }
        let breaks = self.breaks();
        let count = breaks.len() - 2;
        if count == 0 {
            let strict = self.of(NeuronType::SemiActive).next().is_some();
            return if self.is_centred() {
                CRITICAL(Family::Constant, false, strict)
            } else {
                Classification::NotCritical
            };
        }
        let gamma = &self.instance.negative_slope;
        let mut signs = Vec::new();
        for break_ in &breaks[1..=count] {
            let here = self.of(NeuronType::Type2Active).filter(|j| self.types[*j].1.as_ref() == Some(break_));
            let mut found: Vec<bool> = here.map(|j| network.input_weights[j].is_positive()).collect();
            found.dedup();
            let [sign] = found[..] else { return Classification::NotCritical };
            signs.push(sign);
        }
        let alternating = signs.windows(2).all(|pair| pair[0] != pair[1]);
        // Squared lengths in the ratio a : 1 + gamma : ... : 1 + gamma : z.
        let one = Rational::one();
        let first = if signs[0] { one.clone() } else { gamma.clone() };
        let last = if signs[count - 1] { gamma.clone() } else { one.clone() };
        let share = |k: usize| match k {
            0 => first.clone(),
            _ if k == count => last.clone(),
            _ => &one + gamma,
        };
        let square = |k: usize| {
            let length = &breaks[k + 1] - &breaks[k];
            &length * &length
        };
        let proportional = (1..=count).all(|k| square(k) * share(0) == square(0) * share(k));
        // The residual takes the values e_0, -e_0, e_0, ...
        let height = self.residual(&breaks[0]);
        let zigzag = breaks.iter().enumerate().all(|(k, x)| {
            let value = self.residual(x);
            if k % 2 == 0 { value == height } else { value == -&height }
        });
        if alternating && proportional && zigzag {
            CRITICAL(Family::Zigzag { breakpoints: count }, false, true)
        } else {
            Classification::NotCritical
        }
    }
}
