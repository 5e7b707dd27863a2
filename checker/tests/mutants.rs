//! Good certificates with one thing changed at random: both checkers must say the same of each.
//!
//! `RELUCERT_SEED` and `RELUCERT_MUTANTS` set another seed and another number of mutants.

mod common;

use common::good::{self, Good};
use common::{Case, python, run_python};
use relucert_checker::{Refusal, verify};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Marsaglia's xorshift64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("a small number")
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// The pointers to all values inside a value.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    let children: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => vec![],
    };
    for (key, child) in children {
        pointers(child, &format!("{here}/{key}"), found);
    }
}

const NUMBERS: [&str; 20] = [
    "0", "1", "-1", "2", "-2", "1/2", "-1/2", "1/3", "3/2", "1/60", "2/4", "-0", "1/1", "0.5", "1e3", "007", "1/0",
    "1e-20", "1000000007/998244353", "",
];

/// Another value in the place of one: the same type more often than not.
fn replace(value: &mut Value, random: &mut Random) {
    let others =
        [json!(null), json!(true), json!([]), json!({}), json!("x"), json!(0), json!(1), json!(["1"]), json!(0.5)];
    *value = match value {
        _ if random.below(5) == 0 => random.pick(&others).clone(),
        Value::Number(_) => json!(random.below(8)),
        Value::String(text) if text == "yes" => json!("no"),
        Value::String(text) if text == "no" => json!("yes"),
        Value::String(text) if text == "+" || text == "-" => json!(*random.pick(&["+", "-", "", "minus"])),
        Value::String(text) if text.starts_with('-') && random.below(2) == 0 => json!(text[1..]),
        Value::String(_) => json!(*random.pick(&NUMBERS)),
        _ => random.pick(&others).clone(),
    };
}

/// Changes one thing inside an object or a list.
fn rearrange(value: &mut Value, random: &mut Random) {
    match value {
        Value::Array(list) if !list.is_empty() => {
            let (one, other) = (random.below(list.len()), random.below(list.len()));
            match random.below(4) {
                0 => drop(list.remove(one)),
                1 => list.insert(one, list[other].clone()),
                2 => list.swap(one, other),
                _ => list[one] = list[other].clone(),
            }
        }
        Value::Object(object) if !object.is_empty() => {
            let keys: Vec<String> = object.keys().cloned().collect();
            let (one, other) = (random.pick(&keys).clone(), random.pick(&keys).clone());
            match random.below(4) {
                0 => drop(object.remove(&one)),
                1 => {
                    let value = object.remove(&one).expect("a key");
                    object.insert(format!("{one}{}", random.pick(&["_", "s", " "])), value);
                }
                2 => {
                    let value = object[&other].clone();
                    object.insert(one, value);
                }
                _ => drop(
                    object.insert((*random.pick(&["split", "trained", "hidden_bias", "constant"])).into(), json!(0)),
                ),
            }
        }
        _ => replace(value, random),
    }
}

/// Changes one byte.
fn misprint(bytes: &mut Vec<u8>, random: &mut Random) {
    let alphabet = b"\"\\{}[]:,-+./0123456789eEu \t\n\x00\x7f\x80\xc3tfnNI";
    let place = random.below(bytes.len());
    match random.below(4) {
        0 => drop(bytes.remove(place)),
        1 => bytes.insert(place, *random.pick(alphabet)),
        2 => bytes.truncate(place),
        _ => bytes[place] = *random.pick(alphabet),
    }
}

fn mutant(good: &Good, random: &mut Random) -> Case {
    let (mut instance, mut certificate) = (good.instance.clone(), good.certificate.clone());
    let bytewise = random.below(6) == 0;
    let twice = random.below(8) == 0;
    for _ in 0..if bytewise { 0 } else { 1 + usize::from(twice) } {
        let document = if random.below(4) == 0 { &mut instance } else { &mut certificate };
        // The identity and the format are of little interest; without some claims the evidence is heard out.
        let mut found = Vec::new();
        pointers(document, "", &mut found);
        let place = document.pointer_mut(random.pick(&found[..]).as_str()).expect("a pointer of the document");
        if random.below(2) == 0 { replace(place, random) } else { rearrange(place, random) }
    }
    if random.below(2) == 0 {
        let claims = certificate.get_mut("claims").and_then(Value::as_object_mut);
        claims.into_iter().for_each(|claims| claims.retain(|key, _| key == "loss" || random.below(3) == 0));
    }
    // What is trained matters to most checks.
    if random.below(12) == 0 {
        let subsets = [
            json!(["input_weights"]),
            json!(["output_weights"]),
            json!(["output_bias"]),
            json!(["output_weights", "input_weights"]),
            json!(["input_weights", "output_bias"]),
        ];
        if let Some(instance) = instance.as_object_mut() {
            instance.insert("trained".into(), random.pick(&subsets).clone());
        }
    }
    // With its loss corrected a certificate is heard out.
    if random.below(4) > 0 && certificate.get("claims").is_some_and(Value::is_object) {
        let outcome = verify(instance.to_string().as_bytes(), certificate.to_string().as_bytes());
        if let Err(Refusal { code, text, .. }) = outcome.0
            && code == "wrong-loss"
        {
            certificate["claims"]["loss"] = text.rsplit(' ').next().into();
        }
    }
    let mut files = [instance.to_string().into_bytes(), certificate.to_string().into_bytes()];
    if bytewise {
        misprint(&mut files[random.below(2)], random);
    }
    let [instance, certificate] = files;
    Case { name: good.name.to_owned(), instance, certificate, expected: String::new() }
}

#[test]
fn mutants() {
    let setting =
        |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().expect("a number"));
    let (seed, count) = (setting("RELUCERT_SEED", 20_250_731), setting("RELUCERT_MUTANTS", 800));
    println!("seed {seed}, {count} mutants");
    let mut random = Random(seed.max(1));
    let goods = good::all();
    let cases: Vec<Case> = (0..count).map(|_| mutant(&goods[random.below(goods.len())], &mut random)).collect();
    let outcomes: Vec<_> = cases.iter().map(|case| verify(&case.instance, &case.certificate)).collect();
    let mut tally = BTreeMap::new();
    for outcome in &outcomes {
        let line = outcome.status_line();
        let key = if outcome.exit_code() == 0 { "s VERIFIED".to_owned() } else { line };
        *tally.entry(key).or_insert(0) += 1;
    }
    println!("{tally:#?}");
    assert!(count < 500 || tally.len() > 25, "the mutants are too much alike: {tally:?}");
    if let Some(python) = python() {
        for ((case, outcome), (code, line)) in cases.iter().zip(&outcomes).zip(run_python(python, &cases)) {
            assert_eq!(
                (outcome.exit_code(), outcome.status_line()),
                (code, line),
                "Rust (left) and Python (right) differ, seed {seed}, from {}:\n{}\n{}",
                case.name,
                String::from_utf8_lossy(&case.instance),
                String::from_utf8_lossy(&case.certificate)
            );
        }
    }
}
