//! Which table a deployment may use, after a restore.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::json;
use shared::{
    model::{Clock, SystemClock},
    store::Dynamo,
};

use crate::{console::say, deployment};

/// What can be done with a deployment's tables.
#[derive(Debug, Subcommand)]
pub enum TableCommand {
    /// Mark a table that another one has taken the place of: functions that are given it do not start any more.
    Supersede(Supersede),
    /// Take that mark away, to use the table again.
    Reinstate(Reinstate),
}

/// A table, and the one that is used in its place.
#[derive(Debug, Clone, Args)]
pub struct Supersede {
    /// The table that is not to be used any more.
    #[arg(long, value_name = "NAME")]
    pub table: String,

    /// The table that is used in its place.
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// A table that is to be used again.
#[derive(Debug, Clone, Args)]
pub struct Reinstate {
    /// The table.
    #[arg(long, value_name = "NAME")]
    pub table: String,
}

/// Does one of them, with the credentials of the environment.
///
/// # Errors
/// Where a table cannot be reached, or the other one cannot take its place.
pub async fn run(command: &TableCommand) -> anyhow::Result<()> {
    let client = aws_sdk_dynamodb::Client::new(&deployment::aws().await);
    let store = |table: &str| Dynamo::new(client.clone(), table);
    match command {
        TableCommand::Supersede(of) => {
            supersede(&store(&of.table), &store(&of.by)).await?;
            say(&json!({"table": of.table, "superseded_by": of.by}).to_string());
        }
        TableCommand::Reinstate(of) => {
            let table = store(&of.table);
            table.superseded_by().await.with_context(|| format!("the table {} cannot be read", of.table))?;
            table.reinstate().await?;
            say(&json!({"table": of.table, "superseded_by": null}).to_string());
        }
    }
    Ok(())
}

/// Marks a table as superseded by another one, which must be there and in use.
///
/// # Errors
/// Where the two are one, or the other is superseded itself or cannot be read.
pub async fn supersede(table: &Dynamo, by: &Dynamo) -> anyhow::Result<()> {
    let (name, other) = (table.table_name(), by.table_name());
    if name == other {
        bail!("{name} cannot take its own place");
    }
    let of_other = by.superseded_by().await.with_context(|| format!("the table {other} cannot be read"))?;
    if let Some(third) = of_other {
        bail!("{other} is superseded itself, by {third}: reinstate it first, if it is the right one");
    }
    table.superseded_by().await.with_context(|| format!("the table {name} cannot be read"))?;
    Ok(table.supersede(other, SystemClock.now()).await?)
}
