//! The command, as a person types it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::process::Command;

fn refused(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dropline")).args(arguments).output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_deployment_must_be_named() {
    let project = ["--project", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a"];
    for arguments in [
        [&["project", "add-api-key"][..], &project].concat(),
        vec!["project", "create", "--name", "Notes"],
        [&["explain", "--user", "u"][..], &project].concat(),
    ] {
        assert!(refused(&arguments).contains("--table NAME"), "{arguments:?}");
    }
    assert!(refused(&["replay", "--bus", "b"]).contains("--table <NAME>"));
}

#[test]
fn who_is_not_named_is_asked_for() {
    assert!(refused(&["explain", "--table", "dropline"]).contains("say whose"));
}
