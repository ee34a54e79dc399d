//! `POST /data_sources/tags/add` and `…/remove`, and reading of tags in other requests.

use http::Response;
use lambda_http::Body;
use serde_json::Value;
use shared::{
    model::{ConnectionName, Tags},
    store::change_source_tags,
};

use super::{connection_named, data_source_id, describe};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, Read, WrongField, flag, list, text},
    request::AuthorizedRequest,
};

/// Maximum number of tags of a data source or a file.
const MAX_TAGS: usize = 100;
/// Maximum length of a tag's name, in bytes.
const MAX_NAME: usize = 255;
/// Maximum size of all tags of a data source or a file as JSON, in bytes.
const MAX_SIZE: usize = 16 * 1024;

/// Reads an object of tags.
pub(crate) fn tags(value: &Value) -> Read<Tags> {
    let wrong = |message: &str, kind| Err(vec![WrongField::new(message, kind)]);
    let Some(tags) = value.as_object() else { return wrong("value is not a valid dict", "type_error.dict") };
    if tags_fit(tags) {
        return Ok(tags.clone());
    }
    wrong("at most 100 tags, with names of 1 to 255 bytes, and 16 KB of all together", "value_error.tags")
}

/// Whether these tags are within the limits.
pub(crate) fn tags_fit(tags: &Tags) -> bool {
    let size = serde_json::to_string(tags).map_or(usize::MAX, |text| text.len());
    tags.len() <= MAX_TAGS && size <= MAX_SIZE && tags.keys().all(|name| (1..=MAX_NAME).contains(&name.len()))
}

/// Adds tags; a new tag replaces one of the same name.
pub(crate) async fn add(api: &CarbonApi, request: &AuthorizedRequest<'_>) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let (id, added) = (data_source_id(&mut fields), fields.required("tags", tags));
    let (id, added) = fields.end(id.zip(added))?;
    change(api, request, id, |tags| tags.extend(added.clone())).await
}

/// Removes tags by name, or all of them.
pub(crate) async fn remove(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let id = data_source_id(&mut fields);
    let names = fields.optional("tags_to_remove", list(0..=MAX_TAGS, text(1..=MAX_NAME))).unwrap_or_default();
    let all = fields.optional("remove_all_tags", flag).unwrap_or_default();
    let id = fields.end(id)?;
    change(api, request, id, |tags| tags.retain(|name, _| !all && !names.contains(name))).await
}

async fn change(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
    id: ConnectionName,
    change: impl Fn(&mut Tags) + Send + Sync,
) -> Result<Response<Body>, Refusal> {
    let connection = connection_named(api, request, id, false).await?;
    let mut all = api.store.source_tags(connection.id).await?.tags;
    change(&mut all);
    if !tags_fit(&all) {
        let mut fields = Fields::of(request.body)?;
        let message =
            "with the tags that it has, the data source would have more than 100 tags or 16 KB of them";
        fields.refuse("tags", WrongField::new(message, "value_error.tags"));
        fields.end(Some(()))?;
    }
    change_source_tags(api.store.as_ref(), connection.id, change).await?;
    Ok(found(&describe(api, connection).await?))
}
