//! Rows of labels, and the tags in items' rows.

use std::collections::HashMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Dynamo, keys,
    table::{Row, failed, number, row, text, value},
};
use crate::{
    model::{ConnectionId, ItemId, Label, Tags, Target, Timestamp},
    store::{Labels, StoreError},
};

#[derive(Serialize, Deserialize)]
struct LabelRow {
    target: Target,
    /// The label as JSON, because DynamoDB's numbers are not JSON's.
    label: String,
}

#[async_trait]
impl Labels for Dynamo {
    async fn label(
        &self,
        connection: ConnectionId,
        targets: &[Target],
        label: &Label,
    ) -> Result<(), StoreError> {
        let label = serde_json::to_string(label).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        for target in targets {
            let named = LabelRow { target: target.clone(), label: label.clone() };
            let row = row(&keys::label(connection, target), &named)?;
            let request = self.client.put_item().table_name(&self.table).set_item(Some(row));
            request.send().await.map(drop).map_err(failed)?;
        }
        Ok(())
    }

    async fn labels(&self, connection: ConnectionId) -> Result<HashMap<Target, Label>, StoreError> {
        let rows = self.partition(&keys::own_partition(connection), keys::LABELS).await?;
        let labelled = |row: Row| {
            let LabelRow { target, label } = value(row)?;
            let label =
                serde_json::from_str(&label).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            Ok((target, label))
        };
        rows.into_iter().map(labelled).collect()
    }

    async fn tag(
        &self,
        connection: ConnectionId,
        item: &ItemId,
        before: Option<&str>,
        tags: &Tags,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tags = serde_json::to_string(tags).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let mut values = Row::from([(":tags".to_owned(), text(tags)), (":now".to_owned(), number(now.0))]);
        let condition = match before {
            Some(before) => {
                values.insert(":before".to_owned(), text(before));
                "tags = :before"
            }
            None => "attribute_exists(facts) AND attribute_not_exists(tags)",
        };
        let key = keys::item(connection, item);
        self.update_row(&key, "SET tags = :tags, updated_at = :now", Some(condition), values).await
    }
}
