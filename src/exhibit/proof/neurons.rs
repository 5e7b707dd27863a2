//! The evidence about the neurons of an empirical loss, its curve of descent and its better network.

use super::super::numbers::{index, items, network, number, numbers};
use super::super::{Certified, Evidence, Step, Text};
use super::elimination::elimination;
use super::kink::{form_steps, proof};
use super::networks::{change, table_of};
use super::second_order::second_order;
use crate::empirical::{Model, loss};
use crate::kink::KinkForm;
use crate::problem::{Instance, Property};
use crate::rational::Rational;
use serde_json::Value;

/// All that proves the claims about an empirical loss.
pub(in super::super) fn empirical(model: &Model<'_>, certified: &Certified<'_>) -> Vec<Evidence> {
    let mut found = Vec::new();
    for (position, value) in items(&certified.evidence["neurons"]).iter().enumerate() {
        let Some(i) = index(&value["neuron"]).filter(|i| *i < model.neurons.len()) else { continue };
        neuron(model, i, value, &format!("/evidence/neurons/{position}"), &mut found);
    }
    if certified.has("descent") {
        found.push(descent(model.instance, certified));
    }
    if certified.has("second_order") {
        found.push(second_order(model, certified));
    }
    if certified.has("elimination") {
        found.push(elimination(model, certified));
    }
    if certified.has("better_network") {
        found.push(better(model.instance, certified));
    }
    found
}

fn neuron(model: &Model<'_>, i: usize, value: &Value, pointer: &str, found: &mut Vec<Evidence>) {
    let form = &model.neurons[i];
    let name = format!("$g_{i}(u)|g_{{{i}}}(u)$");
    if !value["nonnegative"].is_null() {
        found.push(Evidence {
            pointer: format!("{pointer}/nonnegative"),
            home: Property::Stationary,
            title: Text::of(&format!("$g_{i} >= 0|g_{{{i}}}\\ge0$: the derivative in the input weight of neuron {i}")),
            says: Text::of(
                "In each row the form is a combination, with the multipliers shown, of terms that are nonnegative there; the \
                 rows cover all directions.",
            ),
            steps: proof(Text::of(&name), form.g.clone(), &value["nonnegative"]),
        });
    }
    if !value["constant"].is_null() {
        let constant = &value["constant"];
        let c = number(&constant["value"]);
        let mut steps = form_steps(Text::of(&name), &form.g);
        let bounded = form.d.iter().enumerate().map(|(j, d)| (format!("d_{i}{j}|d_{{{i},{j}}}"), d.clone()));
        steps.extend(bounded_forms(i, &form.g, &bounded.collect::<Vec<_>>(), constant));
        found.push(Evidence {
            pointer: format!("{pointer}/constant"),
            home: Property::Stationary,
            title: Text::of(&format!(
                "$abs(d_{i}) <= C g_{i}|\\lvert d_{{{i}}}\\rvert\\le C\\,g_{{{i}}}$"
            ))
            .and(": neuron ")
            .words(format!("{i} is no escape neuron, and its derivative is not negative")),
            says: Text::of("With $C$ = ").number(&c).words(
                " each of these forms is nonnegative: in each row it is a combination, with the multipliers shown, of terms that \
                 are nonnegative there.",
            ),
            steps,
        });
    }
    if !value["escape_direction"].is_null() {
        let u = numbers(&value["escape_direction"]);
        let d = form.d_at(&u);
        found.push(Evidence {
            pointer: format!("{pointer}/escape_direction"),
            home: Property::EscapeNeurons,
            title: Text::plain(format!("Neuron {i} is an escape neuron")),
            says: Text::of("In the direction $u$ = ")
                .vector(&u)
                .and(&format!(" the derivative $g_{i}(u)|g_{{{i}}}(u)$ is "))
                .number(&form.g.value(&u))
                .and(&format!(", and $d_{i}(u)|d_{{{i}}}(u)$ = "))
                .vector(&d)
                .words(" is not zero."),
            steps: form_steps(Text::of(&name), &form.g),
        });
    }
}

fn descent(instance: &Instance, certified: &Certified<'_>) -> Evidence {
    let value = &certified.evidence["descent"];
    let t0 = number(&value["t0"]);
    let mut end = instance.candidate.clone();
    let mut factor = Rational::from_integer(1.into());
    let terms = items(&value["curve"]);
    for term in terms {
        factor *= &t0;
        end = end.shifted(&factor, &network(term));
    }
    let difference = loss(instance, &end) - loss(instance, &instance.candidate);
    Evidence {
        pointer: "/evidence/descent".to_owned(),
        home: if certified.says(Property::Stationary, "no") { Property::Stationary } else { Property::LocalMinimum },
        title: Text::plain("A curve along which the loss falls"),
        says: Text::of("$P + t D_1 + t^2 D_2 + ...|P+tD_1+t^2D_2+\\dots$ has a smaller loss for all $t$ in (0, ")
            .number(&t0)
            .words("]; at its end the loss has changed by ")
            .number(&difference)
            .words("."),
        steps: terms
            .iter()
            .enumerate()
            .flat_map(|(power, term)| change(power + 1, table_of(&network(term), true)))
            .collect(),
    }
}

fn better(instance: &Instance, certified: &Certified<'_>) -> Evidence {
    let value = &certified.evidence["better_network"];
    Evidence {
        pointer: "/evidence/better_network".to_owned(),
        home: Property::GlobalMinimum,
        title: Text::plain("A better network"),
        says: Text::plain("This network of the same width has the loss ")
            .number(&loss(instance, &network(value)))
            .words("."),
        steps: vec![Step::Table(table_of(&network(value), false))],
    }
}

/// Proofs that `C g_i + f` and `C g_i - f` are nonnegative, for some forms f with their names.
fn bounded_forms(i: usize, g: &KinkForm, forms: &[(String, KinkForm)], constant: &Value) -> Vec<Step> {
    let c = number(&constant["value"]);
    let (mut steps, mut vanishing) = (Vec::new(), Vec::new());
    for (key, sign) in [("plus", "+"), ("minus", "-")] {
        for ((name, form), tree) in forms.iter().zip(items(&constant[key])) {
            let one = Rational::from_integer(if sign == "+" { 1 } else { -1 }.into());
            let sum = KinkForm::combination(g.dimension(), &[(c.clone(), g), (one, form)]);
            let (plain, tex) = name.split_once('|').unwrap_or((name, name));
            let name = format!("$C g_{i} {sign} {plain}|C\\,g_{{{i}}} {sign} {tex}$");
            if sum.is_zero() {
                vanishing.push(name);
            } else {
                steps.extend(proof(Text::of(&name), sum, tree));
            }
        }
    }
    if let Some((last, before)) = vanishing.split_last() {
        let list = if before.is_empty() { last.clone() } else { format!("{} and {last}", before.join(", ")) };
        let verb = if before.is_empty() { "is" } else { "are" };
        steps.push(Step::Sentence(Text::of(&format!("{list} {verb} identically zero."))));
    }
    steps
}

/// For each projected neuron the constant with which g bounds the product of its movement with some vectors, and the proofs.
pub(super) fn bound_steps(
    model: &Model<'_>, projected: &[usize], vectors: &[(String, Vec<Rational>)], bounds: &Value,
) -> Vec<Step> {
    let step = |(l, bound): (&usize, &Value)| {
        let form = |(name, y): &(String, Vec<Rational>)| {
            let (plain, tex) = name.split_once('|').unwrap_or((name, name));
            (format!("{plain}.z_{l}|{tex}\\cdot z_{{{l}}}"), model.weighted_speed(*l, y))
        };
        let forms: Vec<(String, KinkForm)> = vectors.iter().map(form).collect();
        let title = Text::of(&format!("Neuron {l} can be projected away: with $C$ = "))
            .number(&number(&bound["value"]))
            .and(&format!(" each product of a vector with $z_{l}|z_{{{l}}}$ is at most $C g_{l}|C\\,g_{{{l}}}$"));
        let mut steps = form_steps(Text::of(&format!("$g_{l}(u)|g_{{{l}}}(u)$")), &model.neurons[*l].g);
        steps.extend(bounded_forms(*l, &model.neurons[*l].g, &forms, bound));
        Step::Fold(title, steps)
    };
    projected.iter().filter(|l| **l < model.neurons.len()).zip(items(bounds)).map(step).collect()
}
