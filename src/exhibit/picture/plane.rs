//! The plane of a picture where there are more than two inputs: two directions, chosen or found, and what lies in it.

use super::super::Certified;
use super::Point;
use crate::empirical::Model;
use crate::exhibit::numbers::{index, items, numbers};
use crate::kink::KinkForm;
use crate::linear::{add_multiple, dot, is_zero, orthogonal_part, shortest_multiple};
use crate::problem::Instance;
use crate::rational::{Rational, read};
use num_traits::{One, Zero};

/// A plane in the space of input weights, with coordinates in which lengths and angles are those of the space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    /// Two vectors orthogonal to each other, not zero.
    axes: [Vec<Rational>; 2],
    /// Their lengths, to six decimals.
    lengths: [Rational; 2],
    /// What the axes are called in a picture.
    pub(super) labels: [String; 2],
    /// What spans the plane, in words: `inputs 0 and 3`.
    pub(super) name: String,
    /// The two inputs, if they span it.
    pub(super) inputs: Option<[usize; 2]>,
}

impl Plane {
    /// The plane that a user asks for: `0,3` are two inputs, `1,0,2;0,1,-1/2` two vectors with an entry for each input, a
    /// hidden bias counted.
    ///
    /// ```
    /// # use relucert::{exhibit::picture::Plane, problem::{Instance, InstanceFile}};
    /// # let file = std::fs::read("instances/wu-simsek-ged-2025/three-inputs-first-plateau.json")?;
    /// # let InstanceFile::Empirical(instance) = InstanceFile::read(file)? else { unreachable!() };
    /// assert!(Plane::chosen("0,2", &instance).is_ok());
    /// assert!(Plane::chosen("1,0,2; 0,1,-1/2", &instance).is_ok());
    /// assert_eq!(Plane::chosen("0,3", &instance).unwrap_err(), "there is no input 3: they are 0 to 2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the text, for the person who wrote it.
    pub fn chosen(text: &str, instance: &Instance) -> Result<Plane, String> {
        let d = instance.candidate.inputs();
        if d < 3 {
            let inputs = if d == 1 { "is 1 input" } else { "are 2 inputs" };
            return Err(format!(
                "there {inputs}, a hidden bias counted, so there is no plane to choose: leave --directions out"
            ));
        }
        let parts: Vec<&str> = text.split(';').map(str::trim).collect();
        match parts[..] {
            [inputs] => Plane::of_inputs_named(inputs, d),
            [first, second] => {
                let vectors = [vector_named(first, d)?, vector_named(second, d)?];
                let names = ["first direction", "second direction"].map(str::to_owned);
                Plane::spanned(&vectors, names, "the two chosen directions".to_owned())
                    .ok_or_else(|| "the two vectors span no plane: one is zero, or a multiple of the other".to_owned())
            }
            _ => Err(format!("expected two vectors with one ; between them, found {} parts", parts.len())),
        }
    }

    fn of_inputs_named(text: &str, d: usize) -> Result<Plane, String> {
        let last = d - 1;
        let names: Vec<&str> = text.split(',').map(str::trim).collect();
        let [first, second] = names[..] else {
            return Err(format!(
                "expected two inputs, as in 0,{last}, or two vectors of {d} numbers with a ; between them; found {} in {text:?}",
                if names.len() == 1 { "one entry".to_owned() } else { format!("{} entries and no ;", names.len()) }
            ));
        };
        let named = |name: &str| match name.parse::<usize>() {
            Ok(input) if input < d => Ok(input),
            Ok(input) => Err(format!("there is no input {input}: they are 0 to {last}")),
            Err(_) => Err(format!("{name:?} is no input: expected an index from 0 to {last}")),
        };
        let (first, second) = (named(first)?, named(second)?);
        if first == second {
            return Err(format!("input {first} twice spans no plane: name two inputs from 0 to {last}"));
        }
        Ok(Plane::of_inputs(d, first, second))
    }

    /// The plane of two inputs.
    pub(super) fn of_inputs(d: usize, first: usize, second: usize) -> Plane {
        let one = Rational::one();
        Plane {
            axes: [unit(d, first), unit(d, second)],
            lengths: [one.clone(), one],
            labels: [first, second].map(|input| format!("weight {input}")),
            name: format!("inputs {first} and {second}"),
            inputs: Some([first, second]),
        }
    }

    /// The plane of two vectors; `None` if they span none. The second axis is what of the second vector is orthogonal to the
    /// first.
    fn spanned(vectors: &[Vec<Rational>; 2], labels: [String; 2], name: String) -> Option<Plane> {
        let first = shortest_multiple(&vectors[0]);
        if is_zero(&first) {
            return None;
        }
        let axes = [first.clone(), shortest_multiple(&orthogonal_part(vectors[1].clone(), &[first]))];
        if is_zero(&axes[1]) {
            return None;
        }
        let lengths = axes.each_ref().map(|axis| length(axis));
        let [across, up] = labels;
        let up = if dot(&vectors[0], &vectors[1]).is_zero() { up } else { format!("towards {up}") };
        Some(Plane { axes, lengths, labels: [across, up], name, inputs: None })
    }

    /// The plane of the first two of some vectors that span one. There are always two: the axes come last.
    fn first_of(d: usize, mut named: Vec<(Vec<Rational>, String)>) -> Plane {
        named.extend((0..d).map(|input| (unit(d, input), format!("axis of input {input}"))));
        let Some(at) = named.iter().position(|(vector, _)| !is_zero(vector)) else { return Plane::of_inputs(d, 0, 1) };
        let (first, label) = named[at].clone();
        let spanned = |(second, other): &(Vec<Rational>, String)| {
            let labels = [&label, other].map(|name| short(name));
            Plane::spanned(&[first.clone(), second.clone()], labels, format!("the {label} and the {other}"))
        };
        named[at + 1..].iter().find_map(spanned).unwrap_or_else(|| Plane::of_inputs(d, 0, 1))
    }

    /// The plane in which most is seen as it is: of an escape neuron's input weight and its direction, otherwise of the first
    /// two input weights that span one. The first two inputs would mean nothing: they may be two dark corners of an image.
    pub(super) fn telling(model: &Model<'_>, certified: &Certified<'_>) -> Plane {
        let d = model.instance.candidate.inputs();
        match certified.plane {
            Some(plane) => plane.clone(),
            None if d == 2 => Plane::of_inputs(2, 0, 1),
            None => {
                let escape = items(&certified.evidence["neurons"]).iter().find_map(escape_direction);
                let weights = &model.instance.candidate.input_weights;
                let named = escape.into_iter().flat_map(|(i, u)| around(weights, i, u));
                let named = named.chain(weights.iter().enumerate().map(|(i, w)| (w.clone(), weight_label(i))));
                Plane::first_of(d, named.collect())
            }
        }
    }

    /// The plane for the derivative around neuron i: the chosen one; otherwise that of its weight and its escape direction,
    /// where the form touches zero.
    pub(super) fn around(model: &Model<'_>, certified: &Certified<'_>, neurons: &[usize]) -> Plane {
        let candidate = &model.instance.candidate;
        let d = candidate.inputs();
        let mut directions = items(&certified.evidence["neurons"]).iter().filter_map(escape_direction);
        match directions.find(|(i, _)| neurons.contains(i)) {
            Some((i, u)) if certified.plane.is_none() && d > 2 => {
                Plane::first_of(d, around(&candidate.input_weights, i, u))
            }
            _ => Plane::telling(model, certified),
        }
    }

    /// The plane of two kinks of a form: it isn't zero there.
    pub(super) fn of_kinks(form: &KinkForm) -> Plane {
        let lines = form.lines().into_iter().map(|line| (line, "normal of a kink".to_owned()));
        let linear = [(form.linear(), "gradient".to_owned())];
        Plane::first_of(form.dimension(), lines.chain(linear).collect())
    }

    /// The coordinates of the projection of a vector.
    pub(super) fn project(&self, vector: &[Rational]) -> Point {
        let coordinate = |j: usize| dot(vector, &self.axes[j]) / &self.lengths[j];
        [coordinate(0), coordinate(1)]
    }

    /// Whether a vector lies in the plane.
    pub(super) fn contains(&self, vector: &[Rational]) -> bool {
        is_zero(&orthogonal_part(vector.to_vec(), &self.axes))
    }

    /// A form on the plane, in its coordinates.
    pub(super) fn restrict(&self, form: &KinkForm) -> KinkForm {
        let lines: Vec<Vec<Rational>> = form.lines().iter().map(|line| self.project(line).into()).collect();
        let kinks = form.kinks.iter().zip(&lines).map(|(kink, line)| (form.weight(kink), line.as_slice()));
        KinkForm::new(self.project(&form.linear()).into(), kinks)
    }
}

fn unit(d: usize, input: usize) -> Vec<Rational> {
    let mut unit = vec![Rational::zero(); d];
    add_multiple(&mut unit[input..=input], &Rational::one(), &[Rational::one()]);
    unit
}

/// The length of an integer vector, rounded down to six decimals: exact where it is an integer.
fn length(vector: &[Rational]) -> Rational {
    let million = crate::rational::Integer::from(1_000_000);
    let square = dot(vector, vector).to_integer() * &million * &million;
    Rational::new(square.sqrt(), million)
}

fn weight_label(i: usize) -> String {
    format!("input weight of neuron {i}")
}

/// A name that fits on an axis.
fn short(name: &str) -> String {
    let name = name.replace("input weight of neuron", "weight of neuron").replace("escape direction", "direction");
    name.replace("axis of input", "weight").replace("normal of a kink", "kink")
}

fn around(weights: &[Vec<Rational>], i: usize, u: Vec<Rational>) -> Vec<(Vec<Rational>, String)> {
    vec![(weights[i].clone(), weight_label(i)), (u, format!("escape direction of neuron {i}"))]
}

/// The escape direction of an entry of `evidence/neurons`, with its neuron.
pub(super) fn escape_direction(value: &serde_json::Value) -> Option<(usize, Vec<Rational>)> {
    let u = numbers(&value["escape_direction"]);
    (!u.is_empty()).then_some((index(&value["neuron"])?, u))
}

fn vector_named(text: &str, d: usize) -> Result<Vec<Rational>, String> {
    let entries: Vec<&str> = text.split(',').map(str::trim).collect();
    if entries.len() != d {
        return Err(format!(
            "a direction needs {d} numbers, one for each input, a hidden bias counted; {text:?} has {}",
            entries.len()
        ));
    }
    let entry =
        |entry: &str| read(entry).ok_or_else(|| format!("not a rational: {entry:?}; expected 3, -0.25, 1e-3 or 7/25"));
    entries.into_iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(entries: &[i64]) -> Vec<Rational> {
        entries.iter().map(|entry| Rational::from_integer((*entry).into())).collect()
    }

    fn spanned(first: &[i64], second: &[i64]) -> Option<Plane> {
        Plane::spanned(&[vector(first), vector(second)], ["a".to_owned(), "b".to_owned()], String::new())
    }

    #[test]
    fn lengths_and_angles_stay_as_they_are() {
        let plane = spanned(&[3, 4, 0], &[3, 4, 5]).unwrap();
        assert_eq!(plane.project(&vector(&[3, 4, 0])), [vector(&[5])[0].clone(), Rational::zero()]);
        assert_eq!(plane.project(&vector(&[3, 4, 5])).to_vec(), vector(&[5, 5]));
        assert_eq!(plane.project(&vector(&[4, -3, 0])).to_vec(), vector(&[0, 0]));
        assert!(plane.contains(&vector(&[6, 8, 7])) && !plane.contains(&vector(&[1, 0, 0])));
        assert_eq!(plane.labels[1], "towards b");
        assert_eq!((spanned(&[0, 0, 0], &[1, 0, 0]), spanned(&[1, 2, 3], &[-2, -4, -6])), (None, None));
    }

    #[test]
    fn a_form_on_a_plane_has_the_values_of_the_form() {
        let plane = spanned(&[0, 3, 4], &[1, 0, 0]).unwrap();
        let lines = [vector(&[1, 1, 0]), vector(&[0, 2, 1])];
        let kinks = lines.iter().map(|line| (Rational::one(), line.as_slice()));
        let form = KinkForm::new(vector(&[1, -1, 2]), kinks);
        for u in [vector(&[2, 3, 4]), vector(&[-1, -6, -8]), vector(&[7, 0, 0])] {
            assert_eq!(plane.restrict(&form).value(&plane.project(&u)), form.value(&u));
        }
    }

    #[test]
    fn the_first_two_independent_vectors_span_the_plane() {
        let named =
            |vectors: &[&[i64]]| vectors.iter().map(|entries| (vector(entries), format!("{entries:?}"))).collect();
        let plane = Plane::first_of(3, named(&[&[0, 0, 0], &[1, 1, 0], &[2, 2, 0], &[0, 1, 1]]));
        assert_eq!(plane.name, "the [1, 1, 0] and the [0, 1, 1]");
        assert_eq!(Plane::first_of(3, named(&[&[0, 0, 2]])).name, "the [0, 0, 2] and the axis of input 0");
        assert_eq!(Plane::first_of(3, vec![]).name, "the axis of input 0 and the axis of input 1");
    }
}
