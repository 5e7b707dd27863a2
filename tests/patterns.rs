//! Cells of known arrangements are counted exactly, and each interior direction lies in its cell.

mod common;

use common::sign_tree;
use num_traits::{Signed, Zero};
use rand::{RngExt, SeedableRng};
use relucert::linear::{dot, primitive};
use relucert::patterns::{TooManyCells, for_each_cell};
use relucert::rational::{Integer, Rational};
use std::collections::BTreeSet;

/// All vectors with entries from a list.
fn vectors(dimension: usize, entries: &[i64]) -> Vec<Vec<i64>> {
    (0..dimension).fold(vec![vec![]], |all, _| {
        all.iter().flat_map(|vector| entries.iter().map(|entry| [vector.as_slice(), &[*entry]].concat())).collect()
    })
}

fn lines(vectors: impl IntoIterator<Item = Vec<i64>>) -> Vec<Vec<Integer>> {
    let line = |vector: Vec<i64>| {
        let vector: Vec<Rational> = vector.into_iter().map(|entry| Rational::from_integer(entry.into())).collect();
        primitive(&vector).map(|(line, _)| line)
    };
    vectors.into_iter().filter_map(line).collect::<BTreeSet<_>>().into_iter().collect()
}

fn count(lines: &[Vec<Integer>]) -> usize {
    let mut seen = BTreeSet::new();
    for_each_cell(lines, lines[0].len(), usize::MAX, |cell| {
        for (line, sign) in lines.iter().zip(&cell.signs) {
            let line: Vec<Rational> = line.iter().cloned().map(Rational::from).collect();
            let height = dot(&line, &cell.direction);
            assert!(!height.is_zero() && height.is_positive() == *sign, "the direction lies in another cell");
        }
        assert!(seen.insert(cell.signs.clone()), "a cell is visited twice");
    })
    .unwrap();
    seen.len()
}

fn braid(n: usize) -> Vec<Vec<Integer>> {
    let difference = |i: usize, j: usize| (0..n).map(|k| i64::from(k == i) - i64::from(k == j)).collect();
    lines((0..n).flat_map(|j| (0..j).map(move |i| (i, j))).map(|(i, j)| difference(i, j)))
}

fn resonance(d: usize) -> Vec<Vec<Integer>> {
    lines(vectors(d, &[0, 1]))
}

fn threshold(n: usize) -> Vec<Vec<Integer>> {
    lines(vectors(n, &[0, 1]).into_iter().map(|vector| [&[1], vector.as_slice()].concat()))
}

fn type_b(d: usize) -> Vec<Vec<Integer>> {
    lines(vectors(d, &[-1, 0, 1]).into_iter().filter(|v| (1..=2).contains(&v.iter().filter(|x| **x != 0).count())))
}

#[test]
fn known_arrangements() {
    assert_eq!(count(&braid(4)), 24);
    assert_eq!(count(&braid(6)), 720);
    assert_eq!(count(&resonance(3)), 32);
    assert_eq!(count(&resonance(4)), 370);
    assert_eq!(count(&threshold(4)), 1882);
    assert_eq!(count(&type_b(3)), 48);
    assert_eq!(count(&type_b(4)), 384);
}

#[test]
fn larger_known_arrangements() {
    assert_eq!(count(&braid(7)), 5040);
    assert_eq!(count(&type_b(5)), 3840);
    assert_eq!(count(&resonance(5)), 11_292);
}

#[test]
fn general_position() {
    // Points of the moment curve: 2 sum_{i<d} (m-1 over i) cells.
    for (d, m) in [(2, 7), (3, 8), (4, 9)] {
        let points = (1..=m).map(|t: i64| (0..d).map(|power| t.pow(power)).collect());
        let binomial = |n: u64, k: u64| (0..k).fold(1, |product, i| product * (n - i) / (i + 1));
        let expected: u64 = 2 * (0..u64::from(d)).map(|i| binomial(m as u64 - 1, i)).sum::<u64>();
        assert_eq!(count(&lines(points)) as u64, expected, "d = {d}, m = {m}");
    }
}

#[test]
fn agrees_with_the_tree_of_signs() {
    let seed = 1066;
    println!("seed {seed}");
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    // 64 bits, 128 bits and more.
    for largest in [1_i128, 2, 9, 1_000, 1_000_000_000, 1_000_000_000_000_000_000, i128::MAX / 4] {
        for _ in 0..40 {
            let dimension = random.random_range(1..=5);
            let number = random.random_range(1..=8);
            let mut vector = || -> Vec<Rational> {
                let entry = |x: i128| Rational::from_integer(x.into());
                (0..dimension).map(|_| entry(random.random_range(-largest..=largest))).collect()
            };
            let drawn: BTreeSet<_> = (0..number).filter_map(|_| Some(primitive(&vector())?.0)).collect();
            let lines: Vec<Vec<Integer>> = drawn.into_iter().collect();
            if lines.is_empty() {
                continue;
            }
            let mut cells = Vec::new();
            for_each_cell(&lines, dimension, usize::MAX, |cell| cells.push(cell.signs.clone())).unwrap();
            let half: Vec<Vec<bool>> = cells.into_iter().step_by(2).collect();
            assert_eq!(half, sign_tree::half_of_cells(&lines, dimension), "{lines:?}");
            count(&lines);
        }
    }
}

#[test]
fn more_lines_than_a_word_has_bits() {
    let points = (-50..50).map(|t: i64| vec![1, t, t * t]);
    assert_eq!(count(&lines(points)), 9902);
}

#[test]
fn too_many_cells_are_said() {
    assert_eq!(for_each_cell(&braid(4), 4, 23, |_| ()), Err(TooManyCells(23)));
    assert_eq!(for_each_cell(&braid(4), 4, 24, |_| ()), Ok(()));
}
