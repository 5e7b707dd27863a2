//! Refuting directions on rays: of these there are finitely many, so that loops over refutations end.

use super::form::KinkForm;
use crate::linear::{Echelon, add_multiple, dot, shortest_multiple};
use crate::rational::Rational;
use num_traits::{Signed, Zero};
use std::sync::OnceLock;

/// The central arrangement `{ p_l . u = 0 }` of some lines.
#[derive(Debug, Clone)]
pub struct Arrangement {
    lines: Vec<Vec<Rational>>,
    dimension: usize,
    /// A basis of `{ u : p_l . u = 0 for all l }`, once it is needed.
    lineality: OnceLock<Vec<Vec<Rational>>>,
}

impl Arrangement {
    /// The arrangement of the given lines in a space of the given dimension.
    pub fn new(lines: Vec<Vec<Rational>>, dimension: usize) -> Arrangement {
        Arrangement { lines, dimension, lineality: OnceLock::new() }
    }

    fn lineality(&self) -> &[Vec<Rational>] {
        self.lineality.get_or_init(|| Echelon::of(self.lines.iter().map(Vec::as_slice)).kernel(self.dimension))
    }

    /// The arrangement of the kinks of a form.
    pub fn of_form(form: &KinkForm) -> Arrangement {
        Arrangement::new(form.lines(), form.dimension())
    }

    /// From a point with `f(u) < 0` to one on a ray of the arrangement modulo its lineality space, or on a basis
    /// vector of that space, still with `f < 0`; f must have its kinks on lines of the arrangement.
    ///
    /// f is linear on the cell of u. Walking inside the face of u along a direction that leaves f as it is ends on a
    /// smaller face; after at most d steps the face is a ray. Cost: d eliminations.
    pub fn to_ray(&self, form: &KinkForm, mut u: Vec<Rational>) -> Vec<Rational> {
        let falls = |u: &Vec<Rational>| form.value(u).is_negative();
        let both_signs = |v: &Vec<Rational>| [v.clone(), v.iter().map(|entry| -entry).collect()];
        if let Some(v) = self.lineality().iter().flat_map(both_signs).find(falls) {
            return shortest_multiple(&v);
        }
        loop {
            let active = self.lines.iter().filter(|line| dot(line, &u).is_zero()).map(Vec::as_slice);
            let face = Echelon::of(active).kernel(u.len());
            let mut known = Echelon::of(self.lineality().iter().map(Vec::as_slice));
            known.insert(&u);
            let Some(mut v) = face.into_iter().find(|w| !known.contains(w)) else { return shortest_multiple(&u) };
            let gradient = form.gradient_at(&u);
            let factor = -(dot(&gradient, &v) / dot(&gradient, &u));
            add_multiple(&mut v, &factor, &u);
            let step = |line: &Vec<Rational>| {
                let speed = dot(line, &v);
                (!speed.is_zero()).then(|| -(dot(line, &u) / speed))
            };
            let Some(step) = self.lines.iter().filter_map(step).min_by_key(Signed::abs) else { return u };
            add_multiple(&mut u, &step, &v);
        }
    }
}
