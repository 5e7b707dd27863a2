//! Times the enumeration of cells: `cargo bench --bench cells -- FILE`.
//!
//! FILE has an arrangement on each line: `{"id": "a", "dimension": 2, "lines": [[1, 0], [1, 1]]}`. For each a line is printed
//! with the number of cells and the seconds it took to list the signs of all of them with an interior direction.

use relucert::linear::primitive;
use relucert::patterns::half_of_cells;
use relucert::rational::{Integer, read};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(path) = std::env::args().skip(1).find(|argument| argument != "--bench") else {
        eprintln!("usage: cargo bench --bench cells -- FILE");
        return Ok(());
    };
    for line in std::fs::read_to_string(path)?.lines() {
        let arrangement: Value = serde_json::from_str(line)?;
        let mut lines: BTreeSet<Vec<Integer>> = BTreeSet::new();
        for vector in arrangement["lines"].as_array().ok_or("lines are missing")? {
            let entries = vector.as_array().ok_or("a line is not a list")?.iter();
            let vector: Option<Vec<_>> = entries.map(|entry| read(&entry.to_string())).collect();
            lines.extend(primitive(&vector.ok_or("an entry is not an exact number")?).map(|(line, _)| line));
        }
        let lines: Vec<Vec<Integer>> = lines.into_iter().collect();
        let dimension = lines.first().map_or(0, Vec::len);
        let start = Instant::now();
        let cells = match lines.is_empty() {
            true => 1,
            false => 2 * half_of_cells(&lines, dimension, usize::MAX)?.count(),
        };
        println!("{}", json!({ "id": arrangement["id"], "cells": cells, "seconds": start.elapsed().as_secs_f64() }));
    }
    Ok(())
}
