//! Rows of deliveries.
//!
//! | attribute | meaning |
//! |---|---|
//! | `reached`, `ends_rows`, `failures`, `failing_since`, `parked` | how far it is |
//! | `owed` | time at which a message was last sent for it, until a sender begins |
//! | `owed_by` | the call that found it owed last |
//! | `news` | number of announcements and of positions that were set |
//! | `holder`, `busy_until` | the sender that works on it, and until when at the latest |
//! | `retry_at` | time until which it waits |
//! | `wake_at`, `wake_shard` | time of a further attempt, in the index of what is due |

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::{operation::update_item::builders::UpdateItemFluentBuilder, types::ReturnValue};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Dynamo,
    keys::{self, Key},
    table::{PRESENT, Row, attribute, failed, number, row, text, value, won},
};
use crate::{
    delivery::{Position, Progress, Stream},
    model::{EndpointId, Timestamp},
    store::{
        Deliveries, DeliveryWork, OwedDeliveries, OwedDelivery, Rest, SenderId, StoreError, StoredDelivery,
    },
};

/// Lifetime of a row after its last use.
const KEPT: Duration = Duration::from_secs(100 * 24 * 60 * 60);
/// Time after which a message that is owed is taken for lost, and another one is sent.
const OWED: Duration = Duration::from_secs(45);

#[derive(Deserialize)]
struct DeliveryRow {
    #[serde(flatten)]
    progress: Progress,
    #[serde(default)]
    stream: Option<Stream>,
    #[serde(default)]
    retry_at: Option<Timestamp>,
    #[serde(default)]
    owed: Option<Timestamp>,
    #[serde(default)]
    owed_by: Option<String>,
    #[serde(default, rename = "news")]
    announcements: u64,
    #[serde(default)]
    busy_until: Option<Timestamp>,
}

impl DeliveryRow {
    fn stored(row: Row) -> Result<StoredDelivery, StoreError> {
        let Self { progress, stream, retry_at, owed, .. } = value(row)?;
        let stream = stream.ok_or_else(|| StoreError::Corrupt("a delivery without a stream".to_owned()))?;
        Ok(StoredDelivery { stream, progress, retry_at, is_owed: owed.is_some() })
    }

    /// Returns the delivery if it is owed, and nobody works on it nor does it wait.
    fn owed(self) -> Option<OwedDelivery> {
        let is_free =
            self.busy_until.is_none() && self.retry_at.is_none() && self.progress.position.is_some();
        let since = self.owed.filter(|_| is_free)?;
        Some(OwedDelivery { progress: self.progress, since, announcements: self.announcements })
    }
}

/// The attributes of a progress, as assignments and removals of an update.
fn assignments(progress: &Progress) -> Result<(Vec<String>, Vec<String>, Row), StoreError> {
    let (mut set, mut remove, mut values) = (Vec::new(), Vec::new(), Row::new());
    let stored: Row = row(&Key { pk: String::new(), sk: String::new() }, progress)?;
    for name in ["reached", "ends_rows", "failures", "failing_since", "parked"] {
        match stored.get(name) {
            Some(value) => {
                set.push(format!("{name} = :{name}"));
                values.insert(format!(":{name}"), value.clone());
            }
            None => remove.push(name.to_owned()),
        }
    }
    Ok((set, remove, values))
}

fn expression(set: &[String], remove: &[String]) -> String {
    let clause = |word: &str, parts: &[String]| match parts {
        [] => String::new(),
        parts => format!("{word} {}", parts.join(", ")),
    };
    format!("{} {}", clause("SET", set), clause("REMOVE", remove))
}

impl Dynamo {
    fn update_delivery(&self, key: &Key, update: String, values: Row) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
    }

    /// Stores progress and further assignments, if the sender still works on it.
    async fn write_progress(
        &self,
        key: &Key,
        sender: &SenderId,
        progress: &Progress,
        (more, without): (&[(&str, Row)], &[&str]),
        condition: &str,
    ) -> Result<(), StoreError> {
        let (mut set, mut remove, mut values) = assignments(progress)?;
        for (assignment, of) in more {
            set.push((*assignment).to_owned());
            values.extend(of.clone());
        }
        remove.extend(without.iter().map(|name| (*name).to_owned()));
        values.insert(":sender".to_owned(), text(&sender.0));
        let request = self
            .update_delivery(key, expression(&set, &remove), values)
            .condition_expression(format!("holder = :sender{condition}"));
        request.send().await.map(drop).map_err(failed)
    }
}

#[async_trait]
impl OwedDeliveries for Dynamo {
    async fn owe_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let call = Uuid::new_v4().to_string();
        let values = Row::from([
            (":now".to_owned(), number(now.0)),
            (":call".to_owned(), text(&call)),
            (":one".to_owned(), number(1)),
            (":stream".to_owned(), attribute(&stream)?),
            (":expires".to_owned(), number(now.plus(KEPT).unix_seconds())),
        ]);
        let update = "SET owed = if_not_exists(owed, :now), owed_by = :call, #stream = :stream, \
                      expires_at = :expires \
                      ADD news :one";
        let key = keys::delivery(endpoint, stream);
        let request = self
            .update_delivery(&key, update.to_owned(), values)
            .expression_attribute_names("#stream", "stream")
            .return_values(ReturnValue::AllOld);
        let Some(before) = request.send().await.map_err(failed)?.attributes else { return Ok(true) };
        let before: DeliveryRow = value(before)?;
        if before.retry_at.is_some_and(|at| at > now) {
            return Ok(false);
        }
        // Sent once more by the client, because the first answer was lost.
        if before.owed_by.is_some_and(|before| before == call) {
            return Ok(true);
        }
        match before.owed {
            Some(at) if now.since(at) < OWED => Ok(false),
            // The message must be lost: one of those who find that sends another.
            Some(at) => {
                let values =
                    Row::from([(":before".to_owned(), number(at.0)), (":now".to_owned(), number(now.0))]);
                won(self.update_row(&key, "SET owed = :now", Some("owed = :before"), values).await)
            }
            None => Ok(true),
        }
    }

    async fn forget_owed(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let values = Row::from([(":at".to_owned(), number(at.0))]);
        let key = keys::delivery(endpoint, stream);
        won(self.update_row(&key, "REMOVE owed", Some("owed = :at"), values).await).map(drop)
    }
}

#[async_trait]
impl Deliveries for Dynamo {
    async fn set_position(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        position: Position,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let values = Row::from([
            (":position".to_owned(), attribute(&position)?),
            (":stream".to_owned(), attribute(&stream)?),
            (":none".to_owned(), number(0)),
            (":one".to_owned(), number(1)),
            (":now".to_owned(), number(now.0)),
            (":expires".to_owned(), number(now.plus(KEPT).unix_seconds())),
        ]);
        let update = "SET reached = :position, failures = :none, owed = :now, #stream = :stream, \
                      expires_at = :expires \
                      ADD news :one \
                      REMOVE ends_rows, failing_since, holder, busy_until, retry_at, wake_at, wake_shard";
        let request = self
            .update_delivery(&keys::delivery(endpoint, stream), update.to_owned(), values)
            .expression_attribute_names("#stream", "stream");
        request.send().await.map(drop).map_err(failed)
    }

    async fn delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
    ) -> Result<Option<StoredDelivery>, StoreError> {
        self.get(&keys::delivery(endpoint, stream)).await?.map(DeliveryRow::stored).transpose()
    }

    async fn deliveries(
        &self,
        endpoint: EndpointId,
        after: Option<Stream>,
        limit: u16,
    ) -> Result<Vec<StoredDelivery>, StoreError> {
        let after = after.map(|stream| keys::delivery(endpoint, stream).attributes());
        let request = self
            .query_whole(keys::deliveries(endpoint))
            .set_exclusive_start_key(after)
            .limit(i32::from(limit));
        let rows = request.send().await.map_err(failed)?.items.unwrap_or_default();
        rows.into_iter().map(DeliveryRow::stored).collect()
    }

    async fn remove_deliveries(&self, endpoint: EndpointId) -> Result<(), StoreError> {
        loop {
            let rows = self.deliveries(endpoint, None, 500).await?;
            if rows.is_empty() {
                return Ok(());
            }
            self.remove_all(rows.iter().map(|row| keys::delivery(endpoint, row.stream)).collect()).await?;
        }
    }
}

#[async_trait]
impl DeliveryWork for Dynamo {
    async fn keep_owed(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let values = Row::from([(":now".to_owned(), number(now.0))]);
        let key = keys::delivery(endpoint, stream);
        let update = "SET owed = if_not_exists(owed, :now)";
        won(self.update_row(&key, update, Some(PRESENT), values).await).map(drop)
    }

    async fn owed_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
    ) -> Result<Option<OwedDelivery>, StoreError> {
        let row: Option<DeliveryRow> = self.get_as(&keys::delivery(endpoint, stream)).await?;
        Ok(row.and_then(DeliveryRow::owed))
    }

    async fn record_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        found: &OwedDelivery,
        progress: &Progress,
    ) -> Result<bool, StoreError> {
        let (set, mut remove, mut values) = assignments(progress)?;
        remove.push("owed".to_owned());
        values.insert(":since".to_owned(), number(found.since.0));
        values.insert(":news".to_owned(), number(found.announcements));
        let request = self
            .update_delivery(&keys::delivery(endpoint, stream), expression(&set, &remove), values)
            .condition_expression(
                "owed = :since AND news = :news AND attribute_not_exists(holder) AND attribute_not_exists(retry_at)",
            );
        won(request.send().await.map(drop).map_err(failed))
    }

    async fn take_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(SenderId, Progress)>, StoreError> {
        let sender = SenderId(Uuid::new_v4().to_string());
        let values = Row::from([
            (":now".to_owned(), number(now.0)),
            (":until".to_owned(), number(until.0)),
            (":sender".to_owned(), text(&sender.0)),
            (":stream".to_owned(), attribute(&stream)?),
            (":expires".to_owned(), number(now.plus(KEPT).unix_seconds())),
        ]);
        let update = "SET holder = :sender, busy_until = :until, #stream = :stream, expires_at = :expires \
                      REMOVE owed, retry_at, wake_at, wake_shard";
        let request = self
            .update_delivery(&keys::delivery(endpoint, stream), update.to_owned(), values)
            .expression_attribute_names("#stream", "stream")
            .condition_expression(
                "holder = :sender OR ((attribute_not_exists(busy_until) OR busy_until <= :now) \
                 AND (attribute_not_exists(retry_at) OR retry_at <= :now))",
            )
            .return_values(ReturnValue::AllNew);
        match request.send().await.map_err(failed) {
            Ok(answer) => {
                let row: DeliveryRow = value(answer.attributes.unwrap_or_default())?;
                Ok(Some((sender, row.progress)))
            }
            Err(StoreError::Conflict) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn keep_progress(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        sender: &SenderId,
        progress: &Progress,
    ) -> Result<(), StoreError> {
        self.write_progress(&keys::delivery(endpoint, stream), sender, progress, (&[], &[]), "").await
    }

    async fn end_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        sender: &SenderId,
        progress: &Progress,
        rest: Rest,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let key = keys::delivery(endpoint, stream);
        let due = |at: Timestamp| {
            let shard = text(keys::delivery_wake_shard(endpoint, stream));
            Row::from([(":at".to_owned(), number(at.0)), (":shard".to_owned(), shard)])
        };
        let next = match rest {
            Rest::Nothing => None,
            Rest::Attempt(at) => Some(("wake_at = :at, wake_shard = :shard", due(at))),
            Rest::Wait(at) => {
                let wait = [("retry_at = :at, wake_at = :at, wake_shard = :shard", due(at))];
                let without = ["holder", "busy_until", "owed"];
                self.write_progress(&key, sender, progress, (&wait, &without), "").await?;
                return Ok(false);
            }
        };
        let without = ["holder", "busy_until"];
        let mut with: Vec<(&str, Row)> = next.into_iter().collect();
        let quiet = " AND attribute_not_exists(owed)";
        match self.write_progress(&key, sender, progress, (&with, &without), quiet).await {
            Err(StoreError::Conflict) => {
                with.push(("owed = :now", Row::from([(":now".to_owned(), number(now.0))])));
                self.write_progress(&key, sender, progress, (&with, &without), "").await?;
                Ok(true)
            }
            ended => ended.map(|()| false),
        }
    }

    async fn hasten_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = "SET owed = :now REMOVE retry_at, wake_at, wake_shard";
        let values = Row::from([(":now".to_owned(), number(now.0))]);
        let condition = Some("attribute_exists(retry_at)");
        won(self.update_row(&keys::delivery(endpoint, stream), update, condition, values).await)
    }
}
