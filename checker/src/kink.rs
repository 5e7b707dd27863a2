//! Kink forms `f(u) = a.u + sum_l kappa_l |p_l.u|` in canonical form, and proofs that one is nonnegative everywhere
//! (docs/theory.md, section 2). A proof is checked by additions, multiplications and comparisons alone.

use crate::instance::number;
use crate::json::Json;
use crate::number::Rational;
use crate::vector::{Vector, combine, common_denominator, dot, numerator, primitive};
use crate::{Refusal, ensure};
use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};
use std::collections::BTreeMap;

/// A kink form in canonical form.
pub(crate) struct KinkForm {
    /// `a`
    pub(crate) linear: Vector,
    /// `p_l` with `kappa_l != 0`: primitive integer vectors, the first non-zero entry positive, in rising order.
    pub(crate) kinks: Vec<(Vector, Rational)>,
}

/// A kink form times a positive integer, so that all its numbers are integers: `scale f(u)`.
struct Whole {
    scale: BigInt,
    linear: Vec<BigInt>,
    kinks: Vec<(Vec<BigInt>, BigInt)>,
}

/// A concave kink whose sign is fixed on a branch: `sigma_m p_m` and `|kappa_m|`.
struct Fixed {
    kink: usize,
    signed: Vec<BigInt>,
    strength: BigInt,
    /// The side `p.u <= 0` is still to come.
    open: bool,
}

impl KinkForm {
    /// The canonical form of `a.u + sum_k c_k |x_k.u|`.
    pub(crate) fn new<'a>(linear: Vector, terms: impl Iterator<Item = (Rational, &'a Vector)>) -> KinkForm {
        let mut lines: BTreeMap<Vector, Rational> = BTreeMap::new();
        for (coefficient, vector) in terms {
            if let Some((line, scale)) = primitive(vector) {
                let weight = if scale.is_one() { coefficient } else { coefficient * scale };
                lines.entry(line).and_modify(|sum| *sum += &weight).or_insert(weight);
            }
        }
        KinkForm { linear, kinks: lines.into_iter().filter(|(_, weight)| !weight.is_zero()).collect() }
    }

    /// A form that stands by itself: `{"linear": a, "kinks": [{"weight": kappa, "line": p}, ...]}`, any numbers. No certificate
    /// has one.
    pub(crate) fn read(form: &Json) -> Result<KinkForm, Refusal> {
        let vector = |json: &Json| json.list(number);
        let linear = vector(form.field("linear")?)?;
        let kinks =
            form.field("kinks")?.list(|kink| Ok((number(kink.field("weight")?)?, vector(kink.field("line")?)?)))?;
        if kinks.iter().any(|(_, line)| line.len() != linear.len()) {
            let text = "a line is not as long as the linear part";
            return Err(Refusal::rejected("malformed", text));
        }
        Ok(KinkForm::new(linear, kinks.iter().map(|(weight, line)| (weight.clone(), line))))
    }

    /// The canonical form of `sum_j factor_j f_j`.
    pub(crate) fn combination(dimension: usize, parts: &[(Rational, &KinkForm)]) -> KinkForm {
        let kinks = parts.iter().flat_map(|(factor, f)| f.kinks.iter().map(move |(p, weight)| (factor * weight, p)));
        KinkForm::new(combine(dimension, parts.iter().map(|(factor, f)| (factor.clone(), &f.linear))), kinks)
    }
    pub(crate) fn is_zero(&self) -> bool {
        self.is_linear() && self.linear.iter().all(Zero::is_zero)
    }
    pub(crate) fn is_linear(&self) -> bool {
        self.kinks.is_empty()
    }
    /// `f(u)`
    pub(crate) fn value(&self, u: &[Rational]) -> Rational {
        dot(&self.linear, u) + self.kinks.iter().map(|(p, weight)| weight * dot(p, u).abs()).sum::<Rational>()
    }

    /// Accepts a proof that `f >= 0` everywhere: a tree in depth-first order whose inner nodes split space by the sign
    /// of a concave kink, the side `p.u >= 0` first, and whose leaves carry multipliers.
    pub(crate) fn check_nonnegative(&self, tree: &Json) -> Result<(), Refusal> {
        let numbers = self.linear.iter().chain(self.kinks.iter().map(|(_, weight)| weight));
        let scale = common_denominator(numbers);
        let whole = |x: &Rational| numerator(x, &scale);
        let kink = |(p, weight): &(Vector, Rational)| (p.iter().map(Rational::to_integer).collect(), whole(weight));
        let (linear, kinks) = (self.linear.iter().map(whole).collect(), self.kinks.iter().map(kink).collect());
        Whole { linear, kinks, scale: scale.clone() }.check_tree(tree)
    }
}

/// Whether `sum_i factor_i vector_i = factor vector`.
fn generates<'a>(terms: impl Iterator<Item = (BigInt, &'a Vec<BigInt>)>, factor: &BigInt, vector: &[BigInt]) -> bool {
    let mut rest: Vec<BigInt> = vector.iter().map(|entry| entry * factor).collect();
    for (factor, vector) in terms.filter(|(factor, _)| !factor.is_zero()) {
        rest.iter_mut().zip(vector).for_each(|(rest, entry)| *rest -= &factor * entry);
    }
    rest.iter().all(Zero::is_zero)
}

impl Whole {
    fn check_tree(&self, tree: &Json) -> Result<(), Refusal> {
        let mut path: Vec<Fixed> = Vec::new();
        let mut nodes = tree.items()?.iter();
        let incomplete = || Refusal::rejected("tree-incomplete", "the proof tree ends before all its branches do");
        loop {
            let node = nodes.next().ok_or_else(incomplete)?;
            if let Some(kink) = node.get("split") {
                node.object(&["split"])?;
                path.push(self.fix(&path, kink, true, true)?);
                continue;
            }
            if let Some(kink) = node.get("implied") {
                let node = node.object(&["implied", "sign", "multipliers"])?;
                let fixed = self.fix(&path, kink, node.field("sign")?.sign()?, false)?;
                check_implied(&path, &fixed, &node.field("multipliers")?.rationals()?)?;
                path.push(fixed);
                continue;
            }
            let node = node.object(&["lambda", "gamma", "mu"])?;
            let gamma = node.field("gamma")?.list(Json::rationals)?;
            self.check_leaf(&path, &node.field("lambda")?.rationals()?, &gamma, &node.field("mu")?.rationals()?)?;
            // Back to the last split whose second side is open.
            while path.last().is_some_and(|fixed| !fixed.open) {
                path.pop();
            }
            let Some(last) = path.last_mut() else { break };
            last.open = false;
            last.signed.iter_mut().for_each(|entry| *entry = -&*entry);
        }
        ensure(nodes.next().is_none(), "tree-trailing", "nodes follow after the proof tree is complete")
    }

    fn fix(&self, path: &[Fixed], kink: &Json, positive: bool, open: bool) -> Result<Fixed, Refusal> {
        let kink = kink.index()?;
        let concave = self.kinks.get(kink).filter(|(_, weight)| weight.is_negative());
        let Some((line, weight)) = concave.filter(|_| path.iter().all(|fixed| fixed.kink != kink)) else {
            let text = format!("kink {kink} is not a concave kink whose sign is open here");
            return Err(Refusal::rejected("tree-split", text));
        };
        let signed = line.iter().map(|entry| if positive { entry.clone() } else { -entry }).collect();
        Ok(Fixed { kink, signed, strength: -weight, open })
    }

    /// On the cone `sigma_m p_m.u >= 0` (m fixed), f >= 0 because
    ///
    /// ```text
    /// a - sum_fixed sigma_m |kappa_m| p_m = sum_l lambda_l kappa_l p_l + sum_fixed mu_m sigma_m p_m,   mu_m >= 0
    /// |kappa_m| p_m = sum_l gamma_ml kappa_l p_l     for each concave m that is not fixed
    /// |lambda_l| + sum_m |gamma_ml| <= 1             for each convex l
    /// ```
    ///
    /// all of them times `scale` and a common denominator D of the multipliers.
    fn check_leaf(
        &self, path: &[Fixed], lambda: &[Rational], gamma: &[Vector], mu: &[Rational],
    ) -> Result<(), Refusal> {
        let convex: Vec<_> = self.kinks.iter().filter(|(_, weight)| weight.is_positive()).collect();
        let concave = self.kinks.iter().enumerate().filter(|(_, (_, weight))| weight.is_negative());
        let free = concave.filter(|(m, _)| path.iter().all(|fixed| fixed.kink != *m)).map(|(_, kink)| kink);
        let free: Vec<_> = free.collect();
        let rows_fit = gamma.len() == free.len() && gamma.iter().all(|row| row.len() == convex.len());
        let counts_fit = lambda.len() == convex.len() && mu.len() == path.len() && rows_fit;
        let common = common_denominator(lambda.iter().chain(gamma.iter().flatten()).chain(mu));
        let whole = |row: &[Rational]| row.iter().map(|x| numerator(x, &common)).collect::<Vec<_>>();
        let (lambda, mu) = (whole(lambda), whole(mu));
        let gamma: Vec<Vec<BigInt>> = gamma.iter().map(|row| whole(row)).collect();
        let load = |l: usize| gamma.iter().filter_map(|row| row.get(l)).map(Signed::abs).sum::<BigInt>();
        let in_range = !mu.iter().any(Signed::is_negative)
            && lambda.iter().enumerate().all(|(l, value)| value.abs() + load(l) <= common);
        let terms =
            |row: &[BigInt]| row.iter().zip(&convex).map(|(x, (p, weight))| (x * weight, p)).collect::<Vec<_>>();
        let fixed =
            mu.iter().zip(path).map(|(mu, fixed)| (mu * &self.scale + &common * &fixed.strength, &fixed.signed));
        let identities = generates(terms(&lambda).into_iter().chain(fixed), &common, &self.linear)
            && free
                .iter()
                .zip(&gamma)
                .all(|((p, weight), row)| generates(terms(row).into_iter(), &(-weight * &common), p));
        check_multipliers(counts_fit, in_range, identities)
    }
}

/// Accepts a sign that the signs before it force: `sigma p = sum_m nu_m sigma_m p_m` with `nu_m >= 0`.
fn check_implied(path: &[Fixed], fixed: &Fixed, nu: &[Rational]) -> Result<(), Refusal> {
    let common = common_denominator(nu.iter());
    let terms = nu.iter().zip(path).map(|(nu, fixed)| (numerator(nu, &common), &fixed.signed));
    let identity = generates(terms, &common, &fixed.signed);
    check_multipliers(nu.len() == path.len(), !nu.iter().any(Signed::is_negative), identity)
}

fn check_multipliers(counts_fit: bool, in_range: bool, identities: bool) -> Result<(), Refusal> {
    ensure(counts_fit, "multiplier-count", "a node has too many or too few multipliers")?;
    ensure(in_range, "multiplier-range", "a multiplier is outside its range")?;
    ensure(identities, "multiplier-identity", "the multipliers of a node do not give its vectors")
}
