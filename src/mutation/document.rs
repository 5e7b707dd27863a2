//! The text of a certificate with the places of its values, so that one place can be changed and all else stays.

use crate::problem::locate::{Children, children, escape, offset};
use serde_json::Value;
use serde_json::value::RawValue;
use std::ops::Range;

/// A JSON text and where each of its values stands, in the order of the text.
#[derive(Debug)]
pub struct Document<'a> {
    pub(super) text: &'a str,
    pub(super) places: Vec<Place>,
}

/// One value of a JSON text.
#[derive(Debug)]
pub(super) struct Place {
    /// JSON pointer (RFC 6901).
    pub(super) pointer: String,
    /// The bytes of the value.
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// A string, a number, `true`, `false` or `null`.
    Plain(Value),
    /// The spans of the items.
    List(Vec<Range<usize>>),
    Object(Vec<Entry>),
}

/// One entry of an object.
#[derive(Debug)]
pub(super) struct Entry {
    /// The bytes of the key, with its quotes.
    pub(super) key: Range<usize>,
    /// The bytes of the value.
    pub(super) value: Range<usize>,
    /// JSON pointer to the value.
    pub(super) pointer: String,
}

impl<'a> Document<'a> {
    /// The places of all values; `None` if the text is not JSON. Cost: the length of the text times its nesting.
    pub fn read(text: &'a str) -> Option<Document<'a>> {
        let mut document = Document { text, places: Vec::new() };
        document.add(serde_json::from_str(text).ok()?, String::new())?;
        Some(document)
    }

    /// The text between two bytes; empty where there is none.
    pub(super) fn slice(&self, span: &Range<usize>) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    fn span(&self, value: &RawValue) -> Range<usize> {
        let start = offset(self.text, value);
        start..start + value.get().len()
    }

    fn add(&mut self, value: &'a RawValue, pointer: String) -> Option<()> {
        let span = self.span(value);
        let inner = children(value);
        let kind = match &inner {
            None => Kind::Plain(serde_json::from_str(value.get()).ok()?),
            Some(Children::List(items)) => Kind::List(items.iter().map(|item| self.span(item)).collect()),
            Some(Children::Object(entries)) => {
                let mut end = span.start + 1;
                let mut places = Vec::new();
                for (key, value) in entries {
                    let value = self.span(value);
                    let key_text = self.text.get(end..value.start)?.trim_end().strip_suffix(':')?.trim_end();
                    let key_span = end + key_text.find('"')?..end + key_text.len();
                    end = value.end;
                    places.push(Entry { key: key_span, value, pointer: format!("{pointer}/{}", escape(key)) });
                }
                Kind::Object(places)
            }
        };
        self.places.push(Place { pointer: pointer.clone(), span, kind });
        match inner {
            None => {}
            Some(Children::List(items)) => {
                items.into_iter().enumerate().try_for_each(|(i, item)| self.add(item, format!("{pointer}/{i}")))?;
            }
            Some(Children::Object(entries)) => {
                entries
                    .into_iter()
                    .try_for_each(|(key, item)| self.add(item, format!("{pointer}/{}", escape(&key))))?;
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_and_key_has_its_place() {
        let text = r#" { "a" : [1, "x\"]"],"b/~" :{} , "a":null } "#;
        let document = Document::read(text).unwrap();
        let places: Vec<_> = document.places.iter().map(|p| (p.pointer.as_str(), document.slice(&p.span))).collect();
        let expected = [
            ("", text.trim()),
            ("/a", r#"[1, "x\"]"]"#),
            ("/a/0", "1"),
            ("/a/1", r#""x\"]""#),
            ("/b~1~0", "{}"),
            ("/a", "null"),
        ];
        assert_eq!(places, expected);
        let Kind::Object(entries) = &document.places[0].kind else { panic!("an object") };
        let keys: Vec<_> = entries.iter().map(|entry| document.slice(&entry.key)).collect();
        assert_eq!(keys, [r#""a""#, r#""b/~""#, r#""a""#]);
        assert!(Document::read("[1,]").is_none());
    }
}
