//! Large linear systems over the integers, by p-adic lifting (Dixon 1982, Numerische Mathematik 40).
//!
//! With `A^-1` modulo a prime p, `A x = b` is solved digit by digit in base p: the next digit is `A^-1 r mod p`, r what is left
//! of b, divided by p each time. The rational numbers follow from their remainders by Euclid's algorithm (Wang 1981), as soon
//! as there are digits enough for them: short solutions are found early. Nothing is returned before `A x = b` has been
//! verified in integers, so a prime that doesn't suit can make this fail, and never wrong.

use super::residues::{Field, PRIMES, Profile};
use crate::rational::{Integer, Rational};
use num_integer::Integer as _;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// Bits of the pieces that entries are cut into for inner products with digits.
const PIECE: u64 = 48;
/// Bits by which the product of numerator and denominator stays below the modulus: chance makes none that short.
const MARGIN: u64 = 48;

/// A square system, for many right sides.
#[derive(Debug)]
pub(crate) struct Lifting {
    rows: Vec<Vec<Integer>>,
    field: Field,
    /// `A^-1` modulo the prime.
    inverse: Vec<Vec<u64>>,
    /// `A = sum_c 2^(48 c) A_c`
    pieces: Vec<Vec<Vec<i64>>>,
    /// Bits that no numerator or denominator exceeds, without those of the right side.
    bits: u64,
}

impl Lifting {
    /// The system with these rows, as many as they have entries. `None` if they are not, or dependent modulo all primes that
    /// are tried. Cost: n^3 operations in 64 bits; memory: twice that of the entries.
    pub(crate) fn new(rows: Vec<Vec<Integer>>) -> Option<Lifting> {
        if rows.iter().any(|row| row.len() != rows.len()) {
            return None;
        }
        let (field, inverse) =
            PRIMES.into_iter().map(Field::new).find_map(|field| Some((field, inverse_of(&rows, field)?)))?;
        let longest = rows.iter().flatten().map(Integer::bits).max().unwrap_or(0);
        let pieces = (0..longest.div_ceil(PIECE).max(1)).map(|c| rows.iter().map(|row| piece(row, c)).collect());
        // Hadamard's inequality for the rows.
        let length = |row: &Vec<Integer>| row.iter().map(|x| x * x).sum::<Integer>().bits().div_ceil(2);
        let bits = rows.iter().map(length).sum::<u64>() + 1;
        Some(Lifting { field, inverse, pieces: pieces.collect(), bits, rows })
    }

    /// `(z, s)` with `A z = s b`, s > 0 the least; `None` only if something is wrong. Cost: n^2 operations for each digit, of
    /// which there are as many as the solution needs.
    pub(crate) fn solve(&self, right: &[Integer]) -> Option<(Vec<Integer>, Integer)> {
        let prime = Integer::from(self.field.prime());
        let longest = right.iter().map(Integer::bits).max().unwrap_or(0);
        let most = (2 * self.bits + longest + u64::from(usize::BITS) + 2 * MARGIN) / u64::from(self.field.k - 1) + 2;
        let mut left = right.to_vec();
        let mut power = Integer::one();
        let mut lifted = vec![Integer::zero(); right.len()];
        let mut digits: Vec<Vec<u64>> = vec![];
        let mut next = 2;
        for count in 1..=most {
            let digit = self.digit(&left);
            for (i, left) in left.iter_mut().enumerate() {
                *left = (std::mem::take(left) - self.image(i, &digit)) / &prime;
            }
            digits.push(digit);
            if count == next || count == most {
                for digit in digits.drain(..) {
                    lifted.iter_mut().zip(digit).for_each(|(x, digit)| *x += &power * digit);
                    power *= &prime;
                }
                let found = reconstruct(&lifted, &power);
                if let Some((numerators, denominator)) = found
                    && self.is_solution(&numerators, &denominator, right)
                {
                    return Some((numerators, denominator));
                }
                next = count + count / 2 + 1;
            }
        }
        None
    }

    /// `A^-1 r mod p`
    fn digit(&self, left: &[Integer]) -> Vec<u64> {
        let left: Vec<u64> = left.iter().map(|entry| self.field.residue(entry)).collect();
        self.inverse.iter().map(|row| self.field.dot(row, &left)).collect()
    }

    /// `(A x)_i` for a digit x of the solution.
    fn image(&self, i: usize, digit: &[u64]) -> Integer {
        let mut sum = Integer::zero();
        for piece in self.pieces.iter().rev() {
            // 2^48 times 2^61, and no system has 2^18 unknowns.
            let part: i128 = piece[i].iter().zip(digit).map(|(a, x)| i128::from(*a) * i128::from(*x)).sum();
            sum = (sum << PIECE) + part;
        }
        sum
    }

    fn is_solution(&self, numerators: &[Integer], denominator: &Integer, right: &[Integer]) -> bool {
        let rows = self.rows.iter().zip(right);
        rows.into_iter().all(|(row, right)| product_of(row, numerators) == denominator * right)
    }
}

/// The solutions of a system given by its rows, with independent columns, for several right sides, which have an entry for each
/// row; `Some(None)` if one of them is outside the span of the columns. `None` says nothing: the columns may be dependent.
/// Cost: that of a square system, and of the rank modulo a prime.
pub(super) fn solve_tall(rows: &[Vec<Integer>], rights: &[Vec<Integer>]) -> Option<Option<Vec<Vec<Rational>>>> {
    let unknowns = rows.first()?.len();
    let mut profile = Profile::default();
    let mut chosen: Vec<usize> = Vec::with_capacity(unknowns);
    for (i, row) in rows.iter().enumerate() {
        if chosen.len() < unknowns && profile.insert(row) {
            chosen.push(i);
        }
    }
    if chosen.len() < unknowns {
        return None;
    }
    let lifting = Lifting::new(chosen.iter().map(|i| rows[*i].clone()).collect())?;
    let mut solutions = Vec::with_capacity(rights.len());
    for right in rights {
        let own: Vec<Integer> = chosen.iter().map(|i| right[*i].clone()).collect();
        let (numerators, denominator) = lifting.solve(&own)?;
        // The only solution of the chosen rows.
        let fits = |(row, right): (&Vec<Integer>, &Integer)| product_of(row, &numerators) == &denominator * right;
        if !rows.iter().zip(right).all(fits) {
            return Some(None);
        }
        solutions.push(numerators.into_iter().map(|x| Rational::new(x, denominator.clone())).collect());
    }
    Some(Some(solutions))
}

/// `x . y`
pub(super) fn product_of(x: &[Integer], y: &[Integer]) -> Integer {
    x.iter().zip(y).filter(|(x, y)| !x.is_zero() && !y.is_zero()).map(|(x, y)| x * y).sum()
}

/// Some bits of each entry, with its sign.
fn piece(row: &[Integer], place: u64) -> Vec<i64> {
    let mask = num_bigint::BigUint::from((1_u64 << PIECE) - 1);
    let part = |entry: &Integer| {
        let part = ((entry.magnitude() >> (place * PIECE)) & &mask).to_i64().unwrap_or(0);
        if entry.is_negative() { -part } else { part }
    };
    row.iter().map(part).collect()
}

/// `A^-1` modulo a prime, by the method of Gauss and Jordan; `None` if there is none.
fn inverse_of(rows: &[Vec<Integer>], field: Field) -> Option<Vec<Vec<u64>>> {
    let count = rows.len();
    let with_unit = |(i, row): (usize, &Vec<Integer>)| -> Vec<u64> {
        let unit = (0..count).map(|j| u64::from(i == j));
        row.iter().map(|entry| field.residue(entry)).chain(unit).collect()
    };
    let mut rows: Vec<Vec<u64>> = rows.iter().enumerate().map(with_unit).collect();
    for column in 0..count {
        let found = (column..count).find(|row| rows[*row][column] != 0)?;
        rows.swap(column, found);
        let factor = field.inverse(rows[column][column]);
        rows[column][column..].iter_mut().for_each(|entry| *entry = field.product(*entry, factor));
        let pivot = std::mem::take(&mut rows[column]);
        for row in rows.iter_mut().filter(|row| !row.is_empty()) {
            let factor = row[column];
            field.subtract(&mut row[column..], factor, &pivot[column..]);
        }
        rows[column] = pivot;
    }
    rows.iter_mut().for_each(|row| drop(row.drain(..count)));
    Some(rows)
}

/// `(z, s)` with `z = s x` modulo m, s > 0, all numbers so short that there is no other such quotient; `None` if they aren't.
fn reconstruct(residues: &[Integer], modulus: &Integer) -> Option<(Vec<Integer>, Integer)> {
    let bits = modulus.bits().checked_sub(MARGIN + 2)?;
    let mut denominator = Integer::one();
    let mut numerators: Vec<(Integer, Integer)> = Vec::with_capacity(residues.len());
    for x in residues {
        // Most have the denominator that those before have.
        let scaled = nearest(&(x * &denominator), modulus);
        let (numerator, more) = if scaled.bits() + denominator.bits() < bits {
            (scaled, Integer::one())
        } else {
            quotient(&scaled, modulus, bits.checked_sub(denominator.bits())?)?
        };
        denominator *= &more;
        numerators.push((numerator, denominator.clone()));
    }
    let whole = |(numerator, own): (Integer, Integer)| {
        if own == denominator { numerator } else { numerator * (&denominator / own) }
    };
    let mut numerators: Vec<Integer> = numerators.into_iter().map(whole).collect();
    let common =
        numerators.iter().fold(denominator.clone(), |common, x| if common.is_one() { common } else { common.gcd(x) });
    if !common.is_one() {
        numerators.iter_mut().for_each(|x| *x = &*x / &common);
    }
    Some((numerators, denominator / common))
}

/// The remainder of least size.
fn nearest(x: &Integer, modulus: &Integer) -> Integer {
    let x = x.mod_floor(modulus);
    if (&x << 1_u32) > *modulus { x - modulus } else { x }
}

/// `(z, s)` with `z = s x` modulo m and no more bits in both together than this, by Euclid's algorithm.
fn quotient(x: &Integer, modulus: &Integer, bits: u64) -> Option<(Integer, Integer)> {
    let (mut older, mut newer) = (modulus.clone(), x.mod_floor(modulus));
    let (mut before, mut factor) = (Integer::zero(), Integer::one());
    while !newer.is_zero() {
        if newer.bits() + factor.bits() <= bits {
            return Some(if factor.is_negative() { (-newer, -factor) } else { (newer, factor) });
        }
        let (whole, rest) = older.div_rem(&newer);
        (older, newer) = (newer, rest);
        let next = before - whole * &factor;
        (before, factor) = (factor, next);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, RngExt, SeedableRng};

    fn draw(random: &mut impl Rng, size: i128) -> Integer {
        Integer::from(random.random_range(-size..=size))
    }

    /// Huge entries, and entries that are multiples of the primes.
    fn draw_rows(random: &mut impl Rng, count: usize) -> Vec<Vec<Integer>> {
        let size = [1_i128, 9, 1 << 40, 10_i128.pow(30)][random.random_range(0..4)];
        let factor = Integer::from(if random.random_bool(0.2) { Field::new(PRIMES[0]).prime() } else { 1 });
        let mut rows: Vec<Vec<Integer>> =
            (0..count).map(|_| (0..count).map(|_| draw(&mut *random, size)).collect()).collect();
        if let Some(row) = rows.first_mut() {
            row.iter_mut().for_each(|entry| *entry *= &factor);
        }
        rows
    }

    #[test]
    fn agrees_with_cramers_rule() {
        let seed = 1982;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let (mut solved, mut refused, mut short) = (0, 0, 0);
        for round in 0..400 {
            let count = round % 12;
            let mut rows = draw_rows(&mut random, count);
            if round % 5 == 0 && count > 1 {
                rows[count - 1] = rows[0].iter().zip(&rows[1]).map(|(a, b)| a * 3 - b).collect();
            }
            // A short solution, or any.
            let solution: Vec<Integer> = (0..count).map(|_| draw(&mut random, 9)).collect();
            let right: Vec<Integer> = match round % 3 {
                0 => rows.iter().map(|row| product_of(row, &solution)).collect(),
                _ => (0..count).map(|_| draw(&mut random, 10_i128.pow(30))).collect(),
            };
            let columns: Vec<Vec<Integer>> =
                (0..count).map(|j| rows.iter().map(|row| row[j].clone()).collect()).collect();
            let columns: Vec<&[Integer]> = columns.iter().map(Vec::as_slice).collect();
            let expected = super::super::Cramer::solve(&columns, std::slice::from_ref(&right), || false);
            let found = Lifting::new(rows.clone()).map(|lifting| lifting.solve(&right));
            match (expected, found) {
                (Some(expected), Some(Some((numerators, denominator)))) => {
                    let cross = numerators.iter().zip(&expected.numerators[0]);
                    assert!(denominator.is_positive());
                    assert!(cross.clone().all(|(x, y)| x * &expected.determinant == y * &denominator), "{rows:?}");
                    let content = numerators.iter().fold(denominator.clone(), |content, x| content.gcd(x));
                    assert!(content.is_one(), "{numerators:?} {denominator}");
                    solved += 1;
                    short += usize::from(denominator.is_one());
                }
                (None, None) => refused += 1,
                (expected, found) => panic!("{rows:?} {right:?}: {expected:?} {found:?}"),
            }
        }
        println!("{solved} solved, {short} of them in integers, {refused} dependent");
        assert!(solved > 250 && refused > 40 && short > 80, "{solved} {refused} {short}");
    }

    /// Each prime divides the determinant: nothing is said.
    #[test]
    fn bad_primes_say_nothing() {
        let first = Integer::from(Field::new(PRIMES[0]).prime());
        let primes: Integer = PRIMES.iter().map(|prime| Integer::from(Field::new(*prime).prime())).product();
        let rows = |entry: Integer| vec![vec![entry, Integer::one()], vec![Integer::zero(), Integer::one()]];
        assert!(Lifting::new(rows(primes)).is_none());
        let (numerators, denominator) =
            Lifting::new(rows(first.clone())).unwrap().solve(&[Integer::from(3), Integer::one()]).unwrap();
        assert_eq!((numerators, denominator), (vec![2.into(), first.clone()], first.clone()));
        // Fewer rows than unknowns.
        assert!(Lifting::new(vec![vec![Integer::one(), Integer::one()]]).is_none());
    }
}
