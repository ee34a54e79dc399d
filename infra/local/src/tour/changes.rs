//! Main part of the tour: two users of two projects, and changes of their files, as the projects' servers see
//! them.

use std::fs;

use anyhow::{Context, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::model::ConnectionId;
use uuid::Uuid;

use super::{
    app::App,
    carbon::Carbon,
    check,
    deliveries::Deliveries,
    files::{self, Cleaner},
    follower::{Follower, Told},
    paragon, project,
    quiet::{quiet, shows},
    setup::{TourSetup, ensure_empty},
    steps::Steps,
    workflows::Workflow,
};
use crate::gateway::DemoAccount;

/// Length of the pause that Dropbox requests, in seconds.
const PAUSE: u32 = 2;

pub(super) async fn run(steps: &mut Steps, setup: &TourSetup) -> anyhow::Result<()> {
    let tour = Tour::new(setup)?;
    let _cleaner = tour.prepare()?;
    let both = steps.run("connect two users of two projects", tour.connect()).await?;
    steps.run("call list_folder as each, and see one's own files only", tour.call()).await?;
    steps.run("ask for what is another's, and be told that it is not there", tour.ask_for_others()).await?;
    steps.run("sync both accounts for the first time", tour.first_sync(both)).await?;
    let mut follower = setup.follower().await?;
    steps.run("create a file", tour.create(&mut follower)).await?;
    steps.run("edit it", tour.edit(&mut follower)).await?;
    steps.run("rename it", tour.rename(&mut follower)).await?;
    steps.run("delete it", tour.delete(&mut follower)).await?;
    steps.run("compare the bytes in the bucket with the source", tour.compare(both)).await?;
    steps.run("send a webhook with a bad signature, and see it refused", tour.forge()).await?;
    steps.run("resync, and find nothing to do", tour.resync(&mut follower, both.0)).await?;
    steps.run("read the change logs from the start", tour.read_logs(both)).await?;
    let directory = tour.accounts[0].directory.clone();
    let made = Deliveries::make(setup, &tour.first, both.0, directory);
    let mut deliveries = steps.run("make an endpoint, and get a signed test", made).await?;
    steps.run("make changes, and get each delivered, signed and in order", deliveries.follow()).await?;
    steps.run("refuse a delivery, and get it again", deliveries.refuse()).await?;
    steps.run("set the position back, and get the last delivery once more", deliveries.replay()).await?;
    steps
        .run("answer 410, get nothing any more, and delete the endpoint", deliveries.end(&mut follower))
        .await?;
    let directory = tour.accounts[0].directory.clone();
    let made = Workflow::make(&tour.first, directory);
    let workflow = steps.run("make a workflow, and enable it for the user", made).await?;
    let run = steps.run("create a file, and see the run that it starts succeed", workflow.start()).await?;
    steps.run("repeat the run from its second step", workflow.repeat(&run)).await?;
    steps.run("delete the workflow", workflow.end(&mut follower)).await?;
    steps.run("be asked by Dropbox to wait, and woken by the schedule", tour.wait(&mut follower)).await?;
    steps.run("fetch a file's bytes by a link, and once more", tour.fetch(&mut follower, both.0)).await?;
    steps.run("change the project's settings", project::settings(&tour.first)).await?;
    steps.run("make another API key, and remove it", project::keys(&tour.first)).await?;
    steps.run("choose how a user's accounts are followed", project::users(&tour.second)).await?;
    let carbon = tour.carbon();
    let source =
        steps.run("link an account as Carbon's clients do", carbon.link(&tour.accounts[1].email)).await?;
    let file =
        steps.run("choose a file there, and fetch its bytes", carbon.choose(&source, &mut follower)).await?;
    steps.run("delete it here, and then the user", carbon.leave(&source, file, &mut follower)).await?;
    let user = tour.paragon().await?;
    steps
        .run("keep what Paragon's SDK stores, and send an event", paragon::settings(&user, &mut follower))
        .await?;
    steps.run("disconnect as Paragon's SDK does", paragon::uninstall(&user, &mut follower)).await?;
    let end = tour.disconnect(&mut follower, both);
    steps.run("disconnect the one, delete the other's user, and find nothing left", end).await
}

struct Tour<'a> {
    setup: &'a TourSetup,
    accounts: [&'a DemoAccount; 2],
    first: App,
    second: App,
}

type Both = (ConnectionId, ConnectionId);

impl<'a> Tour<'a> {
    /// Creates a tour with new users, so that it can be run repeatedly.
    fn new(setup: &'a TourSetup) -> anyhow::Result<Self> {
        let name = Uuid::new_v4().simple().to_string();
        let app = |number| -> anyhow::Result<App> {
            Ok(App::new(&setup.gateway, setup.project(number)?, &format!("tour-{}-{number}", &name[..8])))
        };
        let accounts = [setup.account(0)?, setup.account(1)?];
        Ok(Self { setup, accounts, first: app(0)?, second: app(1)? })
    }

    fn prepare(&self) -> anyhow::Result<Cleaner> {
        let [first, second] = self.accounts.map(|account| &account.directory);
        ensure_empty(first)?;
        ensure_empty(second)?;
        let cleaner = Cleaner(vec![first.clone(), second.clone()]);
        files::lay_out(first, &files::FIRST)?;
        files::lay_out(second, &files::SECOND)?;
        Ok(cleaner)
    }

    async fn connect(&self) -> anyhow::Result<(Both, String)> {
        let first = self.first.connect(&self.accounts[0].email).await?;
        let second = self.second.connect(&self.accounts[1].email).await?;
        Ok(((first, second), format!("{first} and {second}")))
    }

    async fn call(&self) -> anyhow::Result<((), String)> {
        let first = shows(&self.first, &["Größe.txt", "Plans", "empty", "large.bin"]).await?;
        let second = shows(&self.second, &["private.txt"]).await?;
        Ok(((), format!("{first:?} and {second:?}")))
    }

    async fn ask_for_others(&self) -> anyhow::Result<((), String)> {
        let argument = json!({"path": ""});
        let (status, answer) = self.first.as_user("nobody").call("files/list_folder", &argument).await?;
        ensure!(status == StatusCode::NOT_FOUND, "another user: {status} {answer}");
        let (other, theirs) =
            self.first.at_project_of(&self.second).call("files/list_folder", &argument).await?;
        ensure!(other == StatusCode::NOT_FOUND, "another project: {other} {theirs}");
        Ok(((), format!("{} and {}", answer["code"], theirs["code"])))
    }

    async fn first_sync(&self, (first, second): Both) -> anyhow::Result<((), String)> {
        quiet(&self.first, first, 6).await?;
        quiet(&self.second, second, 1).await?;
        Ok(((), "6 and 1 items".to_owned()))
    }

    async fn create(&self, follower: &mut Follower) -> anyhow::Result<((), String)> {
        files::write(&self.accounts[0].directory.join("Plans/diary.txt"), b"day one\n")?;
        let created = follower.wait_for("File Created", |event| event["item"]["name"] == "diary.txt").await?;
        self.ready(follower, &created).await
    }

    async fn edit(&self, follower: &mut Follower) -> anyhow::Result<((), String)> {
        files::write(&self.accounts[0].directory.join("Plans/diary.txt"), b"day one\nday two\n")?;
        let updated = follower.wait_for("File Updated", |event| event["item"]["name"] == "diary.txt").await?;
        self.ready(follower, &updated).await
    }

    /// Waits for the bytes of the change, and compares them with the file on disk.
    async fn ready(&self, follower: &mut Follower, change: &Told) -> anyhow::Result<((), String)> {
        let rev = &change.detail["item"]["rev"];
        let ready = follower.wait_for("File Ready", |event| event["rev"] == *rev).await?;
        let hash = check::content_hash(&self.accounts[0].directory.join("Plans/diary.txt"))?;
        ensure!(ready.detail["content_hash"] == hash.as_str(), "the event names other bytes");
        Ok(((), format!("{}, then File Ready", numbered(change))))
    }

    async fn rename(&self, follower: &mut Follower) -> anyhow::Result<((), String)> {
        let directory = &self.accounts[0].directory;
        fs::rename(directory.join("Plans/diary.txt"), directory.join("Journal.txt"))?;
        let moved = follower.wait_for("File Moved", |event| event["item"]["name"] == "Journal.txt").await?;
        ensure!(moved.detail["from"] == "/plans/diary.txt", "it says it came from {}", moved.detail["from"]);
        Ok(((), format!("{} from /plans/diary.txt to /journal.txt", numbered(&moved))))
    }

    async fn delete(&self, follower: &mut Follower) -> anyhow::Result<((), String)> {
        fs::remove_file(self.accounts[0].directory.join("Journal.txt"))?;
        let deleted =
            follower.wait_for("File Deleted", |event| event["item"]["name"] == "Journal.txt").await?;
        Ok(((), numbered(&deleted)))
    }

    async fn compare(&self, (first, second): Both) -> anyhow::Result<((), String)> {
        let [ours, theirs] = self.accounts.map(|account| &account.directory);
        let same = check::same_bytes(self.setup, &self.first.files(first).await?, ours).await?
            + check::same_bytes(self.setup, &self.second.files(second).await?, theirs).await?;
        ensure!(same == 5, "{same} files were found, not 5");
        Ok(((), format!("{same} files are the same")))
    }

    async fn forge(&self) -> anyhow::Result<((), String)> {
        let body = json!({"list_folder": {"accounts": [self.accounts[0].id]}}).to_string();
        let request = self.setup.http.post(self.setup.gateway.join("webhook")?).body(body);
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
        self.first.resync(connection).await?;
        let id = connection.to_string();
        let report = follower.wait_for("Resynced", |event| event["connection"] == id.as_str()).await?.detail;
        let repaired = ["created", "updated", "moved", "deleted"].map(|kind| report[kind].as_u64());
        ensure!(repaired == [Some(0); 4] && report["agreed"] == report["listed"], "it says {report}");
        Ok(((), format!("{} listed, {} agreed", report["listed"], report["agreed"])))
    }

    async fn read_logs(&self, (first, second): Both) -> anyhow::Result<((), String)> {
        let ours = check::numbered(self.first.changes(first).await?)?;
        let theirs = check::numbered(self.second.changes(second).await?)?;
        let last = ours.iter().skip(ours.len().saturating_sub(4));
        let kinds: Vec<&str> = last.filter_map(|change| change["kind"].as_str()).collect();
        ensure!(kinds == ["created", "updated", "moved", "deleted"], "its last four say {kinds:?}");
        Ok(((), format!("1 to {} and 1 to {}, without a gap", ours.len(), theirs.len())))
    }

    /// Makes Dropbox request a pause: the walk for the notification is put off, and only a tick of the
    /// schedule can resume it.
    async fn wait(&self, follower: &mut Follower) -> anyhow::Result<((), String)> {
        let account = self.accounts[0];
        let before = self.setup.pauses(account).await?;
        self.setup.ask_for_pause(account, PAUSE).await?;
        files::write(&account.directory.join("after a while.txt"), b"patience\n")?;
        let created =
            follower.wait_for("File Created", |event| event["item"]["name"] == "after a while.txt").await?;
        ensure!(self.setup.pauses(account).await? == before + 1, "Dropbox did not ask for a pause");
        Ok(((), format!("{} after a pause of {PAUSE} s and a tick", numbered(&created))))
    }

    /// Creates a client of Carbon for a user of its own.
    fn carbon(&self) -> Carbon<'_> {
        let user = format!("{}-carbon", self.first.user());
        Carbon { http: &self.setup.http, gateway: &self.setup.gateway, app: self.first.as_user(&user) }
    }

    /// Creates the server for a user of its own, whose account Paragon's SDK works with.
    async fn paragon(&self) -> anyhow::Result<App> {
        let app = self.first.as_user(&format!("{}-paragon", self.first.user()));
        app.connect(&self.accounts[1].email).await?;
        Ok(app)
    }

    async fn fetch(&self, follower: &mut Follower, connection: ConnectionId) -> anyhow::Result<((), String)> {
        let files = self.first.files(connection).await?;
        // The file has been ready since the first sync.
        let file = files.iter().find(|file| file["name"] == "Größe.txt").context("no such file")?;
        let id = file["id"].as_str().context("the file has no id")?;
        let path = format!("connections/{connection}/files/{id}");
        let (status, link) = self.first.ask(Method::GET, &format!("{path}/link"), None).await?;
        ensure!(status == StatusCode::OK, "no link: {status} {link}");
        let url = link["url"].as_str().context("the link has no url")?;
        let bytes = self.setup.http.get(url).send().await?.error_for_status()?.bytes().await?;
        let source = fs::read(self.accounts[0].directory.join("Größe.txt"))?;
        ensure!(bytes == source, "the link leads to {bytes:?}");
        let (status, answer) = self.first.ask(Method::POST, &format!("{path}/resync"), None).await?;
        ensure!(status == StatusCode::ACCEPTED, "it was answered {status}: {answer}");
        follower.wait_for("File Ready", |event| event["item"] == *id).await?;
        Ok(((), format!("{} bytes", bytes.len())))
    }

    async fn disconnect(
        &self,
        follower: &mut Follower,
        (first, second): Both,
    ) -> anyhow::Result<((), String)> {
        let keys = check::keys(&self.first.files(first).await?);
        let ours = purged(&self.first, follower, first).await?;
        ensure!(ours["items"] == 7 && ours["objects"] == 5, "the receipt says {ours}");
        for key in keys {
            ensure!(self.setup.content(&key).await?.is_none(), "{key} is still there");
        }
        ensure!(self.second.files(second).await?.len() == 1, "the other's file is gone, too");
        let theirs = project::delete_user(&self.second, follower).await?;
        ensure!(theirs["items"] == 1, "the receipt says {theirs}");
        Ok(((), format!("revoked, {} items and {} objects removed", ours["items"], ours["objects"])))
    }
}

/// Disconnects an account, and waits for the receipt.
async fn purged(app: &App, follower: &mut Follower, connection: ConnectionId) -> anyhow::Result<Value> {
    let (status, answer) = app.disconnect(connection).await?;
    ensure!(status == StatusCode::ACCEPTED, "it was answered {status}: {answer}");
    let id = connection.to_string();
    let receipt = follower.wait_for("Disconnected", |event| event["connection"] == id.as_str()).await?.detail;
    ensure!(receipt["revoked"] == true, "the receipt says {receipt}");
    let shown = app.connection(connection).await?;
    ensure!(shown["status"] == "disconnected", "it is {shown}");
    shown.get("receipt").cloned().context("there is no receipt")
}

fn numbered(change: &Told) -> String {
    format!("{} is change {}", change.detail_type, change.detail["number"])
}
