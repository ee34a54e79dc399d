//! `POST /delete_files_v2` and `/delete_files`: removes files from the mirror, not from Dropbox.
//!
//! A file's own selection is removed. A file that another selection includes is also excluded, so that no
//! listing brings it back until it is chosen again. A folder is removed with its own selection; any other
//! folder stays, for what is added to it later.
//!
//! Webhooks are told of the files only if the call asks for it (`send_webhook`), as Carbon's are.

use std::collections::BTreeMap;

use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::{
    files::{ByteRemoval, Removal},
    model::{Item, Metadata},
};

use super::{
    candidates,
    file::File,
    filters::Filters,
    query::{self, MAX_VALUES},
    sources::{Named, Source},
};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, WrongField, flag, list},
    request::AuthorizedRequest,
};

/// Manner of a deletion of files.
#[derive(Debug, Clone, Copy)]
enum Manner {
    /// They are removed, and webhooks are told.
    Tell,
    /// They are removed, and webhooks are not told.
    Quietly,
    /// Only their bytes are removed. The files stay, so nobody is told of a deletion.
    KeepRecords,
}

impl Manner {
    fn removing(tells: bool) -> Self {
        if tells { Self::Tell } else { Self::Quietly }
    }
}

/// Deletes the files that match the filters.
pub(crate) async fn delete(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let tells = fields.optional("send_webhook", flag).unwrap_or_default();
    let keeps_records = fields.optional("preserve_file_record", flag).unwrap_or_default();
    let filters = fields.object("filters", query::filters);
    if fields.are_right() && filters.are_plain() && filters.data_sources.is_none() {
        let message = "name files: without any filter all files of the user would be meant";
        fields.refuse("filters", WrongField::new(message, "value_error.missing"));
    }
    let manner = if keeps_records { Manner::KeepRecords } else { Manner::removing(tells) };
    answer(api, request, "filters", fields.end(Some(filters))?, manner).await
}

/// The older route: deletes files that are given by integers and states.
pub(crate) async fn delete_of_before(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let tells = fields.optional("send_webhook", flag).unwrap_or_default();
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
    answer(api, request, "file_ids", fields.end(Some(filters))?, Manner::removing(tells)).await
}

/// Deletes the files that match, and answers. `place` is the field that names files, for errors.
async fn answer(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
    place: &'static str,
    filters: Filters,
    manner: Manner,
) -> Result<Response<Body>, Refusal> {
    let mut all = Named::all(api, request).await?;
    all.retain(|named| named.is_among(filters.data_sources.as_ref()));
    let mut files = candidates::matching(api, request, &all, &filters).await?;
    if !filters.with_children {
        if filters.numbers.is_some() && files.iter().any(File::is_folder) {
            return Err(names_a_folder(place));
        }
        files.retain(|file| !file.is_folder());
    }
    let mut by_source: BTreeMap<u32, (&Source, Vec<&Item>)> = BTreeMap::new();
    for file in &files {
        let source = file.source.as_ref();
        by_source.entry(source.ordinal).or_insert((source, Vec::new())).1.push(&file.record.item);
    }
    for (source, of_source) in by_source.into_values() {
        match manner {
            Manner::KeepRecords => remove_bytes(api, source, &of_source).await?,
            Manner::Tell => remove(api, source, &of_source, false).await?,
            Manner::Quietly => remove(api, source, &of_source, true).await?,
        }
    }
    Ok(found(&json!({"success": true})))
}

/// Removes files and their records.
async fn remove(api: &CarbonApi, source: &Source, files: &[&Item], quietly: bool) -> Result<(), Refusal> {
    if files.is_empty() {
        return Ok(());
    }
    let (items, choices) = (api.store.as_ref(), api.store.as_ref());
    let removal = Removal { items, choices, requests: &api.requests, quietly };
    let metadata: Vec<&Metadata> = files.iter().map(|item| &item.metadata).collect();
    Ok(removal.remove(&source.connection, &metadata).await?)
}

/// Removes the bytes of files, and keeps the records.
async fn remove_bytes(api: &CarbonApi, source: &Source, files: &[&Item]) -> Result<(), Refusal> {
    let removal = ByteRemoval {
        items: api.store.as_ref(),
        transfers: api.store.as_ref(),
        requests: &api.requests,
        clock: api.clock.as_ref(),
    };
    Ok(removal.remove(&source.connection, files).await?)
}

/// 422: a folder is named without what is in it.
fn names_a_folder(place: &'static str) -> Refusal {
    let message = "a folder is among these; it is deleted with what is in it, or not at all";
    Refusal::Fields(vec![WrongField::new(message, "value_error.folder").in_body(&[place])])
}
