//! python/relucert.py through its own tests. Where there is no python3 there is nothing to try, as with check.py.

use std::process::Command;

#[test]
fn the_python_module_passes_its_tests() {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(found || std::env::var_os("CI").is_none(), "python3 is not on the PATH");
    if !found {
        eprintln!("note: python3 is not on the PATH; python/relucert.py is not tested");
        return;
    }
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/test_relucert.py");
    let output = Command::new("python3")
        .args(["-B", tests])
        .env("RELUCERT", env!("CARGO_BIN_EXE_relucert"))
        .output()
        .expect("python3 starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
