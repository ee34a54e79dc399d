//! Selects the records that must be read to find the matching files.

use std::collections::{BTreeSet, HashSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::model::{ConnectionId, ItemId, ItemKind, ItemNumber, Record, SelectionState, Target};

use super::{
    assemble::{self, Folders},
    context::{Context, Unplaced},
    file::File,
    filters::Filters,
    origins::Origins,
    sources::Named,
};
use crate::{
    CarbonApi,
    answer::Refusal,
    fields::{Step, WrongField},
    request::AuthorizedRequest,
};

/// Maximum number of files that are read for one answer.
const MAX_READ: usize = 10_000;
/// Maximum number of data sources that are read in parallel.
const PARALLEL: usize = 8;
/// Maximum number of folders of a data source that are listed in parallel.
const LISTED: usize = 16;

/// Finds the matching files, in no particular order.
pub(super) async fn matching(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
    all: &[Named],
    filters: &Filters,
) -> Result<Vec<File>, Refusal> {
    let parts: Vec<(usize, Vec<File>)> = if looks_at_all(filters) {
        let reads = stream::iter(all.to_vec()).map(|named| Unplaced::read(api, request, named));
        let found: Vec<Option<Unplaced>> = reads.buffered(PARALLEL).try_collect().await?;
        let found: Vec<Unplaced> = found.into_iter().flatten().collect();
        if found.iter().map(|one| one.source.items).sum::<u64>() > MAX_READ as u64 {
            return Err(too_many());
        }
        let parts = stream::iter(found).map(|one| among_all(api, one, filters));
        parts.buffered(PARALLEL).try_collect().await?
    } else {
        let parts = stream::iter(all.to_vec()).map(|named| among_some(api, request, named, filters));
        parts.buffered(PARALLEL).try_collect().await?
    };
    if parts.iter().map(|(read, _)| read).sum::<usize>() > MAX_READ {
        return Err(too_many());
    }
    Ok(parts.into_iter().flat_map(|(_, files)| files).collect())
}

/// Finds the matching files of a data source among all of its records, where labels' targets and folders are
/// found, too. Also returns how many records were read.
async fn among_all(
    api: &CarbonApi,
    mut of: Unplaced,
    filters: &Filters,
) -> Result<(usize, Vec<File>), Refusal> {
    let records = api.store.all_records(of.source.connection.id, MAX_READ).await?.ok_or_else(too_many)?;
    let (read, labels) = (records.len(), std::mem::take(&mut of.labels));
    let context = of.placed(Origins::among(&records, labels));
    let folders = assemble::folders_among(&records);
    let mut files = assemble::files(&context, records, &folders);
    let matching: HashSet<u64> =
        files.iter().filter(|file| filters.matches(file)).map(|file| file.number).collect();
    let with_children = files.iter().filter(|file| filters.with_children && matching.contains(&file.number));
    let with_children = with_children.filter(|file| file.is_folder());
    let paths: HashSet<String> =
        with_children.map(|file| file.record.item.metadata.path_lower.clone()).collect();
    let is_below =
        |file: &File| folders_above(&file.record.item.metadata.path_lower).any(|path| paths.contains(path));
    files.retain(|file| matching.contains(&file.number) || is_below(file));
    Ok((read, files))
}

/// Returns the paths of all folders that a path is in.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(assemble::folder_of(path), |folder| assemble::folder_of(folder))
}

/// Finds the matching files of a data source among those records that the filters name. Also returns how many
/// were read.
async fn among_some(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
    named: Named,
    filters: &Filters,
) -> Result<(usize, Vec<File>), Refusal> {
    let found = found(api, named, filters);
    let (context, Found { records, folders }) = tokio::try_join!(Context::read(api, request, named), found)?;
    let Some(context) = context else { return Ok((0, Vec::new())) };
    let read = records.len();
    let mut files = assemble::files(&context, records, &folders);
    files.retain(|file| filters.matches(file));
    if filters.with_children {
        files = with_children(api, &context, files).await?;
    }
    Ok((read, files))
}

/// Returns true if no filter limits which records must be read.
fn looks_at_all(filters: &Filters) -> bool {
    let is_named = filters.numbers.is_some() || filters.external_ids.is_some() || filters.parents.is_some();
    !is_named && !filters.roots_only
}

/// Records among which the matching ones of a data source are, and the folders that they are in.
struct Found {
    records: Vec<Record>,
    folders: Folders,
}

/// Finds the records that the narrowest filter leaves.
async fn found(api: &CarbonApi, named: Named, filters: &Filters) -> Result<Found, Refusal> {
    let id = named.id;
    let records: Vec<Record> = if let Some(numbers) = &filters.numbers {
        api.store.records_created_by(id, &created(named, numbers)).await?
    } else if let Some(ids) = &filters.external_ids {
        api.store.records(id, ids).await?.into_values().collect()
    } else if let Some(parents) = &filters.parents {
        return in_folders(api, named, parents).await;
    } else {
        read(api, id, &roots(api, id).await?).await?
    };
    let folders = assemble::folders_of(api, id, &records).await?;
    Ok(Found { records, folders })
}

/// Finds what is directly in the folders with these integers.
async fn in_folders(api: &CarbonApi, named: Named, numbers: &[u64]) -> Result<Found, Refusal> {
    let parents = api.store.records_created_by(named.id, &created(named, numbers)).await?;
    let folders = assemble::folders_among(&parents);
    let records = read(api, named.id, &children(api, named.id, parents).await?).await?;
    Ok(Found { records, folders })
}

async fn read(api: &CarbonApi, id: ConnectionId, ids: &[ItemId]) -> Result<Vec<Record>, Refusal> {
    if ids.len() > MAX_READ {
        return Err(too_many());
    }
    Ok(api.store.records(id, ids).await?.into_values().collect())
}

/// Returns the numbers of the changes that created the items with these integers, for those of this data
/// source.
fn created(named: Named, numbers: &[u64]) -> Vec<u64> {
    let ours = numbers.iter().filter_map(|number| ItemNumber::of(*number));
    let created: BTreeSet<u64> =
        ours.filter(|number| number.ordinal == named.ordinal).map(|number| number.created).collect();
    created.into_iter().collect()
}

async fn children(api: &CarbonApi, id: ConnectionId, folders: Vec<Record>) -> Result<Vec<ItemId>, Refusal> {
    let folders = folders.into_iter().filter(|record| record.item.metadata.kind == ItemKind::Folder);
    let lists = stream::iter(folders)
        .map(|folder| async move { api.store.children(id, &folder.item.metadata.path_lower).await })
        .buffered(LISTED);
    let places = lists.try_collect::<Vec<_>>().await?.concat();
    Ok(places.into_iter().map(|place| place.item).collect())
}

/// Returns the items without a mirrored parent folder: the targets of selections, and the top level of the
/// account if it is selected as a whole.
async fn roots(api: &CarbonApi, id: ConnectionId) -> Result<Vec<ItemId>, Refusal> {
    // Without the whole account the top level has no more than some of the targets.
    let (choices, top) = tokio::try_join!(api.store.choices(id), api.store.children(id, ""))?;
    let mut ids = Vec::new();
    for selection in choices.selections {
        match selection.target {
            _ if selection.state == SelectionState::Deselected => {}
            Target::Item(item) => ids.push(item),
            Target::Everything => ids.extend(top.iter().map(|place| place.item.clone())),
        }
    }
    Ok(ids)
}

/// Adds everything below the folders among some files.
async fn with_children(api: &CarbonApi, context: &Context, files: Vec<File>) -> Result<Vec<File>, Refusal> {
    let id = context.source.connection.id;
    let folders = files.iter().filter(|file| file.is_folder());
    let paths: Vec<String> = folders.map(|file| file.record.item.metadata.path_lower.clone()).collect();
    if paths.is_empty() {
        return Ok(files);
    }
    let mut ids = api.store.ids_in(id, &paths).await?;
    ids.extend(files.iter().map(|file| file.record.item.metadata.id.clone()));
    let records = read(api, id, &ids).await?;
    let folders = assemble::folders_of(api, id, &records).await?;
    Ok(assemble::files(context, records, &folders))
}

/// 422: the answer would require too many reads.
fn too_many() -> Refusal {
    let message = format!(
        "more than {MAX_READ} files would have to be looked at; name files, folders or a data source, or list all of them \
         in the order of id, created_at or last_sync"
    );
    Refusal::Fields(vec![
        WrongField::new(message, "value_error.too_many").at(vec![Step::Name("body"), Step::Name("filters")]),
    ])
}
