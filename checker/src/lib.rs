//! The independent checker of relucert certificates.
//!
//! It reads an instance and a certificate, recomputes residuals and kink forms from the *instance*, and accepts the
//! certificate only if its evidence proves its claims. It shares no mathematics with the program that finds the
//! evidence and believes nothing that it can recompute; no floating-point number occurs. Read [`verify`], `facts`,
//! `network`, `kink`, `curve`, in this order; the formulas are those of docs/theory.md. Instances with an integral loss
//! are checked by `integral`, which one can leave unread without them.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unreachable)]

mod curve;
mod echelon;
mod elimination;
mod facts;
pub mod instance;
mod integral;
pub mod json;
mod kink;
mod network;
pub mod number;
mod polynomial;
mod radius;
mod second_order;
mod vector;

use instance::Instance;
use json::Json;
use std::io::Read;
use std::path::Path;

/// Largest file that is read, in bytes.
pub const MAX_INPUT: u64 = 256 << 20;
/// The format of certificates.
pub const CERTIFICATE_FORMAT: &str = "relucert.certificate/1";

/// Why a certificate was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Whether a file could not even be read; otherwise the certificate is rejected.
    pub unreadable: bool,
    /// The code of docs/certificate.md.
    pub code: String,
    /// What was found, in words.
    pub text: String,
}

impl Refusal {
    pub(crate) fn rejected(code: impl Into<String>, text: impl Into<String>) -> Refusal {
        Refusal { unreadable: false, code: code.into(), text: text.into() }
    }
    pub(crate) fn unreadable(code: impl Into<String>, text: impl Into<String>) -> Refusal {
        Refusal { unreadable: true, code: code.into(), text: text.into() }
    }
    pub(crate) fn malformed(text: impl Into<String>) -> Refusal {
        Refusal::rejected("malformed", text)
    }
}

/// One acceptance condition: what holds, the code of a certificate for which it doesn't, and why in words.
pub(crate) fn ensure(holds: bool, code: &str, text: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::rejected(code, text)) }
}

/// What checking ends with: the claims, all proved, or why not.
#[derive(Debug, Clone)]
pub struct Outcome(pub Result<Json, Refusal>);

impl Outcome {
    /// The fixed last line of every checker: `s VERIFIED <claims>`, `s REJECTED <code>` or `s UNREADABLE <code>`.
    pub fn status_line(&self) -> String {
        match &self.0 {
            Ok(claims) => format!("s VERIFIED {}", summary(claims)),
            Err(refusal) if refusal.unreadable => format!("s UNREADABLE {}", refusal.code),
            Err(refusal) => format!("s REJECTED {}", refusal.code),
        }
    }

    /// 0 verified, 20 rejected, 2 unreadable.
    pub fn exit_code(&self) -> u8 {
        match &self.0 {
            Ok(_) => 0,
            Err(refusal) if refusal.unreadable => 2,
            Err(_) => 20,
        }
    }
}

/// The claims on one line, in the order of `integral::CLAIMS` and then the radius: `key=value`, and only the key for the list of neurons.
fn summary(claims: &Json) -> String {
    let show = |key: &&str| {
        Some(match claims.get(key)? {
            Json::Text(text) => format!("{key}={}", text.replace(' ', "_")),
            Json::Null => format!("{key}=null"),
            Json::List(list) if *key == "escape_neurons" => {
                let list: Vec<_> = list.iter().filter_map(|index| index.index().ok()).collect();
                format!("{key}={list:?}").replace(' ', "")
            }
            _ => (*key).to_owned(),
        })
    };
    integral::CLAIMS.iter().chain(&["radius"]).filter_map(show).collect::<Vec<_>>().join(" ")
}

/// Checks a certificate against the instance it belongs to.
pub fn verify(instance: &[u8], certificate: &[u8]) -> Outcome {
    Outcome(check(instance, certificate))
}
fn check(instance: &[u8], certificate: &[u8]) -> Result<Json, Refusal> {
    let document = json::parse(instance)?;
    if document.get("format") != Some(&Json::Text(instance::FORMAT.to_owned())) {
        return Err(Refusal::unreadable("format", format!("not a file of format {}", instance::FORMAT)));
    }
    if document.get("integral").is_some() {
        let instance = integral::instance::Instance::read(&document)?;
        let (claims, evidence) = parts(certificate, &instance.id, &integral::CLAIMS)?;
        integral::check(&instance, &claims, &evidence).map(|()| claims)
    } else {
        let instance = Instance::read(&document)?;
        let (claims, evidence) = parts(certificate, &instance.id, &facts::CLAIMS)?;
        facts::check(&instance, &claims, &evidence).map(|()| claims)
    }
}
/// Checks a proof tree (docs/certificate.md, section "Proof trees") that a kink form is nonnegative everywhere; the form is
/// an object with `linear`, a list of numbers, and `kinks`, a list of objects with `weight` and `line`.
///
/// # Errors
/// Why it proves nothing.
pub fn verify_nonnegative(form: &[u8], tree: &[u8]) -> Result<(), Refusal> {
    kink::KinkForm::read(&json::parse(form)?)?.check_nonnegative(&json::parse(tree)?)
}
/// The claims and the evidence of a certificate that belongs to the instance with this `id`.
fn parts(certificate: &[u8], expected: &str, known: &[&str]) -> Result<(Json, Json), Refusal> {
    let certificate = json::parse(certificate)?;
    if certificate.get("format") != Some(&Json::Text(CERTIFICATE_FORMAT.to_owned())) {
        return Err(Refusal::unreadable("format", format!("not a file of format {CERTIFICATE_FORMAT}")));
    }
    let certificate = certificate.object(&["format", "id", "claims", "evidence", "made_by"])?;
    let id = certificate.field("id")?.text()?;
    ensure(id == expected, "wrong-instance", &format!("{expected:?} was expected, this is {id:?}"))?;
    let claims = certificate.field("claims")?.object(known)?;
    Ok((claims.clone(), certificate.field("evidence")?.clone()))
}

/// Reads a file, or standard input for `-`, of at most `limit` bytes.
pub fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
    let failed = |e: std::io::Error| Refusal::unreadable("io", format!("{}: {e}", path.display()));
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(failed)?)
    };
    let mut bytes = Vec::new();
    source.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(Refusal::unreadable("limit", format!("{} is larger than {limit} bytes", path.display())));
    }
    Ok(bytes)
}
/// Reads a certificate as [`read_file`] does. A gzipped one, of which the name says so, is refused: it takes a
/// decompressor to believe it, and `gunzip` is everywhere.
pub fn read_certificate(path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
    let certificate = read_file(path, limit)?;
    if is_gzipped(path) {
        let text = format!("{} is gzipped: gunzip first, or use relucert verify or check.py", path.display());
        return Err(Refusal::unreadable("gzip", text));
    }
    Ok(certificate)
}
/// Whether the name of a certificate says that it is gzipped: it ends in `.gz`.
pub fn is_gzipped(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b".gz")
}
