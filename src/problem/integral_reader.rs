//! Instance files with an `integral`, read as strictly as the others.

use super::integral::{Integral, IntegralInstance, Piece, Piecewise, ScalarNetwork};
use super::reader::{At, Read, describe, read_document};
use super::{Instance, InstanceError, InstanceFile, Property};
use crate::linear::{IntervalAnswer, Polynomial, nonnegative_on};
use crate::rational::{Rational, write};
use num_traits::{One, Signed, Zero};

/// Most pieces of a function, and highest degree of a piece.
const MAX_PIECES: usize = 1_000;
const MAX_DEGREE: usize = 64;

impl InstanceFile {
    /// Reads an instance of either kind from the bytes of its file.
    pub fn read(file: Vec<u8>) -> Result<InstanceFile, InstanceError> {
        if read_document(&file, |document| Ok(document.optional("integral").is_none()))? {
            return Instance::read(file).map(|instance| InstanceFile::Empirical(Box::new(instance)));
        }
        let instance = read_document(&file, |document| document.integral_instance())?;
        Ok(InstanceFile::Integral(Box::new(IntegralInstance { text: file, ..instance })))
    }
}

impl IntegralInstance {
    /// Reads an instance with an integral from the bytes of its file.
    pub fn read(file: Vec<u8>) -> Result<IntegralInstance, InstanceError> {
        let instance = read_document(&file, |document| document.integral_instance())?;
        Ok(IntegralInstance { text: file, ..instance })
    }
}

impl At<'_> {
    fn integral_instance(&self) -> Read<IntegralInstance> {
        self.check_format()?;
        for (key, why) in [
            ("samples", "an instance has either samples or an integral"),
            ("trained", "with an integral everything is trained; leave this out"),
        ] {
            if let Some(at) = self.optional(key) {
                return at.error("unknown-key", why);
            }
        }
        let keys = ["format", "id", "title", "source", "activation", "integral", "candidate", "witnesses", "expected"];
        self.object(&keys)?;
        let id = self.id()?;
        let activation_at = self.field("activation")?;
        let activation = activation_at.activation()?;
        let negative_slope = activation.negative;
        if !activation.positive.is_one() || negative_slope.is_negative() || negative_slope.is_one() {
            let found = format!("slopes {} and {}", write(&activation.positive), write(&negative_slope));
            let text = format!("{found} are not covered by the integral theory: give 1 and gamma >= 0, gamma != 1");
            return activation_at.error("not-covered", text);
        }
        let integral = self.field("integral")?.integral()?;
        let candidate = self.field("candidate")?.scalar_network(None)?;
        let width = Some(candidate.width());
        let (mut better_candidate, mut descent) = (None, None);
        if let Some(witnesses) = self.optional("witnesses") {
            witnesses.object(&["better_candidate", "descent"])?;
            better_candidate = witnesses.optional("better_candidate").map(|at| at.scalar_network(width)).transpose()?;
            if let Some(at) = witnesses.optional("descent") {
                let curve: Vec<_> = at.items()?.iter().map(|item| item.scalar_network(width)).collect::<Read<_>>()?;
                if curve.is_empty() {
                    return at.error("empty", "a curve needs at least one coefficient");
                }
                descent = Some(curve);
            }
        }
        let expectations = |at: At<'_>| at.expectations(&Property::INTEGRAL, candidate.width());
        Ok(IntegralInstance {
            id,
            title: self.optional_text("title")?,
            source: self.optional("source").map(|at| at.source()).transpose()?.unwrap_or_default(),
            negative_slope,
            integral,
            better_candidate,
            descent,
            expected: self.optional("expected").map(expectations).transpose()?,
            candidate,
            text: Vec::new(),
        })
    }

    fn integral(&self) -> Read<Integral> {
        self.object(&["interval", "target", "density"])?;
        let interval = self.field("interval")?;
        let ends = interval.numbers()?;
        let [start, end] = ends.as_slice() else {
            return interval.error("wrong-type", format!("expected two numbers, found {}", ends.len()));
        };
        if start >= end {
            let text = format!("the interval from {} to {} is empty; its end must be larger", write(start), write(end));
            return interval.error("interval", text);
        }
        let target = self.field("target")?.target(start, end)?;
        let density = self.optional("density").map(|at| at.density(start, end)).transpose()?;
        Ok(Integral { start: start.clone(), end: end.clone(), target, density })
    }

    fn target(&self, start: &Rational, end: &Rational) -> Read<Piecewise> {
        if self.optional("slope").is_none() && self.optional("intercept").is_none() {
            return self.pieces(start, end);
        }
        self.object(&["slope", "intercept"])?;
        let (slope, intercept) = (self.field("slope")?.number()?, self.field("intercept")?.number()?);
        Ok(Piecewise(vec![Piece { to: end.clone(), polynomial: Polynomial(vec![intercept, slope]).trimmed() }]))
    }

    fn pieces(&self, start: &Rational, end: &Rational) -> Read<Piecewise> {
        self.object(&["pieces"])?;
        let list = self.field("pieces")?;
        let items = list.items()?;
        if items.is_empty() {
            return list.error("empty", "there are no pieces; give at least one");
        }
        if items.len() > MAX_PIECES {
            return list.error("limit", format!("{} pieces; at most {MAX_PIECES} are read", items.len()));
        }
        let mut pieces: Vec<Piece> = Vec::new();
        for item in items {
            item.object(&["to", "coefficients"])?;
            let to_at = item.field("to")?;
            let to = to_at.number()?;
            let from = pieces.last().map_or(start, |piece| &piece.to);
            if to <= *from {
                let text = format!("a piece from {} to {}; pieces must follow each other", write(from), write(&to));
                return to_at.error("pieces", text);
            }
            if to > *end {
                return to_at.error("pieces", format!("{} lies beyond the interval's end {}", write(&to), write(end)));
            }
            let coefficients_at = item.field("coefficients")?;
            let coefficients = coefficients_at.numbers()?;
            if coefficients.is_empty() {
                return coefficients_at.error("empty", "no coefficients; write [\"0\"] for zero");
            }
            if coefficients.len() > MAX_DEGREE + 1 {
                let text = format!("a degree of {}; at most {MAX_DEGREE} is read", coefficients.len() - 1);
                return coefficients_at.error("limit", text);
            }
            pieces.push(Piece { to, polynomial: Polynomial(coefficients).trimmed() });
        }
        match pieces.last() {
            Some(last) if last.to == *end => Ok(Piecewise(pieces)),
            last => {
                let found = last.map(|last| write(&last.to)).unwrap_or_default();
                let text =
                    format!("the last piece ends at {found}, the interval at {}; they must be equal", write(end));
                list.error("pieces", text)
            }
        }
    }

    fn density(&self, start: &Rational, end: &Rational) -> Read<Piecewise> {
        let density = self.pieces(start, end)?;
        let list = self.field("pieces")?.items()?;
        let mut from = start;
        for (piece, at) in density.0.iter().zip(list) {
            if let IntervalAnswer::Negative(point) = nonnegative_on(&piece.polynomial, from, &piece.to) {
                let value = write(&piece.polynomial.value(&point));
                return at
                    .error("density", format!("the density is {value} at {}; it must not be negative", write(&point)));
            }
            from = &piece.to;
        }
        if density.0.iter().all(|piece| piece.polynomial.is_zero()) {
            return self.error("density", "the density is zero everywhere");
        }
        Ok(density)
    }

    fn scalar_network(&self, width: Option<usize>) -> Read<ScalarNetwork> {
        self.object(&["input_weights", "input_biases", "output_weights", "output_bias"])?;
        let rows = ["input_weights", "input_biases", "output_weights"].map(|key| self.field(key));
        let mut lists = Vec::new();
        let mut wanted = width;
        for at in rows {
            let at = at?;
            let list = at.numbers()?;
            if list.is_empty() {
                return at.error("empty", "there are no neurons; give at least one number");
            }
            let wanted = *wanted.get_or_insert(list.len());
            if list.len() != wanted {
                let text = format!(
                    "{} numbers for {wanted} neurons; give one for each, found {}",
                    list.len(),
                    describe(at.json)
                );
                return at.error("ragged", text);
            }
            lists.push(list);
        }
        let output_bias = self.optional("output_bias").map(|at| at.number()).transpose()?;
        let mut lists = lists.into_iter();
        let mut next = || lists.next().unwrap_or_default();
        Ok(ScalarNetwork {
            input_weights: next(),
            input_biases: next(),
            output_weights: next(),
            output_bias: output_bias.unwrap_or_else(Rational::zero),
        })
    }
}
