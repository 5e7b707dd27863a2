//! Which files a command reads.

use crate::certificate::gzip::inflate;
use crate::problem::InstanceError;
use relucert_checker::json::{Json, parse};
use relucert_checker::{Refusal, is_gzipped, read_file};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// What standard input is called.
pub(super) const STANDARD_INPUT: &str = "standard input";

/// A file to check: its name for the user, and its content or why there is none.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) content: Result<Vec<u8>, InstanceError>,
}

/// The instances that the arguments name: files, `-` for standard input, and folders, of which all `*.json` files are
/// taken in name order. In folders, files of other formats of ours and data (`*.data.json`) are skipped.
pub(super) fn collect(paths: &[PathBuf], limit: u64) -> impl Iterator<Item = Input> {
    paths.iter().flat_map(move |path| if path.is_dir() { folder(path, limit) } else { vec![one(path, limit)] })
}

fn one(path: &Path, limit: u64) -> Input {
    if path == Path::new("-") {
        return Input { name: STANDARD_INPUT.to_owned(), content: read(std::io::stdin(), limit) };
    }
    let content = File::open(path).map_err(|e| io_error(&e)).and_then(|file| {
        // Said before anything is read, where the size is known.
        match file.metadata() {
            Ok(metadata) if metadata.len() > limit => Err(too_large(limit)),
            _ => read(file, limit),
        }
    });
    Input { name: path.display().to_string(), content }
}

fn folder(path: &Path, limit: u64) -> Vec<Input> {
    let mut inputs = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_dir() || entry.path().extension().is_none_or(|e| e != "json") => {}
            Ok(entry) if entry.file_name().to_string_lossy().ends_with(".data.json") => {}
            Ok(entry) => inputs.push(one(entry.path(), limit)),
            Err(error) => {
                let name = error.path().unwrap_or(path).display().to_string();
                inputs.push(Input { name, content: Err(InstanceError::of_file("io", error.to_string())) });
            }
        }
    }
    inputs.retain(|input| input.content.as_ref().map_or(true, |content| !is_other_format(content)));
    if inputs.is_empty() {
        let error = InstanceError::of_file("empty", "no instances here: no *.json file of format relucert.instance/1");
        inputs.push(Input { name: path.display().to_string(), content: Err(error) });
    }
    inputs
}

/// Whether a file says that it is of another format of this program: a certificate, a report.
fn is_other_format(content: &[u8]) -> bool {
    let document = parse(content).ok();
    match document.as_ref().and_then(|document| document.get("format")) {
        Some(Json::Text(format)) => format.starts_with("relucert.") && !format.starts_with("relucert.instance/"),
        _ => false,
    }
}

/// The certificate in a file, inflated if its name ends in .gz: at most `limit` bytes either way.
pub(super) fn certificate(path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
    let bytes = read_file(path, limit)?;
    if !is_gzipped(path) {
        return Ok(bytes);
    }
    inflate(&bytes, limit).map_err(|refused| Refusal {
        unreadable: true,
        code: refused.code().to_owned(),
        text: format!("{}: {refused}", path.display()),
    })
}

/// All bytes of a source, if there are no more than `limit`.
pub(super) fn read(source: impl Read, limit: u64) -> Result<Vec<u8>, InstanceError> {
    let mut bytes = Vec::new();
    source.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| io_error(&e))?;
    if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

fn io_error(error: &std::io::Error) -> InstanceError {
    InstanceError::of_file("io", error.to_string())
}

fn too_large(limit: u64) -> InstanceError {
    InstanceError::of_file("limit", format!("larger than {limit} bytes; --max-input allows more"))
}
