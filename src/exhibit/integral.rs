//! The exhibit of an integral loss (docs/theory-integral.md).

use super::claims::{Answer, claims, sentence};
use super::numbers::{items, number};
use super::{Certified, Exhibit, Table, Text, picture, proof, setting};
use crate::integral::Model;
use crate::problem::{IntegralInstance, Property, Source};
use crate::rational::Rational;
use num_traits::Zero;

pub(super) fn exhibit(instance: &IntegralInstance, certified: &Certified<'_>) -> Exhibit {
    let model = Model::new(instance);
    let (verdict, sentence) = sentence(certified);
    Exhibit {
        id: String::new(),
        title: None,
        source: Source::default(),
        because: None,
        sentence,
        verdict,
        setting: setting::integral(instance),
        loss: model.loss.clone(),
        loss_formula: Text::of("$L = int p (N - f)^2|L=\\int p\\,(N-f)^2$"),
        mean_squared_error: certified.mean_squared_error(),
        claims: claims(certified, &Property::INTEGRAL, instance.candidate.width(), meaning, |property, answer| {
            reason(&model, certified, property, answer)
        }),
        neurons: neurons(instance, certified),
        neurons_note: Text::of(
            "The breakpoint of a neuron is $q_j = -b_j / w_j|q_j=-b_j/w_j$. Types: docs/theory-integral.md, section 8.",
        ),
        region: None,
        data: data(&model),
        evidence: proof::integral(&model, certified),
        pictures: picture::integral(&model, certified),
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
        Property::Stationary => "no direction of the parameters has a negative one-sided derivative",
        Property::Differentiable => "the loss is differentiable in the parameters",
        Property::C1 => "the loss is continuously differentiable near the candidate",
        Property::C2 => "the loss is twice continuously differentiable near the candidate",
        Property::EscapeNeurons => "the neurons without output weight whose derivative is not zero",
        Property::LocalMinimum => "no network near the candidate has a smaller loss",
        Property::Saddle => "stationary and not a local minimum",
        Property::StrictSaddle => "a saddle with negative curvature in the parameters in which the loss is $C^2$",
        Property::Spurious => "a local minimum that is not global at its width",
        Property::GlobalMinimum => "no network of this width has a smaller loss",
        Property::GlobalMinimumAnyWidth => "no network of any width has a smaller loss",
        Property::AvoidedByGradientDescent => {
            "gradient descent with almost every step size converges here from a null set of starting points only"
        }
        Property::BelowThreshold => "the loss is below that of every critical point that is not global",
    })
}

fn reason(model: &Model<'_>, certified: &Certified<'_>, property: Property, answer: &Answer) -> Text {
    let yes = *answer == Answer::Yes;
    let stationary = !certified.says(Property::Stationary, "no");
    let zero = model.loss.is_zero();
    let text = Text::of(match property {
        Property::Stationary if yes && certified.has("moment") => {
            "The gradient is zero, and $D(q)$ has the sign that neurons with zero input weight and bias need."
        }
        Property::Stationary if yes => "All derivatives are zero; the checker recomputes the integrals.",
        Property::Stationary if certified.has("moment_at") => {
            "A neuron with zero input weight and bias lets the loss fall with a breakpoint where $D(q)$ has the wrong sign."
        }
        Property::Stationary => "Some derivative is not zero; the checker recomputes the integrals.",
        Property::Differentiable if yes => "The derivative is linear in the direction.",
        Property::Differentiable => "A neuron with output weight has zero input weight and bias.",
        Property::C1 if yes => "No neuron has zero input weight and bias.",
        Property::C1 => "Some neuron has zero input weight and bias.",
        Property::C2 if yes => "No breakpoint of a neuron lies where the density, or density times target, jumps.",
        Property::C2 => "Some breakpoint lies at an end or at a jump, or some neuron has zero input weight and bias.",
        Property::EscapeNeurons => match answer {
            Answer::Undefined => "They are defined at stationary points only.",
            Answer::Neurons(found) if found.is_empty() => {
                "The derivative of every neuron without output weight is zero."
            }
            _ => "The derivative of these neurons, which have no output weight, is not zero.",
        },
        Property::LocalMinimum if yes && zero => "The loss is 0.",
        Property::LocalMinimum if yes && certified.has("second_order") => {
            "The one-sided second order is positive wherever breakpoints move, the rest at its best values."
        }
        Property::LocalMinimum if yes && certified.has("elimination") => {
            "With output weights and bias eliminated the loss difference is a polynomial that is nonnegative near 0."
        }
        Property::LocalMinimum if yes => {
            "No neuron can let the loss fall alone, and what they do together adds $int p (N' - N)^2 >= 0|\\int \
             p\\,(N'-N)^2\\ge0$."
        }
        Property::LocalMinimum if !stationary => "It is not stationary.",
        Property::LocalMinimum if certified.has("descent") => "The loss falls along the curve below.",
        Property::LocalMinimum => "The second derivative is negative in the direction below.",
        Property::Saddle if yes => "It is stationary and not a local minimum.",
        Property::Saddle if !stationary => "It is not stationary.",
        Property::Saddle => "It is a local minimum.",
        Property::StrictSaddle if yes => "The second derivative is negative in the direction below.",
        Property::StrictSaddle if certified.says(Property::Saddle, "yes") => {
            "The Hessian is positive semidefinite where the loss is $C^2$."
        }
        Property::StrictSaddle => "It is not a saddle.",
        Property::Spurious if yes => "It is a local minimum, and another network of this width is better.",
        Property::Spurious if zero => "It is a global minimum.",
        Property::Spurious => "It is not a local minimum.",
        Property::GlobalMinimum | Property::GlobalMinimumAnyWidth if yes => "The loss is 0.",
        Property::GlobalMinimum if certified.has("better_network") => "The network below has a smaller loss.",
        Property::GlobalMinimum => "It is not even a local minimum.",
        Property::GlobalMinimumAnyWidth => {
            "The loss is not 0, and wide networks come as near to the target as one likes."
        }
        Property::AvoidedByGradientDescent | Property::BelowThreshold if *answer == Answer::NotApplicable => {
            "The theorem is about affine targets and density 1."
        }
        Property::AvoidedByGradientDescent if yes => {
            "Negative curvature, if need be once a semi-inactive neuron is active, and the avoidance theorem of \
             docs/theory-integral.md, section 9."
        }
        Property::AvoidedByGradientDescent => "The statement is about saddles.",
        Property::BelowThreshold if yes => {
            "The loss is compared with the smallest one of a critical point that is not global, exactly."
        }
        Property::BelowThreshold => "Some critical point that is not global has this loss or a smaller one.",
    });
    match certified.claims.get("step_size").filter(|_| property == Property::AvoidedByGradientDescent && yes) {
        Some(step_size) => text.words(" It also holds for the step size ").number(&number(step_size)).words("."),
        None => text,
    }
}

fn neurons(instance: &IntegralInstance, certified: &Certified<'_>) -> Table {
    let header = ["neuron", "type", "$w_j$", "$b_j$", "$v_j$", "breakpoint $q_j$"].map(Text::of).into();
    let candidate = &instance.candidate;
    let number_text = |number: &Rational| Text::default().number(number);
    let claimed = items(&certified.claims["neurons"]);
    let rows = (0..candidate.width()).map(|j| {
        let claim = claimed.get(j).unwrap_or(&serde_json::Value::Null);
        let breakpoint = &claim["breakpoint"];
        vec![
            Text::plain(j.to_string()),
            Text::plain(claim["type"].as_str().unwrap_or("not claimed")),
            number_text(&candidate.input_weights[j]),
            number_text(&candidate.input_biases[j]),
            number_text(&candidate.output_weights[j]),
            if breakpoint.is_null() {
                Text::plain(if claim.is_null() { "" } else { "none" })
            } else {
                number_text(&number(breakpoint))
            },
        ]
    });
    Table { header, rows: rows.collect(), left_out: 0 }
}

/// Target and residual on each cell, by their coefficients in rising powers of x.
fn data(model: &Model<'_>) -> Table {
    let header =
        ["cell", "$f$, coefficients of $1, x, x^2, ...|1,x,x^2,\\dots$", "$N - f$", "$p$"].map(Text::of).into();
    let rows = model.cells.iter().zip(model.points.windows(2)).map(|(cell, ends)| {
        let polynomial = |polynomial: &crate::linear::Polynomial| {
            let trimmed = polynomial.clone().trimmed().0;
            if trimmed.is_empty() { Text::plain("0") } else { Text::default().vector(&trimmed) }
        };
        vec![
            Text::default().number(&ends[0]).words(" to ").number(&ends[1]),
            polynomial(&cell.target),
            polynomial(&cell.residual),
            polynomial(&cell.density),
        ]
    });
    Table { header, rows: rows.collect(), left_out: 0 }
}
