//! Places in a JSON text: where a pointer's value stands, and where a key stands twice. Only looked for once something
//! is wrong, so nothing of it burdens reading.

use relucert_checker::json::Entries;
use serde_json::value::RawValue;

/// The byte offset of the value at a JSON pointer, in a text that is valid JSON.
pub(super) fn offset_of(text: &str, pointer: &str) -> Option<usize> {
    let mut here: &RawValue = serde_json::from_str(text).ok()?;
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        here = match children(here)? {
            Children::List(items) => items.get(token.parse::<usize>().ok()?).copied()?,
            Children::Object(entries) => entries.iter().find(|(key, _)| *key == token)?.1,
        };
    }
    Some(offset(text, here))
}

/// Pointer and offset of the first value whose key stands before it in the same object.
pub(super) fn first_duplicate(text: &str) -> Option<(String, usize)> {
    let mut open: Vec<(String, &RawValue)> = vec![(String::new(), serde_json::from_str(text).ok()?)];
    while let Some((pointer, value)) = open.pop() {
        match children(value) {
            Some(Children::List(items)) => {
                open.extend(items.into_iter().enumerate().map(|(i, item)| (format!("{pointer}/{i}"), item)).rev());
            }
            Some(Children::Object(entries)) => {
                let mut seen = std::collections::BTreeSet::new();
                let path = |key: &str| format!("{pointer}/{}", escape(key));
                if let Some((key, twin)) = entries.iter().find(|(key, _)| !seen.insert(key)) {
                    return Some((path(key), offset(text, twin)));
                }
                open.extend(entries.into_iter().map(|(key, value)| (path(&key), value)).rev());
            }
            None => {}
        }
    }
    None
}

/// A key as a token of a JSON pointer.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

pub(crate) fn offset(text: &str, value: &RawValue) -> usize {
    // The raw value borrows from the text.
    (value.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

pub(crate) enum Children<'a> {
    List(Vec<&'a RawValue>),
    Object(Vec<(String, &'a RawValue)>),
}

pub(crate) fn children(value: &RawValue) -> Option<Children<'_>> {
    match value.get().as_bytes().first() {
        Some(b'[') => serde_json::from_str(value.get()).ok().map(Children::List),
        Some(b'{') => serde_json::from_str(value.get()).ok().map(|Entries(entries)| Children::Object(entries)),
        _ => None,
    }
}
