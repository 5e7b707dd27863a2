//! `relucert-check INSTANCE CERTIFICATE`

use relucert_checker::{MAX_INPUT, Outcome, Refusal, read_file, verify};
use std::io::Write;
use std::process::ExitCode;

const USAGE: &str = "usage: relucert-check INSTANCE CERTIFICATE

Checks that the certificate proves its claims about the candidate of the instance; one of the two may be - (stdin).
The last line is 's VERIFIED <claims>' (exit 0), 's REJECTED <code>' (20) or 's UNREADABLE <code>' (2).";

fn check(instance: &str, certificate: &str) -> Result<Outcome, Refusal> {
    Ok(verify(&read_file(instance, MAX_INPUT)?, &read_file(certificate, MAX_INPUT)?))
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    // A reader that has gone away doesn't change what was found: errors of writing are not errors here.
    let (_, code) = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--help" | "-h"] => (writeln!(out, "{USAGE}"), 0),
        ["--version" | "-V"] => (writeln!(out, "relucert-check {}", env!("CARGO_PKG_VERSION")), 0),
        [instance, certificate] if [*instance, *certificate] != ["-", "-"] => {
            let outcome = check(instance, certificate).unwrap_or_else(|refusal| Outcome(Err(refusal)));
            let _ = outcome.0.as_ref().map_err(|refusal| writeln!(err, "{}", refusal.text));
            (writeln!(out, "{}", outcome.status_line()), outcome.exit_code())
        }
        _ => (writeln!(err, "{USAGE}"), 2),
    };
    ExitCode::from(code)
}
