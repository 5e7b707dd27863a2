//! Local minima with escape neurons: what is left when output weights are eliminated is a polynomial that is nonnegative
//! near 0 (docs/theory.md, section 7).

use crate::echelon::reduced_rows;
use crate::facts::check_bound;
use crate::instance::Instance;
use crate::json::Json;
use crate::network::{Neuron, derivative_form, half};
use crate::number::Rational;
use crate::polynomial::{Polynomial, check_near_zero, determinant};
use crate::radius::{Reach, Sizes, ensure_reached};
use crate::second_order::{Branch, Moving, Proof, moving_neurons, read_projected};
use crate::vector::{Vector, combine, dot};
use crate::{Refusal, ensure};
use num_traits::{One, Signed, Zero};
use std::cell::RefCell;

/// What is eliminated, after projection on the span of the complement.
struct Elimination<'a> {
    instance: &'a Instance,
    residuals: &'a [Vector],
    /// Orthogonal to each other, to W, and with all residuals in their span.
    complement: Vec<Vector>,
    /// A
    kept: Vec<usize>,
    /// Where a leaf does not say otherwise.
    weights: Weights,
    spread: Vec<Spread<'a>>,
    /// If a radius is claimed.
    reach: Option<&'a Reach<'a>>,
}

/// A is cut into S and T.
struct Weights {
    /// S
    eliminated: Vec<usize>,
    /// T: `(t, basis of Q^J)`.
    weighted: Vec<(usize, Vec<Vector>)>,
}

impl Weights {
    /// Reads T; S is given, or what T leaves of A.
    fn read(
        instance: &Instance, kept: &[usize], eliminated: Option<Vec<usize>>, json: &Json,
    ) -> Result<Weights, Refusal> {
        let weighted = json.list(|entry| {
            let t = entry.object(&["neuron", "basis"])?.field("neuron")?.index()?;
            Ok((t, entry.field("basis")?.list(Json::rationals)?))
        })?;
        let is_weighted = |i: &usize| weighted.iter().any(|(t, _)| t == i);
        let eliminated = eliminated.unwrap_or_else(|| kept.iter().copied().filter(|i| !is_weighted(i)).collect());
        let mut all: Vec<usize> = eliminated.iter().chain(weighted.iter().map(|(t, _)| t)).copied().collect();
        all.sort_unstable();
        ensure(all == kept, "neuron-order", "eliminated and weighted neurons are not the kept ones")?;
        let outputs = instance.outputs();
        let is_basis = |basis: &Vec<Vector>| {
            let square = basis.len() == outputs && basis.iter().all(|vector| vector.len() == outputs);
            square && reduced_rows(basis.iter()).len() == outputs
        };
        let are_bases = weighted.iter().all(|(_, basis)| is_basis(basis));
        ensure(are_bases, "wrong-shape", "coordinates of an output weight are no basis")?;
        Ok(Weights { eliminated, weighted })
    }

    /// The first variable of a move: those of the vectors and of T come before.
    fn first_move(&self, vectors: &[&Vector], outputs: usize) -> usize {
        vectors.len() + self.weighted.len() * outputs
    }
}

/// Neurons with one input weight, and positive multiples of one output weight h, of which each move gets an output weight
/// of its own: they change output j by at most `sum_r c_r (h_j + sum_c delta_rc b_cj) m_r`, `c_r >= 0`.
struct Spread<'a> {
    weight: &'a Vector,
    /// `m_r`
    moves: Vec<Vector>,
    /// `b_c`
    basis: Vec<Vector>,
    /// What c and the delta of a move are at most, if a radius is claimed.
    sizes: Vec<Rational>,
}

/// Accepts a proof that a stationary candidate is a local minimum: Theorems 1 to 3 of docs/theory.md, section 7.
/// `quiet`: whether it is proved of neuron i that it is no escape neuron; `reach`: the radius for which the proof has to hold.
pub(crate) fn check_elimination(
    instance: &Instance, residuals: &[Vector], model: &[Neuron], quiet: &[bool], reach: Option<&Reach>, evidence: &Json,
) -> Result<(), Refusal> {
    let known = ["projected", "complement", "bounds", "eliminated", "weighted", "spread", "nodes"];
    let evidence = evidence.object(&known)?;
    let projected = read_projected(quiet, evidence)?;
    let groups = evidence.get("spread").map_or(Ok(&[][..]), Json::items)?;
    let members =
        |group: &Json| group.object(&["neurons", "moves", "basis", "cover"])?.field("neurons")?.list(Json::index);
    let members: Vec<Vec<usize>> = groups.iter().map(members).collect::<Result<_, _>>()?;
    let loose: Vec<usize> = members.concat();
    let are_quiet = loose.iter().all(|l| quiet.get(*l) == Some(&true));
    ensure(are_quiet, "projected-escape", "a spread neuron is not proved to be no escape neuron")?;
    let [.., bias_trained] = instance.trained;
    let ones = bias_trained.then(|| vec![Rational::one(); instance.inputs.len()]);
    let features = projected.iter().chain(&loose).filter_map(|l| Some(model.get(*l)?.activations(instance)));
    let span: Vec<Vector> = ones.into_iter().chain(features).collect();
    let complement = evidence.field("complement")?.list(Json::rationals)?;
    let earlier = |place: usize| span.iter().chain(complement.iter().take(place));
    let is_orthogonal = |(place, y): (usize, &Vector)| {
        let fits = y.len() == instance.inputs.len() && y.iter().any(|entry| !entry.is_zero());
        fits && earlier(place).all(|other| dot(y, other).is_zero())
    };
    let orthogonal = complement.iter().enumerate().all(is_orthogonal);
    ensure(orthogonal, "not-orthogonal", "a vector of the complement is zero or not orthogonal")?;
    let along = |e: &Vector| combine(e.len(), complement.iter().map(|y| (dot(y, e) / dot(y, y), y))) == *e;
    ensure(residuals.iter().all(along), "residual-outside", "a residual is not in the span of the complement")?;
    let bounds = evidence.field("bounds")?.items()?;
    ensure(bounds.len() == projected.len(), "wrong-shape", "one bound is needed for each projected neuron")?;
    for (neuron, bound) in projected.iter().filter_map(|l| model.get(*l)).zip(bounds) {
        let forms: Vec<_> = complement.iter().map(|y| derivative_form(instance, &neuron.preactivations, y)).collect();
        check_bound(instance, &neuron.g, &forms.iter().collect::<Vec<_>>(), bound)?;
    }

    let kept: Vec<usize> = (0..model.len()).filter(|i| !projected.contains(i) && !loose.contains(i)).collect();
    let eliminated = evidence.field("eliminated")?.list(Json::index)?;
    let weights = Weights::read(instance, &kept, Some(eliminated), evidence.field("weighted")?)?;
    let mut apart: Vec<usize> = projected.iter().chain(&loose).chain(&kept).copied().collect();
    apart.sort_unstable();
    ensure(apart.iter().copied().eq(0..model.len()), "neuron-order", "a neuron is spread twice, or projected too")?;
    let mut elimination = Elimination { instance, residuals, complement, kept, weights, spread: vec![], reach };
    for (group, members) in groups.iter().zip(&members) {
        let spread = elimination.check_spread(model, group, members)?;
        elimination.spread.push(spread);
    }
    let proof = Proof { instance, moving: moving_neurons(instance, model, &elimination.kept) };
    proof.check(evidence.field("nodes")?.items()?, &|branch, leaf| elimination.check_leaf(&proof, branch, leaf))
}

/// A list of pairs, the second a vector of a given length.
fn pairs<T>(
    json: &Json, length: usize, first: impl Fn(&Json) -> Result<T, Refusal>,
) -> Result<Vec<(T, Vector)>, Refusal> {
    json.list(|pair| {
        let [place, vector] = pair.items()? else { return Err(Refusal::malformed("expected two entries")) };
        let (place, vector) = (first(place)?, vector.rationals()?);
        ensure(vector.len() == length, "wrong-shape", "a vector has the wrong length").map(|()| (place, vector))
    })
}

/// `(a, r_a)` and `(f_b, v_b)`.
type Coordinates = (Vec<(usize, Vector)>, Vec<(Vector, Vector)>);

/// Reads `u = sum_a l_a(u) r_a + sum_b f_b(u) v_b + sum_z l_z(u) c_z`, for all u, of a branch on which every sign is known.
fn coordinates(proof: &Proof, branch: &Branch, leaf: &Json) -> Result<Coordinates, Refusal> {
    branch.ensure_known()?;
    let dimension = proof.dimension();
    let rays = pairs(leaf.field("rays")?, dimension, Json::index)?;
    let lines = pairs(leaf.field("lines")?, dimension, |functional| {
        let functional = functional.rationals()?;
        ensure(functional.len() == dimension, "wrong-shape", "a functional has the wrong length")?;
        Ok(functional)
    })?;
    let zeros = pairs(leaf.field("zeros")?, dimension, Json::index)?;
    let from = |all: &[Vector], terms: &[(usize, Vector)]| -> Option<Vec<(Vector, Vector)>> {
        terms.iter().map(|(place, vector)| Some((all.get(*place)?.clone(), vector.clone()))).collect()
    };
    let found = from(&branch.inequalities, &rays).zip(from(&branch.zeros, &zeros));
    let missing = || Refusal::rejected("cone-index", "there is no such inequality or zero here");
    let (by_rays, by_zeros) = found.ok_or_else(missing)?;
    let terms = || by_rays.iter().chain(&by_zeros).chain(&lines);
    let complete = (0..dimension).all(|axis| {
        let image = combine(dimension, terms().filter_map(|(l, vector)| Some((l.get(axis)?.clone(), vector))));
        image.iter().enumerate().all(|(other, entry)| if other == axis { entry.is_one() } else { entry.is_zero() })
    });
    ensure(complete, "cone-identity", "the coordinates do not give every direction back")?;
    Ok((rays, lines))
}

impl<'a> Elimination<'a> {
    /// Accepts moves of some neurons: orthogonal to all residuals, and on each piece of the critical cone what the neurons do
    /// is, modulo W, a nonnegative combination of them.
    fn check_spread(&self, model: &[Neuron], group: &Json, members: &[usize]) -> Result<Spread<'a>, Refusal> {
        let (outputs, candidate) = (self.instance.outputs(), &self.instance.candidate);
        let moves = group.field("moves")?.list(Json::rationals)?;
        let at_right_angles =
            |m: &Vector| m.len() == self.instance.inputs.len() && self.residuals.iter().all(|e| dot(e, m).is_zero());
        ensure(moves.iter().all(at_right_angles), "residual-outside", "a move is not orthogonal to the residuals")?;
        let same = |l: &usize| {
            let first = members.first()?;
            let (w, h) = (candidate.input_weights.get(*l)?, candidate.output_weights.get(*l)?);
            let ratio = dot(h, candidate.output_weights.get(*first)?);
            let direction = candidate.output_weights.get(*first)?;
            let parallel = reduced_rows([h, direction].into_iter()).len() == 1;
            Some(candidate.input_weights.get(*first) == Some(w) && ratio.is_positive() && parallel)
        };
        let are_same = members.iter().all(|l| same(l) == Some(true));
        let weight = members.first().and_then(|first| candidate.output_weights.get(*first)).filter(|_| are_same);
        let different = || Refusal::rejected("spread-neurons", "neurons that are spread together are not replicas");
        let weight = weight.ok_or_else(different)?;
        let basis = group.field("basis")?.list(Json::rationals)?;
        let fits = basis.iter().all(|vector| vector.len() == outputs)
            && basis.len().saturating_add(1) == outputs
            && reduced_rows(basis.iter().chain([weight])).len() == outputs;
        ensure(fits, "wrong-shape", "coordinates of an output weight are no basis")?;
        let proof = Proof {
            instance: self.instance,
            moving: moving_neurons(self.instance, model, members.get(..1).unwrap_or_default()),
        };
        let heights = |v: &Vector| self.complement.iter().map(|y| dot(y, v)).collect::<Vector>();
        let known: Vec<Vector> = moves.iter().map(heights).collect();
        let is_covered = |z: &Vector| {
            let along = |m: &Vector| dot(m, z).is_positive() && reduced_rows([m, z].into_iter()).len() == 1;
            z.iter().all(Zero::is_zero) || known.iter().any(along)
        };
        let farthest = RefCell::new(Rational::zero());
        proof.check(group.field("cover")?.items()?, &|branch, leaf| {
            let (rays, lines) = coordinates(&proof, branch, leaf.object(&["rays", "lines", "zeros"])?)?;
            let speeds = proof.moving.first().map(|moving| proof.branch_speeds(branch, 0, moving)).unwrap_or_default();
            let move_of = |v: &Vector| heights(&speeds.iter().map(|functional| dot(functional, v)).collect());
            let both = |z: Vector| is_covered(&z) && is_covered(&z.iter().map(|entry| -entry).collect());
            let size = |l: &Vector, z: Vector| {
                let is_along = |m: &&Vector| !dot(m, &z).is_zero() && reduced_rows([*m, &z].into_iter()).len() == 1;
                let along = known.iter().filter(is_along);
                let factor = along.map(|m| (dot(m, &z) / dot(m, m)).abs()).max().unwrap_or_default();
                self.reach.map(|reach| factor * reach.functional(members, l)).unwrap_or_default()
            };
            let by_rays = rays.iter().filter_map(|(a, r)| Some(size(branch.inequalities.get(*a)?, move_of(r))));
            let total = by_rays.chain(lines.iter().map(|(f, v)| size(f, move_of(v)))).sum();
            farthest.replace_with(|farthest| farthest.clone().max(total));
            let covered =
                rays.iter().all(|(_, r)| is_covered(&move_of(r))) && lines.iter().all(|(_, v)| both(move_of(v)));
            ensure(covered, "not-covered", "a spread neuron can do what is no combination of its moves")
        })?;
        let all: Vec<&Vector> = members.iter().filter_map(|l| candidate.output_weights.get(*l)).collect();
        let sizes = self.reach.map(|reach| reach.spread(&all, weight, &basis, &farthest.into_inner())).transpose()?;
        Ok(Spread { weight, moves, basis, sizes: sizes.unwrap_or_default() })
    }

    /// Coordinates of the branch, and a proof in them.
    fn check_leaf(&self, proof: &Proof, branch: &Branch, leaf: &Json) -> Result<(), Refusal> {
        let leaf = leaf.object(&["rays", "lines", "zeros", "weighted", "proof"])?;
        let (rays, lines) = coordinates(proof, branch, leaf)?;
        let own = leaf.get("weighted").map(|json| Weights::read(self.instance, &self.kept, None, json)).transpose()?;
        let weights = own.as_ref().unwrap_or(&self.weights);
        // Along its own input weight a neuron is only rescaled, which a change of its output weight makes up for; its
        // other coordinates are divided by a positive number. So none of them may move another neuron too.
        let all = || rays.iter().map(|(_, r)| r).chain(lines.iter().map(|(_, v)| v));
        let moves_one = |v: &Vector| {
            let parts = v.chunks(self.instance.dimension());
            parts.filter(|part| part.iter().any(|entry| !entry.is_zero())).count() <= 1
        };
        let separate = all().all(moves_one);
        let rescales = |v: &Vector| {
            let own = |(place, moving): (usize, &Moving)| {
                let w = self.instance.candidate.input_weights.get(moving.index);
                w.is_some_and(|w| proof.embed(place, w) == *v)
            };
            separate && proof.moving.iter().enumerate().any(own)
        };
        let vectors: Vec<&Vector> =
            rays.iter().map(|(_, r)| r).chain(lines.iter().map(|(_, v)| v).filter(|v| !rescales(v))).collect();
        let polynomial = self.polynomial(proof, branch, weights, &vectors)?;
        let outputs = self.instance.outputs();
        let mut free = vec![false; rays.len()];
        free.resize(weights.first_move(&vectors, outputs), true);
        free.extend(self.moves().flat_map(|_| (0..outputs).map(|place| place > 0)));
        let sizes = self.reach.map(|reach| {
            reach.check_elimination(&self.complement, &weights.eliminated)?;
            let rescaling =
                lines.iter().filter(|(_, v)| rescales(v)).map(|(f, _)| reach.functional(&self.kept, f)).sum();
            ensure_reached(rescaling <= half())?;
            // A direction that is divided by 1 + a, |a| <= 1/2, gets at most twice as long.
            let twice = |l: &Vector| (Rational::one() + Rational::one()) * reach.functional(&self.kept, l);
            let by_rays = rays.iter().filter_map(|(a, _)| Some(twice(branch.inequalities.get(*a)?)));
            let by_lines = lines.iter().filter(|(_, v)| !rescales(v)).map(|(f, _)| twice(f));
            let weight = |(t, basis): &(usize, Vec<Vector>)| {
                let h = self.instance.candidate.output_weights.get(*t).cloned().unwrap_or_default();
                reach.weights(&h, basis, &rescaling)
            };
            let changes = weights.weighted.iter().flat_map(weight);
            let moves = self.moves().flat_map(|(group, _)| group.sizes.clone());
            Ok(by_rays.chain(by_lines).chain(changes).chain(moves).collect())
        });
        check_near_zero(polynomial, free, Sizes::of(sizes.transpose()?)?, leaf.field("proof")?.items()?)
    }

    fn moves(&self) -> impl Iterator<Item = (&Spread<'a>, &Vector)> {
        self.spread.iter().flat_map(|group| group.moves.iter().map(move |m| (group, m)))
    }

    /// `sum_j Gram(Phi, ytil_j) - |e|^2 Gram(Phi)`, Phi the features `rho_i + z_i(u_i)`, i in S, and `ytil_j = sum_A h_ij rho_i -
    /// e_j - sum_T (h_tj + zeta_tj)(rho_t + z_t(u_t)) - sum_r c_r (h_j + sum_c delta_rc b_cj) m_r`, inner products in the span of
    /// the complement: `2 det G` times the least loss difference over the eliminated output weights. Variables: the factors of
    /// the vectors, those of the bases, then c and the delta of each move.
    fn polynomial(
        &self, proof: &Proof, branch: &Branch, weights: &Weights, vectors: &[&Vector],
    ) -> Result<Polynomial, Refusal> {
        let outputs = self.instance.outputs();
        let first_move = weights.first_move(vectors, outputs);
        let variables = first_move + self.moves().count() * outputs;
        let heights = |v: &Vector| self.complement.iter().map(|y| dot(y, v)).collect::<Vector>();
        let constants = |v: &Vector| -> Vec<Polynomial> {
            heights(v).into_iter().map(|height| Polynomial::constant(variables, height)).collect()
        };
        let inner = |left: &[Polynomial], right: &[Polynomial]| -> Result<Polynomial, Refusal> {
            let mut sum = Polynomial::default();
            for (y, (l, r)) in self.complement.iter().zip(left.iter().zip(right)) {
                sum.add(&dot(y, y).recip(), &l.times(r)?);
            }
            Ok(sum)
        };
        let mut features: Vec<(&Moving, Vector, Vec<Polynomial>)> = Vec::new();
        for (place, moving) in proof.moving.iter().enumerate() {
            let speeds = proof.branch_speeds(branch, place, moving);
            let rho = moving.neuron.activations(self.instance);
            let mut feature = constants(&rho);
            for (x, vector) in vectors.iter().enumerate() {
                let z: Vector = speeds.iter().map(|functional| dot(functional, vector)).collect();
                let variable = Polynomial::variable(variables, x);
                feature.iter_mut().zip(heights(&z)).for_each(|(entry, height)| entry.add(&height, &variable));
            }
            features.push((moving, rho, feature));
        }
        let feature = |i: &usize| features.iter().find(|(moving, ..)| moving.index == *i).map(|(.., feature)| feature);
        let phi: Vec<&Vec<Polynomial>> = weights.eliminated.iter().filter_map(feature).collect();
        let gram: Vec<Vec<Polynomial>> =
            phi.iter().map(|l| phi.iter().map(|r| inner(l, r)).collect()).collect::<Result<_, Refusal>>()?;
        let gram_determinant = determinant(&gram, variables)?;
        let at_origin = gram_determinant.0.get(&vec![0; variables]).is_some_and(|value| !value.is_zero());
        ensure(at_origin, "dependent-features", "eliminated neurons have dependent features")?;
        let mut sum = Polynomial::default();
        let mut square = Rational::zero();
        for (j, e) in self.residuals.iter().enumerate() {
            square += dot(e, e);
            let weight = |moving: &Moving| moving.weight.get(j).cloned().unwrap_or_default();
            let target = features.iter().map(|(moving, rho, _)| (weight(moving), rho));
            let mut ytil = constants(&combine(e.len(), target.chain([(-Rational::one(), e)])));
            for (place, (t, basis)) in weights.weighted.iter().enumerate() {
                let Some((moving, _, feature)) = features.iter().find(|(moving, ..)| moving.index == *t) else {
                    continue;
                };
                let mut factor = Polynomial::constant(variables, weight(moving));
                for (c, vector) in basis.iter().enumerate() {
                    let variable = Polynomial::variable(variables, vectors.len() + place * outputs + c);
                    factor.add(&vector.get(j).cloned().unwrap_or_default(), &variable);
                }
                for (y, entry) in ytil.iter_mut().zip(feature) {
                    y.add(&-Rational::one(), &factor.times(entry)?);
                }
            }
            for (place, (group, m)) in self.moves().enumerate() {
                let entry = |vector: &Vector| vector.get(j).cloned().unwrap_or_default();
                let c = first_move + place * outputs;
                let mut factor = Polynomial::constant(variables, entry(group.weight));
                for (delta, vector) in group.basis.iter().enumerate() {
                    factor.add(&entry(vector), &Polynomial::variable(variables, c + 1 + delta));
                }
                let factor = factor.times(&Polynomial::variable(variables, c))?;
                ytil.iter_mut().zip(heights(m)).for_each(|(y, height)| y.add(&-height, &factor));
            }
            let last: Vec<Polynomial> =
                phi.iter().map(|column| inner(column, &ytil)).collect::<Result<_, Refusal>>()?;
            let mut bordered = gram.clone();
            bordered.iter_mut().zip(&last).for_each(|(row, entry)| row.push(entry.clone()));
            bordered.push(last.into_iter().chain([inner(&ytil, &ytil)?]).collect());
            sum.add(&Rational::one(), &determinant(&bordered, variables)?);
        }
        sum.add(&-square, &gram_determinant);
        Ok(sum)
    }
}
