//! Finds one file by its integer.

use std::sync::Arc;

use shared::{
    answer::ApiError,
    model::{ConnectionName, ItemNumber},
};

use super::{assemble, file::File, sources};
use crate::{CarbonApi, answer::Refusal, request::Asked};

/// Returns the user's file with this integer.
pub(super) async fn find(api: &CarbonApi, asked: &Asked<'_>, number: u64) -> Result<File, Refusal> {
    let Some(named) = ItemNumber::of(number) else { return Err(missing()) };
    let source = sources::with_name(api, asked, ConnectionName::Ordinal(named.ordinal)).await;
    let source = source.map_err(|refusal| if refusal.is_not_found() { missing() } else { refusal })?;
    let id = source.connection.id;
    let records = async { Ok(api.records.records_created_by(id, &[named.created]).await?) };
    assemble::files(api, &Arc::new(source), records).await?.pop().ok_or_else(missing)
}

fn missing() -> Refusal {
    ApiError::not_found("file_not_found", "This user of the project has no such file.").into()
}
