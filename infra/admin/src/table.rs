//! Choice of a deployment's table after a restore.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::json;
use shared::{
    model::{Clock, SystemClock},
    store::Dynamo,
};

use crate::{aws, console::say};

/// Command on a deployment's tables.
#[derive(Debug, Subcommand)]
pub enum TableCommand {
    /// Mark a table as superseded by another: functions that are configured with it do not start any more.
    Supersede(Supersede),
    /// Remove that mark, to use the table again.
    Reinstate(Reinstate),
}

/// A table, and the one that replaces it.
#[derive(Debug, Clone, Args)]
pub struct Supersede {
    /// Table that must not be used any more.
    #[arg(long, value_name = "NAME")]
    pub table: String,

    /// Table that replaces it.
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// A table to use again.
#[derive(Debug, Clone, Args)]
pub struct Reinstate {
    /// Table.
    #[arg(long, value_name = "NAME")]
    pub table: String,
}

/// Runs a command with the credentials of the environment.
///
/// # Errors
/// If a table cannot be reached, or the other one cannot replace it.
pub async fn run(command: &TableCommand) -> anyhow::Result<()> {
    let client = aws_sdk_dynamodb::Client::new(&aws().await);
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

/// Marks a table as superseded by another one, which must exist and be in use.
///
/// # Errors
/// If both are the same table, or the other one is superseded itself or cannot be read.
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
