//! Common parts of the adapter: rows as values, and DynamoDB's errors as ours.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::{query::builders::QueryFluentBuilder, transact_write_items::TransactWriteItemsError},
    types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_attribute_value, to_item};

use super::{
    address::Address,
    gathered::Gathered,
    keys::{EXPIRES, Key},
    lost_answers::LostAnswers,
};
use crate::{
    aws::{Direct, describe},
    model::Timestamp,
    store::StoreError,
};

/// A row's attributes.
pub(super) type Row = HashMap<String, AttributeValue>;

/// Condition that a row does not exist.
pub(super) const ABSENT: &str = "attribute_not_exists(pk)";
/// Condition that a row exists.
pub(super) const PRESENT: &str = "attribute_exists(pk)";

/// The store on one DynamoDB table.
#[derive(Debug, Clone)]
pub struct Dynamo {
    pub(super) client: Client,
    pub(super) table: String,
    address: Address,
    /// If reads of single rows are gathered: their rounds.
    gathered: Option<Gathered>,
}

impl Dynamo {
    /// Returns the store on the table with this name, over the client's connections.
    #[expect(clippy::needless_pass_by_value, reason = "callers make a client for the store")]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        let address = Address::default();
        let config = client.config().to_builder().interceptor(LostAnswers).interceptor(address.clone());
        Self { client: Client::from_conf(config.build()), table: table.into(), address, gathered: None }
    }

    /// Returns the store in which reads of single rows that a task asks for at the same time are one request
    /// (`BatchGetItem`). It is sent to the same table by `direct`, and by the client if that brings no answer. An error
    /// of that request is the error of each read.
    #[must_use]
    pub fn gathering(&self, direct: Direct) -> Self {
        Self { gathered: Some(Gathered::new(direct)), ..self.clone() }
    }

    /// Returns the address to which the client sends; `None` before its first request.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.known()
    }

    /// Reads one row, consistently.
    pub(super) async fn get(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        match &self.gathered {
            Some(gathered) => gathered.get(self, key).await,
            None => self.get_alone(key).await,
        }
    }

    /// Reads one row, consistently, in a request of its own.
    pub(super) async fn get_alone(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .consistent_read(true);
        Ok(request.send().await.map_err(failed)?.item)
    }

    /// Reads one row as a value, consistently.
    pub(super) async fn get_as<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        self.get(key).await?.map(value).transpose()
    }

    /// Reads a row, and ignores it after its expiry: DynamoDB removes such rows late.
    pub(super) async fn get_fresh<T: DeserializeOwned>(
        &self,
        key: &Key,
        now: Timestamp,
    ) -> Result<Option<T>, StoreError> {
        self.get(key).await?.filter(|row| !has_expired(row, now)).map(value).transpose()
    }

    /// Returns all rows of a partition whose sort key begins with `prefix`, consistently.
    pub(super) async fn partition(&self, pk: &str, prefix: &str) -> Result<Vec<Row>, StoreError> {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression(if prefix.is_empty() {
                "pk = :pk"
            } else {
                "pk = :pk AND begins_with(sk, :sk)"
            })
            .set_expression_attribute_values(partition_values(pk, prefix))
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(failed)
    }

    /// Updates one row by an expression. A condition that fails is a conflict.
    pub(super) async fn update_row(
        &self,
        key: &Key,
        update: &str,
        condition: Option<&str>,
        values: Row,
    ) -> Result<(), StoreError> {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .set_condition_expression(condition.map(str::to_owned))
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .send()
            .await
            .map(drop)
            .map_err(failed)
    }

    /// Returns a condition on a row, for a transaction that writes others.
    pub(super) fn check(
        &self,
        key: &Key,
        condition: &str,
        values: Row,
    ) -> Result<TransactWriteItem, StoreError> {
        let names_status = condition.contains("#status");
        let names = names_status.then(|| HashMap::from([("#status".to_owned(), "status".to_owned())]));
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .build()
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// Returns the write of a row that must not exist yet.
    pub(super) fn put_new(&self, row: Row) -> Result<TransactWriteItem, StoreError> {
        self.put(row, Some(ABSENT))
    }

    /// Returns the write of a row, with a condition if given.
    pub(super) fn put(&self, row: Row, condition: Option<&str>) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(row))
            .set_condition_expression(condition.map(str::to_owned))
            .build()
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Returns the update of a row, with a condition if given. `#status` is declared where it is used,
    /// because `status` is a reserved word.
    pub(super) fn update(
        &self,
        key: &Key,
        update: &str,
        condition: Option<&str>,
        values: Row,
    ) -> Result<TransactWriteItem, StoreError> {
        let names_status = format!("{update} {}", condition.unwrap_or_default()).contains("#status");
        let names = names_status.then(|| HashMap::from([("#status".to_owned(), "status".to_owned())]));
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .set_condition_expression(condition.map(str::to_owned))
            .set_expression_attribute_names(names)
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .build()
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Returns the removal of a row, for a transaction.
    pub(super) fn delete(&self, key: &Key, condition: Option<&str>) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .set_condition_expression(condition.map(str::to_owned))
            .build()
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    /// Sets one attribute of a row. It is a conflict if the row does not exist.
    pub(super) async fn write_attribute(
        &self,
        key: &Key,
        name: &str,
        value: &impl Serialize,
    ) -> Result<(), StoreError> {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .update_expression("SET #name = :value")
            .condition_expression(PRESENT)
            .expression_attribute_names("#name", name)
            .expression_attribute_values(":value", attribute(value)?)
            .send()
            .await
            .map(drop)
            .map_err(failed)
    }

    /// Removes one row, if it exists.
    pub(super) async fn remove(&self, key: Key) -> Result<(), StoreError> {
        let request = self.client.delete_item().table_name(&self.table).set_key(Some(key.attributes()));
        request.send().await.map(drop).map_err(failed)
    }

    /// Writes all rows or none.
    pub(super) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<(), StoreError> {
        let request = self.client.transact_write_items().set_transact_items(Some(writes));
        request.send().await.map(drop).map_err(cancelled)
    }
}

fn partition_values(pk: &str, prefix: &str) -> Option<Row> {
    let mut values = HashMap::from([(":pk".to_owned(), AttributeValue::S(pk.to_owned()))]);
    if !prefix.is_empty() {
        values.insert(":sk".to_owned(), AttributeValue::S(prefix.to_owned()));
    }
    Some(values)
}

/// Returns a value as the row with this key.
pub(super) fn row<T: Serialize>(key: &Key, value: &T) -> Result<Row, StoreError> {
    let mut row: Row = to_item(value).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    row.extend(key.attributes());
    Ok(row)
}

/// Returns a value as an attribute.
pub(super) fn attribute(value: &impl Serialize) -> Result<AttributeValue, StoreError> {
    to_attribute_value(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Returns the row with an expiry: DynamoDB removes it some time after `at`.
pub(super) fn expiring(mut row: Row, at: Timestamp) -> Row {
    row.insert(EXPIRES.to_owned(), number(at.unix_seconds()));
    row
}

/// Reads a row as a value.
pub(super) fn value<T: DeserializeOwned>(row: Row) -> Result<T, StoreError> {
    from_item(row).map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(super) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(super) fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// Returns a number from a row; `None` if there is none.
pub(super) fn number_of(row: &Row, name: &str) -> Option<u64> {
    row.get(name)?.as_n().ok()?.parse().ok()
}

pub(super) fn has_expired(row: &Row, now: Timestamp) -> bool {
    number_of(row, EXPIRES).is_some_and(|at| at <= now.unix_seconds())
}

/// Returns the rows of a query that `is_wanted` takes; it ends with the page in which there are more than `limit`.
pub(super) async fn rows_up_to(
    query: QueryFluentBuilder,
    limit: usize,
    is_wanted: impl Fn(&Row) -> bool,
) -> Result<Vec<Row>, StoreError> {
    let with_one_more = i32::try_from(limit + 1).unwrap_or(i32::MAX);
    let mut answers = query.limit(with_one_more).into_paginator().send();
    let mut rows = Vec::new();
    while rows.len() <= limit
        && let Some(answer) = answers.try_next().await.map_err(failed)?
    {
        rows.extend(answer.items.unwrap_or_default().into_iter().filter(&is_wanted));
    }
    Ok(rows)
}

/// Converts the error of a failed call. A failed condition is a conflict.
#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
pub(super) fn failed<E, R>(error: SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata,
{
    match error.as_service_error().and_then(ProvideErrorMetadata::code) {
        Some("ConditionalCheckFailedException") => StoreError::Conflict,
        _ => StoreError::Unavailable(describe(&error)),
    }
}

/// Converts the error of a failed transaction. A failed condition is a conflict; a collision with another
/// transaction only makes the store unavailable.
fn cancelled<R>(error: SdkError<TransactWriteItemsError, R>) -> StoreError {
    if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() {
        let failed = |code: Option<&str>| code == Some("ConditionalCheckFailed");
        if cancelled.cancellation_reasons().iter().any(|reason| failed(reason.code())) {
            return StoreError::Conflict;
        }
    }
    failed(error)
}

/// Turns a conflict into `false`.
pub(super) fn won(result: Result<(), StoreError>) -> Result<bool, StoreError> {
    match result {
        Ok(()) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error),
    }
}
