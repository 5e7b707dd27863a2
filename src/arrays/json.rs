//! An object of nested lists of numbers, read from their text as in instances.

use super::{Array, Unreadable};
use crate::rational::{self, Rational};
use relucert_checker::json::{Json, parse};

pub(super) fn read(bytes: &[u8]) -> Result<Vec<(String, Array)>, Unreadable> {
    let document = parse(bytes).map_err(|refusal| Unreadable::new(format!("not JSON: {}", refusal.text)))?;
    let Json::Object(entries) = document else {
        return Err(Unreadable::new("expected an object: {\"input_weights\": [[...], ...], ...}"));
    };
    let array = |(name, value): (String, Json)| {
        let mut array = Array { shape: Vec::new(), values: Vec::new() };
        collect(&value, 0, &format!("/{name}"), &mut array)?;
        Ok((name, array))
    };
    entries.into_iter().map(array).collect()
}

fn collect(value: &Json, depth: usize, place: &str, array: &mut Array) -> Result<(), Unreadable> {
    // The first number says how deep the lists are.
    let depth_is_known = !array.values.is_empty();
    match value {
        Json::List(items) if !depth_is_known || depth < array.shape.len() => {
            if array.shape.len() <= depth {
                array.shape.push(items.len());
            }
            if array.shape[depth] != items.len() {
                let text = format!("at {place}: a list of {}, but others have {}", items.len(), array.shape[depth]);
                return Err(Unreadable::new(text));
            }
            items.iter().enumerate().try_for_each(|(i, item)| collect(item, depth + 1, &format!("{place}/{i}"), array))
        }
        Json::Number(text) | Json::Text(text) if !depth_is_known || depth == array.shape.len() => {
            array.values.push(number(text, place)?);
            Ok(())
        }
        _ => Err(Unreadable::new(format!("at {place}: expected lists of numbers, all equally long and deep"))),
    }
}

fn number(text: &str, place: &str) -> Result<Rational, Unreadable> {
    rational::read(text).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Unreadable::new(format!("at {place}: not a rational: {shown:?}; write 3, -0.28, 1e-6 or 7/25"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_become_arrays() {
        let found = read(br#"{"a": [[1, 0.5], ["1/3", -2e-1]], "b": [3], "c": 4, "d": []}"#).unwrap();
        let shapes: Vec<_> = found.iter().map(|(_, array)| array.shape.clone()).collect();
        assert_eq!(shapes, [vec![2, 2], vec![1], vec![], vec![0]]);
        assert_eq!(rational::write(&found[0].1.values[3]), "-1/5");
        for broken in [
            "[1]", "{\"a\": [[1], [2, 3]]}", "{\"a\": [1, [2]]}", "{\"a\": [[1], 2]}", "{\"a\": [null]}", "{",
            "{\"a\": [NaN]}",
        ] {
            assert!(read(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
