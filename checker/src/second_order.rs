//! Local minima with escape neurons: the second order on the critical cones, after projecting some non-escape neurons
//! away (docs/theory.md, section 7). Everything is checked by multiplications, additions and comparisons; the one
//! elimination is that of [`reduced_rows`].

use crate::echelon::{reduce, reduced_rows, scaled};
use crate::facts::check_bound;
use crate::instance::Instance;
use crate::json::Json;
use crate::network::{Neuron, derivative_form, half};
use crate::number::Rational;
use crate::radius::Reach;
use crate::vector::{Vector, combine, dot, primitive};
use crate::{Refusal, ensure};
use num_traits::{One, Signed, Zero};
use std::cell::RefCell;

/// The sign of `p.u` on a branch, p a boundary line.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Plus,
    Minus,
    Zero,
}

/// A neuron that moves: an open or signed boundary line for each, with the kink of `g_i` there.
pub(crate) struct Moving<'a> {
    pub(crate) index: usize,
    pub(crate) neuron: &'a Neuron,
    /// `h_i`
    pub(crate) weight: &'a Vector,
    /// The boundary lines in rising order, and the weight of the kink that `g_i` has there.
    lines: Vec<(Vector, Rational)>,
}

/// A branch: what is known of the directions u of all moving neurons, one after the other in one vector.
#[derive(Clone)]
pub(crate) struct Branch {
    /// `l.u >= 0`
    pub(crate) inequalities: Vec<Vector>,
    /// `l.u = 0`
    pub(crate) zeros: Vec<Vector>,
    /// The sign of each boundary line of each moving neuron, as far as it is known.
    signs: Vec<Vec<Option<Sign>>>,
}

/// What is orthogonal to W, the span of what is projected away, and what W is spanned by.
pub(crate) struct Features {
    pub(crate) span: Vec<Vector>,
    pub(crate) complement: Vec<Vector>,
    pub(crate) duals: Vec<(usize, Vector)>,
}

/// Accepts a proof that a stationary candidate is a local minimum: Theorems 7.6 and 7.7 of docs/theory.md.
/// `quiet`: whether it is proved of neuron i that it is no escape neuron; `reach`: the radius for which the proof has to hold.
pub(crate) fn check_second_order(
    instance: &Instance, residuals: &[Vector], model: &[Neuron], quiet: &[bool], reach: Option<&Reach>, evidence: &Json,
) -> Result<(), Refusal> {
    let evidence = evidence.object(&["projected", "tangents", "complement", "duals", "bounds", "nodes"])?;
    let projected = read_projected(quiet, evidence)?;
    let features = read_features(instance, model, &projected, evidence)?;

    // On the critical cones of the projected neurons nothing moves along the complement and the duals.
    let bounds = evidence.field("bounds")?.items()?;
    ensure(bounds.len() == projected.len(), "wrong-shape", "one bound is needed for each projected neuron")?;
    let orthogonal = || features.complement.iter().chain(features.duals.iter().map(|(_, tau)| tau));
    for (neuron, bound) in projected.iter().filter_map(|l| model.get(*l)).zip(bounds) {
        let forms: Vec<_> = orthogonal().map(|y| derivative_form(instance, &neuron.preactivations, y)).collect();
        check_bound(instance, &neuron.g, &forms.iter().collect::<Vec<_>>(), bound)?;
    }

    let has_dual = |i: &usize| features.duals.iter().any(|(other, _)| other == i);
    let kept: Vec<usize> = (0..model.len()).filter(|i| !projected.contains(i)).collect();
    let is_quiet = |i: &usize| quiet.get(*i) == Some(&true);
    let weight = |i: usize| instance.candidate.output_weights.get(i);
    let rests = |i: &usize| is_quiet(i) && weight(*i).is_some_and(|h| h.iter().all(Zero::is_zero));
    // A neuron without output weight may move freely only if all features are independent.
    let enough = kept.iter().all(|i| has_dual(i) || (is_quiet(i) && !kept.iter().any(rests)));
    ensure(enough, "no-dual", "a feature is not proved to be independent of the others")?;
    let moving: Vec<usize> = kept.iter().copied().filter(|i| !rests(i)).collect();
    let proof = Proof { instance, moving: moving_neurons(instance, model, &moving) };
    let form = Form { residuals, features: &features, quiet, may_vanish: kept.len() == 1 };
    let margins = RefCell::new(vec![]);
    proof.check(evidence.field("nodes")?.items()?, &|branch, leaf| {
        margins.borrow_mut().push(form.check_leaf(&proof, branch, leaf)?);
        Ok(())
    })?;
    let least = margins.into_inner().into_iter().min().unwrap_or_default();
    reach.map_or(Ok(()), |reach| reach.check_second_order(&features, quiet, &kept, &moving, &least))
}

/// The projected neurons: no escape neurons, in rising order.
pub(crate) fn read_projected(quiet: &[bool], evidence: &Json) -> Result<Vec<usize>, Refusal> {
    let projected = evidence.field("projected")?.list(Json::index)?;
    let rising = projected.iter().zip(projected.iter().skip(1)).all(|(left, right)| left < right);
    ensure(rising, "neuron-order", "projected neurons are not in rising order")?;
    let are_quiet = projected.iter().all(|l| quiet.get(*l) == Some(&true));
    ensure(are_quiet, "projected-escape", "a projected neuron is not proved to be no escape neuron")?;
    Ok(projected)
}

/// Some neurons with what is needed of them.
pub(crate) fn moving_neurons<'a>(instance: &'a Instance, model: &'a [Neuron], moving: &[usize]) -> Vec<Moving<'a>> {
    let moving = moving.iter().filter_map(|i| {
        let (neuron, weight) = (model.get(*i)?, instance.candidate.output_weights.get(*i)?);
        Some(Moving { index: *i, neuron, weight, lines: lines(instance, neuron) })
    });
    moving.collect()
}

/// The lines of the boundary samples in rising order, each with the weight of the kink of `g_i` there or 0.
pub(crate) fn lines(instance: &Instance, neuron: &Neuron) -> Vec<(Vector, Rational)> {
    let samples = neuron.preactivations.iter().zip(&instance.inputs);
    let mut lines: Vec<Vector> =
        samples.filter(|(z, _)| z.is_zero()).filter_map(|(_, x)| Some(primitive(x)?.0)).collect();
    lines.sort();
    lines.dedup();
    let kink = |line: &Vector| neuron.g.kinks.iter().find(|(p, _)| p == line).map(|(_, weight)| weight.clone());
    lines.into_iter().map(|line| (line.clone(), kink(&line).unwrap_or_default())).collect()
}

/// `z_k = rho'(w.x_k ; u.x_k)`
fn speeds(instance: &Instance, neuron: &Neuron, u: &Vector) -> Vector {
    let speed = |(z, x): (&Rational, &Vector)| {
        let along = dot(x, u);
        instance.slope(if z.is_zero() { &along } else { z }) * &along
    };
    neuron.preactivations.iter().zip(&instance.inputs).map(speed).collect()
}

fn read_features(
    instance: &Instance, model: &[Neuron], projected: &[usize], evidence: &Json,
) -> Result<Features, Refusal> {
    let count = instance.inputs.len();
    let [.., bias_trained] = instance.trained;
    let ones = bias_trained.then(|| vec![Rational::one(); count]);
    let feature = |i: usize| model.get(i).map(|neuron| neuron.activations(instance));
    let mut span: Vec<Vector> = ones.into_iter().chain(projected.iter().filter_map(|l| feature(*l))).collect();
    let mut all: Vec<(Option<usize>, Vector)> = span.iter().map(|w| (None, w.clone())).collect();
    all.extend((0..model.len()).filter(|i| !projected.contains(i)).filter_map(|i| Some((Some(i), feature(i)?))));
    for tangent in evidence.field("tangents")?.items()? {
        let l = tangent.object(&["neuron", "direction"])?.field("neuron")?.index()?;
        let k = tangent.field("direction")?.rationals()?;
        ensure(k.len() == instance.dimension(), "wrong-shape", "a direction has the wrong length")?;
        let neuron = model.get(l).filter(|neuron| projected.contains(&l) && neuron.g.value(&k).is_zero());
        let Some(neuron) = neuron else {
            return Err(Refusal::rejected("tangent-not-critical", "not a direction with g = 0 of a projected neuron"));
        };
        span.push(speeds(instance, neuron, &k));
    }
    // 1 with its own feature, if it has one, and 0 with all others.
    let is_orthogonal = |y: &Vector, own: Option<usize>| {
        let expected = |i: &Option<usize>| if own.is_some() && *i == own { Rational::one() } else { Rational::zero() };
        y.len() == count && all.iter().all(|(i, rho)| dot(y, rho) == expected(i))
    };
    let complement = evidence.field("complement")?.list(Json::rationals)?;
    let is_complement = complement.iter().all(|y| is_orthogonal(y, None) && y.iter().any(|entry| !entry.is_zero()));
    ensure(is_complement, "not-orthogonal", "a vector of the complement is zero or not orthogonal to the features")?;
    let dual = |dual: &Json| {
        let neuron = dual.object(&["neuron", "vector"])?.field("neuron")?.index()?;
        Ok((neuron, dual.field("vector")?.rationals()?))
    };
    let duals = evidence.field("duals")?.list(dual)?;
    let rising = duals.iter().zip(duals.iter().skip(1)).all(|((left, _), (right, _))| left < right);
    ensure(rising, "neuron-order", "dual vectors are not in the order of their neurons")?;
    let are_dual =
        duals.iter().all(|(i, tau)| *i < model.len() && !projected.contains(i) && is_orthogonal(tau, Some(*i)));
    ensure(are_dual, "not-orthogonal", "a dual vector is not 1 with its own feature and 0 with the others")?;
    Ok(Features { span, complement, duals })
}

/// A list `[[index, number], ...]`.
fn sparse(json: &Json) -> Result<Vec<(usize, Rational)>, Refusal> {
    json.list(|entry| match entry.items()? {
        [place, value] => Ok((place.index()?, value.rational()?)),
        _ => Err(Refusal::malformed("expected an index and a number")),
    })
}

/// `sum value_a vectors_a`, if there are such vectors.
fn combine_sparse(dimension: usize, entries: &[(usize, Rational)], vectors: &[Vector]) -> Option<Vector> {
    let terms: Option<Vec<_>> = entries.iter().map(|(a, value)| Some((value.clone(), vectors.get(*a)?))).collect();
    Some(combine(dimension, terms?.into_iter()))
}

/// `matrix += factor l m^T`: a quadratic form, not symmetric.
fn add_product(matrix: &mut [Vector], factor: &Rational, l: &Vector, m: &Vector) {
    for (row, entry) in matrix.iter_mut().zip(l).filter(|(_, entry)| !entry.is_zero()) {
        row.iter_mut().zip(m).for_each(|(sum, other)| *sum += factor * entry * other);
    }
}

/// The pieces of the critical cones of some neurons, one below the other.
pub(crate) struct Proof<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) moving: Vec<Moving<'a>>,
}

/// The quadratic form on a product of pieces.
struct Form<'a> {
    residuals: &'a [Vector],
    features: &'a Features,
    quiet: &'a [bool],
    /// Theorem 7.7: one neuron is kept, so that the form may be zero.
    may_vanish: bool,
}

impl Proof<'_> {
    pub(crate) fn dimension(&self) -> usize {
        self.moving.len() * self.instance.dimension()
    }

    /// A functional of the direction of one moving neuron as one of all.
    pub(crate) fn embed(&self, place: usize, functional: &[Rational]) -> Vector {
        let mut all = vec![Rational::zero(); place * self.instance.dimension()];
        all.extend_from_slice(functional);
        all.resize(self.dimension(), Rational::zero());
        all
    }

    /// Walks through the nodes in depth-first order; what is no node of the pieces is a leaf.
    pub(crate) fn check(
        &self, nodes: &[Json], check_leaf: &dyn Fn(&Branch, &Json) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let signs = self.moving.iter().map(|moving| vec![None; moving.lines.len()]).collect();
        let mut waiting = vec![Branch { inequalities: vec![], zeros: vec![], signs }];
        for node in nodes {
            let Some(mut branch) = waiting.pop() else {
                return Err(Refusal::rejected("tree-trailing", "nodes follow after the proof is complete"));
            };
            if node.get("line").is_some() {
                let (place, line) = self.line(node.object(&["line", "neuron"])?, "line")?;
                ensure(branch.sign(place, line).is_none(), "cone-line", "the sign of the line is known")?;
                let mut other = branch.clone();
                self.note(&mut other, place, line, Sign::Minus);
                self.note(&mut branch, place, line, Sign::Plus);
                waiting.extend([other, branch]);
            } else if node.get("ratio").is_some() {
                let pair = node.object(&["ratio", "factors"])?.field("ratio")?.list(Json::index)?;
                let factors = node.field("factors")?.rationals()?;
                let ([a, b], [s, t]) = (&pair[..], &factors[..]) else {
                    return Err(Refusal::rejected("wrong-shape", "a ratio has two inequalities and two factors"));
                };
                let terms = [(*a, s.clone()), (*b, -t)];
                let Some(l) = combine_sparse(self.dimension(), &terms, &branch.inequalities) else {
                    return Err(Refusal::rejected("cone-index", "there is no such inequality here"));
                };
                let mut other = branch.clone();
                other.inequalities.push(scaled(&-Rational::one(), &l));
                branch.inequalities.push(l);
                waiting.extend([other, branch]);
            } else if node.get("implied").is_some() {
                self.check_implied(&mut branch, node)?;
                waiting.push(branch);
            } else if node.get("tight").is_some() {
                self.check_tight(&mut branch, node)?;
                waiting.push(branch);
            } else {
                check_leaf(&branch, node)?;
            }
        }
        ensure(waiting.is_empty(), "tree-incomplete", "the proof ends before all its branches do")
    }

    /// The moving neuron that a node names, by its place, and one of its lines.
    fn line(&self, node: &Json, key: &str) -> Result<(usize, usize), Refusal> {
        let (place, line) = (self.place(node)?, node.field(key)?.index()?);
        let exists = self.moving.get(place).is_some_and(|moving| line < moving.lines.len());
        ensure(exists, "cone-line", "the neuron has no such boundary line").map(|()| (place, line))
    }

    fn place(&self, node: &Json) -> Result<usize, Refusal> {
        let index = node.field("neuron")?.index()?;
        let place = self.moving.iter().position(|moving| moving.index == index);
        place.ok_or_else(|| Refusal::rejected("cone-line", format!("neuron {index} does not move")))
    }

    /// Adds what a sign says.
    fn note(&self, branch: &mut Branch, place: usize, line: usize, sign: Sign) {
        let Some((p, _)) = self.moving.get(place).and_then(|moving| moving.lines.get(line)) else { return };
        let p = self.embed(place, p);
        match sign {
            Sign::Plus => branch.inequalities.push(p),
            Sign::Minus => branch.inequalities.push(scaled(&-Rational::one(), &p)),
            Sign::Zero => branch.zeros.push(p),
        }
        if let Some(known) = branch.signs.get_mut(place).and_then(|signs| signs.get_mut(line)) {
            *known = Some(sign);
        }
    }

    /// Accepts a sign that follows: `p` (+), `-p` (-), or for zero the opposite of what is known to be nonnegative (p, if
    /// nothing is) is `sum nu_a l_a + sum xi_z l_z`, `nu >= 0`.
    fn check_implied(&self, branch: &mut Branch, node: &Json) -> Result<(), Refusal> {
        let (place, line) = self.line(node.object(&["implied", "neuron", "sign", "nu", "xi"])?, "implied")?;
        let known = branch.sign(place, line);
        let (sign, opposite) = match (node.field("sign")?.text()?, known) {
            ("+", None) => (Sign::Plus, false),
            ("-", None) => (Sign::Minus, true),
            ("0", Some(Sign::Plus)) => (Sign::Zero, true),
            ("0", None | Some(Sign::Minus)) => (Sign::Zero, false),
            ("+" | "-" | "0", _) => return Err(Refusal::rejected("cone-line", "the sign of the line is known")),
            _ => return Err(Refusal::malformed("expected +, - or 0")),
        };
        let (nu, xi) = (sparse(node.field("nu")?)?, sparse(node.field("xi")?)?);
        let from_zeros = combine_sparse(self.dimension(), &xi, &branch.zeros);
        let sums = combine_sparse(self.dimension(), &nu, &branch.inequalities).zip(from_zeros);
        let Some((left, right)) = sums else {
            return Err(Refusal::rejected("cone-index", "there is no such inequality or zero here"));
        };
        let in_range = !nu.iter().any(|(_, value)| value.is_negative())
            && (nu.is_empty() || sign != Sign::Zero || known.is_some());
        ensure(in_range, "multiplier-range", "a multiplier is outside its range")?;
        self.note(branch, place, line, Sign::Zero);
        let p = branch.zeros.pop().unwrap_or_default();
        let target = if opposite { scaled(&-Rational::one(), &p) } else { p };
        let sum: Vector = left.iter().zip(&right).map(|(l, r)| l + r).collect();
        ensure(sum == target, "multiplier-identity", "the multipliers do not give the line")?;
        self.note(branch, place, line, sign);
        Ok(())
    }

    /// With multipliers such that, sigma the known signs,
    ///
    /// ```text
    /// a + sum_signed kappa_l sigma_l p_l = sum_open lambda_l kappa_l p_l + sum_signed mu_l sigma_l p_l + sum_zero mu_l p_l
    /// ```
    ///
    /// `g(u) = sum_open kappa_l (|p_l.u| + lambda_l p_l.u) + sum_signed mu_l sigma_l p_l.u`; where g is zero, each term is.
    fn check_tight(&self, branch: &mut Branch, node: &Json) -> Result<(), Refusal> {
        let multipliers = node.object(&["tight", "neuron"])?.field("tight")?.rationals()?;
        let place = self.place(node)?;
        let Some((moving, signs)) = self.moving.get(place).zip(branch.signs.get(place)) else { return Ok(()) };
        ensure(multipliers.len() == moving.lines.len(), "multiplier-count", "a multiplier is needed for each line")?;
        let (mut terms, mut found, mut in_range) = (vec![], vec![], true);
        for (l, ((p, kappa), (sign, value))) in moving.lines.iter().zip(signs.iter().zip(&multipliers)).enumerate() {
            match sign {
                None => {
                    in_range &= !kappa.is_negative()
                        && value.abs() <= Rational::one()
                        && (kappa.is_positive() || value.is_zero());
                    terms.push((value * kappa, p));
                    let sign = match value.abs() < Rational::one() {
                        true => Sign::Zero,
                        false if value.is_positive() => Sign::Minus,
                        false => Sign::Plus,
                    };
                    found.extend(kappa.is_positive().then_some((l, sign)));
                }
                Some(Sign::Zero) => terms.push((value.clone(), p)),
                Some(sign) => {
                    in_range &= !value.is_negative();
                    let factor = value - kappa;
                    terms.push((if *sign == Sign::Plus { factor } else { -factor }, p));
                    found.extend(value.is_positive().then_some((l, Sign::Zero)));
                }
            }
        }
        ensure(in_range, "multiplier-range", "a multiplier is outside its range")?;
        let identity = combine(self.instance.dimension(), terms.into_iter()) == moving.neuron.g.linear;
        ensure(identity, "multiplier-identity", "the multipliers do not give the derivative")?;
        found.into_iter().for_each(|(l, sign)| self.note(branch, place, l, sign));
        Ok(())
    }

    /// `z_k` of a moving neuron on a branch with all signs known: n functionals of all directions.
    pub(crate) fn branch_speeds(&self, branch: &Branch, place: usize, moving: &Moving) -> Vec<Vector> {
        let speed = |(z, x): (&Rational, &Vector)| {
            let on_boundary = primitive(x).filter(|_| z.is_zero()).map(|(p, _)| {
                let line = moving.lines.iter().position(|(line, _)| *line == p);
                // The first non-zero entry of p is positive, so that of x tells whether x = s p has s > 0.
                let along = x.iter().find(|entry| !entry.is_zero()).cloned().unwrap_or_default();
                match line.and_then(|line| branch.sign(place, line)) {
                    Some(Sign::Plus) => along,
                    Some(Sign::Minus) => -along,
                    _ => Rational::zero(),
                }
            });
            let side = on_boundary.unwrap_or_else(|| z.clone());
            let slope = if side.is_zero() { Rational::zero() } else { self.instance.slope(&side).clone() };
            self.embed(place, &scaled(&slope, x))
        };
        moving.neuron.preactivations.iter().zip(&self.instance.inputs).map(speed).collect()
    }
}

impl Form<'_> {
    /// Accepts `Q(u) - margin M(u) = sum c l_a(u) l_b(u) + sum c (v.u)^2 + sum_z l_z(u) (c_z.u)` with `c >= 0`, where
    ///
    /// ```text
    /// Q = sum_j ( p_j.r_j - 1/2 |r_j|^2 ),  p_j = sum_i h_ij z_i,  r_j = sum_t (y_t.p_j / |y_t|^2) y_t - sum_i d_ij tau_i,
    /// ```
    ///
    /// is what the best output weights leave, and `M = sum_i |N_i|^2`, `N_i` what `z_i` is modulo W and `rho_i`. Tells the margin.
    fn check_leaf(&self, proof: &Proof, branch: &Branch, node: &Json) -> Result<Rational, Refusal> {
        let node = node.object(&["margin", "products", "squares", "zeros"])?;
        let margin = node.field("margin")?.rational()?;
        branch.ensure_known()?;
        let in_range = margin.is_positive() || (self.may_vanish && margin.is_zero());
        ensure(in_range, "cone-margin", "the margin has to be positive where more than one neuron is kept")?;
        let speeds: Vec<_> = proof.moving.iter().enumerate().map(|(i, m)| proof.branch_speeds(branch, i, m)).collect();
        let dimension = proof.dimension();
        let mut rest = vec![vec![Rational::zero(); dimension]; dimension];
        for (j, e) in self.residuals.iter().enumerate() {
            let weights = proof.moving.iter().map(|moving| moving.weight.get(j).cloned().unwrap_or_default());
            let weights: Vec<Rational> = weights.collect();
            let at = |k: usize| weights.iter().zip(&speeds).filter_map(move |(h, z)| Some((h.clone(), z.get(k)?)));
            let p: Vec<Vector> = (0..e.len()).map(|k| combine(dimension, at(k))).collect();
            let heights = |y: &Vector| combine(dimension, y.iter().cloned().zip(&p));
            let along: Vec<(Vector, Vector)> =
                self.features.complement.iter().map(|y| (scaled(&dot(y, y).recip(), y), heights(y))).collect();
            let escaping =
                proof.moving.iter().zip(&speeds).filter(|(moving, _)| self.quiet.get(moving.index) != Some(&true));
            let back: Vec<(Vector, Vector)> = escaping
                .filter_map(|(moving, z)| {
                    let (_, tau) = self.features.duals.iter().find(|(i, _)| *i == moving.index)?;
                    Some((scaled(&-Rational::one(), tau), combine(dimension, e.iter().cloned().zip(z))))
                })
                .collect();
            for (k, p) in p.iter().enumerate() {
                let terms = along.iter().chain(&back).filter_map(|(y, height)| Some((y.get(k)?.clone(), height)));
                let r = combine(dimension, terms);
                add_product(&mut rest, &Rational::one(), p, &r);
                add_product(&mut rest, &-half(), &r, &r);
            }
        }
        for (moving, z) in proof.moving.iter().zip(&speeds) {
            let feature = moving.neuron.activations(proof.instance);
            let rows = reduced_rows(self.features.span.iter().chain([&feature]));
            let columns =
                (0..dimension).map(|c| reduce(&rows, z.iter().filter_map(|row| row.get(c).cloned()).collect()));
            let columns: Vec<Vector> = columns.collect();
            for k in 0..feature.len() {
                let row: Vector = columns.iter().filter_map(|column| column.get(k).cloned()).collect();
                add_product(&mut rest, &-&margin, &row, &row);
            }
        }
        let missing = || Refusal::rejected("cone-index", "there is no such inequality or zero here");
        let mut nonnegative = true;
        for product in node.field("products")?.items()? {
            let [a, b, factor] = product.items()? else { return Err(Refusal::malformed("expected three entries")) };
            let (a, b, factor) = (a.index()?, b.index()?, factor.rational()?);
            let pair = branch.inequalities.get(a).zip(branch.inequalities.get(b));
            let (a, b) = pair.ok_or_else(missing)?;
            nonnegative &= !factor.is_negative();
            add_product(&mut rest, &-factor, a, b);
        }
        for square in node.field("squares")?.items()? {
            let [factor, vector] = square.items()? else { return Err(Refusal::malformed("expected two entries")) };
            let (factor, vector) = (factor.rational()?, vector.rationals()?);
            ensure(vector.len() == dimension, "wrong-shape", "a functional has the wrong length")?;
            nonnegative &= !factor.is_negative();
            add_product(&mut rest, &-factor, &vector, &vector);
        }
        for zero in node.field("zeros")?.items()? {
            let [place, vector] = zero.items()? else { return Err(Refusal::malformed("expected two entries")) };
            let (place, vector) = (place.index()?, vector.rationals()?);
            ensure(vector.len() == dimension, "wrong-shape", "a functional has the wrong length")?;
            let zero = branch.zeros.get(place).ok_or_else(missing)?;
            add_product(&mut rest, &-Rational::one(), zero, &vector);
        }
        ensure(nonnegative, "multiplier-range", "a coefficient is negative")?;
        // A form is zero exactly if its symmetric part is.
        let vanishes = rest.iter().enumerate().all(|(a, row)| {
            row.iter()
                .enumerate()
                .all(|(b, entry)| rest.get(b).and_then(|row| row.get(a)).is_some_and(|other| (entry + other).is_zero()))
        });
        ensure(vanishes, "cone-identity", "the decomposition does not give the quadratic form").map(|()| margin)
    }
}

impl Branch {
    pub(crate) fn ensure_known(&self) -> Result<(), Refusal> {
        let known = self.signs.iter().flatten().all(Option::is_some);
        ensure(known, "cone-open", "the sign of a boundary line is not known")
    }
    fn sign(&self, place: usize, line: usize) -> Option<Sign> {
        *self.signs.get(place)?.get(line)?
    }
}
