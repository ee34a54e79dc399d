//! Rows of ordinals. A counter assigns each ordinal once; two rows map connection to ordinal, one in each
//! direction.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{ReturnValue, TransactWriteItem};
use serde::{Deserialize, Serialize};

use super::{
    Dynamo,
    items::Reading,
    keys,
    table::{failed, number, number_of, row, rows_up_to, text, value},
};
use crate::{
    model::{ConnectionId, ItemNumber, ProjectId, UserId},
    store::{Ordinals, StoreError, UserConnection},
};

#[derive(Serialize, Deserialize)]
struct OrdinalRow {
    ordinal: u32,
    connection: ConnectionId,
}

impl Dynamo {
    /// Returns the next ordinal. It is lost if nobody takes it.
    async fn next_ordinal(&self, project: ProjectId) -> Result<u32, StoreError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::last_ordinal(project).attributes()))
            .update_expression("ADD ordinal :one")
            .condition_expression("attribute_not_exists(ordinal) OR ordinal < :last")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":last", number(ItemNumber::MAX_ORDINAL.into()))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .map_err(failed)?;
        let ordinal = number_of(&answer.attributes.unwrap_or_default(), "ordinal");
        let ordinal = ordinal.and_then(|ordinal| u32::try_from(ordinal).ok());
        ordinal.ok_or_else(|| StoreError::Corrupt("an ordinal is no number".to_owned()))
    }

    /// Returns the ordinal of a new connection; `None` if the project has assigned all of them.
    pub(super) async fn ordinal_of_new(&self, project: ProjectId) -> Result<Option<u32>, StoreError> {
        match self.next_ordinal(project).await {
            Err(StoreError::Conflict) => Ok(None),
            ordinal => ordinal.map(Some),
        }
    }

    /// Returns the writes that assign an ordinal to a connection.
    pub(super) fn ordinal_writes(
        &self,
        project: ProjectId,
        connection: ConnectionId,
        ordinal: u32,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let assigned = OrdinalRow { ordinal, connection };
        let keys = [keys::ordinal(project, connection), keys::ordinal_holder(project, ordinal)];
        keys.iter().map(|key| self.put_new(row(key, &assigned)?)).collect()
    }

    /// Assigns an ordinal to a connection, or returns the one that it has got meanwhile.
    async fn give_ordinal(&self, project: ProjectId, connection: ConnectionId) -> Result<u32, StoreError> {
        let ordinal = self.next_ordinal(project).await?;
        match self.transact(self.ordinal_writes(project, connection, ordinal)?).await {
            // Another caller has assigned one at the same time.
            Err(StoreError::Conflict) => {
                let first: Option<OrdinalRow> = self.get_as(&keys::ordinal(project, connection)).await?;
                first.map(|row| row.ordinal).ok_or(StoreError::Conflict)
            }
            written => written.map(|()| ordinal),
        }
    }
}

#[async_trait]
impl Ordinals for Dynamo {
    async fn ordinals(
        &self,
        project: ProjectId,
        connections: &[ConnectionId],
    ) -> Result<HashMap<ConnectionId, u32>, StoreError> {
        let keys = connections.iter().map(|id| keys::ordinal(project, *id)).collect();
        let rows = self.batch(keys, Reading::Consistent).await?;
        let known: Result<Vec<OrdinalRow>, StoreError> = rows.into_iter().map(value).collect();
        let mut known: HashMap<ConnectionId, u32> =
            known?.into_iter().map(|row| (row.connection, row.ordinal)).collect();
        for id in connections {
            if !known.contains_key(id) {
                known.insert(*id, self.give_ordinal(project, *id).await?);
            }
        }
        Ok(known)
    }

    async fn connections_with_ordinals(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Vec<UserConnection>, StoreError> {
        self.connections_in(&keys::user_partition(project, user)).await
    }

    async fn numbered_connections(
        &self,
        project: ProjectId,
        limit: usize,
    ) -> Result<Option<HashMap<ConnectionId, u32>>, StoreError> {
        let (partition, prefix) = keys::ordinals(project);
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
            .expression_attribute_values(":pk", text(partition))
            .expression_attribute_values(":sk", text(prefix));
        let rows = rows_up_to(query, limit, |_| true).await?;
        if rows.len() > limit {
            return Ok(None);
        }
        let pair = |row| value(row).map(|OrdinalRow { connection, ordinal }| (connection, ordinal));
        rows.into_iter().map(pair).collect::<Result<_, _>>().map(Some)
    }

    async fn connection_with(
        &self,
        project: ProjectId,
        ordinal: u32,
    ) -> Result<Option<ConnectionId>, StoreError> {
        let row: Option<OrdinalRow> = self.get_as(&keys::ordinal_holder(project, ordinal)).await?;
        Ok(row.map(|row| row.connection))
    }
}
