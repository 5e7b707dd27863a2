//! Critical points of the integral loss for affine targets, by the classification theorems, with spare neurons and
//! spoilt ones (docs/theory-integral.md, section 8; docs/families.md).

use super::draw::Draw;
use super::integral_member::{draft, expect, written};
use super::{BadParameters, id_part};
use crate::linear::Polynomial;
use crate::problem::{Integral, IntegralInstance, Piece, Piecewise, Property, ScalarNetwork};
use crate::rational::{Integer, Rational, write};
use num_traits::{One, Signed, Zero, pow};

/// What the member looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// Breakpoints n of the network; 0 for constant ones.
    pub breakpoints: usize,
    /// Neurons beyond n.
    pub spare: usize,
    /// gamma
    pub negative_slope: Rational,
    /// Whether the first breakpoint belongs to a neuron with negative input weight: leaky activations only.
    pub falling_first: bool,
    /// Something is changed so that the point isn't critical any more.
    pub spoilt: bool,
}

/// What a spare neuron is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spare {
    Inactive,
    SemiInactive,
    FlatSemiInactive,
    FlatSemiActive,
    FlatDegenerate,
    FlatAtBreakpoint,
    Split,
}

/// The member of a seed. Cost: a handful of operations for each neuron.
///
/// # Errors
/// Parameters out of range; lengths between breakpoints whose ratios aren't rational.
pub fn generate(seed: u64, parameters: &Parameters) -> Result<IntegralInstance, BadParameters> {
    let Parameters { breakpoints, spare, negative_slope, falling_first, spoilt } = parameters;
    let (count, gamma) = (*breakpoints, negative_slope);
    let relu = gamma.is_zero();
    if gamma.is_negative() || gamma.is_one() {
        return Err(BadParameters(format!("the negative slope is {}; it must be >= 0 and not 1", write(gamma))));
    }
    if count + spare == 0 {
        return Err(BadParameters::new("there are no neurons; give --breakpoints or --spare"));
    }
    if relu && (count % 2 == 1 || *falling_first) {
        return Err(BadParameters::new("with relu the number of breakpoints is even, and the first one is rising"));
    }
    let mut draw = Draw::of_seed(seed);
    let rational = |value: i64| Rational::from_integer(value.into());
    let start = draw.integer(3);
    let length = draw.integer(3).abs() + Rational::one();
    let end = &start + &length;
    let alpha = loop {
        let alpha = draw.integer(4);
        if !alpha.is_zero() {
            break alpha;
        }
    };
    let beta = draw.integer(4);
    let lengths = lengths(count, gamma, *falling_first, &length)?;
    let rising = |i: usize| i.is_multiple_of(2) != *falling_first;
    // kappa_i = e_0 k_i, and e_0 from the slope of the first piece.
    let sigma = Rational::one() - gamma;
    let factor = |i: usize| {
        let sign = if i.is_multiple_of(2) { rational(2) } else { rational(-2) };
        sign * (lengths[i].recip() + lengths[i + 1].recip()) / &sigma
    };
    let first_slope: Rational =
        (0..count).map(|i| if rising(i) { factor(i) * gamma } else { -factor(i) }).sum::<Rational>();
    let height = match count {
        0 => &alpha * &length / rational(2),
        _ => &alpha / (first_slope + rational(2) / &lengths[0]),
    };
    let mut network = ScalarNetwork::zero(0);
    let mut push = |w: Rational, b: Rational, v: Rational| {
        network.input_weights.push(w);
        network.input_biases.push(b);
        network.output_weights.push(v);
    };
    let size = |draw: &mut Draw| Rational::new(Integer::from(draw.below(4) + 1), Integer::from(draw.below(3) + 1));
    let mut places = Vec::new();
    let mut q = start.clone();
    for (i, length) in lengths.iter().take(count).enumerate() {
        q += length;
        places.push(q.clone());
        let w = if rising(i) { size(&mut draw) } else { -size(&mut draw) };
        push(w.clone(), -&w * &q, &height * factor(i) / w.abs());
    }
    // Spare neurons, and what they make of the point.
    let mut kinds = vec![Spare::FlatSemiActive, Spare::FlatDegenerate];
    if relu {
        kinds.extend([
            Spare::Inactive,
            Spare::Inactive,
            Spare::SemiInactive,
            Spare::SemiInactive,
            Spare::FlatSemiInactive,
        ]);
    }
    if count > 0 {
        kinds.extend([Spare::FlatAtBreakpoint, Spare::Split]);
    }
    let (mut minimum, mut strict) = (count == 0 && relu, count > 0);
    let mut splits = Vec::new();
    for _ in 0..*spare {
        let v = draw.integer(3);
        let size = size(&mut draw);
        let at_start = draw.one_in(2);
        let semi_inactive = if at_start { (-&size, &size * &start) } else { (size.clone(), -&size * &end) };
        // A constant minimum wants few of the others.
        let kind = if draw.one_in(2) && relu {
            *draw.pick(&[Spare::Inactive, Spare::SemiInactive])
        } else {
            *draw.pick(&kinds)
        };
        match kind {
            Spare::Inactive if at_start => push(Rational::zero(), -&size, v),
            Spare::Inactive => push(size.clone(), -&size * (&end + &size), v),
            Spare::SemiInactive => {
                minimum &= (&alpha * &v * &semi_inactive.0).is_negative();
                push(semi_inactive.0, semi_inactive.1, v);
            }
            Spare::FlatSemiInactive => {
                minimum = false;
                push(semi_inactive.0, semi_inactive.1, Rational::zero());
            }
            Spare::FlatSemiActive => {
                (minimum, strict) = (false, true);
                let b = if !relu && at_start { -size } else { size };
                push(Rational::zero(), b, Rational::zero());
            }
            Spare::FlatDegenerate => {
                minimum = false;
                push(Rational::zero(), Rational::zero(), Rational::zero());
            }
            Spare::FlatAtBreakpoint | Spare::Split => {
                let i = draw.below(count);
                let w = if rising(i) { size } else { -size };
                // A share of the height moves from neuron i to this one.
                let share = if kind == Spare::Split { v } else { Rational::zero() };
                splits.push((i, &share * w.abs()));
                push(w.clone(), -&w * &places[i], share);
            }
        }
    }
    for (i, moved) in splits {
        let scale = network.input_weights[i].abs();
        network.output_weights[i] -= moved / scale;
    }
    // N(T0) = f(T0) + e_0; without breakpoints N is the mean of the target.
    let at_start = |network: &ScalarNetwork| {
        let term = |j: usize| {
            let z = &network.input_weights[j] * &start + &network.input_biases[j];
            let rho = if z.is_negative() { z * gamma } else { z };
            &network.output_weights[j] * rho
        };
        (0..network.width()).map(term).sum::<Rational>()
    };
    network.output_bias = &alpha * &start + &beta + &height - at_start(&network);
    let spoilt_by = if *spoilt { Some(spoil(&mut draw, &mut network, &start, &end)) } else { None };
    let share = if *falling_first { gamma.clone() } else { Rational::one() };
    let loss = match count {
        0 => &alpha * &alpha * pow(length.clone(), 3) / rational(12),
        _ => {
            let parts = &length / &lengths[0];
            let fourth = pow(parts, 4) * &share * &share * rational(12);
            &alpha * &alpha * &sigma * &sigma * pow(length.clone(), 3) / fourth
        }
    };
    let target = Piecewise(vec![Piece { to: end.clone(), polynomial: Polynomial(vec![beta, alpha]).trimmed() }]);
    let integral = Integral { start, end, target, density: None };
    let mut instance = draft(gamma.clone(), integral, network);
    let mark = if *spoilt { "-spoilt" } else { "" };
    let side = if *falling_first { "f" } else { "" };
    let name = if relu { "relu".to_owned() } else { id_part(&format!("leaky:{}", write(gamma))) };
    instance.id = format!("integral-critical-{name}-n{count}{side}-r{spare}{mark}-s{seed}");
    instance.source.location = Some(format!(
        "docs/theory-integral.md, section 8; relucert instances generate integral-critical --breakpoints {count} --spare \
         {spare} --negative-slope {}{}{} --seed {seed}",
        write(gamma),
        if *falling_first { " --falling-first" } else { "" },
        if *spoilt { " --spoilt" } else { "" },
    ));
    instance.title = Some(match (count, *spoilt) {
        (_, true) => "Next to a critical point for an affine target: not critical".to_owned(),
        (0, _) => "A constant critical point for an affine target".to_owned(),
        _ => format!("A zigzag with {count} breakpoints for an affine target"),
    });
    instance.expected = Some(match spoilt_by {
        Some(what) => expect(&[(Property::Stationary, false), (Property::LocalMinimum, false)], None, what),
        None => {
            let verdicts = [
                (Property::Stationary, true),
                (Property::LocalMinimum, minimum),
                (Property::Saddle, !minimum),
                (Property::StrictSaddle, !minimum && strict),
                (Property::GlobalMinimum, false),
            ];
            expect(&verdicts, Some(loss), "by the classification of critical points for affine targets")
        }
    });
    written(&instance)
}

/// The lengths of the pieces between T0, the breakpoints and T1: their squares in the ratio a : 1 + gamma : ... : z.
fn lengths(count: usize, gamma: &Rational, falling: bool, length: &Rational) -> Result<Vec<Rational>, BadParameters> {
    let one = Rational::one();
    let inner = &one + gamma;
    // The last breakpoint is of the same kind as the first one, if their number is odd.
    let last_falling = falling == (count % 2 == 1);
    let share = |piece: usize| match piece {
        _ if gamma.is_zero() => one.clone(),
        0 if falling => gamma.clone(),
        0 => one.clone(),
        _ if piece < count => inner.clone(),
        _ if last_falling => one.clone(),
        _ => gamma.clone(),
    };
    let mut ratios = Vec::new();
    for piece in 0..=count {
        let square = share(piece) / share(0);
        let ratio = root(square.numer()).zip(root(square.denom())).map(|(n, d)| Rational::new(n, d));
        let Some(ratio) = ratio else {
            let text =
                format!("with slope {} the breakpoints aren't rational: {} is no square", write(gamma), write(&square));
            return Err(BadParameters(text));
        };
        ratios.push(ratio);
    }
    let sum: Rational = ratios.iter().sum();
    Ok(ratios.into_iter().map(|ratio| ratio * length / &sum).collect())
}

fn root(square: &Integer) -> Option<Integer> {
    let root = square.sqrt();
    (&root * &root == *square).then_some(root)
}

/// Changes the point so that it isn't critical: a number by 1e-9, or one more neuron.
fn spoil(draw: &mut Draw, network: &mut ScalarNetwork, start: &Rational, end: &Rational) -> &'static str {
    let tiny = Rational::new(1.into(), 1_000_000_000.into());
    let mut push = |w: Rational, b: Rational, v: Rational| {
        network.input_weights.push(w);
        network.input_biases.push(b);
        network.output_weights.push(v);
    };
    match draw.below(4) {
        0 => {
            network.output_bias += tiny;
            "the output bias is moved by 1e-9"
        }
        1 => {
            push(Rational::one(), -start, Rational::zero());
            "a neuron that is affine on the interval has no output weight, but its derivative isn't zero"
        }
        2 => {
            // It sees e on both sides of a place that no breakpoint needs.
            let q = start + (end - start) * Rational::new(7919.into(), 104_729.into());
            push(Rational::one(), -q, Rational::zero());
            "a neuron without output weight has its breakpoint elsewhere"
        }
        _ => {
            push(Rational::zero(), Rational::zero(), Rational::one());
            "a neuron with zero input weight and bias has an output weight"
        }
    }
}
