//! The report for the terminal.

use super::harmless;
use crate::certificate::{Certified, EMPIRICAL_LOSS};
use crate::empirical::Region;
use crate::problem::{Comparison, EscapeNeurons, Expected, Instance, Judgement, Property, Source, Verdict};
use crate::rational::{Rational, decimal, read, write};
use anstyle::{AnsiColor, Style};
use comfy_table::{Table, presets};
use num_traits::One;
use std::fmt::Write;

/// Longest exact number that is printed in full; the certificate has them all.
const LONGEST_NUMBER: usize = 60;
/// Longest verdict that the column of reasons makes room for: `not applicable`.
const LONGEST_VERDICT: usize = 14;

/// The report on an instance, with ANSI colours; whoever prints it strips them where they aren't wanted.
/// `path`: where the certificate was written.
pub fn report(instance: &Instance, certified: &Certified, comparison: &Comparison, path: Option<&str>) -> String {
    let head = Head {
        id: &instance.id,
        title: instance.title.as_deref(),
        source: &instance.source,
        loss_definition: EMPIRICAL_LOSS,
        width: instance.candidate.width(),
        expected: instance.expected.as_ref(),
        verified: !certified.certificate.is_empty(),
    };
    frame(&head, &certified.findings, &neurons(certified), comparison, path)
}

/// What a report says of any instance.
pub(super) struct Head<'a> {
    pub(super) id: &'a str,
    pub(super) title: Option<&'a str>,
    pub(super) source: &'a Source,
    pub(super) loss_definition: &'a str,
    pub(super) width: usize,
    pub(super) expected: Option<&'a Expected>,
    /// Whether the checker has accepted a certificate.
    pub(super) verified: bool,
}

/// Heading, losses, neurons, verdicts with their reasons, and how it compares.
pub(super) fn frame(
    head: &Head<'_>, findings: &Judgement, neurons: &str, comparison: &Comparison, path: Option<&str>,
) -> String {
    let mut text = String::new();
    let title = head.title.map(|title| format!(" - {}", harmless(title))).unwrap_or_default();
    let bold = Style::new().bold();
    let _ = writeln!(text, "{bold}{}{bold:#}{title}", head.id);
    source(&mut text, head.source);
    let loss = exact_and_decimal(&findings.loss);
    let _ = writeln!(text, "  {:<20}{loss}   ({})", "loss", head.loss_definition);
    let _ = writeln!(text, "  {:<20}{}", "mean squared error", exact_and_decimal(&findings.mean_squared_error));
    let _ = writeln!(text, "\n{neurons}");
    let shown: Vec<String> = findings.properties.iter().map(|property| shown(findings, *property)).collect();
    // Two blanks behind the longest verdict, so that the reasons stand in one column; a long list of neurons is no measure.
    let column =
        shown.iter().map(String::len).filter(|length| *length <= LONGEST_VERDICT).max().unwrap_or(0).max(9) + 2;
    for (property, verdict) in findings.properties.iter().copied().zip(shown) {
        let style = style(findings.verdicts.get(&property), &verdict);
        let reason = findings.reasons.get(&property).map_or("", |reason| reason.text.as_str());
        let name = name(property, head.width);
        let gap = if verdict.len() > LONGEST_VERDICT { "  " } else { "" };
        let _ = writeln!(text, "  {name:<29}{style}{verdict:<column$}{style:#}{gap}{reason}");
    }
    let place = path.map_or_else(String::new, |path| format!(": {}", harmless(path)));
    let _ = match head.verified {
        false => writeln!(text, "\n  without a certificate: this was decided, but not checked"),
        true => writeln!(text, "\n  certificate verified{place}"),
    };
    expectations(&mut text, head.expected, comparison);
    text
}

/// The verdict on a property, as the table shows it.
fn shown(findings: &Judgement, property: Property) -> String {
    match (property, &findings.escape_neurons) {
        (Property::EscapeNeurons, EscapeNeurons::Found(found)) if found.is_empty() => "none".to_owned(),
        (Property::EscapeNeurons, EscapeNeurons::Found(found)) => {
            found.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
        }
        (Property::EscapeNeurons, EscapeNeurons::NotStationary) => "undefined".to_owned(),
        _ => findings.show(property),
    }
}

fn source(text: &mut String, source: &Source) {
    let arxiv = source.arxiv.as_ref().map(|number| format!("arXiv:{number}"));
    let doi = source.doi.as_ref().map(|doi| format!("doi:{doi}"));
    let parts: Vec<String> =
        [&source.citation, &arxiv, &doi, &source.location].into_iter().flatten().cloned().collect();
    if !parts.is_empty() {
        let _ = writeln!(text, "  {:<20}{}", "source", harmless(&parts.join(", ")));
    }
    if let Some(claim) = &source.claim {
        let _ = writeln!(text, "  {:<20}{}", "claim", harmless(claim));
    }
}

fn style(verdict: Option<&Verdict>, shown: &str) -> Style {
    let colour = match verdict {
        Some(Verdict::Yes) => AnsiColor::Green,
        Some(Verdict::No) => AnsiColor::Red,
        Some(Verdict::Undecided) => AnsiColor::Yellow,
        Some(Verdict::NotApplicable) => return Style::new(),
        None if shown == "undecided" => AnsiColor::Yellow,
        None => return Style::new(),
    };
    colour.on_default()
}

fn name(property: Property, width: usize) -> String {
    match property {
        Property::EscapeNeurons => "escape neurons".to_owned(),
        Property::LocalMinimum => "local minimum".to_owned(),
        Property::GlobalMinimum => format!("global minimum, width {width}"),
        Property::GlobalMinimumAnyWidth => "global minimum, any width".to_owned(),
        Property::StrictSaddle => "strict saddle".to_owned(),
        Property::C1 => "C^1 nearby".to_owned(),
        Property::C2 => "C^2 nearby".to_owned(),
        Property::AvoidedByGradientDescent => "avoided by gradient descent".to_owned(),
        Property::BelowThreshold => "below threshold".to_owned(),
        _ => property.key().to_owned(),
    }
}

fn neurons(certified: &Certified) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let neurons = &certified.findings.neurons;
    let has_regions = neurons.iter().any(|neuron| neuron.regions.is_some());
    let mut header = vec!["neuron", "kind", "boundary samples"];
    if has_regions {
        header.extend(["no smaller loss while its output weight", "and its input weight"]);
    }
    table.set_header(header);
    for (i, neuron) in neurons.iter().enumerate() {
        let samples: Vec<String> = neuron.boundary_samples.iter().take(12).map(usize::to_string).collect();
        let more = neuron.boundary_samples.len() - samples.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let samples = if samples.is_empty() { "none".to_owned() } else { samples.join(", ") + &more };
        let mut row = vec![i.to_string(), neuron.kind.to_string(), samples];
        if let Some((output, input)) = &neuron.regions {
            row.extend([region(output), region(input)]);
        }
        table.add_row(row);
    }
    table.lines().map(|line| format!(" {}\n", line.trim_end())).collect()
}

fn region(region: &Region) -> String {
    match region {
        Region::Fixed => "is fixed".to_owned(),
        Region::Any => "is anything".to_owned(),
        Region::KeepsSign => "keeps its sign".to_owned(),
        Region::L1Radius(radius) => format!("moves by at most {} in l1", exact_and_decimal(radius)),
        Region::MaxNorm(norm) => format!("moves by at most {} an entry", exact_and_decimal(norm)),
    }
}

fn expectations(text: &mut String, expected: Option<&Expected>, comparison: &Comparison) {
    let (red, yellow) = (AnsiColor::Red.on_default().bold(), AnsiColor::Yellow.on_default());
    for difference in &comparison.differences {
        let (expected, found) = (harmless(&difference.expected), harmless(&difference.found));
        let _ = writeln!(text, "  {red}differs{red:#}: {}: expected {expected}, found {found}", difference.property);
    }
    let Some(expected) = expected else { return };
    for property in &comparison.open {
        let _ = writeln!(text, "  {yellow}open{yellow:#}: {} is expected to be decided", property.key());
    }
    if comparison.differences.is_empty() && comparison.open.is_empty() {
        let because = expected.because.as_ref().map(|because| format!(" (because: {})", harmless(because)));
        let _ = writeln!(text, "  as expected{}", because.unwrap_or_default());
    }
}

/// `16139/231500 ≈ 0.0697149`, `1/2 = 0.5`, `3`; a long exact number is shortened in the middle.
pub(super) fn exact_and_decimal(value: &Rational) -> String {
    let exact = write(value);
    let shown = match exact.len() {
        0..=LONGEST_NUMBER if value.denom().is_one() => return exact,
        0..=LONGEST_NUMBER => exact,
        length => format!("{}...{} ({length} characters)", &exact[..20], &exact[length - 20..]),
    };
    let decimal = decimal(value, 6);
    let equals = if read(&decimal).as_ref() == Some(value) { "=" } else { "≈" };
    format!("{shown} {equals} {decimal}")
}
