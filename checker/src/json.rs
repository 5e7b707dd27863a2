//! Strict JSON: UTF-8, one value, no duplicate key, bounded nesting; a number keeps its text.

use crate::{Refusal, ensure, number, number::Rational};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Deepest nesting of lists and objects that is read.
pub const MAX_NESTING: usize = 64;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Json {
    Null,
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

/// Reads one JSON document. Cost: its length times its nesting.
pub fn parse(bytes: &[u8]) -> Result<Json, Refusal> {
    let hint = if bytes.starts_with(&[0x1f, 0x8b]) { "; this is gzipped: gunzip first" } else { "" };
    let text = std::str::from_utf8(bytes).map_err(|e| Refusal::unreadable("not-utf8", format!("{e}{hint}")))?;
    if too_deep(bytes) {
        return Err(Refusal::unreadable("limit", format!("nested more than {MAX_NESTING} deep")));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let raw = <&RawValue>::deserialize(&mut reader).map_err(not_json)?;
    reader.end().map_err(|e| Refusal::unreadable("trailing-data", e.to_string()))?;
    let mut duplicate = None;
    let json = build(raw.get(), &mut duplicate)?;
    match duplicate {
        Some(key) => Err(Refusal::unreadable("duplicate-key", format!("the key {key:?} stands twice in one object"))),
        None => Ok(json),
    }
}

fn not_json(error: serde_json::Error) -> Refusal {
    Refusal::unreadable("not-json", error.to_string())
}

fn too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    bytes.iter().any(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_NESTING
    })
}

/// Builds a value level by level from its text, which serde_json has accepted as a whole before.
fn build(raw: &str, duplicate: &mut Option<String>) -> Result<Json, Refusal> {
    Ok(match raw.bytes().next() {
        Some(b'{') => {
            let Entries(entries) = serde_json::from_str(raw).map_err(not_json)?;
            let mut object = BTreeMap::new();
            for (key, raw) in entries {
                if object.insert(key.clone(), build(raw.get(), duplicate)?).is_some() {
                    *duplicate = Some(key);
                }
            }
            Json::Object(object)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).map_err(not_json)?;
            Json::List(items.into_iter().map(|item| build(item.get(), duplicate)).collect::<Result<_, _>>()?)
        }
        Some(b'"') => Json::Text(serde_json::from_str(raw).map_err(not_json)?),
        Some(b't' | b'f') => Json::Bool(raw == "true"),
        Some(b'n') => Json::Null,
        _ => Json::Number(raw.to_owned()),
    })
}

/// The entries of an object in the order of the file, equal keys included.
#[derive(Debug)]
pub struct Entries<'a>(pub Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Entries<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// Reading with refusals: whatever has not the shape that docs/certificate.md gives it is `malformed`.
impl Json {
    /// The value of a key, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Json> {
        if let Json::Object(object) = self { object.get(key) } else { None }
    }
    /// This object, if it has no keys beside `known`.
    pub(crate) fn object(&self, known: &[&str]) -> Result<&Json, Refusal> {
        let Json::Object(object) = self else { return Err(Refusal::malformed("expected an object")) };
        match object.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(Refusal::malformed(format!("unknown key {key:?}"))),
            None => Ok(self),
        }
    }
    pub(crate) fn field(&self, key: &str) -> Result<&Json, Refusal> {
        self.get(key).ok_or_else(|| Refusal::malformed(format!("the key {key:?} is missing")))
    }
    pub(crate) fn text(&self) -> Result<&str, Refusal> {
        if let Json::Text(text) = self { Ok(text) } else { Err(Refusal::malformed("expected a string")) }
    }
    pub(crate) fn items(&self) -> Result<&[Json], Refusal> {
        if let Json::List(items) = self { Ok(items) } else { Err(Refusal::malformed("expected a list")) }
    }
    pub(crate) fn list<T>(&self, item: impl Fn(&Json) -> Result<T, Refusal>) -> Result<Vec<T>, Refusal> {
        self.items()?.iter().map(item).collect()
    }
    pub(crate) fn index(&self) -> Result<usize, Refusal> {
        let index = if let Json::Number(text) = self { text.parse().ok() } else { None };
        index.ok_or_else(|| Refusal::malformed("expected an index"))
    }
    /// Whether a sign is `+` and not `-`.
    pub(crate) fn sign(&self) -> Result<bool, Refusal> {
        let sign = self.text()?;
        ensure(["+", "-"].contains(&sign), "malformed", "expected + or -").map(|()| sign == "+")
    }
    pub(crate) fn rational(&self) -> Result<Rational, Refusal> {
        number::read_certificate(self.text()?)
    }
    pub(crate) fn rationals(&self) -> Result<Vec<Rational>, Refusal> {
        self.list(Json::rational)
    }
}
