//! What a person sees at the terminal: aligned columns, the line of the user's file, help, completions, man pages.

mod common;

use common::program;
use std::path::Path;

fn relucert(arguments: &[&str], input: &str) -> (i32, String, String) {
    let output = program::relucert(arguments, Path::new(env!("CARGO_MANIFEST_DIR")), input);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

#[test]
fn reasons_stand_in_one_column() {
    for path in ["instances/integral/no-escape-kink.json", "instances/one-neuron/dead-neuron.json"] {
        let (_, shown, _) = relucert(&["check", path], "");
        let from = shown.lines().position(|line| line.starts_with("  stationary")).expect("a table of verdicts");
        let table: Vec<&str> = shown.lines().skip(from).take_while(|line| !line.is_empty()).collect();
        assert!(table.len() >= 8, "{shown}");
        // A column of blanks, then one in which every line has a letter.
        let at = |line: &str, column: usize| line.chars().nth(column);
        let starts = |column: &usize| {
            table.iter().all(|line| at(line, column - 1) == Some(' ') && at(line, *column).is_some_and(|c| c != ' '))
        };
        assert!((40..60).any(|column| starts(&column)), "{shown}");
    }
}

#[test]
fn errors_show_the_line_of_the_file() {
    let file = "{\"format\": \"relucert.instance/1\", \"id\": \"a\", \"activation\": \"relu\",\n \"samples\": {\"inputs\": \
                [[\"1/0\"]], \"targets\": [\"1\"]},\n \"candidate\": {\"input_weights\": [[1]], \"output_weights\": [1]}}";
    let (code, _, errors) = relucert(&["check", "-"], file);
    assert_eq!(code, 2);
    let lines: Vec<&str> = errors.lines().collect();
    let [_, line, caret] = lines[..] else { panic!("{errors}") };
    assert_eq!(line, "  2 |  \"samples\": {\"inputs\": [[\"1/0\"]], \"targets\": [\"1\"]},");
    assert_eq!(caret.find('^'), line.find("\"1/0\""), "{errors}");
    let (_, _, errors) = relucert(&["check", "-"], "{\n \"id\": \u{1}\u{202e}1 1}");
    assert!(!errors.contains('\u{202e}') && errors.contains("\n    | "), "{errors}");
}

#[test]
fn every_command_has_examples() {
    let (_, help, _) = relucert(&["--help"], "");
    let commands =
        help.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a list of commands");
    let names: Vec<&str> = commands
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert!(names.len() >= 11, "{help}");
    for name in names.into_iter().filter(|name| *name != "help") {
        let (code, help, _) = relucert(&[name, "--help"], "");
        assert!(code == 0 && help.contains("Example"), "{name}: {help}");
    }
}

#[test]
fn completions_and_man_pages_are_made() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, _) = relucert(&["completions", shell], "");
        assert!(code == 0 && script.contains("report"), "{shell}");
    }
    assert_eq!(relucert(&["completions", "dos"], "").0, 2);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let man = folder.path().join("man1");
    assert_eq!(relucert(&["man", man.to_str().expect("a path")], "").0, 0);
    for page in ["relucert.1", "relucert-report.1", "relucert-instances-generate.1"] {
        let text = std::fs::read_to_string(man.join(page)).expect(page);
        assert!(text.contains(".SH NAME") && text.contains("DESCRIPTION"), "{page}");
    }
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("a file");
    assert_eq!(relucert(&["man", Path::new(&file).to_str().expect("a path")], "").0, 2);
}
