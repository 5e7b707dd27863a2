//! The closing table of several instances.

use crate::problem::{Comparison, Judgement, Property};
use comfy_table::{Table, presets};

/// One line of the closing table.
#[derive(Debug)]
pub struct Line {
    name: String,
    stationary: String,
    escape_neurons: String,
    local_minimum: String,
    global_minimum: String,
    outcome: String,
}

impl Line {
    /// The line of an instance that was decided.
    pub fn decided(id: &str, findings: &Judgement, comparison: &Comparison, expects: bool) -> Line {
        let outcome = match (comparison.differences.len(), comparison.open.len()) {
            (0, 0) if expects => "as expected".to_owned(),
            (0, 0) => "decided".to_owned(),
            (0, open) => format!("{open} open"),
            (different, _) => format!("{different} DIFFERENT"),
        };
        Line {
            name: id.to_owned(),
            stationary: findings.show(Property::Stationary),
            escape_neurons: findings.show(Property::EscapeNeurons),
            local_minimum: findings.show(Property::LocalMinimum),
            global_minimum: findings.show(Property::GlobalMinimum),
            outcome,
        }
    }

    /// The line of a file for which there are no verdicts.
    pub fn failed(name: &str, outcome: &str) -> Line {
        let none = String::new;
        let (stationary, escape_neurons, local_minimum, global_minimum) = (none(), none(), none(), none());
        let (name, outcome) = (name.to_owned(), outcome.to_owned());
        Line { name, stationary, escape_neurons, local_minimum, global_minimum, outcome }
    }
}

/// The table, one line for each instance and a last one with the count.
pub fn table(lines: &[Line]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["instance", "stationary", "escape neurons", "local minimum", "global minimum", ""]);
    for line in lines {
        table.add_row([
            &line.name, &line.stationary, &line.escape_neurons, &line.local_minimum, &line.global_minimum,
            &line.outcome,
        ]);
    }
    let count = |outcome: &str| lines.iter().filter(|line| line.outcome == outcome).count();
    let good = count("as expected") + count("decided");
    let text: String = table.lines().map(|line| format!(" {}\n", line.trim_end())).collect();
    format!("{text}\n  {} instances, {good} decided as expected, {} not\n", lines.len(), lines.len() - good)
}
