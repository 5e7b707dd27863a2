//! Networks and changes of networks as tables.

use super::super::{Step, Table, Text};
use crate::linear::is_zero;
use crate::problem::{Network, ScalarNetwork};
use crate::rational::Rational;
use num_traits::Zero;

/// Most rows that are shown.
const MOST_ROWS: usize = 200;

/// The term of a curve with this power.
pub(super) fn change(power: usize, table: Table) -> [Step; 2] {
    [
        Step::Sentence(Text::of(&format!(
            "$D_{power}|D_{{{power}}}$, neuron by neuron, without those that it leaves as they are:"
        ))),
        Step::Table(table),
    ]
}

fn cut(header: &[&str], mut rows: Vec<Vec<Text>>) -> Table {
    let left_out = rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    Table { header: header.iter().map(|name| Text::of(name)).collect(), rows, left_out }
}

/// A network for an empirical loss, or without the rows that are zero a change of one.
pub(super) fn table_of(network: &Network, is_change: bool) -> Table {
    let vector = |entries: &[Rational]| Text::default().vector(entries);
    let neurons = network.input_weights.iter().zip(&network.output_weights).enumerate();
    let moved = neurons.filter(|(_, (w, h))| !(is_change && is_zero(w) && is_zero(h)));
    let mut rows: Vec<Vec<Text>> =
        moved.map(|(i, (w, h))| vec![Text::plain(i.to_string()), vector(w), vector(h)]).collect();
    if let Some(bias) = network.output_bias.as_ref().filter(|bias| !is_change || !is_zero(bias)) {
        rows.push(vec![Text::plain("output bias"), Text::default(), vector(bias)]);
    }
    cut(&["neuron", "$w_i$", "$h_i$"], rows)
}

/// A network for an integral loss, or without the rows that are zero a change of one.
pub(super) fn scalar_table(network: &ScalarNetwork, is_change: bool) -> Table {
    let number = |entry: &Rational| Text::default().number(entry);
    let mut rows = Vec::new();
    for j in 0..network.width() {
        let entries = [&network.input_weights[j], &network.input_biases[j], &network.output_weights[j]];
        if !is_change || entries.iter().any(|entry| !entry.is_zero()) {
            rows.push([Text::plain(j.to_string())].into_iter().chain(entries.map(number)).collect());
        }
    }
    if !is_change || !network.output_bias.is_zero() {
        let bias = number(&network.output_bias);
        rows.push(vec![Text::plain("output bias"), Text::default(), Text::default(), bias]);
    }
    cut(&["neuron", "$w_j$", "$b_j$", "$v_j$"], rows)
}
