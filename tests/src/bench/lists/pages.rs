//! Every page of the files and of the changes of a connection, one after the other, as a reader takes them.

use serde_json::Value;
use shared::{
    model::{ConnectionId, ItemId},
    store::{Items, Log},
};

use super::{
    ask::Asker,
    measurements::{Measurements, Watch},
};

/// Files in a page, as the function gives them.
const FILES: u16 = 500;
/// Changes in a page: the maximum that clients can ask for.
const CHANGES: u64 = 1_000;

/// Measures all pages of a connection's files, of which there are `items`.
pub(super) async fn files(
    asker: &Asker<'_>,
    connection: ConnectionId,
    items: u64,
) -> Result<Measurements, String> {
    let (store, mut watch) = (asker.world.stack.store(), Watch::default());
    let (mut query, mut after, mut found) = (String::new(), None::<ItemId>, 0);
    loop {
        let bare = store.item_page(connection, after.as_ref(), FILES, items);
        watch.bare(async { bare.await.map(drop).map_err(|error| error.to_string()) }).await?;
        let page = json(&watch.list(asker.page(connection, "files", &query)).await?)?;
        let files = page["files"].as_array().map_or(&[] as &[Value], Vec::as_slice);
        found += files.len() as u64;
        after = files.last().and_then(|file| Some(file["id"].as_str()?.into()));
        let Some(cursor) = page["cursor"].as_str() else { break };
        query = format!("cursor={cursor}");
    }
    whole(watch, "files, every page", found, items)
}

/// Measures all pages of a connection's changes, of which there are `changes`.
pub(super) async fn changes(
    asker: &Asker<'_>,
    connection: ConnectionId,
    changes: u64,
) -> Result<Measurements, String> {
    let (store, mut watch) = (asker.world.stack.store(), Watch::default());
    let mut after = 0;
    while after < changes {
        let least = usize::try_from(CHANGES.min(changes - after)).unwrap_or(usize::MAX);
        let bare = store.changes(connection, after, least);
        watch.bare(async { bare.await.map(drop).map_err(|error| error.to_string()) }).await?;
        let query = format!("after={after}&limit={CHANGES}");
        let page = json(&watch.list(asker.page(connection, "changes", &query)).await?)?;
        let next = page["next"].as_u64().filter(|next| *next > after);
        after = next.ok_or_else(|| format!("no change comes after {after}"))?;
    }
    whole(watch, "changes, every page", after, changes)
}

fn json(page: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(page).map_err(|error| error.to_string())
}

/// Ends the measurement if every entry was on a page.
fn whole(watch: Watch, name: &str, found: u64, expected: u64) -> Result<Measurements, String> {
    if found == expected {
        return Ok(watch.measurements(name.to_owned(), None));
    }
    Err(format!("{name}: {found} entries came, and not {expected}"))
}
