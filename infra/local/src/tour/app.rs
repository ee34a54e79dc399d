//! A project's server: it requests links, calls the proxy, and uses only Dropline's public API.

use anyhow::{Context, bail, ensure};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use shared::model::{ApiKey, ConnectionId};
use url::Url;

use crate::{
    DemoProject,
    browser::{Browser, Decision},
};

/// A project's server, calling for one of its users.
pub(super) struct App {
    http: Client,
    gateway: Url,
    project: DemoProject,
    user: String,
}

impl App {
    /// Creates the server of a project behind this gateway.
    pub(super) fn new(gateway: &Url, project: &DemoProject, user: &str) -> Self {
        let (gateway, project) = (gateway.clone(), project.clone());
        Self { http: Client::new(), gateway, project, user: user.to_owned() }
    }

    /// Returns the same server, calling at another project's address.
    pub(super) fn at_project_of(&self, other: &Self) -> Self {
        let mut project = self.project.clone();
        project.project.id = other.project.project.id;
        Self { http: self.http.clone(), gateway: self.gateway.clone(), project, user: self.user.clone() }
    }

    /// Returns the same server, calling for another user.
    pub(super) fn as_user(&self, user: &str) -> Self {
        let (http, gateway, project) = (self.http.clone(), self.gateway.clone(), self.project.clone());
        Self { http, gateway, project, user: user.to_owned() }
    }

    /// Returns the same server with another API key.
    pub(super) fn with_key(&self, key: &str) -> Self {
        let project = DemoProject { key: ApiKey::new(key), ..self.project.clone() };
        Self { http: self.http.clone(), gateway: self.gateway.clone(), project, user: self.user.clone() }
    }

    /// Returns its API key.
    pub(super) fn key(&self) -> &str {
        self.project.key.expose()
    }

    /// Returns the user for whom it calls.
    pub(super) fn user(&self) -> &str {
        &self.user
    }

    /// Sends a request to an address below the project's.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<(StatusCode, Value)> {
        let request = self.http.request(method, self.url(path)?);
        self.request(if let Some(body) = body { request.json(body) } else { request }).await
    }

    /// Sends an application event, as Paragon's SDK does.
    pub(super) async fn trigger(&self, event: &Value) -> anyhow::Result<(StatusCode, Value)> {
        let path = format!("v2/projects/{}/sdk/events/trigger", self.project.project.id);
        self.request(self.http.post(self.gateway.join(&path)?).json(event)).await
    }

    /// Connects the account with this email address, as a person would in a browser.
    pub(super) async fn connect(&self, email: &str) -> anyhow::Result<ConnectionId> {
        let (status, link) = self.post("connect/links", &json!({})).await?;
        ensure!(status == StatusCode::CREATED, "no link: {status} {link}");
        let browser = Browser::new()?;
        let url = link["url"].as_str().context("the link has no url")?;
        let back = browser.decide(url, email, Decision::Approve).await?;
        let end = browser.get(back).await?;
        ensure!(end.status == StatusCode::OK, "the callback answered {}: {}", end.status, end.body);
        let id = link["id"].as_str().context("the link has no id")?;
        let state = self.get(&format!("connect/links/{id}")).await?;
        match state["connection"].as_str() {
            Some(connection) if state["status"] == "connected" => Ok(connection.parse()?),
            _ => bail!("the link says {state}"),
        }
    }

    /// Calls a route of Dropbox's API through the proxy.
    pub(super) async fn call(&self, route: &str, argument: &Value) -> anyhow::Result<(StatusCode, Value)> {
        self.post(&format!("sdk/proxy/dropbox/2/{route}"), argument).await
    }

    /// Lists the names at the root of the user's Dropbox through the proxy, sorted.
    pub(super) async fn names(&self) -> anyhow::Result<Vec<String>> {
        let (status, listing) = self.call("files/list_folder", &json!({"path": ""})).await?;
        ensure!(status == StatusCode::OK, "list_folder answered {status}: {listing}");
        let entries = listing["entries"].as_array().context("no entries")?;
        let mut names: Vec<String> =
            entries.iter().filter_map(|entry| entry["name"].as_str().map(str::to_owned)).collect();
        names.sort();
        Ok(names)
    }

    /// Disconnects an account.
    pub(super) async fn disconnect(&self, connection: ConnectionId) -> anyhow::Result<(StatusCode, Value)> {
        self.ask(Method::DELETE, &format!("connections/{connection}"), None).await
    }

    /// Returns the details of a connection.
    pub(super) async fn connection(&self, connection: ConnectionId) -> anyhow::Result<Value> {
        self.get(&format!("connections/{connection}")).await
    }

    /// Returns every file and folder of a connection.
    pub(super) async fn files(&self, connection: ConnectionId) -> anyhow::Result<Vec<Value>> {
        let (mut files, mut query) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("connections/{connection}/files{query}")).await?;
            files.extend(page["files"].as_array().context("no files")?.iter().cloned());
            match page["cursor"].as_str() {
                Some(cursor) => query = format!("?cursor={cursor}"),
                None => return Ok(files),
            }
        }
    }

    /// Returns every change of a connection.
    pub(super) async fn changes(&self, connection: ConnectionId) -> anyhow::Result<Vec<Value>> {
        let (mut changes, mut after) = (Vec::new(), Value::from(0));
        loop {
            let page = self.get(&format!("connections/{connection}/changes?after={after}")).await?;
            let new = page["changes"].as_array().context("no changes")?;
            if new.is_empty() {
                return Ok(changes);
            }
            changes.extend(new.iter().cloned());
            after = page["next"].clone();
        }
    }

    /// Requests a full comparison.
    pub(super) async fn resync(&self, connection: ConnectionId) -> anyhow::Result<()> {
        let (status, answer) = self.post(&format!("connections/{connection}/resync"), &json!({})).await?;
        ensure!(status == StatusCode::ACCEPTED, "it was answered {status}: {answer}");
        Ok(())
    }

    /// Sends a request like [`Self::ask`]; any status but 200 ends the tour.
    pub(super) async fn ok(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let (status, answer) = self.ask(method, path, body).await?;
        ensure!(status == StatusCode::OK, "{path} answered {status}: {answer}");
        Ok(answer)
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.ok(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<(StatusCode, Value)> {
        self.ask(Method::POST, path, Some(body)).await
    }

    async fn request(&self, request: reqwest::RequestBuilder) -> anyhow::Result<(StatusCode, Value)> {
        let answer =
            request.bearer_auth(self.project.key.expose()).header("customer-id", &self.user).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    fn url(&self, path: &str) -> anyhow::Result<Url> {
        Ok(self.gateway.join(&format!("projects/{}/{path}", self.project.project.id))?)
    }
}
