//! Where results, certificates and errors go.

use super::progress::aside;
use crate::certificate::gzip::compress;
use crate::problem::{Excerpt, InstanceError};
use crate::report::harmless;
use anstyle::AnsiColor;
use relucert_checker::is_gzipped;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `error: ...` on standard error.
pub(super) fn error(text: &str) {
    let red = AnsiColor::Red.on_default().bold();
    // There is nowhere left to say that this failed.
    let _ = aside(|| writeln!(anstream::stderr(), "{red}error{red:#}: {text}"));
}

/// `note: ...` on standard error.
pub(super) fn note(text: &str) {
    let _ = aside(|| writeln!(anstream::stderr(), "note: {text}"));
}

/// `error: file: line ...` on standard error, and below it that line of the file, the place under a caret.
pub(super) fn input_error(name: &str, failure: &InstanceError) {
    error(&format!("{}: {}", harmless(name), harmless(&failure.to_string())));
    if let (Some(line), Some(excerpt)) = (failure.line, &failure.excerpt) {
        let _ = aside(|| write!(anstream::stderr(), "{}", shown(line, excerpt)));
    }
}

fn shown(line: usize, excerpt: &Excerpt) -> String {
    let (number, bold) = (line.to_string(), AnsiColor::Red.on_default().bold());
    let [before, after] = [&excerpt.before, &excerpt.after].map(|part| harmless(&part.replace('\t', " ")));
    let (margin, gap) = (" ".repeat(number.len()), " ".repeat(before.chars().count()));
    format!("  {number} | {before}{after}\n  {margin} | {gap}{bold}^{bold:#}\n")
}

/// Where certificates are written.
pub(super) enum Certificates {
    Nowhere,
    File(PathBuf),
    /// Whether those in it are gzipped.
    Folder(PathBuf, bool),
}

impl Certificates {
    /// The place that the user names: a file for a single instance, otherwise a folder, which is made if need be.
    /// A file's own name says whether it is gzipped.
    pub(super) fn at(path: Option<&Path>, several: bool, gzip: bool) -> Result<Certificates, String> {
        let Some(path) = path else { return Ok(Certificates::Nowhere) };
        if path == Path::new("-") {
            return Err("--certificate takes a file or a folder, not -".to_owned());
        }
        let failed = |e: std::io::Error| format!("{}: {e}", path.display());
        if several || path.is_dir() || path.as_os_str().to_string_lossy().ends_with('/') {
            std::fs::create_dir_all(path).map_err(failed)?;
            return Ok(Certificates::Folder(path.to_owned(), gzip));
        }
        if gzip && !is_gzipped(path) {
            let path = path.display();
            return Err(format!(
                "{path}: --gzip is for a folder; a file is gzipped if its name ends in .gz: {path}.gz"
            ));
        }
        Ok(Certificates::File(path.to_owned()))
    }

    /// Writes a certificate and tells where. It appears under its name only once it is whole.
    pub(super) fn write(&self, id: &str, certificate: &str) -> Result<Option<String>, String> {
        let path = match self {
            Certificates::Nowhere => return Ok(None),
            Certificates::File(path) => path.clone(),
            Certificates::Folder(folder, gzip) => {
                folder.join(format!("{id}.certificate.json{}", if *gzip { ".gz" } else { "" }))
            }
        };
        if is_gzipped(&path) {
            write_file(&path, &compress(certificate))?;
        } else {
            write_file(&path, certificate.as_bytes())?;
        }
        Ok(Some(path.display().to_string()))
    }
}

/// Writes a file that appears under its name only once it is whole: a run that is killed, a full disk or another run at
/// the same time leave the old file, the new one, or none. The error names the path.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), String> {
    // The name of a temporary file means nothing to the user.
    let reason = |e: std::io::Error| e.to_string().split(" at path").next().unwrap_or_default().to_owned();
    write_whole(path, bytes).map_err(|e| format!("{}: {}", path.display(), reason(e)))
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // What a link points to is replaced, not the link; a device or a pipe is written to, not replaced.
    let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if path.exists() && !path.is_file() {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let old = std::fs::metadata(path).ok().map(|metadata| metadata.permissions());
    if old.as_ref().is_some_and(std::fs::Permissions::readonly) {
        // A new file could take its name all the same, but that is not what the user wants.
        let text = "the file is read-only; make it writable or move it away";
        return Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, text));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // An ordinary file under the user's umask; temporary files are private otherwise.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // Without an extension: what a killed run leaves behind is no instance and no certificate for any later run.
    let mut file = builder.prefix(".relucert-").tempfile_in(folder)?;
    if let Some(old) = old {
        file.as_file().set_permissions(old)?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
