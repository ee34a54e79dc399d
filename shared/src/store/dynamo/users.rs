//! Rows of the users of projects.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::TransactWriteItem;

use super::{
    Dynamo, keys,
    table::{ABSENT, Row, attribute, expiring, failed, number, row, text, value, won},
};
use crate::{
    model::{ProjectId, ProjectUser, Timestamp, UserChange, UserDeletion, UserId},
    store::{StoreError, Users},
};

/// True for a user who was not deleted.
const NOT_DELETED: &str = "attribute_not_exists(deletion)";

impl Dynamo {
    /// The change of one user.
    fn user_change(
        &self,
        project: ProjectId,
        user: &UserId,
        change: UserChange,
        now: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let mut set =
            vec!["created_at = if_not_exists(created_at, :now)", "updated_at = :now", "customer = :user"];
        let mut remove = String::new();
        let mut values =
            Row::from([(":now".to_owned(), attribute(&now)?), (":user".to_owned(), attribute(user)?)]);
        if let Some(auto_sync) = change.auto_sync {
            set.push("auto_sync = :auto_sync");
            values.insert(":auto_sync".to_owned(), attribute(&auto_sync)?);
        }
        match change.resync_hours {
            None => {}
            Some(None) => remove.push_str(" REMOVE resync_hours"),
            Some(Some(hours)) => {
                set.push("resync_hours = :hours");
                values.insert(":hours".to_owned(), number(hours));
            }
        }
        let update = format!("SET {}{remove}", set.join(", "));
        self.update(&keys::project_user(project, user), &update, Some(NOT_DELETED), values)
    }
}

#[async_trait]
impl Users for Dynamo {
    async fn user(&self, project: ProjectId, user: &UserId) -> Result<Option<ProjectUser>, StoreError> {
        self.get_as(&keys::project_user(project, user)).await
    }

    async fn users(
        &self,
        project: ProjectId,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<ProjectUser>, StoreError> {
        let condition = if after.is_some() { "pk = :pk AND sk > :after" } else { "pk = :pk" };
        let mut request = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression(condition)
            .expression_attribute_values(":pk", text(keys::project_users(project)));
        if let Some(after) = after {
            request = request.expression_attribute_values(":after", text(after.as_str()));
        }
        let mut rows = request.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(next) = rows.next().await.filter(|_| found.len() < limit as usize) {
            found.push(value(next.map_err(failed)?)?);
        }
        Ok(found)
    }

    async fn add_user(&self, project: ProjectId, user: &UserId, now: Timestamp) -> Result<(), StoreError> {
        let added = ProjectUser::new(user.clone(), now);
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row(&keys::project_user(project, user), &added)?))
            .condition_expression(format!("{ABSENT} OR attribute_exists(deletion)"));
        won(request.send().await.map(drop).map_err(failed)).map(drop)
    }

    async fn change_users(
        &self,
        project: ProjectId,
        users: &[UserId],
        change: UserChange,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let writes = users.iter().map(|user| self.user_change(project, user, change, now));
        self.transact(writes.collect::<Result<_, _>>()?).await
    }

    async fn note_deletion(
        &self,
        project: ProjectId,
        user: &UserId,
        deletion: &UserDeletion,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        let user_then = ProjectUser::new(user.clone(), deletion.requested_at);
        let deleted = ProjectUser { deletion: Some(deletion.clone()), ..user_then };
        let row = expiring(row(&keys::project_user(project, user), &deleted)?, expires);
        let request = self.client.put_item().table_name(&self.table).set_item(Some(row));
        request.send().await.map(drop).map_err(failed)
    }
}
