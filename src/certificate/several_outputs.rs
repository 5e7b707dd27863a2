//! The proofs of local minima with escape neurons as JSON (docs/certificate.md).

use super::write::{constant_json, number, numbers};
use crate::cone::ConeLeaf;
use crate::empirical::{CriticalNode, Elimination, Features, LeafCoordinates, LineSign, SecondOrder, Spread};
use crate::polynomial::{Absorption, LocalNode, Multivariate, WeightedSquare};
use crate::rational::Rational;
use serde_json::{Value, json};

pub(super) fn second_order_json(SecondOrder { features, nodes }: &SecondOrder) -> Value {
    let tangents = features.tangents.iter().map(|(l, k)| json!({ "neuron": l, "direction": numbers(k) }));
    let duals = features.duals.iter().map(|(i, tau)| json!({ "neuron": i, "vector": numbers(tau) }));
    json!({
        "projected": features.projected,
        "tangents": tangents.collect::<Value>(),
        "complement": rows(&features.complement),
        "duals": duals.collect::<Value>(),
        "bounds": features.bounds.iter().map(constant_json).collect::<Value>(),
        "nodes": nodes.iter().map(node_json).collect::<Value>(),
    })
}

pub(super) fn elimination_json(proof: &Elimination) -> Value {
    let Features { projected, complement, bounds, .. } = &proof.features;
    let spread = |Spread { neurons, moves, basis, cover }: &Spread| {
        json!({
            "neurons": neurons,
            "moves": rows(moves),
            "basis": rows(basis),
            "cover": cover.iter().map(node_json).collect::<Value>(),
        })
    };
    json!({
        "projected": projected,
        "complement": rows(complement),
        "bounds": bounds.iter().map(constant_json).collect::<Value>(),
        "eliminated": proof.eliminated,
        "weighted": weighted(&proof.weighted),
        "spread": proof.spread.iter().map(spread).collect::<Value>(),
        "nodes": proof.nodes.iter().map(node_json).collect::<Value>(),
    })
}

fn weighted(neurons: &[(usize, Vec<Vec<Rational>>)]) -> Value {
    neurons.iter().map(|(t, basis)| json!({ "neuron": t, "basis": rows(basis) })).collect()
}

fn rows(rows: &[Vec<Rational>]) -> Value {
    rows.iter().map(|row| numbers(row)).collect()
}

fn sparse(entries: &[(usize, Rational)]) -> Value {
    entries.iter().map(|(place, x)| json!([place, number(x)])).collect()
}

fn node_json(node: &CriticalNode) -> Value {
    let placed = |entries: &[(usize, Vec<Rational>)]| -> Value {
        entries.iter().map(|(place, vector)| json!([place, numbers(vector)])).collect()
    };
    match node {
        CriticalNode::Line { neuron, line } => json!({ "line": line, "neuron": neuron }),
        CriticalNode::Implied { neuron, line, sign, nu, xi } => {
            let sign = match sign {
                LineSign::Plus => "+",
                LineSign::Minus => "-",
                LineSign::Zero => "0",
            };
            json!({ "implied": line, "neuron": neuron, "sign": sign, "nu": sparse(nu), "xi": sparse(xi) })
        }
        CriticalNode::Tight { neuron, multipliers } => json!({ "tight": numbers(multipliers), "neuron": neuron }),
        CriticalNode::Ratio { pair: (a, b), factors: (s, t) } => {
            json!({ "ratio": [a, b], "factors": [number(s), number(t)] })
        }
        CriticalNode::Leaf { margin, decomposition: ConeLeaf { products, squares, zeros } } => json!({
            "margin": number(margin),
            "products": products.iter().map(|(a, b, c)| json!([a, b, number(c)])).collect::<Value>(),
            "squares": squares.iter().map(|(c, v)| json!([number(c), numbers(v)])).collect::<Value>(),
            "zeros": placed(zeros),
        }),
        CriticalNode::Covered(coordinates) => coordinates_json(coordinates),
        CriticalNode::Polynomial { coordinates, weighted: all, proof } => {
            let mut leaf = coordinates_json(coordinates);
            if let Some(all) = all {
                leaf["weighted"] = weighted(all);
            }
            leaf["proof"] = proof.iter().map(local_json).collect();
            leaf
        }
    }
}

fn coordinates_json(LeafCoordinates { rays, lines, zeros }: &LeafCoordinates) -> Value {
    let placed = |entries: &[(usize, Vec<Rational>)]| -> Value {
        entries.iter().map(|(place, vector)| json!([place, numbers(vector)])).collect()
    };
    json!({
        "rays": placed(rays),
        "lines": lines.iter().map(|(f, v)| json!([numbers(f), numbers(v)])).collect::<Value>(),
        "zeros": placed(zeros),
    })
}

fn polynomial_json(polynomial: &Multivariate) -> Value {
    polynomial.terms.iter().map(|(exponents, value)| json!([exponents, number(value)])).collect()
}

pub(super) fn local_json(node: &LocalNode) -> Value {
    match node {
        LocalNode::Content { exponents } => json!({ "content": exponents }),
        LocalNode::Signs { variable } => json!({ "signs": variable }),
        LocalNode::Eliminate { variable, content } => json!({ "eliminate": variable, "content": content }),
        LocalNode::Shift { variable, by } => json!({ "shift": variable, "by": polynomial_json(by) }),
        LocalNode::Power { variable, exponent } => json!({ "power": variable, "exponent": exponent }),
        LocalNode::Bend { variable, at } => json!({ "bend": variable, "at": polynomial_json(at) }),
        LocalNode::Ray { pair: (x, y), ratio } => json!({ "ray": x, "other": y, "ratio": number(ratio) }),
        LocalNode::Factor { unit, root, rest } => {
            json!({ "factor": polynomial_json(unit), "root": polynomial_json(root), "rest": polynomial_json(rest) })
        }
        LocalNode::Names { named, unit, form } => json!({
            "names": named.iter().map(polynomial_json).collect::<Value>(),
            "unit": polynomial_json(unit),
            "form": polynomial_json(form),
        }),
        LocalNode::Leaf { squares, absorptions } => {
            let square = |WeightedSquare { factor, monomial, base }: &WeightedSquare| {
                json!([number(factor), monomial, polynomial_json(base)])
            };
            let absorption = |Absorption { weights }: &Absorption| -> Value {
                weights.iter().map(|(exponents, lambda)| json!([exponents, number(lambda)])).collect()
            };
            json!({
                "squares": squares.iter().map(square).collect::<Value>(),
                "absorptions": absorptions.iter().map(absorption).collect::<Value>(),
            })
        }
    }
}
