//! The one-sided second order: where breakpoints move and everything that enters quadratically takes its best values
//! (docs/theory-integral.md, section 6).

use super::curve::Descent;
use super::descent::Paths;
use super::model::{Model, Role};
use super::nearby::phi_vanishes;
use super::profile::{Profile, gram};
use crate::cone::{Cone, ConeAnswer, QuadraticForm, decide_on_cone};
use crate::effort;
use crate::linear::{Definiteness, Echelon, Polynomial, definiteness};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// A proof that the candidate is a local minimum: for each cell products `2 n sign_i sign_k s_i s_k` of shifts of known sign
/// after whose subtraction the form is positive definite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondOrder {
    /// `(i, k, n)` for each cell.
    pub cells: Vec<Vec<(usize, usize, Rational)>>,
}

/// What the second order says.
pub(super) enum Curvature {
    /// A local minimum.
    Minimum(SecondOrder),
    /// Not one.
    Descent(Descent),
    /// The form is zero somewhere, or nothing of this applies.
    Open(&'static str),
}

/// Most cells, two for each breakpoint at which the curvature differs on both sides.
const MAX_CELLS: usize = 1 << 10;
/// Most leaves of a proof that a form is nonnegative on a cell.
const MAX_LEAVES: usize = 200;

/// A breakpoint that can move.
struct Shift {
    neuron: usize,
    /// `mu` to the left and to the right.
    curvature: [Rational; 2],
    /// Whether the network notices, to the left and to the right.
    visible: [bool; 2],
}

impl Shift {
    fn is_split(&self) -> bool {
        let [left, right] = self.visible;
        left != right || (left && self.curvature[0] != self.curvature[1])
    }
}

/// Whether the network changes where p > 0 when the breakpoint of neuron j moves a little to one side.
fn is_visible(model: &Model<'_>, j: usize, to_right: bool) -> bool {
    let neuron = &model.neurons[j];
    let Some(q) = &neuron.breakpoint else { return false };
    if !model.gamma().is_zero() {
        return true;
    }
    let positive = |cell: usize| !model.cells[cell].density.is_zero();
    let beside = if to_right { model.cell_right_of(q) } else { model.cell_left_of(q) };
    let reached = |cell: usize| {
        let on_active_side = (model.points[cell + 1] > *q) == neuron.w.is_positive();
        on_active_side || (to_right != neuron.w.is_positive() && beside == Some(cell))
    };
    (0..model.cells.len()).any(|cell| positive(cell) && reached(cell))
}

/// The breakpoints that can move, of the kink neurons with output weight.
fn shifts(model: &Model<'_>, kinks: &[usize]) -> Vec<Shift> {
    let mut shifts = Vec::new();
    for j in kinks.iter().copied().filter(|j| !model.neurons[*j].is_flat()) {
        let neuron = &model.neurons[j];
        let Some(q) = &neuron.breakpoint else { continue };
        let curvature = [false, true].map(|right| neuron.kappa() * &model.sigma * model.weighted_at(q, right));
        let visible = [false, true].map(|right| is_visible(model, j, right));
        if visible.contains(&true) {
            shifts.push(Shift { neuron: j, curvature, visible });
        }
    }
    shifts
}

/// The neurons for which the second order differs to the left and to the right of their breakpoint, rising: the cells of
/// [`SecondOrder`] are the choices of a side for each.
pub fn split_neurons(model: &Model<'_>) -> Vec<usize> {
    let kinks: Vec<usize> = (0..model.neurons.len()).filter(|j| model.neurons[*j].role == Role::Kink).collect();
    shifts(model, &kinks).into_iter().filter(Shift::is_split).map(|shift| shift.neuron).collect()
}

/// Decides by the second order, for a stationary candidate whose loss is not 0.
pub(super) fn decide_second_order(model: &Model<'_>) -> Curvature {
    let kinks: Vec<usize> = (0..model.neurons.len()).filter(|j| model.neurons[*j].role == Role::Kink).collect();
    let has_affine = model.neurons.iter().any(|neuron| neuron.role == Role::Affine);
    let mut features = vec![Profile::affine(model, Rational::one(), Rational::zero())];
    if has_affine {
        features.push(Profile::affine(model, Rational::zero(), Rational::one()));
    }
    features.extend(kinks.iter().map(|j| Profile::feature(model, *j)));
    let shifts = shifts(model, &kinks);
    let mut profiles = features;
    let count = profiles.len();
    profiles.extend(shifts.iter().map(|shift| Profile::tangent(model, shift.neuron)));
    let matrix = gram(&profiles, model);
    let split: Vec<usize> = (0..shifts.len()).filter(|place| shifts[*place].is_split()).collect();
    if split.len() >= usize::BITS as usize || 1 << split.len() > MAX_CELLS {
        return Curvature::Open("there are too many breakpoints at jumps");
    }
    let fits = fits(model, &matrix, &kinks, count);
    let mut cells = Vec::new();
    let mut open = None;
    for number in 0..1_usize << split.len() {
        // The first split neuron changes slowest, + stands before -.
        let to_left = |place: usize| {
            let position = split.iter().position(|other| *other == place);
            position.is_some_and(|position| number >> (split.len() - 1 - position) & 1 == 1)
        };
        let cell =
            Cell { model, matrix: &matrix, features: count, has_affine, kinks: &kinks, shifts: &shifts, split: &split };
        if effort::is_over() {
            return Curvature::Open("there was no time for all sides of the breakpoints");
        }
        match cell.decide(&to_left) {
            Curvature::Descent(descent) => return Curvature::Descent(descent),
            Curvature::Minimum(SecondOrder { cells: mut products }) => cells.append(&mut products),
            Curvature::Open(why) => open = Some(why),
        }
    }
    match (open, fits) {
        (Some(why), _) => Curvature::Open(why),
        (None, Err(why)) => Curvature::Open(why),
        (None, Ok(())) => Curvature::Minimum(SecondOrder { cells }),
    }
}

/// Whether the theorem applies: no degenerate neurons, flat neurons that cannot descend alone and whose features are
/// independent of all others.
fn fits(model: &Model<'_>, matrix: &[Vec<Rational>], kinks: &[usize], features: usize) -> Result<(), &'static str> {
    if model.neurons.iter().any(|neuron| neuron.role == Role::Degenerate) {
        return Err("a neuron has zero input weight and bias");
    }
    if model.neurons.iter().any(|neuron| neuron.is_flat() && !phi_vanishes(model, neuron)) {
        return Err("a neuron without output weight can let the loss fall");
    }
    let first = features - kinks.len();
    let flat = |place: &usize| *place >= first && model.neurons[kinks[*place - first]].is_flat();
    let rank = |places: &[usize]| {
        let rows: Vec<Vec<Rational>> =
            places.iter().map(|i| places.iter().map(|k| matrix[*i][*k].clone()).collect()).collect();
        Echelon::of(rows.iter().map(Vec::as_slice)).rank()
    };
    let all: Vec<usize> = (0..features).collect();
    let others: Vec<usize> = all.iter().copied().filter(|place| !flat(place)).collect();
    if rank(&all) == rank(&others) + all.len() - others.len() {
        Ok(())
    } else {
        Err("the feature of a neuron without output weight depends on the others")
    }
}

/// The form on all cells, with what it is made of.
struct Cell<'a> {
    model: &'a Model<'a>,
    matrix: &'a [Vec<Rational>],
    features: usize,
    has_affine: bool,
    kinks: &'a [usize],
    shifts: &'a [Shift],
    split: &'a [usize],
}

impl Cell<'_> {
    /// Decides on the cell where the split breakpoints move to the left or to the right.
    fn decide(&self, to_left: &dyn Fn(usize) -> bool) -> Curvature {
        let side = |place: usize| usize::from(!to_left(place));
        let moving: Vec<usize> = (0..self.shifts.len())
            .filter(|place| !self.split.contains(place) || self.shifts[*place].visible[side(*place)])
            .collect();
        let split: Vec<usize> = (0..moving.len()).filter(|k| self.split.contains(&moving[*k])).collect();
        let places: Vec<usize> = (0..self.features).chain(moving.iter().map(|place| self.features + place)).collect();
        let mut form: Vec<Vec<Rational>> =
            places.iter().map(|i| places.iter().map(|k| self.matrix[*i][*k].clone()).collect()).collect();
        for (k, place) in moving.iter().enumerate() {
            form[self.features + k][self.features + k] += &self.shifts[*place].curvature[side(*place)];
        }
        let reduced = reduce(&form, self.features);
        let sign = |k: usize| if to_left(moving[k]) { -Rational::one() } else { Rational::one() };
        // Positive entries between shifts of known sign only help.
        for with_products in [false, true] {
            let mut rest = reduced.clone();
            let mut products = Vec::new();
            for (a, i) in split.iter().enumerate().filter(|_| with_products) {
                for k in &split[a + 1..] {
                    let product = sign(*i) * sign(*k) * &reduced[*i][*k];
                    if product.is_positive() {
                        rest[*i][*k] = Rational::zero();
                        rest[*k][*i] = Rational::zero();
                        let neuron = |k: usize| self.shifts[moving[k]].neuron;
                        products.push((neuron(*i), neuron(*k), product));
                    }
                }
            }
            if definiteness(&rest) == Definiteness::Positive {
                return Curvature::Minimum(SecondOrder { cells: vec![products] });
            }
        }
        let mut cone = Cone::whole(places.len());
        for k in &split {
            let mut functional = vec![Rational::zero(); places.len()];
            functional[self.features + k] = sign(*k);
            cone.cut(functional);
        }
        let mut leaves = MAX_LEAVES;
        match decide_on_cone(&QuadraticForm { matrix: form }, &cone, &mut leaves) {
            ConeAnswer::Negative(point) => {
                let shifts = moving.iter().map(|place| self.shifts[*place].neuron);
                match self.line(&point, &shifts.collect::<Vec<_>>()).descend(self.model) {
                    Some(descent) => Curvature::Descent(descent),
                    None => Curvature::Open("a negative direction of the second order leads to no polynomial curve"),
                }
            }
            ConeAnswer::Nonnegative(_) => Curvature::Open("the second order is zero in some direction"),
            ConeAnswer::Limit => Curvature::Open("the second order needs too many pieces"),
        }
    }

    /// The straight line through a point of the form's space.
    fn line(&self, point: &[Rational], moving: &[usize]) -> Paths {
        let linear = |value: &Rational| Polynomial(vec![Rational::zero(), value.clone()]);
        let first = self.features - self.kinks.len();
        let named = |neurons: &[usize], values: &[Rational]| {
            neurons.iter().copied().zip(values.iter().map(linear)).collect::<Vec<_>>()
        };
        Paths {
            constant: linear(&point[0]),
            slope: if self.has_affine { linear(&point[1]) } else { Polynomial(vec![]) },
            heights: named(self.kinks, &point[first..self.features]),
            shifts: named(moving, &point[self.features..]),
        }
    }
}

/// The form with the first coordinates at their best values: on them it is nonnegative, and zero where they depend on each
/// other.
fn reduce(form: &[Vec<Rational>], count: usize) -> Vec<Vec<Rational>> {
    let mut left = form.to_vec();
    for pivot in 0..count {
        let row = left[pivot].clone();
        if row[pivot].is_zero() {
            continue;
        }
        for entries in left.iter_mut().skip(pivot + 1) {
            let factor = -(&entries[pivot] / &row[pivot]);
            crate::linear::add_multiple(entries, &factor, &row);
        }
    }
    left[count..].iter().map(|row| row[count..].to_vec()).collect()
}
