//! Checking the mirror against its sources.

use std::{fs::File, path::Path};

use anyhow::{Context, bail, ensure};
use shared::{
    dropbox::ContentHasher,
    model::{Change, ConnectionId, Content, ContentKey, Item},
    store::{Connections, History, Items, Log},
};

use crate::Stack;

/// Every ready file's bytes in the content folder have the content hash that Dropbox named. Returns how many there
/// are.
pub(super) async fn bytes(stack: &Stack, connection: ConnectionId) -> anyhow::Result<usize> {
    let project = stack.store().connection(connection).await?.context("the connection is gone")?.project;
    let items = stack.store().all_items(connection).await?;
    let mut checked = 0;
    for Item { facts, content, .. } in items {
        let Content::Ready { rev, exported } = content else { continue };
        let path = stack.machine.content.path(&ContentKey::new(project, connection, &facts.id, &rev))?;
        let hash = tokio::task::spawn_blocking(move || content_hash(&path)).await??;
        ensure!(
            exported.map(|exported| exported.content_hash).or(facts.content_hash).as_ref() == Some(&hash),
            "{} has other bytes in the content folder",
            facts.path_display
        );
        checked += 1;
    }
    Ok(checked)
}

/// The content hash of a file.
pub(super) fn content_hash(path: &Path) -> anyhow::Result<String> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    Ok(ContentHasher::hash(file)?)
}

/// The log's numbers run from 1 without a gap. Returns the changes.
pub(super) async fn log(stack: &Stack, connection: ConnectionId) -> anyhow::Result<Vec<Change>> {
    let History::Changes(changes) = stack.store().changes(connection, 0, usize::MAX).await? else {
        bail!("the log has expired");
    };
    for (expected, change) in (1..).zip(&changes) {
        ensure!(change.number == expected, "the log has {} where {expected} should be", change.number);
    }
    Ok(changes)
}
