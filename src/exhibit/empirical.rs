//! The exhibit of an empirical loss (docs/theory.md).

use super::claims::{Answer, claims, sentence};
use super::numbers::{index, items, number};
use super::{Certified, Exhibit, Table, Text, enumeration, picture, proof, setting};
use crate::empirical::Model;
use crate::problem::{Instance, Property, Source};
use crate::rational::Rational;
use num_traits::Zero;
use serde_json::Value;

/// Most samples and most neurons that are shown in a table.
const MOST_ROWS: usize = 200;

pub(super) fn exhibit(instance: &Instance, certified: &Certified<'_>) -> Exhibit {
    let model = Model::new(instance);
    let (verdict, sentence) = sentence(certified);
    let width = instance.candidate.width();
    Exhibit {
        id: String::new(),
        title: None,
        source: Source::default(),
        because: None,
        sentence,
        verdict,
        setting: setting::empirical(instance),
        loss: model.loss.clone(),
        loss_formula: Text::of(
            "$L = 1/2 sum_k (yhat(x_k) - y_k)^2|L=\\tfrac12\\sum_k\\lvert\\hat y(x_k)-y_k\\rvert^2$",
        ),
        mean_squared_error: certified.mean_squared_error(),
        claims: claims(certified, &Property::EMPIRICAL, width, meaning, |property, answer| {
            reason(&model, certified, property, answer)
        }),
        neurons: neurons(&model, certified),
        neurons_note: Text::of(
            "A dead neuron is felt by no sample, nor after a small change; a semi-dead one may wake at its boundary samples, for \
             which $w_i.x_k = 0|w_i\\cdot x_k=0$; every other one with $w_i != 0|w_i\\ne0$ is active.",
        ),
        region: region(certified),
        data: data(&model),
        evidence: proof::empirical(&model, certified),
        pictures: picture::empirical(&model, certified),
        commands: vec![],
        trusted: vec![],
        references: vec![],
        status: String::new(),
        instance_text: String::new(),
        certificate_text: String::new(),
    }
}

fn meaning(property: Property) -> Text {
    Text::of(match property {
        Property::Stationary => "no direction of the trained parameters has a negative one-sided derivative",
        Property::Differentiable => "the loss is differentiable in the trained parameters",
        Property::EscapeNeurons => {
            "the neurons that have a direction $u$ with $g_i(u) = 0$ and $d_i(u) != 0|d_i(u)\\ne0$: the derivative is zero, and \
             a change of the output weight could make it negative"
        }
        Property::LocalMinimum => "no network near the candidate has a smaller loss",
        Property::Saddle => "stationary and not a local minimum",
        Property::Spurious => "a local minimum that is not global at its width",
        Property::GlobalMinimum => "no network of this width has a smaller loss",
        _ => "no network of any width has a smaller loss",
    })
}

/// What an answer rests on: by the shape of the evidence, the way in which the checker concluded it.
fn reason(model: &Model<'_>, certified: &Certified<'_>, property: Property, answer: &Answer) -> Text {
    let yes = *answer == Answer::Yes;
    let trained = model.instance.trained;
    match property {
        Property::Stationary if yes => {
            let forms = "The derivatives in trained output weights and biases are zero, and the derivative $g_i(u)$ in an input weight is \
                         nowhere negative";
            let zero = model.neurons.iter().filter(|neuron| neuron.g.is_zero()).count();
            let proved = model.neurons.len() - zero;
            match (trained.input_weights, proved) {
                (false, _) => Text::plain("The derivatives in all that is trained are zero."),
                (true, 0) => Text::plain("The derivative is zero in every direction: every kink form vanishes."),
                (true, _) => {
                    let rest = match zero {
                        0 => String::new(),
                        1 => "; one other vanishes identically".to_owned(),
                        _ => format!("; the other {zero} vanish identically"),
                    };
                    let count =
                        if proved == 1 { "1 kink form is".to_owned() } else { format!("{proved} kink forms are") };
                    Text::of(forms).words(format!(": {count} proved nonnegative by the evidence{rest}."))
                }
            }
        }
        Property::Stationary => Text::plain("Along the curve below the loss falls at first order."),
        Property::Differentiable if yes => {
            Text::plain("No kink is left in any derivative; the checker recomputes that.")
        }
        Property::Differentiable => {
            let kinked: Vec<usize> = (0..model.neurons.len()).filter(|i| !model.neurons[*i].g.is_linear()).collect();
            Text::plain(format!("The derivative has kinks at {}.", neurons_named(&kinked)))
        }
        Property::EscapeNeurons => match answer {
            Answer::Undefined => Text::plain("They are defined at stationary points only."),
            Answer::Neurons(found) if found.is_empty() && !trained.both_layers() => {
                Text::plain("They are defined where both layers are trained; there are none here.")
            }
            Answer::Neurons(found) if found.is_empty() => Text::of(
                "For every neuron $d_i$ vanishes wherever $g_i$ does: $d_i$ is identically zero, or a constant bounds it by \
                 $g_i$, or there is one output and its weight is not zero.",
            ),
            Answer::Neurons(found) => Text::of(&format!(
                "The evidence has a direction for {}; for every other neuron $d_i$ vanishes wherever $g_i$ does.",
                neurons_named(found)
            )),
            _ => Text::default(),
        },
        Property::LocalMinimum if yes => local_minimum(model, certified),
        Property::LocalMinimum => match certified.says(Property::Stationary, "no") {
            true => Text::plain("It is not stationary."),
            false => Text::plain("The loss falls along the curve below."),
        },
        Property::Saddle => Text::plain(match (yes, certified.says(Property::Stationary, "no")) {
            (true, _) => "It is stationary and not a local minimum.",
            (false, true) => "It is not stationary.",
            (false, false) => "It is a local minimum.",
        }),
        Property::Spurious => Text::plain(match (yes, certified.says(Property::GlobalMinimum, "yes")) {
            (true, _) => "It is a local minimum, and another network of this width is better.",
            (false, true) => "It is a global minimum.",
            (false, false) => "It is not a local minimum.",
        }),
        Property::GlobalMinimum if yes && certified.says(Property::GlobalMinimumAnyWidth, "yes") => {
            Text::plain("Not even a wider network is better.")
        }
        Property::GlobalMinimum if yes => {
            Text::plain("With fixed input weights the loss is convex in what is trained, and the point is stationary.")
        }
        Property::GlobalMinimum if certified.has("better_network") => {
            Text::plain("The network below has a smaller loss.")
        }
        Property::GlobalMinimum => Text::plain("It is not even a local minimum."),
        _ if yes && model.loss.is_zero() => Text::plain("The loss is 0."),
        _ if yes => Text::of(
            "For every output $F_j(u) = sum_k e_jk rho(u.x_k)|F_j(u)=\\sum_k e_{jk}\\,\\rho(u\\cdot x_k)$ is identically zero: no \
             neuron that could be added has a use. The checker recomputes that.",
        ),
        _ => Text::of(
            "Some $F_j(u) = sum_k e_jk rho(u.x_k)|F_j(u)=\\sum_k e_{jk}\\,\\rho(u\\cdot x_k)$ is not identically zero, or the \
             residuals do not sum to zero although there is an output bias: an added neuron, or another bias, lowers the loss. \
             The checker recomputes that.",
        ),
    }
}

fn neurons_named(neurons: &[usize]) -> String {
    format!("neuron{} {}", if neurons.len() == 1 { "" } else { "s" }, enumeration(neurons, 8))
}

fn local_minimum(model: &Model<'_>, certified: &Certified<'_>) -> Text {
    if certified.says(Property::GlobalMinimumAnyWidth, "yes") {
        return Text::plain("No network of any width has a smaller loss.");
    }
    if !model.instance.trained.both_layers() {
        return Text::plain(
            "It is stationary, and without one of the two layers the change of the loss has no mixed terms.",
        );
    }
    if certified.has("second_order") {
        return Text::plain(
            "There are escape neurons, but wherever the derivative is zero the second order, with the best output weights, is \
             not negative, or nothing moves (docs/theory.md, Theorems 7.6 and 7.7).",
        );
    }
    if certified.has("elimination") {
        return Text::plain(
            "There are escape neurons, but with some output weights eliminated the loss difference is a polynomial that is \
             nonnegative near 0 (docs/theory.md, Theorems 7.15 and 7.19).",
        );
    }
    Text::plain(
        "It is stationary and has no escape neuron: in the region below every change of the loss is a sum of terms that are \
         not negative (docs/theory.md, Theorem 5.1).",
    )
}

fn has_regions(certified: &Certified<'_>) -> bool {
    items(&certified.claims["neurons"]).iter().any(|neuron| !neuron["input_weight_region"].is_null())
}

fn region(certified: &Certified<'_>) -> Option<Text> {
    if let Some(radius) = certified.claims.get("radius") {
        return Some(
            Text::plain("No change of the input and output weights by at most ").number(&number(radius)).words(
                " each lowers the loss, together with any change of a trained output bias. This is proved, not \
                 estimated; larger changes may be harmless too.",
            ),
        );
    }
    (certified.says(Property::LocalMinimum, "yes") && has_regions(certified)).then(|| {
        Text::plain(
            "The loss is at least that of the candidate at every network whose output and input weights stay, neuron by neuron, \
             in the regions of the table, all at once, with any change of a trained output bias. The regions are proved, not \
             estimated; the largest ones may be larger.",
        )
    })
}

fn region_text(value: &Value) -> Text {
    match value {
        Value::Object(entries) if entries.contains_key("l1_radius") => {
            Text::of("moves by at most ").number(&number(&value["l1_radius"])).and(" in $l_1|\\ell_1$")
        }
        Value::Object(_) => Text::plain("moves by at most ").number(&number(&value["max_norm"])).words(" an entry"),
        _ => Text::plain(match value.as_str() {
            Some("fixed") => "is fixed",
            Some("any") => "is anything",
            Some("keeps sign") => "keeps its sign",
            _ => "",
        }),
    }
}

fn neurons(model: &Model<'_>, certified: &Certified<'_>) -> Table {
    let claimed = items(&certified.claims["neurons"]);
    let escape = certified.escape_neurons().unwrap_or_default();
    let regions = has_regions(certified);
    let mut header: Vec<Text> = ["neuron", "kind", "$w_i$", "$h_i$", "boundary samples"].map(Text::of).into();
    if regions {
        header.extend(["$h_i$", "$w_i$"].map(|weight| Text::plain("no smaller loss while ").and(weight)));
    }
    let candidate = &model.instance.candidate;
    let row = |i: usize| {
        let claim = claimed.get(i).unwrap_or(&Value::Null);
        let boundary: Vec<usize> = items(&claim["boundary_samples"]).iter().filter_map(index).collect();
        let kind = claim["kind"].as_str().unwrap_or("not claimed");
        let kind = if escape.contains(&i) { format!("{kind}, escape neuron") } else { kind.to_owned() };
        let boundary = match claim.is_null() {
            true => String::new(),
            false if boundary.is_empty() => "none".to_owned(),
            false => enumeration(&boundary, 12),
        };
        let mut row = vec![
            Text::plain(i.to_string()),
            Text::plain(kind),
            Text::default().vector(&candidate.input_weights[i]),
            Text::default().vector(&candidate.output_weights[i]),
            Text::plain(boundary),
        ];
        if regions {
            row.extend([&claim["output_weight_region"], &claim["input_weight_region"]].map(region_text));
        }
        row
    };
    let rows: Vec<_> = (0..candidate.width()).map(row).collect();
    truncated(Table { header, rows, left_out: 0 })
}

/// The table with at most [`MOST_ROWS`] rows.
fn truncated(mut table: Table) -> Table {
    table.left_out = table.rows.len().saturating_sub(MOST_ROWS);
    table.rows.truncate(MOST_ROWS);
    table
}

fn data(model: &Model<'_>) -> Table {
    let header = ["$k$", "$x_k$", "$y_k$", "$yhat(x_k)|\\hat y(x_k)$", "$e_k$"].map(Text::of).into();
    let row = |(k, e): (usize, &Vec<Rational>)| {
        let (x, y) = (&model.instance.samples.inputs[k], &model.instance.samples.targets[k]);
        let prediction: Vec<Rational> = y.iter().zip(e).map(|(y, e)| y + e).collect();
        let vector = |vector: &[Rational]| Text::default().vector(vector);
        vec![Text::plain(k.to_string()), vector(x), vector(y), vector(&prediction), vector(e)]
    };
    let rows = model.residuals.iter().enumerate().map(row).collect();
    truncated(Table { header, rows, left_out: 0 })
}
