//! `kill -9` in the middle of a first sync, followed by the same command again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use local::{Settings, Stack};
use serde_json::Value;

const FILES: usize = 400;

fn tour(dropbox: &Path, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    command.args(["tour", "--json", "--dropbox"]).arg(dropbox).arg("--data").arg(data);
    command
}

fn count(directory: &Path) -> usize {
    let Ok(entries) = fs::read_dir(directory) else { return 0 };
    let below = |entry: fs::DirEntry| if entry.path().is_dir() { count(&entry.path()) } else { 1 };
    entries.flatten().map(below).sum()
}

/// Waits until `files` files are in the content folder, and kills the process.
fn kill_at(mut child: Child, content: &Path, files: usize) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while count(content) < files {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
        assert!(Instant::now() < deadline, "it never came to {files} files");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_that_is_killed_ends_as_if_it_had_not_been() {
    let (dropbox, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for n in 0..FILES {
        let folder = dropbox.path().join(format!("folder {}", n % 20));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{n}.txt")), format!("file {n}")).unwrap();
    }
    for files in [FILES / 10, FILES / 2] {
        let child = tour(dropbox.path(), data.path()).stdout(Stdio::null()).spawn().unwrap();
        kill_at(child, &data.path().join("content"), files);
    }
    let output = tour(dropbox.path(), data.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said} {}", String::from_utf8_lossy(&output.stderr));
    let figures: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    let figure = |name: &str| figures[name].as_u64().unwrap();
    assert_eq!((figure("files"), figure("folders"), figure("ready"), figure("skipped")), (400, 20, 400, 0));
    // 420 changes, 400 times ready, connected, listed: each counted once, however many times it was
    // delivered.
    assert_eq!(figure("events"), 822);
    let settings = Settings::at(data.path().to_owned(), Some(dropbox.path().to_owned()));
    assert_one_number_an_item(&Stack::start(settings).await.unwrap()).await;
}

/// Asserts that no item was announced with two numbers, and no number for two items.
async fn assert_one_number_an_item(stack: &Stack) {
    let mut items: HashMap<u64, String> = HashMap::new();
    for event in stack.machine.bus.read(0, 100_000).await.unwrap() {
        let Some(number) = event.detail["number"].as_u64().filter(|_| event.detail["type"] == "change")
        else {
            continue;
        };
        let item = event.detail["item"]["id"].as_str().unwrap().to_owned();
        assert_eq!(items.entry(number).or_insert_with(|| item.clone()), &item, "number {number}");
    }
    let distinct: HashSet<&String> = items.values().collect();
    assert_eq!((items.len(), distinct.len()), (420, 420));
}
