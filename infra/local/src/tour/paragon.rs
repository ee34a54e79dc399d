//! Paragon's SDK for one of a project's users, besides its calls through the proxy.

use anyhow::ensure;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{app::App, follower::Follower, project::text};

/// Stores metadata of the user and settings of the user's account, and sends an event.
pub(super) async fn settings(app: &App, follower: &mut Follower) -> anyhow::Result<((), String)> {
    let meta = json!({"meta": {"Name": "Tour"}});
    app.ok(Method::PATCH, "sdk/me", Some(&meta)).await?;
    let me = app.ok(Method::GET, "sdk/me", None).await?;
    ensure!(me["meta"]["Name"] == "Tour", "the user is {me}");
    let credential = text(&me["integrations"]["dropbox"], "credentialId")?.to_owned();
    let settings = json!({"config": {"sharedSettings": {"folder": "/"}}});
    app.ok(Method::PATCH, &format!("sdk/credentials/{credential}"), Some(&settings)).await?;
    let event = json!({"name": "Tour Taken", "payload": {"steps": 1}});
    let (status, sent) = app.trigger(&event).await?;
    ensure!(status.is_success(), "the event was answered {status}: {sent}");
    let told = follower.wait_for("Application Event", |event| event["name"] == "Tour Taken").await?;
    Ok(((), format!("credential {credential}, and the event {}", told.detail["name"])))
}

/// Disconnects the user's account as the SDK does.
pub(super) async fn uninstall(app: &App, follower: &mut Follower) -> anyhow::Result<((), String)> {
    let connections = app.ok(Method::GET, "connections", None).await?;
    let connection = connections["connections"][0]["id"].clone();
    let integrations = app.ok(Method::GET, "sdk/integrations", None).await?;
    let id = text(&integrations[0], "id")?;
    let (status, answer) = app.ask(Method::DELETE, &format!("sdk/integrations/{id}"), None).await?;
    ensure!(status == StatusCode::ACCEPTED, "it was answered {status}: {answer}");
    follower.wait_for("Disconnected", |event| event["connection"] == connection).await?;
    Ok(((), format!("{connection} is disconnected")))
}
