//! Finds one file by its integer.

use shared::{
    answer::ApiError,
    model::{ConnectionName, ItemNumber},
};

use super::{assemble, context::Context, file::File, sources::Named};
use crate::{CarbonApi, answer::Refusal, request::AuthorizedRequest};

/// Returns the user's file with this integer.
pub(super) async fn find(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
    number: u64,
) -> Result<File, Refusal> {
    let Some(wanted) = ItemNumber::of(number) else { return Err(missing()) };
    let named = Named::with_name(api, request, ConnectionName::Ordinal(wanted.ordinal)).await;
    let named = named.map_err(|refusal| if refusal.is_not_found() { missing() } else { refusal })?;
    let records = async {
        let records = api.store.records_created_by(named.id, &[wanted.created]).await?;
        let folders = assemble::folders_of(api, named.id, &records).await?;
        Ok((records, folders))
    };
    let (context, (records, folders)) = tokio::try_join!(Context::read(api, request, named), records)?;
    let context = context.ok_or_else(missing)?;
    assemble::files(&context, records, &folders).pop().ok_or_else(missing)
}

fn missing() -> Refusal {
    ApiError::not_found("file_not_found", "This user of the project has no such file.").into()
}
