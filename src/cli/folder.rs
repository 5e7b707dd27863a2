//! Folders of results that appear under their names only once they are whole.

use super::output::write_file;
use std::path::{Path, PathBuf};

/// A folder in the making: a hidden one beside the place where it is to appear. Dropped before it is finished, it is
/// removed; a run that is killed leaves the hidden one behind and nothing under the name.
pub(super) struct Folder {
    making: tempfile::TempDir,
    path: PathBuf,
}

impl Folder {
    /// The folder that the user names: a new one, or an empty one.
    pub(super) fn at(path: &Path) -> Result<Folder, String> {
        let failed = |e: std::io::Error| format!("{}: {}", path.display(), reason(&e));
        match std::fs::read_dir(path) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    let text = "the folder isn't empty; name a new one, so that files of two runs aren't mixed";
                    return Err(format!("{}: {text}", path.display()));
                }
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(failed(e)),
        }
        let path = std::path::absolute(path).map_err(failed)?;
        let parent = path.parent().unwrap_or(Path::new("/"));
        std::fs::create_dir_all(parent).map_err(failed)?;
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let making = builder.prefix(".relucert-").tempdir_in(parent).map_err(failed)?;
        Ok(Folder { making, path })
    }

    /// Writes a file of it.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        // The user knows only the name that it is going to have.
        write_file(&self.making.path().join(name), bytes).map_err(|text| {
            let reason = text.split_once(&format!("{name}: ")).map_or(text.as_str(), |(_, reason)| reason).to_owned();
            format!("{}: {reason}", self.path.join(name).display())
        })
    }

    /// Gives it its name.
    pub(super) fn finish(self) -> Result<(), String> {
        let failed = |e: std::io::Error| format!("{}: {}", self.path.display(), reason(&e));
        // Only an empty folder can be removed.
        if self.path.is_dir() {
            std::fs::remove_dir(&self.path).map_err(failed)?;
        }
        std::fs::rename(self.making.path(), &self.path).map_err(failed)?;
        // What has moved away needs no removing.
        let _ = self.making.keep();
        Ok(())
    }
}

/// The name of a temporary file means nothing to the user.
fn reason(error: &std::io::Error) -> String {
    error.to_string().split(" at path").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn it_appears_whole_or_not_at_all() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("deep/out");
        let folder = Folder::at(&path).unwrap();
        folder.write("a.json", b"1").unwrap();
        assert!(!path.exists());
        drop(folder);
        assert!(names(&place.path().join("deep")).is_empty());

        std::fs::create_dir(&path).unwrap();
        let folder = Folder::at(&path).unwrap();
        folder.write("a.json", b"1").unwrap();
        folder.finish().unwrap();
        assert_eq!((names(&path), names(path.parent().unwrap())), (vec!["a.json".to_owned()], vec!["out".to_owned()]));
        let refused = Folder::at(&path).err().unwrap();
        assert!(refused.contains("isn't empty"), "{refused}");
        assert!(Folder::at(&path.join("a.json")).is_err());
    }
}
