//! The command, as a person types it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::process::{Command, Output};

fn local(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_local")).args(arguments).output().unwrap()
}

#[test]
fn the_tour_holds() {
    let output = local(&["tour"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.lines().any(|line| line.trim_start().starts_with("13. ")), "{said}");
    assert!(said.ends_with("Every step held.\n"), "{said}");
}

#[test]
fn a_wrong_directory_is_named_and_nothing_is_printed() {
    let output = local(&["tour", "--dropbox", "/nowhere/at/all", "--json"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nowhere/at/all is no directory"));
    assert!(output.stdout.is_empty());
}

#[test]
fn figures_need_a_directory() {
    let output = local(&["tour", "--json"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--dropbox"));
}
