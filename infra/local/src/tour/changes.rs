//! Two users of two projects, and what happens to their files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use machine::Published;
use reqwest::StatusCode;
use serde_json::json;
use shared::{
    model::{Change, ChangeKind, ConnectionId, SystemClock},
    queue::{Outgoing, Queue},
    store::{Items, Schedules, Wake},
};

use super::{
    app::App,
    check,
    steps::Steps,
    watch::{Follower, quiet},
};
use crate::{Settings, Stack};

/// Writes what the two accounts begin with.
pub(super) fn prepare(settings: &Settings) -> anyhow::Result<()> {
    let [first, second] = settings.accounts.as_slice() else { anyhow::bail!("a tour needs two accounts") };
    write(&first.directory.join("Plans/2026/road map.txt"), b"north, then east\n")?;
    write(&first.directory.join("Größe.txt"), "Ünïcödé\n".as_bytes())?;
    write(&first.directory.join("empty"), b"")?;
    write(&first.directory.join("large.bin"), &vec![7; 9_000_000])?;
    write(&second.directory.join("private.txt"), b"nobody else's\n")
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::create_dir_all(path.parent().context("a file lies in a directory")?)?;
    Ok(fs::write(path, bytes)?)
}

pub(super) async fn run(steps: &mut Steps, stack: &Stack) -> anyhow::Result<()> {
    let tour = Tour::new(stack)?;
    let connections = steps.run("connect two users of two projects", tour.connect()).await?;
    steps.run("call list_folder as each, and see one's own files only", tour.call()).await?;
    steps.run("ask for what is another's, and be told that it is not there", tour.ask_for_others()).await?;
    steps.run("sync both accounts for the first time", tour.first_sync(connections)).await?;
    let mut follower = Follower::from_now(stack).await?;
    steps.run("create a file", tour.create(&mut follower)).await?;
    steps.run("edit it", tour.edit(&mut follower)).await?;
    steps.run("rename it", tour.rename(&mut follower)).await?;
    steps.run("delete it", tour.delete(&mut follower)).await?;
    steps.run("compare the bytes in the content folder with the source", tour.compare(connections)).await?;
    steps.run("send a webhook with a bad signature, and see it refused", tour.forge()).await?;
    steps.run("resync, and find nothing to do", tour.resync(&mut follower, connections.0)).await?;
    steps.run("read the change logs from the start", tour.read_logs(connections)).await?;
    steps.run("disconnect one, and find nothing left", tour.disconnect(&mut follower, connections)).await
}

struct Tour<'a> {
    stack: &'a Stack,
    first: App,
    second: App,
    directory: PathBuf,
}

type Both = (ConnectionId, ConnectionId);

impl<'a> Tour<'a> {
    fn new(stack: &'a Stack) -> anyhow::Result<Self> {
        let directory = stack.directory("first@example.com").context("there is no first account")?;
        Ok(Self {
            stack,
            first: App::new(stack, 0, "user-1")?,
            second: App::new(stack, 1, "user-2")?,
            directory,
        })
    }

    async fn connect(&self) -> anyhow::Result<(Both, String)> {
        let first = self.first.connect("first@example.com").await?;
        let second = self.second.connect("second@example.com").await?;
        Ok(((first, second), format!("{first} and {second}")))
    }

    async fn call(&self) -> anyhow::Result<((), String)> {
        let (first, second) = (self.first.names().await?, self.second.names().await?);
        ensure!(first == ["Größe.txt", "Plans", "empty", "large.bin"], "the first user sees {first:?}");
        ensure!(second == ["private.txt"], "the second user sees {second:?}");
        Ok(((), format!("{first:?} and {second:?}")))
    }

    async fn ask_for_others(&self) -> anyhow::Result<((), String)> {
        let argument = json!({"path": ""});
        let (status, answer) = self.first.as_user("user-2").call("files/list_folder", &argument).await?;
        ensure!(status == StatusCode::NOT_FOUND, "another project's user: {status} {answer}");
        let (other, theirs) =
            self.first.at_project_of(&self.second).call("files/list_folder", &argument).await?;
        ensure!(other == StatusCode::NOT_FOUND, "another project: {other} {theirs}");
        Ok(((), format!("{} and {}", answer["code"], theirs["code"])))
    }

    async fn first_sync(&self, (first, second): Both) -> anyhow::Result<((), String)> {
        quiet(self.stack, first).await?;
        quiet(self.stack, second).await?;
        let counts = (self.items(first).await?, self.items(second).await?);
        ensure!(counts == (6, 1), "{} and {} items were found, not 6 and 1", counts.0, counts.1);
        Ok(((), format!("{} and {} items", counts.0, counts.1)))
    }

    async fn items(&self, connection: ConnectionId) -> anyhow::Result<usize> {
        Ok(self.stack.store().all_items(connection).await?.len())
    }

    async fn create(&self, follower: &mut Follower) -> anyhow::Result<((), String)> {
        write(&self.directory.join("Plans/diary.txt"), b"day one\n")?;
        let created = follower.wait_for("File Created", |event| event["item"]["name"] == "diary.txt").await?;
        self.ready(follower, &created).await
    }

    async fn edit(&self, follower: &mut Follower) -> anyhow::Result<((), String)> {
        write(&self.directory.join("Plans/diary.txt"), b"day one\nday two\n")?;
        let updated = follower.wait_for("File Updated", |event| event["item"]["name"] == "diary.txt").await?;
        self.ready(follower, &updated).await
    }

    /// Waits for the bytes of the change, and compares them with the file on disk.
    async fn ready(&self, follower: &mut Follower, change: &Published) -> anyhow::Result<((), String)> {
        let rev = &change.detail["item"]["rev"];
        let ready = follower.wait_for("File Ready", |event| event["rev"] == *rev).await?;
        let hash = check::content_hash(&self.directory.join("Plans/diary.txt"))?;
        ensure!(ready.detail["content_hash"] == hash.as_str(), "the event names other bytes");
        Ok(((), format!("{}, then File Ready", numbered(change))))
    }

    async fn rename(&self, follower: &mut Follower) -> anyhow::Result<((), String)> {
        fs::rename(self.directory.join("Plans/diary.txt"), self.directory.join("Journal.txt"))?;
        let moved = follower.wait_for("File Moved", |event| event["item"]["name"] == "Journal.txt").await?;
        ensure!(moved.detail["from"] == "/plans/diary.txt", "it says it came from {}", moved.detail["from"]);
        Ok(((), format!("{} from /plans/diary.txt to /journal.txt", numbered(&moved))))
    }

    async fn delete(&self, follower: &mut Follower) -> anyhow::Result<((), String)> {
        fs::remove_file(self.directory.join("Journal.txt"))?;
        let deleted =
            follower.wait_for("File Deleted", |event| event["item"]["name"] == "Journal.txt").await?;
        Ok(((), numbered(&deleted)))
    }

    async fn compare(&self, (first, second): Both) -> anyhow::Result<((), String)> {
        let same = check::bytes(self.stack, first).await? + check::bytes(self.stack, second).await?;
        ensure!(same == 5, "{same} files were found, not 5");
        Ok(((), format!("{same} files are the same")))
    }

    async fn forge(&self) -> anyhow::Result<((), String)> {
        let account =
            self.stack.dropbox.account_id("first@example.com").context("there is no first account")?;
        let body = json!({"list_folder": {"accounts": [account]}}).to_string();
        let request = reqwest::Client::new().post(self.stack.url().join("webhook")?).body(body);
        let answer = request.header("X-Dropbox-Signature", "0".repeat(64)).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status == StatusCode::FORBIDDEN, "it was answered {status}: {text}");
        Ok(((), format!("{status}")))
    }

    async fn resync(
        &self,
        follower: &mut Follower,
        connection: ConnectionId,
    ) -> anyhow::Result<((), String)> {
        let now = shared::model::Clock::now(&SystemClock);
        self.stack
            .store()
            .wake(connection, Wake { at: Some(now), resync_at: Some(now), failures: 0 })
            .await?;
        self.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await?;
        let id = connection.to_string();
        let report = follower.wait_for("Resynced", |event| event["connection"] == id.as_str()).await?.detail;
        let repaired = ["created", "updated", "moved", "deleted"].map(|kind| report[kind].as_u64());
        ensure!(repaired == [Some(0); 4] && report["agreed"] == report["listed"], "it says {report}");
        Ok(((), format!("{} listed, {} agreed", report["listed"], report["agreed"])))
    }

    async fn read_logs(&self, (first, second): Both) -> anyhow::Result<((), String)> {
        let (ours, theirs) = (check::log(self.stack, first).await?, check::log(self.stack, second).await?);
        let kinds: Vec<&str> =
            ours.iter().skip(6).map(|Change { kind, .. }| ChangeKind::as_str(kind)).collect();
        ensure!(kinds == ["created", "updated", "moved", "deleted"], "after the first six it says {kinds:?}");
        Ok(((), format!("1 to {} and 1 to {}, without a gap", ours.len(), theirs.len())))
    }

    async fn disconnect(
        &self,
        follower: &mut Follower,
        (first, second): Both,
    ) -> anyhow::Result<((), String)> {
        let (status, answer) = self.first.disconnect(first).await?;
        ensure!(status == StatusCode::ACCEPTED, "it was answered {status}: {answer}");
        let id = first.to_string();
        let receipt =
            follower.wait_for("Disconnected", |event| event["connection"] == id.as_str()).await?.detail;
        ensure!(receipt["revoked"] == true, "the receipt says {receipt}");
        let left = (self.items(first).await?, self.items(second).await?);
        ensure!(left == (0, 1), "{} and {} items are left, not 0 and 1", left.0, left.1);
        Ok(((), format!("revoked, {} items and {} objects removed", receipt["items"], receipt["objects"])))
    }
}

fn numbered(change: &Published) -> String {
    format!("{} is change {}", change.detail_type, change.detail["number"])
}
