//! Deliveries to a project's own address: signed, in order, repeated until they are taken.

use std::{collections::HashMap, fs, path::PathBuf, time::Duration};

use anyhow::{Context, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::{metrics::Metric, model::ConnectionId};
use tokio::time::{Instant, sleep};

use super::{app::App, follower::Follower, project::text, receiver::Receiver, setup::TourSetup};
use crate::Percentiles;

/// Folder of the account in which everything happens.
pub(super) const FOLDER: &str = "Deliveries";
/// Number of changes from which the percentiles are.
const CHANGES: usize = 20;
/// Time from one change to the next.
const APART: Duration = Duration::from_millis(50);
/// Longest wait until the position is stored.
const PATIENCE: Duration = Duration::from_secs(150);
/// Polling interval.
const LOOK: Duration = Duration::from_millis(100);

/// An endpoint of the tour, and its receiver.
pub(super) struct Deliveries<'a> {
    setup: &'a TourSetup,
    app: &'a App,
    connection: ConnectionId,
    /// Directory of the folder.
    folder: PathBuf,
    receiver: Receiver,
    id: String,
    secret: String,
    public_key: String,
}

impl<'a> Deliveries<'a> {
    /// Makes an endpoint for changes of folders, and has it tested.
    pub(super) async fn make(
        setup: &'a TourSetup,
        app: &'a App,
        connection: ConnectionId,
        directory: PathBuf,
    ) -> anyhow::Result<(Self, String)> {
        let receiver = Receiver::start(setup.receiver_port).await?;
        let wanted = json!({
            "url": receiver.url(),
            "filter": {"types": ["folder.created", "folder.deleted"], "connections": [connection]},
        });
        let (status, made) = app.ask(Method::POST, "endpoints", Some(&wanted)).await?;
        ensure!(status == StatusCode::CREATED, "it was answered {status}: {made}");
        let folder = directory.join(FOLDER);
        let text = |name| text(&made, name).map(str::to_owned);
        let (id, secret, public_key) = (text("id")?, text("secret")?, text("public_key")?);
        let mut made = Self { setup, app, connection, folder, receiver, id, secret, public_key };
        let (status, test) = app.ask(Method::POST, &made.path("/test"), Some(&json!({}))).await?;
        ensure!(status == StatusCode::ACCEPTED, "the test was answered {status}: {test}");
        let (id, body) = made.received().await?;
        ensure!(test["id"] == id.as_str() && body["type"] == "endpoint.test", "{id} came, with {body}");
        let shown = app.ok(Method::GET, &made.path(""), None).await?;
        ensure!(!shown.to_string().contains(&made.secret), "the endpoint shows its secret");
        let seen = format!("{}, signed with both keys", test["id"]);
        Ok((made, seen))
    }

    /// Makes changes in the account, one shortly after the other, and receives each, in the order of the log.
    pub(super) async fn follow(&mut self) -> anyhow::Result<((), String)> {
        let before = self.app.connection(self.connection).await?["log"]["head"].clone();
        let mut made = HashMap::from([(FOLDER.to_owned(), Instant::now())]);
        fs::create_dir(&self.folder)?;
        for number in 1..CHANGES {
            sleep(APART).await;
            let name = format!("{number:02}");
            fs::create_dir(self.folder.join(&name))?;
            made.insert(name, Instant::now());
        }
        let (mut ids, mut times) = (Vec::new(), Vec::new());
        for _ in 0..CHANGES {
            let came = self.receiver.next().await?;
            let body = came.verified(&self.secret, &self.public_key)?;
            let name = text(&body["data"]["item"], "name")?;
            let began = made.get(name).with_context(|| format!("{name} was not made"))?;
            times.push(came.at.duration_since(*began));
            ids.push(came.id().to_owned());
        }
        let path = format!("connections/{}/changes?after={before}", self.connection);
        let log = self.app.ok(Method::GET, &path, None).await?;
        let logged = log["changes"].as_array().context("no changes")?.iter();
        let logged: Vec<String> =
            logged.map(|change| format!("{}:{}", self.connection, change["number"])).collect();
        ensure!(ids == logged, "{ids:?} came, and the log has {logged:?}");
        let times = Percentiles::of(times).context("nothing was measured")?;
        Ok(((), format!("{CHANGES} changes; {times} from the change in Dropbox{}", self.since_notified()?)))
    }

    /// Returns the percentiles since Dropbox's notifications, which only a stack in this process tells.
    fn since_notified(&self) -> anyhow::Result<String> {
        let Some(metrics) = &self.setup.metrics else { return Ok(String::new()) };
        let times = metrics.values(Metric::DeliveryLatency).into_iter().map(Duration::from_millis);
        let times = Percentiles::of(times.collect()).context("no latency was measured")?;
        Ok(format!(", {times} from its notification"))
    }

    /// Refuses a delivery, and gets the same one again. Both are in the list of attempts.
    pub(super) async fn refuse(&mut self) -> anyhow::Result<((), String)> {
        self.receiver.answer(StatusCode::INTERNAL_SERVER_ERROR);
        fs::remove_dir(self.folder.join("01"))?;
        let began = Instant::now();
        let (refused, body) = self.received().await?;
        ensure!(body["type"] == "folder.deleted", "it is {body}");
        self.receiver.answer(StatusCode::OK);
        let (again, repeated) = self.received().await?;
        ensure!(refused == again && body == repeated, "after {refused} came {again}, with {repeated}");
        let took = began.elapsed();
        let attempts = self.attempts_of(&refused).await?;
        ensure!(attempts == [200, 500], "its attempts are {attempts:?}");
        Ok(((), format!("{refused} came again after {:.0} s", took.as_secs_f64())))
    }

    /// Sets the position back by one change, and gets it once more.
    pub(super) async fn replay(&mut self) -> anyhow::Result<((), String)> {
        let position = self.position_at_end().await?;
        let change = position["change"].as_u64().context("no number")?;
        let from = json!({"change": change - 1, "notice": position["notice"]});
        let body = json!({"connection": self.connection, "from": from});
        let (status, answer) = self.app.ask(Method::POST, &self.path("/replay"), Some(&body)).await?;
        ensure!(status == StatusCode::ACCEPTED, "it was answered {status}: {answer}");
        let (id, _) = self.received().await?;
        ensure!(id == format!("{}:{change}", self.connection), "{id} came, and not change {change}");
        self.position_at_end().await?;
        Ok(((), id))
    }

    /// Answers 410, and is told that the endpoint is disabled: what happens then is not posted. Deletes it.
    pub(super) async fn end(mut self, follower: &mut Follower) -> anyhow::Result<((), String)> {
        self.receiver.answer(StatusCode::GONE);
        fs::remove_dir_all(&self.folder)?;
        let (id, _) = self.received().await?;
        let told =
            follower.wait_for("Endpoint Disabled", |event| event["endpoint"] == self.id.as_str()).await?;
        ensure!(told.detail["reason"] == "gone", "it says {}", told.detail);
        self.until(async || {
            let endpoint = self.app.ok(Method::GET, &self.path(""), None).await?;
            Ok((endpoint["health"]["state"] == "disabled").then_some(()))
        })
        .await?;
        // Requests that were under way until then.
        while self.receiver.surplus().is_some() {}
        fs::create_dir(&self.folder)?;
        follower.wait_for("Folder Created", |event| event["item"]["name"] == FOLDER).await?;
        fs::remove_dir(&self.folder)?;
        let (status, answer) = self.app.ask(Method::DELETE, &self.path(""), None).await?;
        ensure!(status == StatusCode::NO_CONTENT, "it was answered {status}: {answer}");
        let (status, answer) = self.app.ask(Method::GET, &self.path(""), None).await?;
        ensure!(status == StatusCode::NOT_FOUND, "it is still there: {status} {answer}");
        let surplus = self.receiver.surplus().map(|came| came.id().to_owned());
        ensure!(surplus.is_none(), "{surplus:?} came after the 410");
        Ok(((), format!("{id} was the last")))
    }

    /// Returns the next delivery's id and body.
    async fn received(&mut self) -> anyhow::Result<(String, Value)> {
        let came = self.receiver.next().await?;
        let body = came.verified(&self.secret, &self.public_key)?;
        Ok((came.id().to_owned(), body))
    }

    /// Returns the statuses of the attempts at a delivery, the latest first.
    async fn attempts_of(&self, id: &str) -> anyhow::Result<Vec<u64>> {
        self.until(async || {
            let listed = self.app.ok(Method::GET, &self.path("/attempts?limit=200"), None).await?;
            let listed = listed["attempts"].as_array().context("no attempts")?;
            let of_id = listed.iter().filter(|attempt| attempt["id"] == id);
            let statuses: Vec<u64> = of_id.filter_map(|attempt| attempt["status"].as_u64()).collect();
            Ok((statuses.len() > 1).then_some(statuses))
        })
        .await
    }

    /// Returns the position of the connection's stream, once everything is delivered.
    async fn position_at_end(&self) -> anyhow::Result<Value> {
        let connection = self.connection.to_string();
        self.until(async || {
            let listed = self.app.ok(Method::GET, &self.path("/deliveries"), None).await?;
            let mut streams = listed["deliveries"].as_array().context("no deliveries")?.iter();
            let ours = streams.find(|one| one["connection"] == connection.as_str());
            Ok(ours.filter(|one| one["behind"] == 0).map(|one| one["position"].clone()))
        })
        .await
    }

    async fn until<T>(&self, look: impl AsyncFn() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(seen) = look().await? {
                return Ok(seen);
            }
            ensure!(
                Instant::now() < deadline,
                "the endpoint does not show it within {} s",
                PATIENCE.as_secs()
            );
            sleep(LOOK).await;
        }
    }

    fn path(&self, below: &str) -> String {
        format!("endpoints/{}{below}", self.id)
    }
}
