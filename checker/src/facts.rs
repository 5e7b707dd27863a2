//! What the evidence proves of the candidate, and the comparison of the claims with it.

use crate::curve::check_descent;
use crate::elimination::check_elimination;
use crate::instance::{Instance, Network};
use crate::json::Json;
use crate::kink::KinkForm;
use crate::network::{Neuron, derivative_form, half, loss, neurons, residuals};
use crate::number::{Rational, write};
use crate::radius::Reach;
use crate::second_order::check_second_order;
use crate::vector::{Vector, sum_of_sizes};
use crate::{Refusal, ensure};
use num_traits::{One, Signed, Zero};

/// What can be claimed.
pub(crate) const CLAIMS: [&str; 13] = [
    "loss", "loss_definition", "mean_squared_error", "stationary", "differentiable", "escape_neurons", "local_minimum",
    "saddle", "spurious", "global_minimum", "global_minimum_any_width", "neurons", "radius",
];

/// What is proved of one neuron i.
#[derive(Default, Clone)]
struct Proved {
    /// `g_i >= 0`
    nonnegative: bool,
    /// `C_i g_i + s d_ij >= 0` for every output j and both signs s.
    constant: Option<Rational>,
    /// Some u has `g_i(u) = 0` and `d_i(u) != 0`.
    escapes: bool,
}

/// Checks all evidence, needed or not, and then that every claim is what the evidence proves.
pub(crate) fn check(instance: &Instance, claims: &Json, evidence: &Json) -> Result<(), Refusal> {
    let residuals = residuals(instance, &instance.candidate);
    let loss = loss(&residuals);
    let is_loss = claims.get("loss") == Some(&text(&write(&loss)));
    ensure(is_loss, "wrong-loss", "the loss of the candidate is another")?;
    let claims_something = CLAIMS.iter().skip(3).any(|property| claims.get(property).is_some());
    ensure(claims_something, "no-claim", "no property of the candidate is claimed")?;
    let model = neurons(instance, &residuals);
    let evidence = evidence.object(&["neurons", "descent", "second_order", "elimination", "better_network"])?;
    let mut proved = vec![Proved::default(); model.len()];
    let mut open = model.iter().zip(&mut proved).enumerate();
    for entry in evidence.get("neurons").map_or(Ok(&[][..]), Json::items)? {
        let entry = entry.object(&["neuron", "nonnegative", "constant", "escape_direction"])?;
        let index = entry.field("neuron")?.index()?;
        // Rising order: what comes before a neuron is passed over for good.
        let wrong = || Refusal::rejected("neuron-order", format!("neuron {index} isn't there, or out of order"));
        let (_, (neuron, facts)) = open.find(|(i, _)| *i == index).ok_or_else(wrong)?;
        *facts = check_neuron(instance, neuron, entry)?;
    }
    let descent = evidence.get("descent").map(|descent| check_curve(instance, descent)).transpose()?;
    let better = evidence.get("better_network").map(|better| check_better(instance, better, &loss)).transpose()?;

    let quiet: Vec<bool> = model.iter().zip(&proved).map(|(neuron, facts)| is_quiet(instance, neuron, facts)).collect();
    let reach = claims.get("radius").map(|radius| Reach::new(instance, &residuals, &model, radius.rational()?));
    let reach = reach.transpose()?;
    let second_order = evidence.get("second_order");
    second_order
        .map(|proof| check_second_order(instance, &residuals, &model, &quiet, reach.as_ref(), proof))
        .transpose()?;
    let elimination = evidence.get("elimination");
    elimination
        .map(|proof| check_elimination(instance, &residuals, &model, &quiet, reach.as_ref(), proof))
        .transpose()?;

    let curved = second_order.or(elimination).is_some();
    let radius = reach.map(|reach| reach.radius);
    let ways = Ways { descent, curved, radius, better_network: better.is_some() };
    let proved = conclude(instance, &residuals, &model, &proved, &ways);
    let count = Rational::from_integer((instance.inputs.len() * instance.outputs()).into());
    let proved = proved.into_iter().chain([
        ("loss", Some(text(&write(&loss)))),
        ("loss_definition", Some(text("half sum of squares"))),
        ("mean_squared_error", Some(text(&write(&(loss / half() / count))))),
    ]);
    for (property, proved) in proved {
        if claims.get(property).is_some() && claims.get(property) != proved.as_ref() {
            let code = format!("unproved-{}", property.replace('_', "-"));
            return Err(Refusal::rejected(code, format!("the evidence does not prove what is claimed: {property}")));
        }
    }
    Ok(())
}

/// What is proved of the candidate as a whole.
struct Ways {
    /// The lowest power of t in the loss difference along a curve of descent.
    descent: Option<usize>,
    /// If it is stationary and both layers are trained, it is a local minimum, by second order or by elimination.
    curved: bool,
    /// And not only near by, but for changes of all parameters by at most so much.
    radius: Option<Rational>,
    /// Another network has a smaller loss.
    better_network: bool,
}

/// Whether neuron i is proved to be no escape neuron. With scalar output `|d_i| = g_i / |h_i|` wherever h_i is not 0.
fn is_quiet(instance: &Instance, neuron: &Neuron, facts: &Proved) -> bool {
    let scalar_bound = instance.outputs() == 1 && facts.nonnegative && !neuron.g.is_zero();
    neuron.d_is_zero() || facts.constant.is_some() || scalar_bound
}

fn check_neuron(instance: &Instance, neuron: &Neuron, evidence: &Json) -> Result<Proved, Refusal> {
    let mut proved = Proved::default();
    if let Some(tree) = evidence.get("nonnegative") {
        neuron.g.check_nonnegative(tree)?;
        proved.nonnegative = true;
    }
    if let Some(constant) = evidence.get("constant") {
        let value = check_bound(instance, &neuron.g, &neuron.d.iter().collect::<Vec<_>>(), constant)?;
        // Both signs add up to 2 C_i g_i >= 0, and C_i = 0 leaves d_i = 0.
        (proved.nonnegative, proved.constant) = (true, Some(value));
    }
    if let Some(u) = evidence.get("escape_direction") {
        let u = u.rationals()?;
        ensure(u.len() == instance.dimension(), "wrong-shape", "an escape direction has the wrong length")?;
        ensure(neuron.g.value(&u).is_zero(), "escape-not-tight", "g_i is not zero in the escape direction")?;
        let moves = neuron.d.iter().any(|d| !d.value(&u).is_zero());
        ensure(moves, "escape-not-escaping", "d_i is zero in the escape direction")?;
        proved.escapes = true;
    }
    Ok(proved)
}

/// Accepts a constant C with proofs of `C g + s f >= 0` for all of some forms f and both signs s, and tells it.
pub(crate) fn check_bound(
    instance: &Instance, g: &KinkForm, forms: &[&KinkForm], bound: &Json,
) -> Result<Rational, Refusal> {
    let value = bound.object(&["value", "plus", "minus"])?.field("value")?.rational()?;
    ensure(!value.is_negative(), "negative-constant", "a constant C is negative")?;
    for (sign, key) in [(Rational::one(), "plus"), (-Rational::one(), "minus")] {
        let trees = bound.field(key)?.items()?;
        ensure(trees.len() == forms.len(), "wrong-shape", "a constant needs two proofs for each form")?;
        for (f, tree) in forms.iter().zip(trees) {
            let parts = [(value.clone(), g), (sign.clone(), *f)];
            KinkForm::combination(instance.dimension(), &parts).check_nonnegative(tree)?;
        }
    }
    Ok(value)
}

/// Reads a network of the candidate's shape that differs from `origin` only in what is trained.
fn read_change(instance: &Instance, json: &Json, origin: Option<&Network>) -> Result<Network, Refusal> {
    let network = Network::read(json, Json::rational, Json::rationals)?;
    let Network { input_weights, output_bias, .. } = &instance.candidate;
    let fits = instance.fits(&network, input_weights.len(), output_bias.len());
    ensure(fits, "wrong-shape", "a network of the evidence has not the candidate's shape")?;
    for (part, (rows, trained)) in network.parts().into_iter().zip(instance.trained).enumerate() {
        let rests = || rows.iter().flatten().all(Zero::is_zero);
        let is_kept = origin.map_or_else(rests, |origin| origin.parts().get(part) == Some(&rows));
        ensure(trained || is_kept, "moves-fixed", "parameters that are not trained are changed")?;
    }
    Ok(network)
}

/// The lowest power of t in the loss difference along a curve of descent.
fn check_curve(instance: &Instance, descent: &Json) -> Result<usize, Refusal> {
    let t0 = descent.object(&["t0", "curve"])?.field("t0")?.rational()?;
    check_descent(instance, &t0, &descent.field("curve")?.list(|change| read_change(instance, change, None))?)
}

fn check_better(instance: &Instance, better: &Json, candidate_loss: &Rational) -> Result<(), Refusal> {
    let network = read_change(instance, better, Some(&instance.candidate))?;
    let found = loss(&residuals(instance, &network));
    ensure(found < *candidate_loss, "not-better", "the loss of the better network is not smaller")
}

/// Each property with the one claim about it that is proved, if any (docs/theory.md, sections 3, 5 and 6).
fn conclude(
    instance: &Instance, residuals: &[Vector], model: &[Neuron], proved: &[Proved], ways: &Ways,
) -> Vec<(&'static str, Option<Json>)> {
    let [input_trained, output_trained, bias_trained] = instance.trained;
    let neurons = || model.iter().zip(proved);
    let bias_rests = residuals.iter().all(|e| e.iter().sum::<Rational>().is_zero());
    let rests = (!output_trained || model.iter().all(|neuron| neuron.output_weight_rests))
        && (!bias_trained || bias_rests)
        && (!input_trained || neurons().all(|(neuron, facts)| facts.nonnegative || neuron.g.is_zero()));
    let stationary = if ways.descent == Some(1) { Some(false) } else { rests.then_some(true) };

    // Whether neuron i escapes, as far as it is proved.
    let escapes = |(neuron, facts): (&Neuron, &Proved)| {
        if facts.escapes { Some(true) } else { is_quiet(instance, neuron, facts).then_some(false) }
    };
    // Without one of the two layers there are no mixed terms, and nothing escapes.
    let mixed = input_trained && output_trained;
    let escapes = if mixed { neurons().map(escapes).collect() } else { Some(vec![false; model.len()]) };
    let escapes: Option<Vec<bool>> = escapes.filter(|_| stationary == Some(true));
    let indices = |all: &Vec<bool>| (0..).map(index).zip(all).filter(|(_, flag)| **flag).map(|(i, _)| i).collect();
    let undefined = (stationary == Some(false)).then_some(Json::Null);
    let escape_neurons = undefined.or_else(|| escapes.as_ref().map(|escapes| Json::List(indices(escapes))));

    let zero_form = |e: &Vector| derivative_form(instance, &vec![Rational::zero(); e.len()], e).is_zero();
    let best_of_all_widths =
        (bias_rests || instance.candidate.output_bias.is_empty()) && residuals.iter().all(zero_form);
    // With fixed input weights the loss is convex in what is trained.
    let globally_best = best_of_all_widths || (!input_trained && stationary == Some(true));
    let with_regions = globally_best || escapes.is_some_and(|escapes| !escapes.contains(&true));
    let curved = mixed && ways.curved && stationary == Some(true);
    let minimum = if ways.descent.is_some() { Some(false) } else { (with_regions || curved).then_some(true) };
    let not_global = (ways.better_network || minimum == Some(false)).then_some(false);
    let global = globally_best.then_some(true).or(not_global);
    let saddle = if minimum == Some(true) { Some(false) } else { stationary.filter(|_| minimum.is_some()) };
    let spurious =
        if global == Some(true) { global.map(|_| false) } else { minimum.filter(|m| !m || global.is_some()) };
    let differentiable = !input_trained || model.iter().all(|neuron| neuron.g.is_linear());
    let sizes: Option<Vector> =
        (with_regions && minimum == Some(true)).then(|| instance.inputs.iter().map(sum_of_sizes).collect());
    let descriptions = neurons().map(|(neuron, facts)| describe(instance, neuron, facts, sizes.as_ref()));
    let yes_no = |verdict: Option<bool>| verdict.map(|yes| text(if yes { "yes" } else { "no" }));
    vec![
        ("stationary", yes_no(stationary)),
        ("differentiable", yes_no(Some(differentiable))),
        ("escape_neurons", escape_neurons),
        ("local_minimum", yes_no(minimum)),
        ("saddle", yes_no(saddle)),
        ("spurious", yes_no(spurious)),
        ("global_minimum", yes_no(global)),
        ("global_minimum_any_width", yes_no(Some(best_of_all_widths))),
        ("neurons", Some(Json::List(descriptions.collect()))),
        ("radius", ways.radius.as_ref().filter(|_| curved).map(|radius| text(&write(radius)))),
    ]
}

/// The kind of a neuron, its boundary samples, and at a local minimum, where the `|x_k|_1` are given, the changes for which
/// the loss does not fall.
fn describe(instance: &Instance, neuron: &Neuron, proved: &Proved, sizes: Option<&Vector>) -> Json {
    let samples = || neuron.preactivations.iter().zip(&instance.inputs);
    let is_zero = |x: &Vector| x.iter().all(Zero::is_zero);
    let slopes = &instance.slopes;
    // A sample on a side of slope 0 does not feel the neuron.
    let unfelt = (slopes.0.is_zero() || slopes.1.is_zero())
        && samples().all(|(z, _)| z.is_zero() || instance.slope(z).is_zero());
    let kind = match unfelt {
        _ if neuron.weight_is_zero => "zero",
        true if samples().any(|(z, x)| z.is_zero() && !is_zero(x)) => "semi-dead",
        true => "dead",
        false => "active",
    };
    let boundary = samples().enumerate().filter(|(_, (z, _))| z.is_zero()).map(|(k, _)| index(k)).collect();
    let mut entries = vec![("kind", text(kind)), ("boundary_samples", Json::List(boundary))];
    if let Some(sizes) = sizes {
        let one = |key: &str, value: &Rational| Json::Object([(key.to_owned(), text(&write(value)))].into());
        let boxes =
            neuron.preactivations.iter().zip(sizes).filter(|(z, _)| !z.is_zero()).map(|(z, size)| z.abs() / size);
        let input_region = match boxes.min() {
            _ if !instance.trained[0] => text("fixed"),
            None => text("any"),
            Some(norm) => one("max_norm", &norm),
        };
        let output_region = match &proved.constant {
            _ if !instance.trained[1] => text("fixed"),
            _ if !instance.trained[0] || neuron.d_is_zero() => text("any"),
            Some(constant) if instance.outputs() > 1 && constant.is_positive() => one("l1_radius", &constant.recip()),
            _ => text("keeps sign"),
        };
        entries.extend([("output_weight_region", output_region), ("input_weight_region", input_region)]);
    }
    Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

pub(crate) fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

pub(crate) fn index(index: usize) -> Json {
    Json::Number(index.to_string())
}
