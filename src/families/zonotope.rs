//! Zonotope containment with a threshold that is known exactly.
//!
//! Draw `u0` and lines `p_l` with `p_l.u0 > 0`, sort the lines into groups, and let `q_m` be the sum of group m. The
//! form
//!
//! ```text
//! f(u) = sum_l |p_l.u| - scale sum_m |q_m.u|
//! ```
//!
//! is nonnegative exactly if `scale <= 1`: `|q_m.u| <= sum_{l in m} |p_l.u|` with equality at `u0`, where f is
//! `(1 - scale) sum_l p_l.u0`. As zonotopes: that of the `scale q_m` lies in that of the `p_l` (docs/theory.md, section
//! 2.2). The candidate is that of the module `gadget`, so it is stationary exactly if `scale <= 1`. Here the linear
//! sufficient condition (section 2.4) is also necessary; the family `partition` is the hard one.

use super::draw::Draw;
use super::gadget::{Form, check_scale, expect_nonnegative, one_neuron, show_scale};
use super::member::written;
use super::{BadParameters, id_part, show_activation};
use crate::linear::{combination, dot};
use crate::problem::{Activation, Instance};
use crate::rational::{Rational, write};
use num_traits::{One, Signed, Zero};

/// What members look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// d >= 2 of the zonotopes; the instance has one input more.
    pub dimension: usize,
    /// How many lines `p_l`: at least 2.
    pub generators: usize,
    /// `scale > 0`
    pub scale: Rational,
    /// `rho`, with a kink and a positive slope that isn't zero.
    pub activation: Activation,
}

/// The member of a seed. Cost: generators * d operations.
///
/// # Errors
/// Parameters out of range.
pub fn generate(seed: u64, parameters: &Parameters) -> Result<Instance, BadParameters> {
    let Parameters { dimension, generators, scale, activation } = parameters;
    if *dimension < 2 || *generators < 2 {
        let text = format!("dimension {dimension} with {generators} generators; both are at least 2");
        return Err(BadParameters(text));
    }
    check_scale(scale)?;
    let mut draw = Draw::of_seed(seed);
    let u0 = draw.non_zero_row(*dimension, 3);
    let mut lines: Vec<Vec<Rational>> = Vec::new();
    while lines.len() < *generators {
        let line = draw.row(*dimension, 3);
        let along = dot(&line, &u0);
        match along.is_zero() {
            true => continue,
            false => lines.push(line.into_iter().map(|entry| entry * along.signum()).collect()),
        }
    }
    // Groups of two or three; a single one left over joins the last.
    let mut kinks: Vec<(Rational, Vec<Rational>)> = lines.iter().map(|line| (Rational::one(), line.clone())).collect();
    let mut rest = lines.as_slice();
    while !rest.is_empty() {
        let size = if rest.len() <= 3 { rest.len() } else { 2 + draw.below(2.min(rest.len() - 3)) };
        let (group, others) = rest.split_at(size);
        rest = others;
        kinks.push((-scale, combination(*dimension, group.iter().map(|line| (Rational::one(), line.as_slice())))));
    }
    let form = Form { linear: vec![Rational::zero(); *dimension], kinks };
    let mut instance = one_neuron(&form, activation)?;
    let name = show_activation(activation);
    instance.id = format!("zonotope-{}-d{dimension}-p{generators}-x{}-s{seed}", id_part(&name), id_part(&write(scale)));
    instance.title = Some(format!("Zonotope containment in dimension {dimension}, {}", show_scale(scale)));
    instance.source.location = Some(format!(
        "docs/theory.md, sections 2.2 and 3.2; relucert instances generate zonotope --dimension {dimension} --generators \
         {generators} --scale {} --activation {name} --seed {seed}",
        write(scale)
    ));
    let form = format!("g(u) = sum |p.u| - {} sum |q.u|, each q the sum of a group of the p", write(scale));
    let rest = Rational::one() - scale;
    let because = if rest.is_negative() {
        let value: Rational = lines.iter().map(|line| dot(line, &u0)).sum::<Rational>() * rest;
        let u0 = u0.iter().map(write).collect::<Vec<_>>().join(", ");
        format!("{form}: it is {} at ({u0}), where no p is negative", write(&value))
    } else {
        format!("{form}: by the triangle inequality it is at least {} sum |p.u|", write(&rest))
    };
    expect_nonnegative(&mut instance, parameters.scale <= Rational::one(), &because);
    written(&instance)
}
