//! `relucert report`

use super::Exit;
use super::input::{STANDARD_INPUT, certificate, collect};
use super::output::{error, input_error, write_file};
use super::progress::Progress;
use super::report_folder::FolderReport;
use super::report_run;
use crate::certificate::certify_file;
use crate::exhibit::picture::Plane;
use crate::exhibit::{Exhibit, Paths};
use crate::kink::Options;
use crate::problem::{InstanceFile, Judgement, Property};
use crate::report::{bibtex, harmless, html, latex, markdown, svg};
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Show what is proved of an instance: a page, an appendix, pictures
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert report point.json -o point.html
  relucert report point.json point.certificate.json --format latex -o appendix.tex
  relucert report point.json --format latex --standalone -o proof.tex && pdflatex proof.tex
  relucert report point.json --format markdown -o point.md         with its pictures beside it, point.weights.svg, ...
  relucert report point.json --format svg --picture descent -o descent.svg
  relucert report point.json --directions 0,3 -o point.html        pictures projected on inputs 0 and 3
  relucert report point.json --cite >> references.bib
  relucert report instances -o pages           an index and a page for each instance
  relucert report run -o run.html              what a training run came to, after `relucert run --out run`

Nothing is shown that the checker hasn't accepted. Without a certificate the instance is decided, proved and checked, as
in `relucert check`, with the same exit codes; with one the report shows what that certificate proves, and a certificate
that is rejected gives no report (exit 20).")]
pub(super) struct Report {
    /// Instance file, - for standard input, a folder of instances, or the folder of a `relucert run`
    path: PathBuf,
    /// Certificate file; without it one is made
    certificate: Option<PathBuf>,
    /// What is made
    #[arg(long, value_enum, default_value = "html")]
    format: ReportFormat,
    /// Where it is written; otherwise to standard output. The pictures of a page of Markdown are written beside it, page.md's
    /// as page.weights.svg, ...; on standard output it has none. For a folder of instances a new folder, which gets the index and a
    /// page for each instance; otherwise the index alone goes to standard output
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
    /// A whole LaTeX document instead of a fragment for an appendix
    #[arg(long)]
    standalone: bool,
    /// One picture only, by its name: weights, inputs, function, descent, derivative-0, fit, residual, ...
    #[arg(long, value_name = "NAME")]
    picture: Option<String>,
    /// With more than two inputs, what pictures are projected on: two inputs, as in 0,3, or two vectors with an entry for
    /// each input (a hidden bias counted), as in "1,0,2;0,1,-1/2". Otherwise an escape neuron's input weight and its
    /// direction, or the first two input weights that span a plane
    #[arg(long, value_name = "DIRECTIONS", allow_hyphen_values = true)]
    directions: Option<String>,
    /// In an index without pages, what links to instances begin with: the folder as the reader of the index sees it
    #[arg(long, value_name = "PREFIX")]
    links: Option<String>,
    /// Print BibTeX entries for the instance's source, the theory and relucert instead of a report
    #[arg(long)]
    cite: bool,
    /// Largest input file, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = relucert_checker::MAX_INPUT)]
    max_input: u64,
}

/// What a report is made as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// One self-contained page
    Html,
    /// A fragment for an appendix
    Latex,
    /// For a repository or a notebook
    Markdown,
    /// The pictures alone
    Svg,
}

/// Why there is no report; the error has been printed.
pub(super) struct Stop(pub(super) Exit);

impl Report {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        if self.path == Path::new("-") && self.certificate.as_deref() == Some(Path::new("-")) {
            error("only one of the two can be standard input");
            return Ok(Exit::Unusable);
        }
        if self.path.is_dir() {
            return self.run_folder();
        }
        let made = self.exhibit().and_then(|(exhibit, exit)| Ok((self.only_named(exhibit)?, exit)));
        let (exhibit, exit) = match made {
            Ok(made) => made,
            Err(Stop(exit)) => return Ok(exit),
        };
        let text = match self.render(&exhibit) {
            Ok(text) => text,
            Err(Stop(exit)) => return Ok(exit),
        };
        // Pictures first: a page never names files that aren't there.
        if let (Some(stem), Some(path)) = (self.stem(), &self.output) {
            for picture in &exhibit.pictures {
                let beside = path.with_file_name(markdown::picture_file(&stem, picture));
                if let Err(reason) = write_file(&beside, svg::file(std::slice::from_ref(picture)).as_bytes()) {
                    error(&reason);
                    return Ok(Exit::Unusable);
                }
            }
        }
        self.write(&text, exit)
    }

    /// The name of a page of Markdown without its ending, if pictures go beside it: if it is a file.
    fn stem(&self) -> Option<String> {
        let path = self.output.as_deref().filter(|path| path.is_file() || !path.exists())?;
        let is_page = self.format == ReportFormat::Markdown && !self.cite;
        is_page.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned())).flatten()
    }

    fn write(&self, text: &str, exit: Exit) -> std::io::Result<Exit> {
        match &self.output {
            None => std::io::stdout().write_all(text.as_bytes())?,
            Some(path) => {
                if let Err(reason) = write_file(path, text.as_bytes()) {
                    error(&reason);
                    return Ok(Exit::Unusable);
                }
            }
        }
        Ok(exit)
    }

    fn run_folder(&self) -> std::io::Result<Exit> {
        let directed = self.directions.is_some();
        if self.certificate.is_some() || self.cite || self.picture.is_some() || self.standalone || directed {
            error(
                "a certificate, --cite, --directions, --picture and --standalone are for one instance, not for a folder",
            );
            return Ok(Exit::Unusable);
        }
        if self.path.join("summary.json").is_file() && self.path.join("curve.npz").is_file() {
            return match report_run::page(&self.path, self.format, self.max_input) {
                Ok(text) => self.write(&text, Exit::Success),
                Err(Stop(exit)) => Ok(exit),
            };
        }
        let (folder, output) = (self.path.as_path(), self.output.as_deref());
        let links = self.links.as_deref();
        FolderReport { folder, format: self.format, output, links, max_input: self.max_input }.run()
    }

    fn exhibit(&self) -> Result<(Exhibit, Exit), Stop> {
        let input = collect(std::slice::from_ref(&self.path), self.max_input).next();
        let Some(input) = input else { return Err(Stop(Exit::Unusable)) };
        let instance = input.content.and_then(InstanceFile::read).map_err(|failure| {
            input_error(&input.name, &failure);
            Stop(Exit::Unusable)
        })?;
        let plane = self.plane(&instance)?;
        let name = if input.name == STANDARD_INPUT { format!("{}.json", instance.id()) } else { input.name };
        match &self.certificate {
            Some(path) => {
                let certificate = self.read_certificate(path)?;
                let paths = Paths { instance: name, certificate: path.display().to_string() };
                let exhibit = shown(&instance, &certificate, &paths, &BTreeMap::new(), plane.as_ref())?;
                Ok((exhibit, Exit::Success))
            }
            None => {
                let certificate = format!("{}.certificate.json", instance.id());
                decided(&instance, &Paths { instance: name, certificate }, plane.as_ref())
            }
        }
    }

    /// What pictures are projected on, if that is chosen.
    fn plane(&self, instance: &InstanceFile) -> Result<Option<Plane>, Stop> {
        let chosen = match (&self.directions, instance) {
            (None, _) => return Ok(None),
            (Some(text), InstanceFile::Empirical(instance)) => Plane::chosen(text, instance),
            (Some(_), InstanceFile::Integral(_)) => {
                Err("an integral loss has one input, so nothing is projected: leave it out".to_owned())
            }
        };
        chosen.map(Some).map_err(|reason| {
            error(&format!("--directions: {}", harmless(&reason)));
            Stop(Exit::Unusable)
        })
    }

    fn read_certificate(&self, path: &Path) -> Result<String, Stop> {
        let bytes = certificate(path, self.max_input).map_err(|refusal| {
            error(&harmless(&refusal.text));
            Stop(Exit::Unusable)
        })?;
        // What isn't UTF-8 is refused by the checker, by that name.
        String::from_utf8(bytes).map_err(|failure| {
            error(&format!("{}: not-utf8: {failure}", harmless(&path.display().to_string())));
            Stop(Exit::Unusable)
        })
    }

    /// With the picture that is asked for, if one is, and no other.
    fn only_named(&self, mut exhibit: Exhibit) -> Result<Exhibit, Stop> {
        if let Some(name) = &self.picture {
            let known: Vec<&str> = exhibit.pictures.iter().map(|picture| picture.name.as_str()).collect();
            if !known.contains(&name.as_str()) {
                error(&format!("there is no picture {name:?} of this instance; there are: {}", known.join(", ")));
                return Err(Stop(Exit::Unusable));
            }
            exhibit.pictures.retain(|picture| picture.name == *name);
        }
        Ok(exhibit)
    }

    fn render(&self, exhibit: &Exhibit) -> Result<String, Stop> {
        if self.cite {
            return Ok(bibtex::entries(&exhibit.references));
        }
        Ok(match self.format {
            ReportFormat::Html => html::page(exhibit),
            ReportFormat::Latex => latex::page(exhibit, self.standalone),
            ReportFormat::Markdown => markdown::page(exhibit, self.stem().as_deref()),
            ReportFormat::Svg if exhibit.pictures.is_empty() => {
                error("there is nothing to draw: a network with one input weight a neuron and no curve of descent");
                return Err(Stop(Exit::Unusable));
            }
            ReportFormat::Svg => svg::file(&exhibit.pictures),
        })
    }
}

/// Decides, proves and shows an instance.
pub(super) fn decided(instance: &InstanceFile, paths: &Paths, plane: Option<&Plane>) -> Result<(Exhibit, Exit), Stop> {
    let progress = Progress::start(false);
    let certified = certify_file(instance, &Options::default());
    drop(progress);
    let certified = certified.map_err(|refused| {
        error(&refused.to_string());
        Stop(Exit::Bug)
    })?;
    let exhibit = shown(instance, &certified.certificate, paths, &reasons(&certified.findings), plane)?;
    let comparison = certified.findings.compare(instance.expected());
    for difference in &comparison.differences {
        let (expected, found) = (harmless(&difference.expected), harmless(&difference.found));
        let property = harmless(&difference.property);
        error(&format!("{}: {property}: expected {expected}, found {found}", instance.id()));
    }
    let exit = match (comparison.differences.is_empty(), comparison.open.is_empty()) {
        (true, true) => Exit::Success,
        (true, false) => Exit::Undecided,
        (false, _) => Exit::Different,
    };
    Ok((exhibit, exit))
}

/// Why the open questions are open.
fn reasons(findings: &Judgement) -> BTreeMap<Property, String> {
    let open = findings.properties.iter().copied().filter(|property| findings.is_open(*property));
    open.filter_map(|property| Some((property, findings.reasons.get(&property)?.text.clone()))).collect()
}

pub(super) fn shown(
    instance: &InstanceFile, certificate: &str, paths: &Paths, open: &BTreeMap<Property, String>, plane: Option<&Plane>,
) -> Result<Exhibit, Stop> {
    Exhibit::new(instance, certificate, paths, open, plane).map_err(|refusal| {
        let what = if refusal.unreadable { "unreadable" } else { "rejected" };
        let text = harmless(&refusal.text);
        error(&format!("the certificate is {what}, so there is no report: {}: {text}", harmless(&refusal.code)));
        Stop(if refusal.unreadable { Exit::Unusable } else { Exit::Different })
    })
}
