//! The text printed at the start leads to the page, and its commands can be typed as they stand.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// A command that runs until it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_line_is_the_pages_address_and_the_next_ones_can_be_typed() {
    let place = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    command.arg("--data").arg(place.path()).args(["--port", "0", "--dropbox-port", "0"]);
    let mut running = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let output = BufReader::new(running.0.stdout.take().unwrap());
    let lines: Vec<String> =
        output.lines().map(Result::unwrap).take_while(|line| !line.starts_with("Stop with")).collect();
    let address = lines[0].split_whitespace().nth(1).unwrap();
    assert!(lines[0].starts_with("Open http://localhost:"), "{lines:#?}");
    let page = reqwest::get(address).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("Connect a Dropbox account"));

    let typed: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("   ")).collect();
    let made = typed.iter().position(|line| line.contains("customer-id")).unwrap();
    let script = typed[..=made].join("\n");
    let shell = move || Command::new("bash").args(["-e", "-c", &script]).output().unwrap();
    let output = tokio::task::spawn_blocking(shell).await.unwrap();
    let link: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(link["url"].as_str().unwrap().contains("/connect/start?ticket="), "{link}");
}
