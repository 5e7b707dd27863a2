//! `relucert report` of a folder: an index, and a page for each instance.

use super::Exit;
use super::folder::Folder;
use super::input::collect;
use super::output::{error, input_error};
use super::report::{ReportFormat, Stop, decided};
use crate::exhibit::Paths;
use crate::problem::InstanceFile;
use crate::report::index::{Entry, markdown_index};
use crate::report::{html, latex, markdown, svg};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where the pages go, and how they are made.
pub(super) struct FolderReport<'a> {
    pub(super) folder: &'a Path,
    pub(super) format: ReportFormat,
    /// A new folder; without it the index alone goes to standard output.
    pub(super) output: Option<&'a Path>,
    /// What links to instances begin with, where there are no pages.
    pub(super) links: Option<&'a str>,
    pub(super) max_input: u64,
}

impl FolderReport<'_> {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        let made = self.make();
        match made {
            Ok((index, exit)) => {
                if self.output.is_none() {
                    std::io::stdout().write_all(index.as_bytes())?;
                }
                Ok(exit)
            }
            Err(Stop(exit)) => Ok(exit),
        }
    }

    fn make(&self) -> Result<(String, Exit), Stop> {
        if !matches!(self.format, ReportFormat::Html | ReportFormat::Markdown) {
            error("the report of a folder is html or markdown; for latex or svg name one instance");
            return Err(Stop(Exit::Unusable));
        }
        let unusable = |text: String| {
            error(&text);
            Stop(Exit::Unusable)
        };
        let output = self.output.map(Folder::at).transpose().map_err(unusable)?;
        let ending = if self.format == ReportFormat::Html { "html" } else { "md" };
        let (mut entries, mut exit, mut names) = (Vec::new(), Exit::Success, BTreeSet::new());
        for input in collect(&[self.folder.to_owned()], self.max_input) {
            let instance = match input.content.and_then(InstanceFile::read) {
                Ok(instance) => instance,
                Err(failure) => {
                    input_error(&input.name, &failure);
                    exit = exit.max(Exit::Unusable);
                    continue;
                }
            };
            if !names.insert(instance.id().to_owned()) {
                return Err(unusable(format!("{}: the id {:?} occurs twice in the folder", input.name, instance.id())));
            }
            let certificate = format!("{}.certificate.json", instance.id());
            let paths = Paths { instance: input.name.clone(), certificate };
            let (exhibit, outcome) = decided(&instance, &paths, None)?;
            exit = exit.max(outcome);
            let below = self.below(&input.name);
            let folder = below.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut entry = Entry::of(&exhibit, folder);
            entry.instance = self.links.map(|prefix| format!("{prefix}{below}"));
            if let Some(folder) = &output {
                let page = format!("{}.{ending}", exhibit.id);
                let text = match self.format {
                    ReportFormat::Html => html::page(&exhibit),
                    ReportFormat::Markdown => markdown::page(&exhibit, Some(&exhibit.id)),
                    ReportFormat::Latex => latex::page(&exhibit, false),
                    ReportFormat::Svg => svg::file(&exhibit.pictures),
                };
                folder.write(&page, text.as_bytes()).map_err(unusable)?;
                for picture in exhibit.pictures.iter().filter(|_| self.format == ReportFormat::Markdown) {
                    let name = markdown::picture_file(&exhibit.id, picture);
                    folder.write(&name, svg::file(std::slice::from_ref(picture)).as_bytes()).map_err(unusable)?;
                }
                entry.page = Some(page);
            }
            entries.push(entry);
        }
        let heading = self.folder.file_name().map_or_else(|| "instances".into(), |name| name.to_string_lossy());
        let index = match self.format {
            ReportFormat::Html => html::index(&heading, &entries),
            _ => markdown_index(&heading, &entries),
        };
        if let Some(folder) = output {
            let name = if self.format == ReportFormat::Html { "index.html" } else { "README.md" };
            folder.write(name, index.as_bytes()).and_then(|()| folder.finish()).map_err(unusable)?;
        }
        Ok((index, exit))
    }

    /// A file as seen from the folder that is indexed.
    fn below(&self, name: &str) -> String {
        let path = PathBuf::from(name);
        path.strip_prefix(self.folder).unwrap_or(&path).display().to_string()
    }
}
