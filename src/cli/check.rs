//! `relucert check`

use super::input::{Input, STANDARD_INPUT, collect};
use super::output::{Certificates, error, input_error, note, write_file};
use super::progress::{Progress, aside};
use super::questions::Questions;
use super::{Exit, Format};
use crate::certificate::{Certified, Refused, Times, certify, certify_integral};
use crate::effort;
use crate::empirical::{TooLarge, decide_exhaustively};
use crate::integral::{self, classify};
use crate::kink::Options;
use crate::problem::{
    Comparison, Expected, Instance, InstanceError, InstanceFile, IntegralInstance, Judgement, Property,
};
use crate::rational::{self, Rational};
use crate::report;
use crate::search::{SearchOptions, better_network, insert_better_candidate};
use clap::Args;
use num_traits::Signed;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Decide what the candidates of instances are, prove it, and compare with what is expected
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert check instances
  relucert check point.json --certificate point.certificate.json
  relucert check instances --format json | jq .verdicts
  relucert check - < point.json")]
pub(super) struct Check {
    /// Instance files, - for standard input, or folders (all *.json below them)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Write the certificate here; for several instances a folder, made if need be. A file is gzipped if its name ends
    /// in .gz
    #[arg(long, value_name = "PATH")]
    certificate: Option<PathBuf>,
    /// Gzip the certificates of a folder
    #[arg(long, requires = "certificate")]
    gzip: bool,
    /// Write the first-order questions for SMT solvers into this folder, made if need be: SMT-LIB 2.6, QF_LRA; and the
    /// polynomial that decides local_minimum, where it stays open: QF_NRA
    #[arg(long, value_name = "DIR")]
    export_smt2: Option<PathBuf>,
    /// Print differences and errors only
    #[arg(long, short)]
    quiet: bool,
    /// Most leaves of one proof tree; beyond it a verdict is undecided
    #[arg(long, value_name = "COUNT", default_value_t = Options::default().max_leaves, value_parser = at_least_one)]
    max_leaves: usize,
    /// Give up on an instance after so many seconds; what is open then is undecided. The second way of --exhaustive has as
    /// many again
    #[arg(long, value_name = "SECONDS", value_parser = positive_seconds)]
    time_limit: Option<Duration>,
    /// Only decide: sooner, but without a proof, and nothing is checked
    #[arg(long, conflicts_with_all = ["certificate", "export_smt2", "search", "exhaustive"])]
    no_certificate: bool,
    /// Let no floating-point number propose anything: slower, and a few ways down stay unseen
    #[arg(long)]
    no_float: bool,
    /// Where it is open, search for a better network of the same width; one that is found is written into the instance
    /// file as a witness
    #[arg(long)]
    search: bool,
    /// For integral losses with affine targets: whether gradient descent with this step size (not almost every one)
    /// avoids the candidate; up to 3 neurons
    #[arg(long, value_name = "ETA", value_parser = step_size)]
    step_size: Option<Rational>,
    /// Decide a second time in another way: the first-order questions from all activation patterns; for integral losses
    /// with affine targets everything by the classification theorems. A disagreement is a bug (101)
    #[arg(long)]
    exhaustive: bool,
    /// Most patterns around a neuron for --exhaustive
    #[arg(long, value_name = "COUNT", default_value_t = 1_000_000)]
    max_patterns: usize,
    /// Say on standard error how long it took to decide each instance, and to write and check its certificate
    #[arg(long)]
    timings: bool,
    /// Largest input file, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = relucert_checker::MAX_INPUT)]
    max_input: u64,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "expected a count of at least 1".to_owned())
}

fn positive_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|time| !time.is_zero()).ok_or_else(|| "expected a positive number of seconds".to_owned())
}

fn step_size(text: &str) -> Result<Rational, String> {
    let positive = rational::read(text).filter(Signed::is_positive);
    positive.ok_or_else(|| "expected a positive number: 3, 0.01, 1e-3 or 7/25".to_owned())
}

/// Writes the new text of a file unless someone else has written another one since the old text was read.
fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), String> {
    match std::fs::read(path) {
        // Another run has found the same.
        Ok(found) if found == new => Ok(()),
        Ok(found) if found != old => Err(format!("{}: the file has changed since it was read", path.display())),
        _ => write_file(path, new),
    }
}

/// An instance of either kind that was decided.
struct Decided<'a> {
    id: &'a str,
    findings: &'a Judgement,
    certificate: &'a str,
    expected: Option<&'a Expected>,
}

type Read = Result<InstanceFile, InstanceError>;

/// What was decided of one input.
enum Answered {
    Failed(InstanceError),
    Empirical(Box<Instance>, Result<Box<Certified>, Box<Refused>>),
    Integral(Box<IntegralInstance>, Result<Box<Certified<integral::Findings>>, Box<Refused>>),
}

impl Answered {
    fn times(&self) -> Option<Times> {
        match self {
            Answered::Empirical(_, Ok(certified)) => Some(certified.times),
            Answered::Integral(_, Ok(certified)) => Some(certified.times),
            Answered::Failed(_) | Answered::Empirical(_, Err(_)) | Answered::Integral(_, Err(_)) => None,
        }
    }
}

/// What is printed for one input, and how it counts.
struct Outcome {
    exit: Exit,
    /// For standard output.
    report: String,
    line: report::summary::Line,
}

impl Check {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        let several = self.paths.len() > 1 || self.paths.iter().any(|path| path.is_dir());
        let places = Certificates::at(self.certificate.as_deref(), several, self.gzip)
            .and_then(|certificates| Ok((certificates, Questions::at(self.export_smt2.as_deref())?)));
        let (certificates, questions) = match places {
            Ok(places) => places,
            Err(text) => {
                error(&text);
                return Ok(Exit::Unusable);
            }
        };
        // JSON goes out as it is; only text can have colours to strip.
        let mut out: Box<dyn Write> = match self.format {
            Format::Text => Box::new(anstream::stdout()),
            Format::Json => Box::new(std::io::stdout()),
        };
        let mut lines = Vec::new();
        let mut gravest = Exit::Success;
        let mut names = BTreeMap::new();
        let mut inputs = collect(&self.paths, self.max_input);
        let progress = Progress::start(self.quiet);
        loop {
            // As many as keep all threads busy are decided together, and told of in the order of the arguments.
            let some: Vec<Input> = inputs.by_ref().take(4 * rayon::current_num_threads()).collect();
            if some.is_empty() {
                break;
            }
            let read: Vec<(String, Read)> = some.into_iter().map(|input| self.read_one(input, &mut names)).collect();
            let decide = |(name, read): (String, Read)| {
                let answered = self.decide_one(read);
                progress.instance_done();
                (name, answered)
            };
            let decided: Vec<(String, Answered)> = read.into_par_iter().map(decide).collect();
            for (name, answered) in decided {
                if let Some(times) = answered.times().filter(|_| self.timings) {
                    let [decided, checked] = [times.decided, times.checked].map(|time| time.as_micros());
                    note(&format!(
                        "{}: decided in {decided} us, written and checked in {checked} us",
                        report::harmless(&name)
                    ));
                }
                let outcome = self.tell(&name, answered, &certificates, &questions);
                gravest = gravest.max(outcome.exit);
                aside(|| out.write_all(outcome.report.as_bytes()).and_then(|()| out.flush()))?;
                lines.push(outcome.line);
            }
        }
        drop(progress);
        if self.format == Format::Text && several && !self.quiet {
            write!(out, "{}", report::summary::table(&lines))?;
        }
        out.flush()?;
        Ok(gravest)
    }

    fn read_one(&self, input: Input, names: &mut BTreeMap<String, String>) -> (String, Read) {
        let name = input.name;
        let read = input.content.and_then(InstanceFile::read).and_then(|instance| {
            let Some(other) = names.insert(instance.id().to_owned(), name.clone()) else { return Ok(instance) };
            let text = format!("{other} has the id {:?} too; every instance of a run needs its own", instance.id());
            Err(InstanceError::at("duplicate-id", "/id", text))
        });
        (name, read)
    }

    fn decide_one(&self, read: Read) -> Answered {
        match read {
            Err(failure) => Answered::Failed(failure),
            Ok(InstanceFile::Empirical(instance)) => {
                let certified = certify(&instance, &self.options());
                Answered::Empirical(instance, certified.map(Box::new))
            }
            Ok(InstanceFile::Integral(instance)) => {
                let certified = certify_integral(&instance, &self.integral_options());
                Answered::Integral(instance, certified.map(Box::new))
            }
        }
    }

    fn tell(&self, name: &str, answered: Answered, certificates: &Certificates, questions: &Questions) -> Outcome {
        let refused =
            |refused: Box<Refused>| self.failed(name, &InstanceError::of_file("bug", refused.to_string()), Exit::Bug);
        match answered {
            Answered::Failed(failure) => self.failed(name, &failure, Exit::Unusable),
            Answered::Empirical(instance, Ok(certified)) => {
                self.tell_empirical(name, *instance, *certified, certificates, questions)
            }
            Answered::Integral(instance, Ok(certified)) => {
                self.tell_integral(name, &instance, &certified, certificates)
            }
            Answered::Empirical(_, Err(error)) | Answered::Integral(_, Err(error)) => refused(error),
        }
    }

    fn tell_integral(
        &self, name: &str, instance: &IntegralInstance, certified: &Certified<integral::Findings>,
        certificates: &Certificates,
    ) -> Outcome {
        let second_way = match classify(instance).filter(|_| self.exhaustive) {
            None => String::new(),
            Some(classification) => match classification.contradiction(&certified.findings) {
                None => format!("  the classification theorem agrees: {classification}\n"),
                Some(contradiction) => {
                    let text = format!("the two ways disagree: {contradiction}; please report this bug of relucert");
                    return self.failed(name, &InstanceError::of_file("bug", text), Exit::Bug);
                }
            },
        };
        let decided = Decided {
            id: &instance.id,
            findings: &certified.findings,
            certificate: &certified.certificate,
            expected: instance.expected.as_ref(),
        };
        self.show(&decided, certificates, Exit::Success, |comparison, path| match self.format {
            Format::Json => report::integral::json(instance, certified, comparison, path),
            Format::Text => report::integral::text(instance, certified, comparison, path) + &second_way,
        })
    }

    fn tell_empirical(
        &self, name: &str, instance: Instance, certified: Certified, certificates: &Certificates, questions: &Questions,
    ) -> Outcome {
        let mut more = Exit::Success;
        let (instance, certified) = match self.with_better_network(name, &instance, &certified) {
            Some(better) => better,
            None => (instance, certified),
        };
        let second_way = match self.second_way(name, &instance, &certified) {
            Ok(agreement) => agreement,
            Err(contradiction) if contradiction.code == "bug" => return self.failed(name, &contradiction, Exit::Bug),
            Err(too_large) => {
                input_error(name, &too_large);
                more = Exit::Undecided;
                String::new()
            }
        };
        if let Err(text) = questions.write(&instance, &certified.findings) {
            error(&format!("the questions can't be written: {text}"));
            more = more.max(Exit::Unusable);
        }
        let decided = Decided {
            id: &instance.id,
            findings: &certified.findings,
            certificate: &certified.certificate,
            expected: instance.expected.as_ref(),
        };
        self.show(&decided, certificates, more, |comparison, path| match self.format {
            Format::Json => report::json::report(&instance, &certified, comparison, path),
            Format::Text => report::text::report(&instance, &certified, comparison, path) + &second_way,
        })
    }

    /// Compares with what is expected, writes the certificate and makes the report. `more`: what else counts.
    fn show(
        &self, decided: &Decided<'_>, certificates: &Certificates, more: Exit,
        render: impl Fn(&Comparison, Option<&str>) -> String,
    ) -> Outcome {
        let comparison = decided.findings.compare(decided.expected);
        let mut exit = match (comparison.differences.is_empty(), comparison.open.is_empty()) {
            (true, true) => Exit::Success,
            (true, false) => Exit::Undecided,
            (false, _) => Exit::Different,
        }
        .max(more);
        let path = certificates.write(decided.id, decided.certificate).unwrap_or_else(|text| {
            error(&format!("the certificate can't be written: {text}"));
            exit = exit.max(Exit::Unusable);
            None
        });
        let report = match self.format {
            Format::Text if self.quiet && comparison.differences.is_empty() => String::new(),
            _ => render(&comparison, path.as_deref()) + "\n",
        };
        let expects = decided.expected.is_some();
        let line = report::summary::Line::decided(decided.id, decided.findings, &comparison, expects);
        Outcome { exit, report, line }
    }

    /// With --search, where it is open whether the minimum is global: the instance with a found network as its witness,
    /// decided again. The witness is written into the user's file, so that later runs need no search.
    fn with_better_network(
        &self, name: &str, instance: &Instance, certified: &Certified,
    ) -> Option<(Instance, Certified)> {
        if !self.search || !certified.findings.is_open(Property::GlobalMinimum) {
            return None;
        }
        let network = better_network(instance, &SearchOptions::default())?;
        let text = std::str::from_utf8(&instance.text).ok()?;
        let with_witness = match insert_better_candidate(text, &network) {
            Ok(with_witness) => with_witness,
            Err(reason) => {
                error(&format!("{name}: a better network was found, but {reason}"));
                return None;
            }
        };
        if name != STANDARD_INPUT {
            match replace(Path::new(name), &instance.text, with_witness.as_bytes()) {
                Ok(()) => note(&format!("{name}: a better network was found and written into the file as a witness")),
                Err(reason) => error(&format!("a better network was found, but can't be written: {reason}")),
            }
        }
        let instance = Instance::read(with_witness.into_bytes()).ok()?;
        let certified = certify(&instance, &self.options()).ok()?;
        Some((instance, certified))
    }

    /// With --exhaustive: that all patterns agree, or an error, of code `bug` if they don't.
    fn second_way(&self, name: &str, instance: &Instance, certified: &Certified) -> Result<String, InstanceError> {
        if !self.exhaustive {
            return Ok(String::new());
        }
        let decided = effort::until(self.deadline(), || decide_exhaustively(instance, self.max_patterns));
        let exhaustive = decided.map_err(|too_large| {
            let more = if too_large == TooLarge::Time { "" } else { "; --max-patterns allows more" };
            InstanceError::of_file("limit", format!("not decided exhaustively: {too_large}{more}"))
        })?;
        if let Some(contradiction) = exhaustive.contradiction(instance, &certified.findings) {
            let text = format!("{name}: the two ways disagree: {contradiction}; please report this bug of relucert");
            return Err(InstanceError::of_file("bug", text));
        }
        Ok(format!("  {} activation patterns agree\n", exhaustive.cells()))
    }

    fn options(&self) -> Options {
        Options {
            max_leaves: self.max_leaves,
            use_floats: !self.no_float,
            prove: !self.no_certificate,
            deadline: self.deadline(),
            ..Options::default()
        }
    }

    fn integral_options(&self) -> integral::Options {
        integral::Options { step_size: self.step_size.clone(), deadline: self.deadline() }
    }

    /// The end of the time for what begins now.
    fn deadline(&self) -> Option<Instant> {
        self.time_limit.and_then(|limit| Instant::now().checked_add(limit))
    }

    fn failed(&self, name: &str, failure: &InstanceError, exit: Exit) -> Outcome {
        let report = match self.format {
            Format::Json => report::json::error(name, failure) + "\n",
            Format::Text => {
                input_error(name, failure);
                String::new()
            }
        };
        let line = report::summary::Line::failed(
            &report::harmless(name),
            if exit == Exit::Bug { "BUG" } else { "UNREADABLE" },
        );
        Outcome { exit, report, line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_someone_else_has_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("point.json");
        let written = |text: &str| std::fs::write(&path, text).unwrap();
        let found = || std::fs::read_to_string(&path).unwrap();
        written("old");
        assert_eq!((replace(&path, b"old", b"new"), found()), (Ok(()), "new".to_owned()));
        assert_eq!((replace(&path, b"old", b"new"), found()), (Ok(()), "new".to_owned()));
        written("edited");
        let refused = replace(&path, b"old", b"new").unwrap_err();
        assert!(refused.ends_with("the file has changed since it was read"), "{refused}");
        assert_eq!(found(), "edited");
    }
}
