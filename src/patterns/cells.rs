//! The cells of a central arrangement, each with an interior direction, by deletion and restriction.
//!
//! The cells of the first k lines that line k cuts are exactly the cells of these lines *on* its hyperplane
//! `H = { u : p_k.u = 0 }`, an arrangement in one dimension less. So the list for k + 1 lines is that for k, where each cell
//! that occurs in the list on H becomes two, and each other cell gets the sign of `p_k.u` at its interior direction u. No
//! linear program is solved. Both lists are in the order of the signs, so that one pass goes through both. Half of the
//! cells is enough, because -u lies in the opposite one.

use super::coordinate::{Coordinate, Overflow};
use crate::rational::{Integer, Rational};
use std::cmp::Ordering;

/// An open cell `{ u : sign_l p_l.u > 0 }` of an arrangement of lines p_l.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Whether `p_l.u > 0` (true) or `< 0`, for each line.
    pub signs: Vec<bool>,
    /// A direction inside.
    pub direction: Vec<Rational>,
}

/// There are more cells than were allowed for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {0} activation patterns")]
pub struct TooManyCells(pub usize);

/// Calls `visit` for each cell of the arrangement of some lines (primitive integer vectors, pairwise different, each
/// with its first non-zero entry positive), in a fixed order, each followed by the opposite one; without lines there is
/// one cell, the whole space.
///
/// Cost: for each cell and each line some d operations, once for each dimension from d down; memory for half of the cells.
///
/// # Errors
/// [`TooManyCells`] as soon as there are more than `limit`, before any is visited.
pub fn for_each_cell(
    lines: &[Vec<Integer>], dimension: usize, limit: usize, mut visit: impl FnMut(&Cell),
) -> Result<(), TooManyCells> {
    if lines.is_empty() {
        let direction = vec![Rational::from_integer(0.into()); dimension];
        visit(&Cell { signs: vec![], direction });
        return Ok(());
    }
    let half = half_of_cells(lines, dimension, limit)?;
    for cell in 0..half.count() {
        let signs: Vec<bool> = (0..lines.len()).map(|line| half.is_positive(cell, line)).collect();
        let direction: Vec<Rational> = half.direction(cell).into_iter().map(Rational::from).collect();
        let opposite = Cell {
            signs: signs.iter().map(|sign| !sign).collect(),
            direction: direction.iter().map(|entry| -entry).collect(),
        };
        visit(&Cell { signs, direction });
        visit(&opposite);
    }
    Ok(())
}

/// The cells on the positive side of the first line, in the order of their signs, line after line, + before -.
///
/// # Errors
/// [`TooManyCells`] as soon as there are more than `limit`, both halves counted.
pub fn half_of_cells(lines: &[Vec<Integer>], dimension: usize, limit: usize) -> Result<HalfOfCells, TooManyCells> {
    let found = match short(lines, dimension, limit) {
        Err(Stop::Overflow) => start::<Integer>(lines, dimension, limit).map(Points::Big),
        found => found,
    };
    // Integers of any size don't overflow.
    found.map(|points| HalfOfCells { points }).map_err(|_| TooManyCells(limit))
}

/// The same, if numbers of 128 bits suffice; otherwise the list would cost much more than its length.
pub fn half_of_cells_if_short(lines: &[Vec<Integer>], dimension: usize) -> Option<HalfOfCells> {
    short(lines, dimension, usize::MAX).ok().map(|points| HalfOfCells { points })
}

fn short(lines: &[Vec<Integer>], dimension: usize, limit: usize) -> Result<Points, Stop> {
    match start::<i64>(lines, dimension, limit) {
        Err(Stop::Overflow) => start::<i128>(lines, dimension, limit).map(Points::Wide),
        found => found.map(Points::Narrow),
    }
}

/// What [`half_of_cells`] returns.
#[derive(Debug)]
pub struct HalfOfCells {
    points: Points,
}

#[derive(Debug)]
enum Points {
    Narrow(List<i64>),
    Wide(List<i128>),
    Big(List<Integer>),
}

impl HalfOfCells {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.signs().len() / self.words()
    }

    /// Whether `p_l.u > 0` in a cell.
    pub fn is_positive(&self, cell: usize, line: usize) -> bool {
        is_positive(&self.signs()[cell * self.words()..], line)
    }

    /// A primitive vector inside a cell.
    pub fn direction(&self, cell: usize) -> Vec<Integer> {
        fn integers<T: Coordinate>(list: &List<T>, cell: usize) -> Vec<Integer> {
            let mut point = list.point(cell).to_vec();
            T::make_primitive(&mut point);
            point.iter().map(T::integer).collect()
        }
        match &self.points {
            Points::Narrow(list) => integers(list, cell),
            Points::Wide(list) => integers(list, cell),
            Points::Big(list) => integers(list, cell),
        }
    }

    fn signs(&self) -> &[u64] {
        match &self.points {
            Points::Narrow(list) => &list.signs,
            Points::Wide(list) => &list.signs,
            Points::Big(list) => &list.signs,
        }
    }

    fn words(&self) -> usize {
        match &self.points {
            Points::Narrow(list) => list.words,
            Points::Wide(list) => list.words,
            Points::Big(list) => list.words,
        }
    }
}

#[derive(Debug)]
enum Stop {
    TooMany,
    Overflow,
}

impl From<Overflow> for Stop {
    fn from(_: Overflow) -> Stop {
        Stop::Overflow
    }
}

/// Cells in the order of their signs.
#[derive(Debug)]
struct List<T> {
    /// Words of signs of one cell.
    words: usize,
    /// The place of line l is bit `63 - l % 64` of word `l / 64`; set where `p_l.u < 0`.
    signs: Vec<u64>,
    dimension: usize,
    points: Vec<T>,
}

fn bit(line: usize) -> u64 {
    1 << (63 - line % 64)
}

fn is_positive(signs: &[u64], line: usize) -> bool {
    signs[line / 64] & bit(line) == 0
}

impl<T> List<T> {
    fn empty(words: usize, dimension: usize, capacity: usize) -> List<T> {
        List {
            words,
            signs: Vec::with_capacity(capacity * words),
            dimension,
            points: Vec::with_capacity(capacity * dimension),
        }
    }

    fn count(&self) -> usize {
        self.signs.len() / self.words
    }

    fn signs(&self, cell: usize) -> &[u64] {
        &self.signs[cell * self.words..(cell + 1) * self.words]
    }

    fn point(&self, cell: usize) -> &[T] {
        &self.points[cell * self.dimension..(cell + 1) * self.dimension]
    }
}

impl<T: Coordinate> List<T> {
    /// Adds a cell; the sign of `line`, if it is -, is added to those given.
    fn push(&mut self, signs: &[u64], line: usize, positive: bool, point: impl IntoIterator<Item = T>) {
        let start = self.signs.len();
        self.signs.extend_from_slice(signs);
        if !positive {
            self.signs[start + line / 64] |= bit(line);
        }
        self.points.extend(point);
    }
}

fn start<T: Coordinate>(lines: &[Vec<Integer>], dimension: usize, limit: usize) -> Result<List<T>, Stop> {
    let row = |line: &Vec<Integer>| line.iter().map(T::of).collect::<Result<Vec<T>, _>>();
    let lines: Vec<Vec<T>> = lines.iter().map(row).collect::<Result<_, _>>()?;
    enumerate(&lines, dimension, limit / 2)
}

/// The cells of some lines, at least one, on the positive side of the first, if there are at most `limit`.
fn enumerate<T: Coordinate>(lines: &[Vec<T>], dimension: usize, limit: usize) -> Result<List<T>, Stop> {
    let words = lines.len().div_ceil(64);
    let mut list = List::empty(words, dimension, 1);
    list.push(&vec![0; words], 0, true, lines[0].iter().cloned());
    for k in 1..lines.len() {
        if crate::effort::is_over() {
            return Err(Stop::TooMany);
        }
        list = cut(&list, &lines[..=k], limit)?;
    }
    if list.count() > limit { Err(Stop::TooMany) } else { Ok(list) }
}

/// The cells of all lines from those of all but the last.
fn cut<T: Coordinate>(list: &List<T>, lines: &[Vec<T>], limit: usize) -> Result<List<T>, Stop> {
    let (k, words) = (lines.len() - 1, list.words);
    let line = &lines[k];
    let restriction = Restriction::new(lines, words)?;
    let on_line = enumerate(&restriction.lines, list.dimension - 1, limit)?;
    if list.count() + on_line.count() > limit {
        return Err(Stop::TooMany);
    }
    // p_l . p_k
    let slopes = lines[..k].iter().map(|other| T::dot(other, line)).collect::<Result<Vec<T>, _>>()?;
    let mut next = List::empty(words, list.dimension, list.count() + on_line.count());
    let mut cell_on_line = 0;
    let mut signs_on_line = vec![0; words];
    let read = |cell: usize, signs: &mut Vec<u64>| {
        if cell < on_line.count() {
            restriction.signs(on_line.signs(cell), signs);
        }
    };
    read(0, &mut signs_on_line);
    for cell in 0..list.count() {
        let (signs, u) = (list.signs(cell), list.point(cell));
        let side = T::dot(line, u)?.sign();
        if cell_on_line == on_line.count() || signs != signs_on_line {
            next.push(signs, k, side == Ordering::Greater, u.iter().cloned());
            continue;
        }
        let v = restriction.lift(on_line.point(cell_on_line))?;
        // M v +- p_k lie in the cell, on the two sides, as soon as M > |p_l.p_k| / |p_l.v| for all l.
        let mut factor = T::of(&1.into())?;
        for (other, slope) in lines[..k].iter().zip(&slopes) {
            if slope.sign() != Ordering::Equal {
                factor = factor.larger(slope.above_quotient(&T::dot(other, &v)?));
            }
        }
        let one = T::of(&1.into())?;
        for positive in [true, false] {
            if side == if positive { Ordering::Greater } else { Ordering::Less } {
                next.push(signs, k, positive, u.iter().cloned());
            } else {
                let sign = if positive { one.clone() } else { one.negated() };
                let entries = v.iter().zip(line).map(|(v, p)| T::cross(&factor, v, &sign, p));
                let mut point = entries.collect::<Result<Vec<T>, _>>()?;
                shorten(&mut point, lines)?;
                next.push(signs, k, positive, point);
            }
        }
        cell_on_line += 1;
        read(cell_on_line, &mut signs_on_line);
    }
    debug_assert_eq!(cell_on_line, on_line.count());
    Ok(next)
}

/// Makes a point primitive, or replaces it by the nearest short one on the same sides of all lines, if there is one of few
/// bits: otherwise numbers would grow from line to line.
fn shorten<T: Coordinate>(point: &mut [T], lines: &[Vec<T>]) -> Result<(), Overflow> {
    T::make_primitive(point);
    let bits = point.iter().map(T::bits).max().unwrap_or(0);
    for kept in (1..).map(|step| 4 * step).take_while(|kept| kept + 2 < bits) {
        let mut short: Vec<T> = point.iter().map(|entry| entry.rounded(bits - kept)).collect();
        let mut same_side = true;
        for line in lines {
            if T::dot(line, &short)?.sign() != T::dot(line, point)?.sign() {
                same_side = false;
                break;
            }
        }
        if same_side {
            T::make_primitive(&mut short);
            point.clone_from_slice(&short);
            break;
        }
    }
    Ok(())
}

/// The lines but the last on the hyperplane of the last, in all coordinates but one: u_j follows from the others.
struct Restriction<'a, T> {
    /// The last line, `p`.
    line: &'a [T],
    /// `j`, with `p_j != 0`
    pivot: usize,
    /// Different lines, in the order in which they first occur, `q.u = +-c p_l.u` on the hyperplane, c > 0.
    lines: Vec<Vec<T>>,
    /// For each line on the hyperplane: the signs of all p_l that go with it, where q.u < 0.
    members: Vec<Vec<u64>>,
    /// The signs of all p_l where q.u > 0 for all q.
    base: Vec<u64>,
}

impl<'a, T: Coordinate> Restriction<'a, T> {
    fn new(lines: &'a [Vec<T>], words: usize) -> Result<Restriction<'a, T>, Overflow> {
        let (line, others) = lines.split_last().expect("a line to restrict to");
        let pivot = line.iter().rposition(|entry| entry.sign() != Ordering::Equal).expect("a line isn't zero");
        let mut result = Restriction { line, pivot, lines: vec![], members: vec![], base: vec![0; words] };
        let mut firsts = Vec::new();
        let pivot_is_negative = line[pivot].sign() == Ordering::Less;
        for (l, other) in others.iter().enumerate() {
            // p_j p_l - p_lj p, which is p_j times p_l on the hyperplane.
            let minus = other[pivot].negated();
            let coordinates = (0..line.len()).filter(|i| *i != pivot);
            let entries = coordinates.map(|i| T::cross(&line[pivot], &other[i], &minus, &line[i]));
            let mut q = entries.collect::<Result<Vec<T>, _>>()?;
            T::make_primitive(&mut q);
            let leading = q.iter().find(|entry| entry.sign() != Ordering::Equal);
            let leads_down = leading.is_some_and(|entry| entry.sign() == Ordering::Less);
            if leads_down {
                q.iter_mut().for_each(|entry| *entry = entry.negated());
            }
            let class = match result.lines.iter().position(|known| *known == q) {
                Some(class) => class,
                None => {
                    result.lines.push(q);
                    result.members.push(vec![0; words]);
                    firsts.push(l);
                    result.lines.len() - 1
                }
            };
            result.members[class][l / 64] |= bit(l);
            if leads_down != pivot_is_negative {
                result.base[l / 64] |= bit(l);
            }
        }
        // Each has the sign of the first line that goes with it: then both lists are in the same order, and the first
        // line is positive in both.
        for (class, first) in firsts.into_iter().enumerate() {
            if !is_positive(&result.base, first) {
                result.lines[class].iter_mut().for_each(|entry| *entry = entry.negated());
                let members = &result.members[class];
                result.base.iter_mut().zip(members).for_each(|(base, member)| *base ^= member);
            }
        }
        Ok(result)
    }

    /// The signs of the lines in the whole space from those on the hyperplane.
    fn signs(&self, on_line: &[u64], signs: &mut Vec<u64>) {
        signs.clone_from(&self.base);
        for (class, members) in self.members.iter().enumerate().filter(|(class, _)| !is_positive(on_line, *class)) {
            debug_assert!(class > 0);
            signs.iter_mut().zip(members).for_each(|(sign, member)| *sign ^= member);
        }
    }

    /// `|p_j|` times the point of the hyperplane with the given other coordinates.
    fn lift(&self, point: &[T]) -> Result<Vec<T>, Overflow> {
        let zero = T::of(&0.into())?;
        let others = |i: usize| if i < self.pivot { i } else { i - 1 };
        let mut lifted = Vec::with_capacity(self.line.len());
        let mut height = zero.clone();
        let one = T::of(&1.into())?;
        let down = self.line[self.pivot].sign() == Ordering::Less;
        let scale = if down { self.line[self.pivot].negated() } else { self.line[self.pivot].clone() };
        for i in 0..self.line.len() {
            if i == self.pivot {
                lifted.push(zero.clone());
                continue;
            }
            let entry = &point[others(i)];
            height = T::cross(&self.line[i], entry, &height, &one)?;
            lifted.push(T::cross(&scale, entry, &zero, &one)?);
        }
        lifted[self.pivot] = if down { height } else { height.negated() };
        T::make_primitive(&mut lifted);
        Ok(lifted)
    }
}
