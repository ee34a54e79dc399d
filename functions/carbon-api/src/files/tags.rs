//! `POST /create_user_file_tags` and `/delete_user_file_tags`: changes a file's own tags.

use http::Response;
use lambda_http::Body;
use shared::{answer::ApiError, model::Tags, store::StoreError};

use super::{file::File, one, query};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    data_sources::{tags, tags_fit},
    fields::{Fields, WrongField, list, text},
    request::AuthorizedRequest,
};

/// Maximum number of tags that are removed at once.
const MAX_NAMES: usize = 250;

/// Adds tags; a new tag replaces one of the same name.
pub(crate) async fn create(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let number = fields.required("organization_user_file_id", query::number);
    let added = fields.required("tags", tags);
    let (number, added) = fields.end(number.zip(added))?;
    change(api, request, number, |tags| tags.extend(added)).await
}

/// Removes tags by name.
pub(crate) async fn delete(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let number = fields.required("organization_user_file_id", query::number);
    let names = fields.required("tags", list(0..=MAX_NAMES, text(1..=1_024)));
    let (number, names) = fields.end(number.zip(names))?;
    change(api, request, number, |tags| tags.retain(|name, _| !names.contains(name))).await
}

async fn change(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
    number: u64,
    change: impl FnOnce(&mut Tags),
) -> Result<Response<Body>, Refusal> {
    let mut file = one::find(api, request, number).await?;
    change(&mut file.tags);
    if !tags_fit(&file.tags) {
        let mut fields = Fields::of(request.body)?;
        let message = "with the tags that it has, the file would have more than 100 tags or 16 KB of them";
        fields.refuse("tags", WrongField::new(message, "value_error.tags"));
        return fields.end(None);
    }
    store(api, &mut file).await?;
    Ok(found(&file.to_json(None)))
}

async fn store(api: &CarbonApi, file: &mut File) -> Result<(), Refusal> {
    let (id, now) = (&file.record.item.metadata.id, api.clock.now());
    let before = file.record.tags.as_ref().and_then(|stored| stored.text.as_deref());
    match api.store.tag(file.source.connection.id, id, before, &file.tags, now).await {
        Err(StoreError::Conflict) => {
            let message = "The file's tags were changed at the same time; ask again.";
            Err(ApiError::new(http::StatusCode::CONFLICT, "tags_changed", message).into())
        }
        stored => {
            file.record.updated_at = Some(now);
            Ok(stored?)
        }
    }
}
