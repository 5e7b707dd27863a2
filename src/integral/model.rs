//! The residual and its moments, cell by cell (docs/theory-integral.md, section 1).

use crate::linear::Polynomial;
use crate::problem::{IntegralInstance, ScalarNetwork};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// The candidate, its residual `e = N - f`, and the integrals of `p e` that everything is made of.
#[derive(Debug)]
pub struct Model<'a> {
    /// The instance.
    pub instance: &'a IntegralInstance,
    /// `sigma = 1 - gamma`
    pub sigma: Rational,
    /// The ends of the cells, rising from T0 to T1: all data breakpoints and all breakpoints of neurons inside.
    pub points: Vec<Rational>,
    /// On each cell: `p`, `f`, `e`, `p e`.
    pub cells: Vec<Cell>,
    /// `m_0 = int p e`, `m_1 = int p e x`
    pub moments: [Rational; 2],
    /// `L`
    pub loss: Rational,
    /// `int p`
    pub mass: Rational,
    /// The neurons.
    pub neurons: Vec<Neuron>,
}

/// The functions on one cell.
#[derive(Debug)]
pub struct Cell {
    /// `p`
    pub density: Polynomial,
    /// `f`
    pub target: Polynomial,
    /// `e`
    pub residual: Polynomial,
    /// `p e`
    pub weighted: Polynomial,
    /// `int p x^k` over the cell, k = 0, 1, 2.
    pub masses: [Rational; 3],
    /// `int p e x^k` over the cell, k = 0, 1.
    pub moments: [Rational; 2],
}

/// What a neuron is, apart from its output weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `w = b = 0`
    Degenerate,
    /// `w != 0`, and the breakpoint lies in `[T0, T1]`.
    Kink,
    /// One slope, not zero, on all of the interval.
    Affine,
    /// Zero on all of the interval, and nearby too.
    Silent,
}

/// A neuron `v rho(w x + b)`.
#[derive(Debug)]
pub struct Neuron {
    /// `w`
    pub w: Rational,
    /// `b`
    pub b: Rational,
    /// `v`
    pub v: Rational,
    /// Its role.
    pub role: Role,
    /// `q = -b / w`, for w != 0.
    pub breakpoint: Option<Rational>,
    /// `int p e s x` and `int p e s`, s the slope at the candidate: half the derivatives in w and b, divided by v.
    pub slope_moments: [Rational; 2],
    /// `int p e rho(w x + b)`: half the derivative in v.
    pub value_moment: Rational,
}

impl Neuron {
    /// Whether v = 0.
    pub fn is_flat(&self) -> bool {
        self.v.is_zero()
    }

    /// `kappa = v |w|`
    pub fn kappa(&self) -> Rational {
        &self.v * self.w.abs()
    }
}

impl<'a> Model<'a> {
    /// The model of an instance. Cost: (number of cells) (degree)^2 for the moments, and that many sums for each neuron.
    pub fn new(instance: &'a IntegralInstance) -> Model<'a> {
        let integral = &instance.integral;
        let candidate = &instance.candidate;
        let gamma = &instance.negative_slope;
        let mut points = data_breakpoints(instance);
        let breakpoints: Vec<Option<Rational>> = (0..candidate.width()).map(|j| breakpoint(candidate, j)).collect();
        points.extend(breakpoints.iter().flatten().filter(|q| **q > integral.start && **q < integral.end).cloned());
        points.sort();
        points.dedup();
        let cell = |ends: &[Rational]| {
            let (left, right) = (&ends[0], &ends[1]);
            let mut residual = Polynomial(vec![candidate.output_bias.clone(), Rational::zero()]);
            for (j, q) in breakpoints.iter().enumerate() {
                let (w, b, v) = (&candidate.input_weights[j], &candidate.input_biases[j], &candidate.output_weights[j]);
                let slope = slope(gamma, w, b, q.as_ref(), right);
                residual.0[0] += v * b * &slope;
                residual.0[1] += v * w * &slope;
            }
            let target = integral.target.up_to(right).clone();
            let residual = residual.minus(&target).trimmed();
            let density = integral.density_up_to(right);
            let weighted = density.times(&residual).trimmed();
            let moment = |function: &Polynomial, power: usize| {
                let mut terms = vec![Rational::zero(); power];
                terms.extend(function.0.iter().cloned());
                Polynomial(terms).integral(left, right)
            };
            Cell {
                masses: [0, 1, 2].map(|power| moment(&density, power)),
                moments: [0, 1].map(|power| moment(&weighted, power)),
                density,
                target,
                residual,
                weighted,
            }
        };
        let cells: Vec<Cell> = points.windows(2).map(cell).collect();
        let moments = [0, 1].map(|power| cells.iter().map(|cell| &cell.moments[power]).sum::<Rational>());
        let losses = cells.iter().zip(points.windows(2));
        let loss = losses.map(|(cell, ends)| cell.weighted.times(&cell.residual).integral(&ends[0], &ends[1])).sum();
        let mass = cells.iter().map(|cell| &cell.masses[0]).sum();
        let neuron = |(j, q): (usize, Option<Rational>)| {
            let (w, b) = (candidate.input_weights[j].clone(), candidate.input_biases[j].clone());
            let mut slope_moments = [Rational::zero(), Rational::zero()];
            for (cell, right) in cells.iter().zip(&points[1..]) {
                let slope = slope(gamma, &w, &b, q.as_ref(), right);
                slope_moments[0] += &slope * &cell.moments[1];
                slope_moments[1] += &slope * &cell.moments[0];
            }
            let inside = q.as_ref().is_some_and(|q| *q >= integral.start && *q <= integral.end);
            let role = match () {
                () if w.is_zero() && b.is_zero() => Role::Degenerate,
                () if inside => Role::Kink,
                () if slope(gamma, &w, &b, q.as_ref(), &integral.end).is_zero() => Role::Silent,
                () => Role::Affine,
            };
            let value_moment = &w * &slope_moments[0] + &b * &slope_moments[1];
            Neuron { w, b, v: candidate.output_weights[j].clone(), role, breakpoint: q, slope_moments, value_moment }
        };
        let neurons = breakpoints.into_iter().enumerate().map(neuron).collect();
        Model { instance, sigma: Rational::one() - gamma, points, cells, moments, loss, mass, neurons }
    }

    /// `gamma`
    pub fn gamma(&self) -> &Rational {
        &self.instance.negative_slope
    }

    /// The cell whose right end is the first beyond q, `None` for q >= T1 (to the right) or q < T0.
    pub fn cell_right_of(&self, q: &Rational) -> Option<usize> {
        let inside = *q >= self.points[0] && *q < self.points[self.points.len() - 1];
        inside.then(|| self.points.partition_point(|point| point <= q) - 1)
    }

    /// The cell to the left of q, `None` for q <= T0 or q > T1.
    pub fn cell_left_of(&self, q: &Rational) -> Option<usize> {
        let inside = *q > self.points[0] && *q <= self.points[self.points.len() - 1];
        inside.then(|| self.points.partition_point(|point| point < q) - 1)
    }

    /// `(p e)(q+)`, or `(p e)(q-)`: 0 outside of the interval.
    pub fn weighted_at(&self, q: &Rational, right: bool) -> Rational {
        let cell = if right { self.cell_right_of(q) } else { self.cell_left_of(q) };
        cell.map(|cell| self.cells[cell].weighted.value(q)).unwrap_or_default()
    }

    /// `D(q) = int_q^T1 p e (x - q) dx` on a cell, in powers of q.
    pub fn second_primitive(&self, cell: usize) -> Polynomial {
        let tail = |power: usize| self.cells[cell + 1..].iter().map(|cell| &cell.moments[power]).sum::<Rational>();
        let end = &self.points[cell + 1];
        let from = |function: &Polynomial, tail: Rational| {
            let primitive = function.antiderivative();
            let mut integral = primitive.scaled(&-Rational::one());
            integral.add(&Polynomial::constant(primitive.value(end) + tail));
            integral
        };
        let weighted = &self.cells[cell].weighted;
        let x = Polynomial(vec![Rational::zero(), Rational::one()]);
        let first = from(&weighted.times(&x), tail(1));
        first.minus(&from(weighted, tail(0)).times(&x)).trimmed()
    }

    /// `L / int p`
    pub fn mean_squared_error(&self) -> Rational {
        &self.loss / &self.mass
    }
}

/// T0, T1 and the ends of all pieces of target and density.
pub(super) fn data_breakpoints(instance: &IntegralInstance) -> Vec<Rational> {
    let integral = &instance.integral;
    let pieces = integral.target.0.iter().chain(integral.density.iter().flat_map(|density| &density.0));
    let mut points: Vec<Rational> = pieces.map(|piece| piece.to.clone()).chain([integral.start.clone()]).collect();
    points.sort();
    points.dedup();
    points
}

/// `-b_j / w_j`, for `w_j != 0`.
fn breakpoint(network: &ScalarNetwork, j: usize) -> Option<Rational> {
    let w = &network.input_weights[j];
    (!w.is_zero()).then(|| -&network.input_biases[j] / w)
}

/// The slope of `rho(w x + b)` to the left of a point, up to the next breakpoint of anything.
fn slope(gamma: &Rational, w: &Rational, b: &Rational, q: Option<&Rational>, right: &Rational) -> Rational {
    let positive = match q {
        Some(q) => (right > q) == w.is_positive(),
        None => !b.is_negative(),
    };
    if positive { Rational::one() } else { gamma.clone() }
}

/// `L` of any network on the instance's integral.
pub fn loss_of(instance: &IntegralInstance, network: &ScalarNetwork) -> Rational {
    let moved = IntegralInstance { candidate: network.clone(), ..instance.clone() };
    Model::new(&moved).loss
}
