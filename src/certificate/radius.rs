//! The radius of a local minimum with escape neurons (docs/theory.md, section 7.19). The proof is the one that is there;
//! how far it reaches is what the checker accepts.

use super::layout::lay_out;
use crate::kink::Options;
use crate::rational::{Rational, write};
use num_bigint::BigInt;
use num_traits::One;
use serde_json::Value;

/// Radii below `2^-MAX_HALVINGS` are not looked for.
const MAX_HALVINGS: u32 = 1 << 10;

/// The largest `2^-s`, s >= 0, for which the checker accepts the certificate of a local minimum with escape neurons, which is
/// then one of its claims; none if time is up before, or if there is none of at least `2^-1024`. Cost: `4 + 2 log2 s`
/// runs of the checker or so.
pub(super) fn claim_radius(instance: &[u8], certificate: &mut Value, options: &Options) -> Option<Rational> {
    let evidence = &certificate["evidence"];
    evidence.get("second_order").or(evidence.get("elimination"))?;
    let mut is_accepted = |halvings: u32| {
        certificate["claims"]["radius"] = write(&power(halvings)).into();
        relucert_checker::verify(instance, lay_out(certificate).as_bytes()).exit_code() == 0
    };
    let mut doubled = (2..).map(|exponent| 1_u32 << exponent).take_while(|s| *s <= MAX_HALVINGS && !options.is_over());
    let found = doubled.find(|s| is_accepted(*s));
    // The radius 2^-accepted is accepted; 2^-refused, or 2 if nothing was, is not.
    let least = found.map(|mut accepted| {
        let mut refused = if accepted > 4 { accepted / 2 } else { 0 };
        if refused == 0 && is_accepted(0) {
            return 0;
        }
        while accepted - refused > 1 {
            let middle = u32::midpoint(accepted, refused);
            if is_accepted(middle) { accepted = middle } else { refused = middle }
        }
        accepted
    });
    match least.map(power) {
        Some(radius) => certificate["claims"]["radius"] = write(&radius).into(),
        None => drop(certificate["claims"].as_object_mut().and_then(|claims| claims.remove("radius"))),
    }
    least.map(power)
}

fn power(halvings: u32) -> Rational {
    Rational::new(BigInt::one(), BigInt::one() << halvings)
}
