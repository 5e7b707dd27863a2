//! Local minima by the second order on both sides of every kink (docs/theory-integral.md, section 6).

use super::model::{Cell, Feature, Model, Neuron};
use super::quadratic::{eliminate, is_positive};
use crate::json::Json;
use crate::number::Rational;
use crate::vector::Vector;
use crate::{Refusal, ensure};
use num_traits::{One, Signed, Zero};

/// A kink neuron that is not flat.
struct Moving {
    index: usize,
    /// `mu_j+` and `mu_j-`, on the sides on which it is visible.
    turns: [Option<Rational>; 2],
}

impl Moving {
    fn is_split(&self) -> bool {
        let [right, left] = &self.turns;
        right != left
    }
}

/// Whether some of a neuron's profile is seen where p is not 0, when its kink q moves a little to one side.
fn is_visible(model: &Model, neuron: &Neuron, q: &Rational, right: bool) -> bool {
    let active_right = neuron.side().is_positive();
    let reached = |cell: &Cell| {
        // Moving against its active side it reaches one cell more.
        let beside = right != active_right && if active_right { cell.right == *q } else { cell.left == *q };
        beside || if active_right { cell.left >= *q } else { cell.right <= *q }
    };
    let seen = model.cells.iter().any(|cell| reached(cell) && cell.p.iter().any(|entry| !entry.is_zero()));
    !model.instance.gamma.is_zero() || seen
}

/// Accepts a proof that the candidate is a local minimum.
/// `fits`: whether it is stationary, and phi is zero near each flat neuron.
pub(crate) fn check_second_order(model: &Model, fits: bool, proof: &Json) -> Result<(), Refusal> {
    let cells = proof.object(&["cells"])?.field("cells")?.items()?;
    let fits = fits && !model.neurons.iter().any(Neuron::is_degenerate);
    ensure(fits, "second-order-unfit", "not stationary, a degenerate neuron, or a flat one that lets the loss fall")?;
    let sigma = Rational::one() - &model.instance.gamma;
    let mut moving = Vec::new();
    let mut features = vec![model.line(Rational::one(), Rational::zero())];
    if model.neurons.iter().any(Neuron::is_affine) {
        features.push(model.line(Rational::zero(), Rational::one()));
    }
    let (mut flat, mut tangents) = (Vec::new(), Vec::new());
    for (index, neuron) in model.neurons.iter().enumerate() {
        let Some(q) = &neuron.kink else { continue };
        let profile = model.activation(neuron);
        if neuron.is_flat() {
            flat.push(profile);
            continue;
        }
        features.push(profile);
        let turn = |right| &sigma * neuron.strength() * model.limit(q, right, |cell| &cell.pe);
        let turns = [true, false].map(|right| is_visible(model, neuron, q, right).then(|| turn(right)));
        let speed = -neuron.strength() * neuron.side();
        tangents.push(model.side_feature(neuron, &speed, &Rational::zero()));
        moving.push(Moving { index, turns });
    }
    let form = least_form(model, &features, &flat, &tangents)?;

    let split: Vec<&Moving> = moving.iter().filter(|neuron| neuron.is_split()).collect();
    let count = u32::try_from(split.len()).ok().and_then(|count| 1_usize.checked_shl(count));
    ensure(count == Some(cells.len()), "second-order-cell", "not one cell for each choice of sides")?;
    for (number, cell) in cells.iter().enumerate() {
        // The first split neuron is the slowest: its side is the highest binary digit, 1 for the side to the left.
        let rank = |index: usize| split.iter().rev().position(|neuron| neuron.index == index);
        let goes_left = |index: usize| rank(index).is_some_and(|place| number >> place & 1 == 1);
        let turn = |neuron: &Moving| neuron.turns.get(usize::from(goes_left(neuron.index))).cloned().flatten();
        let here: Vec<(usize, Option<Rational>)> = moving.iter().map(|neuron| (neuron.index, turn(neuron))).collect();
        let products = read_products(cell, &|index| {
            let has_variable = here.iter().any(|(other, turn)| *other == index && turn.is_some());
            (has_variable && rank(index).is_some()).then(|| goes_left(index))
        })?;
        let mut left = Vec::new();
        for ((i, turn), row) in here.iter().zip(&form) {
            let Some(turn) = turn else { continue };
            let entry = |((k, other), entry): (&(usize, Option<Rational>), &Rational)| {
                let own = if i == k { turn.clone() } else { Rational::zero() };
                let named = |(a, b, _): &&(usize, usize, Rational)| (a, b) == (i.min(k), i.max(k)) && i != k;
                let product = products.iter().find(named).map(|(_, _, n)| n.clone()).unwrap_or_default();
                other.as_ref().map(|_| entry + own - product)
            };
            left.push(here.iter().zip(row).filter_map(entry).collect());
        }
        ensure(is_positive(left, true), "not-positive", "a form is not proved to be positive definite")?;
    }
    Ok(())
}

/// The matrix of `min over a of the integral of p (sum a_i feature_i + sum s_j tau_j)^2` as a form in s.
fn least_form(
    model: &Model, features: &[Feature], flat: &[Feature], tangents: &[Feature],
) -> Result<Vec<Vector>, Refusal> {
    let all: Vec<&Feature> = features.iter().chain(flat).chain(tangents).collect();
    let row = |left: &&Feature| all.iter().map(|right| model.inner(left, right)).collect();
    let mut gram: Vec<Vector> = all.iter().map(row).collect();
    for place in 0..features.len() + flat.len() {
        let Some((pivot, _, rest)) = eliminate(&gram) else { break };
        // What depends on features before it leaves a row of zeros: the matrix is positive semidefinite.
        let independent = place < features.len() || !pivot.is_zero();
        ensure(independent, "dependent-features", "the feature of a flat neuron depends on others")?;
        gram = rest;
    }
    Ok(gram)
}

/// `[i, k, n]` as `(i, k, sign_i sign_k n)`; `side`: whether a split neuron with a variable goes to the left.
fn read_products(cell: &Json, side: &dyn Fn(usize) -> Option<bool>) -> Result<Vec<(usize, usize, Rational)>, Refusal> {
    let mut products: Vec<(usize, usize, Rational)> = Vec::new();
    for entry in cell.items()? {
        let [i, k, n] = entry.items()? else { return Err(Refusal::malformed("expected three entries")) };
        let (i, k, n) = (i.index()?, k.index()?, n.rational()?);
        let is_new = products.iter().all(|(other, another, _)| (*other, *another) != (i, k));
        let sides = side(i).zip(side(k)).filter(|_| i < k && is_new && n.is_positive());
        let wrong =
            || Refusal::rejected("second-order-cell", "an entry names no two split neurons, or is not positive");
        let (left, right) = sides.ok_or_else(wrong)?;
        products.push((i, k, if left == right { n } else { -n }));
    }
    Ok(products)
}
