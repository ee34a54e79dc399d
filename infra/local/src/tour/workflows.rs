//! A workflow that a new file starts: made, run, repeated from a step, and deleted.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{app::App, files, follower::Follower, project::text};

/// Folder of the account in which everything happens.
const FOLDER: &str = "Workflows";
/// Name of the file that starts the workflow.
const FILE: &str = "order.txt";
/// Longest wait until a run has ended.
const PATIENCE: Duration = Duration::from_secs(150);
/// Polling interval.
const LOOK: Duration = Duration::from_millis(100);

/// A workflow of the tour.
pub(super) struct Workflow<'a> {
    app: &'a App,
    /// Directory of the folder.
    folder: PathBuf,
    id: String,
}

impl<'a> Workflow<'a> {
    /// Makes a workflow, and enables it for the user.
    pub(super) async fn make(app: &'a App, directory: PathBuf) -> anyhow::Result<(Self, String)> {
        let document = json!({
            "name": "Tour",
            "trigger": {"type": "event", "filter": {"types": ["file.created"], "folders": [format!("/{FOLDER}")]}},
            "steps": [
                {
                    "id": "make",
                    "type": "action",
                    "action": "DROPBOX_CREATE_FOLDER",
                    "parameters": {"path": "{{ trigger.file.path }} made"},
                },
                {"id": "answer", "type": "response", "body": {"made": "{{ steps.make.metadata.path_display }}"}},
            ],
        });
        let body = json!({ "document": document });
        let checked = app.ok(Method::POST, "workflows/check", Some(&body)).await?;
        ensure!(checked["problems"] == json!([]), "it has problems: {checked}");
        let (status, made) = app.ask(Method::POST, "workflows", Some(&body)).await?;
        ensure!(status == StatusCode::CREATED, "it was answered {status}: {made}");
        let workflow = Self { app, folder: directory.join(FOLDER), id: text(&made, "id")?.to_owned() };
        let decision =
            app.ok(Method::PATCH, &workflow.path("/enablement"), Some(&json!({"enabled": true}))).await?;
        ensure!(decision["enabled"] == true, "the decision is {decision}");
        let seen = format!("{}, enabled for {}", workflow.id, app.user());
        Ok((workflow, seen))
    }

    /// Creates a file, and sees that a run makes a folder beside it. Returns the run.
    pub(super) async fn start(&self) -> anyhow::Result<(Value, String)> {
        fs::create_dir(&self.folder)?;
        files::write(&self.folder.join(FILE), b"one of everything\n")?;
        let runs = format!("runs?workflow={}", self.id);
        let started = until("no run has started", async || {
            let listed = self.app.ok(Method::GET, &runs, None).await?;
            Ok(listed["runs"].as_array().and_then(|runs| runs.first()).cloned())
        });
        let run = self.succeeded(&started.await?).await?;
        ensure!(run["started_by"]["type"] == "event", "it was started by {}", run["started_by"]);
        let made = self.folder.join(format!("{FILE} made"));
        ensure!(made.is_dir(), "{} is not there", made.display());
        let steps = self.app.ok(Method::GET, &format!("runs/{}/steps", text(&run, "id")?), None).await?;
        let done: Vec<&str> = steps["steps"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|step| step["step"].as_str())
            .collect();
        ensure!(done == ["make", "answer"], "its steps are {steps}");
        let seen = format!("{} steps, and {}", done.len(), run["response"]["body"]["made"]);
        Ok((run, seen))
    }

    /// Repeats a run from its second step, for which it takes over what the first one gave.
    pub(super) async fn repeat(&self, run: &Value) -> anyhow::Result<((), String)> {
        let path = format!("runs/{}/replay", text(run, "id")?);
        let (status, again) = self.app.ask(Method::POST, &path, Some(&json!({"from": "answer"}))).await?;
        ensure!(status == StatusCode::ACCEPTED, "it was answered {status}: {again}");
        let again = self.succeeded(&again).await?;
        ensure!(again["replay_of"] == run["id"], "it repeats {}", again["replay_of"]);
        Ok(((), format!("{} is another run", again["id"])))
    }

    /// Deletes the workflow, and what the tour has made.
    pub(super) async fn end(self, follower: &mut Follower) -> anyhow::Result<((), String)> {
        let (status, answer) = self.app.ask(Method::DELETE, &self.path(""), None).await?;
        ensure!(status == StatusCode::NO_CONTENT, "it was answered {status}: {answer}");
        let (status, answer) = self.app.ask(Method::GET, &self.path(""), None).await?;
        ensure!(status == StatusCode::NOT_FOUND, "it is still there: {status} {answer}");
        fs::remove_dir_all(&self.folder)?;
        follower.wait_for("Folder Deleted", |event| event["item"]["name"] == FOLDER).await?;
        Ok(((), answer["code"].to_string()))
    }

    /// Waits until a run has ended, and returns it if it has succeeded with its answer.
    async fn succeeded(&self, run: &Value) -> anyhow::Result<Value> {
        let path = format!("runs/{}", text(run, "id")?);
        let ended = until("a run has not ended", async || {
            let shown = self.app.ok(Method::GET, &path, None).await?;
            Ok((shown["status"] != "running").then_some(shown))
        });
        let run = ended.await?;
        ensure!(run["status"] == "succeeded", "the run is {run}");
        let made = format!("/{FOLDER}/{FILE} made");
        ensure!(run["response"]["body"]["made"] == made.as_str(), "the run has answered {}", run["response"]);
        Ok(run)
    }

    fn path(&self, below: &str) -> String {
        format!("workflows/{}{below}", self.id)
    }
}

/// Looks until there is something, and fails with a reason if that lasts too long.
async fn until<T>(missing: &str, look: impl AsyncFn() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look().await? {
            return Ok(seen);
        }
        let lasted = || format!("{missing} within {} s", PATIENCE.as_secs());
        (Instant::now() < deadline).then_some(()).with_context(lasted)?;
        sleep(LOOK).await;
    }
}
