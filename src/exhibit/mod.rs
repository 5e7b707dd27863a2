//! Floor 6: what a report shows. An [`Exhibit`] is drawn from an instance and a certificate that the checker has accepted:
//! the verdict in a sentence, the claims, the evidence for each, the neurons, the exact data of the pictures, the
//! commands that reproduce it, what has to be trusted, and the sources. Renderers ([`crate::report`]) show it; they
//! compute nothing.

mod claims;
mod empirical;
mod evidence;
mod integral;
mod numbers;
pub mod picture;
mod proof;
mod setting;
mod sources;
mod text;

pub use claims::{Answer, Claim};
pub use evidence::{Evidence, Step};
pub use sources::{Command, Reference};
pub use text::{Span, Sum, Text, enumeration};

use crate::problem::{InstanceFile, Property, Source};
use crate::rational::Rational;
use picture::{Picture, Plane};
use relucert_checker::{Outcome, Refusal, verify};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where the files are that the commands of a report name.
#[derive(Debug, Clone)]
pub struct Paths {
    /// The instance.
    pub instance: String,
    /// The certificate.
    pub certificate: String,
}

/// What all renderers show.
#[derive(Debug, Clone)]
pub struct Exhibit {
    /// The instance's name.
    pub id: String,
    /// Its title: a stranger's words.
    pub title: Option<String>,
    /// Where it comes from: a stranger's words.
    pub source: Source,
    /// What the instance says about its expectations: a stranger's words.
    pub because: Option<String>,
    /// What is proved, in one sentence.
    pub sentence: Text,
    /// One or two words for it, for indexes and titles: `saddle`, `spurious local minimum`.
    pub verdict: &'static str,
    /// What the problem is: name and value.
    pub setting: Vec<(&'static str, Text)>,
    /// `L`
    pub loss: Rational,
    /// How L is defined, as a formula.
    pub loss_formula: Text,
    /// The mean squared error, if it is claimed.
    pub mean_squared_error: Option<Rational>,
    /// The claims, in the order of reports.
    pub claims: Vec<Claim>,
    /// What is said of the neurons.
    pub neurons: Table,
    /// What the table of neurons means.
    pub neurons_note: Text,
    /// Where a local minimum is proved to have no smaller loss next to it.
    pub region: Option<Text>,
    /// The data, with predictions and residuals.
    pub data: Table,
    /// What proves the claims.
    pub evidence: Vec<Evidence>,
    /// The pictures.
    pub pictures: Vec<Picture>,
    /// What reproduces it.
    pub commands: Vec<Command>,
    /// What has to be trusted.
    pub trusted: Vec<Text>,
    /// The instance's source, the theorem's, and the tool.
    pub references: Vec<Reference>,
    /// The checker's last line.
    pub status: String,
    /// The instance file.
    pub instance_text: String,
    /// The certificate.
    pub certificate_text: String,
}

/// A table: a header, rows of the same length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub header: Vec<Text>,
    /// The rows.
    pub rows: Vec<Vec<Text>>,
    /// How many rows are left out, because there are too many to be read.
    pub left_out: usize,
}

impl Exhibit {
    /// What a certificate proves about an instance. `open`: why properties that it doesn't claim are undecided, for those
    /// of which that is known. `plane`: the directions on which pictures are projected, for an empirical loss with more than
    /// two inputs; otherwise those that show most. Cost: one check of the certificate, and some 40 evaluations of the loss for the pictures.
    ///
    /// ```
    /// use relucert::{certificate::certify_file, exhibit::{Exhibit, Paths}, kink::Options, problem::InstanceFile, report};
    ///
    /// let path = "instances/one-neuron/zero-weight-pinned.json";
    /// let instance = InstanceFile::read(std::fs::read(path)?)?;
    /// let certificate = certify_file(&instance, &Options::default())?.certificate;
    /// let paths = Paths { instance: path.to_owned(), certificate: "pinned.certificate.json".to_owned() };
    /// let exhibit = Exhibit::new(&instance, &certificate, &paths, &Default::default(), None);
    /// let exhibit = exhibit.map_err(|refusal| refusal.text)?;
    /// assert_eq!(exhibit.verdict, "spurious local minimum");
    /// assert!(report::html::page(&exhibit).contains("spurious local minimum"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The checker's refusal, if the certificate isn't accepted: then there is nothing to show.
    pub fn new(
        instance: &InstanceFile, certificate: &str, paths: &Paths, open: &BTreeMap<Property, String>,
        plane: Option<&Plane>,
    ) -> Result<Exhibit, Refusal> {
        let outcome = verify(instance.text(), certificate.as_bytes());
        let status = outcome.status_line();
        let Outcome(accepted) = outcome;
        accepted?;
        let parsed = serde_json::from_str(certificate);
        let document: Value =
            parsed.map_err(|e| Refusal { unreadable: true, code: "not-json".to_owned(), text: e.to_string() })?;
        let certified = Certified { claims: &document["claims"], evidence: &document["evidence"], open, plane };
        let mut exhibit = match instance {
            InstanceFile::Empirical(instance) => empirical::exhibit(instance, &certified),
            InstanceFile::Integral(instance) => integral::exhibit(instance, &certified),
        };
        exhibit.id = instance.id().to_owned();
        exhibit.title = instance.title().map(str::to_owned);
        exhibit.source = instance.source().clone();
        exhibit.because = instance.expected().and_then(|expected| expected.because.clone());
        exhibit.commands = sources::commands(paths);
        exhibit.trusted = sources::trusted(instance);
        exhibit.references = sources::references(instance);
        exhibit.status = status;
        exhibit.instance_text = String::from_utf8_lossy(instance.text()).into_owned();
        exhibit.certificate_text = certificate.to_owned();
        Ok(exhibit)
    }
}

/// A certificate that the checker has accepted, and why the rest is open.
struct Certified<'a> {
    claims: &'a Value,
    evidence: &'a Value,
    open: &'a BTreeMap<Property, String>,
    /// On what pictures are projected, if that was chosen.
    plane: Option<&'a Plane>,
}

impl Certified<'_> {
    /// Whether a property is claimed with this answer: `yes`, `no`.
    fn says(&self, property: Property, answer: &str) -> bool {
        self.claims[property.key()].as_str() == Some(answer)
    }

    /// The escape neurons that are claimed.
    fn escape_neurons(&self) -> Option<Vec<usize>> {
        Some(self.claims["escape_neurons"].as_array()?.iter().filter_map(numbers::index).collect())
    }

    /// The mean squared error that is claimed.
    fn mean_squared_error(&self) -> Option<Rational> {
        self.claims.get("mean_squared_error").map(numbers::number)
    }

    /// Whether there is evidence of this name.
    fn has(&self, key: &str) -> bool {
        !self.evidence[key].is_null()
    }
}
