//! All mutants of a certificate: its text with one thing changed, in a fixed order.

use super::document::{Document, Entry, Kind, Place};
use crate::rational::{Integer, Rational, write};
use num_traits::{One, Signed, Zero, pow};
use relucert_checker::number::read_certificate;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a change does to the form of a certificate, whatever it does to its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// It may still be a certificate.
    Kept,
    /// Outside `made_by` no certificate looks like this: an unknown key, another type, another spelling of a number.
    Broken,
    /// No file looks like this, `made_by` included: a key twice, a number that is not JSON, something after the end.
    FileBroken,
}

/// A certificate with one thing changed.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// JSON pointer to what is changed, in the original.
    pub pointer: String,
    /// The change, in words.
    pub change: String,
    /// What becomes of the form.
    pub form: Form,
    /// Bytes of the original and what stands in their place, in rising order.
    edits: Vec<(Range<usize>, String)>,
}

impl Mutant {
    /// The original itself, under the name of a mutant.
    pub(super) fn unchanged() -> Mutant {
        Mutant { pointer: String::new(), change: "unchanged".to_owned(), form: Form::Kept, edits: Vec::new() }
    }

    /// The text of the mutant, given that of the original.
    pub fn apply(&self, original: &str) -> String {
        let mut text = String::with_capacity(original.len() + 64);
        let mut end = 0;
        for (span, replacement) in &self.edits {
            text += original.get(end..span.start).unwrap_or_default();
            text += replacement;
            end = span.end;
        }
        text + original.get(end..).unwrap_or_default()
    }
}

/// All mutants of a certificate, in the order of its values; the same each time. A change that would change nothing, or
/// that gives a mutant of the same value a second time, is left out.
///
/// Only the mutant that is asked for is in memory. Cost of all: their number times the length of what they replace.
pub fn mutants<'a>(document: &'a Document<'a>) -> impl Iterator<Item = Mutant> + 'a {
    let whole = Changes::of(document, "").whole_file();
    let each = document.places.iter().flat_map(|place| {
        let changes = Changes::of(document, &place.pointer);
        match &place.kind {
            Kind::Plain(value) => changes.plain(place, value),
            Kind::List(items) => changes.list(place, items),
            Kind::Object(entries) => changes.object(place, entries),
        }
    });
    whole.into_iter().chain(each).chain(larger_constants(document))
}

/// The regions of a neuron, as JSON.
const REGIONS: &[&str] =
    &[r#""any""#, r#""keeps sign""#, r#""fixed""#, r#"{"l1_radius": "1"}"#, r#"{"max_norm": "1"}"#];
/// Words that can stand in each other's places, as JSON.
const WORDS: [&[&str]; 5] = [
    &[r#""yes""#, r#""no""#, r#""undecided""#, r#""not applicable""#],
    &[r#""+""#, r#""-""#],
    &[r#""zero""#, r#""dead""#, r#""semi-dead""#, r#""active""#],
    &[
        r#""degenerate""#, r#""inactive""#, r#""semi-inactive""#, r#""semi-active""#, r#""type-1-active""#,
        r#""type-2-active""#,
    ],
    REGIONS,
];

/// The mutants of one value.
struct Changes<'a> {
    document: &'a Document<'a>,
    pointer: &'a str,
    found: Vec<Mutant>,
}

impl<'a> Changes<'a> {
    fn of(document: &'a Document<'a>, pointer: &'a str) -> Changes<'a> {
        Changes { document, pointer, found: Vec::new() }
    }

    fn add(&mut self, pointer: &str, change: impl Into<String>, form: Form, span: Range<usize>, text: String) {
        let (pointer, change, edits) = (pointer.to_owned(), change.into(), vec![(span, text)]);
        self.found.push(Mutant { pointer, change, form, edits });
    }

    /// Adds a mutant with another value in the place of this one, unless that is no other or was there before.
    fn replace(&mut self, place: &Place, change: impl Into<String>, form: Form, text: impl Into<String>) {
        let edit = (place.span.clone(), text.into());
        let is_known = self.found.iter().any(|mutant| mutant.edits.first() == Some(&edit));
        if !is_known && edit.1 != self.document.slice(&place.span) {
            self.add(self.pointer, change, form, edit.0, edit.1);
        }
    }

    fn same(&self, one: &Range<usize>, other: &Range<usize>) -> bool {
        let value = |span| serde_json::from_str::<Value>(self.document.slice(span)).ok();
        self.document.slice(one) == self.document.slice(other) || value(one) == value(other)
    }

    fn whole_file(mut self) -> Vec<Mutant> {
        let end = self.document.text.trim_end().len();
        let file = |changes: &mut Self, change: &str, span, text: &str| {
            changes.add("", change, Form::FileBroken, span, text.to_owned());
        };
        file(&mut self, "a byte order mark before it", 0..0, "\u{feff}");
        file(&mut self, "another value after it", end..end, " 0");
        file(&mut self, "its last character cut off", end.saturating_sub(1)..end, "");
        self.found
    }

    fn plain(mut self, place: &Place, value: &Value) -> Vec<Mutant> {
        let text = self.document.slice(&place.span);
        match value {
            Value::String(string) => {
                if let Ok(number) = read_certificate(string) {
                    self.number(place, string, &number);
                } else {
                    self.word(place, text, string);
                }
            }
            Value::Number(_) => self.index(place, text),
            _ => self.replace(place, "as a string", Form::Broken, format!("\"{text}\"")),
        }
        self.replace(place, "as a list", Form::Broken, format!("[{text}]"));
        self.replace(place, "as an object", Form::Broken, "{}");
        self.replace(place, "as null", Form::Broken, "null");
        self.found
    }

    fn number(&mut self, place: &Place, text: &str, x: &Rational) {
        let one = Rational::one();
        let speck = Rational::new(Integer::one(), pow(Integer::from(10), 30));
        for (change, value) in [
            ("1 more", x + &one),
            // Too small for a floating-point number to notice.
            ("1/10^30 more", x + speck),
            ("negated", -x),
            ("halved", x / (&one + &one)),
            ("doubled", x + x),
            ("zeroed", Rational::zero()),
            ("its denominator 1 more", Rational::new(x.numer().clone(), x.denom() + 1)),
        ] {
            self.replace(place, change, Form::Kept, format!("\"{}\"", write(&value)));
        }
        let (sign, digits) = if x.is_negative() { text.split_at(1) } else { ("", text) };
        let (n, d) = (x.numer(), x.denom());
        for (change, spelling) in [
            ("not in lowest terms", format!("{}/{}", n + n, d + d)),
            ("with its denominator", format!("{n}/{d}")),
            ("with a negative denominator", format!("{}/-{d}", -n)),
            ("with a plus sign", format!("+{text}")),
            ("with a leading zero", format!("{sign}0{digits}")),
            ("with an exponent", format!("{text}e0")),
            ("as a decimal", format!("{text}.0")),
            ("after a blank", format!(" {text}")),
        ] {
            self.replace(place, change, Form::Broken, format!("\"{spelling}\""));
        }
        if x.is_zero() {
            self.replace(place, "as -0", Form::Broken, "\"-0\"");
        }
        self.replace(place, "as a bare number", Form::Broken, n.to_string());
    }

    fn index(&mut self, place: &Place, text: &str) {
        let Ok(index) = text.parse::<Integer>() else { return };
        let (more, less): (Integer, Integer) = (&index + 1, &index - 1);
        let form = if less.is_negative() { Form::Broken } else { Form::Kept };
        self.replace(place, "1 more", Form::Kept, more.to_string());
        self.replace(place, "1 less", form, less.to_string());
        self.replace(place, "2^64 more", Form::Broken, (&index + pow(Integer::from(2), 64)).to_string());
        self.replace(place, "as a decimal", Form::Broken, format!("{text}.0"));
        self.replace(place, "with an exponent", Form::Broken, format!("{text}e0"));
        self.replace(place, "with a minus sign", Form::Broken, format!("-{text}"));
        self.replace(place, "with a leading zero", Form::FileBroken, format!("0{text}"));
        self.replace(place, "as a string", Form::Broken, format!("\"{text}\""));
    }

    fn word(&mut self, place: &Place, text: &str, string: &str) {
        for other in WORDS.iter().filter(|group| group.contains(&text)).flat_map(|group| *group) {
            self.replace(place, format!("{other} in its place"), Form::Kept, *other);
        }
        self.replace(place, "a letter more", Form::Broken, Value::from(format!("{string}x")).to_string());
        self.replace(place, "a blank more", Form::Broken, Value::from(format!("{string} ")).to_string());
        self.replace(place, "emptied", Form::Broken, "\"\"");
        self.replace(place, "as a number", Form::Broken, "0");
    }

    fn list(mut self, place: &Place, items: &[Range<usize>]) -> Vec<Mutant> {
        let mut previous: Option<&Range<usize>> = None;
        for (i, item) in items.iter().enumerate() {
            let pointer = format!("{}/{i}", self.pointer);
            // What follows its equal gives the same mutants again.
            if !previous.is_some_and(|previous| self.same(previous, item)) {
                let next = items.get(i + 1).map(|next| next.start);
                self.add(&pointer, "removed", Form::Kept, without(item, next, previous), String::new());
                let twin = format!(", {}", self.document.slice(item));
                self.add(&pointer, "given twice", Form::Kept, item.end..item.end, twin);
            }
            if let Some(next) = items.get(i + 1).filter(|next| !self.same(item, next)) {
                let swapped = format!("{}, {}", self.document.slice(next), self.document.slice(item));
                self.add(&pointer, "swapped with the next", Form::Kept, item.start..next.end, swapped);
            }
            previous = Some(item);
        }
        if items.is_empty() {
            for filling in ["[0]", "[\"0\"]", "[[]]"] {
                self.replace(place, format!("{filling} in its place"), Form::Kept, filling);
            }
        }
        if items.len() > 1 {
            self.replace(place, "emptied", Form::Kept, "[]");
        }
        self.replace(place, "as an object", Form::Broken, "{}");
        self.replace(place, "as a string", Form::Broken, "\"0\"");
        self.replace(place, "as null", Form::Broken, "null");
        self.found
    }

    fn object(mut self, place: &Place, entries: &[Entry]) -> Vec<Mutant> {
        let key = |entry: &Entry| self.document.slice(&entry.key);
        if matches!(entries, [only] if [r#""l1_radius""#, r#""max_norm""#].contains(&key(only))) {
            let value = |text| serde_json::from_str::<Value>(text).ok();
            let here = value(self.document.slice(&place.span));
            for other in REGIONS.iter().filter(|other| value(other) != here) {
                self.replace(place, format!("{other} in its place"), Form::Kept, *other);
            }
        }
        let mut previous: Option<Range<usize>> = None;
        for (i, Entry { key, value, pointer }) in entries.iter().enumerate() {
            let (entry, next) = (key.start..value.end, entries.get(i + 1));
            let removed = without(&entry, next.map(|next| next.key.start), previous.as_ref());
            self.add(pointer, "removed", Form::Kept, removed, String::new());
            let last = key.end.saturating_sub(1);
            self.add(pointer, "its key renamed", Form::Broken, last..last, "_".to_owned());
            let twin = format!(", {}", self.document.slice(&entry));
            self.add(pointer, "given twice", Form::FileBroken, entry.end..entry.end, twin);
            if let Some(next) = next.filter(|next| !self.same(value, &next.value)) {
                let between = self.document.slice(&(value.end..next.value.start));
                let text = [self.document.slice(&next.value), between, self.document.slice(value)].concat();
                self.add(pointer, "exchanged with the next", Form::Kept, value.start..next.value.end, text);
            }
            previous = Some(entry);
        }
        let start = place.span.start + 1;
        let comma = if entries.is_empty() { "" } else { ", " };
        self.add(self.pointer, "an unknown key added", Form::Broken, start..start, format!("\"unknown\": 0{comma}"));
        if entries.len() > 1 {
            self.replace(place, "emptied", Form::Kept, "{}");
        }
        self.replace(place, "as a list", Form::Broken, "[]");
        self.replace(place, "as a string", Form::Broken, "\"0\"");
        self.replace(place, "as null", Form::Broken, "null");
        self.found
    }
}

/// What goes if an item goes: the comma that follows it or, for the last one, that before it.
fn without(item: &Range<usize>, next: Option<usize>, previous: Option<&Range<usize>>) -> Range<usize> {
    match (next, previous) {
        (Some(next), _) => item.start..next,
        (None, Some(previous)) => previous.end..item.end,
        (None, None) => item.clone(),
    }
}

/// Each constant C_i made larger, and the radius 1/C_i that is claimed with it: the one number that a certificate gives
/// twice.
fn larger_constants<'a>(document: &'a Document<'a>) -> impl Iterator<Item = Mutant> + 'a {
    let places: BTreeMap<&str, &Place> = document.places.iter().map(|place| (place.pointer.as_str(), place)).collect();
    let text = move |pointer: &str| match &places.get(pointer)?.kind {
        Kind::Plain(value) => Some((value.clone(), places.get(pointer)?.span.clone())),
        _ => None,
    };
    let constants = document.places.iter().filter_map(move |place| {
        let neuron = place.pointer.strip_prefix("/evidence/neurons/")?.strip_suffix("/constant/value")?;
        let (index, _) = text(&format!("/evidence/neurons/{neuron}/neuron"))?;
        let (_, radius) = text(&format!("/claims/neurons/{index}/output_weight_region/l1_radius"))?;
        let (value, constant) = text(&place.pointer)?;
        let value = read_certificate(value.as_str()?).ok().filter(Signed::is_positive)?;
        let larger = [("1 more", &value + Rational::one()), ("doubled", &value + &value)];
        Some(larger.map(|(change, value)| {
            let edit = |span: &Range<usize>, value: &Rational| (span.clone(), format!("\"{}\"", write(value)));
            let mut edits = vec![edit(&radius, &value.recip()), edit(&constant, &value)];
            edits.sort_by_key(|(span, _)| span.start);
            let change = format!("{change}, and its radius with it");
            Mutant { pointer: place.pointer.clone(), change, form: Form::Kept, edits }
        }))
    });
    constants.flatten()
}
