//! `POST /delete_files_v2` and `/delete_files`: files leave the mirror, and stay in Dropbox.
//!
//! A selection of its own is given up. A file that another selection takes in is excluded as well: no listing brings it
//! back, until it is chosen again. Folders go with the selection that they are; others stay for what is added to them.

use std::{collections::HashSet, sync::Arc};

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::json;
use shared::{
    answer::ApiError,
    model::{Exclusion, ItemId, ItemKind, Lane, Selection, Target, WalkReason},
};

use super::{
    Source, candidates,
    file::File,
    filters::Filters,
    query::{self, MAX_VALUES},
    sources,
};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, WrongField, flag, list},
    request::Asked,
};

/// Maximum number of files of a connection that are excluded: the walker has them in memory.
const MAX_EXCLUDED: usize = 10_000;

/// Deletes what the filters mean.
pub(crate) async fn delete(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(asked.body)?;
    fields.optional("send_webhook", flag);
    if fields.optional("preserve_file_record", flag) == Some(true) {
        let message = "a file's record is not kept without its bytes; leave this out or send false";
        fields.refuse("preserve_file_record", WrongField::new(message, "value_error.unsupported"));
    }
    let filters = fields.object("filters", query::filters);
    if fields.are_right() && filters.are_plain() && filters.data_sources.is_none() {
        let message = "name files: without any filter all files of the user would be meant";
        fields.refuse("filters", WrongField::new(message, "value_error.missing"));
    }
    answer(api, asked, "filters", fields.end(Some(filters))?).await
}

/// The older route: what is meant is named by integers and states.
pub(crate) async fn delete_of_before(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(asked.body)?;
    fields.optional("send_webhook", flag);
    let numbers = fields.optional("file_ids", list(0..=MAX_VALUES, query::number));
    let filters = Filters {
        statuses: query::statuses(&mut fields),
        not_ready_only: fields.optional("delete_non_synced_only", flag).unwrap_or(false),
        with_children: fields.optional("delete_child_files", flag).unwrap_or(false),
        numbers,
        ..Filters::default()
    };
    if fields.are_right() && filters.are_plain() {
        let message = "name files: without them all files of the user would be meant";
        fields.refuse("file_ids", WrongField::new(message, "value_error.missing"));
    }
    answer(api, asked, "file_ids", fields.end(Some(filters))?).await
}

/// `place` is the field that names files.
async fn answer(
    api: &CarbonApi,
    asked: &Asked<'_>,
    place: &'static str,
    filters: Filters,
) -> Result<Response<Body>, Refusal> {
    let sources: Vec<Arc<Source>> = sources::all(api, asked).await?.into_iter().map(Arc::new).collect();
    let wanted = |source: &Source| {
        let wanted = filters.data_sources.as_ref();
        wanted.is_none_or(|wanted| wanted.contains(&source.ordinal.into()))
    };
    let sources: Vec<Arc<Source>> = sources.into_iter().filter(|source| wanted(source)).collect();
    let mut files = candidates::matching(api, &sources, &filters).await?;
    if !filters.with_children {
        if filters.numbers.is_some() && files.iter().any(File::is_folder) {
            return Err(names_a_folder(asked, place));
        }
        files.retain(|file| !file.is_folder());
    }
    for source in &sources {
        let of_source: Vec<&File> = files.iter().filter(|file| file.source == *source).collect();
        if !of_source.is_empty() {
            delete_from(api, source, &of_source).await?;
        }
    }
    Ok(found(&json!({"success": true})))
}

async fn delete_from(api: &CarbonApi, source: &Source, files: &[&File]) -> Result<(), Refusal> {
    let connection = &source.connection;
    let ids: HashSet<&ItemId> = files.iter().map(|file| &file.record.item.facts.id).collect();
    let selections = api.choices.choices(connection.id).await?.selections;
    let wanted = selections.iter().filter(|selection| selection.is_wanted());
    let (own, others): (Vec<&Selection>, Vec<&Selection>) =
        wanted.partition(|selection| selection.target.item().is_some_and(|id| ids.contains(id)));
    let taken_in = taken_in(api, source, &others, files).await?;
    let known = api.choices.exclusions(connection.id).await?;
    let fresh = taken_in.iter().filter(|one| !known.iter().any(|known| known.item == one.item)).count();
    if known.len() + fresh > MAX_EXCLUDED {
        return Err(too_many());
    }
    // The exclusions first: a walk in between brings nothing back.
    api.choices.exclude(connection.id, &taken_in).await?;
    for selection in own {
        api.choices.deselect(connection.id, &selection.target).await?;
    }
    api.requests.walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
    Ok(())
}

/// The files among some that these selections take in.
async fn taken_in(
    api: &CarbonApi,
    source: &Source,
    selections: &[&Selection],
    files: &[&File],
) -> Result<Vec<Exclusion>, Refusal> {
    let targets: Vec<ItemId> = selections.iter().filter_map(|one| one.target.item().cloned()).collect();
    let held = api.items.items(source.connection.id, &targets).await?;
    let paths: Vec<String> = held.into_values().map(|item| format!("{}/", item.facts.path_lower)).collect();
    let is_whole = selections.iter().any(|one| one.target == Target::Everything);
    let facts = files.iter().map(|file| &file.record.item.facts).filter(|facts| facts.kind == ItemKind::File);
    let taken = facts.filter(|facts| is_whole || paths.iter().any(|path| facts.path_lower.starts_with(path)));
    let exclusion =
        |path: &str, item: &ItemId| Exclusion { item: item.clone(), path: path.to_owned(), removed: false };
    Ok(taken.map(|facts| exclusion(&facts.path_lower, &facts.id)).collect())
}

/// 422: a folder is named, and not what is in it.
fn names_a_folder(asked: &Asked<'_>, place: &'static str) -> Refusal {
    let message = "a folder is among these; it is deleted with what is in it, or not at all";
    let refused = Fields::of(asked.body).and_then(|mut fields| {
        fields.refuse(place, WrongField::new(message, "value_error.folder"));
        fields.end::<()>(None)
    });
    refused.err().unwrap_or_else(too_many)
}

/// 409: so many exclusions would slow each walk down.
fn too_many() -> Refusal {
    let message =
        format!("At most {MAX_EXCLUDED} files of a connection are excluded; choose other folders instead.");
    ApiError::new(StatusCode::CONFLICT, "too_many_exclusions", message).into()
}
