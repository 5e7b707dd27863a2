//! Certificates that are right, worked out by hand: small instances that together use every kind of evidence.

use serde_json::{Value, json};

/// An instance and a certificate that proves the claims on the last line.
#[derive(Clone)]
pub(crate) struct Good {
    pub(crate) name: &'static str,
    pub(crate) instance: Value,
    pub(crate) certificate: Value,
    pub(crate) line: &'static str,
}

/// `parts` are activation, samples, candidate, and trained or null; `claims` are those of `line`, but for the neurons.
fn good(name: &'static str, parts: [Value; 4], line: &'static str, neurons: Value, evidence: Value) -> Good {
    let [activation, samples, candidate, trained] = parts;
    let mut instance = json!({"format": "relucert.instance/1", "id": name, "activation": activation});
    instance["samples"] = samples;
    instance["candidate"] = candidate;
    if !trained.is_null() {
        instance["trained"] = trained;
    }
    let mut claims = json!({});
    for claim in line.split(' ').skip(2) {
        let (key, value) = claim.split_once('=').unwrap_or((claim, ""));
        claims[key] = match key {
            "neurons" => neurons.clone(),
            "escape_neurons" => serde_json::from_str(value).expect("null or a list of indices"),
            _ => json!(value.replace('_', " ")),
        };
    }
    let certificate = json!({"format": "relucert.certificate/1", "id": name, "claims": claims, "evidence": evidence});
    Good { name, instance, certificate, line }
}

fn samples(inputs: Value, targets: Value) -> Value {
    json!({"inputs": inputs, "targets": targets})
}

fn network(input_weights: Value, output_weights: Value) -> Value {
    json!({"input_weights": input_weights, "output_weights": output_weights})
}

fn leaf(lambda: Value, gamma: Value, mu: Value) -> Value {
    json!({"lambda": lambda, "gamma": gamma, "mu": mu})
}

/// The one of this name.
pub(crate) fn named(name: &str) -> Good {
    all().into_iter().find(|good| good.name == name).expect("a known name")
}

/// All of them.
pub(crate) fn all() -> Vec<Good> {
    let mut all = points_of_one_sample();
    all.extend(kink_forms());
    all.extend(several_outputs());
    all.extend(trained_subsets());
    all.extend(escape_neurons_at_minima());
    all
}

fn points_of_one_sample() -> Vec<Good> {
    let one = |target: i32| samples(json!([[1]]), json!([target]));
    vec![
        // Dead: nothing depends on the neuron, but another one fits.
        good(
            "dead",
            [json!("relu"), one(1), network(json!([[-1]]), json!([1])), Value::Null],
            "s VERIFIED loss=1/2 loss_definition=half_sum_of_squares mean_squared_error=1 stationary=yes \
             differentiable=yes escape_neurons=[] local_minimum=yes saddle=no spurious=yes global_minimum=no \
             global_minimum_any_width=no neurons",
            json!([{"kind": "dead", "boundary_samples": [], "input_weight_region": {"max_norm": "1"},
                "output_weight_region": "any"}]),
            json!({"better_network": network(json!([["1"]]), json!([["1"]]))}),
        ),
        // All weights zero: along w = h = t the loss is 1/2 (1 - t^2)^2.
        good(
            "zero",
            [json!("relu"), one(1), network(json!([[0]]), json!([0])), Value::Null],
            "s VERIFIED loss=1/2 loss_definition=half_sum_of_squares mean_squared_error=1 stationary=yes \
             differentiable=yes escape_neurons=[0] local_minimum=no saddle=yes spurious=no global_minimum=no \
             global_minimum_any_width=no neurons",
            json!([{"kind": "zero", "boundary_samples": [0]}]),
            json!({"neurons": [{"neuron": 0, "escape_direction": ["1"]}],
                "descent": {"t0": "1", "curve": [network(json!([["1"]]), json!([["1"]]))]}}),
        ),
        good(
            "fits",
            [json!("relu"), one(1), network(json!([[1]]), json!([1])), Value::Null],
            "s VERIFIED loss=0 loss_definition=half_sum_of_squares mean_squared_error=0 stationary=yes \
             differentiable=yes escape_neurons=[] local_minimum=yes saddle=no spurious=no global_minimum=yes \
             global_minimum_any_width=yes neurons",
            json!([{"kind": "active", "boundary_samples": [], "input_weight_region": {"max_norm": "1"},
                "output_weight_region": "any"}]),
            json!({}),
        ),
        // e = 1, so that g(u) = rho(u) = (u + |u|) / 2: the multiplier is 1.
        good(
            "half-line",
            [json!("relu"), one(-1), network(json!([[0]]), json!([1])), Value::Null],
            "s VERIFIED loss=1/2 stationary=yes differentiable=no escape_neurons=[] local_minimum=yes saddle=no \
             spurious=yes global_minimum=no neurons",
            json!([{"kind": "zero", "boundary_samples": [0], "input_weight_region": "any",
                "output_weight_region": "keeps sign"}]),
            json!({"neurons": [{"neuron": 0, "nonnegative": [leaf(json!(["1"]), json!([]), json!([]))]}],
                "better_network": network(json!([["1"]]), json!([["-1"]]))}),
        ),
        // The loss falls at once: 1/2 (1 - t)^2 along h = 1 - t.
        good(
            "slope",
            [json!("relu"), one(0), network(json!([[1]]), json!([1])), Value::Null],
            "s VERIFIED loss=1/2 mean_squared_error=1 stationary=no differentiable=yes escape_neurons=null \
             local_minimum=no saddle=no spurious=no global_minimum=no global_minimum_any_width=no neurons",
            json!([{"kind": "active", "boundary_samples": []}]),
            json!({"descent": {"t0": "1", "curve": [network(json!([["0"]]), json!([["-1"]]))]}}),
        ),
    ]
}

/// The absolute value as activation, w = 0 and h = 1: then g(u) = sum_k -y_k |x_k.u|.
fn kink_forms() -> Vec<Good> {
    // |u_1| + |u_2| - |u_1 + u_2|, the kinks in the order (0,1), (1,0), (1,1).
    let three = || {
        [
            json!("absolute-value"),
            samples(json!([[1, 0], [0, 1], [1, 1]]), json!([-1, -1, 1])),
            network(json!([[0, 0]]), json!([1])),
            Value::Null,
        ]
    };
    let neurons = || {
        json!([{"kind": "zero", "boundary_samples": [0, 1, 2], "input_weight_region": "any",
            "output_weight_region": "keeps sign"}])
    };
    let line = "s VERIFIED loss=3/2 mean_squared_error=1 stationary=yes differentiable=no escape_neurons=[] \
                local_minimum=yes saddle=no spurious=yes global_minimum=no global_minimum_any_width=no neurons";
    let better = network(json!([["1", "-1"]]), json!([["-1"]]));
    let evidence = |tree: Value| json!({"neurons": [{"neuron": 0, "nonnegative": tree}], "better_network": better});
    // Lines (0,1), (1,-1), (1,0), (1,1), (1,2), (2,1); the first, third and fourth concave, all of weight 1.
    let gamma = || json!([["0", "1/3", "1/3"]]);
    let six = json!([
        {"split": 0},
        {"split": 2},
        {"implied": 3, "sign": "+", "multipliers": ["1", "1"]},
        leaf(json!(["0", "-2/3", "-2/3"]), json!([]), json!(["0", "0", "0"])),
        leaf(json!(["1", "0", "0"]), gamma(), json!(["0", "0"])),
        {"split": 2},
        leaf(json!(["-1", "0", "0"]), gamma(), json!(["0", "0"])),
        {"implied": 3, "sign": "-", "multipliers": ["1", "1"]},
        leaf(json!(["0", "2/3", "2/3"]), json!([]), json!(["0", "0", "0"])),
    ]);
    vec![
        good(
            "three-lines",
            three(),
            line,
            neurons(),
            evidence(json!([leaf(json!(["0", "0"]), json!([["1", "1"]]), json!([]))])),
        ),
        good(
            "split",
            three(),
            line,
            neurons(),
            evidence(json!([{"split": 2}, leaf(json!(["-1", "-1"]), json!([]), json!(["0"])),
                leaf(json!(["1", "1"]), json!([]), json!(["0"]))])),
        ),
        good(
            "six-lines",
            [
                json!("absolute-value"),
                samples(
                    json!([[0, 1], [1, -1], ["2/2", "0.0"], [1, 1], [-1, -2], [2, 1]]),
                    json!([1, -1, 1, 1, [-1], "-1"]),
                ),
                network(json!([[0, 0]]), json!([[1]])),
                Value::Null,
            ],
            "s VERIFIED loss=3 stationary=yes escape_neurons=[] local_minimum=yes saddle=no",
            Value::Null,
            json!({"neurons": [{"neuron": 0, "nonnegative": six}]}),
        ),
    ]
}

fn several_outputs() -> Vec<Good> {
    let simple = |lambda: Value| json!([leaf(lambda, json!([]), json!([]))]);
    vec![
        // d_1 = g = |u_1| + |u_2|, d_2 = |u_1 + u_2|, so that C = 1.
        good(
            "constant",
            [
                json!("absolute-value"),
                samples(json!([[1, 0], [0, 1], [1, 1]]), json!([[-1, 0], [-1, 0], [0, -1]])),
                network(json!([[0, 0]]), json!([[1, 0]])),
                Value::Null,
            ],
            "s VERIFIED loss=3/2 mean_squared_error=1/2 stationary=yes differentiable=no escape_neurons=[] \
             local_minimum=yes saddle=no spurious=yes global_minimum=no global_minimum_any_width=no neurons",
            json!([{"kind": "zero", "boundary_samples": [0, 1, 2], "input_weight_region": "any",
                "output_weight_region": {"l1_radius": "1"}}]),
            json!({"neurons": [{"neuron": 0, "constant": {
                "value": "1",
                "plus": [simple(json!(["0", "0"])), simple(json!(["0", "0", "0"]))],
                "minus": [simple(json!([])), json!([leaf(json!(["0", "0"]), json!([["1", "1"]]), json!([]))])],
            }}], "better_network": network(json!([["1", "-1"]]), json!([["-1", "0"]]))}),
        ),
        // With w = (1, t), h = (1, t) the loss changes by -2 t^2 + t^4.
        good(
            "mixed-term",
            [
                json!("relu"),
                samples(json!([[1, 1], [1, -1]]), json!([[1, 2], [1, -2]])),
                network(json!([[1, 0]]), json!([[1, 0]])),
                Value::Null,
            ],
            "s VERIFIED loss=4 mean_squared_error=2 stationary=yes differentiable=yes escape_neurons=[0] \
             local_minimum=no saddle=yes spurious=no global_minimum=no global_minimum_any_width=no neurons",
            json!([{"kind": "active", "boundary_samples": []}]),
            json!({"neurons": [{"neuron": 0, "escape_direction": ["0", "1"]}],
                "descent": {"t0": "1", "curve": [network(json!([["0", "1"]]), json!([["0", "1"]]))]}}),
        ),
        // The loss changes by -t^4/720 + t^6/2880 + t^8/14400 along a curve of degree 2.
        good(
            "fourth-order",
            [
                json!("relu"),
                samples(
                    json!([[1, -1], [0, 2], [1, -1], [0, 0]]),
                    json!([["1/3", 0, 0], [0, 2, 4], [0, 0, 0], [0, 0, 0]]),
                ),
                network(json!([[-1, 0], [1, 1]]), json!([[0, 2, -1], [0, 1, 2]])),
                Value::Null,
            ],
            "s VERIFIED loss=1/18 mean_squared_error=1/108 stationary=yes differentiable=yes escape_neurons=[1] \
             local_minimum=no saddle=yes spurious=no global_minimum=no neurons",
            json!([{"kind": "semi-dead", "boundary_samples": [1, 3]},
                {"kind": "active", "boundary_samples": [0, 2, 3]}]),
            json!({"neurons": [{"neuron": 1, "escape_direction": ["1", "0"]}],
            "descent": {"t0": "1", "curve": [
                network(json!([["0", "1/2"], ["0", "0"]]), json!([["-1", "0", "0"], ["0", "-1", "1/2"]])),
                network(json!([["0", "0"], ["1/60", "0"]]), json!([["0", "0", "0"], ["1/2", "0", "0"]])),
            ]}}),
        ),
    ]
}

fn trained_subsets() -> Vec<Good> {
    let with_bias = |mut network: Value, bias: Value| {
        network["output_bias"] = bias;
        network
    };
    vec![
        // Least squares through (1,1), (2,3), (3,2); the input weights are fixed.
        good(
            "least-squares",
            [
                json!("relu"),
                json!({"inputs": [[1], [2], [3]], "targets": [1, 3, 2], "hidden_bias": true}),
                with_bias(network(json!([[1, 0]]), json!(["1/2"])), json!(1)),
                json!(["output_weights", "output_bias"]),
            ],
            "s VERIFIED loss=3/4 mean_squared_error=1/2 stationary=yes differentiable=yes escape_neurons=[] \
             local_minimum=yes saddle=no spurious=no global_minimum=yes global_minimum_any_width=no neurons",
            json!([{"kind": "active", "boundary_samples": [], "input_weight_region": "fixed",
                "output_weight_region": "any"}]),
            json!({}),
        ),
        // g(u) = rho(u) + rho(-u) = 9/10 |u|; the output weight is fixed.
        good(
            "leaky",
            [
                json!({"positive": 1, "negative": "0.1"}),
                samples(json!([[1], [-1]]), json!([-1, -1])),
                network(json!([[0]]), json!([1])),
                json!(["input_weights"]),
            ],
            "s VERIFIED loss=1 mean_squared_error=1 stationary=yes differentiable=no escape_neurons=[] \
             local_minimum=yes saddle=no global_minimum_any_width=no neurons",
            json!([{"kind": "zero", "boundary_samples": [0, 1], "input_weight_region": "any",
                "output_weight_region": "fixed"}]),
            json!({"neurons": [{"neuron": 0, "nonnegative": simple_leaf()}]}),
        ),
        // Equal slopes: a linear network with an output bias; along w = h = t the loss is (1 - t^2)^2.
        good(
            "linear",
            [
                json!({"positive": "1", "negative": "1"}),
                samples(json!([["1"], ["-1"]]), json!(["1", "-1"])),
                with_bias(network(json!([["0"]]), json!(["0"])), json!("0")),
                Value::Null,
            ],
            "s VERIFIED loss=1 mean_squared_error=1 stationary=yes differentiable=yes escape_neurons=[0] \
             local_minimum=no saddle=yes spurious=no global_minimum=no global_minimum_any_width=no",
            Value::Null,
            json!({"neurons": [{"neuron": 0, "escape_direction": ["-1"]}],
                "descent": {"t0": "1", "curve": [with_bias(network(json!([["1"]]), json!([["1"]])), json!(["0"]))]},
                "better_network": with_bias(network(json!([["1"]]), json!([["1"]])), json!(["0"]))}),
        ),
    ]
}

fn simple_leaf() -> Value {
    json!([leaf(json!(["0"]), json!([]), json!([]))])
}

/// Local minima by the second order: Q(u) = 3 u_2^2 for each escape neuron, and a pinned kink.
fn escape_neurons_at_minima() -> Vec<Good> {
    let dead = json!({"value": "0", "plus": [[leaf(json!([]), json!([]), json!([]))], [leaf(json!([]), json!([]), json!([]))]],
        "minus": [[leaf(json!([]), json!([]), json!([]))], [leaf(json!([]), json!([]), json!([]))]]});
    let square = |factor: &str, v: Value| json!([factor, v]);
    vec![
        // A dead neuron is projected away; the pair (u_1, u_2) of neuron 0 is left.
        good(
            "escape-beside-dead",
            [
                json!("relu"),
                samples(json!([[1, 1], [1, -1]]), json!([[2, 1], [2, -1]])),
                network(json!([[1, 0], [-1, 0]]), json!([[2, 0], [3, 5]])),
                Value::Null,
            ],
            "s VERIFIED loss=1 stationary=yes escape_neurons=[0] local_minimum=yes saddle=no neurons",
            json!([{"kind": "active", "boundary_samples": []}, {"kind": "dead", "boundary_samples": []}]),
            json!({
                "neurons": [{"neuron": 0, "escape_direction": ["0", "1"]}],
                "second_order": {
                    "projected": [1],
                    "tangents": [{"neuron": 1, "direction": ["0", "1"]}],
                    "complement": [["-1", "1"]],
                    "duals": [{"neuron": 0, "vector": ["1/2", "1/2"]}],
                    "bounds": [dead],
                    "nodes": [{"margin": "0", "products": [], "squares": [square("3", json!(["0", "1"]))], "zeros": []}],
                },
            }),
        ),
        good(
            "polynomial",
            [
                json!("relu"),
                samples(json!([[1, 1], [1, -1], [0, 1]]), json!([[2, 1], [2, -1], [0, 0]])),
                network(json!([[1, 0]]), json!([[2, 0]])),
                Value::Null,
            ],
            "s VERIFIED loss=1 local_minimum=yes saddle=no",
            Value::Null,
            json!({
                "elimination": {
                    "projected": [],
                    "complement": [["1", "1", "0"], ["-1", "1", "0"], ["0", "0", "1"]],
                    "bounds": [],
                    "eliminated": [],
                    "weighted": [{"neuron": 0, "basis": [["1", "0"], ["0", "1"]]}],
                    "nodes": [
                        {"line": 0, "neuron": 0},
                        {
                            "rays": [[0, ["0", "1"]]], "lines": [[["1", "0"], ["1", "0"]]], "zeros": [],
                            "proof": [
                                {"shift": 2, "by": [[[1, 0, 0], "1"]]},
                                {"squares": [], "absorptions": [[[[2, 0, 0], "1"]], [[[2, 0, 0], "1"]]]},
                            ],
                        },
                        {
                            "rays": [[0, ["0", "-1"]]], "lines": [[["1", "0"], ["1", "0"]]], "zeros": [],
                            "proof": [
                                {
                                    "squares": [["1", [0, 0, 0], [[[0, 0, 1], "1"], [[1, 0, 0], "2"]]]],
                                    "absorptions": [[[[2, 0, 0], "1"]]],
                                },
                            ],
                        },
                    ],
                },
            }),
        ),
        good(
            "two-escape-neurons",
            [
                json!("relu"),
                samples(json!([[1, 1], [1, -1], [-1, 1], [-1, -1]]), json!([[2, 1], [2, -1], [2, 1], [2, -1]])),
                network(json!([[1, 0], [-1, 0]]), json!([[2, 0], [2, 0]])),
                Value::Null,
            ],
            "s VERIFIED loss=2 local_minimum=yes saddle=no",
            Value::Null,
            json!({"second_order": {
                "projected": [],
                "tangents": [],
                "complement": [["-1", "1", "0", "0"], ["0", "0", "-1", "1"]],
                "duals": [
                    {"neuron": 0, "vector": ["1/2", "1/2", "0", "0"]},
                    {"neuron": 1, "vector": ["0", "0", "1/2", "1/2"]},
                ],
                "bounds": [],
                "nodes": [{
                    "margin": "1/2",
                    "products": [],
                    "squares": [square("1", json!(["0", "1", "0", "0"])), square("1", json!(["0", "0", "0", "1"]))],
                    "zeros": [],
                }],
            }}),
        ),
        // Lines (0,1,-1), (0,1,0), (0,1,1); g = rho(-u_2), so that K is u_2 >= 0; below u_2 = -u_3 nothing moves.
        good(
            "pinned-kink",
            [
                json!("relu"),
                samples(
                    json!([[0, -1, 0], [0, -1, 1], [1, 1, 1], [0, -1, -1]]),
                    json!([[1, -1], [0, 0], [0, 1], [1, 0]]),
                ),
                network(json!([[1, 0, 0]]), json!([[0, 1]])),
                Value::Null,
            ],
            "s VERIFIED loss=3/2 stationary=yes local_minimum=yes",
            Value::Null,
            json!({
                "neurons": [{"neuron": 0, "nonnegative": [leaf(json!(["-1"]), json!([]), json!([]))]}],
                "second_order": {
                    "projected": [],
                    "tangents": [],
                    "complement": [["1", "0", "0", "0"], ["0", "1", "0", "0"], ["0", "0", "0", "1"]],
                    "duals": [{"neuron": 0, "vector": ["0", "0", "1", "0"]}],
                    "bounds": [],
                    "nodes": [
                        {"tight": ["0", "-1", "0"], "neuron": 0},
                        {"line": 0, "neuron": 0},
                        {"ratio": [0, 1], "factors": ["1", "1"]},
                        {"line": 2, "neuron": 0},
                        {"margin": "0", "products": [], "squares": [], "zeros": []},
                        {"margin": "0", "products": [], "squares": [], "zeros": []},
                        {"line": 2, "neuron": 0},
                        {"margin": "0", "products": [], "squares": [], "zeros": []},
                        {"margin": "0", "products": [], "squares": [], "zeros": []},
                        {"implied": 2, "neuron": 0, "sign": "+", "nu": [[0, "2"], [1, "1"]], "xi": []},
                        {"margin": "0", "products": [[1, 1, "1/2"]], "squares": [], "zeros": []},
                    ],
                },
            }),
        ),
    ]
}
