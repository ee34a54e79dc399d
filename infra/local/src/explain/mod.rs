//! Explanation of what is wrong for a user: all about the user's connections, on one page (T52).
//!
//! It reads the table, and the dead-letter queues if they are named; it changes nothing.

mod letters;
mod page;
mod report;

use std::path::Path;

use anyhow::{bail, ensure};
use clap::Args;
use shared::{
    model::{Clock, Connection, ConnectionId, ProjectId, SystemClock, UserId},
    store::{Connections, Dynamo},
};

use crate::{console::say, deployment::Deployment};

/// Selection of the connections to explain, and where they are stored.
#[derive(Debug, Clone, Args)]
pub struct Explain {
    /// User, by the project's own id. Needs --project.
    #[arg(long, value_name = "ID", requires = "project")]
    pub user: Option<UserId>,

    /// Project of the user.
    #[arg(long, value_name = "ID", requires = "user")]
    pub project: Option<ProjectId>,

    /// A single connection.
    #[arg(long, value_name = "ID", conflicts_with_all = ["user", "email"])]
    pub connection: Option<ConnectionId>,

    /// E-mail address of the Dropbox account. There is no index for it, so this reads the whole table, at a
    /// cost that grows with its size.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "user")]
    pub email: Option<String>,

    /// URL of a dead-letter queue of the deployment, to search for the connection's messages; may be
    /// repeated. The messages that are read are hidden from other consumers for ten seconds.
    #[arg(long, value_name = "URL", requires = "table")]
    pub dead_letters: Vec<String>,

    /// Stack of the deployment, whose logs the query is for.
    #[arg(long, value_name = "NAME", default_value = "dropline")]
    pub stack: String,

    /// Print JSON instead of the page.
    #[arg(long)]
    pub json: bool,

    /// Deployment, or this machine, that stores the connections.
    #[command(flatten)]
    pub deployment: Deployment,
}

/// Prints the report on a user's connections. `port` is that of the gateway on this machine.
///
/// # Errors
/// If no connection is selected or found, or the table cannot be reached.
pub async fn run(explain: &Explain, data: &Path, port: u16) -> anyhow::Result<()> {
    let store = explain.deployment.store(data).await?;
    let connections = find(&store, explain).await?;
    ensure!(!connections.is_empty(), "there is no such connection in {}", store.table_name());
    let letters = match explain.deployment.table {
        Some(_) => letters::of_deployment(&explain.dead_letters).await,
        None => letters::of_machine(port).await,
    };
    let now = SystemClock.now();
    let mut all = Vec::with_capacity(connections.len());
    for connection in &connections {
        all.push(report::of(&store, connection, &letters, &explain.stack, now).await?);
    }
    if explain.json {
        say(&serde_json::to_string_pretty(&serde_json::json!({ "connections": all }))?);
    } else {
        say(&all.iter().map(page::of).collect::<Vec<_>>().join("\n"));
    }
    Ok(())
}

async fn find(store: &Dynamo, explain: &Explain) -> anyhow::Result<Vec<Connection>> {
    if let Some(id) = explain.connection {
        return Ok(store.connection(id).await?.into_iter().collect());
    }
    if let (Some(project), Some(user)) = (explain.project, &explain.user) {
        return Ok(store.connections_of_user(project, user).await?);
    }
    let Some(email) = &explain.email else {
        bail!("say whose: --project ID --user ID, --connection ID, or --email ADDRESS")
    };
    Ok(store.connections_with_email(email).await?)
}
