//! What both checkers accept, with the claims that they then print.

mod common;

use common::{Case, good, run};
use serde_json::json;

#[test]
fn good_certificates() {
    let cases: Vec<_> =
        good::all().iter().map(|g| Case::of_values(g.name, &g.instance, &g.certificate, g.line)).collect();
    run(&cases);
}
