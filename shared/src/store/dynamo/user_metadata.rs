//! The metadata that applications keep with their users: attributes of the user's row, the metadata as the
//! text of a JSON object, because DynamoDB's numbers are not JSON's. A deletion replaces the row by one
//! without them.

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    Dynamo, keys,
    table::{Row, attribute, number, text},
};
use crate::{
    model::{ProjectId, Tags, Timestamp, UserId},
    store::{StoreError, StoredMetadata, UserMetadata},
};

#[derive(Deserialize)]
struct MetadataRow {
    metadata: Option<String>,
    #[serde(default)]
    metadata_version: u64,
}

#[async_trait]
impl UserMetadata for Dynamo {
    async fn user_metadata(&self, project: ProjectId, user: &UserId) -> Result<StoredMetadata, StoreError> {
        let found: Option<MetadataRow> = self.get_as(&keys::project_user(project, user)).await?;
        let Some(MetadataRow { metadata: Some(text), metadata_version: version }) = found else {
            return Ok(StoredMetadata::default());
        };
        let metadata = serde_json::from_str(&text).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(StoredMetadata { metadata, version })
    }

    async fn replace_user_metadata(
        &self,
        project: ProjectId,
        user: &UserId,
        version: u64,
        metadata: &Tags,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let written =
            serde_json::to_string(metadata).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let mut values = Row::from([
            (":metadata".to_owned(), text(written)),
            (":next".to_owned(), number(version + 1)),
            (":now".to_owned(), number(now.0)),
            (":user".to_owned(), attribute(user)?),
        ]);
        let unchanged = if version == 0 {
            "attribute_not_exists(metadata_version)"
        } else {
            values.insert(":version".to_owned(), number(version));
            "metadata_version = :version"
        };
        let update = "SET metadata = :metadata, metadata_version = :next, customer = :user, updated_at = :now, \
            created_at = if_not_exists(created_at, :now)";
        let condition = format!("attribute_not_exists(deletion) AND {unchanged}");
        self.update_row(&keys::project_user(project, user), update, Some(&condition), values).await
    }
}
