//! Number texts: what may be written in an instance, and the one spelling that a certificate has.

mod common;

use common::{Case, run};

/// The output weight is `json`, the target `value`, and the claim that the loss is 0.
fn equal(name: String, json: &str, value: &str, expected: &str) -> Case {
    let instance = format!(
        r#"{{"format": "relucert.instance/1", "id": "n", "activation": "relu",
            "samples": {{"inputs": [[1]], "targets": ["{value}"]}},
            "candidate": {{"input_weights": [[1]], "output_weights": [{json}]}}}}"#
    );
    let certificate = r#"{"format": "relucert.certificate/1", "id": "n", "evidence": {},
        "claims": {"loss": "0", "stationary": "yes"}}"#;
    Case::new(name, instance, certificate, expected)
}

const EQUAL: &str = "s VERIFIED loss=0 stationary=yes";
const INSTANCE: &str = "s UNREADABLE instance";
const NOT_JSON: &str = "s UNREADABLE not-json";

/// The text as a JSON string, and bare.
fn quoted_and_bare(text: &str, value: &str, quoted: &str, bare: &str) -> [Case; 2] {
    let short: String = text.chars().take(20).collect();
    let string = serde_json::Value::from(text).to_string();
    [equal(format!("quoted {short:?}"), &string, value, quoted), equal(format!("bare {short:?}"), text, value, bare)]
}

#[test]
fn instance_numbers_that_are_read() {
    let long = format!("1{}", "0".repeat(9999));
    let (decimals, shifted) = (format!("0.{}", "9".repeat(10_000)), format!("{}e-10000", "9".repeat(10_000)));
    let table = [
        ("0", "0"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("7", "7"),
        ("-3", "-3"),
        ("1.0", "1"),
        ("0.28", "7/25"),
        ("0.2800", "7/25"),
        ("-0.5", "-1/2"),
        ("1e3", "1000"),
        ("1E+5", "100000"),
        ("1e-5", "1/100000"),
        ("1e0", "1"),
        ("1e00005", "100000"),
        ("0e9999", "0"),
        ("1.5e2", "150"),
        ("-1.25E-1", "-1/8"),
        ("1e10000", "10E9999"),
        ("1e-10000", "0.1e-9999"),
        ("123456789012345678901234567890", "123456789012345678901234567890/1"),
        (
            "0.1000000000000000055511151231257827",
            "1000000000000000055511151231257827/10000000000000000000000000000000000",
        ),
        (&long, "1e9999"),
        (&decimals, &shifted),
    ];
    let mut cases: Vec<_> = table.iter().flat_map(|(text, value)| quoted_and_bare(text, value, EQUAL, EQUAL)).collect();
    let small = format!("7/{long}");
    let fractions = [
        ("2/4", "1/2"),
        ("0/5", "0"),
        ("-0/5", "0"),
        ("1/1", "1"),
        ("-6/4", "-1.5"),
        ("10/5", "2"),
        (&small, "7e-9999"),
    ];
    cases.extend(fractions.iter().flat_map(|(text, value)| quoted_and_bare(text, value, EQUAL, NOT_JSON)));
    // The value is read, not only the spelling.
    cases.push(equal("another value".into(), "0.1", "0.1000000000000000055511151231257827", "s REJECTED wrong-loss"));
    run(&cases);
}

#[test]
fn instance_numbers_that_are_refused() {
    let (digits, decimals) = ("9".repeat(10_001), format!("0.{}", "9".repeat(10_001)));
    let (above, below) = (format!("{}/7", "9".repeat(10_001)), format!("7/{}", "9".repeat(10_001)));
    let table = [
        // text, bare
        ("", INSTANCE), // an empty list
        ("-", NOT_JSON),
        ("--1", NOT_JSON),
        ("+1", NOT_JSON),
        ("007", NOT_JSON),
        ("00", NOT_JSON),
        ("-01", NOT_JSON),
        (".5", NOT_JSON),
        ("-.5", NOT_JSON),
        ("5.", NOT_JSON),
        ("1.e5", NOT_JSON),
        ("1e", NOT_JSON),
        ("1e+", NOT_JSON),
        ("e5", NOT_JSON),
        ("1e5.0", NOT_JSON),
        ("1e 5", NOT_JSON),
        ("1e1_0", NOT_JSON),
        ("1e10001", INSTANCE),
        ("1e-10001", INSTANCE),
        ("1E99999", INSTANCE),
        ("1e010001", INSTANCE),
        ("1e000005", INSTANCE),
        ("1/-2", NOT_JSON),
        ("1/0", NOT_JSON),
        ("1/00", NOT_JSON),
        ("1/05", NOT_JSON),
        ("01/5", NOT_JSON),
        ("1/", NOT_JSON),
        ("/2", NOT_JSON),
        ("-/2", NOT_JSON),
        ("1/2/3", NOT_JSON),
        ("1.5/2", NOT_JSON),
        ("1/2.0", NOT_JSON),
        ("1/2e1", NOT_JSON),
        ("1e1/2", NOT_JSON),
        ("1/ 2", NOT_JSON),
        (" 1", EQUAL), // blanks around a bare number are JSON
        ("1 ", EQUAL),
        ("\n1", EQUAL),
        ("1\n", EQUAL),
        ("1\t", EQUAL),
        ("1/2\n", NOT_JSON),
        ("1\u{b}", NOT_JSON),
        ("1\u{a0}", NOT_JSON),
        ("1_000", NOT_JSON),
        ("1'000", NOT_JSON),
        ("1,5", INSTANCE), // two output weights
        ("٣", NOT_JSON),
        ("１", NOT_JSON),
        ("½", NOT_JSON),
        ("1٣", NOT_JSON),
        ("1.٣", NOT_JSON),
        ("1e٣", NOT_JSON),
        ("1/٣", NOT_JSON),
        ("−1", NOT_JSON),
        ("0x10", NOT_JSON),
        ("0b1", NOT_JSON),
        ("1j", NOT_JSON),
        ("1.0f", NOT_JSON),
        ("NaN", NOT_JSON),
        ("nan", NOT_JSON),
        ("inf", NOT_JSON),
        ("Infinity", NOT_JSON),
        ("-Infinity", NOT_JSON),
        ("one", NOT_JSON),
        ("null", INSTANCE),
        ("true", INSTANCE),
        ("[1, 1]", INSTANCE),
        ("{}", INSTANCE),
        (&digits, INSTANCE),
        (&decimals, INSTANCE),
        (&above, NOT_JSON),
        (&below, NOT_JSON),
    ];
    let cases: Vec<_> = table.iter().flat_map(|(text, bare)| quoted_and_bare(text, "1", INSTANCE, bare)).collect();
    run(&cases);
}

/// `g(u) = (p + q)/2 u + (p - q)/2 |u|` for slopes p and q, whose multiplier is (p + q)/(p - q), given as `json`.
fn multiplier(name: &str, json: &str, slopes: (&str, &str), expected: &str) -> Case {
    let short: String = name.chars().take(20).collect();
    let instance = format!(
        r#"{{"format": "relucert.instance/1", "id": "n",
            "activation": {{"positive": "{}", "negative": "{}"}}, "samples": {{"inputs": [[1]], "targets": [-1]}},
            "candidate": {{"input_weights": [[0]], "output_weights": [1]}}}}"#,
        slopes.0, slopes.1
    );
    let certificate = format!(
        r#"{{"format": "relucert.certificate/1", "id": "n", "claims": {{"loss": "1/2", "stationary": "yes"}},
            "evidence": {{"neurons": [
                {{"neuron": 0, "nonnegative": [{{"lambda": [{json}], "gamma": [], "mu": []}}]}}]}}}}"#
    );
    Case::new(short, instance, certificate, expected)
}

#[test]
fn certificate_numbers_that_are_read() {
    let table = [
        ("0", "1", "-1"),
        ("1", "1", "0"),
        ("-1", "0", "-1"),
        ("1/2", "3/2", "-1/2"),
        ("-1/2", "1/2", "-3/2"),
        ("-7/25", "18/25", "-32/25"),
        ("123456789/1000000007", "1123456796/1000000007", "-876543218/1000000007"),
    ];
    let mut cases: Vec<_> = table
        .iter()
        .map(|(text, p, q)| multiplier(text, &format!("{text:?}"), (p, q), "s VERIFIED loss=1/2 stationary=yes"))
        .collect();
    // Read, and then too large or wrong.
    for (text, code) in [("2", "multiplier-range"), ("-4/3", "multiplier-range"), ("1/3", "multiplier-identity")] {
        cases.push(multiplier(text, &format!("{text:?}"), ("1", "0"), &format!("s REJECTED {code}")));
    }
    let long = format!("\"{}\"", "9".repeat(20_000));
    cases.push(multiplier("20000 digits", &long, ("1", "0"), "s REJECTED multiplier-range"));
    run(&cases);
}

#[test]
fn certificate_numbers_that_are_refused() {
    let texts = [
        "", "-", "-0", "00", "01", "-01", "+1", "--1", "1/1", "-1/1", "0/1", "0/3", "-0/3", "2/4", "4/2", "-2/4",
        "1/0", "0/0", "1/-2", "-1/-2", "1/02", "1/", "/2", "-/2", "1/2/3", "1.0", "0.5", "1e0", "1e3", "1E3", " 1",
        "1 ", "1\n", "1/2\n", "1 /2", "1/ 2", "1_0", "٣", "1٣", "1/٣", "１", "½", "−1", "0x1", "NaN", "Infinity",
        "one", "1,5",
    ];
    let mut cases: Vec<_> = texts
        .iter()
        .map(|text| {
            let json = serde_json::Value::from(*text).to_string();
            multiplier(text, &json, ("1", "0"), "s REJECTED malformed")
        })
        .collect();
    for json in ["1", "0", "1.0", "true", "null", "[]", "[\"1\"]", "{}"] {
        cases.push(multiplier(json, json, ("1", "0"), "s REJECTED malformed"));
    }
    let many = "9".repeat(1_000_001);
    for (text, line) in [
        (many.clone(), "s UNREADABLE limit"),
        (format!("-{many}"), "s UNREADABLE limit"),
        (format!("1/{many}"), "s UNREADABLE limit"),
        (format!("one/{many}"), "s UNREADABLE limit"),
        ("0".repeat(1_000_001), "s UNREADABLE limit"),
        ("0".repeat(1_000_000), "s REJECTED malformed"),
        (format!("{many}."), "s REJECTED malformed"),
    ] {
        cases.push(multiplier(&text, &format!("{text:?}"), ("1", "0"), line));
    }
    run(&cases);
}
