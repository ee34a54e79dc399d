//! Rows of workflows, of their documents, and of the users for whom they run.
//!
//! Documents and settings are stored as the text of JSON, because DynamoDB's numbers are not JSON's, and because it
//! nests values less deeply.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Dynamo, keys,
    table::{PRESENT, Row, attribute, failed, number, number_of, row, text, value, won},
};
use crate::{
    model::{ProjectId, Timestamp, UserId, WorkflowId},
    store::{Enablement, StoreError, Workflows},
    workflows::{Document, Workflow},
};

/// Time for which a version is kept after it was replaced: longer than a run lasts.
const KEPT: Duration = Duration::from_secs(100 * 24 * 60 * 60);
/// Number of decisions that are removed at a time.
const PAGE: u16 = 500;

/// A value as the text of JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct TextRow {
    pub(super) body: String,
}

impl TextRow {
    pub(super) fn of(value: &impl Serialize) -> Result<Self, StoreError> {
        let body = serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(Self { body })
    }

    pub(super) fn read<T: DeserializeOwned>(row: Row) -> Result<T, StoreError> {
        let Self { body } = value(row)?;
        serde_json::from_str(&body).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

/// Returns the row of a workflow.
fn workflow_row(workflow: &Workflow) -> Result<Row, StoreError> {
    let mut row = row(&keys::workflow(workflow.project, workflow.id), &TextRow::of(workflow)?)?;
    row.insert("version".to_owned(), number(workflow.version));
    Ok(row)
}

fn document_row(workflow: &Workflow) -> Result<Row, StoreError> {
    let key = keys::document(workflow.project, workflow.id, workflow.version);
    row(&key, &TextRow::of(&workflow.document)?)
}

fn last_of(row: &Row) -> Option<&String> {
    row.get(keys::SK)?.as_s().ok()
}

impl Dynamo {
    /// Lets a version expire.
    async fn end_version(
        &self,
        project: ProjectId,
        id: WorkflowId,
        version: u64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let values = Row::from([(":at".to_owned(), number(now.plus(KEPT).unix_seconds()))]);
        let key = keys::document(project, id, version);
        let ended = self.update_row(&key, "SET expires_at = :at", Some(PRESENT), values);
        won(ended.await).map(drop)
    }
}

#[async_trait]
impl Workflows for Dynamo {
    async fn add_workflow(&self, workflow: &Workflow) -> Result<(), StoreError> {
        let writes = vec![self.put_new(workflow_row(workflow)?)?, self.put(document_row(workflow)?, None)?];
        self.transact(writes).await
    }

    async fn workflows(&self, project: ProjectId) -> Result<Vec<Workflow>, StoreError> {
        let rows = self.partition(&keys::workflows(project), "").await?;
        rows.into_iter().map(TextRow::read).collect()
    }

    async fn workflow(&self, project: ProjectId, id: WorkflowId) -> Result<Option<Workflow>, StoreError> {
        self.get(&keys::workflow(project, id)).await?.map(TextRow::read).transpose()
    }

    async fn workflow_document(
        &self,
        project: ProjectId,
        id: WorkflowId,
        version: u64,
    ) -> Result<Option<Document>, StoreError> {
        self.get(&keys::document(project, id, version)).await?.map(TextRow::read).transpose()
    }

    async fn change_workflow(&self, workflow: &Workflow) -> Result<(), StoreError> {
        let before = workflow.version.saturating_sub(1);
        let mut values = workflow_row(workflow)?;
        let (version, body) = (values.remove("version"), values.remove("body"));
        let (Some(version), Some(body)) = (version, body) else {
            return Err(StoreError::Corrupt("a workflow without a version".to_owned()));
        };
        let values = Row::from([
            (":version".to_owned(), version),
            (":body".to_owned(), body),
            (":before".to_owned(), number(before)),
        ]);
        let key = keys::workflow(workflow.project, workflow.id);
        let changed =
            self.update(&key, "SET version = :version, body = :body", Some("version = :before"), values)?;
        self.transact(vec![changed, self.put(document_row(workflow)?, None)?]).await?;
        // If this is not reached, the version stays until the workflow is removed.
        self.end_version(workflow.project, workflow.id, before, workflow.updated_at).await
    }

    async fn remove_workflow(
        &self,
        project: ProjectId,
        id: WorkflowId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // First, so that nobody decides anything about it any more.
        self.remove(keys::workflow(project, id)).await?;
        self.schedule_workflow(project, id, None).await?;
        loop {
            let page = self.enablements(project, id, None, PAGE).await?;
            let keys = page.iter().flat_map(|Enablement { user, .. }| {
                [keys::enablement(project, id, user), keys::enablement_of_user(project, user, id)]
            });
            if page.is_empty() {
                break;
            }
            self.remove_all(keys.collect()).await?;
        }
        for row in self.partition(&keys::document(project, id, 0).pk, "version#").await? {
            let number = last_of(&row).and_then(|sort| sort.strip_prefix("version#")?.parse().ok());
            if let Some(version) = number.filter(|_| !row.contains_key(keys::EXPIRES)) {
                self.end_version(project, id, version, now).await?;
            }
        }
        Ok(())
    }

    async fn enable_workflow(
        &self,
        project: ProjectId,
        id: WorkflowId,
        enablement: &Enablement,
    ) -> Result<(), StoreError> {
        let (user, body) = (&enablement.user, TextRow::of(enablement)?);
        let writes = vec![
            self.check(&keys::workflow(project, id), PRESENT, Row::new())?,
            self.put(row(&keys::enablement(project, id, user), &body)?, None)?,
            self.put(row(&keys::enablement_of_user(project, user, id), &body)?, None)?,
        ];
        self.transact(writes).await
    }

    async fn enablement(
        &self,
        project: ProjectId,
        id: WorkflowId,
        user: &UserId,
    ) -> Result<Option<Enablement>, StoreError> {
        self.get(&keys::enablement(project, id, user)).await?.map(TextRow::read).transpose()
    }

    async fn enablements(
        &self,
        project: ProjectId,
        id: WorkflowId,
        after: Option<&UserId>,
        limit: u16,
    ) -> Result<Vec<Enablement>, StoreError> {
        // No user's id is empty.
        let after = after.map_or_else(|| " ".to_owned(), ToString::to_string);
        let found = self.rows_after(keys::enablements(project, id), after, limit.into()).await?;
        found.rows.into_iter().map(TextRow::read).collect()
    }

    async fn enablements_of_user(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Vec<(WorkflowId, Enablement)>, StoreError> {
        let rows = self.partition(&keys::enablements_of_user(project, user), "").await?;
        let decision = |row: Row| {
            let id = last_of(&row).and_then(|id| id.parse().ok());
            let id = id.ok_or_else(|| StoreError::Corrupt("a decision about no workflow".to_owned()))?;
            Ok((id, TextRow::read(row)?))
        };
        rows.into_iter().map(decision).collect()
    }

    async fn remove_enablements(&self, project: ProjectId, user: &UserId) -> Result<(), StoreError> {
        let rows = self.enablements_of_user(project, user).await?;
        let keys = rows.iter().flat_map(|(id, _)| {
            [keys::enablement(project, *id, user), keys::enablement_of_user(project, user, *id)]
        });
        self.remove_all(keys.collect()).await
    }

    async fn schedule_workflow(
        &self,
        project: ProjectId,
        id: WorkflowId,
        at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let key = keys::workflow_schedule(project, id);
        let Some(at) = at else { return self.remove(key).await };
        let mut row = key.attributes();
        row.insert("wake_at".to_owned(), number(at.0));
        row.insert("wake_shard".to_owned(), text(keys::workflow_wake_shard(id)));
        // The tick moves `wake_at`.
        row.insert("due_at".to_owned(), attribute(&at)?);
        let request = self.client.put_item().table_name(&self.table).set_item(Some(row));
        request.send().await.map(drop).map_err(failed)
    }

    async fn scheduled_at(
        &self,
        project: ProjectId,
        id: WorkflowId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row = self.get(&keys::workflow_schedule(project, id)).await?;
        Ok(row.and_then(|row| number_of(&row, "due_at")).map(Timestamp))
    }
}
