//! Floor 5: from findings to a certificate that the checker has accepted. Nothing that isn't in an accepted certificate
//! is shown to anyone.

pub mod gzip;
mod integral;
mod layout;
mod radius;
mod several_outputs;
mod write;

use crate::empirical::{Findings, decide};
use crate::kink::Options;
use crate::problem::{Instance, InstanceFile, IntegralInstance, Judgement};
pub use integral::{INTEGRAL_LOSS, neuron_json, scalar_network_json};
pub use layout::lay_out;
use serde_json::Value;
use std::time::{Duration, Instant};
pub use write::{EMPIRICAL_LOSS, network_json, proof_text, region_json};

/// Findings whose certificate the checker has accepted, for either loss.
#[derive(Debug)]
pub struct Certified<F = Findings> {
    /// What was found.
    pub findings: F,
    /// The certificate, as it is written to a file (docs/certificate.md); empty if none was wanted ([`Options::prove`]): then
    /// nothing was checked.
    pub certificate: String,
    /// How long it took.
    pub times: Times,
}

/// How long the parts of a decision took. They differ from run to run, so that no result contains them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// To decide, to prove it, and to see how far the proof reaches.
    pub decided: Duration,
    /// To write the certificate and to have it checked.
    pub checked: Duration,
}

/// The checker refused a certificate of ours: a bug of this program.
#[derive(Debug, thiserror::Error)]
#[error("the certificate of {id} was refused by the checker ({status}); this is a bug of relucert, please report it")]
pub struct Refused {
    /// The instance.
    pub id: String,
    /// The checker's status line and its explanation.
    pub status: String,
    /// The certificate that was refused.
    pub certificate: String,
}

/// Decides everything about the candidate of an instance and has the certificate checked.
///
/// ```
/// use relucert::{certificate::certify, kink::Options, problem::{Instance, Property, Verdict}};
///
/// let file = br#"{"format": "relucert.instance/1", "id": "dead", "activation": "relu",
///     "samples": {"inputs": [["1"]], "targets": ["1"]},
///     "candidate": {"input_weights": [["-1"]], "output_weights": ["1"]}}"#;
/// let instance = Instance::read(file.to_vec())?;
/// let certified = certify(&instance, &Options::default())?;
/// assert_eq!(certified.findings.verdicts[&Property::LocalMinimum], Verdict::Yes);
/// let outcome = relucert_checker::verify(file, certified.certificate.as_bytes());
/// assert_eq!(outcome.exit_code(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Refused`] if the checker doesn't accept the certificate; then no verdict may be shown.
pub fn certify(instance: &Instance, options: &Options) -> Result<Certified, Box<Refused>> {
    let start = Instant::now();
    let mut findings = decide(instance, options);
    if !options.prove {
        let decided = start.elapsed();
        let times = Times { decided, checked: Duration::ZERO };
        return Ok(Certified { findings, certificate: String::new(), times });
    }
    let mut certificate = write::certificate(instance, &findings);
    if let Some(radius) = radius::claim_radius(&instance.text, &mut certificate, options) {
        findings.reach(radius);
    }
    let decided = start.elapsed();
    checked(&instance.id, &instance.text, findings, &certificate, start, decided)
}

/// The same for an integral loss.
///
/// # Errors
/// [`Refused`] if the checker doesn't accept the certificate; then no verdict may be shown.
pub fn certify_integral(
    instance: &IntegralInstance, options: &crate::integral::Options,
) -> Result<Certified<crate::integral::Findings>, Box<Refused>> {
    let start = Instant::now();
    let findings = crate::integral::decide(instance, options);
    let decided = start.elapsed();
    let certificate = self::integral::certificate(instance, &findings);
    checked(&instance.id, &instance.text, findings, &certificate, start, decided)
}

/// Certifies an instance of either kind: what is said of it, without what it rests on.
///
/// # Errors
/// [`Refused`] if the checker doesn't accept the certificate; then no verdict may be shown.
pub fn certify_file(instance: &InstanceFile, options: &Options) -> Result<Certified<Judgement>, Box<Refused>> {
    match instance {
        InstanceFile::Empirical(instance) => {
            let Certified { findings, certificate, times } = certify(instance, options)?;
            Ok(Certified { findings: findings.judgement, certificate, times })
        }
        InstanceFile::Integral(instance) => {
            let options = crate::integral::Options { step_size: None, deadline: options.deadline };
            let Certified { findings, certificate, times } = certify_integral(instance, &options)?;
            Ok(Certified { findings: findings.judgement, certificate, times })
        }
    }
}

fn checked<F>(
    id: &str, instance: &[u8], findings: F, certificate: &Value, start: Instant, decided: Duration,
) -> Result<Certified<F>, Box<Refused>> {
    let certificate = lay_out(certificate);
    let outcome = relucert_checker::verify(instance, certificate.as_bytes());
    match &outcome.0 {
        Ok(_) => {
            let times = Times { decided, checked: start.elapsed().saturating_sub(decided) };
            Ok(Certified { findings, certificate, times })
        }
        Err(refusal) => {
            let status = format!("{}: {}", outcome.status_line(), refusal.text);
            Err(Box::new(Refused { id: id.to_owned(), status, certificate }))
        }
    }
}
