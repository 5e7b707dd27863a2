//! Which array of a file is what. The layout follows from the names alone, never from the shapes: a square matrix has
//! only one reading too.

use crate::arrays::Array;
use crate::problem::{Activation, Data, Network, Samples, Source, Trained};
use crate::rational::Rational;
use num_traits::One;
use std::collections::BTreeMap;

/// Arrays that can't be read as a network or as data: what was found, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Misnamed(pub String);

/// A network as it was in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundNetwork {
    /// With the biases of the hidden layer as last entries of the input weights.
    pub network: Network,
    /// Whether there are such biases.
    pub hidden_bias: bool,
}

/// Names that a user gives to arrays: `ours=theirs`.
pub type Map = BTreeMap<String, String>;

const NETWORK: [&str; 4] = ["input_weights", "output_weights", "input_biases", "output_bias"];
const DATA: [&str; 2] = ["inputs", "targets"];

/// Reads `ours=theirs`; the left side is one of the names of a network or of data, or that with `.T` for an array that
/// is to be transposed.
///
/// # Errors
/// Anything else.
pub fn read_map(text: &str) -> Result<(String, String), Misnamed> {
    let known = NETWORK.iter().chain(&DATA);
    match text.split_once('=') {
        Some((ours, theirs))
            if known.clone().any(|name| *name == ours.trim_end_matches(".T")) && !theirs.is_empty() =>
        {
            Ok((ours.to_owned(), theirs.to_owned()))
        }
        _ => {
            let known: Vec<&str> = known.copied().collect();
            let text = format!(
                "not a name of ours and one of the file: {text:?}; write {}=NAME, or {}.T=NAME for one that \
                                is to be transposed; ours are {}",
                NETWORK[0],
                NETWORK[0],
                known.join(", ")
            );
            Err(Misnamed(text))
        }
    }
}

/// The arrays by our names: those that the map names, else our own, else PyTorch's for two linear layers.
struct Named<'a> {
    arrays: BTreeMap<&'static str, (&'a str, Array)>,
}

impl<'a> Named<'a> {
    fn of(arrays: &'a [(String, Array)], wanted: &[&'static str], map: &Map) -> Result<Named<'a>, Misnamed> {
        let find = |name: &str| arrays.iter().find(|(found, _)| found == name);
        let mut named = BTreeMap::new();
        for name in wanted {
            let transposed = format!("{name}.T");
            let from_map = map.get(*name).map(|theirs| (theirs, false));
            let from_map = from_map.or_else(|| map.get(&transposed).map(|theirs| (theirs, true)));
            if let Some((theirs, transposes)) = from_map {
                let Some((theirs, array)) = find(theirs) else {
                    return Err(Misnamed(format!("there is no array {theirs:?}; there are {}", list(arrays))));
                };
                let array = if transposes { transpose(theirs, array)? } else { array.clone() };
                named.insert(*name, (theirs.as_str(), array));
            } else if let Some((theirs, array)) = find(name) {
                named.insert(*name, (theirs.as_str(), array.clone()));
            }
        }
        Ok(Named { arrays: named })
    }

    fn rows(&self, name: &str) -> Option<Result<Vec<Vec<Rational>>, Misnamed>> {
        let (theirs, array) = self.arrays.get(name)?;
        Some(match array.shape[..] {
            [_, 0] | [0, _] => Err(Misnamed(format!("array {theirs:?} ({name}) is empty"))),
            [_, columns] => Ok(array.values.chunks(columns).map(<[Rational]>::to_vec).collect()),
            _ => Err(shape(theirs, name, "a matrix", array)),
        })
    }

    fn row(&self, name: &str) -> Result<Option<Vec<Rational>>, Misnamed> {
        let Some((theirs, array)) = self.arrays.get(name) else { return Ok(None) };
        if array.shape.len() > 1 {
            return Err(shape(theirs, name, "a vector", array));
        }
        Ok(Some(array.values.clone()))
    }
}

fn shape(theirs: &str, name: &str, expected: &str, array: &Array) -> Misnamed {
    Misnamed(format!("array {theirs:?} ({name}) has the shape {:?}; expected {expected}", array.shape))
}

fn list(arrays: &[(String, Array)]) -> String {
    let names: Vec<String> = arrays.iter().map(|(name, array)| format!("{name} {:?}", array.shape)).collect();
    if names.is_empty() { "no arrays at all".to_owned() } else { names.join(", ") }
}

fn transpose(name: &str, array: &Array) -> Result<Array, Misnamed> {
    let [rows, columns] = array.shape[..] else { return Err(shape(name, "to be transposed", "a matrix", array)) };
    let values = (0..rows * columns).map(|index| array.values[index % rows * columns + index / rows].clone()).collect();
    Ok(Array { shape: vec![columns, rows], values })
}

/// A network from named arrays: `input_weights` (m x d), `output_weights` (m x J), and optionally `input_biases` (m)
/// and `output_bias` (J); or, where none of these names occurs, PyTorch's for exactly two linear layers, `<a>.weight`
/// (m x d), `<a>.bias`, `<b>.weight` (J x m), `<b>.bias`, of which the one that comes first in PyTorch's order of names
/// is the input layer. Other arrays are ignored only beside our own names.
///
/// # Errors
/// Names that can't be told apart, missing arrays, lengths that don't fit.
pub fn network(arrays: &[(String, Array)], map: &Map) -> Result<FoundNetwork, Misnamed> {
    let mut named = Named::of(arrays, &NETWORK, map)?;
    if named.arrays.is_empty() {
        named = pytorch(arrays)?;
    }
    let missing =
        |name: &str| Misnamed(format!("{name} is missing; name it with --map {name}=NAME; there are {}", list(arrays)));
    let mut input_weights = named.rows("input_weights").ok_or_else(|| missing("input_weights"))??;
    let output_weights = named.rows("output_weights").ok_or_else(|| missing("output_weights"))??;
    let width = input_weights.len();
    if output_weights.len() != width {
        let text = format!(
            "{} rows of output_weights for {width} rows of input_weights: both have one row for each neuron \
                            (m x d and m x J); --map output_weights.T=NAME transposes",
            output_weights.len()
        );
        return Err(Misnamed(text));
    }
    let biases = named.row("input_biases")?;
    let output_bias = named.row("output_bias")?;
    for (name, found, expected) in [
        ("input_biases", biases.as_ref().map(Vec::len), width),
        ("output_bias", output_bias.as_ref().map(Vec::len), output_weights[0].len()),
    ] {
        if let Some(found) = found.filter(|found| *found != expected) {
            return Err(Misnamed(format!("{name} has {found} entries; expected {expected}")));
        }
    }
    let hidden_bias = biases.is_some();
    for (row, bias) in input_weights.iter_mut().zip(biases.into_iter().flatten()) {
        row.push(bias);
    }
    Ok(FoundNetwork { network: Network { input_weights, output_weights, output_bias }, hidden_bias })
}

/// Two linear layers in PyTorch's names, by our names.
fn pytorch<'a>(arrays: &'a [(String, Array)]) -> Result<Named<'a>, Misnamed> {
    let refused = |why: &str| {
        let text = format!(
            "{why}; there are {}; say with --map what is what: --map input_weights=NAME --map \
                            output_weights.T=NAME",
            list(arrays)
        );
        Err(Misnamed(text))
    };
    let mut layers: BTreeMap<&str, (Option<&'a Array>, Option<&'a Array>)> = BTreeMap::new();
    for (name, array) in arrays {
        match name.rsplit_once('.') {
            Some((layer, "weight")) => layers.entry(layer).or_default().0 = Some(array),
            Some((layer, "bias")) => layers.entry(layer).or_default().1 = Some(array),
            _ if DATA.contains(&name.as_str()) => {}
            _ => return refused("neither our names nor those of two linear layers of PyTorch"),
        }
    }
    let mut layers: Vec<_> = layers.into_iter().collect();
    if layers.len() != 2 {
        return refused(&format!("{} layers in PyTorch's names, not two", layers.len()));
    }
    let [(left, _), (right, _)] = layers[..] else { return refused("not two layers") };
    match input_layer_first(left, right) {
        Some(true) => {}
        Some(false) => layers.reverse(),
        None => return refused(&format!("nothing says which of {left:?} and {right:?} is the input layer")),
    }
    let mut named = BTreeMap::new();
    for ((layer, (weight, bias)), names) in layers.into_iter().zip([[NETWORK[0], NETWORK[2]], [NETWORK[1], NETWORK[3]]])
    {
        let Some(weight) = weight else { return refused(&format!("{layer}.weight is missing")) };
        let weight =
            if names[0] == "output_weights" { transpose(&format!("{layer}.weight"), weight)? } else { weight.clone() };
        named.insert(names[0], (layer, weight));
        if let Some(bias) = bias {
            named.insert(names[1], (layer, bias.clone()));
        }
    }
    Ok(Named { arrays: named })
}

/// Words for the layer that comes first, and for the one that comes last.
const FIRST: [&str; 8] = ["a", "in", "input", "hidden", "enc", "encoder", "first", "lower"];
const LAST: [&str; 10] = ["b", "out", "output", "dec", "decoder", "second", "last", "head", "readout", "upper"];

/// Whether the first of two layers is the input layer, by the first part in which their names differ: two numbers, as
/// in "0" and "2" or "fc1" and "fc2", or two words. A file doesn't keep the order of a model.
fn input_layer_first(left: &str, right: &str) -> Option<bool> {
    let (left, right) = (parts(left), parts(right));
    let (left, right) = left.iter().zip(&right).find(|(left, right)| left != right)?;
    if let (Ok(left), Ok(right)) = (left.parse::<u64>(), right.parse::<u64>()) {
        return (left != right).then_some(left < right);
    }
    let is = |words: &[&str], name: &str| words.contains(&name);
    match () {
        () if is(&FIRST, left) && is(&LAST, right) => Some(true),
        () if is(&LAST, left) && is(&FIRST, right) => Some(false),
        () => None,
    }
}

/// The words and the numbers of a name, in small letters.
fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    for c in name.to_lowercase().chars() {
        let last = parts.last().and_then(|part| part.chars().last());
        if !c.is_alphanumeric() || last.is_some_and(|last| last.is_ascii_digit() != c.is_ascii_digit()) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut().filter(|_| c.is_alphanumeric()) {
            part.push(c);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Data from named arrays: `inputs` (n x d) and `targets` (n x J, or of length n for one output).
///
/// # Errors
/// Missing arrays, lengths that don't fit.
pub fn data(
    arrays: &[(String, Array)], map: &Map, id: &str, activation: Activation, network: &FoundNetwork,
) -> Result<Data, Misnamed> {
    let named = Named::of(arrays, &DATA, map)?;
    let missing =
        |name: &str| Misnamed(format!("{name} is missing; name it with --map {name}=NAME; there are {}", list(arrays)));
    let mut inputs = named.rows("inputs").ok_or_else(|| missing("inputs"))??;
    let (_, targets) = named.arrays.get("targets").ok_or_else(|| missing("targets"))?;
    let targets = match targets.shape[..] {
        [_] => targets.values.iter().map(|target| vec![target.clone()]).collect(),
        _ => named.rows("targets").ok_or_else(|| missing("targets"))??,
    };
    if targets.len() != inputs.len() {
        return Err(Misnamed(format!("{} targets for {} inputs", targets.len(), inputs.len())));
    }
    if network.hidden_bias {
        inputs.iter_mut().for_each(|row| row.push(Rational::one()));
    }
    let output_bias = network.network.output_bias.is_some();
    Ok(Data {
        id: id.to_owned(),
        title: None,
        source: Source::default(),
        activation,
        samples: Samples { inputs, targets, hidden_bias: network.hidden_bias },
        candidate: None,
        trained: Trained { input_weights: true, output_weights: true, output_bias },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrays(named: &[(&str, &[usize])]) -> Vec<(String, Array)> {
        let array = |(name, shape): &(&str, &[usize])| {
            let count: usize = shape.iter().product();
            let values = (1..=count as i64).map(|value| Rational::from_integer(value.into())).collect();
            ((*name).to_owned(), Array { shape: shape.to_vec(), values })
        };
        named.iter().map(array).collect()
    }

    fn integers(row: &[Rational]) -> Vec<String> {
        row.iter().map(crate::rational::write).collect()
    }

    #[test]
    fn ours_and_those_of_pytorch() {
        let ours =
            arrays(&[("input_biases", &[2]), ("input_weights", &[2, 2]), ("output_weights", &[2, 2]), ("step", &[])]);
        let found = network(&ours, &Map::new()).unwrap();
        assert_eq!(integers(&found.network.input_weights[1]), ["3", "4", "2"]);
        assert_eq!(
            (integers(&found.network.output_weights[0]), found.hidden_bias),
            (vec!["1".to_owned(), "2".to_owned()], true)
        );
        // The same shapes, and yet the output layer is transposed: the names say so.
        let theirs = arrays(&[("net.0.weight", &[2, 2]), ("net.2.weight", &[2, 2]), ("net.2.bias", &[2])]);
        let found = network(&theirs, &Map::new()).unwrap();
        assert_eq!(integers(&found.network.output_weights[0]), ["1", "3"]);
        assert_eq!((found.network.output_bias.map(|bias| bias.len()), found.hidden_bias), (Some(2), false));
        // By number, not by spelling.
        let many = arrays(&[("fc10.weight", &[1, 3]), ("fc9.weight", &[3, 2])]);
        assert_eq!(network(&many, &Map::new()).unwrap().network.width(), 3);
    }

    #[test]
    fn the_input_layer_is_known_by_its_name() {
        let pairs = [
            ("0", "2"),
            ("fc9", "fc10"),
            ("net.1.lin", "net.2.lin"),
            ("hidden", "output"),
            ("a", "b"),
            ("Encoder", "Decoder"),
        ];
        for (first, last) in pairs {
            assert_eq!(input_layer_first(first, last), Some(true), "{first} {last}");
            assert_eq!(input_layer_first(last, first), Some(false), "{first} {last}");
        }
        for (left, right) in [("x", "y"), ("fc1", "fc01"), ("fc", "fc1"), ("hidden", "0")] {
            assert_eq!(input_layer_first(left, right), None, "{left} {right}");
        }
    }

    #[test]
    fn names_that_say_nothing_are_refused() {
        let refused = |named: &[(&str, &[usize])]| network(&arrays(named), &Map::new()).unwrap_err().0;
        assert!(refused(&[("x.weight", &[2, 2]), ("y.weight", &[2, 2])]).contains("--map"));
        assert!(refused(&[("W1", &[2, 2]), ("W2", &[2, 2])]).contains("--map"));
        assert!(refused(&[("0.weight", &[2, 2]), ("2.weight", &[2, 2]), ("4.weight", &[2, 2])]).contains("3 layers"));
        assert!(refused(&[("0.weight", &[2, 2]), ("2.bias", &[2])]).contains("2.weight is missing"));
        assert!(refused(&[("input_weights", &[2, 2])]).contains("output_weights is missing"));
        assert!(refused(&[("input_weights", &[3, 2]), ("output_weights", &[1, 3])]).contains("output_weights.T"));
        assert!(refused(&[("input_weights", &[2]), ("output_weights", &[2, 1])]).contains("expected a matrix"));
        assert!(refused(&[("input_weights", &[2, 0]), ("output_weights", &[2, 1])]).contains("empty"));
        let biases: &[(&str, &[usize])] =
            &[("input_weights", &[2, 1]), ("output_weights", &[2, 1]), ("input_biases", &[3])];
        assert!(refused(biases).contains("expected 2"));
        assert!(refused(&[]).contains("no arrays"));
    }

    #[test]
    fn a_map_says_what_is_what() {
        let theirs = arrays(&[("W1", &[2, 3]), ("W2", &[2, 1])]);
        let map: Map =
            ["input_weights.T=W1", "output_weights.T=W2"].iter().map(|text| read_map(text).unwrap()).collect();
        assert!(network(&theirs, &map).is_err());
        let map: Map = ["input_weights=W1", "output_weights=W2"].iter().map(|text| read_map(text).unwrap()).collect();
        assert_eq!(network(&theirs, &map).unwrap().network.inputs(), 3);
        let map: Map = [read_map("input_weights=nowhere").unwrap()].into_iter().collect();
        assert!(network(&theirs, &map).unwrap_err().0.contains("no array \"nowhere\""));
        assert!(read_map("weights=W1").is_err() && read_map("input_weights").is_err());
    }
}
