//! Assembles files, as clients see them, from the rows of items.

use std::collections::{BTreeSet, HashMap};

use shared::model::{ConnectionId, ItemKind, Record};

use super::{context::Context, file::File};
use crate::{CarbonApi, answer::Refusal};

/// Numbers of the changes that created folders, by the folders' lower-cased paths.
pub(super) type Folders = HashMap<String, u64>;

/// Assembles the files of a data source's records, each with its folder and the client's label. A record
/// without a number is left out until the next resync.
pub(super) fn files(context: &Context, records: Vec<Record>, folders: &Folders) -> Vec<File> {
    let source = &context.source;
    let file = |record: Record| {
        let path = &record.item.metadata.path_lower;
        let label = context.origins.label(path);
        let own = record.tags.as_ref().map(|stored| stored.tags.clone());
        let tags = own.or_else(|| label.map(|label| label.tags.clone()));
        let parent = folder_of(path).and_then(|folder| folders.get(folder));
        Some(File {
            source: source.clone(),
            number: source.number(record.item.created?)?,
            parent: parent.and_then(|created| source.number(*created)),
            request_id: label.and_then(|label| label.request_id.clone()),
            tags: tags.unwrap_or_default(),
            is_followed: context.is_followed,
            work: context.work,
            record,
        })
    };
    records.into_iter().filter_map(file).collect()
}

/// Finds the folders that records are in: those that are not among the records are read.
pub(super) async fn folders_of(
    api: &CarbonApi,
    connection: ConnectionId,
    records: &[Record],
) -> Result<Folders, Refusal> {
    let mut folders = folders_among(records);
    let others = records.iter().filter_map(|record| folder_of(&record.item.metadata.path_lower));
    let others: BTreeSet<&str> = others.filter(|folder| !folders.contains_key(*folder)).collect();
    let others: Vec<String> = others.into_iter().map(str::to_owned).collect();
    folders.extend(api.store.created_at_paths(connection, &others).await?);
    Ok(folders)
}

/// Returns the folders among records.
pub(super) fn folders_among(records: &[Record]) -> Folders {
    let folders = records.iter().filter(|record| record.item.metadata.kind == ItemKind::Folder);
    folders.filter_map(|one| Some((one.item.metadata.path_lower.clone(), one.item.created?))).collect()
}

/// Returns the path of the folder that a path is in; the root is none.
pub(super) fn folder_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder).filter(|folder| !folder.is_empty())
}
