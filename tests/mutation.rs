//! Certificates with one thing changed: both checkers refuse them or they are harmless, and checkers that accept too much
//! are found out.

mod common;

use relucert::certificate::certify_file;
use relucert::kink::Options;
use relucert::mutation::{
    Answer, Checker, Document, Fault, Form, PythonChecker, Rule, Tally, find_checker, mutants, try_mutants,
};
use relucert::problem::InstanceFile;
use relucert::rational::{Rational, read, to_f64, write};
use relucert_checker::verify;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Whether there is a Python; under continuous integration there has to be one.
fn has_python() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
        assert!(found || std::env::var_os("CI").is_none(), "python3 is not on the PATH");
        if !found {
            eprintln!("note: python3 is not on the PATH; only the Rust checker is tested");
        }
        found
    })
}

/// An instance and its certificate.
struct Good {
    instance: Vec<u8>,
    certificate: String,
}

impl Good {
    /// Of an instance, found by branching, so that proof trees have more than a leaf.
    fn decided(instance: Vec<u8>) -> Good {
        let options = Options { use_floats: false, ..Options::default() };
        let certificate = certify_file(&InstanceFile::read(instance.clone()).unwrap(), &options).unwrap().certificate;
        Good { instance, certificate }
    }

    fn named(name: &str) -> Good {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances").join(name).with_extension("json");
        Good::decided(std::fs::read(path).unwrap())
    }

    /// A file of tests/accepted.
    fn accepted(name: &str) -> Good {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accepted").join(name).with_extension("json");
        let document: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        Good {
            instance: document["instance"].to_string().into_bytes(),
            certificate: document["certificate"].to_string(),
        }
    }

    fn rust(&self, certificate: &str) -> Result<Answer, String> {
        let outcome = verify(&self.instance, certificate.as_bytes());
        Ok(Answer { line: outcome.status_line(), exit_code: outcome.exit_code() })
    }

    fn trial(&self, checkers: [&mut Checker; 2]) -> Tally {
        try_mutants(&self.certificate, usize::MAX, checkers, &mut |_, _| {}).unwrap()
    }

    /// The trial of the two checkers of this repository.
    fn honest_trial(&self) -> Tally {
        let mut rust = |text: &str| self.rust(text);
        if has_python() {
            let mut python = PythonChecker::start(&find_checker(None).unwrap(), &self.instance).unwrap();
            self.trial([&mut rust, &mut |text| python.check(text.as_bytes())])
        } else {
            self.trial([&mut rust, &mut |text| self.rust(text)])
        }
    }

    /// The trial of twice the same checker, which overlooks something: what is the original once `repair` has put the
    /// value at one of `places` right is the original to it. `repair` is also given what stands there in the original.
    fn trial_with(&self, places: &[&str], repair: impl Fn(&mut Value, &Value)) -> Tally {
        let original: Value = serde_json::from_str(&self.certificate).unwrap();
        let check = |text: &str| {
            let mut repaired = serde_json::from_str(text).unwrap_or(Value::Null);
            // A value doesn't tell that a key stood twice.
            let is_changed = repaired != original;
            for place in places {
                repaired
                    .pointer_mut(place)
                    .into_iter()
                    .for_each(|value| repair(value, original.pointer(place).unwrap()));
            }
            self.rust(if is_changed && repaired == original { &self.certificate } else { text })
        };
        self.trial([&mut { check }, &mut { check }])
    }
}

/// |u1| + |u2| + ... with concave kinks, one of whose signs two others imply (docs/certificate.md).
fn fan() -> Good {
    let file = json!({
        "format": "relucert.instance/1", "id": "fan", "activation": "absolute-value",
        "samples": {
            "inputs": [["0", "1"], ["1", "0"], ["1", "1"], ["1", "2"], ["2", "3"]],
            "targets": ["-6", "-4", "1", "1", "1"],
        },
        "candidate": { "input_weights": [["0", "0"]], "output_weights": ["1"] },
    });
    Good::decided(file.to_string().into_bytes())
}

/// Two outputs with equal residuals, so that d_0 = d_1 = d, g = 2 d and all of C g + d, C g - d are multiples of
/// d(u) = |u1| + |u2| - |u1 + u2| for every C > 1/2, with two different proofs of d >= 0.
fn generous() -> Good {
    let instance = json!({
        "format": "relucert.instance/1", "id": "generous", "activation": "absolute-value",
        "samples": {
            "inputs": [["1", "0"], ["0", "1"], ["1", "1"]],
            "targets": [["-1", "-1"], ["-1", "-1"], ["1", "1"]],
        },
        "candidate": { "input_weights": [["0", "0"]], "output_weights": [["1", "1"]] },
    });
    let split = json!([
        { "split": 2 },
        { "lambda": ["-1", "-1"], "gamma": [], "mu": ["0"] },
        { "lambda": ["1", "1"], "gamma": [], "mu": ["0"] },
    ]);
    let leaf = json!([{ "lambda": ["0", "0"], "gamma": [["1", "1"]], "mu": [] }]);
    let certificate = json!({
        "format": "relucert.certificate/1", "id": "generous",
        "claims": {
            "loss": "3", "stationary": "yes", "local_minimum": "yes",
            "neurons": [{
                "kind": "zero", "boundary_samples": [0, 1, 2],
                "output_weight_region": { "l1_radius": "1" }, "input_weight_region": "any",
            }],
        },
        "evidence": { "neurons": [{
            "neuron": 0, "nonnegative": leaf,
            "constant": { "value": "1", "plus": [split, leaf], "minus": [leaf, split] },
        }] },
    });
    Good { instance: instance.to_string().into_bytes(), certificate: certificate.to_string() }
}

#[test]
fn mutants_of_every_kind_of_evidence_are_refused_or_harmless() {
    let mut goods = vec![fan(), generous()];
    for name in [
        "kinks/one-concave-kink-tight", "two-outputs/pinned-with-radius", "two-outputs/fourth-order-saddle",
        "one-neuron/dead-neuron", "one-neuron/zero-network-saddle", "one-neuron/output-weights-only",
    ] {
        goods.push(Good::named(name));
    }
    for name in ["kink-that-is-pinned", "projected-with-a-tangent", "concave-kink", "ratio"] {
        goods.push(Good::accepted(&format!("local_minimum/second-order-{name}")));
    }
    for name in ["content", "shift", "eliminate", "signs-and-bend", "ray", "factor", "power"] {
        goods.push(Good::accepted(&format!("local_minimum/elimination-{name}")));
    }
    for name in ["bad-terms-of-a-leaf", "away-from-the-critical-cone", "margin-of-the-second-order"] {
        goods.push(Good::accepted(&format!("radius/{name}")));
    }
    for name in [
        "local_minimum/integral-descent-of-third-order",
        "local_minimum/integral-second-order-with-a-product",
        "local_minimum/integral-elimination-below-the-threshold",
        "stationary/integral-sunk-neuron-at-a-place",
        "stationary/integral-density-with-a-double-zero",
        "strict_saddle/integral-beside-a-degenerate-neuron",
        "step_size/integral-relu-without-the-negative-cell",
    ] {
        goods.push(Good::accepted(name));
    }
    goods.push(Good::named("integral/no-escape-leaky"));
    // The same without its regions, so that no claim depends on C.
    let mut silent: Value = serde_json::from_str(&generous().certificate).unwrap();
    silent["claims"].as_object_mut().unwrap().remove("neurons");
    goods.push(Good { certificate: silent.to_string(), ..generous() });

    let all: String = goods.iter().map(|good| good.certificate.as_str()).collect();
    for part in [
        "nonnegative", "constant", "escape_direction", "descent", "better_network", "split", "implied", "second_order",
        "line", "ratio", "tight", "margin", "xi", "elimination", "content", "shift", "eliminate", "signs", "bend",
        "ray", "factor", "power", "absorptions", "radius", "density", "moment", "moment_at", "strict_direction",
        "step_size",
    ] {
        assert!(all.contains(&format!("\"{part}\"")), "no certificate has {part}");
    }
    let mut rules = BTreeSet::new();
    for good in &goods {
        let tally = good.honest_trial();
        assert!(tally.failures.is_empty(), "{:#?}\n{}", tally.failures, good.certificate);
        assert!(tally.tried == tally.total && tally.total > 150, "{tally:?}");
        let counted: usize = tally.refused.values().chain(tally.harmless.values()).sum();
        assert_eq!(counted, tally.total);
        assert!(tally.refused.keys().all(|line| !line.contains('/')), "different codes: {:?}", tally.refused);
        rules.extend(tally.harmless.into_keys());
    }
    assert_eq!(rules, BTreeSet::from(Rule::ALL));
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/trust.md")).unwrap();
    assert!(Rule::ALL.iter().all(|rule| page.contains(&format!("| {} |", rule.name()))), "docs/trust.md has them all");
}

#[test]
fn everything_is_changed_and_no_mutant_is_the_original() {
    for good in [fan(), generous(), Good::named("two-outputs/fourth-order-saddle")] {
        let document = Document::read(&good.certificate).unwrap();
        let all: Vec<_> = mutants(&document).map(|mutant| (mutant.apply(&good.certificate), mutant)).collect();
        let again: Vec<_> = mutants(&document).map(|mutant| mutant.apply(&good.certificate)).collect();
        assert!(all.iter().map(|(text, _)| text).eq(&again), "the same each time");

        let original: Value = serde_json::from_str(&good.certificate).unwrap();
        for (text, mutant) in &all {
            let value: Result<Value, _> = serde_json::from_str(text);
            let place = (&mutant.pointer, &mutant.change);
            assert!(value.is_ok() || mutant.form == Form::FileBroken, "not JSON: {place:?}");
            // serde_json keeps the last of two equal keys.
            assert!(value.ok() != Some(original.clone()) || mutant.form == Form::FileBroken, "unchanged: {place:?}");
        }
        let changed: BTreeSet<&str> = all.iter().map(|(_, mutant)| mutant.pointer.as_str()).collect();
        let mut inside = vec![(String::new(), &original)];
        while let Some((pointer, value)) = inside.pop() {
            assert!(changed.contains(pointer.as_str()), "nothing changes {pointer}");
            match value {
                Value::Array(list) => {
                    inside.extend(list.iter().enumerate().map(|(i, v)| (format!("{pointer}/{i}"), v)))
                }
                Value::Object(object) => inside.extend(object.iter().map(|(k, v)| (format!("{pointer}/{k}"), v))),
                _ => {}
            }
        }
    }
    let good = Good::named("one-neuron/dead-neuron");
    let document = Document::read(&good.certificate).unwrap();
    let at = |pointer: &str| -> Vec<String> {
        let here = mutants(&document).filter(|mutant| mutant.pointer == pointer);
        here.map(|mutant| mutant.apply(&good.certificate)).collect()
    };
    let loss = at("/claims/loss");
    for text in ["3/2", "-1/2", "1/4", "1", "0", "1/3", "2/4", "+1/2", "01/2", "1/2e0", " 1/2", "-1/-2"] {
        assert!(loss.iter().any(|mutant| mutant.contains(&format!("\"loss\": \"{text}\""))), "{text}: {loss:#?}");
    }
}

/// Demands failures, all of one kind and at such places.
fn demand(tally: &Tally, fault: Fault, is_place: impl Fn(&str, &str) -> bool) {
    assert!(!tally.failures.is_empty(), "nothing was found out");
    for failure in &tally.failures {
        let (pointer, change) = (&failure.mutant.pointer, &failure.mutant.change);
        assert!(failure.fault == fault && is_place(pointer, change), "{failure:?}");
    }
}

#[test]
fn a_checker_that_refuses_nothing_is_found_out() {
    let good = fan();
    let verified = good.rust(&good.certificate);
    let tally = good.trial([&mut |_| verified.clone(), &mut |_| verified.clone()]);
    let faults: BTreeSet<Fault> = tally.failures.iter().map(|failure| failure.fault).collect();
    assert_eq!(faults, BTreeSet::from([Fault::BrokenForm, Fault::FalseIdentity, Fault::OtherClaims]));
    assert!(tally.refused.is_empty());
    // Beside an honest one it is found out by each mutant that is to be refused.
    let tally = good.trial([&mut |text| good.rust(text), &mut |_| verified.clone()]);
    let one_accepts = tally.failures.iter().filter(|failure| failure.fault == Fault::OneAccepts).count();
    assert_eq!(one_accepts, good.honest_trial().refused.values().sum::<usize>());
}

#[test]
fn checkers_that_read_carelessly_are_found_out() {
    let good = Good::named("two-outputs/fourth-order-saddle");
    fn number(value: &Value) -> Option<Rational> {
        value.as_str().and_then(read)
    }
    fn respell(value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(respell),
            Value::Object(object) => object.values_mut().for_each(respell),
            _ => *value = number(value).map_or(value.clone(), |number| json!(write(&number))),
        }
    }

    // The last of two equal keys counts.
    let check = |text: &str| good.rust(&serde_json::from_str(text).unwrap_or(Value::Null).to_string());
    demand(&good.trial([&mut { check }, &mut { check }]), Fault::BrokenForm, |_, change| change == "given twice");
    // Any spelling of a number will do.
    let tally = good.trial_with(&["/claims", "/evidence"], |value, _| respell(value));
    let spellings = ["not in lowest terms", "with its denominator", "with an exponent", "as a decimal", "as -0"];
    demand(&tally, Fault::BrokenForm, |_, change| spellings.contains(&change));
    // An unknown key is passed over.
    let tally = good.trial_with(&["/evidence/descent"], |value, _| {
        value.as_object_mut().and_then(|descent| descent.remove("unknown"));
    });
    demand(&tally, Fault::BrokenForm, |_, change| change == "an unknown key added");
    // A claim is not looked at.
    let tally = good.trial_with(&["/claims/saddle"], |value, original| {
        if ["no", "undecided"].map(Value::from).contains(value) {
            *value = original.clone();
        }
    });
    demand(&tally, Fault::OtherClaims, |pointer, _| pointer == "/claims/saddle");
    assert_eq!(tally.failures.len(), 2);
    // A loss is nearly right.
    let is_spelled_well = |value: &Value| number(value).is_some_and(|number| *value == write(&number));
    let tally = good.trial_with(&["/claims/loss"], |value, original| {
        let [found, expected] = [&*value, original].map(|loss| number(loss).map(|loss| to_f64(&loss)));
        if is_spelled_well(value) && found == expected {
            *value = original.clone();
        }
    });
    demand(&tally, Fault::OtherClaims, |_, change| change == "1/10^30 more");
    // A multiplier is not looked at.
    let tally = fan().trial_with(&["/evidence/neurons/0/nonnegative/3/lambda/0"], |value, original| {
        if is_spelled_well(value) {
            *value = original.clone();
        }
    });
    demand(&tally, Fault::FalseIdentity, |pointer, _| pointer.ends_with("/lambda/0"));
    // The certificate of another instance.
    let tally = good.trial_with(&["/id"], |value, original| *value = original.clone());
    demand(&tally, Fault::OtherClaims, |pointer, _| pointer == "/id");
}

#[test]
fn checkers_that_break_down_or_disagree_are_found_out() {
    let good = Good::named("one-neuron/dead-neuron");
    let broken = |text: &str| {
        let answer = good.rust(text)?;
        let breaks = answer.line == "s REJECTED not-better";
        Ok(if breaks { Answer { line: "ZeroDivisionError".to_owned(), exit_code: 101 } } else { answer })
    };
    let tally = good.trial([&mut |text| good.rust(text), &mut { broken }]);
    demand(&tally, Fault::NoAnswer, |pointer, _| pointer.starts_with("/evidence/better_network"));

    // Codes may differ: refused is refused. It is counted under both.
    let other_code = |text: &str| {
        let answer = good.rust(text)?;
        Ok(Answer { line: answer.line.replace("not-better", "worse"), ..answer })
    };
    let tally = good.trial([&mut |text| good.rust(text), &mut { other_code }]);
    assert!(tally.failures.is_empty());
    assert!(tally.refused.contains_key("s REJECTED not-better / s REJECTED worse"), "{:?}", tally.refused);

    // Disagreement on the certificate itself is all there is to say.
    let refuses = |_: &str| Ok(Answer { line: "s REJECTED malformed".to_owned(), exit_code: 20 });
    let tally = good.trial([&mut |text| good.rust(text), &mut { refuses }]);
    demand(&tally, Fault::OneAccepts, |pointer, change| (pointer, change) == ("", "unchanged"));
    assert_eq!((tally.failures.len(), tally.tried), (1, 0));
    let shouts =
        |text: &str| Ok(Answer { line: good.rust(text)?.line.to_uppercase().replace("S V", "s V"), exit_code: 0 });
    let tally = good.trial([&mut |text| good.rust(text), &mut { shouts }]);
    demand(&tally, Fault::OtherWords, |_, change| change == "unchanged");

    let trial = |certificate: &str, checker: &mut Checker| {
        try_mutants(certificate, 5, [&mut |text| good.rust(text), checker], &mut |_, _| {})
    };
    let forged = good.certificate.replace("\"saddle\": \"no\"", "\"saddle\": \"yes\"");
    assert!(trial(&forged, &mut |text| good.rust(text)).unwrap_err().contains("s REJECTED unproved-saddle"));
    assert!(trial(&good.certificate, &mut |_| Err("gone".to_owned())).unwrap_err().contains("gone"));
    assert_eq!(trial(&good.certificate, &mut |text| good.rust(text)).unwrap().tried, 5);
}

#[test]
fn the_command() {
    let folder = tempfile::tempdir().unwrap();
    let good = Good::named("one-neuron/dead-neuron");
    let write = |name: &str, content: &[u8]| std::fs::write(folder.path().join(name), content).unwrap();
    write("i.json", &good.instance);
    write("c.json", good.certificate.as_bytes());
    write("forged.json", good.certificate.replace("\"saddle\": \"no\"", "\"saddle\": \"yes\"").as_bytes());
    let run = |path: Option<&str>, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relucert"));
        command.current_dir(folder.path()).arg("verify").args(arguments);
        command.envs(path.map(|path| ("PATH", path))).output().unwrap()
    };
    let code = |output: &Output| output.status.code().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let rejected = run(None, &["--mutate", "i.json", "forged.json"]);
    assert_eq!((code(&rejected), text(&rejected.stdout).as_str()), (20, "s REJECTED unproved-saddle\n"));
    for usage in [
        &["i.json", "c.json", "--max-mutants", "5"][..],
        &["i.json", "c.json", "--python-checker", "x.py"],
        &["i.json", "c.json", "--mutate", "--max-mutants", "0"],
    ] {
        assert_eq!(code(&run(None, usage)), 2, "{usage:?}");
    }
    // Never only one checker.
    let mutate = ["--mutate", "i.json", "c.json"];
    for (path, extra, hint) in
        [(Some(""), &[][..], "Python 3.9"), (None, &["--python-checker", "nowhere.py"], "nowhere.py: no such file")]
    {
        let output = run(path, &[&mutate[..], extra].concat());
        assert_eq!((code(&output), text(&output.stdout).as_str()), (2, ""));
        assert!(text(&output.stderr).contains(hint), "{}", text(&output.stderr));
    }
    if !has_python() {
        return;
    }
    let passed = run(None, &mutate);
    let shown = text(&passed.stdout);
    let count = shown.lines().last().unwrap().strip_prefix("m PASSED ").unwrap().strip_suffix(" mutants").unwrap();
    assert_eq!(code(&passed), 0);
    assert!(shown.starts_with(&format!("  {count} of {count} mutants tried\n")), "{shown}");
    assert!(shown.contains("   made_by is not read\n") && shown.contains("   s REJECTED malformed\n"), "{shown}");
    let few = run(None, &[&mutate[..], &["--max-mutants", "7"]].concat());
    assert!(text(&few.stdout).starts_with(&format!("  7 of {count} mutants tried\n")), "{}", text(&few.stdout));
    let quiet = run(None, &[&mutate[..], &["--quiet"]].concat());
    assert_eq!(text(&quiet.stdout), format!("m PASSED {count} mutants\n"));

    // A second checker that can't be loaded, one that stops, and one that takes one false claim for true.
    let honest = find_checker(None).unwrap();
    let load = format!(
        "import importlib.util\nspec = importlib.util.spec_from_file_location('honest', {honest:?})\n\
         honest = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(honest)\n"
    );
    let with = |script: &str| {
        write("weak.py", script.as_bytes());
        run(None, &[&mutate[..], &["--python-checker", "weak.py"]].concat())
    };
    let unusable = with("import relucert_has_no_such_module\n");
    assert_eq!((code(&unusable), text(&unusable.stdout).as_str()), (2, ""));
    assert!(text(&unusable.stderr).contains("ModuleNotFoundError"), "{}", text(&unusable.stderr));
    let stops = with("import os\ndef outcome(i, c):\n    os._exit(3)\n");
    assert_eq!((code(&stops), text(&stops.stdout).as_str()), (2, ""));
    let weak = with(&format!(
        "{load}def outcome(i, c):\n    return honest.outcome(i, c.replace(b'\"saddle\": \"yes\"', b'\"saddle\": \"no\"'))\n"
    ));
    let shown = text(&weak.stdout);
    assert_eq!((code(&weak), shown.lines().last()), (20, Some("m FAILED 1")), "{shown}");
    assert!(shown.contains("failure at /claims/saddle, \"yes\" in its place: accepted by one checker only"), "{shown}");
    assert!(shown.contains("    Rust    s REJECTED unproved-saddle\n    Python  s VERIFIED "), "{shown}");
}
