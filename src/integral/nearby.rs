//! What one neuron alone can do nearby: the sign of `v' phi(w', b')`, `phi(w, b) = 2 int p e rho(w x + b)` with the residual
//! of the candidate (docs/theory-integral.md, sections 1 and 5).

use super::model::{Model, Neuron, Role};
use crate::linear::Polynomial;
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// The lowest term of a function of the distance `h >= 0` from a point: power and coefficient; `None` if it is zero.
pub(super) type Lowest = Option<(usize, Rational)>;

/// `F(q + h)` (right) or `F(q - h)` as a polynomial in h for small h, F being `D_+` or `D_-` by the sign of w:
/// `phi = 2 |w| F(-b/w)`.
pub(super) fn second_primitive_beside(model: &Model<'_>, neuron: &Neuron, q: &Rational, right: bool) -> Polynomial {
    let [m0, m1] = &model.moments;
    let sign = if right { Rational::one() } else { -Rational::one() };
    let path = Polynomial(vec![q.clone(), sign]);
    let linear = Polynomial(vec![m1.clone(), -m0]).of(&path);
    let cell = if right { model.cell_right_of(q) } else { model.cell_left_of(q) };
    let d = match cell {
        Some(cell) => model.second_primitive(cell).of(&path),
        // D is m_1 - q m_0 to the left of the interval, 0 to the right of it.
        None if *q <= model.points[0] => linear.clone(),
        None => Polynomial(vec![]),
    };
    let gamma = model.gamma();
    if neuron.w.is_positive() {
        let mut plus = d.scaled(&model.sigma);
        plus.add(&linear.scaled(gamma));
        plus
    } else {
        d.scaled(&model.sigma).minus(&linear)
    }
}

/// The lowest terms of F to the left and to the right of the neuron's breakpoint; for w != 0.
pub(super) fn lowest_terms(model: &Model<'_>, neuron: &Neuron) -> Option<[Lowest; 2]> {
    let q = neuron.breakpoint.as_ref()?;
    let side = |right: bool| {
        let polynomial = second_primitive_beside(model, neuron, q, right);
        polynomial.lowest_term().map(|(power, coefficient)| (power, coefficient.clone()))
    };
    Some([side(false), side(true)])
}

/// Whether phi is zero on a neighbourhood of `(w, b)`.
pub(super) fn phi_vanishes(model: &Model<'_>, neuron: &Neuron) -> bool {
    match (neuron.role, lowest_terms(model, neuron)) {
        (Role::Degenerate, _) => model.loss.is_zero(),
        (Role::Silent, _) => true,
        (_, Some(sides)) => sides.iter().all(Option::is_none),
        (_, None) => model.moments[1].is_zero(),
    }
}

/// Whether `v' phi(w', b') >= 0` for all `(v', w', b')` near those of the neuron, at a stationary candidate.
pub(super) fn cannot_descend_alone(model: &Model<'_>, neuron: &Neuron) -> bool {
    match (neuron.role, lowest_terms(model, neuron)) {
        _ if neuron.is_flat() => phi_vanishes(model, neuron),
        // That is what stationarity says of it.
        (Role::Degenerate | Role::Silent, _) => true,
        (_, Some(sides)) => sides.iter().flatten().all(|(_, coefficient)| (coefficient * &neuron.v).is_positive()),
        (_, None) => model.moments[1].is_zero(),
    }
}
