//! Polyhedral cones in both descriptions, by inequalities and by generators.

use crate::linear::{add_multiple, dot, shortest_multiple};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// `{ u : l_a.u >= 0, l_z.u = 0 }`, and at the same time a linear space plus all nonnegative combinations of rays.
///
/// Built up by one functional at a time (the double description method of Motzkin, Raiffa, Thompson and Thrall). Cost
/// of one: (number of rays)^3 inner products at worst.
#[derive(Debug, Clone)]
pub struct Cone {
    /// `l_a`, nonnegative on the cone, in the order in which they came.
    pub inequalities: Vec<Vec<Rational>>,
    /// `l_z`, zero on the cone, in the order in which they came.
    pub zeros: Vec<Vec<Rational>>,
    /// A basis of the largest linear space in the cone.
    pub lineality: Vec<Vec<Rational>>,
    /// The extreme rays modulo that space, one vector for each.
    pub rays: Vec<Vec<Rational>>,
}

/// The signs that a functional takes on a cone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Zero everywhere.
    Zero,
    /// Nonnegative, and positive somewhere.
    Plus,
    /// Nonpositive, and negative somewhere.
    Minus,
    /// Both.
    Both,
}

impl Cone {
    /// The whole space.
    pub fn whole(dimension: usize) -> Cone {
        let unit =
            |axis: usize| (0..dimension).map(|i| if i == axis { Rational::one() } else { Rational::zero() }).collect();
        Cone { inequalities: vec![], zeros: vec![], lineality: (0..dimension).map(unit).collect(), rays: vec![] }
    }

    /// The signs of a functional on the cone.
    pub fn sign(&self, functional: &[Rational]) -> Sign {
        if self.lineality.iter().any(|v| !dot(functional, v).is_zero()) {
            return Sign::Both;
        }
        let signs = || self.rays.iter().map(|ray| dot(functional, ray));
        match (signs().any(|s| s.is_positive()), signs().any(|s| s.is_negative())) {
            (false, false) => Sign::Zero,
            (true, false) => Sign::Plus,
            (false, true) => Sign::Minus,
            (true, true) => Sign::Both,
        }
    }

    /// Leaves the part where a functional is nonnegative.
    pub fn cut(&mut self, functional: Vec<Rational>) {
        if let Some(apex) = self.take_crossing(&functional) {
            self.rays.push(apex);
        } else {
            let crossings = self.crossings(&functional);
            self.rays.retain(|ray| !dot(&functional, ray).is_negative());
            self.rays.extend(crossings);
        }
        self.inequalities.push(functional);
    }

    /// Leaves the part where a functional is zero.
    pub fn flatten(&mut self, functional: Vec<Rational>) {
        if self.take_crossing(&functional).is_none() {
            let crossings = self.crossings(&functional);
            self.rays.retain(|ray| dot(&functional, ray).is_zero());
            self.rays.extend(crossings);
        }
        self.zeros.push(functional);
    }

    /// If the functional isn't zero on the linear space: takes a vector out of it on which it is positive, and moves
    /// everything else along it to where it is zero.
    fn take_crossing(&mut self, functional: &[Rational]) -> Option<Vec<Rational>> {
        let place = self.lineality.iter().position(|v| !dot(functional, v).is_zero())?;
        let v = self.lineality.remove(place);
        let height = dot(functional, &v);
        for other in self.lineality.iter_mut().chain(&mut self.rays) {
            let factor = -(dot(functional, other) / &height);
            add_multiple(other, &factor, &v);
            *other = shortest_multiple(other);
        }
        Some(v.iter().map(|entry| entry * height.signum()).collect())
    }

    /// The points where edges between neighbouring rays on both sides cross the functional's hyperplane.
    fn crossings(&self, functional: &[Rational]) -> Vec<Vec<Rational>> {
        let heights: Vec<Rational> = self.rays.iter().map(|ray| dot(functional, ray)).collect();
        let side = |positive: bool| {
            let heights = &heights;
            (0..heights.len()).filter(move |r| !heights[*r].is_zero() && heights[*r].is_positive() == positive)
        };
        if side(true).next().is_none() || side(false).next().is_none() {
            return Vec::new();
        }
        let tight: Vec<Vec<bool>> =
            self.rays.iter().map(|ray| self.inequalities.iter().map(|l| dot(l, ray).is_zero()).collect()).collect();
        // Two rays span an edge exactly if no third ray lies on all the facets that they share.
        let on_shared = |r: usize, p: usize, q: usize| {
            (0..self.inequalities.len()).all(|l| tight[r][l] || !(tight[p][l] && tight[q][l]))
        };
        let neighbours = |p: usize, q: usize| (0..self.rays.len()).all(|r| r == p || r == q || !on_shared(r, p, q));
        let mut found = Vec::new();
        for p in side(true) {
            for q in side(false).filter(|q| neighbours(p, *q)) {
                let mut point: Vec<Rational> = self.rays[q].iter().map(|entry| entry * &heights[p]).collect();
                add_multiple(&mut point, &-&heights[q], &self.rays[p]);
                found.push(shortest_multiple(&point));
            }
        }
        found
    }

    /// Two inequalities `(a, b)` and positive factors `(s, t)` such that splitting by the sign of `s l_a - t l_b` comes
    /// nearer to a simplicial cone (one whose rays are independent modulo the linear space), or `None` if it is one.
    ///
    /// A pulling triangulation: from u one walks away from a ray r until one of the facets that don't contain r stops
    /// the walk. Which of two such facets comes first is the sign of `l_a / l_a(r) - l_b / l_b(r)`.
    pub fn towards_simplicial(&self) -> Option<((usize, usize), (Rational, Rational))> {
        self.rays.iter().find_map(|apex| {
            let facets: Vec<usize> = self.facets_without(apex);
            let [a, b, ..] = facets[..] else { return None };
            let height = |l: usize| dot(&self.inequalities[l], apex).recip();
            Some(((a, b), (height(a), height(b))))
        })
    }

    /// Facets that do not contain a ray, each by one inequality.
    fn facets_without(&self, apex: &[Rational]) -> Vec<usize> {
        let on =
            |l: usize| -> Vec<bool> { self.rays.iter().map(|ray| dot(&self.inequalities[l], ray).is_zero()).collect() };
        let not_on_apex = |l: &usize| dot(&self.inequalities[*l], apex).is_positive();
        let all: Vec<(usize, Vec<bool>)> =
            (0..self.inequalities.len()).filter(not_on_apex).map(|l| (l, on(l))).collect();
        let within = |small: &[bool], large: &[bool]| small.iter().zip(large).all(|(s, l)| !s || *l);
        // Facets are the largest of these faces; of equal ones the first counts.
        let is_facet = |place: usize, face: &[bool]| {
            all.iter().enumerate().all(|(other, (_, larger))| {
                other == place || !within(face, larger) || (within(larger, face) && place < other)
            })
        };
        all.iter().enumerate().filter(|(place, (_, face))| is_facet(*place, face)).map(|(_, (l, _))| *l).collect()
    }

    /// For each ray of a simplicial cone an inequality that is positive there and zero on the others, and its value
    /// there: the ray's coordinate. `None` if the cone isn't simplicial.
    pub fn coordinates(&self) -> Option<Vec<(usize, Rational)>> {
        let coordinate = |place: usize| {
            (0..self.inequalities.len()).find_map(|l| {
                let value = dot(&self.inequalities[l], &self.rays[place]);
                let others = self.rays.iter().enumerate().filter(|(other, _)| *other != place);
                let zero = others.into_iter().all(|(_, ray)| dot(&self.inequalities[l], ray).is_zero());
                (zero && value.is_positive()).then_some((l, value))
            })
        };
        (0..self.rays.len()).map(coordinate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(entries: &[i64]) -> Vec<Rational> {
        entries.iter().map(|entry| Rational::from_integer((*entry).into())).collect()
    }

    fn cone(dimension: usize, inequalities: &[&[i64]]) -> Cone {
        let mut cone = Cone::whole(dimension);
        inequalities.iter().for_each(|l| cone.cut(vector(l)));
        cone
    }

    #[test]
    fn a_square_pyramid_has_four_rays_and_is_split_into_two() {
        let pyramid = cone(3, &[&[1, 0, 1], &[-1, 0, 1], &[0, 1, 1], &[0, -1, 1]]);
        assert_eq!((pyramid.rays.len(), pyramid.lineality.len()), (4, 0));
        assert_eq!(pyramid.coordinates(), None);
        let ((a, b), (s, t)) = pyramid.towards_simplicial().unwrap();
        let mut functional: Vec<Rational> = pyramid.inequalities[a].iter().map(|entry| entry * &s).collect();
        add_multiple(&mut functional, &-t, &pyramid.inequalities[b]);
        for sign in [1, -1] {
            let mut half = pyramid.clone();
            half.cut(functional.iter().map(|entry| entry * Rational::from_integer(sign.into())).collect());
            assert_eq!(half.rays.len(), 3);
            assert!(half.towards_simplicial().is_none() && half.coordinates().is_some());
        }
    }

    #[test]
    fn cubes_have_their_vertices() {
        let inequalities: Vec<Vec<i64>> = (0..8)
            .map(|i| {
                (0..5)
                    .map(|j| {
                        if j == 4 {
                            1
                        } else if j == i / 2 {
                            1 - 2 * (i % 2)
                        } else {
                            0
                        }
                    })
                    .collect()
            })
            .collect();
        let cube = cone(5, &inequalities.iter().map(Vec::as_slice).collect::<Vec<_>>());
        assert_eq!(cube.rays.len(), 16);
    }

    #[test]
    fn flattening_leaves_a_face() {
        let mut orthant = cone(3, &[&[1, 0, 0], &[0, 1, 0]]);
        assert_eq!((orthant.rays.len(), orthant.lineality.len()), (2, 1));
        assert_eq!(orthant.sign(&vector(&[1, 2, 0])), Sign::Plus);
        assert_eq!(orthant.sign(&vector(&[1, -1, 0])), Sign::Both);
        orthant.flatten(vector(&[1, 1, 0]));
        assert_eq!((orthant.rays.len(), orthant.lineality.len()), (0, 1));
        assert_eq!(orthant.sign(&vector(&[1, 0, 0])), Sign::Zero);
    }
}
