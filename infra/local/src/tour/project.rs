//! A project's server managing the project as a whole: settings, API keys, users.

use anyhow::{Context, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{app::App, follower::Follower, quiet};

/// Sets settings to their current values, and checks that nothing has changed.
pub(super) async fn settings(app: &App) -> anyhow::Result<((), String)> {
    let before = app.ok(Method::GET, "settings", None).await?;
    let change = json!({"select_everything": before["select_everything"], "formats": before["formats"]});
    let after = app.ok(Method::PATCH, "settings", Some(&change)).await?;
    ensure!(before == after, "they were {before} and are {after}");
    Ok(((), format!("files up to {} bytes", after["max_file_bytes"])))
}

/// Creates another API key, calls with it, and removes it.
pub(super) async fn keys(app: &App) -> anyhow::Result<((), String)> {
    let (status, made) = app.ask(Method::POST, "keys", Some(&json!({}))).await?;
    ensure!(status == StatusCode::CREATED, "it was answered {status}: {made}");
    let (id, key) = (text(&made, "id")?, text(&made, "api_key")?);
    let with_it = app.with_key(key);
    let listed = with_it.ok(Method::GET, "keys", None).await?;
    let count = listed["keys"].as_array().map_or(0, Vec::len);
    app.ok(Method::DELETE, &format!("keys/{id}"), None).await?;
    let (status, answer) = with_it.ask(Method::GET, "keys", None).await?;
    ensure!(status == StatusCode::UNAUTHORIZED, "the removed key was answered {status}: {answer}");
    Ok(((), format!("{count} keys, and one less")))
}

/// Chooses how a user's accounts are followed, and finds the user in the list.
pub(super) async fn users(app: &App) -> anyhow::Result<((), String)> {
    let change = json!({"resync_hours": 24});
    let user = app.ok(Method::PATCH, &format!("users/{}", app.user()), Some(&change)).await?;
    ensure!(user["resync_hours"] == 24, "the user is {user}");
    let page = app.ok(Method::GET, "users?limit=1000", None).await?;
    let users = page["users"].as_array().context("no users")?;
    ensure!(users.iter().any(|one| one["id"] == app.user()), "the user is not listed: {page}");
    Ok((
        (),
        format!("{} users, a connection of this one", user["connections"].as_array().map_or(0, Vec::len)),
    ))
}

/// Deletes a user with all of their data, and waits for the end. Returns the receipt.
pub(super) async fn delete_user(app: &App, follower: &mut Follower) -> anyhow::Result<Value> {
    let path = format!("users/{}", app.user());
    let user = app.ok(Method::GET, &path, None).await?;
    let connection = user["connections"][0]["id"].clone();
    let (status, answer) = app.ask(Method::DELETE, &path, None).await?;
    ensure!(status == StatusCode::ACCEPTED, "it was answered {status}: {answer}");
    follower.wait_for("Disconnected", |event| event["connection"] == connection).await?;
    quiet::deleted(async || app.ok(Method::GET, &path, None).await).await
}

/// Returns a text from a response.
pub(super) fn text<'a>(answer: &'a Value, name: &str) -> anyhow::Result<&'a str> {
    answer[name].as_str().with_context(|| format!("the answer has no {name}"))
}
