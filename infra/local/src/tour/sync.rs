//! First sync of a directory of real files.

use std::time::Instant;

use anyhow::ensure;
use serde::Serialize;
use shared::{
    model::ConnectionId,
    store::{Connections, ItemWriter},
};

use super::{app::App, check, steps::Steps, watch::quiet};
use crate::{Census, Settings, Stack, progress::waiting};

const USER: &str = "user-1";

/// Measurements of a first sync.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FirstSync {
    /// Number of files, as `find DIR -type f` counts them.
    pub files: u64,
    /// Number of folders, as `find DIR -mindepth 1 -type d` counts them.
    pub folders: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Number of files whose bytes are in the content folder, with their hash checked.
    pub ready: u64,
    /// Number of files whose bytes are not fetched, with a reason.
    pub skipped: u64,
    /// Number of events on the bus.
    pub events: u64,
    /// Seconds from the start of the process's work to the last byte.
    pub seconds: f64,
}

/// Syncs the first account. Continues if the data folder was used before.
pub(super) async fn run(steps: &mut Steps, settings: Settings) -> anyhow::Result<FirstSync> {
    let started = Instant::now();
    let email = settings.accounts[0].email.clone();
    let stack = steps.run("start everything, and read the directory", super::started(settings)).await?;
    let connection = steps.run("connect the account", connected(&stack, &email)).await?;
    steps.run("sync everything for the first time", synced(&stack, connection)).await?;
    let seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    let census = steps.run("count what is mirrored", counted(&stack, connection)).await?;
    steps.run("compare the bytes with their content hashes", compared(&stack, connection, &census)).await?;
    let events = stack.machine.bus.counts().await?.events;
    stack.stop().await;
    let Census { files, folders, bytes, ready, skipped, .. } = census;
    Ok(FirstSync { files, folders, bytes, ready, skipped, events, seconds })
}

async fn connected(stack: &Stack, email: &str) -> anyhow::Result<(ConnectionId, String)> {
    let project = stack.projects[0].project.id;
    let linked = stack.store().connections_of_user(project, &USER.parse()?).await?;
    if let Some(connection) = linked.first() {
        return Ok((connection.id, format!("{} was connected before", connection.id)));
    }
    let id = App::new(stack.url(), &stack.projects[0], USER).connect(email).await?;
    Ok((id, format!("{email} is {id}")))
}

async fn synced(stack: &Stack, connection: ConnectionId) -> anyhow::Result<((), String)> {
    quiet(stack, connection).await?;
    let changes = check::log(stack, connection).await?.len();
    Ok(((), format!("{changes} changes, numbered without a gap")))
}

async fn counted(stack: &Stack, connection: ConnectionId) -> anyhow::Result<(Census, String)> {
    let census = Census::of(&stack.store().all_items(connection).await?);
    ensure!(census.pending == 0, "{} files are neither ready nor skipped", census.pending);
    let Census { files, folders, bytes, ready, skipped, reasons, .. } = &census;
    let reasons: Vec<String> = reasons.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    let seen =
        format!("{files} files, {folders} folders, {bytes} bytes; {ready} ready, {skipped} skipped{reasons}");
    Ok((census, seen))
}

async fn compared(stack: &Stack, connection: ConnectionId, census: &Census) -> anyhow::Result<((), String)> {
    let checked = waiting("comparing", check::bytes(stack, connection)).await?;
    ensure!(checked as u64 == census.ready, "{checked} files were found, not {}", census.ready);
    Ok(((), format!("{checked} files are the same")))
}
