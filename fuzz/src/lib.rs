//! What must hold of every input, as plain functions that panic where it doesn't. The fuzz targets call them, and so does
//! tests/byte_mutations.rs, on a stable compiler. Each returns a word for what became of the input.

use relucert::certificate::certify;
use relucert::kink::Options;
use relucert::problem::{Instance, InstanceError};
use relucert::rational::Rational;
use relucert_checker::json::{Json, parse};
use relucert_checker::verify;

/// An instance and a true certificate that claims all that can be proved of it.
macro_rules! fixed {
    ($($name:literal),* $(,)?) => {
        [$((
            include_bytes!(concat!("../seeds/read_instance/", $name, ".json")),
            include_bytes!(concat!("../seeds/check_certificate/", $name, ".json")),
        )),*]
    };
}

/// What certificates are checked against.
const FIXED: [(&[u8], &[u8]); 25] = fixed![
    "constant", "dead", "everything", "fits", "fourth-order", "half-line", "hidden-bias", "leaky", "least-squares",
    "linear", "mixed-term", "one-concave-kink-tight", "pinned-with-radius", "six-lines", "slope", "split",
    "thin-cell-nonnegative", "three-lines", "two-outputs-end-three-neurons", "xor-dead", "zero", "second-order",
    "second-order-ratio", "elimination-eliminate", "elimination-ray",
];

/// What the checker says of an instance by itself: the code if it is unreadable.
fn code_of_the_checker(instance: &[u8]) -> Option<String> {
    match verify(instance, br#"{"format": "relucert.certificate/1"}"#).0 {
        Ok(claims) => panic!("a certificate without claims is verified: {claims:?}"),
        Err(refusal) => refusal.unreadable.then_some(refusal.code),
    }
}

/// Whether an error lies in a part that the checker doesn't look into: it proves nothing.
fn proves_nothing(error: &InstanceError) -> bool {
    let first = error.pointer.as_deref().and_then(|pointer| pointer.split('/').nth(1));
    first.is_some_and(|key| ["title", "source", "witnesses", "expected"].contains(&key))
}

/// The reader of instances and the checker's take the same files, but for the contents of title, source, witnesses and
/// expected; and they refuse the others with codes that fit.
pub fn read_instance(file: &[u8]) -> &'static str {
    let code = code_of_the_checker(file);
    match Instance::read(file.to_vec()) {
        Ok(instance) => {
            assert_eq!(code, None, "the checker refuses an instance that is read");
            assert_eq!(instance.text, file);
            "read"
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            let expected = match error.code {
                "not-utf8" | "not-json" | "limit" | "trailing-data" | "duplicate-key" | "format" => Some(error.code),
                _ if proves_nothing(&error) => None,
                _ => Some("instance"),
            };
            assert_eq!(code.as_deref(), expected, "the checker (left) and the reader (right): {error}");
            error.code
        }
    }
}

/// Each claim of two sets that both contain is the same.
fn agree(claims: &Json, others: &Json) {
    let (Json::Object(claims), Json::Object(others)) = (claims, others) else { panic!("claims are no object") };
    for (key, claim) in claims {
        let other = others.get(key).unwrap_or(claim);
        assert_eq!(claim, other, "contradicting claims of {key} are both verified");
    }
}

/// A certificate for one of a few instances, chosen by its id: if it is verified, what it claims is true.
pub fn check_certificate(certificate: &[u8]) -> &'static str {
    let id = |file: &[u8]| parse(file).ok().and_then(|json| json.get("id").cloned());
    let named = id(certificate);
    let position = FIXED.iter().position(|(instance, _)| named.is_some() && id(instance) == named);
    let (instance, truth) = FIXED[position.unwrap_or(0)];
    let outcome = verify(instance, certificate);
    assert!(!outcome.status_line().is_empty());
    match &outcome.0 {
        Ok(claims) => {
            let truth = verify(instance, truth).0.expect("a true certificate");
            agree(claims, &truth);
            "verified"
        }
        Err(refusal) if refusal.unreadable => "unreadable",
        Err(_) => "rejected",
    }
}

/// Whether everything about an instance can be decided at once.
fn is_small(instance: &Instance) -> bool {
    let networks = instance.witnesses.descent.iter().flatten().chain(&instance.witnesses.better_candidate);
    let networks: Vec<_> = networks.chain([&instance.candidate]).collect();
    let matrices = [&instance.samples.inputs, &instance.samples.targets].into_iter();
    let matrices = matrices.chain(networks.iter().flat_map(|net| [&net.input_weights, &net.output_weights]));
    let rows: Vec<&Vec<Rational>> =
        matrices.flatten().chain(networks.iter().filter_map(|net| net.output_bias.as_ref())).collect();
    let short = |value: &Rational| value.numer().bits() <= 256 && value.denom().bits() <= 256;
    let slopes = [&instance.activation.positive, &instance.activation.negative];
    instance.samples.inputs.len() <= 8
        && instance.candidate.inputs() <= 4
        && networks.len() <= 6
        && rows.len() <= 60
        && rows.into_iter().flatten().chain(slopes).all(short)
}

/// An instance and a certificate, with a zero byte between them. Of a small instance that can be read everything is
/// decided: the checker accepts our own certificate, and no verified claim contradicts it.
pub fn check_both(files: &[u8]) -> &'static str {
    let mut parts = files.splitn(2, |byte| *byte == 0);
    let (instance, certificate) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let outcome = verify(instance, certificate);
    let word = match &outcome.0 {
        Ok(_) => "verified",
        Err(refusal) if refusal.unreadable => "unreadable",
        Err(_) => "rejected",
    };
    if code_of_the_checker(instance).is_some() {
        assert_eq!(word, "unreadable", "an instance that is unreadable beside another certificate");
    }
    match Instance::read(instance.to_vec()) {
        Ok(instance) if is_small(&instance) => {
            let options = Options { max_leaves: 200, ..Options::default() };
            let ours = certify(&instance, &options).unwrap_or_else(|refused| panic!("{refused}"));
            if let Ok(claims) = &outcome.0 {
                let ours = verify(&instance.text, ours.certificate.as_bytes()).0.expect("accepted before");
                agree(claims, &ours);
            }
        }
        Ok(_) => {}
        Err(error) => assert!(word != "verified" || proves_nothing(&error), "verified, but not read: {error}"),
    }
    word
}
