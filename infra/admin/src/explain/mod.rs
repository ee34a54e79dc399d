//! Explanation of what is wrong for a user: all about the user's connections, on one page (T52).
//!
//! It reads the table, and the dead letters that it is given; it changes nothing.

mod letters;
mod page;
mod report;

use anyhow::{bail, ensure};
use clap::Args;
use shared::{
    model::{Clock, Connection, ConnectionId, ProjectId, SystemClock, UserId},
    store::{Connections, Dynamo},
};

use crate::{Site, console::say};

pub use letters::{Letter, Letters};

/// Selection of the connections to explain.
#[derive(Debug, Clone, Args)]
pub struct Whose {
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

    /// Stack of the deployment, whose logs the query is for.
    #[arg(long, value_name = "NAME", default_value = "dropline")]
    pub stack: String,

    /// Print JSON instead of the page.
    #[arg(long)]
    pub json: bool,
}

/// Prints the report on a user's connections. The dead letters are read once a connection is found.
///
/// # Errors
/// If no connection is selected or found, or the table cannot be reached.
pub async fn run(
    whose: &Whose,
    site: &dyn Site,
    letters: impl Future<Output = Letters>,
) -> anyhow::Result<()> {
    let store = site.store().await?;
    let connections = find(&store, whose).await?;
    ensure!(!connections.is_empty(), "there is no such connection in {}", store.table_name());
    let letters = letters.await;
    let now = SystemClock.now();
    let mut all = Vec::with_capacity(connections.len());
    for connection in &connections {
        all.push(report::of(&store, connection, &letters, &whose.stack, now).await?);
    }
    if whose.json {
        say(&serde_json::to_string_pretty(&serde_json::json!({ "connections": all }))?);
    } else {
        say(&all.iter().map(page::of).collect::<Vec<_>>().join("\n"));
    }
    Ok(())
}

async fn find(store: &Dynamo, whose: &Whose) -> anyhow::Result<Vec<Connection>> {
    if let Some(id) = whose.connection {
        return Ok(store.connection(id).await?.into_iter().collect());
    }
    if let (Some(project), Some(user)) = (whose.project, &whose.user) {
        return Ok(store.connections_of_user(project, user).await?);
    }
    let Some(email) = &whose.email else {
        bail!("say whose: --project ID --user ID, --connection ID, or --email ADDRESS")
    };
    Ok(store.connections_with_email(email).await?)
}
