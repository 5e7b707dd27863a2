//! `relucert-check INSTANCE CERTIFICATE`

use relucert_checker::{MAX_INPUT, Outcome, Refusal, read_certificate, read_file, verify};
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::process::ExitCode;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const USAGE: &str = "usage: relucert-check INSTANCE CERTIFICATE

Checks that the certificate proves its claims about the candidate of the instance; one of the two may be - (stdin).
The last line is 's VERIFIED <claims>' (exit 0), 's REJECTED <code>' (20) or 's UNREADABLE <code>' (2).";

fn check(instance: &OsStr, certificate: &OsStr) -> Result<Outcome, Refusal> {
    Ok(verify(&read_file(instance.as_ref(), MAX_INPUT)?, &read_certificate(certificate.as_ref(), MAX_INPUT)?))
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    // A reader that has gone away doesn't change what was found: errors of writing are not errors here.
    let (_, code) = match arguments.as_slice() {
        [flag] if flag == "--help" || flag == "-h" => (writeln!(out, "{USAGE}"), 0),
        [flag] if flag == "--version" || flag == "-V" => (writeln!(out, "relucert-check {VERSION}"), 0),
        [instance, certificate] if instance != "-" || certificate != "-" => {
            let outcome = check(instance, certificate).unwrap_or_else(|refusal| Outcome(Err(refusal)));
            let _ = outcome.0.as_ref().map_err(|refusal| writeln!(err, "{}", refusal.text));
            (writeln!(out, "{}", outcome.status_line()), outcome.exit_code())
        }
        _ => (writeln!(err, "{USAGE}"), 2),
    };
    ExitCode::from(code)
}
