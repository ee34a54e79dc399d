//! Filling a mirror with many files that no account has.

use contracts::samples;
use shared::{
    model::{
        Change, ChangeKind, Clock, ConnectionId, Content, Head, ItemKind, Metadata, Segment, SystemClock,
    },
    store::{Commit, Dynamo, ItemWriter, LogWriter, StoreError},
};

/// Number of items from one folder to the next; the files in between are in the folder.
const FOLDERS: u64 = 100;
/// Number of changes in one segment.
const SEGMENT: u64 = 1_000;

/// Adds `items` files and folders to a mirror. HEAD then counts `counted` items.
///
/// # Errors
/// Fails if the store cannot be written.
pub async fn fill(
    store: &Dynamo,
    connection: ConnectionId,
    items: u64,
    counted: u64,
) -> Result<(), StoreError> {
    let mut before = samples::taken_head(store, connection).await?;
    let last = before.head + items;
    while before.head < last {
        let commit = next_commit(&before, last, counted);
        store.commit(connection, &before, &commit, SystemClock.now()).await?;
        store.apply(connection, &commit.segment, SystemClock.now()).await?;
        before = applied(store, connection, commit).await?;
    }
    Ok(())
}

/// Adds `changes` changes to a log, without the items that they create. Returns the number of the last one.
///
/// # Errors
/// Fails if the store cannot be written.
pub async fn fill_log(store: &Dynamo, connection: ConnectionId, changes: u64) -> Result<u64, StoreError> {
    let mut before = samples::taken_head(store, connection).await?;
    let last = before.head + changes;
    while before.head < last {
        let commit = next_commit(&before, last, before.items);
        store.commit(connection, &before, &commit, SystemClock.now()).await?;
        before = applied(store, connection, commit).await?;
    }
    Ok(last)
}

/// Returns the commit of the next segment, up to the change `last`.
fn next_commit(before: &Head, last: u64, counted: u64) -> Commit {
    let numbers = before.head + 1..=last.min(before.head + SEGMENT);
    let segment = Segment { changes: numbers.map(created).collect() };
    let head = before.head + segment.changes.len() as u64;
    Commit { after: Head { head, items: counted, ..before.clone() }, segment, ..Commit::default() }
}

/// Records that a commit was applied. Returns HEAD.
async fn applied(store: &Dynamo, connection: ConnectionId, commit: Commit) -> Result<Head, StoreError> {
    store.mark_applied(connection, &commit.after).await?;
    Ok(Head { applied: commit.after.head, ..commit.after })
}

fn created(number: u64) -> Change {
    let folder = number - number % FOLDERS;
    let is_folder = number == folder;
    let path = if is_folder { format!("/{folder}") } else { format!("/{folder}/{number}.txt") };
    let rev = format!("{number:09x}").as_str().into();
    let item = Metadata {
        id: format!("id:{number}").into(),
        kind: if is_folder { ItemKind::Folder } else { ItemKind::File },
        name: path.rsplit('/').next().unwrap_or_default().to_owned(),
        path_lower: path.clone(),
        path_display: path,
        rev: (!is_folder).then_some(rev),
        size: number,
        content_hash: None,
        export_as: None,
        export_by_name: false,
        symlink_target: None,
        server_modified: None,
    };
    let content = match &item.rev {
        Some(rev) => Content::Ready { rev: rev.clone(), exported: None },
        None => Content::None,
    };
    Change { number, kind: ChangeKind::Created { content }, item, drops: None, created: None }
}
