//! The one-sided derivative `g_i(u)` around a neuron, over all directions u of a plane.

use super::super::{Certified, Text, enumeration};
use super::plane::escape_direction;
use super::{Content, Picture, Plane, Point};
use crate::empirical::Model;
use crate::exhibit::numbers::items;
use crate::kink::KinkForm;
use crate::rational::{Integer, Rational};
use num_traits::{One, Signed, Zero};
use std::cmp::Ordering;

/// A kink form on a plane, by its values in some directions.
#[derive(Debug, Clone)]
pub struct Derivative {
    /// Directions u, not zero, in the order of their angles, each with `g_i(u)`; between two neighbours the form is linear.
    pub values: Vec<(Point, Rational)>,
    /// The normals of the kinks.
    pub kinks: Vec<Point>,
    /// An escape direction.
    pub escape: Option<Point>,
}

/// Most pictures of this kind: neurons whose forms are positive multiples of each other share one.
const MOST: usize = 6;
/// Directions in a quarter of the circle.
const QUARTER: i64 = 24;

pub(super) fn pictures(model: &Model<'_>, certified: &Certified<'_>) -> Vec<Picture> {
    let d = model.instance.candidate.inputs();
    if d < 2 || !model.instance.trained.input_weights {
        return vec![];
    }
    let mut groups: Vec<(KinkForm, Vec<usize>)> = Vec::new();
    for (i, neuron) in model.neurons.iter().enumerate().filter(|(_, neuron)| !neuron.g.is_zero()) {
        let form = scaled(&neuron.g);
        match groups.iter_mut().find(|(known, _)| *known == form) {
            Some((_, neurons)) => neurons.push(i),
            None => groups.push((form, vec![i])),
        }
    }
    let shown = groups.iter().filter_map(|(form, neurons)| picture(model, form, neurons, certified));
    shown.take(MOST).collect()
}

fn picture(model: &Model<'_>, form: &KinkForm, neurons: &[usize], certified: &Certified<'_>) -> Option<Picture> {
    let mut plane = Plane::around(model, certified, neurons);
    if plane.restrict(form).is_zero() && certified.plane.is_none() {
        plane = Plane::of_kinks(form);
    }
    let restricted = plane.restrict(form);
    if restricted.is_zero() {
        return None;
    }
    let mut escapes = items(&certified.evidence["neurons"]).iter().filter_map(escape_direction);
    let escape = escapes.find(|(i, u)| neurons.contains(i) && plane.contains(u)).map(|(_, u)| plane.project(&u));
    let kinks: Vec<Point> = restricted.lines().into_iter().map(|line| [line[0].clone(), line[1].clone()]).collect();
    let values: Vec<(Point, Rational)> = directions(&kinks, escape.as_ref())
        .into_iter()
        .map(|u| {
            let value = restricted.value(&u);
            (u, value)
        })
        .collect();
    let touches = values.iter().any(|(_, value)| value.is_zero());
    let negative = values.iter().any(|(_, value)| value.is_negative());
    let name = format!("neuron{} {}", if neurons.len() == 1 { "" } else { "s" }, enumeration(neurons, 6));
    let seen = match (negative, touches) {
        (true, _) => "in some directions it is inside of the circle: negative",
        (false, true) => "nowhere inside of the circle, it touches it where the derivative is zero",
        (false, false) => "everywhere outside of the circle: positive",
    };
    let over = match (form.dimension(), plane.inputs) {
        (2, _) => "over all directions $u$".to_owned(),
        (_, Some([first, second])) => format!("over the directions $u$ that change weights {first} and {second} only"),
        _ => format!("over the directions $u$ in the plane of {}", plane.name),
    };
    Some(Picture {
        name: format!("derivative-{}", neurons[0]),
        title: format!("The derivative around {name}"),
        description: format!("A closed curve around a circle that stands for zero; {seen}."),
        caption: Text::of(&format!(
            "The one-sided derivative $g_{0}(u)|g_{{{0}}}(u)$ of the loss in the input weight of {name}, {over} of length 1. The circle \
             is zero, distance outwards is positive, inwards negative; the thin lines through the centre are kinks.",
            neurons[0]
        ))
        .words(if neurons.len() > 1 { " These neurons have it in common, up to a positive factor." } else { "" })
        .words(if escape.is_some() { " The arrow is an escape direction." } else { "" }),
        content: Content::Derivative(Derivative { values, kinks, escape }),
    })
}

/// The positive multiple of a form that isn't zero whose largest number is 1: a name for its shape.
fn scaled(form: &KinkForm) -> KinkForm {
    let numbers = form.linear.iter().chain(form.kinks.iter().map(|kink| &kink.weight)).map(Signed::abs);
    let largest = numbers.max().filter(|largest| !largest.is_zero()).unwrap_or_else(Integer::one);
    let factor = Rational::new(form.denominator.clone(), largest);
    KinkForm::combination(form.dimension(), &[(factor, form)])
}

/// Directions all around, the kinks' own lines and the escape direction among them, by rising angle.
fn directions(kinks: &[Point], escape: Option<&Point>) -> Vec<Point> {
    let one = Rational::one();
    let mut all: Vec<Point> = Vec::new();
    for step in 0..QUARTER {
        // ((1 - t^2), 2 t) / (1 + t^2): rational points of the circle, a quarter for t from 0 to 1.
        let t = Rational::new(step.into(), QUARTER.into());
        let square = &t * &t;
        let (x, y) = ((&one - &square) / (&one + &square), (&t + &t) / (&one + &square));
        all.extend([[x.clone(), y.clone()], [-&y, x.clone()], [-&x, -&y], [y, -x]]);
    }
    for [x, y] in kinks {
        all.extend([[-y, x.clone()], [y.clone(), -x]]);
    }
    all.extend(escape.cloned());
    all.sort_by(by_angle);
    all.dedup_by(|right, left| by_angle(right, left) == Ordering::Equal);
    all
}

/// Compares the angles of two vectors that are not zero, from the positive first axis on.
fn by_angle(left: &Point, right: &Point) -> Ordering {
    let below = |[x, y]: &Point| y.is_negative() || (y.is_zero() && x.is_negative());
    let cross = &left[0] * &right[1] - &left[1] * &right[0];
    below(left).cmp(&below(right)).then(Rational::zero().cmp(&cross))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: i64, y: i64) -> Point {
        [x, y].map(|entry| Rational::from_integer(entry.into()))
    }

    #[test]
    fn angles_rise_around_the_circle_and_lines_are_hit() {
        let found = directions(&[point(1, 1)], Some(&point(3, 0)));
        assert_eq!(found.len(), 4 * QUARTER as usize + 2);
        assert!(found.windows(2).all(|pair| by_angle(&pair[0], &pair[1]) == Ordering::Less));
        let on_kink = |u: &&Point| (&u[0] + &u[1]).is_zero();
        assert_eq!(found.iter().filter(on_kink).count(), 2);
    }
}
