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
}

fn place(line: &Option<usize>, column: &Option<usize>, pointer: &Option<String>) -> String {
    let position = line.zip(*column).map(|(line, column)| format!("line {line}, column {column}: "));
    let pointer = pointer.as_ref().filter(|pointer| !pointer.is_empty()).map(|pointer| format!("at {pointer}: "));
    position.unwrap_or_default() + &pointer.unwrap_or_default()
}

impl InstanceError {
    /// An error about the file as a whole.
    pub fn of_file(code: &'static str, text: impl Into<String>) -> InstanceError {
        InstanceError { code, pointer: None, line: None, column: None, text: text.into() }
    }

    /// An error about the value at a pointer.
    pub fn at(code: &'static str, pointer: &str, text: impl Into<String>) -> InstanceError {
        InstanceError { pointer: Some(pointer.to_owned()), ..InstanceError::of_file(code, text) }
    }

    /// The same error with the line and column of a byte offset of the file.
    pub fn with_offset(mut self, file: &[u8], offset: usize) -> InstanceError {
        let before = &file[..offset.min(file.len())];
        self.line = Some(before.iter().filter(|byte| **byte == b'\n').count() + 1);
        self.column = Some(before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1);
        self
    }
}
