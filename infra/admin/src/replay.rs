//! Republication of changes from a connection's log.

use anyhow::{Context, bail};
use clap::Args;
use shared::{
    events::{Bus, EventBridgeBus},
    model::{ConnectionId, Event},
    store::{Connections, Dynamo, History, Log},
};

use crate::{aws, console::say};

/// Number of changes that are read and published at a time.
const PIECE: usize = 1_000;

/// Changes of a connection to publish again.
#[derive(Debug, Clone, Args)]
pub struct Replay {
    /// Id of the connection.
    #[arg(long, value_name = "ID")]
    pub connection: ConnectionId,

    /// Number after which to begin.
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    pub after: u64,

    /// Number of the last change to publish. [default: the last one]
    #[arg(long, value_name = "NUMBER")]
    pub through: Option<u64>,

    /// Table of the deployment (the output `TableName` of its stack), accessed with the credentials of the
    /// environment.
    #[arg(long, value_name = "NAME")]
    pub table: String,

    /// Bus of the deployment (the output `BusName`).
    #[arg(long, value_name = "NAME")]
    pub bus: String,
}

/// Publishes the changes again on a deployment's bus, and prints their number.
///
/// # Errors
/// If the connection is unknown, the log does not reach back far enough, or the table or bus cannot be
/// reached.
pub async fn run(replay: &Replay) -> anyhow::Result<()> {
    let aws = aws().await;
    let store = Dynamo::new(aws_sdk_dynamodb::Client::new(&aws), &replay.table);
    let bus = EventBridgeBus::new(aws_sdk_eventbridge::Client::new(&aws), &replay.bus);
    let published = publish_again(&store, &bus, replay.connection, replay.after, replay.through).await?;
    say(&format!("{published} changes were published again."));
    Ok(())
}

/// Publishes the changes after `after`, up to `through`, in the same way as the first time.
///
/// They have the same ids, and are published in order. Changes that are not applied yet are left to the walk
/// that will apply them. Returns the number of published changes.
///
/// # Errors
/// If the connection is unknown, the log does not reach back far enough, or the store or bus cannot be
/// reached.
pub async fn publish_again(
    store: &Dynamo,
    bus: &dyn Bus,
    id: ConnectionId,
    after: u64,
    through: Option<u64>,
) -> anyhow::Result<u64> {
    let connection = store.connection(id).await?.with_context(|| format!("there is no connection {id}"))?;
    let applied = store.head(id).await?.applied;
    let last = through.map_or(applied, |through| through.min(applied));
    let mut done = after;
    while done < last {
        let History::Changes(changes) = store.changes(id, done, PIECE).await? else {
            bail!("the log no longer reaches back to {after}: read the files instead");
        };
        let piece: Vec<_> = changes.into_iter().take_while(|change| change.number <= last).collect();
        let Some(end) = piece.last().map(|change| change.number) else { break };
        bus.publish(piece.into_iter().map(|change| Event::change(&connection, change)).collect()).await?;
        done = end;
    }
    Ok(done - after.min(done))
}
