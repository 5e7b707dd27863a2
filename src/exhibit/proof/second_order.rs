//! A local minimum by the second order (docs/theory.md, sections 7.4 to 7.8).

use super::super::numbers::{index, items, number, numbers};
use super::super::{Certified, Evidence, Step, Table, Text, enumeration};
use super::cones::{Branch, Cones, Leaf};
use super::neurons::bound_steps;
use crate::empirical::Model;
use crate::linear::is_zero;
use crate::polynomial::Multivariate;
use crate::problem::Property;
use crate::rational::Rational;
use num_traits::One;
use serde_json::Value;

/// Most entries of u with which a form is also shown multiplied out.
const MOST_VARIABLES: usize = 12;

pub(super) fn second_order(model: &Model<'_>, certified: &Certified<'_>) -> Evidence {
    let value = &certified.evidence["second_order"];
    let projected: Vec<usize> = items(&value["projected"]).iter().filter_map(index).collect();
    let kept: Vec<usize> = (0..model.neurons.len()).filter(|i| !projected.contains(i)).collect();
    let bounded = |i: usize| {
        let mut neurons = items(&certified.evidence["neurons"]).iter();
        neurons.any(|entry| index(&entry["neuron"]) == Some(i) && !entry["constant"].is_null())
    };
    let rests = |i: &&usize| {
        let is_quiet = model.neurons[**i].d_is_zero() || bounded(**i);
        is_quiet && is_zero(&model.instance.candidate.output_weights[**i])
    };
    let (resting, moving): (Vec<&usize>, Vec<&usize>) = kept.iter().partition(rests);
    let moving: Vec<usize> = moving.into_iter().copied().collect();
    let resting: Vec<usize> = resting.into_iter().copied().collect();
    let cones = Cones::new(model, &moving);
    let mut steps = vec![Step::Sentence(parts(&projected, &moving, &resting))];
    steps.extend(span(model, value, &projected));
    steps.push(Step::Sentence(Text::of(
        "For each output $j$ let $p_j = sum_i h_ij z_i(u_i)|p_j=\\sum_i h_{ij}\\,z_i(u_i)$ and $r_j = sum_y (y.p_j / abs(y)^2) y - \
         sum_i d_ij(u_i) tau_i|r_j=\\sum_y\\frac{y\\cdot p_j}{\\lvert y\\rvert^2}\\,y-\\sum_i d_{ij}(u_i)\\,\\tau_i$, where $z_i(u)$ is \
         how fast the activations of neuron $i$ change. The second order, the output weights at their best, is $Q(u) = sum_j (p_j.r_j \
         - 1/2 abs(r_j)^2)|Q(u)=\\sum_j\\bigl(p_j\\cdot r_j-\\tfrac12\\lvert r_j\\rvert^2\\bigr)$, and $M(u)$ the square of the part of \
         the movement that output weights can't make up for. The tree cuts the directions in which every $g_i(u_i) = 0$ into pieces. \
         On each of them $Q - c M$, with the margin $c$ that is shown, is a sum of products and squares that are not negative; the \
         checker computes $Q$ and $M$ from the instance and compares.",
    )));
    steps.extend(cones.table());
    steps.extend(cones.steps(items(&value["nodes"]), |_, branch, node| leaf(&cones, branch, node)));
    Evidence {
        pointer: "/evidence/second_order".to_owned(),
        home: Property::LocalMinimum,
        title: Text::plain("The second order, with the best output weights"),
        says: Text::of(
            "In every direction either the derivative is positive, or the second order is, or nothing moves but for rescalings; where one \
             neuron is kept the second order may also be zero. So no network in some neighbourhood has a smaller loss \
             (docs/theory.md, Theorems 7.6 and 7.7). How large the neighbourhood is, is not said.",
        ),
        steps,
    }
}

fn named(neurons: &[usize]) -> String {
    if neurons.is_empty() { "none".to_owned() } else { enumeration(neurons, 12) }
}

fn parts(projected: &[usize], moving: &[usize], resting: &[usize]) -> Text {
    let mut text = format!(
        "Neurons that are no escape neurons and are projected away: {}. Neurons whose input weights move: {}.",
        named(projected),
        named(moving)
    );
    if !resting.is_empty() {
        text.push_str(&format!(
            " Neurons that rest, without output weight and without derivative: {}.",
            named(resting)
        ));
    }
    Text::plain(text)
}

/// Tangents, vectors of the complement, dual vectors, and the bounds.
fn span(model: &Model<'_>, value: &Value, projected: &[usize]) -> Vec<Step> {
    let mut steps = Vec::new();
    let table = |names: [&str; 2], rows: Vec<Vec<Text>>| {
        Step::Table(Table { header: names.map(Text::of).into(), rows, left_out: 0 })
    };
    let tangents = items(&value["tangents"]);
    if !tangents.is_empty() {
        let row = |tangent: &Value| {
            let neuron = index(&tangent["neuron"]).unwrap_or_default();
            vec![Text::plain(neuron.to_string()), Text::default().vector(&numbers(&tangent["direction"]))]
        };
        steps.push(Step::Sentence(Text::of(
            "Directions $k$ of projected neurons in which $g_l(k) = 0$; $z_l(k)$ counts among what they can make up for:",
        )));
        steps.push(table(["neuron $l$", "$k$"], tangents.iter().map(row).collect()));
    }
    let complement: Vec<Vec<Rational>> = items(&value["complement"]).iter().map(numbers).collect();
    let duals: Vec<(usize, Vec<Rational>)> = items(&value["duals"])
        .iter()
        .map(|dual| (index(&dual["neuron"]).unwrap_or_default(), numbers(&dual["vector"])))
        .collect();
    let of_complement = complement.into_iter().enumerate().map(|(t, y)| (format!("y_{t}|y_{{{t}}}"), y));
    let of_duals = duals.into_iter().map(|(i, tau)| (format!("tau_{i}|\\tau_{{{i}}}"), tau));
    let functions: Vec<(String, Vec<Rational>)> = of_complement.chain(of_duals).collect();
    let row = |(name, y): &(String, Vec<Rational>)| vec![Text::of(&format!("${name}$")), Text::default().vector(y)];
    steps.push(Step::Fold(
        Text::plain("The vectors y and tau"),
        vec![
            Step::Sentence(Text::of(
                "With an entry for each sample. Each $y$ is orthogonal to what projected neurons, the output bias and the activations \
                 of all neurons can make up for, and so is each $tau_i|\\tau_i$, but for neuron $i$, with whose activations its product \
                 is 1:",
            )),
            table(["vector", "entries"], functions.iter().map(row).collect()),
        ],
    ));
    steps.extend(bound_steps(model, projected, &functions, &value["bounds"]));
    steps
}

/// `Q - c M` as it is decomposed.
fn leaf(cones: &Cones<'_>, branch: &Branch, node: &Value) -> Option<Leaf> {
    let mut keys: Vec<&str> = node.as_object()?.keys().map(String::as_str).collect();
    keys.sort_unstable();
    if keys != ["margin", "products", "squares", "zeros"] {
        return None;
    }
    let count = cones.dimension();
    let linear = |vector: &[Rational]| {
        let mut sum = Multivariate::zero(count);
        vector.iter().enumerate().for_each(|(v, value)| sum.add(value, &Multivariate::variable(count, v)));
        sum
    };
    let mut total = Multivariate::zero(count);
    let mut step = Text::of("$Q - c M$ = ");
    let mut plus = "";
    for product in items(&node["products"]) {
        let (a, b) = (branch.inequalities.get(index(&product[0])?)?, branch.inequalities.get(index(&product[1])?)?);
        let c = number(&product[2]);
        total.add(&c, &linear(&a.vector).times(&linear(&b.vector)));
        step = step.words(plus).number(&c).words(" (").and(&a.name()).words(") (").and(&b.name()).words(")");
        plus = " + ";
    }
    for square in items(&node["squares"]) {
        let (c, v) = (number(&square[0]), numbers(&square[1]));
        let form = linear(&v);
        total.add(&c, &form.times(&form));
        step = step.words(plus).number(&c).words(" (").polynomial('u', &form).and(")$^2|{}^2$");
        plus = " + ";
    }
    for zero in items(&node["zeros"]) {
        let (l, v) = (branch.zeros.get(index(&zero[0])?)?, numbers(&zero[1]));
        total.add(&Rational::one(), &linear(&l.vector).times(&linear(&v)));
        step =
            step.words(plus).words("(").and(&l.name()).words(") (").polynomial('u', &linear(&v)).words("), which is 0");
        plus = " + ";
    }
    if plus.is_empty() {
        step = step.words("0");
    }
    if count <= MOST_VARIABLES && !total.is_zero() {
        step = step.words("; multiplied out ").polynomial('u', &total);
    }
    let step = step.words(" with ").and("$c$ = ").number(&number(&node["margin"]));
    Some(Leaf { step, below: vec![] })
}
