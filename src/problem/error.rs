//! What is wrong with an instance, said to the person who wrote it.

/// Why an instance could not be read: what was found, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{text}", place(.line, .column, .pointer))]
pub struct InstanceError {
    /// A short fixed word for the kind of error (docs/instance.md).
    pub code: &'static str,
    /// JSON pointer to the value, where there is one.
    pub pointer: Option<String>,
    /// Line, counted from 1, where known.
    pub line: Option<usize>,
    /// Column in bytes, counted from 1, where known.
    pub column: Option<usize>,
    /// What was expected, what was found, what to do.
    pub text: String,
    /// The line of the file, where the place is known.
    pub excerpt: Option<Box<Excerpt>>,
}

/// A part of a line of a user's file and the place in it that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// What stands before the place.
    pub before: String,
    /// The rest, from the place on.
    pub after: String,
}

/// Most characters of a line that are shown on either side of the place.
const BEFORE: usize = 40;
const AFTER: usize = 50;

impl Excerpt {
    /// The line around a byte offset; bytes that aren't UTF-8 are shown as such. Cost: the length of the line.
    fn around(file: &[u8], offset: usize) -> Excerpt {
        let (before, after) = file.split_at(offset.min(file.len()));
        let before = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let after = after.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
        let cut = before.chars().count().saturating_sub(BEFORE);
        let mut shown: String = before.chars().skip(cut).collect();
        if cut > 0 {
            shown.insert_str(0, "...");
        }
        let mut rest: String = after.trim_end().chars().take(AFTER).collect();
        if after.trim_end().chars().count() > AFTER {
            rest.push_str("...");
        }
        Excerpt { before: shown, after: rest }
    }
}

fn place(line: &Option<usize>, column: &Option<usize>, pointer: &Option<String>) -> String {
    let position = line.zip(*column).map(|(line, column)| format!("line {line}, column {column}: "));
    let pointer = pointer.as_ref().filter(|pointer| !pointer.is_empty()).map(|pointer| format!("at {pointer}: "));
    position.unwrap_or_default() + &pointer.unwrap_or_default()
}

impl InstanceError {
    /// An error about the file as a whole.
    pub fn of_file(code: &'static str, text: impl Into<String>) -> InstanceError {
        InstanceError { code, pointer: None, line: None, column: None, text: text.into(), excerpt: None }
    }

    /// An error about the value at a pointer.
    pub fn at(code: &'static str, pointer: &str, text: impl Into<String>) -> InstanceError {
        InstanceError { pointer: Some(pointer.to_owned()), ..InstanceError::of_file(code, text) }
    }

    /// The same error with the line and column that a JSON parser names, of which the column may be 0 or beyond the line.
    pub(super) fn with_place(mut self, file: &[u8], line: usize, column: usize) -> InstanceError {
        let start: usize =
            file.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
        self.excerpt = Some(Box::new(Excerpt::around(file, start + column.saturating_sub(1))));
        (self.line, self.column) = (Some(line), Some(column));
        self
    }

    /// The same error with the line and column of a byte offset of the file.
    pub fn with_offset(mut self, file: &[u8], offset: usize) -> InstanceError {
        let before = &file[..offset.min(file.len())];
        self.line = Some(before.iter().filter(|byte| **byte == b'\n').count() + 1);
        self.column = Some(before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1);
        self.excerpt = Some(Box::new(Excerpt::around(file, offset)));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_file_is_shown() {
        let file = b"{\n  \"a\": 1/0,\n}";
        let shown = |offset: usize| {
            let error = InstanceError::of_file("x", "y").with_offset(file, offset);
            let excerpt = error.excerpt.unwrap();
            (error.line.unwrap(), error.column.unwrap(), excerpt.before, excerpt.after)
        };
        assert_eq!(shown(9), (2, 8, "  \"a\": ".to_owned(), "1/0,".to_owned()));
        assert_eq!(shown(99), (3, 2, "}".to_owned(), String::new()));
        let place = InstanceError::of_file("x", "y").with_place(file, 2, 8);
        assert_eq!(place.excerpt, InstanceError::of_file("x", "y").with_offset(file, 9).excerpt);
        let long = [b"x".repeat(500), vec![0xff], b"y".repeat(500)].concat();
        let excerpt = InstanceError::of_file("x", "y").with_offset(&long, 500).excerpt.unwrap();
        assert!(
            excerpt.before.len() == 43 && excerpt.after.starts_with("\u{fffd}yyy") && excerpt.after.ends_with("...")
        );
    }
}
