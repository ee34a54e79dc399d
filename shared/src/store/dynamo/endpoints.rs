//! Rows of endpoints, and of how they answer.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{ReturnValue, TransactWriteItem};
use serde::{Deserialize, Serialize};

use super::{
    Dynamo,
    keys::{self, Key},
    table::{PRESENT, Row, attribute, failed, number, row, text, value, won},
};
use crate::{
    delivery::{DeliveryError, Disabled, Endpoint, EndpointHealth, Stream},
    model::{ConnectionId, ConnectionStatus, EndpointId, ProjectId, Timestamp},
    store::{EndpointReader, Endpoints, StoreError, StoredEndpoint},
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

fn health_of(endpoint: &Endpoint) -> Key {
    keys::endpoint_health(endpoint.home(), endpoint.id)
}

/// With which connection a subscription is stored.
#[derive(Serialize, Deserialize)]
struct Home {
    connection: ConnectionId,
}

impl Dynamo {
    /// Returns the endpoint that is stored with a project or connection.
    async fn endpoint_at(&self, home: Stream, id: EndpointId) -> Result<Option<StoredEndpoint>, StoreError> {
        let rows = self.partition(&keys::endpoints(home), &id.to_string()).await?;
        Ok(joined(rows)?.into_iter().next())
    }

    /// Returns the writes by which a subscription is found by its id, if its connection is there.
    fn home_writes(&self, endpoint: &Endpoint) -> Result<Vec<TransactWriteItem>, StoreError> {
        let Stream::Connection(connection) = endpoint.home() else { return Ok(Vec::new()) };
        let values = Row::from([(":disconnected".to_owned(), attribute(&ConnectionStatus::Disconnected)?)]);
        let is_there = "attribute_exists(pk) AND #status <> :disconnected";
        Ok(vec![
            self.put_new(row(&keys::endpoint_home(endpoint.id), &Home { connection })?)?,
            self.check(&keys::connection(connection), is_there, values)?,
        ])
    }
}

#[async_trait]
impl EndpointReader for Dynamo {
    async fn endpoints(&self, project: ProjectId) -> Result<Vec<StoredEndpoint>, StoreError> {
        joined(self.partition(&keys::endpoints(Stream::Project(project)), "").await?)
    }

    async fn subscriptions(&self, connection: ConnectionId) -> Result<Vec<StoredEndpoint>, StoreError> {
        joined(self.partition(&keys::endpoints(Stream::Connection(connection)), "").await?)
    }

    async fn endpoint(
        &self,
        project: ProjectId,
        id: EndpointId,
    ) -> Result<Option<StoredEndpoint>, StoreError> {
        let own = self.endpoint_at(Stream::Project(project), id).await?;
        if own.is_some() {
            return Ok(own);
        }
        let home: Option<Home> = self.get_as(&keys::endpoint_home(id)).await?;
        let Some(Home { connection }) = home else { return Ok(None) };
        let found = self.endpoint_at(Stream::Connection(connection), id).await?;
        Ok(found.filter(|found| found.endpoint.project == project))
    }
}

#[async_trait]
impl Endpoints for Dynamo {
    async fn add_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError> {
        let row = row(&keys::endpoint(endpoint.home(), endpoint.id), endpoint)?;
        let mut writes = self.home_writes(endpoint)?;
        writes.push(self.put_new(row)?);
        self.transact(writes).await
    }

    async fn change_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row(&keys::endpoint(endpoint.home(), endpoint.id), endpoint)?))
            .condition_expression("#version = :before")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":before", number(endpoint.version.saturating_sub(1)));
        request.send().await.map(drop).map_err(failed)
    }

    async fn remove_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError> {
        let (home, id) = (endpoint.home(), endpoint.id);
        let mut writes = vec![
            self.delete(&keys::endpoint(home, id), None)?,
            self.delete(&keys::endpoint_health(home, id), None)?,
        ];
        if home.connection().is_some() {
            writes.push(self.delete(&keys::endpoint_home(id), None)?);
        }
        self.transact(writes).await
    }

    async fn note_endpoint_failure(
        &self,
        endpoint: &Endpoint,
        error: &DeliveryError,
        retry_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<EndpointHealth, StoreError> {
        let mut update =
            "SET failing_since = if_not_exists(failing_since, :now), last_error = :error".to_owned();
        if retry_at.is_some() {
            update.push_str(", retry_at = :retry");
        }
        update.push_str(match error.code {
            Some(_) => ", last_error_code = :code ADD failures :one",
            None => " REMOVE last_error_code ADD failures :one",
        });
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(health_of(endpoint).attributes()))
            .update_expression(update)
            .expression_attribute_values(":now", number(now.0))
            .expression_attribute_values(":error", text(&error.sentence))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::AllNew);
        let request = match retry_at {
            Some(at) => request.expression_attribute_values(":retry", number(at.0)),
            None => request,
        };
        let request = match error.code {
            Some(code) => request.expression_attribute_values(":code", text(code)),
            None => request,
        };
        value(request.send().await.map_err(failed)?.attributes.unwrap_or_default())
    }

    async fn note_endpoint_success(&self, endpoint: &Endpoint) -> Result<(), StoreError> {
        let key = health_of(endpoint);
        let update = "REMOVE failing_since, failures, retry_at, last_error, last_error_code";
        won(self.update_row(&key, update, Some(PRESENT), Row::new()).await).map(drop)
    }

    async fn disable_endpoint(&self, endpoint: &Endpoint, disabled: &Disabled) -> Result<bool, StoreError> {
        let values = Row::from([(":disabled".to_owned(), attribute(disabled)?)]);
        let writes = vec![
            self.check(&keys::endpoint(endpoint.home(), endpoint.id), PRESENT, Row::new())?,
            self.update(
                &health_of(endpoint),
                "SET disabled = :disabled",
                Some("attribute_not_exists(disabled)"),
                values,
            )?,
        ];
        won(self.transact(writes).await)
    }

    async fn enable_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError> {
        self.remove(health_of(endpoint)).await
    }
}
