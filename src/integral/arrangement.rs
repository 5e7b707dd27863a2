//! The orders that breakpoints can take when they move a little, and integrals as polynomials of their positions
//! (docs/theory-integral.md, section 7).

use super::model::{Model, Role, data_breakpoints};
use crate::linear::Polynomial;
use crate::polynomial::{Kind, Multivariate};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// A group: breakpoints of neurons at one place, `None` for a data breakpoint there; in the order from left to right.
pub type Order = Vec<Option<usize>>;

/// An order of all breakpoints near the candidate, and coordinates for their positions: gaps between neighbours
/// (nonnegative), and where no data breakpoint is near, the shift of the first one (free).
#[derive(Debug)]
pub(super) struct Arrangement {
    /// The kinds of the variables.
    pub(super) kinds: Vec<Kind>,
    /// `q_j + s_j` for each kink neuron.
    pub(super) positions: Vec<(usize, Multivariate)>,
    /// Between consecutive breakpoints, from T0 to T1.
    segments: Vec<Segment>,
}

/// A part of the interval on which everything is a polynomial.
#[derive(Debug)]
struct Segment {
    /// Kink neurons whose breakpoint lies to the left.
    passed: Vec<usize>,
    /// `int p x^k`, k = 0, 1, 2; `int p f x^k`, k = 0, 1; `int p f^2`.
    masses: [Multivariate; 3],
    targets: [Multivariate; 2],
    square: Multivariate,
}

/// `constant + slope x` on each segment.
pub(super) struct Function(Vec<(Multivariate, Rational)>);

/// All orders of the breakpoints near the candidate, if there are at most `limit`.
pub(super) fn all_orders(model: &Model<'_>, limit: usize) -> Option<Vec<Vec<Order>>> {
    let data = data_breakpoints(model.instance);
    let mut groups: Vec<(Rational, Vec<usize>)> = Vec::new();
    for (j, neuron) in model.neurons.iter().enumerate().filter(|(_, neuron)| neuron.role == Role::Kink) {
        let Some(q) = &neuron.breakpoint else { continue };
        match groups.iter_mut().find(|(place, _)| place == q) {
            Some((_, neurons)) => neurons.push(j),
            None => groups.push((q.clone(), vec![j])),
        }
    }
    groups.sort();
    let mut all: Vec<Vec<Order>> = vec![vec![]];
    for (place, neurons) in groups {
        let mut members: Vec<Option<usize>> = neurons.into_iter().map(Some).collect();
        if data.contains(&place) {
            members.push(None);
        }
        let orders = permutations(&members, limit)?;
        if all.len() * orders.len() > limit {
            return None;
        }
        all = all
            .iter()
            .flat_map(|left| orders.iter().map(|order| [&left[..], std::slice::from_ref(order)].concat()))
            .collect();
    }
    Some(all)
}

fn permutations(members: &[Option<usize>], limit: usize) -> Option<Vec<Order>> {
    let Some((first, rest)) = members.split_first() else { return Some(vec![vec![]]) };
    let shorter = permutations(rest, limit)?;
    let longer = shorter.iter().flat_map(|order| {
        (0..=order.len()).map(|place| {
            let mut longer = order.clone();
            longer.insert(place, *first);
            longer
        })
    });
    let all: Vec<Order> = longer.collect();
    (all.len() <= limit).then_some(all)
}

impl Arrangement {
    /// The arrangement with given orders, and `more` free variables at the end.
    pub(super) fn new(model: &Model<'_>, orders: &[Order], more: usize) -> Arrangement {
        let kinks = orders.iter().flatten().flatten().count();
        let variables = kinks + more;
        let place_of = |order: &Order| {
            let neuron = order.iter().flatten().next().and_then(|j| model.neurons[*j].breakpoint.clone());
            neuron.unwrap_or_default()
        };
        let mut kinds = Vec::new();
        let mut positions = Vec::new();
        for order in orders {
            let q = place_of(order);
            // Shifts along the list, from a first one that is a variable itself or fixed by `None`.
            let mut shift = Multivariate::zero(variables);
            let mut shifts = Vec::new();
            if !order.contains(&None) {
                shift = Multivariate::variable(variables, kinds.len());
                kinds.push(Kind::Free);
            }
            for place in 0..order.len() {
                if place > 0 {
                    shift.add(&Rational::one(), &Multivariate::variable(variables, kinds.len()));
                    kinds.push(Kind::Nonnegative);
                }
                shifts.push(shift.clone());
            }
            let origin = order.iter().position(Option::is_none).map(|place| shifts[place].clone());
            for (member, mut position) in order.iter().zip(shifts) {
                if let Some(origin) = &origin {
                    position.add(&-Rational::one(), origin);
                }
                position.add_term(vec![0; variables], q.clone());
                if let Some(j) = member {
                    positions.push((*j, position));
                }
            }
        }
        kinds.resize(variables, Kind::Free);
        let segments = segments(model, orders, &positions, variables, &place_of);
        Arrangement { kinds, positions, segments }
    }

    fn variables(&self) -> usize {
        self.kinds.len()
    }

    fn position(&self, j: usize) -> Multivariate {
        let found = self.positions.iter().find(|(other, _)| *other == j);
        found.map_or_else(|| Multivariate::zero(self.variables()), |(_, position)| position.clone())
    }

    /// `constant + slope x`
    pub(super) fn affine(&self, constant: &Rational, slope: &Rational) -> Function {
        let constant = Multivariate::constant(self.variables(), constant.clone());
        Function(self.segments.iter().map(|_| (constant.clone(), slope.clone())).collect())
    }

    /// `rho(eps_j (x - q_j))` at the moved breakpoint.
    pub(super) fn feature(&self, model: &Model<'_>, j: usize) -> Function {
        let position = self.position(j);
        let rising = model.neurons[j].w.is_positive();
        let on = |segment: &Segment| {
            let active = segment.passed.contains(&j) == rising;
            let size = if active { Rational::one() } else { model.gamma().clone() };
            let slope = if rising { size } else { -size };
            let mut constant = Multivariate::zero(self.variables());
            constant.add(&-&slope, &position);
            (constant, slope)
        };
        Function(self.segments.iter().map(on).collect())
    }

    /// `int p left right`
    pub(super) fn inner(&self, left: &Function, right: &Function) -> Multivariate {
        let mut sum = Multivariate::zero(self.variables());
        for ((segment, (a, x)), (b, y)) in self.segments.iter().zip(&left.0).zip(&right.0) {
            let [m0, m1, m2] = &segment.masses;
            if !a.is_zero() && !b.is_zero() {
                sum.add(&Rational::one(), &a.times(b).times(m0));
            }
            let mut mixed = Multivariate::zero(self.variables());
            mixed.add(y, a);
            mixed.add(x, b);
            sum.add(&Rational::one(), &mixed.times(m1));
            sum.add(&(x * y), m2);
        }
        sum
    }

    /// `int p f function`
    pub(super) fn against_target(&self, function: &Function) -> Multivariate {
        let mut sum = Multivariate::zero(self.variables());
        for (segment, (constant, slope)) in self.segments.iter().zip(&function.0) {
            sum.add(&Rational::one(), &constant.times(&segment.targets[0]));
            sum.add(slope, &segment.targets[1]);
        }
        sum
    }

    /// `int p f^2`
    pub(super) fn target_square(&self) -> Multivariate {
        let mut sum = Multivariate::zero(self.variables());
        self.segments.iter().for_each(|segment| sum.add(&Rational::one(), &segment.square));
        sum
    }
}

/// `polynomial(inner)`
fn compose(polynomial: &Polynomial, inner: &Multivariate) -> Multivariate {
    let variables = inner.variables;
    polynomial.0.iter().rev().fold(Multivariate::zero(variables), |sum, coefficient| {
        let mut next = sum.times(inner);
        next.add_term(vec![0; variables], coefficient.clone());
        next
    })
}

fn segments(
    model: &Model<'_>, orders: &[Order], positions: &[(usize, Multivariate)], variables: usize,
    place_of: &dyn Fn(&Order) -> Rational,
) -> Vec<Segment> {
    // All breakpoints from left to right: the position, and the neuron or the data breakpoint.
    let constant = |value: &Rational| Multivariate::constant(variables, value.clone());
    let mut points: Vec<(Multivariate, Result<usize, Rational>)> = Vec::new();
    let mut orders = orders.iter().peekable();
    let mut named = positions.iter();
    let mut take = |order: &Order, points: &mut Vec<(Multivariate, Result<usize, Rational>)>| {
        let q = place_of(order);
        for member in order {
            match member {
                Some(_) => points.extend(named.next().map(|(j, position)| (position.clone(), Ok(*j)))),
                None => points.push((constant(&q), Err(q.clone()))),
            }
        }
    };
    for data in data_breakpoints(model.instance) {
        while let Some(order) = orders.next_if(|order| place_of(order) < data) {
            take(order, &mut points);
        }
        match orders.next_if(|order| place_of(order) == data) {
            Some(order) => take(order, &mut points),
            None => points.push((constant(&data), Err(data))),
        }
    }
    let integral = &model.instance.integral;
    let mut passed = Vec::new();
    let mut inside = false;
    let mut found = Vec::new();
    for (place, (left, what)) in points.iter().enumerate() {
        match what {
            Ok(j) => passed.push(*j),
            Err(data) if *data == integral.start => inside = true,
            Err(data) if *data == integral.end => break,
            Err(_) => {}
        }
        let Some((right, _)) = points.get(place + 1).filter(|_| inside) else { continue };
        let beyond = points[place + 1..].iter().find_map(|(_, what)| what.as_ref().err());
        let Some(beyond) = beyond else { continue };
        let target = integral.target.up_to(beyond);
        let density = integral.density_up_to(beyond);
        let x = Polynomial(vec![Rational::zero(), Rational::one()]);
        let between = |function: &Polynomial| {
            let primitive = function.antiderivative();
            let mut integral = compose(&primitive, right);
            integral.add(&-Rational::one(), &compose(&primitive, left));
            integral
        };
        let weighted = density.times(target);
        found.push(Segment {
            passed: passed.clone(),
            masses: [between(&density), between(&density.times(&x)), between(&density.times(&x).times(&x))],
            targets: [between(&weighted), between(&weighted.times(&x))],
            square: between(&weighted.times(target)),
        });
    }
    found
}
