//! Exit codes of `canon_inspect`, and one line out for each line in.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

/// The example beside this test, where cargo built it with the tests.
fn example() -> Option<PathBuf> {
    let folder = std::env::current_exe().ok()?.parent()?.parent()?.join("examples");
    let path = folder.join(format!("canon_inspect{}", std::env::consts::EXE_SUFFIX));
    if !path.is_file() {
        eprintln!("skipped: {} was not built", path.display());
        return None;
    }
    Some(path)
}

fn inspect(path: PathBuf, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(path);
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // With wrong arguments it does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

#[test]
fn zero_when_each_line_got_an_answer() {
    let Some(path) = example() else { return };
    let output = inspect(
        path,
        &[],
        b"to-device 424a4e50020100 00 17a4000000000000\nnonsense \xff\nfrom-device 00",
    );
    assert_eq!(output.status.code(), Some(0));
    let lines: Vec<serde_json::Value> = std::str::from_utf8(&output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["sequence"], 6052);
    assert_eq!(lines[0]["response"], false);
    assert_eq!(lines[1]["ok"], false);
    assert_eq!(lines[2]["error"], "Truncated");
}

#[test]
fn two_for_wrong_usage() {
    let Some(path) = example() else { return };
    let output = inspect(path, &["FILE"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty() && !output.stderr.is_empty());
}
