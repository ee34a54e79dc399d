//! The command, as a person types it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A running command, which ends with the test.
struct Running {
    child: Child,
    url: String,
}

impl Running {
    /// Starts it with one account in a folder, on a free port.
    fn start(folder: &TempDir) -> Self {
        let account = format!("jo@example.com={}", folder.path().join("jo").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_fake-dropbox"));
        command.args(["--port", "0", "--app", "key:secret", "--account", &account]);
        command.args(["--redirect-uri", "http://localhost:9/callback"]);
        command.arg("--data").arg(folder.path().join("data")).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        Self { child, url: url.trim_end_matches('.').to_owned() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test]
async fn an_account_and_an_app_are_served_as_given() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(&folder);
    let app = reqwest::get(format!("{}_fake/apps/key", running.url)).await.unwrap();
    let app: Value = app.json().await.unwrap();
    assert_eq!(app["redirect_uris"], json!(["http://localhost:9/callback"]));
    assert_eq!(app["access"], "full_dropbox");
    let team = reqwest::get(format!("{}_fake/accounts/jo@example.com/team", running.url)).await.unwrap();
    assert_eq!(team.status(), 200);
    assert!(folder.path().join("jo").is_dir());
}

#[test]
fn a_wrong_account_or_app_is_refused() {
    for (option, value, said) in [
        ("--account", "jo@example.com", "EMAIL=DIR"),
        ("--account", "jo=dir", "EMAIL=DIR"),
        ("--app", "key", "KEY:SECRET"),
        ("--app", ":secret", "KEY:SECRET"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_fake-dropbox")).args([option, value]).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && error.contains(said), "{error}");
    }
}
