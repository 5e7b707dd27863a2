//! Exact feasibility of `A x = b`, `low <= x <= high`.

use super::dictionary::Dictionary;
use super::limbs::Limbs;
use super::width::{Overflow, Width};
use crate::rational::{Integer, Parts, Rational};

/// Bounds of one variable; `None` is infinite.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least value.
    pub low: Option<Integer>,
    /// The greatest value.
    pub high: Option<Integer>,
}

impl Bounds {
    /// Exactly one value.
    pub fn exactly(value: Integer) -> Bounds {
        Bounds { low: Some(value.clone()), high: Some(value) }
    }
}

/// The system `A x = b` with bounds on x that may change between questions; the dictionary is kept, so that a question
/// that differs little from the last one is answered by few pivots.
///
/// It begins with 64 bits. Where they don't suffice the question is asked again with 128, 256 or 512 bits, if there is a bound
/// for all numbers that says that these are enough, otherwise with integers of any size; and so it stays.
#[derive(Debug, Clone)]
pub struct Feasibility {
    columns: Vec<Vec<Integer>>,
    right: Vec<Integer>,
    bounds: Vec<Bounds>,
    dictionary: AnyWidth,
}

#[derive(Debug, Clone)]
enum AnyWidth {
    Narrow(Dictionary<i64>),
    Wide(Dictionary<i128>),
    Long(Dictionary<Limbs<4>>),
    Longer(Dictionary<Limbs<8>>),
    Big(Dictionary<Integer>),
}

/// The same expression for each width.
macro_rules! in_any_width {
    ($dictionary:expr, $name:ident => $body:expr) => {
        match $dictionary {
            AnyWidth::Narrow($name) => $body,
            AnyWidth::Wide($name) => $body,
            AnyWidth::Long($name) => $body,
            AnyWidth::Longer($name) => $body,
            AnyWidth::Big($name) => $body,
        }
    };
}

impl Feasibility {
    /// The system with the given columns of A (each of the length of `right`) and right side b. Every variable starts
    /// unbounded; set bounds before asking.
    pub fn new(columns: &[Vec<Integer>], right: &[Integer]) -> Feasibility {
        let bounds = vec![Bounds::default(); columns.len()];
        let dictionary = AnyWidth::first(columns, right, &bounds, 0);
        Feasibility { columns: columns.to_vec(), right: right.to_vec(), bounds, dictionary }
    }

    /// Changes the bounds of a variable.
    pub fn set_bounds(&mut self, variable: usize, bounds: Bounds) {
        let done = in_any_width!(&mut self.dictionary, d => d.set_bounds(variable, &bounds));
        self.bounds[variable] = bounds;
        if let Err(Overflow) = done {
            self.widen();
        }
    }

    /// Whether there is a solution; if there is none, y in the row space with
    /// `y . b < min { y . A x : low <= x <= high }`.
    ///
    /// # Errors
    /// This y.
    pub fn solve(&mut self) -> Result<(), Vec<Integer>> {
        loop {
            match in_any_width!(&mut self.dictionary, d => d.solve()) {
                Ok(Ok(())) => return Ok(()),
                Ok(Err((row, too_low))) => {
                    return Err(in_any_width!(&self.dictionary, d => d.refutation(row, too_low)));
                }
                Err(Overflow) => self.widen(),
            }
        }
    }

    /// The solution that [`Feasibility::solve`] has found.
    pub fn solution(&self) -> Vec<Rational> {
        in_any_width!(&self.dictionary, d => d.solution())
    }

    /// The value of one variable in the solution that [`Feasibility::solve`] has found.
    pub fn value(&self, variable: usize) -> Parts {
        in_any_width!(&self.dictionary, d => d.value(variable))
    }

    fn widen(&mut self) {
        let next = match &self.dictionary {
            AnyWidth::Narrow(_) => 1,
            AnyWidth::Wide(_) => 2,
            AnyWidth::Long(_) => 3,
            AnyWidth::Longer(_) | AnyWidth::Big(_) => 4,
        };
        self.dictionary = AnyWidth::first(&self.columns, &self.right, &self.bounds, next);
    }
}

impl AnyWidth {
    /// The dictionary of the first width, from the given one on, that the data fit.
    fn first(columns: &[Vec<Integer>], right: &[Integer], bounds: &[Bounds], from: usize) -> AnyWidth {
        fn start<W: Width>(
            columns: &[Vec<Integer>], right: &[Integer], bounds: &[Bounds],
        ) -> Result<Dictionary<W>, Overflow> {
            let mut dictionary = Dictionary::new(columns, right)?;
            let free = Bounds::default();
            let bounded = bounds.iter().enumerate().filter(|(_, bounds)| **bounds != free);
            bounded.into_iter().try_for_each(|(variable, bounds)| dictionary.set_bounds(variable, bounds))?;
            Ok(dictionary)
        }
        let narrow = || start(columns, right, bounds).map(AnyWidth::Narrow);
        let wide = || start(columns, right, bounds).map(AnyWidth::Wide);
        let long = || start(columns, right, bounds).map(AnyWidth::Long);
        let longer = || start(columns, right, bounds).map(AnyWidth::Longer);
        let big = || start(columns, right, bounds).map(AnyWidth::Big);
        let widths: [&dyn Fn() -> Result<AnyWidth, Overflow>; 5] = [&narrow, &wide, &long, &longer, &big];
        let found = widths.iter().skip(from).map(|width| width()).find(Result::is_ok).unwrap_or(Err(Overflow));
        match found {
            Ok(dictionary) => dictionary,
            // Integers of any size don't overflow.
            Err(Overflow) => unreachable!("big integers overflowed"),
        }
    }
}
