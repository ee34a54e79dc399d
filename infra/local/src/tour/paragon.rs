//! What Paragon's SDK does for one of a project's users, beside its calls through the proxy.

use anyhow::{Context, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{app::App, follower::Follower};

/// Stores what the application knows of its user, and settings of the user's account; then sends an event.
pub(super) async fn settings(app: &App, follower: &mut Follower) -> anyhow::Result<((), String)> {
    let meta = json!({"meta": {"Name": "Tour"}});
    ok(app, Method::PATCH, "sdk/me", Some(&meta)).await?;
    let me = ok(app, Method::GET, "sdk/me", None).await?;
    ensure!(me["meta"]["Name"] == "Tour", "the user is {me}");
    let credential = text(&me["integrations"]["dropbox"], "credentialId")?.to_owned();
    let settings = json!({"config": {"sharedSettings": {"folder": "/"}}});
    ok(app, Method::PATCH, &format!("sdk/credentials/{credential}"), Some(&settings)).await?;
    let event = json!({"name": "Tour Taken", "payload": {"steps": 1}});
    let (status, sent) = app.trigger(&event).await?;
    ensure!(status.is_success(), "the event was answered {status}: {sent}");
    let told = follower.wait_for("Application Event", |event| event["name"] == "Tour Taken").await?;
    Ok(((), format!("credential {credential}, and the event {}", told.detail["name"])))
}

/// Disconnects the user's account as the SDK does.
pub(super) async fn uninstall(app: &App, follower: &mut Follower) -> anyhow::Result<((), String)> {
    let connections = ok(app, Method::GET, "connections", None).await?;
    let connection = connections["connections"][0]["id"].clone();
    let integrations = ok(app, Method::GET, "sdk/integrations", None).await?;
    let id = text(&integrations[0], "id")?;
    ok(app, Method::DELETE, &format!("sdk/integrations/{id}"), None).await?;
    follower.wait_for("Disconnected", |event| event["connection"] == connection).await?;
    Ok(((), format!("{connection} is disconnected")))
}

async fn ok(app: &App, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
    let (status, answer) = app.ask(method, path, body).await?;
    let is_good = matches!(status, StatusCode::OK | StatusCode::ACCEPTED);
    ensure!(is_good, "{path} answered {status}: {answer}");
    Ok(answer)
}

fn text<'a>(answer: &'a Value, name: &str) -> anyhow::Result<&'a str> {
    answer[name].as_str().with_context(|| format!("the answer has no {name}"))
}
