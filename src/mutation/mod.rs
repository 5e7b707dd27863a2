//! Floor 6: a test of the checkers. Every number and every structural element of a certificate is changed once, and each
//! mutant is judged by two checkers: they must refuse it, or it must be harmless by a rule (docs/trust.md, "Mutants").
//!
//! The test can find a checker that accepts too much. It doesn't prove that there is none.

mod document;
mod judge;
mod mutants;
mod python;
mod rules;

pub use document::Document;
pub use judge::{Answer, Fault, Judgement, judge};
pub use mutants::{Form, Mutant, mutants};
pub use python::{PythonChecker, find_checker};
pub use rules::Rule;
use std::collections::BTreeMap;

/// A checker: the text of a certificate to its answer. The error says in words why there is none to be had.
pub type Checker<'a> = dyn FnMut(&str) -> Result<Answer, String> + 'a;

/// What became of the mutants of one certificate.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many mutants there are.
    pub total: usize,
    /// How many of them were tried.
    pub tried: usize,
    /// Refused by both checkers: how many with which status line; with two if the checkers name different codes.
    pub refused: BTreeMap<String, usize>,
    /// Accepted by both checkers and harmless: how many by which rule.
    pub harmless: BTreeMap<Rule, usize>,
    /// The others.
    pub failures: Vec<Failure>,
}

/// A mutant that shows an error in a checker.
#[derive(Debug)]
pub struct Failure {
    /// The mutant.
    pub mutant: Mutant,
    /// What is wrong.
    pub fault: Fault,
    /// What the two checkers said.
    pub answers: [Answer; 2],
}

/// Tries the mutants of a certificate on two checkers, the Rust one first. If they don't both accept the certificate
/// itself, then that is the only failure, and no mutant is tried.
///
/// At most `max_mutants` are tried; of more, so many are chosen evenly, the same each time. `progress` is told how many
/// of how many have been tried. Cost: each checker checks each mutant once.
///
/// # Errors
/// In words, if a checker can't be asked, or if both refuse the certificate itself.
pub fn try_mutants(
    certificate: &str, max_mutants: usize, checkers: [&mut Checker; 2], progress: &mut dyn FnMut(usize, usize),
) -> Result<Tally, String> {
    let document = Document::read(certificate).ok_or("the certificate is not JSON")?;
    let mut tally = Tally { total: mutants(&document).count(), ..Tally::default() };
    let [first, second] = checkers;
    let mut ask = |text: &str| Ok::<_, String>([first(text)?, second(text)?]);

    let mutant = Mutant::unchanged();
    let answers = ask(certificate)?;
    match judge(certificate, certificate, &mutant, &answers) {
        Judgement::Harmless(_) => {}
        Judgement::Failure(fault) => {
            tally.failures.push(Failure { mutant, fault, answers });
            return Ok(tally);
        }
        Judgement::Refused(line) => return Err(format!("the certificate itself is refused: {line}")),
    }
    let count = tally.total.min(max_mutants);
    let mut chosen = spread(tally.total, count).peekable();
    for (index, mutant) in mutants(&document).enumerate() {
        if chosen.next_if_eq(&index).is_none() {
            continue;
        }
        let changed = mutant.apply(certificate);
        let answers = ask(&changed).map_err(|e| format!("{e}, at {} ({})", mutant.pointer, mutant.change))?;
        match judge(certificate, &changed, &mutant, &answers) {
            Judgement::Refused(line) => *tally.refused.entry(line).or_default() += 1,
            Judgement::Harmless(rule) => *tally.harmless.entry(rule).or_default() += 1,
            Judgement::Failure(fault) => tally.failures.push(Failure { mutant, fault, answers }),
        }
        tally.tried += 1;
        progress(tally.tried, count);
    }
    Ok(tally)
}

/// `count` of the numbers below `total`, rising: one from each of as many equal parts. Which one is scattered, because
/// the changes of a value come in a fixed order and an even step would meet the same few changes again and again.
fn spread(total: usize, count: usize) -> impl Iterator<Item = usize> {
    let start = move |part: usize| (part as u128 * total as u128).div_ceil(count as u128) as usize;
    (0..count).map(move |part| {
        let (from, to) = (start(part), start(part + 1));
        from + scatter(part as u64) as usize % (to - from).max(1)
    })
}

/// A fixed sequence of numbers without a pattern (splitmix64).
fn scatter(index: u64) -> u64 {
    let mut z = index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_even_and_rising() {
        for (total, count) in [(0, 0), (1, 1), (7, 7), (10, 3), (1000, 10), (1001, 1000)] {
            let chosen: Vec<_> = spread(total, count).collect();
            assert_eq!(chosen.len(), count);
            assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]), "{chosen:?}");
            assert!(chosen.iter().all(|index| *index < total), "{chosen:?}");
        }
        assert_eq!(spread(7, 7).collect::<Vec<_>>(), (0..7).collect::<Vec<_>>());
        let chosen: Vec<_> = spread(1000, 10).map(|index| index / 100).collect();
        assert_eq!(chosen, (0..10).collect::<Vec<_>>(), "one from each hundred");
    }
}
