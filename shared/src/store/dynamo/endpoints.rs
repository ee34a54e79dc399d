//! Rows of endpoints, and of how they answer.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::ReturnValue;

use super::{
    Dynamo, keys,
    table::{PRESENT, Row, attribute, failed, number, row, text, value, won},
};
use crate::{
    delivery::{Disabled, Endpoint, EndpointHealth},
    model::{EndpointId, ProjectId, Timestamp},
    store::{Endpoints, StoreError, StoredEndpoint},
};

/// Joins the rows of endpoints with those of how they answer. A row of the latter may remain alone for a
/// moment when an endpoint is removed.
fn joined(rows: Vec<Row>) -> Result<Vec<StoredEndpoint>, StoreError> {
    let mut endpoints = Vec::new();
    let mut answers = HashMap::new();
    for row in rows {
        let sort = row.get(keys::SK).and_then(|sort| sort.as_s().ok()).cloned().unwrap_or_default();
        match sort.strip_suffix(keys::ENDPOINT_HEALTH) {
            Some(id) => drop(answers.insert(id.to_owned(), value::<EndpointHealth>(row)?)),
            None => endpoints.push(value::<Endpoint>(row)?),
        }
    }
    let joined = |endpoint: Endpoint| {
        let health = answers.remove(&endpoint.id.to_string()).unwrap_or_default();
        StoredEndpoint { endpoint, health }
    };
    Ok(endpoints.into_iter().map(joined).collect())
}

#[async_trait]
impl Endpoints for Dynamo {
    async fn add_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError> {
        let row = row(&keys::endpoint(endpoint.project, endpoint.id), endpoint)?;
        self.transact(vec![self.put_new(row)?]).await
    }

    async fn endpoints(&self, project: ProjectId) -> Result<Vec<StoredEndpoint>, StoreError> {
        joined(self.partition(&keys::endpoints(project), "").await?)
    }

    async fn endpoint(
        &self,
        project: ProjectId,
        id: EndpointId,
    ) -> Result<Option<StoredEndpoint>, StoreError> {
        let rows = self.partition(&keys::endpoints(project), &id.to_string()).await?;
        Ok(joined(rows)?.into_iter().next())
    }

    async fn change_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row(&keys::endpoint(endpoint.project, endpoint.id), endpoint)?))
            .condition_expression("#version = :before")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":before", number(endpoint.version.saturating_sub(1)));
        request.send().await.map(drop).map_err(failed)
    }

    async fn remove_endpoint(&self, project: ProjectId, id: EndpointId) -> Result<(), StoreError> {
        let writes = vec![
            self.delete(&keys::endpoint(project, id), None)?,
            self.delete(&keys::endpoint_health(project, id), None)?,
        ];
        self.transact(writes).await
    }

    async fn note_endpoint_failure(
        &self,
        project: ProjectId,
        id: EndpointId,
        error: &str,
        retry_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<EndpointHealth, StoreError> {
        let update = "SET failing_since = if_not_exists(failing_since, :now), last_error = :error";
        let update = match retry_at {
            Some(_) => format!("{update}, retry_at = :retry ADD failures :one"),
            None => format!("{update} ADD failures :one"),
        };
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::endpoint_health(project, id).attributes()))
            .update_expression(update)
            .expression_attribute_values(":now", number(now.0))
            .expression_attribute_values(":error", text(error))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::AllNew);
        let request = match retry_at {
            Some(at) => request.expression_attribute_values(":retry", number(at.0)),
            None => request,
        };
        value(request.send().await.map_err(failed)?.attributes.unwrap_or_default())
    }

    async fn note_endpoint_success(&self, project: ProjectId, id: EndpointId) -> Result<(), StoreError> {
        let key = keys::endpoint_health(project, id);
        let update = "REMOVE failing_since, failures, retry_at, last_error";
        won(self.update_row(&key, update, Some(PRESENT), Row::new()).await).map(drop)
    }

    async fn disable_endpoint(
        &self,
        project: ProjectId,
        id: EndpointId,
        disabled: &Disabled,
    ) -> Result<bool, StoreError> {
        let values = Row::from([(":disabled".to_owned(), attribute(disabled)?)]);
        let writes = vec![
            self.check(&keys::endpoint(project, id), PRESENT, Row::new())?,
            self.update(
                &keys::endpoint_health(project, id),
                "SET disabled = :disabled",
                Some("attribute_not_exists(disabled)"),
                values,
            )?,
        ];
        won(self.transact(writes).await)
    }

    async fn enable_endpoint(&self, project: ProjectId, id: EndpointId) -> Result<(), StoreError> {
        self.remove(keys::endpoint_health(project, id)).await
    }
}
