//! A network on the cells of [T0, T1]: residual, loss, moments, and the function D whose sign decides about kinks
//! (docs/theory-integral.md, section 1).

use super::instance::{Instance, Network};
use super::piecewise::{integral, primitive, scaled, times_power, value};
use crate::curve::{add, multiply};
use crate::number::Rational;
use crate::vector::Vector;
use num_traits::{One, Signed, Zero};

/// One neuron, `v rho(w x + b)`.
pub(crate) struct Neuron {
    pub(crate) w: Rational,
    pub(crate) b: Rational,
    pub(crate) v: Rational,
    /// q, if w is not 0.
    pub(crate) breakpoint: Option<Rational>,
    /// q, if it is in [T0, T1].
    pub(crate) kink: Option<Rational>,
    /// Whether `rho(w x + b)` is 0 on [T0, T1].
    pub(crate) vanishes: bool,
}

impl Neuron {
    pub(crate) fn is_degenerate(&self) -> bool {
        self.w.is_zero() && self.b.is_zero()
    }
    pub(crate) fn is_flat(&self) -> bool {
        self.v.is_zero()
    }
    /// Whether it is an affine function on [T0, T1], and so are those near it, and it is not zero.
    pub(crate) fn is_affine(&self) -> bool {
        self.kink.is_none() && !self.vanishes
    }
    /// `kappa`
    pub(crate) fn strength(&self) -> Rational {
        &self.v * self.w.abs()
    }
    /// `eps`
    pub(crate) fn side(&self) -> Rational {
        self.w.signum()
    }
}

/// Between two neighbouring breakpoints, where everything is a polynomial.
pub(crate) struct Cell {
    pub(crate) left: Rational,
    pub(crate) right: Rational,
    pub(crate) p: Vector,
    pub(crate) pf: Vector,
    pub(crate) pe: Vector,
    /// The integrals of `p x^k`, k = 0, 1, 2.
    p_moments: [Rational; 3],
    /// The integrals of `p e x^k`, k = 0, 1.
    pe_moments: [Rational; 2],
}

/// A function that is affine on each cell: its constant and its slope there.
pub(crate) type Feature = Vec<[Rational; 2]>;

/// A network, and what its residual `e = N - f` does.
pub(crate) struct Model<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) neurons: Vec<Neuron>,
    pub(crate) cells: Vec<Cell>,
    /// `L`
    pub(crate) loss: Rational,
    /// `m_0`, `m_1`
    pub(crate) moments: [Rational; 2],
}

impl<'a> Model<'a> {
    pub(crate) fn new(instance: &'a Instance, network: &Network) -> Model<'a> {
        let (start, end) = &instance.interval;
        let weights = network.input_weights.iter().zip(&network.input_biases).zip(&network.output_weights);
        let neuron = |((w, b), v): ((&Rational, &Rational), &Rational)| {
            let breakpoint = (!w.is_zero()).then(|| -b / w);
            let kink = breakpoint.clone().filter(|q| start <= q && q <= end);
            let vanishes = instance.gamma.is_zero() && [start, end].iter().all(|x| !(w * *x + b).is_positive());
            Neuron { w: w.clone(), b: b.clone(), v: v.clone(), breakpoint, kink, vanishes }
        };
        let neurons: Vec<Neuron> = weights.map(neuron).collect();
        let kinks = neurons.iter().filter_map(|neuron| neuron.kink.as_ref());
        let mut points: Vec<Rational> = kinks.chain(instance.spans.iter().map(|span| &span.left)).cloned().collect();
        points.push(end.clone());
        points.sort();
        points.dedup();
        let mut model = Model { instance, neurons, cells: vec![], loss: Rational::zero(), moments: Default::default() };
        for (left, right) in points.iter().zip(points.iter().skip(1)) {
            let Some(span) = instance.spans.iter().find(|span| span.left <= *left && *left < span.right) else {
                continue;
            };
            let mut e = add(vec![network.output_bias.clone()], scaled(&-Rational::one(), &span.target));
            for neuron in &model.neurons {
                let slope = &neuron.v * model.slope(neuron, left, right);
                e = add(e, vec![&slope * &neuron.b, slope * &neuron.w]);
            }
            let p = span.density.clone();
            let (pf, pe) = (multiply(&p, &span.target), multiply(&p, &e));
            model.loss += integral(&multiply(&pe, &e), left, right);
            let moment = |g: &Vector, k: usize| integral(&times_power(g, k), left, right);
            let p_moments = [0, 1, 2].map(|k| moment(&p, k));
            let pe_moments = [0, 1].map(|k| moment(&pe, k));
            model.moments.iter_mut().zip(&pe_moments).for_each(|(sum, moment)| *sum += moment);
            let (left, right) = (left.clone(), right.clone());
            model.cells.push(Cell { left, right, p, pf, pe, p_moments, pe_moments });
        }
        model
    }

    /// `rho'(w x + b)` between two points without a kink between them.
    fn slope(&self, neuron: &Neuron, left: &Rational, right: &Rational) -> Rational {
        let twice_between = &neuron.w * (left + right) + &neuron.b + &neuron.b;
        if twice_between.is_positive() { Rational::one() } else { self.instance.gamma.clone() }
    }

    fn feature(&self, on_cell: impl Fn(&Cell) -> [Rational; 2]) -> Feature {
        self.cells.iter().map(on_cell).collect()
    }
    /// `s (slope x + constant)`, s the slope of the activation of a neuron: a change of its input weight and bias.
    pub(crate) fn side_feature(&self, neuron: &Neuron, constant: &Rational, slope: &Rational) -> Feature {
        self.feature(|cell| {
            let s = self.slope(neuron, &cell.left, &cell.right);
            [&s * constant, s * slope]
        })
    }
    /// `rho(w x + b)`
    pub(crate) fn activation(&self, neuron: &Neuron) -> Feature {
        self.side_feature(neuron, &neuron.b, &neuron.w)
    }
    /// `constant + slope x`
    pub(crate) fn line(&self, constant: Rational, slope: Rational) -> Feature {
        self.feature(|_| [constant.clone(), slope.clone()])
    }

    /// The integral of `p g h`.
    pub(crate) fn inner(&self, left: &Feature, right: &Feature) -> Rational {
        let on_cell = |(cell, ([a, b], [c, d])): (&Cell, (&[Rational; 2], &[Rational; 2]))| {
            let [zeroth, first, second] = &cell.p_moments;
            a * c * zeroth + (a * d + b * c) * first + b * d * second
        };
        self.cells.iter().zip(left.iter().zip(right)).map(on_cell).sum()
    }
    /// The integral of `p e g`.
    pub(crate) fn slant(&self, feature: &Feature) -> Rational {
        let on_cell = |(cell, [a, b]): (&Cell, &[Rational; 2])| {
            let [zeroth, first] = &cell.pe_moments;
            a * zeroth + b * first
        };
        self.cells.iter().zip(feature).map(on_cell).sum()
    }
    /// The integrals of `p e s_j x` and `p e s_j`.
    pub(crate) fn side_moments(&self, neuron: &Neuron) -> [Rational; 2] {
        let (zero, one) = (Rational::zero(), Rational::one());
        [(&zero, &one), (&one, &zero)].map(|(a, b)| self.slant(&self.side_feature(neuron, a, b)))
    }

    /// The cell just right of q, or just left of it.
    pub(crate) fn beside(&self, q: &Rational, right: bool) -> Option<&Cell> {
        let is_beside = |cell: &&Cell| {
            if right { cell.left <= *q && *q < cell.right } else { cell.left < *q && *q <= cell.right }
        };
        self.cells.iter().find(is_beside)
    }
    /// `g(q+)` or `g(q-)`
    pub(crate) fn limit(&self, q: &Rational, right: bool, polynomial: impl Fn(&Cell) -> &Vector) -> Rational {
        self.beside(q, right).map(|cell| value(polynomial(cell), q)).unwrap_or_default()
    }
    /// Whether L is twice continuously differentiable near what the neuron is now, as far as the neuron is concerned.
    pub(crate) fn is_smooth(&self, neuron: &Neuron) -> bool {
        let continuous = |q: &Rational, polynomial: fn(&Cell) -> &Vector| {
            self.limit(q, true, polynomial) == self.limit(q, false, polynomial)
        };
        let at_kink = |q: &Rational| continuous(q, |cell| &cell.p) && continuous(q, |cell| &cell.pf);
        !neuron.is_degenerate() && neuron.kink.as_ref().is_none_or(at_kink)
    }

    /// `m_1 - q m_0`, a polynomial in q.
    fn line_moment(&self) -> Vector {
        let [zeroth, first] = &self.moments;
        vec![first.clone(), -zeroth]
    }
    /// `D(q)` on a cell: over the rest of the cell, and over the cells after it.
    pub(crate) fn kink_moment(&self, cell: &Cell) -> Vector {
        let later = || self.cells.iter().filter(|other| other.left >= cell.right);
        let over = |k: usize| {
            let primitive = primitive(&times_power(&cell.pe, k));
            let after: Rational = later().filter_map(|other| other.pe_moments.get(k)).sum();
            add(vec![after + value(&primitive, &cell.right)], scaled(&-Rational::one(), &primitive))
        };
        add(over(1), times_power(&scaled(&-Rational::one(), &over(0)), 1))
    }
    /// The polynomial that D is just right of q, or just left of it, also outside [T0, T1].
    pub(crate) fn kink_moment_beside(&self, q: &Rational, right: bool) -> Vector {
        match self.beside(q, right) {
            Some(cell) => self.kink_moment(cell),
            None if *q <= self.instance.interval.0 => self.line_moment(),
            None => vec![],
        }
    }
    /// `D_+ = sigma D + gamma (m_1 - q m_0)` or `D_- = sigma D - (m_1 - q m_0)`, by the side of a neuron, just right of q or just left of it.
    pub(crate) fn turned_moment_beside(&self, side: &Rational, q: &Rational, right: bool) -> Vector {
        let (moment, line) = (self.kink_moment_beside(q, right), self.line_moment());
        let gamma = &self.instance.gamma;
        let lines = if side.is_positive() { gamma.clone() } else { -Rational::one() };
        add(scaled(&(Rational::one() - gamma), &moment), scaled(&lines, &line))
    }
}
