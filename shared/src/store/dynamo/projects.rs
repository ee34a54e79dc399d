//! Rows of projects and their data keys.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use serde::{Deserialize, Serialize};

use super::{
    Dynamo,
    api_keys::ApiKeyRow,
    keys,
    table::{ABSENT, PRESENT, Row, attribute, failed, row, text, value},
};
use crate::{
    model::{AppKey, Project, ProjectId, SecretHash, UserKey, UserTokenRules},
    seal::WrappedKey,
    store::{AppStore, DataKeys, Projects, SealedApp, StoreError, StoredApiKey, UserKeys},
};

/// Attributes of a data key, besides those of its row's key. Only rows with these may be put in a project's partition.
pub const DATA_KEY_ATTRIBUTES: [&str; 2] = ["version", "wrapped"];

#[derive(Serialize, Deserialize)]
struct DataKeyRow {
    version: u32,
    wrapped: WrappedKey,
}

#[async_trait]
impl Projects for Dynamo {
    async fn add_project(&self, project: &Project, key: &SecretHash) -> Result<(), StoreError> {
        let key = StoredApiKey { hash: key.clone(), created_at: project.created_at };
        let mut writes = vec![self.put_new(row(&keys::project(project.id), project)?)?];
        writes.extend(self.new_api_key(project.id, &key)?);
        self.transact(writes).await
    }

    async fn project(&self, id: ProjectId) -> Result<Option<Project>, StoreError> {
        self.get_as(&keys::project(id)).await
    }

    async fn project_of_key(&self, key: &SecretHash) -> Result<Option<ProjectId>, StoreError> {
        let row: Option<ApiKeyRow> = self.get_as(&keys::api_key(key)).await?;
        Ok(row.map(|row| row.project))
    }
}

#[async_trait]
impl UserKeys for Dynamo {
    async fn replace_user_keys(
        &self,
        project: ProjectId,
        before: &[UserKey],
        keys: &[UserKey],
    ) -> Result<(), StoreError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(super::keys::project(project).attributes()))
            .update_expression("SET user_keys = :keys")
            .condition_expression("user_keys = :before")
            .expression_attribute_values(":keys", attribute(&keys)?)
            .expression_attribute_values(":before", attribute(&before)?);
        request.send().await.map(drop).map_err(failed)
    }

    async fn set_user_token_rules(
        &self,
        project: ProjectId,
        rules: &UserTokenRules,
    ) -> Result<(), StoreError> {
        let values = Row::from([(":rules".to_owned(), attribute(rules)?)]);
        let set =
            self.update(&super::keys::project(project), "SET user_tokens = :rules", Some(PRESENT), values)?;
        self.transact(vec![set]).await
    }
}

#[async_trait]
impl AppStore for Dynamo {
    async fn app(&self, key: &AppKey) -> Result<Option<SealedApp>, StoreError> {
        self.get_as(&keys::app(key)).await
    }

    async fn put_app(&self, app: &SealedApp) -> Result<(), StoreError> {
        let owner = Row::from([(":project".to_owned(), attribute(&app.project)?)]);
        let stored = Put::builder()
            .table_name(&self.table)
            .set_item(Some(row(&keys::app(&app.key), app)?))
            .condition_expression("attribute_not_exists(pk) OR #project = :project")
            .expression_attribute_names("#project", "project")
            .set_expression_attribute_values(Some(owner))
            .build()
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let used = self.update(
            &keys::project(app.project),
            "SET app = :app",
            Some(PRESENT),
            Row::from([(":app".to_owned(), attribute(&app.key)?)]),
        )?;
        self.transact(vec![TransactWriteItem::builder().put(stored).build(), used]).await
    }
}

#[async_trait]
impl DataKeys for Dynamo {
    async fn newest_data_key(&self, project: ProjectId) -> Result<Option<(u32, WrappedKey)>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
            .expression_attribute_values(":pk", text(keys::project(project).pk))
            .expression_attribute_values(":sk", text(keys::DATA_KEYS))
            .scan_index_forward(false)
            .limit(1)
            .send()
            .await
            .map_err(failed)?;
        let newest: Option<Row> = answer.items.unwrap_or_default().into_iter().next();
        let newest: Option<DataKeyRow> = newest.map(value).transpose()?;
        Ok(newest.map(|row| (row.version, row.wrapped)))
    }

    async fn data_key(&self, project: ProjectId, version: u32) -> Result<Option<WrappedKey>, StoreError> {
        let row: Option<DataKeyRow> = self.get_as(&keys::data_key(project, version)).await?;
        Ok(row.map(|row| row.wrapped))
    }

    async fn add_data_key(
        &self,
        project: ProjectId,
        version: u32,
        key: &WrappedKey,
    ) -> Result<(), StoreError> {
        let row = row(&keys::data_key(project, version), &DataKeyRow { version, wrapped: key.clone() })?;
        let request =
            self.client.put_item().table_name(&self.table).set_item(Some(row)).condition_expression(ABSENT);
        request.send().await.map(drop).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_key_has_the_attributes_that_may_be_put_and_no_others() {
        let row = DataKeyRow { version: 1, wrapped: WrappedKey("wrapped".to_owned()) };
        let row = row_of(&row);
        let names: Vec<&str> = row.keys().map(String::as_str).collect();
        assert_eq!(names, DATA_KEY_ATTRIBUTES);
    }

    fn row_of(row: &DataKeyRow) -> serde_json::Map<String, serde_json::Value> {
        serde_json::to_value(row).unwrap().as_object().unwrap().clone()
    }
}
