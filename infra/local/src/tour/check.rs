//! Comparison of the mirror with its sources.

use std::{fs::File, path::Path};

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use shared::{
    dropbox::ContentHasher,
    model::{Change, ConnectionId, Content, ContentKey, Item},
    store::{Connections, History, ItemWriter, Log},
};

use super::setup::TourSetup;
use crate::Stack;

/// Checks that every ready file's bytes in the content folder have Dropbox's content hash. Returns their
/// number.
pub(super) async fn bytes(stack: &Stack, connection: ConnectionId) -> anyhow::Result<usize> {
    let project = stack.store().connection(connection).await?.context("the connection is gone")?.project;
    let items = stack.store().all_items(connection).await?;
    let mut checked = 0;
    for Item { metadata, content, .. } in items {
        let Content::Ready { rev, exported } = content else { continue };
        let path = stack.machine.content.path(&ContentKey::new(project, connection, &metadata.id, &rev))?;
        let hash = tokio::task::spawn_blocking(move || content_hash(&path)).await??;
        ensure!(
            exported.map(|exported| exported.content_hash).or(metadata.content_hash).as_ref() == Some(&hash),
            "{} has other bytes in the content folder",
            metadata.path_display
        );
        checked += 1;
    }
    Ok(checked)
}

/// Returns the content hash of a file.
pub(super) fn content_hash(path: &Path) -> anyhow::Result<String> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    Ok(ContentHasher::hash(file)?)
}

/// Checks that the log's numbers run from 1 without a gap. Returns the changes.
pub(super) async fn log(stack: &Stack, connection: ConnectionId) -> anyhow::Result<Vec<Change>> {
    let History::Changes(changes) = stack.store().changes(connection, 0, usize::MAX).await? else {
        bail!("the log has expired");
    };
    for (expected, change) in (1..).zip(&changes) {
        ensure!(change.number == expected, "the log has {} where {expected} should be", change.number);
    }
    Ok(changes)
}

/// Returns the changes, if their numbers run from 1 without a gap.
pub(super) fn numbered(changes: Vec<Value>) -> anyhow::Result<Vec<Value>> {
    for (expected, change) in (1_u64..).zip(&changes) {
        let number = &change["number"];
        ensure!(*number == expected, "the log has {number} where {expected} should be");
    }
    Ok(changes)
}

/// Returns the bucket's keys of these files' bytes.
pub(super) fn keys(files: &[Value]) -> Vec<String> {
    let keys = files.iter().filter_map(|file| file["content"]["key"].as_str());
    keys.map(str::to_owned).collect()
}

/// Checks that every ready file has the same bytes in the bucket as in the directory. Returns their number.
pub(super) async fn same_bytes(
    setup: &TourSetup,
    files: &[Value],
    directory: &Path,
) -> anyhow::Result<usize> {
    let ready: Vec<&Value> = files.iter().filter(|file| file["content"]["state"] == "ready").collect();
    for file in &ready {
        let path = file["path"].as_str().context("a file has a path")?;
        let key = file["content"]["key"].as_str().context("ready bytes have a key")?;
        let mirrored = setup.content(key).await?.with_context(|| format!("{path} is not in the bucket"))?;
        let source = std::fs::read(directory.join(path.trim_start_matches('/')))?;
        ensure!(mirrored == source, "{path} has other bytes in the bucket");
    }
    Ok(ready.len())
}
