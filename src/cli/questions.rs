//! Where questions for SMT solvers are written.

use super::output::{note, write_file};
use crate::empirical::Findings;
use crate::problem::Instance;
use crate::smt::{polynomial_question, questions};
use std::path::{Path, PathBuf};

/// A folder for questions, if the user wants them.
pub(super) struct Questions {
    folder: Option<PathBuf>,
}

impl Questions {
    /// The folder that the user names; it is made if need be.
    pub(super) fn at(folder: Option<&Path>) -> Result<Questions, String> {
        if let Some(folder) = folder {
            if folder == Path::new("-") {
                return Err("--export-smt2 takes a folder, not -".to_owned());
            }
            std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        Ok(Questions { folder: folder.map(Path::to_owned) })
    }

    /// Writes one file for each question about an instance; a name appears only once its file is whole.
    pub(super) fn write(&self, instance: &Instance, findings: &Findings) -> Result<(), String> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let questions = questions(instance, findings);
        if questions.is_empty() {
            let id = &instance.id;
            note(&format!("{id}: nothing to ask a solver, because the input weights are not trained"));
        }
        questions.iter().try_for_each(|question| {
            write_file(&folder.join(question.file_name(&instance.id)), question.text(instance).as_bytes())
        })?;
        findings.open_polynomial.as_ref().map_or(Ok(()), |open| {
            let name = format!("{}.local-minimum.smt2", instance.id);
            write_file(&folder.join(name), polynomial_question(&instance.id, open).as_bytes())
        })
    }
}
