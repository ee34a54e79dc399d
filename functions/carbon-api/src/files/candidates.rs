//! Selects the records that must be read to find the matching files.

use std::{collections::BTreeSet, future::ready, sync::Arc};

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::model::{ItemId, ItemKind, ItemNumber, Record, SelectionState, Target};

use super::{Source, assemble, file::File, filters::Filters};
use crate::{
    CarbonApi,
    answer::Refusal,
    fields::{Step, WrongField},
};

/// Maximum number of files that are read for one answer.
const MAX_READ: usize = 10_000;
/// Maximum number of data sources that are read in parallel.
const PARALLEL: usize = 8;

/// Finds the matching files, in no particular order.
pub(super) async fn matching(
    api: &CarbonApi,
    sources: &[Arc<Source>],
    filters: &Filters,
) -> Result<Vec<File>, Refusal> {
    if looks_at_all(filters) && sources.iter().map(|source| source.items).sum::<u64>() > MAX_READ as u64 {
        return Err(too_many());
    }
    let parts =
        stream::iter(sources.to_vec()).map(|source| of_source(api, source, filters)).buffered(PARALLEL);
    let parts: Vec<(usize, Vec<File>)> = parts.try_collect().await?;
    if parts.iter().map(|(read, _)| read).sum::<usize>() > MAX_READ {
        return Err(too_many());
    }
    Ok(parts.into_iter().flat_map(|(_, files)| files).collect())
}

/// Finds the matching files of a data source. Also returns how many records were read for them.
async fn of_source(
    api: &CarbonApi,
    source: Arc<Source>,
    filters: &Filters,
) -> Result<(usize, Vec<File>), Refusal> {
    let mut read = 0;
    let records = async {
        let records = records(api, &source, filters).await?;
        read = records.len();
        Ok(records)
    };
    let mut files = assemble::files(api, &source, records).await?;
    files.retain(|file| filters.matches(file));
    if filters.with_children {
        files = with_children(api, &source, files).await?;
    }
    Ok((read, files))
}

/// Returns true if no filter limits which records must be read.
fn looks_at_all(filters: &Filters) -> bool {
    let is_named = filters.numbers.is_some() || filters.external_ids.is_some() || filters.parents.is_some();
    !is_named && !filters.roots_only
}

/// Returns the records among which the matching ones of a data source are: no more than the narrowest filter
/// leaves.
async fn records(api: &CarbonApi, source: &Source, filters: &Filters) -> Result<Vec<Record>, Refusal> {
    let id = source.connection.id;
    if let Some(numbers) = &filters.numbers {
        return Ok(api.records.records_created_by(id, &created(source, numbers)).await?);
    }
    if let Some(ids) = &filters.external_ids {
        return Ok(api.records.records(id, ids).await?.into_values().collect());
    }
    let ids = if let Some(parents) = &filters.parents {
        let folders = api.records.records_created_by(id, &created(source, parents)).await?;
        children(api, source, folders).await?
    } else if filters.roots_only {
        roots(api, source).await?
    } else {
        return api.records.all_records(id, MAX_READ).await?.ok_or_else(too_many);
    };
    if ids.len() > MAX_READ {
        return Err(too_many());
    }
    Ok(api.records.records(id, &ids).await?.into_values().collect())
}

/// Returns the numbers of the changes that created the items with these integers, for those of this data
/// source.
fn created(source: &Source, numbers: &[u64]) -> Vec<u64> {
    let ours = numbers.iter().filter_map(|number| ItemNumber::of(*number));
    let created: BTreeSet<u64> =
        ours.filter(|number| number.ordinal == source.ordinal).map(|number| number.created).collect();
    created.into_iter().collect()
}

async fn children(api: &CarbonApi, source: &Source, folders: Vec<Record>) -> Result<Vec<ItemId>, Refusal> {
    let mut ids = Vec::new();
    for folder in folders.iter().filter(|record| record.item.facts.kind == ItemKind::Folder) {
        let held = api.items.children(source.connection.id, &folder.item.facts.path_lower).await?;
        ids.extend(held.into_iter().map(|place| place.item));
    }
    Ok(ids)
}

/// Returns the items without a mirrored parent folder: the targets of selections, and the top level of the
/// account if it is selected as a whole.
async fn roots(api: &CarbonApi, source: &Source) -> Result<Vec<ItemId>, Refusal> {
    let id = source.connection.id;
    let mut ids = Vec::new();
    for selection in api.choices.choices(id).await?.selections {
        match selection.target {
            _ if selection.state == SelectionState::Unwanted => {}
            Target::Item(item) => ids.push(item),
            Target::Everything => {
                ids.extend(api.items.children(id, "").await?.into_iter().map(|place| place.item));
            }
        }
    }
    Ok(ids)
}

/// Adds everything below the folders among some files.
async fn with_children(
    api: &CarbonApi,
    source: &Arc<Source>,
    files: Vec<File>,
) -> Result<Vec<File>, Refusal> {
    let folders = files.iter().filter(|file| file.is_folder());
    let paths: Vec<String> = folders.map(|file| file.record.item.facts.path_lower.clone()).collect();
    if paths.is_empty() {
        return Ok(files);
    }
    let mut ids = api.items.ids_in(source.connection.id, &paths).await?;
    ids.extend(files.iter().map(|file| file.record.item.facts.id.clone()));
    if ids.len() > MAX_READ {
        return Err(too_many());
    }
    let records = api.records.records(source.connection.id, &ids).await?;
    assemble::files(api, source, ready(Ok(records.into_values().collect()))).await
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
