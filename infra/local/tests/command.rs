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
    assert!(said.lines().any(|line| line.trim_start().starts_with("15. ")), "{said}");
    assert!(said.ends_with("Every step held.\n"), "{said}");
}

/// Starts a gateway as `cargo run -p local` does, with empty directories.
async fn gateway() -> (tempfile::TempDir, local::Stack) {
    let place = tempfile::tempdir().unwrap();
    let settings = local::Settings::at(place.path().to_owned(), None);
    let settings = local::Settings { tick: std::time::Duration::from_secs(1), ..settings };
    (place, local::Stack::start(settings).await.unwrap())
}

async fn tour_at(url: &str) -> Output {
    let url = url.to_owned();
    tokio::task::spawn_blocking(move || local(&["tour", "--stack", &url])).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_holds_twice_on_a_gateway_that_runs_and_leaves_nothing() {
    let (_place, stack) = gateway().await;
    for _ in 0..2 {
        let output = tour_at(stack.url().as_str()).await;
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        let directory = stack.directory("first@example.com").unwrap();
        assert_eq!(std::fs::read_dir(directory).unwrap().count(), 0);
    }
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tour_touches_no_directory_that_somebody_uses() {
    let (_place, stack) = gateway().await;
    let file = stack.directory("first@example.com").unwrap().join("Plans");
    std::fs::write(&file, "mine").unwrap();
    let output = tour_at(stack.url().as_str()).await;
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("is not empty"));
    assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_asks_for_localhost_is_told_of_keys_and_bytes() {
    let (_place, stack) = gateway().await;
    let ask = |host: &str| {
        let request = reqwest::Client::new().get(stack.url().join("_local/stage").unwrap());
        request.header("host", host).send()
    };
    assert_eq!(ask("localhost:8080").await.unwrap().status(), 200);
    let refused = ask("rebound.example.com").await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), refused.text().await.unwrap().as_str()),
        (403, "Ask for localhost.\n")
    );
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tour_says_where_no_gateway_is() {
    let output = tour_at("http://127.0.0.1:1").await;
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing answers at http://127.0.0.1:1/"));
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
