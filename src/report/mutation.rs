//! What became of the mutants of a certificate, for the eye.

use super::harmless;
use crate::mutation::Tally;
use std::fmt::Write;

/// The last line: `m PASSED <count> mutants` or `m FAILED <count>`.
pub fn last_line(tally: &Tally) -> String {
    match tally.failures.len() {
        0 => format!("m PASSED {} mutants\n", tally.tried),
        count => format!("m FAILED {count}\n"),
    }
}

/// The failures, one block each: where, what, and both status lines.
pub fn failures(tally: &Tally) -> String {
    let mut text = String::new();
    for failure in &tally.failures {
        let place = if failure.mutant.pointer.is_empty() { "the whole file" } else { &failure.mutant.pointer };
        let [rust, python] = failure.answers.each_ref().map(|answer| harmless(&answer.line));
        let (change, fault) = (&failure.mutant.change, failure.fault.text());
        // Writing to a string doesn't fail.
        let _ = writeln!(text, "  failure at {}, {}: {fault}", harmless(place), harmless(change));
        let _ = writeln!(text, "    Rust    {rust}\n    Python  {python}");
    }
    text
}

/// How many mutants were tried, refused (by code) and harmless (by rule).
pub fn counts(tally: &Tally) -> String {
    let mut text = format!("  {} of {} mutants tried\n", tally.tried, tally.total);
    let mut block = |title: &str, lines: Vec<(String, usize)>| {
        let sum: usize = lines.iter().map(|(_, count)| count).sum();
        let _ = writeln!(text, "  {sum:>7} {title}");
        for (line, count) in lines {
            let _ = writeln!(text, "  {count:>7}   {line}");
        }
    };
    block("refused by both checkers", tally.refused.iter().map(|(line, n)| (harmless(line), *n)).collect());
    let rules = tally.harmless.iter().map(|(rule, n)| (rule.name().to_owned(), *n));
    block("accepted by both checkers and harmless", rules.collect());
    text
}
