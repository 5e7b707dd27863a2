//! checker/check.py, asked about many certificates in one process.

use super::judge::Answer;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const DRIVER: &str = include_str!("driver.py");

/// The place of check.py: the given one; otherwise in the folder that this program was built from, or below the
/// current folder.
///
/// # Errors
/// In words, if there is no such file.
pub fn find_checker(given: Option<&Path>) -> Result<PathBuf, String> {
    if let Some(path) = given {
        let found = path.is_file().then(|| path.to_owned());
        return found.ok_or_else(|| format!("{}: no such file; it should be checker/check.py", path.display()));
    }
    let usual = [concat!(env!("CARGO_MANIFEST_DIR"), "/checker/check.py"), "checker/check.py"].map(PathBuf::from);
    usual.into_iter().find(|path| path.is_file()).ok_or_else(|| {
        "checker/check.py is not found; say with --python-checker where it is, both checkers are needed".to_owned()
    })
}

/// A running check.py that knows one instance.
#[derive(Debug)]
pub struct PythonChecker {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl PythonChecker {
    /// Starts `python3` with the check.py at a path, for the certificates of an instance.
    ///
    /// # Errors
    /// In words, if python3 or check.py can't be started.
    pub fn start(script: &Path, instance: &[u8]) -> Result<PythonChecker, String> {
        let mut command = Command::new("python3");
        // Isolated, so that nothing but the standard library is imported; and no compiled files are left behind.
        command.args(["-I", "-B", "-c", DRIVER]).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|e| {
            format!("python3 can't be started ({e}); the second checker needs Python 3.9 or newer on the PATH")
        })?;
        let (Some(requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("python3 was started without pipes".to_owned());
        };
        let mut python = PythonChecker { child, requests: Some(requests), answers: BufReader::new(answers) };
        let unusable = |reason: &str| format!("{} can't be used as a checker: {reason}", script.display());
        match python.answer() {
            Ok(answer) if answer.exit_code == 0 => {}
            Ok(answer) => return Err(unusable(&answer.line)),
            Err(reason) => return Err(unusable(&reason)),
        }
        python.send(instance).map_err(|reason| unusable(&reason))?;
        Ok(python)
    }

    /// What check.py says of a certificate.
    ///
    /// # Errors
    /// In words, if the process has ended or says something that is no answer.
    pub fn check(&mut self, certificate: &[u8]) -> Result<Answer, String> {
        self.send(certificate)?;
        self.answer()
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), String> {
        let requests = self.requests.as_mut().ok_or("it has been stopped")?;
        let sent = writeln!(requests, "{}", bytes.len()).and_then(|()| requests.write_all(bytes));
        sent.and_then(|()| requests.flush()).map_err(|e| format!("python3 takes no more requests: {e}"))
    }

    fn answer(&mut self) -> Result<Answer, String> {
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|e| format!("python3 can't be read: {e}"))?;
        if line.is_empty() {
            return Err("python3 has ended without an answer".to_owned());
        }
        let (line, exit_code) = serde_json::from_str(&line).map_err(|_| format!("not an answer: {line:?}"))?;
        Ok(Answer { line, exit_code })
    }
}

impl Drop for PythonChecker {
    fn drop(&mut self) {
        // At the end of its input the process ends; what it ends with says nothing more.
        self.requests = None;
        let _ = self.child.wait();
    }
}
