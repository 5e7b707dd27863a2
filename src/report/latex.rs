//! The report as LaTeX, ready for an appendix: proposition, witness tables, proof. A fragment that needs amsmath and nothing
//! else; on request a whole document. Long numbers are named where they occur and listed at the end.

use super::escape::tex;
use super::harmless;
use crate::exhibit::{Exhibit, Span, Step, Sum, Table, Text};
use crate::rational::{Rational, decimal, write};
use num_traits::{One, Signed};
use std::fmt::Write;

/// Digits of a fraction that is typeset as one, on the line, and beyond which it is listed.
const STACKED: usize = 14;
const ON_THE_LINE: usize = 26;
/// Most entries of a vector that are typeset.
const MOST_ENTRIES: usize = 60;
/// Characters on a line, columns of listings, rows of a table on one page, longest listing in bytes.
const LINE: usize = 84;
const COLUMNS: usize = 80;
const ROWS: usize = 30;
const LONGEST_LISTING: usize = 50_000;

/// The report. `standalone`: with a preamble, as a document of its own.
pub fn page(exhibit: &Exhibit, standalone: bool) -> String {
    let mut writer = Writer::default();
    writer.body(exhibit);
    let head = format!(
        "% {} -- made by relucert {} from an instance and a certificate that its checker has accepted.\n",
        exhibit.id,
        env!("CARGO_PKG_VERSION")
    );
    if !standalone {
        let note = "% A fragment: \\input it; the preamble needs \\usepackage{amsmath}. relucert report --standalone makes a \
                    document.\n";
        return head + note + &writer.text;
    }
    format!(
        "{head}\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{}\n\\end{{document}}\n",
        writer.text
    )
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Numbers that are too long for the text.
    long: Vec<Rational>,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn body(&mut self, exhibit: &Exhibit) {
        let heading = tex(exhibit.title.as_deref().unwrap_or(&exhibit.id));
        // Numbers can't be hyphenated: rather wide blanks than lines beyond the margin.
        self.line(&format!("\\begingroup\\sloppy\n\\subsection*{{{heading}}}"));
        self.setting(exhibit);
        self.proposition(exhibit);
        self.line("\\paragraph{The candidate.} Its neurons:");
        self.table(&exhibit.neurons);
        let note = self.sentence(&exhibit.neurons_note);
        self.line(&note);
        self.line("\n\\paragraph{Data and residuals.} Exactly:");
        self.table(&exhibit.data);
        self.proof(exhibit);
        self.line("\n\\paragraph{How to check it.}");
        self.line("The certificate is checked by either of the commands");
        let commands: Vec<String> = exhibit.commands[1..3].iter().map(|command| command.line.clone()).collect();
        self.listing(&commands.join("\n"));
        self.line("whose last line is");
        self.listing(&exhibit.status);
        self.line("What remains to be trusted:");
        self.line("\\begin{enumerate}");
        for item in &exhibit.trusted {
            let item = self.sentence(item);
            self.line(&format!("\\item {item}"));
        }
        self.line("\\end{enumerate}");
        self.long_numbers();
        self.line("\\par\\endgroup");
    }

    fn setting(&mut self, exhibit: &Exhibit) {
        self.line("\\paragraph{Setting.}");
        let mut parts = vec![format!("loss: {}", self.sentence(&exhibit.loss_formula))];
        for (name, value) in &exhibit.setting {
            let value = self.sentence(value);
            parts.push(format!("{name}: {value}"));
        }
        self.line(&(parts.join(";\n") + "."));
        let source = &exhibit.source;
        let arxiv = source.arxiv.as_ref().map(|number| format!("arXiv:{number}"));
        let cited: Vec<String> = [&source.citation, &arxiv, &source.doi, &source.location]
            .into_iter()
            .flatten()
            .map(|part| tex(part))
            .collect();
        if !cited.is_empty() {
            self.line(&format!("Source: {}.", cited.join(", ")));
        }
    }

    fn proposition(&mut self, exhibit: &Exhibit) {
        self.line("\n\\paragraph{Proposition.}");
        let sentence = self.sentence(&exhibit.sentence);
        let loss = self.number(&exhibit.loss);
        let squared = exhibit.mean_squared_error.as_ref().map(|error| self.number(error));
        let squared = squared.map(|error| format!(", its mean squared error {error}")).unwrap_or_default();
        self.line(&format!("\\emph{{{sentence}}} Its loss is {loss}{squared}. In full:"));
        self.line("\\begin{center}\\begin{tabular}{ll}\n\\hline");
        for claim in &exhibit.claims {
            let name = tex(&claim.name);
            self.line(&format!("{name} & {} \\\\", tex(&claim.answer.words())));
        }
        self.line("\\hline\n\\end{tabular}\\end{center}");
        if let Some(region) = &exhibit.region {
            let region = self.sentence(region);
            self.line(&region);
        }
    }

    fn proof(&mut self, exhibit: &Exhibit) {
        self.line("\n\\paragraph{Proof.}");
        self.line("\\begin{description}");
        for claim in &exhibit.claims {
            let (meaning, proof) = (self.sentence(&claim.meaning), self.sentence(&claim.proof));
            let name = tex(&claim.name);
            let answer = tex(&claim.answer.words());
            self.line(&format!("\\item[{name}: {answer}] ({meaning}). {proof}"));
        }
        self.line("\\end{description}");
        for piece in &exhibit.evidence {
            let (title, says) = (self.sentence(&piece.title), self.sentence(&piece.says));
            let pointer = tex(&piece.pointer).replace('/', "/\\allowbreak{}");
            self.line(&format!("\n\\subparagraph{{{title}.}} {says} (In the certificate: \\texttt{{{pointer}}}.)"));
            self.steps(&piece.steps);
        }
        self.line("\\hspace*{\\fill}\\rule{1ex}{1ex}");
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Sentence(sentence) => {
                    let sentence = self.sentence(sentence);
                    self.line(&sentence);
                }
                Step::Table(rows) => self.table(rows),
                Step::Listing(listing) if listing.len() <= LONGEST_LISTING => self.listing(listing),
                Step::Listing(listing) => {
                    self.line(&format!("Its {} bytes are left out; the certificate has them.", listing.len()));
                }
                Step::Fold(title, inner) => {
                    let title = self.sentence(title);
                    self.line(&format!("\\par\\smallskip\\noindent\\emph{{{title}.}}"));
                    self.steps(inner);
                }
            }
        }
    }

    /// A table in parts that fit on a page; one that is too wide for the line as a paragraph for each row.
    fn table(&mut self, table: &Table) {
        let cells: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().map(|cell| self.sentence(cell)).collect()).collect();
        let header: Vec<String> = table.header.iter().map(|cell| self.sentence(cell)).collect();
        let widest = |column: usize| {
            let widths = cells.iter().chain([&header]).map(|row| visible(&row[column]));
            widths.max().unwrap_or(0)
        };
        let total: usize = (0..header.len()).map(|column| widest(column) + 3).sum();
        if total <= LINE {
            let columns = "l".repeat(header.len());
            for part in cells.chunks(ROWS) {
                self.line("\\par\\medskip{\\small\\renewcommand{\\arraystretch}{1.35}\\noindent");
                self.line(&format!("\\begin{{tabular}}{{@{{}}{columns}@{{}}}}\n\\hline"));
                self.line(&format!("{} \\\\\n\\hline", header.join(" & ")));
                for row in part {
                    self.line(&format!("{} \\\\", row.join(" & ")));
                }
                self.line("\\hline\n\\end{tabular}\\par}\\medskip\\noindent");
            }
        } else {
            self.line("\\par\\medskip{\\small\\sloppy\\setlength{\\parindent}{0pt}");
            for row in &cells {
                let cells: Vec<String> =
                    header.iter().zip(row).map(|(name, cell)| format!("\\textit{{{name}}} {cell}")).collect();
                self.line(&format!("\\hangindent=1.5em\\hangafter=1 {}.\\par", cells.join("; ")));
            }
            self.line("}\\medskip\\noindent");
        }
        if table.left_out > 0 {
            self.line(&format!("{} more rows are left out; the files have them all.", table.left_out));
        }
    }

    /// Text as it is, in lines that fit.
    fn listing(&mut self, content: &str) {
        self.line("{\\footnotesize\\begin{verbatim}");
        for line in content.lines() {
            let shown: Vec<char> = harmless(line).replace("\\end{", "\\ end{").chars().collect();
            for part in shown.chunks(COLUMNS) {
                let part: String = part.iter().map(|c| if c.is_ascii() { *c } else { '?' }).collect();
                self.line(part.trim_end());
            }
        }
        self.line("\\end{verbatim}}");
    }

    fn long_numbers(&mut self) {
        if self.long.is_empty() {
            return;
        }
        self.line("\\paragraph{Long numbers.}");
        let lines: Vec<String> = self
            .long
            .iter()
            .enumerate()
            .map(|(index, number)| format!("theta{} = {}", index + 1, write(number)))
            .collect();
        self.listing(&lines.join("\n"));
    }

    fn sentence(&mut self, text: &Text) -> String {
        let mut sentence = String::new();
        for span in &text.0 {
            match span {
                Span::Words(words) => sentence.push_str(&tex(words)),
                Span::Formula { tex, .. } => {
                    let _ = write!(sentence, "${tex}$");
                }
                Span::Number(number) => sentence.push_str(&self.number(number)),
                Span::Vector(entries) => {
                    let shown: Vec<String> =
                        entries.iter().take(MOST_ENTRIES).map(|entry| self.number(entry)).collect();
                    let more = entries.len() - shown.len();
                    let more = if more > 0 { format!(", \\dots{{}} and {more} more") } else { String::new() };
                    let _ = write!(sentence, "({}{more})", shown.join(", "));
                }
                Span::Sum(sum) => sentence.push_str(&self.sum(sum)),
                Span::Code(code) => {
                    let _ = write!(sentence, "\\texttt{{{}}}", tex(code));
                }
            }
        }
        sentence
    }

    fn number(&mut self, number: &Rational) -> String {
        match short(number) {
            Some(short) => format!("${short}$"),
            None => format!("${}\\approx {}$", self.named(number), scientific(&decimal(number, 6))),
        }
    }

    /// The name of a number that is too long for the text.
    fn named(&mut self, number: &Rational) -> String {
        let place = self.long.iter().position(|known| known == number).unwrap_or_else(|| {
            self.long.push(number.clone());
            self.long.len() - 1
        });
        format!("\\theta_{{{}}}", place + 1)
    }

    /// A polynomial, broken where TeX likes to break lines: before its signs.
    fn sum(&mut self, sum: &Sum) -> String {
        let mut tex = String::from("$");
        for (place, (coefficient, factors)) in sum.terms.iter().enumerate() {
            let size = coefficient.abs();
            let sign = if coefficient.is_negative() { "-" } else { "+" };
            tex.push_str(if place == 0 && sign == "+" { "" } else { sign });
            if !size.is_one() || factors.is_empty() {
                tex.push_str(&short(&size).unwrap_or_else(|| self.named(&size)));
            }
            for (variable, power) in factors {
                tex.push(sum.letter);
                if sum.numbered {
                    let _ = write!(tex, "_{{{variable}}}");
                }
                if *power > 1 {
                    let _ = write!(tex, "^{{{power}}}");
                }
            }
        }
        tex.push_str(if sum.terms.is_empty() { "0$" } else { "$" });
        if sum.left_out > 0 {
            let _ = write!(tex, " and {} more terms", sum.left_out);
        }
        tex
    }
}

/// A number as it is typeset in a formula, unless it is too long for that.
fn short(number: &Rational) -> Option<String> {
    let exact = write(number);
    let sign = if number.is_negative() { "-" } else { "" };
    match exact.len() {
        digits if digits <= ON_THE_LINE && number.denom().is_one() => Some(exact),
        digits if digits <= STACKED => Some(format!("{sign}\\tfrac{{{}}}{{{}}}", number.numer().abs(), number.denom())),
        digits if digits <= ON_THE_LINE => Some(exact),
        _ => None,
    }
}

/// `1.5e-7` as TeX.
fn scientific(decimal: &str) -> String {
    match decimal.split_once('e') {
        Some((mantissa, exponent)) => format!("{mantissa}\\cdot10^{{{exponent}}}"),
        None => decimal.to_owned(),
    }
}

/// About how many characters a cell shows.
fn visible(cell: &str) -> usize {
    let mut count = 0;
    let mut in_command = false;
    for c in cell.chars() {
        match c {
            '\\' => in_command = true,
            _ if in_command && c.is_ascii_alphabetic() => {}
            '{' | '}' | '$' => in_command = false,
            _ => {
                in_command = false;
                count += 1;
            }
        }
    }
    count
}
