//! Rows of the tags that projects give to connections: one row per connection, its tags as the text of a JSON
//! object, so that a condition compares them as a whole.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Dynamo, keys,
    table::{ABSENT, failed, row, text},
};
use crate::{
    model::{ConnectionId, StoredTags, Tags},
    store::{SourceTags, StoreError},
};

#[derive(Serialize, Deserialize)]
struct TagsRow {
    tags: String,
}

#[async_trait]
impl SourceTags for Dynamo {
    async fn source_tags(&self, connection: ConnectionId) -> Result<StoredTags, StoreError> {
        let found: Option<TagsRow> = self.get_as(&keys::source_tags(connection)).await?;
        let Some(TagsRow { tags: text }) = found else { return Ok(StoredTags::default()) };
        let tags = serde_json::from_str(&text).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(StoredTags { tags, text: Some(text) })
    }

    async fn replace_source_tags(
        &self,
        connection: ConnectionId,
        before: Option<&str>,
        tags: &Tags,
    ) -> Result<(), StoreError> {
        let tags = serde_json::to_string(tags).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row(&keys::source_tags(connection), &TagsRow { tags })?));
        let request = match before {
            None => request.condition_expression(ABSENT),
            Some(before) => request
                .condition_expression("tags = :before")
                .expression_attribute_values(":before", text(before)),
        };
        request.send().await.map(drop).map_err(failed)
    }
}
