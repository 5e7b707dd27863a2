//! The evidence about an integral loss (docs/certificate-integral.md).

use super::super::numbers::{index, items, number, numbers, scalar_network};
use super::super::{Certified, Evidence, Step, Table, Text, enumeration};
use super::as_they_stand;
use super::local::near_zero;
use super::networks::{change, scalar_table};
use crate::integral::{Model, Order, eliminated, loss_of, second_derivative, split_neurons};
use crate::polynomial::Kind;
use crate::problem::Property;
use crate::rational::Rational;
use serde_json::Value;

/// Most cells of a proof that are shown; the certificate has them all.
const MOST_CELLS: usize = 60;

/// All that proves the claims.
pub(in super::super) fn integral(model: &Model<'_>, certified: &Certified<'_>) -> Vec<Evidence> {
    let saddle = certified.says(Property::StrictSaddle, "yes");
    let curved = if saddle { Property::StrictSaddle } else { Property::LocalMinimum };
    let parts: [(&str, Property, &str); 9] = [
        ("density", Property::Stationary, "The density is nonnegative"),
        ("moment", Property::Stationary, "The sign of $D(q)$"),
        ("moment_at", Property::Stationary, "A point where $D(q)$ has the wrong sign"),
        ("strict_direction", curved, "A direction of negative curvature"),
        ("descent", Property::LocalMinimum, "A curve along which the loss falls"),
        ("second_order", Property::LocalMinimum, "The one-sided second order"),
        ("elimination", Property::LocalMinimum, "Elimination: what heights and bias leave is a polynomial"),
        ("step_size", Property::AvoidedByGradientDescent, "One step size"),
        ("better_network", Property::GlobalMinimum, "A better network"),
    ];
    let part = |(key, home, title): (&str, Property, &str)| {
        let value = &certified.evidence[key];
        let (says, steps) = match key {
            "density" => density(model, value),
            "moment" => moment(model, value),
            "moment_at" => moment_at(value),
            "strict_direction" => strict_direction(model, value),
            "descent" => descent(model, value),
            "second_order" => second_order(model, value),
            "elimination" => elimination(model, value),
            "step_size" => step_size(value),
            _ => better(model, value),
        };
        Evidence { pointer: format!("/evidence/{key}"), home, title: Text::of(title), says, steps }
    };
    parts.into_iter().filter(|(key, ..)| certified.has(key)).map(part).collect()
}

/// A row for each interval: `g = square^2 rest`, and where `rest` has nonnegative Bernstein coefficients.
fn interval_proofs<'a>(intervals: impl Iterator<Item = (&'a Rational, &'a Rational)>, proofs: &Value) -> Table {
    let row = |((from, to), proof): ((&Rational, &Rational), &Value)| {
        let cuts = numbers(&proof["cuts"]);
        vec![
            Text::default().number(from).words(" to ").number(to),
            Text::default().univariate('x', &numbers(&proof["square"])),
            Text::default().univariate('x', &numbers(&proof["rest"])),
            if cuts.is_empty() { Text::plain("none") } else { Text::default().vector(&cuts) },
        ]
    };
    let header = ["interval", "$s$", "$r$", "cuts"].map(Text::of).into();
    Table { header, rows: intervals.zip(items(proofs)).map(row).collect(), left_out: 0 }
}

const BERNSTEIN: &str = " On each interval the polynomial is $s^2 r|s^2r$; between its ends and the cuts all Bernstein coefficients \
                         of $r$, which bound it from below, are nonnegative.";

fn density(model: &Model<'_>, value: &Value) -> (Text, Vec<Step>) {
    let integral = &model.instance.integral;
    let pieces = integral.density.as_ref().map_or(&[][..], |density| &density.0[..]);
    let ends: Vec<&Rational> = std::iter::once(&integral.start).chain(pieces.iter().map(|piece| &piece.to)).collect();
    let intervals = ends.windows(2).map(|pair| (pair[0], pair[1]));
    (Text::of("Piece by piece.").and(BERNSTEIN), vec![Step::Table(interval_proofs(intervals, value))])
}

fn moment(model: &Model<'_>, value: &Value) -> (Text, Vec<Step>) {
    let sign = if value["sign"].as_str() == Some("-") { "$-D|{-D}$" } else { "$D$" };
    let says = Text::of(
        "With $D(q) = int_q^T1 p e (x - q) dx|D(q)=\\int_q^{T_1}p\\,e\\,(x-q)\\,dx$, a polynomial on each cell, ",
    )
    .and(sign)
    .words(" is nonnegative everywhere.")
    .and(BERNSTEIN);
    let intervals = model.points.windows(2).map(|pair| (&pair[0], &pair[1]));
    (says, vec![Step::Table(interval_proofs(intervals, &value["cells"]))])
}

fn moment_at(value: &Value) -> (Text, Vec<Step>) {
    let says = Text::of(
        "A neuron with zero input weight and bias that gets its breakpoint there lets the loss fall at first order: the product of its \
         output weight with $D(q) = int_q^T1 p e (x - q) dx|D(q)=\\int_q^{T_1}p\\,e\\,(x-q)\\,dx$ is negative at $q$ = ",
    );
    (says.number(&number(value)).words("."), vec![])
}

fn strict_direction(model: &Model<'_>, value: &Value) -> (Text, Vec<Step>) {
    let direction = scalar_network(value);
    let says = Text::of(
        "The loss is $C^2$ in these parameters, and its second derivative in the direction $r$ is $r.Hr|r\\cdot Hr$ = ",
    )
    .number(&second_derivative(model, &direction))
    .words(". The checker computes it from integrals (docs/theory-integral.md, section 4).");
    let named = Text::of("$r$, neuron by neuron, without those that it leaves as they are:");
    (says, vec![Step::Sentence(named), Step::Table(scalar_table(&direction, true))])
}

fn descent(model: &Model<'_>, value: &Value) -> (Text, Vec<Step>) {
    let t0 = number(&value["t0"]);
    let terms: Vec<_> = items(&value["curve"]).iter().map(scalar_network).collect();
    let mut end = model.instance.candidate.clone();
    let mut factor = Rational::from_integer(1.into());
    for term in &terms {
        factor *= &t0;
        end = end.shifted(&factor, term);
    }
    let says = Text::of("$P + t D_1 + t^2 D_2 + ...|P+tD_1+t^2D_2+\\dots$ has a smaller loss for all $t$ in (0, ")
        .number(&t0)
        .words("]; at its end the loss has changed by ")
        .number(&(loss_of(model.instance, &end) - &model.loss))
        .words(".");
    (says, terms.iter().enumerate().flat_map(|(at, term)| change(at + 1, scalar_table(term, true))).collect())
}

fn better(model: &Model<'_>, value: &Value) -> (Text, Vec<Step>) {
    let network = scalar_network(value);
    let says = Text::plain("This network of the same width has the loss ")
        .number(&loss_of(model.instance, &network))
        .words(".");
    (says, vec![Step::Table(scalar_table(&network, false))])
}

fn second_order(model: &Model<'_>, value: &Value) -> (Text, Vec<Step>) {
    let split = split_neurons(model);
    let cells = items(&value["cells"]);
    let says = Text::of(
        "When breakpoints move by $s_j$ and all that enters quadratically takes its best values, the loss changes by a quadratic form in \
         the $s_j$ and by terms of higher order. The form is positive for every choice of sides: so no network in some neighbourhood has a \
         smaller loss (docs/theory-integral.md, section 6). How large the neighbourhood is, is not said.",
    );
    let mut steps = Vec::new();
    if split.is_empty() {
        let text = "The form is the same on both sides of every breakpoint, and the checker sees that it is positive definite.";
        steps.push(Step::Sentence(Text::plain(text)));
    } else {
        steps.push(Step::Sentence(Text::plain(format!(
            "The form differs to the left and to the right of the breakpoint of neuron{} {}. For each choice of sides the products below \
             are not negative; when they are subtracted, what is left is positive definite, as the checker sees.",
            if split.len() == 1 { "" } else { "s" },
            enumeration(&split, 12)
        ))));
    }
    let is_right = |place: usize, cell: usize| cell >> (split.len() - 1 - place) & 1 == 0;
    let row = |(cell, entries): (usize, &Value)| {
        let sides = split.iter().enumerate().map(|(place, j)| {
            let (plain, tex) = if is_right(place, cell) { (">=", "\\ge") } else { ("<=", "\\le") };
            format!("$s_{j} {plain} 0|s_{{{j}}} {tex} 0$")
        });
        let sides: Vec<String> = sides.collect();
        let mut products = Text::default();
        for (position, entry) in items(entries).iter().enumerate() {
            let (Some(i), Some(k)) = (index(&entry[0]), index(&entry[1])) else { continue };
            let sign = |j: usize| split.iter().position(|other| *other == j).is_none_or(|place| is_right(place, cell));
            let minus = if sign(i) == sign(k) { "" } else { "-" };
            products = products
                .words(if position == 0 { "" } else { ", " })
                .words(format!("{minus}2 · "))
                .number(&number(&entry[2]))
                .and(&format!(" $s_{i} s_{k}|s_{{{i}}}s_{{{k}}}$"));
        }
        let products = if products.0.is_empty() { Text::plain("none are needed") } else { products };
        vec![if sides.is_empty() { Text::plain("all") } else { Text::of(&sides.join(", ")) }, products]
    };
    let rows: Vec<Vec<Text>> = cells.iter().enumerate().take(MOST_CELLS).map(row).collect();
    let header = vec![Text::plain("sides"), Text::plain("products that are subtracted")];
    steps.push(Step::Table(Table { header, left_out: cells.len() - rows.len(), rows }));
    (says, steps)
}

fn elimination(model: &Model<'_>, value: &Value) -> (Text, Vec<Step>) {
    let basis: Vec<usize> = items(&value["basis"]).iter().filter_map(index).collect();
    let cells = items(&value["cells"]);
    let says = Text::of(
        "With the heights $kappa_j = v_j abs(w_j)|\\kappa_j=v_j\\lvert w_j\\rvert$ of some neurons, the output bias and all affine parts \
         eliminated, the least loss less that of the candidate, times a positive number, is a polynomial in the places of the \
         breakpoints, for each order that they can have. It is nonnegative near 0 for all of them: so no network in some neighbourhood \
         has a smaller loss (docs/theory-integral.md, section 7). How large the neighbourhood is, is not said.",
    );
    let mut steps = vec![
        Step::Sentence(Text::plain(format!(
            "Neurons whose heights are eliminated: {}.",
            if basis.is_empty() { "none".to_owned() } else { enumeration(&basis, 12) }
        ))),
        Step::Sentence(Text::of(
            "$P = Gram(F, y) - L Gram(F)|P=\\mathrm{Gram}(F,y)-L\\,\\mathrm{Gram}(F)$, where $F$ are the constant, $x$ if some neuron is \
             affine, and the profiles of these neurons, $y$ is what the others leave them to fit, and Gram the determinant of the \
             integrals of the products, weighted by the density. The checker computes $P$ from the instance.",
        )),
    ];
    for (number, cell) in cells.iter().take(MOST_CELLS).enumerate() {
        steps.push(elimination_cell(model, &basis, number, cell));
    }
    if cells.len() > MOST_CELLS {
        let text = format!("{} more orders are left out here; the certificate has them all.", cells.len() - MOST_CELLS);
        steps.push(Step::Sentence(Text::plain(text)));
    }
    (says, steps)
}

fn elimination_cell(model: &Model<'_>, basis: &[usize], number: usize, cell: &Value) -> Step {
    let orders: Vec<Order> =
        items(&cell["order"]).iter().map(|order| items(order).iter().map(index).collect()).collect();
    let named = |order: &Order| -> String {
        let places =
            order.iter().map(|member| member.map_or("a data breakpoint".to_owned(), |j| format!("neuron {j}")));
        places.collect::<Vec<_>>().join(", then ")
    };
    let several: Vec<String> = orders.iter().filter(|order| order.len() > 1).map(named).collect();
    let title = match (several.is_empty(), number) {
        (true, 0) => "The one order of the breakpoints".to_owned(),
        _ => format!("Order {number}, from left to right: {}", several.join("; ")),
    };
    let proof = items(&cell["proof"]);
    let Some(found) = eliminated(model, basis, &orders) else {
        return Step::Fold(Text::plain(title), as_they_stand(proof));
    };
    let place = |(j, position): &(usize, crate::polynomial::Multivariate)| {
        vec![Text::of(&format!("breakpoint of neuron {j}")), Text::default().polynomial('x', position)]
    };
    let count = found.kinds.len();
    let height = |(place, t): (usize, &usize)| {
        let variable = crate::polynomial::Multivariate::variable(count, count - found.kept.len() + place);
        vec![Text::of(&format!("change of $kappa_{t}|\\kappa_{{{t}}}$")), Text::default().polynomial('x', &variable)]
    };
    let rows = found.positions.iter().map(place).chain(found.kept.iter().enumerate().map(height)).collect();
    let free: Vec<bool> = found.kinds.iter().map(|kind| *kind == Kind::Free).collect();
    let gaps: Vec<String> = (0..count).filter(|v| !free[*v]).map(|v| format!("$x_{v} >= 0|x_{{{v}}}\\ge0$")).collect();
    let signs = match gaps.is_empty() {
        true => Text::plain("All variables may have either sign:"),
        false => Text::of(&format!("{}; all other variables may have either sign:", gaps.join(", "))),
    };
    let header = ["what", "in variables"].map(Text::of).into();
    let mut steps = vec![
        Step::Sentence(signs),
        Step::Table(Table { header, rows, left_out: 0 }),
        Step::Sentence(Text::of("$P$ = ").polynomial('x', &found.polynomial)),
    ];
    steps.extend(near_zero(found.polynomial, free, proof));
    Step::Fold(Text::plain(title), steps)
}

fn step_size(value: &Value) -> (Text, Vec<Step>) {
    let samples = items(&value["samples"]);
    let says = Text::of("With the step size $eta|\\eta$ = ").number(&number(&value["eta"])).and(
        " the map of a step of gradient descent is regular somewhere in every cell in which the loss is analytic, $det(I - eta H) != \
         0|\\det(I-\\eta H)\\ne0$: so almost everywhere, and what is attracted by a strict saddle is a null set (docs/theory-integral.md, \
         section 9). Below is a network of each cell; the checker counts the cells and computes the determinants.",
    );
    let row = |(place, sample): (usize, &Value)| {
        let network = scalar_network(sample);
        let vector = |entries: &[Rational]| Text::default().vector(entries);
        vec![
            Text::plain(place.to_string()),
            vector(&network.input_weights),
            vector(&network.input_biases),
            vector(&network.output_weights),
            Text::default().number(&network.output_bias),
        ]
    };
    let rows: Vec<Vec<Text>> = samples.iter().enumerate().take(MOST_CELLS).map(row).collect();
    let header = ["cell", "$w$", "$b$", "$v$", "$c$"].map(Text::of).into();
    (says, vec![Step::Table(Table { header, left_out: samples.len() - rows.len(), rows })])
}
