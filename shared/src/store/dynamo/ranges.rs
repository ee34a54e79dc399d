//! Parts of a partition, by the order of its sort keys.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use super::{
    Dynamo,
    keys::Key,
    table::{Row, failed, text},
};
use crate::store::StoreError;

/// Rows of a partition.
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    /// Whether none came after them when they were read.
    pub(super) is_end: bool,
}

impl Dynamo {
    /// Returns the last row of a partition whose sort key is at most `sort`, consistently.
    pub(super) async fn last_row(&self, pk: String, sort: String) -> Result<Option<Row>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk <= :sk")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":sk", text(sort))
            .scan_index_forward(false)
            .limit(1)
            .send()
            .await
            .map_err(failed)?;
        Ok(answer.items.unwrap_or_default().into_iter().next())
    }

    /// Returns the first rows of a partition whose sort keys are after `sort`, consistently: at most `limit`, and at
    /// most 1 MB of them.
    pub(super) async fn rows_after(
        &self,
        pk: String,
        sort: String,
        limit: usize,
    ) -> Result<Rows, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk > :sk")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":sk", text(sort))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(failed)?;
        let is_end = answer.last_evaluated_key.is_none();
        Ok(Rows { rows: answer.items.unwrap_or_default(), is_end })
    }

    /// Returns a query of a whole partition, consistently.
    pub(super) fn query_whole(&self, pk: impl Into<String>) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(pk))
    }

    /// Returns the first rows of a partition, or those after one of its keys, consistently: at most `limit`, and fewer
    /// only if there are no more.
    pub(super) async fn rows_from(
        &self,
        pk: String,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let query = self.query_whole(pk).set_exclusive_start_key(after.map(Key::attributes));
        let mut answers = query.limit(i32::try_from(limit).unwrap_or(i32::MAX)).into_paginator().send();
        let mut rows = Vec::new();
        // One answer has at most 1 MB, whatever the limit.
        while rows.len() < limit
            && let Some(answer) = answers.try_next().await.map_err(failed)?
        {
            rows.extend(answer.items.unwrap_or_default());
        }
        rows.truncate(limit);
        Ok(rows)
    }
}
