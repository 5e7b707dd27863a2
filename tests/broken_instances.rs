//! Files that are not instances: each gets its code, its place in the file, and words that help. What the reader
//! refuses, the checker finds unreadable too.

use relucert::problem::{Data, Instance};
use serde_json::{Value, json};

/// A good instance with all keys, to be broken in one place.
fn good() -> Value {
    json!({
        "format": "relucert.instance/1",
        "id": "broken",
        "title": "a title",
        "source": { "citation": "c", "doi": "d", "arxiv": "a", "location": "l", "claim": "m" },
        "activation": { "positive": "1", "negative": "1/100" },
        "samples": { "inputs": [["1", "0"], ["0", 1]], "targets": [["1"], "0"], "hidden_bias": true },
        "candidate": { "input_weights": [["1", "0", "0"]], "output_weights": ["1"], "output_bias": "0.5" },
        "trained": ["input_weights", "output_weights", "output_bias"],
        "witnesses": {
            "better_candidate": { "input_weights": [["1", "0", "0"]], "output_weights": ["1"], "output_bias": "0" },
            "descent": [{ "input_weights": [["1", "0", "0"]], "output_weights": ["1"], "output_bias": "0" }],
        },
        "expected": { "stationary": "no", "escape_neurons": null, "loss": 0.125, "because": "b" },
    })
}

/// `good()` with the value at a pointer replaced, or removed for `None`.
fn with(pointer: &str, value: Option<Value>) -> Value {
    let mut instance = good();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = instance.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(entries), Some(value)) => drop(entries.insert(key.to_owned(), value)),
        (Value::Object(entries), None) => drop(entries.remove(key).unwrap()),
        (Value::Array(items), Some(value)) => items[key.parse::<usize>().unwrap()] = value,
        (Value::Array(items), None) => drop(items.remove(key.parse().unwrap())),
        _ => panic!("no container at {pointer}"),
    }
    instance
}

/// Whether the checker must find the instance unreadable too: it doesn't look at what proves nothing.
fn concerns_checker(pointer: &str) -> bool {
    ["/source", "/witnesses", "/expected", "/title"].iter().all(|ignored| !pointer.starts_with(ignored))
}

#[test]
fn the_good_instance_is_read() {
    Instance::read(serde_json::to_vec_pretty(&good()).unwrap()).unwrap();
}

#[test]
fn every_flaw_has_its_code_and_place() {
    let zeros = || Some(json!({ "positive": 0, "negative": "0" }));
    // (where it is broken, with what, code, where it is reported, words that must occur)
    let table: Vec<(&str, Option<Value>, &str, &str, &str)> = vec![
        ("/format", Some(json!("relucert.instance/2")), "format", "/format", "relucert.instance/1"),
        ("/format", None, "format", "", "no format"),
        ("/id", Some(json!("-x")), "bad-id", "/id", "100 letters"),
        ("/id", Some(json!("a b")), "bad-id", "/id", "a b"),
        ("/id", Some(json!("x".repeat(101))), "bad-id", "/id", "100"),
        ("/id", Some(json!(7)), "wrong-type", "/id", "expected a string, found 7"),
        ("/id", None, "missing-key", "", "\"id\" is missing"),
        ("/title", Some(json!(["t"])), "wrong-type", "/title", "expected a string"),
        ("/surprise", Some(json!(1)), "unknown-key", "/surprise", "known here: format, id"),
        ("/source/url", Some(json!("u")), "unknown-key", "/source/url", "citation"),
        ("/activation", Some(json!("sigmoid")), "wrong-type", "/activation", "absolute-value"),
        ("/activation", zeros(), "slopes", "/activation", "both slopes are zero"),
        ("/activation/negative", None, "missing-key", "/activation", "negative"),
        ("/samples/inputs", Some(json!([])), "empty", "/samples/inputs", "no samples"),
        ("/samples/inputs", Some(json!([[], []])), "empty", "/samples/inputs", "length 0"),
        ("/samples/inputs/1", Some(json!(["0"])), "ragged", "/samples/inputs/1", "row 0 has 2"),
        ("/samples/inputs/1", Some(json!("0")), "wrong-type", "/samples/inputs/1", "expected a list"),
        ("/samples/inputs/0/1", Some(json!("1/0")), "not-a-rational", "/samples/inputs/0/1", "denominator is zero"),
        ("/samples/inputs/0/1", Some(json!(" 1")), "not-a-rational", "/samples/inputs/0/1", "without blanks"),
        ("/samples/inputs/0/1", Some(json!("1e10001")), "not-a-rational", "/samples/inputs/0/1", "10000"),
        (
            "/samples/inputs/0/1",
            Some(json!("9".repeat(10_001))),
            "not-a-rational",
            "/samples/inputs/0/1",
            "10000 digits",
        ),
        ("/samples/inputs/0/1", Some(Value::Null), "wrong-type", "/samples/inputs/0/1", "expected a number"),
        ("/samples/inputs/0/1", Some(json!(true)), "wrong-type", "/samples/inputs/0/1", "found true"),
        ("/samples/targets/1", None, "ragged", "/samples/targets", "1 targets for 2 inputs"),
        ("/samples/targets/1", Some(json!(["0", "1"])), "ragged", "/samples/targets/1", "equally long"),
        ("/samples/hidden_bias", Some(json!("yes")), "wrong-type", "/samples/hidden_bias", "true or false"),
        ("/samples/hidden_bias", Some(json!(false)), "ragged", "/candidate/input_weights/0", "there are 2 inputs"),
        ("/candidate/input_weights", Some(json!([])), "empty", "/candidate/input_weights", "no neurons"),
        ("/candidate/input_weights/0/2", None, "ragged", "/candidate/input_weights/0", "hidden bias included"),
        ("/candidate/output_weights", Some(json!(["1", "1"])), "ragged", "/candidate/output_weights", "1 neurons"),
        ("/candidate/output_weights/0", Some(json!(["1", "1"])), "ragged", "/candidate/output_weights/0", "1 outputs"),
        ("/candidate/output_bias", Some(json!(["1", "2"])), "ragged", "/candidate/output_bias", "1 outputs"),
        ("/candidate/output_bias", None, "trained", "/trained/2", "no output_bias"),
        ("/candidate", None, "missing-key", "", "candidate"),
        ("/trained", Some(json!([])), "trained", "/trained", "nothing is trained"),
        ("/trained/1", Some(json!("input_weights")), "trained", "/trained/1", "twice"),
        ("/trained/1", Some(json!("hidden_bias")), "wrong-type", "/trained/1", "output_bias"),
        ("/witnesses/better_candidate/output_bias", None, "missing-key", "/witnesses/better_candidate", "needs one"),
        (
            "/witnesses/better_candidate/input_weights",
            Some(json!([["1", "0"]])),
            "ragged",
            "/witnesses/better_candidate/input_weights/0",
            "3 inputs",
        ),
        ("/witnesses/descent", Some(json!([])), "empty", "/witnesses/descent", "coefficient"),
        ("/witnesses/proof", Some(json!([])), "unknown-key", "/witnesses/proof", "descent"),
        ("/expected/saddle", Some(json!("undecided")), "wrong-type", "/expected/saddle", "leave a property out"),
        ("/expected/minimum", Some(json!("yes")), "unknown-key", "/expected/minimum", "local_minimum"),
        ("/expected/escape_neurons", Some(json!([1])), "index", "/expected/escape_neurons/0", "no neuron 1"),
        ("/expected/loss", Some(json!("1//8")), "not-a-rational", "/expected/loss", "1//8"),
    ];
    for (pointer, value, code, place, words) in table {
        let text = serde_json::to_string_pretty(&with(pointer, value.clone())).unwrap();
        let error = Instance::read(text.clone().into_bytes()).expect_err(pointer);
        assert_eq!((error.code, error.pointer.as_deref()), (code, Some(place)), "{pointer}: {error}");
        assert!(error.to_string().contains(words), "{pointer}: {error}");
        assert!(error.line.is_some() && error.column.is_some(), "{pointer}: {error}");
        if concerns_checker(pointer) {
            let status = relucert_checker::verify(text.as_bytes(), b"{}").status_line();
            let expected = if code == "format" { "s UNREADABLE format" } else { "s UNREADABLE instance" };
            assert_eq!(status, expected, "{pointer} is read by the checker");
        }
    }
}

#[test]
fn files_that_are_not_json_say_where() {
    /// File, code, line and column, words that must occur.
    type Row = (&'static [u8], &'static str, Option<(usize, usize)>, &'static str);
    let table: Vec<Row> = vec![
        (b"", "not-json", Some((1, 0)), "EOF"),
        (b"{\n \"format\": }", "not-json", Some((2, 12)), "expected value"),
        (b"{} {}", "trailing-data", Some((1, 4)), "trailing"),
        (b"\xef\xbb\xbf{}", "not-json", Some((1, 1)), "byte-order mark"),
        (b"{\"a\": \"\xff\"}", "not-utf8", Some((1, 8)), "UTF-8"),
        (b"{\"a\": 1,\n \"a\": 2}", "duplicate-key", Some((2, 7)), "twice"),
        (b"{\"a\": [{\"b\": 1, \"b\": 2}]}", "duplicate-key", Some((1, 22)), "/a/0/b"),
        (b"{\"a\": NaN}", "not-json", Some((1, 7)), "expected"),
        (b"[]", "format", Some((1, 1)), "relucert.instance/1"),
    ];
    for (file, code, place, words) in table {
        let shown = String::from_utf8_lossy(file);
        let error = Instance::read(file.to_vec()).expect_err(&shown);
        assert_eq!(error.code, code, "{shown}: {error}");
        assert_eq!(error.line.zip(error.column), place, "{shown}: {error}");
        assert!(error.to_string().contains(words), "{shown}: {error}");
    }
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    assert_eq!(Instance::read(deep).unwrap_err().code, "limit");
}

#[test]
fn numbers_are_read_from_their_text() {
    let table = [
        (json!(0.28), "7/25"),
        (json!("0.28"), "7/25"),
        (json!("2/4"), "1/2"),
        (json!("-0"), "0"),
        (json!("1e-2"), "1/100"),
    ];
    for (value, expected) in table {
        let text = with("/samples/inputs/0/0", Some(value)).to_string();
        let instance = Instance::read(text.into_bytes()).unwrap();
        assert_eq!(relucert::rational::write(&instance.samples.inputs[0][0]), expected);
    }
    // A double would be 0.1000000000000000055...
    let text = with("/samples/inputs/0/0", Some(json!("X"))).to_string().replace("\"X\"", "0.1000000000000000000001");
    let instance = Instance::read(text.into_bytes()).unwrap();
    let value = relucert::rational::write(&instance.samples.inputs[0][0]);
    assert_eq!(value, "1000000000000000000001/10000000000000000000000");
}

/// For training no candidate is needed; what would be said about one is refused then.
#[test]
fn data_need_no_candidate() {
    let data = |instance: &Value| Data::read(&serde_json::to_vec_pretty(instance).unwrap());
    let with_candidate = data(&good()).unwrap();
    assert!(with_candidate.candidate.is_some() && with_candidate.trained.output_bias);
    let mut without = good();
    for key in ["candidate", "witnesses", "expected"] {
        without.as_object_mut().unwrap().remove(key);
    }
    let read = data(&without).unwrap();
    assert!(read.candidate.is_none() && read.trained.output_bias);
    assert_eq!((read.samples.inputs.len(), read.samples.inputs[0].len()), (2, 3));
    without.as_object_mut().unwrap().remove("trained");
    assert!(!data(&without).unwrap().trained.output_bias);

    let refused = Instance::read(serde_json::to_vec_pretty(&without).unwrap()).unwrap_err();
    assert_eq!((refused.code, refused.line), ("missing-key", Some(1)));
    assert!(refused.text.contains("relucert train"), "{refused}");
    for (key, value) in [("expected", json!({ "stationary": "yes" })), ("witnesses", json!({})), ("x", json!(1))] {
        let mut broken = without.clone();
        broken[key] = value;
        let refused = data(&broken).unwrap_err();
        assert_eq!((refused.code, refused.pointer.as_deref()), ("unknown-key", Some(format!("/{key}").as_str())));
    }
    without["samples"]["targets"][0] = json!(["1/0"]);
    let refused = data(&without).unwrap_err();
    assert_eq!((refused.code, refused.pointer.as_deref()), ("not-a-rational", Some("/samples/targets/0/0")));
}
