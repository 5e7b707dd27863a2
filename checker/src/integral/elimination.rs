//! Local minima by eliminating what enters quadratically: what is left is a polynomial in the shifts of the kinks, for each
//! order in which they can stand (docs/theory-integral.md, section 7).

use super::model::{Model, Neuron};
use super::moving::{Mark, Part, Strip, inner, strips};
use crate::json::Json;
use crate::number::Rational;
use crate::polynomial::{Polynomial, check_near_zero, determinant};
use crate::radius::Sizes;
use crate::{Refusal, ensure};
use num_traits::{One, Zero};
use std::collections::BTreeSet;

/// Breakpoints at one place: `Some` for a neuron, `None` for the data.
type Order = Vec<Option<usize>>;

/// Accepts a proof that the candidate is a local minimum.
pub(crate) fn check_elimination(model: &Model, proof: &Json) -> Result<(), Refusal> {
    let proof = proof.object(&["basis", "cells"])?;
    let unfit = model.neurons.iter().any(Neuron::is_degenerate);
    ensure(!unfit, "elimination-unfit", "a neuron is degenerate")?;
    let kinks = || model.neurons.iter().enumerate().filter_map(|(j, neuron)| Some((j, neuron.kink.clone()?)));
    let basis = proof.field("basis")?.list(Json::index)?;
    let rises = basis.iter().zip(basis.iter().skip(1)).all(|(left, right)| left < right);
    let all_kinks = basis.iter().all(|j| kinks().any(|(other, _)| other == *j));
    ensure(rises && all_kinks, "neuron-order", "the basis does not rise, or names no kink neuron")?;
    let weighted: Vec<usize> = kinks().map(|(j, _)| j).filter(|j| !basis.contains(j)).collect();

    let spans = &model.instance.spans;
    let data: BTreeSet<&Rational> = spans.iter().map(|span| &span.left).chain([&model.instance.interval.1]).collect();
    let places: BTreeSet<Rational> = kinks().map(|(_, q)| q).collect();
    let group = |place: &Rational| -> Order {
        let neurons = kinks().filter(|(_, q)| q == place).map(|(j, _)| Some(j));
        data.get(place).map(|_| None).into_iter().chain(neurons).collect()
    };
    let groups: Vec<Order> = places.iter().map(group).collect();
    let choices = groups.iter().flat_map(|group| 1..=group.len()).fold(1_usize, usize::saturating_mul);
    let mut seen = BTreeSet::new();
    let elimination = Elimination { model, basis, weighted, groups };
    let cells = proof.field("cells")?.items()?;
    for cell in cells {
        let cell = cell.object(&["order", "proof"])?;
        let member = |json: &Json| if *json == Json::Null { Ok(None) } else { json.index().map(Some) };
        let orders = cell.field("order")?.list(|order| order.list(member))?;
        let fits = elimination.is_order(&orders) && seen.insert(orders.clone());
        ensure(fits, "cell-order", "a cell has no order of the groups, or that of another cell")?;
        let nodes = cell.field("proof")?.items()?;
        let places = places.iter().cloned().zip(orders).collect();
        let (polynomial, free) = elimination.polynomial(&data, places)?;
        check_near_zero(polynomial, free, Sizes::of(None)?, nodes)?;
    }
    ensure(cells.len() == choices, "cell-order", "not all orders of the groups are there")
}

struct Elimination<'a> {
    model: &'a Model<'a>,
    /// S
    basis: Vec<usize>,
    /// T
    weighted: Vec<usize>,
    /// In rising order, and so are the neurons of each after the data.
    groups: Vec<Order>,
}

impl Elimination<'_> {
    fn is_order(&self, orders: &[Order]) -> bool {
        let sorted = |order: &Order| {
            let mut sorted = order.clone();
            sorted.sort_unstable();
            sorted
        };
        orders.iter().map(sorted).eq(self.groups.iter().cloned())
    }

    /// `Gram(Phi, y) - L Gram(Phi)` for breakpoints in this order, and which of its variables are free.
    fn polynomial(
        &self, data: &BTreeSet<&Rational>, orders: Vec<(Rational, Order)>,
    ) -> Result<(Polynomial, Vec<bool>), Refusal> {
        // In each group the first breakpoint is at its shift, or all are measured from that of the data.
        let mut free: Vec<bool> = Vec::new();
        for (_, order) in &orders {
            free.extend(order.iter().enumerate().map(|(place, _)| place == 0));
            if order.contains(&None) {
                free.remove(free.len() - order.len());
            }
        }
        free.resize(free.len() + self.weighted.len(), true);
        let variables = free.len();
        let mut next = 0..variables;
        let mut variable = || next.next().map(|place| Polynomial::variable(variables, place)).unwrap_or_default();
        let at = |place: &Rational| Polynomial::constant(variables, place.clone());
        let fixed = data.iter().filter(|place| !orders.iter().any(|(other, _)| other == **place));
        let mut marks: Vec<(Rational, Mark)> =
            fixed.map(|place| ((*place).clone(), Mark { place: at(place), kink: None })).collect();
        for (base, order) in &orders {
            let of_data = order.iter().position(Option::is_none);
            let mut place = at(base);
            if of_data.is_none() {
                place.add(&Rational::one(), &variable());
            }
            let gaps: Vec<Polynomial> = order.iter().skip(1).map(|_| variable()).collect();
            for gap in gaps.iter().take(of_data.unwrap_or_default()) {
                place.add(&-Rational::one(), gap);
            }
            let steps = [Polynomial::default()].into_iter().chain(gaps);
            for (kink, gap) in order.iter().zip(steps) {
                place.add(&Rational::one(), &gap);
                marks.push((base.clone(), Mark { place: place.clone(), kink: *kink }));
            }
        }
        marks.sort_by(|(left, _), (right, _)| left.cmp(right));
        let marks: Vec<Mark> = marks.into_iter().map(|(_, mark)| mark).collect();
        let strips = strips(&self.model.instance.spans, variables, &marks)?;

        let one = |slope: i32, constant: i32| {
            let number = |value: i32| Polynomial::constant(variables, Rational::from_integer(value.into()));
            let part =
                |_: &Strip| Part { multiple: Rational::zero(), slope: number(slope), constant: number(constant) };
            strips.iter().map(part).collect::<Vec<Part>>()
        };
        let mut features = vec![one(0, 1)];
        if self.model.neurons.iter().any(Neuron::is_affine) {
            features.push(one(1, 0));
        }
        for j in &self.basis {
            features.push(self.profile(*j, variables, &marks, &strips)?);
        }
        let mut target = one(0, 0);
        target.iter_mut().for_each(|part| part.multiple = Rational::one());
        for j in &self.weighted {
            let strength = self.model.neurons.get(*j).map(Neuron::strength).unwrap_or_default();
            let mut factor = Polynomial::constant(variables, -strength);
            factor.add(&-Rational::one(), &variable());
            for (part, own) in target.iter_mut().zip(self.profile(*j, variables, &marks, &strips)?) {
                part.slope.add(&Rational::one(), &factor.times(&own.slope)?);
                part.constant.add(&Rational::one(), &factor.times(&own.constant)?);
            }
        }
        let count = features.len();
        features.push(target);
        let row = |left: &Vec<Part>| features.iter().map(|right| inner(&strips, left, right)).collect();
        let bordered: Vec<Vec<Polynomial>> = features.iter().map(row).collect::<Result<_, Refusal>>()?;
        let gram: Vec<Vec<Polynomial>> =
            bordered.iter().take(count).map(|row| row.iter().take(count).cloned().collect()).collect();
        let gram = determinant(&gram, variables)?;
        let independent = gram.0.contains_key(&vec![0; variables]);
        ensure(independent, "dependent-features", "the features of the basis are dependent")?;
        let mut polynomial = determinant(&bordered, variables)?;
        polynomial.add(&-self.model.loss.clone(), &gram);
        Ok((polynomial, free))
    }

    /// `r_j = slope eps (x - q_j - s_j)` on each strip.
    fn profile(&self, j: usize, variables: usize, marks: &[Mark], strips: &[Strip]) -> Result<Vec<Part>, Refusal> {
        let side = self.model.neurons.get(j).map(Neuron::side).unwrap_or_default();
        let place = marks.iter().find(|mark| mark.kink == Some(j)).map(|mark| mark.place.clone()).unwrap_or_default();
        let part = |strip: &Strip| {
            let active = (side > Rational::zero()) == strip.passed.contains(&j);
            let slope = if active { side.clone() } else { &side * &self.model.instance.gamma };
            let mut constant = Polynomial::default();
            constant.add(&-slope.clone(), &place);
            Part { multiple: Rational::zero(), slope: Polynomial::constant(variables, slope), constant }
        };
        Ok(strips.iter().map(part).collect())
    }
}
