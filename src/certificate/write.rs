//! The certificate of some findings as JSON (docs/certificate.md): claims, evidence, and who made it.

use super::several_outputs;
use crate::empirical::{Constant, Descent, Evidence, Findings, Neuron, NeuronEvidence, Region};
use crate::kink::{Node, Tree};
use crate::problem::EscapeNeurons;
use crate::problem::{Instance, Judgement, Network, Property, Verdict};
use crate::rational::{Rational, write};
use relucert_checker::CERTIFICATE_FORMAT;
use serde_json::{Map, Value, json};

pub(super) fn certificate(instance: &Instance, findings: &Findings) -> Value {
    let mut claims = claims(findings, EMPIRICAL_LOSS);
    claims.insert("neurons".into(), findings.neurons.iter().map(neuron).collect());
    document(&instance.id, claims, evidence(&findings.evidence))
}

/// A certificate.
pub(super) fn document(id: &str, claims: Map<String, Value>, evidence: Value) -> Value {
    json!({
        "format": CERTIFICATE_FORMAT,
        "id": id,
        "claims": claims,
        "evidence": evidence,
        "made_by": { "program": "relucert", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// How the empirical loss is defined, in claims and reports.
pub const EMPIRICAL_LOSS: &str = "half sum of squares";

/// Everything that is said of the candidate as a whole, except what is undecided.
pub(super) fn claims(findings: &Judgement, loss_definition: &str) -> Map<String, Value> {
    let mut claims = Map::new();
    claims.insert("loss".into(), number(&findings.loss));
    claims.insert("loss_definition".into(), loss_definition.into());
    claims.insert("mean_squared_error".into(), number(&findings.mean_squared_error));
    for property in findings.properties.iter().copied() {
        let claim = match (property, findings.verdicts.get(&property)) {
            (Property::EscapeNeurons, _) => match &findings.escape_neurons {
                EscapeNeurons::Found(neurons) => json!(neurons),
                EscapeNeurons::NotStationary => Value::Null,
                EscapeNeurons::Undecided => continue,
            },
            (_, Some(Verdict::Undecided) | None) => continue,
            (_, Some(verdict)) => verdict.to_string().into(),
        };
        claims.insert(property.key().into(), claim);
    }
    claims
}

fn neuron(neuron: &Neuron) -> Value {
    let mut value = json!({ "kind": neuron.kind.to_string(), "boundary_samples": neuron.boundary_samples });
    if let Some((output, input)) = &neuron.regions {
        value["output_weight_region"] = region_json(output);
        value["input_weight_region"] = region_json(input);
    }
    value
}

/// A region as it stands in certificates and reports.
pub fn region_json(region: &Region) -> Value {
    match region {
        Region::Fixed => "fixed".into(),
        Region::Any => "any".into(),
        Region::KeepsSign => "keeps sign".into(),
        Region::L1Radius(radius) => json!({ "l1_radius": number(radius) }),
        Region::MaxNorm(norm) => json!({ "max_norm": number(norm) }),
    }
}

fn evidence(evidence: &Evidence) -> Value {
    let mut value = Map::new();
    if !evidence.neurons.is_empty() {
        value.insert("neurons".into(), evidence.neurons.iter().map(neuron_evidence).collect());
    }
    if let Some(Descent { t0, coefficients, .. }) = &evidence.descent {
        let curve: Value = coefficients.iter().map(network_json).collect();
        value.insert("descent".into(), json!({ "t0": number(t0), "curve": curve }));
    }
    if let Some(proof) = &evidence.second_order {
        value.insert("second_order".into(), several_outputs::second_order_json(proof));
    }
    if let Some(proof) = &evidence.elimination {
        value.insert("elimination".into(), several_outputs::elimination_json(proof));
    }
    if let Some(network) = &evidence.better_network {
        value.insert("better_network".into(), network_json(network));
    }
    value.into()
}

fn neuron_evidence(evidence: &NeuronEvidence) -> Value {
    let mut value = json!({ "neuron": evidence.neuron });
    if let Some(tree) = &evidence.nonnegative {
        value["nonnegative"] = tree_json(tree);
    }
    if let Some(constant) = &evidence.constant {
        value["constant"] = constant_json(constant);
    }
    if let Some(u) = &evidence.escape_direction {
        value["escape_direction"] = numbers(u);
    }
    value
}

pub(super) fn constant_json(Constant { value, plus, minus }: &Constant) -> Value {
    let trees = |trees: &[Tree]| trees.iter().map(tree_json).collect::<Value>();
    json!({ "value": number(value), "plus": trees(plus), "minus": trees(minus) })
}

/// A proof tree as JSON text (docs/certificate.md, section "Proof trees").
pub fn proof_text(tree: &Tree) -> String {
    tree_json(tree).to_string()
}

fn tree_json(tree: &Tree) -> Value {
    let node = |node: &Node| match node {
        Node::Split { kink } => json!({ "split": kink }),
        Node::Implied { kink, positive, multipliers } => {
            json!({ "implied": kink, "sign": if *positive { "+" } else { "-" }, "multipliers": numbers(multipliers) })
        }
        Node::Leaf { lambda, gamma, mu } => json!({
            "lambda": numbers(lambda),
            "gamma": gamma.iter().map(|row| numbers(row)).collect::<Value>(),
            "mu": numbers(mu),
        }),
    };
    tree.iter().map(node).collect()
}

/// A network, or a change of one, as it stands in instances and certificates.
pub fn network_json(network: &Network) -> Value {
    let rows = |rows: &[Vec<Rational>]| rows.iter().map(|row| numbers(row)).collect::<Value>();
    let mut value = json!({
        "input_weights": rows(&network.input_weights),
        "output_weights": rows(&network.output_weights),
    });
    if let Some(bias) = &network.output_bias {
        value["output_bias"] = numbers(bias);
    }
    value
}

pub(super) fn numbers(row: &[Rational]) -> Value {
    row.iter().map(number).collect()
}

pub(super) fn number(value: &Rational) -> Value {
    write(value).into()
}
