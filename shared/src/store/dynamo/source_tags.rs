//! Rows of the tags that projects give to connections: one row per connection, its tags as the text of a JSON
//! object, so that a condition compares them as a whole.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Dynamo, keys,
    table::{ABSENT, failed, row, text},
};
use crate::{
    model::{ConnectionId, Tags},
    store::{SourceTags, StoreError},
};

#[derive(Serialize, Deserialize)]
struct TagsRow {
    tags: String,
}

#[async_trait]
impl SourceTags for Dynamo {
    async fn source_tags(&self, connection: ConnectionId) -> Result<Tags, StoreError> {
        let found: Option<TagsRow> = self.get_as(&keys::source_tags(connection)).await?;
        found.map_or_else(|| Ok(Tags::new()), |row| read(&row.tags))
    }

    async fn replace_source_tags(
        &self,
        connection: ConnectionId,
        before: &Tags,
        tags: &Tags,
    ) -> Result<(), StoreError> {
        let written = TagsRow { tags: written(tags)? };
        let unchanged = if before.is_empty() {
            format!("{ABSENT} OR tags = :before")
        } else {
            "tags = :before".to_owned()
        };
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row(&keys::source_tags(connection), &written)?))
            .condition_expression(unchanged)
            .expression_attribute_values(":before", text(self::written(before)?))
            .send()
            .await
            .map(drop)
            .map_err(failed)
    }
}

fn read(text: &str) -> Result<Tags, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Returns the tags as text. The members are in the order of their names, so that equal tags give equal text.
fn written(tags: &Tags) -> Result<String, StoreError> {
    serde_json::to_string(tags).map_err(|error| StoreError::Corrupt(error.to_string()))
}
