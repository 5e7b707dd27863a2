//! How far a proof of a local minimum with escape neurons reaches (docs/theory.md, section 7.19): with every parameter
//! changed by at most r, everything that has to be small in the proof is bounded, and small enough.

use crate::echelon::{extended, inverse, reduced_rows};
use crate::instance::Instance;
use crate::network::{Neuron, half};
use crate::number::Rational;
use crate::polynomial::Polynomial;
use crate::second_order::{Features, lines};
use crate::vector::{Vector, combine, dot, sum_of_sizes};
use crate::{Refusal, ensure};
use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

/// Most sets of boundary lines of which a common direction is looked for, for one neuron.
const MAX_SETS: usize = 5_000;
/// Below `2^-MAX_HALVINGS` sizes are not told apart.
const MAX_HALVINGS: u64 = 4_096;

fn two() -> Rational {
    Rational::from_integer(2.into())
}

fn largest<'a>(vector: impl IntoIterator<Item = &'a Rational>) -> Rational {
    vector.into_iter().map(Signed::abs).max().unwrap_or_default()
}

pub(crate) fn ensure_reached(holds: bool) -> Result<(), Refusal> {
    ensure(holds, "unproved-radius", "the proof does not reach as far as is claimed")
}

/// What a change of every parameter by at most `radius` can do.
pub(crate) struct Reach<'a> {
    instance: &'a Instance,
    residuals: &'a [Vector],
    model: &'a [Neuron],
    pub(crate) radius: Rational,
    /// `S_i`: `|z_i(u)|_1 <= S_i |u|_1`, and for each output the same with the sizes of the residuals as factors.
    speeds: Vec<(Rational, Vector)>,
    /// `c_i`: each u is `k + v` in one cell, k in `K_i` and `|v|_1 <= c_i g_i(u)`.
    distances: Vec<Rational>,
    /// What `|k_i|_1` is at most.
    cones: Vec<Rational>,
}

impl<'a> Reach<'a> {
    pub(crate) fn new(
        instance: &'a Instance, residuals: &'a [Vector], model: &'a [Neuron], radius: Rational,
    ) -> Result<Reach<'a>, Refusal> {
        let keeps_signs = |neuron: &Neuron| {
            let mut samples = neuron.preactivations.iter().zip(&instance.inputs);
            samples.all(|(z, x)| z.is_zero() || &radius * sum_of_sizes(x) <= z.abs())
        };
        ensure_reached(radius.is_positive())?;
        ensure_reached(model.iter().all(keeps_signs))?;
        let width = Rational::from_integer(instance.dimension().into());
        let (mut speeds, mut distances, mut cones) = (vec![], vec![], vec![]);
        for neuron in model {
            let size = |(z, x): (&Rational, &Vector)| {
                let (plus, minus) = &instance.slopes;
                largest(x) * if z.is_zero() { largest([plus, minus]) } else { instance.slope(z).abs() }
            };
            let sizes: Vector = neuron.preactivations.iter().zip(&instance.inputs).map(size).collect();
            let with = |e: &Vector| dot(&e.iter().map(Signed::abs).collect::<Vector>(), &sizes);
            speeds.push((sizes.iter().sum(), residuals.iter().map(with).collect()));
            let distance = distance(instance, neuron)?;
            // |u|_1 + |v|_1, where g_i(u) is at most the largest value of its terms on the unit vectors times |u|_1.
            let along = |axis: usize| {
                let terms = neuron.g.kinks.iter().filter_map(|(p, weight)| Some(weight.abs() * p.get(axis)?.abs()));
                neuron.g.linear.get(axis).map(Signed::abs).unwrap_or_default() + terms.sum::<Rational>()
            };
            let steepest = (0..instance.dimension()).map(along).max().unwrap_or_default();
            cones.push(&width * &radius * (Rational::one() + &distance * steepest));
            distances.push(distance);
        }
        Ok(Reach { instance, residuals, model, radius, speeds, distances, cones })
    }

    /// What `|z_i(k_i)|_1` is at most.
    fn moved(&self, i: usize) -> Rational {
        self.speeds.get(i).zip(self.cones.get(i)).map(|((speed, _), cone)| speed * cone).unwrap_or_default()
    }

    fn weight(&self, i: usize, j: usize) -> Rational {
        self.instance.candidate.output_weights.get(i).and_then(|h| h.get(j)).map(Signed::abs).unwrap_or_default()
    }

    /// What a functional of the directions of some neurons is at most on the critical cones.
    pub(crate) fn functional(&self, neurons: &[usize], l: &Vector) -> Rational {
        let parts = neurons.iter().zip(l.chunks(self.instance.dimension().max(1)));
        parts.filter_map(|(i, part)| Some(largest(part) * self.cones.get(*i)?)).sum()
    }

    /// The sizes of the coordinates of the change of an output weight h, `|a| <= rescaling`: of `(1 + a)(h + Dh) - h`.
    pub(crate) fn weights(&self, h: &Vector, basis: &[Vector], rescaling: &Rational) -> Vec<Rational> {
        let change = |h: &Rational| rescaling * h.abs() + two() * &self.radius;
        let inverse = inverse(basis);
        let coordinate = |c: usize| {
            let terms = inverse.iter().zip(h).filter_map(|(row, h)| Some(row.get(c)?.abs() * change(h)));
            terms.sum()
        };
        (0..basis.len()).map(coordinate).collect()
    }

    /// The sizes of `c_r` and of its `delta_rc`: `move_size` is what `k` contributes to a move at most, times
    /// `sum_l t_l` with `h_l + Dh_l = t_l (h + sum_c delta_lc b_c)`, `t_l` between half and three halves of `s_l = h_l / h`.
    pub(crate) fn spread(
        &self, weights: &[&Vector], h: &Vector, basis: &[Vector], move_size: &Rational,
    ) -> Result<Vec<Rational>, Refusal> {
        let full: Vec<Vector> = std::iter::once(h.clone()).chain(basis.iter().cloned()).collect();
        let inverse = inverse(&full);
        let column = |c: usize| -> Rational { inverse.iter().filter_map(|row| row.get(c)).map(Signed::abs).sum() };
        let shares: Vec<Rational> = weights.iter().map(|other| dot(other, h) / dot(h, h)).collect();
        let least = shares.iter().min().cloned().unwrap_or_default();
        ensure_reached(two() * column(0) * &self.radius <= least)?;
        let total = move_size * (Rational::one() + half()) * shares.iter().sum::<Rational>();
        let deltas = (1..full.len()).map(|c| two() * column(c) * &self.radius / &least);
        Ok(std::iter::once(total).chain(deltas).collect())
    }

    /// Accepts that what leads away from the critical cones costs more than it gains, where the output changes that the
    /// loss is compared with have at most the sizes `|r_j|_2` given.
    fn check_distances(&self, sizes: &[Rational]) -> Result<(), Refusal> {
        for (i, (distance, (speed, pulls))) in self.distances.iter().zip(&self.speeds).enumerate() {
            let pull: Rational = pulls.iter().map(|pull| pull * &self.radius).sum();
            let push = sizes.iter().enumerate().map(|(j, size)| (self.weight(i, j) + &self.radius) * size);
            ensure_reached(distance * (pull + speed * push.sum::<Rational>()) <= Rational::one())?;
        }
        Ok(())
    }

    /// Accepts the bounds of Theorem 7.25 for a proof by elimination: S stays independent, and what the other output
    /// weights leave is small.
    pub(crate) fn check_elimination(&self, complement: &[Vector], eliminated: &[usize]) -> Result<(), Refusal> {
        let features: Vec<Vector> = self.model.iter().map(|neuron| neuron.activations(self.instance)).collect();
        let project = |v: &Vector| combine(v.len(), complement.iter().map(|y| (dot(y, v) / dot(y, y), y)));
        let chosen: Vec<Vector> = eliminated.iter().filter_map(|i| features.get(*i)).map(project).collect();
        let gram: Vec<Vector> = chosen.iter().map(|l| chosen.iter().map(|r| dot(l, r)).collect()).collect();
        let count = self.instance.inputs.len();
        let dual = |row: Vector| combine(count, row.into_iter().zip(&chosen));
        let duals: Vec<Vector> = inverse(&gram).into_iter().map(dual).collect();
        let quickest = eliminated.iter().map(|i| self.moved(*i)).max().unwrap_or_default();
        ensure_reached(&quickest * duals.iter().map(largest).sum::<Rational>() <= half())?;
        let back = two() * quickest * duals.iter().map(sum_of_sizes).sum::<Rational>();
        let weighted = features.iter().enumerate().filter(|(i, _)| !eliminated.contains(i));
        let weighted = &self.radius * weighted.map(|(_, rho)| sum_of_sizes(rho)).sum::<Rational>();
        let size = |(j, e): (usize, &Vector)| {
            let moved = (0..self.model.len()).map(|i| (self.weight(i, j) + &self.radius) * self.moved(i));
            largest(e) * &back + &weighted + moved.sum::<Rational>()
        };
        self.check_distances(&self.residuals.iter().enumerate().map(size).collect::<Vec<_>>())
    }

    /// Accepts the bounds of Theorem 7.26 for a proof by the second order: `span`, `complement` and `duals` of
    /// its evidence, the neurons that are kept and those of them that move, and the least margin.
    pub(crate) fn check_second_order(
        &self, features: &Features, quiet: &[bool], kept: &[usize], moving: &[usize], margin: &Rational,
    ) -> Result<(), Refusal> {
        let Features { span, complement, duals } = features;
        if let ([i], [(_, tau)]) = (kept, duals.as_slice()) {
            let moved = self.moved(*i);
            ensure_reached(&moved * largest(tau) <= half())?;
            let size =
                |(j, e): (usize, &Vector)| &moved * (two() * largest(e) * sum_of_sizes(tau) + self.weight(*i, j));
            return self.check_distances(&self.residuals.iter().enumerate().map(size).collect::<Vec<_>>());
        }
        // |a_i| and |N_i|_1 for z_i(k_i) = a_i rho_i + N_i(k_i) modulo W; a last entry tells how much of rho_i is in a row.
        let (mut rescaling, mut remainders) = (Rational::zero(), vec![]);
        for i in kept {
            let Some(neuron) = self.model.get(*i).filter(|_| moving.contains(i)) else {
                remainders.push((*i, self.moved(*i)));
                continue;
            };
            let marked = |v: &Vector, mark: Rational| v.iter().cloned().chain([mark]).collect::<Vector>();
            let feature = marked(&neuron.activations(self.instance), Rational::one());
            let rows: Vec<Vector> = span.iter().map(|w| marked(w, Rational::zero())).chain([feature]).collect();
            let rows = reduced_rows(rows.iter());
            let marks = rows.iter().filter(|(lead, _)| *lead < self.instance.inputs.len());
            let part = largest(marks.filter_map(|(_, row)| row.last())) * self.moved(*i);
            rescaling = rescaling.max(part);
            let rows = rows
                .iter()
                .map(|(_, row)| row.iter().take(self.instance.inputs.len()).map(Signed::abs).sum::<Rational>());
            let growth = Rational::one() + rows.max().unwrap_or_default();
            remainders.push((*i, two() * growth * self.moved(*i)));
        }
        let is_dual = |i: &usize| duals.iter().any(|(other, _)| other == i);
        let largest_remainder = largest(remainders.iter().map(|(_, size)| size));
        let all: Rational = remainders.iter().filter(|(i, _)| moving.contains(i)).map(|(_, size)| size).sum();
        let taus: Rational = duals.iter().map(|(_, tau)| sum_of_sizes(tau)).sum();
        ensure_reached(rescaling <= half())?;
        ensure_reached(&taus * &largest_remainder <= half())?;
        let mut sizes = vec![];
        let mut loss = Rational::zero();
        for (j, e) in self.residuals.iter().enumerate() {
            let weights: Rational = moving.iter().map(|i| self.weight(*i, j)).sum();
            let pulled = duals.iter().filter(|(i, _)| quiet.get(*i) != Some(&true));
            let pulled: Rational = pulled.map(|(_, tau)| sum_of_sizes(tau) * sum_of_sizes(e)).sum();
            // |r_j| <= a nu and |s_j| <= b nu K
            let a = Rational::from_integer(complement.len().into()) * &weights + pulled;
            let b = two() * &a * &taus;
            let both = &a + &b * &largest_remainder;
            let changes = moving.iter().filter(|i| !is_dual(i));
            let changes = changes.map(|i| &rescaling * self.weight(*i, j) + two() * &self.radius).sum::<Rational>();
            loss += (&weights + &a) * &b * &largest_remainder
                + half() * (&b * &largest_remainder) * (&b * &largest_remainder)
                + changes * &both;
            sizes.push(both * &all);
        }
        ensure_reached(&loss <= margin)?;
        self.check_distances(&sizes)
    }
}

/// `c = max |r|_1 / g(r)` over the directions r with g(r) > 0 that generate the cells of the boundary lines, modulo the
/// directions that lie on all of them: each is what all but one of a basis of the lines leave.
fn distance(instance: &Instance, neuron: &Neuron) -> Result<Rational, Refusal> {
    let lines: Vec<Vector> = lines(instance, neuron).into_iter().map(|(line, _)| line).collect();
    let leads: Vec<usize> = reduced_rows(lines.iter()).into_iter().map(|(lead, _)| lead).collect();
    let Some(size) = leads.len().checked_sub(1) else { return Ok(Rational::zero()) };
    let parts: Vec<Vector> =
        lines.iter().map(|line| leads.iter().filter_map(|lead| line.get(*lead).cloned()).collect()).collect();
    // Sets of independent lines, each continued by later ones.
    let mut sets: Vec<(usize, Vec<(usize, Vector)>)> = vec![(0, vec![])];
    for _ in 0..size {
        let mut longer = vec![];
        for (next, rows) in &sets {
            for (place, part) in parts.iter().enumerate().skip(*next) {
                let more = extended(rows.clone(), part);
                if more.len() > rows.len() {
                    longer.push((place.saturating_add(1), more));
                }
                ensure_reached(longer.len() <= MAX_SETS)?;
            }
        }
        sets = longer;
    }
    let mut largest = Rational::zero();
    for (_, rows) in sets {
        let mut direction = vec![Rational::zero(); instance.dimension()];
        let free = (0..leads.len()).find(|c| rows.iter().all(|(lead, _)| lead != c)).unwrap_or_default();
        for (c, place) in leads.iter().enumerate() {
            let row = rows.iter().find(|(lead, _)| *lead == c).map(|(_, row)| row);
            let entry = row.map_or_else(Rational::one, |row| -row.get(free).cloned().unwrap_or_default());
            if let Some(slot) = direction.get_mut(*place) {
                *slot = entry;
            }
        }
        for side in [direction.clone(), direction.iter().map(|entry| -entry).collect()] {
            let value = neuron.g.value(&side);
            if value.is_positive() {
                largest = largest.max(sum_of_sizes(&side) / value);
            }
        }
    }
    Ok(largest)
}

/// What the variables of a polynomial are at most: `|x_v| <= 2^-s_v`. Where no radius is claimed nothing is known but that
/// they are as small as needed.
#[derive(Clone)]
pub(crate) struct Sizes(Option<Vec<u64>>);

/// The largest s with `bound <= 2^-s`.
fn halvings(bound: &Rational) -> Result<u64, Refusal> {
    if bound.is_zero() {
        return Ok(MAX_HALVINGS);
    }
    let known = bound.denom().bits().checked_sub(bound.numer().bits());
    let fits = |s: &u64| bound.numer() << s <= *bound.denom();
    let found = known.and_then(|s| if fits(&s) { Some(s) } else { s.checked_sub(1) });
    ensure_reached(found.is_some()).map(|()| found.unwrap_or_default().min(MAX_HALVINGS))
}

/// `2^-halvings`, or `2^-MAX_HALVINGS` if that is more.
fn halved(halvings: u64) -> Rational {
    Rational::new_raw(BigInt::one(), BigInt::one() << halvings.min(MAX_HALVINGS))
}

impl Sizes {
    pub(crate) fn of(bounds: Option<Vec<Rational>>) -> Result<Sizes, Refusal> {
        Ok(Sizes(bounds.map(|bounds| bounds.iter().map(halvings).collect()).transpose()?))
    }

    /// What `prod |x_v|^gamma_v` is at most, or 0.
    pub(crate) fn monomial(&self, gamma: &[Rational]) -> Rational {
        let Some(sizes) = &self.0 else { return Rational::zero() };
        let sum: Rational = sizes.iter().zip(gamma).map(|(s, g)| g * Rational::from_integer((*s).into())).sum();
        halved(u64::try_from(sum.to_integer()).unwrap_or(MAX_HALVINGS))
    }

    /// What `|p|` is at most, or 0.
    fn bound(&self, p: &Polynomial) -> Rational {
        let Some(sizes) = &self.0 else { return Rational::zero() };
        let power = |(s, e): (&u64, &usize)| s.saturating_mul(u64::try_from(*e).unwrap_or(u64::MAX));
        let sum = |exponents: &Vec<usize>| sizes.iter().zip(exponents).map(power).fold(0, u64::saturating_add);
        p.0.iter().map(|(exponents, value)| value.abs() * halved(sum(exponents))).sum()
    }

    /// Whether p is positive at 0, and as far as the variables go.
    pub(crate) fn keep_positive(&self, p: &Polynomial) -> bool {
        two() * p.at_origin() > self.bound(p)
    }

    /// After `x = x' + by` or `x = by - x'`.
    pub(crate) fn moved(&self, place: usize, by: &Polynomial) -> Result<Sizes, Refusal> {
        let mut sizes = self.clone();
        let bound = self.bound(by);
        if let Some(size) = sizes.0.as_mut().and_then(|sizes| sizes.get_mut(place)) {
            *size = halvings(&(bound + halved(*size)))?;
        }
        Ok(sizes)
    }

    /// After `x = x'^exponent`.
    pub(crate) fn rooted(mut self, place: usize, exponent: usize) -> Sizes {
        if let Some(size) = self.0.as_mut().and_then(|sizes| sizes.get_mut(place)) {
            *size = u64::try_from(exponent).ok().and_then(|exponent| size.checked_div(exponent)).unwrap_or_default();
        }
        self
    }

    /// With new variables that stand for polynomials.
    pub(crate) fn named(&self, names: &[Polynomial]) -> Result<Sizes, Refusal> {
        let more: Vec<u64> = names.iter().map(|name| halvings(&self.bound(name))).collect::<Result<_, _>>()?;
        Ok(Sizes(self.0.as_ref().map(|sizes| sizes.iter().copied().chain(more).collect())))
    }
}
