//! The rows that a walk begins with. Their sort keys are next to each other, so that one query reads them: it is billed
//! by the size of all, and a row by itself as at least 4 KB.

use async_trait::async_trait;

use super::{
    Dynamo, choices,
    keys::{self, Key},
    table::{Row, failed, text, value},
};
use crate::{
    model::{Connection, ConnectionId, Exclusion, Health},
    store::{StoreError, WalkReader, WalkRows},
};

#[async_trait]
impl WalkReader for Dynamo {
    async fn walk_rows(&self, id: ConnectionId) -> Result<Option<WalkRows>, StoreError> {
        let (first, last) = keys::WALK_ROWS;
        let rows: Vec<Row> = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":pk", text(keys::own_partition(id)))
            .expression_attribute_values(":first", text(first))
            .expression_attribute_values(":last", text(last))
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(failed)?;
        let (mut chosen, mut exclusions, mut health) = (Vec::new(), Vec::new(), Health::default());
        let mut connection: Option<Connection> = None;
        for row in rows {
            let Some(Key { sk, .. }) = Key::of(&row) else { continue };
            if sk.starts_with(keys::CHOICES) {
                chosen.push(row);
            } else if sk.starts_with(keys::EXCLUSIONS) {
                exclusions.push(value::<Exclusion>(row)?);
            } else if sk == keys::connection(id).sk {
                connection = Some(value(row)?);
            } else if sk == keys::health(id).sk {
                health = value(row)?;
            }
        }
        let choices = choices::of_rows(chosen)?;
        Ok(connection.map(|connection| WalkRows { connection, choices, exclusions, health }))
    }
}
