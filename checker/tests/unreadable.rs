//! Files that can't be read: not UTF-8, not strict JSON, over a limit, of another format, or no sensible instance.

mod common;

use common::good::named;
use common::{Case, run};
use serde_json::{Value, json};

/// The instance and the certificate of one case, each spoilt in turn by the same function.
fn spoil(name: &str, spoilt: impl Fn(&str, &str) -> Vec<u8>, code: &str) -> [Case; 2] {
    let good = named("dead");
    let (instance, certificate) = (good.instance.to_string(), good.certificate.to_string());
    let line = if code.is_empty() { good.line.to_owned() } else { format!("s UNREADABLE {code}") };
    [
        Case::new(format!("{name}, instance"), spoilt(&instance, "title"), &certificate, line.clone()),
        Case::new(format!("{name}, certificate"), &instance, spoilt(&certificate, "made_by"), line),
    ]
}

/// A value for a key whose content proves nothing.
fn with(value: &str) -> impl Fn(&str, &str) -> Vec<u8> {
    move |text, key| format!("{{\"{key}\": {value}, {}", &text[1..]).into_bytes()
}

fn whole(file: &[u8]) -> impl Fn(&str, &str) -> Vec<u8> {
    move |_, _| file.to_vec()
}

fn around(before: &'static str, after: &'static str) -> impl Fn(&str, &str) -> Vec<u8> {
    move |text, _| format!("{before}{text}{after}").into_bytes()
}

#[test]
fn files_that_are_no_json() {
    let mut cases = Vec::new();
    for bytes in
        [&b"\xff"[..], b"\x80", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"{}\xfe", b"[\xff"]
    {
        cases.extend(spoil(&format!("{bytes:?}"), whole(bytes), "not-utf8"));
    }
    cases.extend(spoil("latin-1", |text, _| [b"\xe9", text.as_bytes()].concat(), "not-utf8"));
    for text in [
        "", " ", "\n", "\0", "{", "[", "}", "]", "{]", "[}", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "{\"a\" 1}", "{a: 1}", "{1: 2}", "{'a': 1}", "'a'", "\"", "\"a", "\"\\", "\"\\\"", "nul", "Null",
        "None", "True", "tru", "NaN", "-NaN", "Infinity", "-Infinity", "-", "+1", ".5", "01", "-00", "1.", "1.e5",
        "1e", "1e+", "-1.5E-", "0.", " 01", "// 1", "/* */ 1", "\u{feff}{}", "\u{c}{}", "\u{a0}{}", "\"\t\"",
        "\"\u{1f}\"", "\"\n\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u 123\"", "\"\\U0031\"", "[\"a]", "[1.]",
        "[01]", "[1e]", "[NaN]", "[-]", "[\0]",
    ] {
        cases.extend(spoil(&format!("{text:?}"), whole(text.as_bytes()), "not-json"));
    }
    for value in [
        "NaN", "-Infinity", "01", "1.", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\ud800\"", "\"\\ud800\\u0041\"",
        "\"\\ud800x\"", "\"\\uD83d\\ude0\"", "\"\\\\\\uDBFF\"", "{\"\\ud800\": 1}", "[[\"\\udfff\"]]",
        "\"\\ud83d \\ude00\"",
    ] {
        cases.extend(spoil(value, with(value), "not-json"));
    }
    cases.extend(spoil("byte order mark", around("\u{feff}", ""), "not-json"));
    cases.extend(spoil("truncated", |text, _| text.as_bytes()[..text.len() - 1].to_vec(), "not-json"));
    cases.extend(spoil("one bracket too few", around("[", ""), "not-json"));
    run(&cases);
}

#[test]
fn more_than_one_value() {
    let mut cases = Vec::new();
    for after in
        ["x", "{}", "]", "}", ",", "\0", "\u{a0}", "\u{c}", "\"", "NaN", "\\ud800", "\n\n1", "// end", "\u{feff}"]
    {
        cases.extend(spoil(&format!("then {after:?}"), around("", after), "trailing-data"));
    }
    for text in
        ["1 2", "0x10", "1_000", "1.5.", "1e5e", "1e5.", "0 1", "-0-", "nullx", "truefalse", "\"a\"b", "[]]", "{}{}"]
    {
        cases.extend(spoil(text, whole(text.as_bytes()), "trailing-data"));
    }
    // Half a surrogate pair is found only after the value is known to be alone.
    cases.extend(spoil("with half a pair", whole(b"\"\\ud800\" x"), "trailing-data"));
    run(&cases);
}

#[test]
fn keys_that_stand_twice() {
    let mut cases = Vec::new();
    for value in [
        r#"{"a": 1, "a": 1}"#, r#"{"a": 1, "b": 2, "a": 3}"#, r#"{"": 1, "": 1}"#,
        r#"[[{"b": {"a": 1, "\u0061": 2}}]]"#, r#"{"é": 1, "\u00e9": 1}"#, r#"{"😀": 1, "\ud83d\ude00": 1}"#,
        r#"{"/": 1, "\/": 1}"#,
    ] {
        cases.extend(spoil(value, with(value), "duplicate-key"));
    }
    cases.extend(spoil("format", |text, _| text.replacen('{', "{\"format\": 1, ", 1).into_bytes(), "duplicate-key"));
    cases.extend(spoil("whole file", whole(br#"{"a": 1, "a": 2}"#), "duplicate-key"));
    cases.extend(spoil("escaped key", with(r#"1, "\u0066ormat": 2"#), "duplicate-key"));
    // What is no JSON at all goes first.
    cases.extend(spoil("with half a pair", with(r#"{"a": "\ud800", "a": 1}"#), "not-json"));
    let twice = |text: &str, key: &str| text.replacen(key, &format!("{key}\"1\", {key}"), 1);
    let good = named("dead");
    let (instance, certificate) = (good.instance.to_string(), good.certificate.to_string());
    for key in ["\"inputs\":", "\"input_weights\":", "\"id\":"] {
        let spoilt = twice(&instance, key);
        assert_ne!(spoilt, instance);
        cases.push(Case::new(key, spoilt, &certificate, "s UNREADABLE duplicate-key"));
    }
    for key in ["\"loss\":", "\"kind\":", "\"better_network\":"] {
        let spoilt = twice(&certificate, key);
        assert_ne!(spoilt, certificate);
        cases.push(Case::new(key, &instance, spoilt, "s UNREADABLE duplicate-key"));
    }
    run(&cases);
}

#[test]
fn nesting() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let mut cases = Vec::new();
    // The object around it is one level more.
    cases.extend(spoil("64 deep", with(&nested(63)), ""));
    cases.extend(spoil("65 deep", with(&nested(64)), "limit"));
    cases.extend(spoil("objects 64 deep", with(&objects(63)), ""));
    cases.extend(spoil("objects 65 deep", with(&objects(64)), "limit"));
    cases.extend(spoil("100000 deep", whole(nested(100_000).as_bytes()), "limit"));
    cases.extend(spoil("65 open", whole("[".repeat(65).as_bytes()), "limit"));
    cases.extend(spoil("64 open", whole("[".repeat(64).as_bytes()), "not-json"));
    cases.extend(spoil("65 braces", whole("{".repeat(65).as_bytes()), "limit"));
    cases.extend(spoil("closed first", whole(format!("]]{}", "[".repeat(64)).as_bytes()), "not-json"));
    cases.extend(spoil("closed first, 65", whole(format!("]]{}", "[".repeat(65)).as_bytes()), "limit"));
    cases.extend(spoil("deep after the end", around("", &"[".repeat(65).leak()[..]), "limit"));
    cases.extend(spoil("in a string", with(&format!("\"{}\"", "[".repeat(100))), ""));
    cases.extend(spoil("after an escaped quote", with(&format!("\"\\\"{}\"", "[".repeat(100))), ""));
    cases.extend(spoil("after an escaped backslash", with(&format!("[\"\\\\\", {}]", nested(63))), "limit"));
    cases.extend(spoil("in an open string", whole(format!("\"{}\\", "[".repeat(100)).as_bytes()), "not-json"));
    cases.extend(spoil("and not UTF-8", whole(&[&[b'['; 100][..], b"\xff"].concat()), "not-utf8"));
    run(&cases);
}

#[test]
fn another_format() {
    let mut cases = Vec::new();
    for text in
        ["[]", "{}", "null", "true", "1", "-0", "1e400", "\"relucert.instance/1\"", "[{}]", "{\"format\": null}"]
    {
        cases.extend(spoil(text, whole(text.as_bytes()), "format"));
    }
    cases.extend(spoil("next version", |text, _| text.replacen("/1\"", "/2\"", 1).into_bytes(), "format"));
    cases.extend(spoil("in a list", around("[", "]"), "format"));
    let good = named("dead");
    let (instance, certificate) = (good.instance.to_string(), good.certificate.to_string());
    cases.push(Case::new("exchanged", &certificate, &instance, "s UNREADABLE format"));
    cases.push(Case::new("instance twice", &instance, &instance, "s UNREADABLE format"));
    cases.push(Case::new("certificate twice", &certificate, &certificate, "s UNREADABLE format"));
    // The instance is read first.
    cases.push(Case::new("both", b"[]", b"\xff", "s UNREADABLE format"));
    cases.push(Case::new("both, the other way", b"\xff", b"[]", "s UNREADABLE not-utf8"));
    run(&cases);
}

#[test]
fn layout_does_not_matter() {
    let mut cases = Vec::new();
    cases.extend(spoil("CRLF", |text, _| text.replace(',', ",\r\n\t").into_bytes(), ""));
    cases.extend(spoil("blanks", around(" \t\r\n", " \t\r\n"), ""));
    cases.extend(spoil("escaped keys", |text, _| text.replacen("\"id\"", "\"\\u0069\\u0064\"", 1).into_bytes(), ""));
    cases.extend(spoil("surrogate pair", with("\"\\ud83d\\ude00 \\\\ud800\""), ""));
    cases.extend(spoil("any text", with("\"é😀 \\b\\f\\n\\r\\t\\/\\u0000\u{7f}\""), ""));
    cases.extend(spoil("any value", with("{\"a\": [null, true, -1.5e+300, 1e99999999999]}"), ""));
    run(&cases);
}

#[test]
fn instances() {
    let set = |pointer: &str, value: Value| (pointer.to_owned(), Some(value));
    let remove = |pointer: &str| (pointer.to_owned(), None);
    let mut faults = vec![
        set("/unknown", json!(1)),
        set("/samples/unknown", json!(1)),
        set("/candidate/unknown", json!(1)),
        set("/activation", json!({"positive": 1, "negative": 0, "unknown": 1})),
        set("/activation", json!({"positive": 1})),
        set("/activation", json!({"negative": 1})),
        set("/activation", json!({"positive": "0", "negative": "0/2"})),
        set("/activation", json!({"positive": "x", "negative": "0"})),
        set("/activation", json!({})),
        set("/activation", json!("ReLU")),
        set("/activation", json!(null)),
        set("/activation", json!([1, 0])),
        set("/samples", json!([])),
        set("/samples/inputs", json!([])),
        set("/samples/inputs", json!([[]])),
        set("/samples/inputs", json!([1])),
        set("/samples/inputs", json!([[1], [1]])),
        set("/samples/inputs", json!([[1, 1]])),
        set("/samples/inputs", json!([["x"]])),
        set("/samples/inputs", json!([[true]])),
        set("/samples/inputs", json!({"0": [1]})),
        set("/samples/targets", json!([])),
        set("/samples/targets", json!([[]])),
        set("/samples/targets", json!([1, 1])),
        set("/samples/targets", json!([[1, 1]])),
        set("/samples/targets", json!(1)),
        set("/samples/targets", json!([null])),
        set("/samples/targets", json!([[[1]]])),
        set("/samples", json!({"inputs": [], "targets": []})),
        set("/samples", json!({"inputs": [[], []], "targets": [1, 1], "hidden_bias": true})),
        set("/samples", json!({"inputs": [[1], [1, 1]], "targets": [1, 1]})),
        set("/samples", json!({"inputs": [[1], [1]], "targets": [1, [1, 1]]})),
        set("/samples/hidden_bias", json!(true)),
        set("/samples/hidden_bias", json!(null)),
        set("/samples/hidden_bias", json!(0)),
        set("/samples/hidden_bias", json!("true")),
        set("/candidate", json!([])),
        set("/candidate", json!({"input_weights": [], "output_weights": []})),
        set("/candidate/input_weights", json!([[1], [1]])),
        set("/candidate/input_weights", json!([[1, 1]])),
        set("/candidate/input_weights", json!([1])),
        set("/candidate/input_weights", json!([[]])),
        set("/candidate/output_weights", json!([])),
        set("/candidate/output_weights", json!([1, 1])),
        set("/candidate/output_weights", json!([[1, 1]])),
        set("/candidate/output_weights", json!(1)),
        set("/candidate/output_bias", json!(null)),
        set("/candidate/output_bias", json!([])),
        set("/candidate/output_bias", json!([1, 1])),
        set("/candidate/output_bias", json!([[1]])),
        set("/trained", json!([])),
        set("/trained", json!(null)),
        set("/trained", json!("input_weights")),
        set("/trained", json!(["input_weights", "input_weights"])),
        set("/trained", json!(["hidden_bias"])),
        set("/trained", json!(["input_weights", 1])),
        set("/trained", json!(["output_bias"])),
        set("/trained", json!(["input_weights", "output_weights", "output_bias"])),
        set("/trained", json!({"input_weights": true})),
        remove("/samples/inputs"),
        remove("/samples/targets"),
        remove("/candidate/input_weights"),
        remove("/candidate/output_weights"),
    ];
    faults.extend(["id", "samples", "candidate", "activation"].map(|key| remove(&format!("/{key}"))));
    let long = "a".repeat(101);
    for id in ["", "-a", ".a", "_a", "a b", "a/b", "é", "a\n", "a\u{0}", " a", &long] {
        faults.push(set("/id", json!(id)));
    }
    faults.extend([json!(1), json!(null), json!(["dead"])].map(|id| set("/id", id)));
    let mut cases = Vec::new();
    for (pointer, value) in faults {
        let mut good = named("dead");
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let parent = good.instance.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
        let name = format!("{pointer} {value:?}");
        match value {
            Some(value) => drop(parent.insert(key.to_owned(), value)),
            None => drop(parent.remove(key).expect("a key")),
        }
        cases.push(Case::of_values(&name, &good.instance, &good.certificate, "s UNREADABLE instance"));
    }
    run(&cases);
}
