//! A client of Carbon, with the paths and fields of Carbon's SDKs.

use anyhow::{Context, ensure};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::{app::App, follower::Follower, quiet};
use crate::browser::{Browser, Decision};

/// A client of Carbon's API: a project's server for one of its users, and the user's page.
pub(super) struct Carbon<'a> {
    pub(super) http: &'a Client,
    pub(super) gateway: &'a Url,
    /// Client of our own API, for the same project.
    pub(super) app: App,
}

/// A user's account in Carbon's API.
pub(super) struct DataSource {
    /// Token of the user's page.
    token: String,
    /// Integer that identifies the connection.
    id: u64,
    connection: Value,
}

impl Carbon<'_> {
    /// Links an account, and finds it with the token of the user's page.
    pub(super) async fn link(&self, email: &str) -> anyhow::Result<(DataSource, String)> {
        let wanted = json!({"service": "DROPBOX", "connecting_new_account": true});
        let url = self.server(Method::POST, "integrations/oauth_url", &wanted).await?;
        let browser = Browser::new()?;
        let url = url["oauth_url"].as_str().context("there is no oauth_url")?;
        let back = browser.decide(url, email, Decision::Approve).await?;
        let end = browser.get(back).await?;
        ensure!(end.status == StatusCode::SEE_OTHER, "the callback answered {}: {}", end.status, end.body);
        let page = browser.get(end.location()?).await?;
        let is_chooser = page.status == StatusCode::OK && page.url.path().ends_with("/choose");
        ensure!(is_chooser, "the link ended at {}: {}", page.url, page.body);
        let token = self.server(Method::GET, "auth/v1/access_token", &Value::Null).await?;
        let token = token["access_token"].as_str().context("there is no token")?.to_owned();
        self.page(&token, Method::GET, "auth/v1/white_labeling", &Value::Null).await?;
        let sources = self.page(&token, Method::POST, "user_data_sources", &json!({})).await?;
        let id = sources["results"][0]["id"].as_u64().context("there is no data source")?;
        let (_, connections) = self.app.ask(Method::GET, "connections", None).await?;
        let connection = connections["connections"][0]["id"].clone();
        let seen = format!("data source {id} is {connection}");
        Ok((DataSource { token, id, connection }, seen))
    }

    /// Chooses a file, waits for its bytes, downloads them with a link, and has them fetched again.
    pub(super) async fn choose(
        &self,
        source: &DataSource,
        follower: &mut Follower,
    ) -> anyhow::Result<(u64, String)> {
        let of_source = json!({"data_source_id": source.id});
        let items = self.page(&source.token, Method::POST, "integrations/items/list", &of_source).await?;
        let items = items["items"].as_array().context("there are no items")?;
        let file = items.iter().find(|item| item["item_type"] == "FILE").context("there is no file")?;
        let external = file["external_id"].as_str().context("the file has no id")?;
        let chosen = json!({"data_source_id": source.id, "ids": [external]});
        self.page(&source.token, Method::POST, "integrations/files/sync", &chosen).await?;
        let ready = |event: &Value| event["connection"] == source.connection && event["item"] == *external;
        follower.wait_for("File Ready", ready).await?;
        let query = json!({"filters": {"external_file_ids": [external]}, "include_raw_file": true});
        let found = self.page(&source.token, Method::POST, "user_files_v2", &query).await?;
        let found = &found["results"][0];
        ensure!(found["sync_status"] == "READY", "the file is {found}");
        let link = found["presigned_url"].as_str().context("there is no link")?;
        let bytes = self.http.get(link).send().await?.error_for_status()?.bytes().await?;
        let number = found["id"].as_u64().context("the file has no integer")?;
        self.page(&source.token, Method::POST, "resync_file", &json!({"file_id": number})).await?;
        follower.wait_for("File Ready", ready).await?;
        Ok((number, format!("file {number}, {} bytes", bytes.len())))
    }

    /// Deletes the file from the mirror, changes how the user's accounts are followed, and deletes the user.
    pub(super) async fn leave(
        &self,
        source: &DataSource,
        file: u64,
        follower: &mut Follower,
    ) -> anyhow::Result<((), String)> {
        let user = self.app.user();
        let deleted = json!({"filters": {"ids": [file]}});
        self.page(&source.token, Method::POST, "delete_files_v2", &deleted).await?;
        let is_ours = |event: &Value| event["connection"] == source.connection;
        follower.wait_for("File Removed", is_ours).await?;
        let settings =
            json!({"customer_ids": [user], "auto_sync_enabled_sources": "ALL", "auto_sync_interval": 24});
        self.server(Method::POST, "update_users", &settings).await?;
        let defaults = json!({"global_user_config": {"max_files": -1}});
        self.server(Method::POST, "organization/update", &defaults).await?;
        self.server(Method::POST, "delete_users", &json!({"customer_ids": [user]})).await?;
        follower.wait_for("Disconnected", is_ours).await?;
        let named = json!({"customer_id": user});
        let receipt = quiet::deleted(async || self.server(Method::POST, "user", &named).await).await?;
        Ok(((), format!("{} items removed", receipt["items"])))
    }

    async fn server(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.http.request(method, self.gateway.join(path)?);
        let request = request.bearer_auth(self.app.key()).header("customer-id", self.app.user());
        ok(path, request, body).await
    }

    async fn page(&self, token: &str, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.http.request(method, self.gateway.join(path)?);
        ok(path, request.header("authorization", format!("Token {token}")), body).await
    }
}

async fn ok(path: &str, request: reqwest::RequestBuilder, body: &Value) -> anyhow::Result<Value> {
    let request = if body.is_null() { request } else { request.json(body) };
    let answer = request.send().await?;
    let (status, text) = (answer.status(), answer.text().await?);
    ensure!(status == StatusCode::OK, "{path} answered {status}: {text}");
    Ok(serde_json::from_str(&text)?)
}
