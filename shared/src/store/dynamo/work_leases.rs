//! The walker's lease on HEAD: the attributes `walker` and `walk_until` of its row.
//!
//! Walkers of versions before 2026-11-30 have a lease in a row of its own, do not look at these attributes, and write HEAD
//! without them. While both versions run, a walker can therefore take HEAD from one that is at work: the epoch then fences
//! the earlier one, as after a lease that has expired, and the later one goes on from what is committed.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::ReturnValue;
use uuid::Uuid;

use super::{
    Dynamo, keys,
    table::{Row, attribute, failed, number, row, text, value, won},
};
use crate::{
    model::{ConnectionId, ConnectionStatus, Head, Timestamp},
    store::{HeadLease, Holder, StoreError, WorkLeases},
};

/// Condition that HEAD can be taken. It also holds for the taker, whose first attempt may have had its effect although no
/// answer came.
const FREE: &str = "attribute_exists(pk) AND attribute_not_exists(closed) \
                    AND (attribute_not_exists(walk_until) OR walk_until <= :now OR walker = :walker)";
const TAKE: &str = "SET #head = if_not_exists(#head, :zero), applied = if_not_exists(applied, :zero), \
                    walker = :walker, walk_until = :until ADD epoch :one";

impl Dynamo {
    /// Takes HEAD. It is a conflict if there is none, if it is closed, or if another walker has it.
    async fn raise_epoch(
        &self,
        connection: ConnectionId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Head, StoreError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::head(connection).attributes()))
            .update_expression(TAKE)
            .condition_expression(FREE)
            .expression_attribute_names("#head", "head")
            .expression_attribute_values(":zero", number(0))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":walker", text(Uuid::new_v4().to_string()))
            .expression_attribute_values(":now", number(now.0))
            .expression_attribute_values(":until", number(until.0))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .map_err(failed)?;
        value(answer.attributes.unwrap_or_default())
    }
}

#[async_trait]
impl WorkLeases for Dynamo {
    async fn take_head(
        &self,
        connection: ConnectionId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<HeadLease, StoreError> {
        match self.raise_epoch(connection, now, until).await {
            Ok(head) => Ok(HeadLease::Taken(Box::new(head))),
            Err(StoreError::Conflict) => {
                let row = self.get(&keys::head(connection)).await?;
                let is_open = row.is_some_and(|row| !row.contains_key("closed"));
                Ok(if is_open { HeadLease::Held } else { HeadLease::Absent })
            }
            Err(error) => Err(error),
        }
    }

    async fn first_head(&self, connection: ConnectionId, until: Timestamp) -> Result<Head, StoreError> {
        let (walker, walk_until) = (Some(Uuid::new_v4()), Some(until));
        let head = Head { epoch: 1, walker, walk_until, ..Head::default() };
        let values = Row::from([(":disconnected".to_owned(), attribute(&ConnectionStatus::Disconnected)?)]);
        let lives = "attribute_not_exists(pk) OR #status <> :disconnected";
        let writes = vec![
            self.check(&keys::connection(connection), lives, values)?,
            self.put_new(row(&keys::head(connection), &head)?)?,
        ];
        self.transact(writes).await?;
        Ok(head)
    }

    async fn release_head(&self, connection: ConnectionId, walker: Holder) -> Result<(), StoreError> {
        let values = Row::from([(":walker".to_owned(), text(walker.to_string()))]);
        let (release, has_it) = ("REMOVE walker, walk_until", "walker = :walker");
        won(self.update_row(&keys::head(connection), release, Some(has_it), values).await).map(drop)
    }
}
