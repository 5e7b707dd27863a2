//! Canonical JSON text: the same value gives the same bytes, readable where it is short.

use serde_json::Value;
use std::fmt::Write;

/// Longest line that holds a whole list or object.
const WIDTH: usize = 116;

/// A value on as few lines as fit into the width, indented by one blank a level, with a final line feed. Keys stay in
/// their order.
pub fn lay_out(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value, 0, 0);
    text.push('\n');
    text
}

/// `before`: what stands on the line already.
fn write_value(text: &mut String, value: &Value, level: usize, before: usize) {
    let (open, close, items): (char, char, Vec<(Option<&String>, &Value)>) = match value {
        Value::Array(items) => ('[', ']', items.iter().map(|item| (None, item)).collect()),
        Value::Object(entries) => ('{', '}', entries.iter().map(|(key, item)| (Some(key), item)).collect()),
        _ => return text.push_str(&value.to_string()),
    };
    if let Some(line) = one_line(value, WIDTH.saturating_sub(level + before)) {
        return text.push_str(&line);
    }
    text.push(open);
    for (i, (key, item)) in items.into_iter().enumerate() {
        text.push_str(if i == 0 { "\n" } else { ",\n" });
        text.extend(std::iter::repeat_n(' ', level + 1));
        let key = key.map(|key| format!("{}: ", Value::String(key.clone()))).unwrap_or_default();
        text.push_str(&key);
        write_value(text, item, level + 1, key.len());
    }
    let _ = write!(text, "\n{:level$}{close}", "");
}

/// The value on one line, if that has at most `room` bytes.
fn one_line(value: &Value, room: usize) -> Option<String> {
    let line = match value {
        Value::Array(items) => {
            let mut line = String::from("[");
            for (i, item) in items.iter().enumerate() {
                line += if i == 0 { "" } else { ", " };
                line += &one_line(item, room.checked_sub(line.len())?)?;
            }
            line + "]"
        }
        Value::Object(entries) => {
            let mut line = String::from("{");
            for (i, (key, item)) in entries.iter().enumerate() {
                let _ = write!(line, "{}{}: ", if i == 0 { "" } else { ", " }, Value::String(key.clone()));
                line += &one_line(item, room.checked_sub(line.len())?)?;
            }
            line + "}"
        }
        _ => value.to_string(),
    };
    (line.len() <= room).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_only_what_is_long() {
        let value = serde_json::json!({"b": ["1", "2"], "a": {}, "long": ["x".repeat(70), "y".repeat(70)]});
        let text = lay_out(&value);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        assert!(text.starts_with("{\n \"b\": [\"1\", \"2\"],\n \"a\": {},\n \"long\": [\n  \"x"), "{text}");
    }
}
