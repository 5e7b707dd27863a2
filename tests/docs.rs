//! The documentation: links lead somewhere, the book has every page, and marked console blocks do what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README.md and all pages below docs.
fn pages() -> Vec<PathBuf> {
    let below = walkdir::WalkDir::new(root().join("docs")).sort_by_file_name().into_iter();
    let below = below.map(|entry| entry.expect("a readable entry").into_path());
    let pages = below.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    [root().join("README.md")].into_iter().chain(pages).collect()
}

/// The lines outside of fenced code, with code spans blanked.
fn prose(text: &str) -> String {
    let mut fenced = false;
    let mut kept = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced && !line.starts_with("    ") {
            let parts = line.split('`').enumerate();
            parts.for_each(|(index, part)| kept.push_str(if index % 2 == 0 { part } else { "" }));
        }
        kept.push('\n');
    }
    kept
}

/// Where the links of a page lead: `](target)`.
fn links(text: &str) -> Vec<String> {
    prose(text).split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.trim().to_owned())).collect()
}

/// The anchors of a page: of its headings, as GitHub and mdBook make them, and those that it sets itself.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if let (Some(heading), false) = (line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim()), fenced)
        {
            let kept = heading
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
                .collect::<String>();
            let slug = kept.replace(' ', "-");
            let count = seen.entry(slug.clone()).or_default();
            found.insert(if *count == 0 { slug } else { format!("{slug}-{count}") });
            *count += 1;
        }
        found.extend(line.split("<a id=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
    }
    found
}

#[test]
fn links_lead_somewhere() {
    let mut dead = Vec::new();
    let mut count = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page");
        for link in links(&text).into_iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            count += 1;
            let (path, anchor) =
                link.split_once('#').map_or((link.as_str(), None), |(path, anchor)| (path, Some(anchor)));
            let target = if path.is_empty() { page.clone() } else { page.parent().expect("a folder").join(path) };
            let is_dead = match (target.exists(), anchor) {
                (false, _) => true,
                (true, Some(anchor)) if target.is_file() => {
                    !anchors(&std::fs::read_to_string(&target).expect("a text")).contains(anchor)
                }
                _ => false,
            };
            if is_dead {
                dead.push(format!("{}: {link}", page.strip_prefix(root()).expect("a page of ours").display()));
            }
        }
    }
    assert!(dead.is_empty() && count > 150, "{count} links, dead: {dead:#?}");
}

#[test]
fn the_book_has_every_page_and_no_other() {
    let summary = std::fs::read_to_string(root().join("docs/SUMMARY.md")).expect("a summary");
    let listed: BTreeSet<PathBuf> = links(&summary).into_iter().map(|link| root().join("docs").join(link)).collect();
    let pages: BTreeSet<PathBuf> = pages()
        .into_iter()
        .filter(|page| page.starts_with(root().join("docs")) && !page.ends_with("SUMMARY.md"))
        .collect();
    assert_eq!(listed, pages);
    let help = Command::new(env!("CARGO_BIN_EXE_relucert")).arg("--help").output().expect("relucert runs").stdout;
    let help = String::from_utf8(help).expect("UTF-8");
    let commands = help.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("commands");
    for command in commands
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .filter(|name| *name != "help")
    {
        let words = |line: &str| line.split(['[', ']', ',', ' ']).any(|word| word == command);
        assert!(summary.lines().any(words), "the book has no page for {command}");
    }
}

/// The console blocks below `<!-- run -->`, each as its commands with the lines that are expected of them.
fn dialogues(text: &str) -> Vec<Vec<(String, Vec<String>)>> {
    let mut found = Vec::new();
    for block in text.split("<!-- run -->\n```console\n").skip(1) {
        let mut dialogue: Vec<(String, Vec<String>)> = Vec::new();
        for line in block.lines().take_while(|line| !line.starts_with("```")) {
            match (line.strip_prefix("$ "), dialogue.last_mut()) {
                (Some(command), _) => dialogue.push((command.to_owned(), vec![])),
                (None, Some((_, expected))) => expected.push(line.to_owned()),
                (None, None) => panic!("output before the first command: {line}"),
            }
        }
        found.push(dialogue);
    }
    found
}

/// Whether a text fits a pattern in which `...` stands for anything, within a line or for any number of lines.
fn fits(found: &str, expected: &str) -> bool {
    let mut parts = expected.split("...");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = found.strip_prefix(first) else { return false };
    let mut last = first;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        last = part;
    }
    rest.is_empty() || (expected.contains("...") && (last.trim().is_empty() || found.ends_with(last)))
}

fn run(command: &str, folder: &Path) -> String {
    let command =
        command.strip_prefix("cargo run --release -- ").map_or(command.to_owned(), |rest| format!("relucert {rest}"));
    let binaries = Path::new(env!("CARGO_BIN_EXE_relucert")).parent().expect("a folder").to_owned();
    let path = std::env::join_paths(
        [binaries].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let output = Command::new("sh")
        .args(["-c", &command])
        .current_dir(folder)
        .env("PATH", path.expect("a search path"))
        .output()
        .expect("a shell");
    let mut text = String::from_utf8(output.stdout).expect("UTF-8");
    if !output.status.success() {
        text.push_str(&format!("[exit {}]\n", output.status.code().unwrap_or(-1)));
    }
    text
}

#[cfg(unix)]
#[test]
fn marked_examples_do_what_they_say() {
    let mut count = 0;
    for page in pages() {
        // One folder for a page: its later blocks go on where the earlier ones were.
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["instances", "checker", "tests"] {
            std::os::unix::fs::symlink(root().join(name), folder.path().join(name)).expect("a link");
        }
        for dialogue in dialogues(&std::fs::read_to_string(&page).expect("a page")) {
            for (command, expected) in dialogue {
                let mut found = run(&command, folder.path());
                let mut expected: String = expected.into_iter().map(|line| line + "\n").collect();
                // A blank line between two commands is for the eye.
                (found, expected) = (found.trim_end().to_owned(), expected.trim_end().to_owned());
                assert!(fits(&found, &expected), "{}: $ {command}\n{found}\nexpected:\n{expected}", page.display());
                count += 1;
            }
        }
    }
    assert!(count >= 15, "{count} commands");
}

#[test]
fn patterns_fit_as_they_should() {
    for (found, expected, does) in [
        ("a\nb\nc", "a\n...\nc", true),
        ("a\nb\nc", "...\nb\n...", true),
        ("a\nb\nc", "a\nb", false),
        ("a\nb\nc", "a\n...\nd", false),
        ("s VERIFIED loss=1 x", "s VERIFIED ...", true),
        ("s REJECTED x", "s VERIFIED ...", false),
        ("", "", true),
        ("a", "", false),
    ] {
        assert_eq!(fits(found, expected), does, "{found:?} {expected:?}");
    }
}
