//! Rows of the users of projects.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use super::{
    Dynamo,
    items::Reading,
    keys,
    table::{ABSENT, Row, attribute, expiring, failed, number, row, text, value, won},
};
use crate::{
    model::{ProjectId, ProjectUser, Timestamp, UserChange, UserDeletion, UserId, UserSettings},
    store::{StoreError, Users},
};

/// Condition that a user is not deleted.
pub(super) const NOT_DELETED: &str = "attribute_not_exists(deletion)";

impl Dynamo {
    /// Returns the write that changes one user.
    fn user_change(
        &self,
        project: ProjectId,
        user: &UserId,
        change: UserChange,
        now: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let mut changed = Changed::of(change);
        for (set, name, value) in [
            ("created_at = if_not_exists(created_at, :now)", ":now", attribute(&now)?),
            ("updated_at = :now", ":now", attribute(&now)?),
            ("customer = :user", ":user", attribute(user)?),
        ] {
            changed.set.push(set.to_owned());
            changed.values.insert(name.to_owned(), value);
        }
        let key = keys::project_user(project, user);
        self.update(&key, &changed.expression(), Some(NOT_DELETED), changed.values)
    }
}

/// A change of settings as parts of an update expression.
#[derive(Default)]
struct Changed {
    set: Vec<String>,
    remove: Vec<&'static str>,
    values: Row,
}

impl Changed {
    fn of(change: UserChange) -> Self {
        let UserChange { auto_sync, resync_hours, max_files, max_files_per_upload } = change;
        let mut changed = Self::default();
        for (name, to) in [
            ("auto_sync", auto_sync.map(|auto_sync| auto_sync.map(AttributeValue::Bool))),
            ("resync_hours", resync_hours.map(|hours| hours.map(number))),
            ("max_files", max_files.map(|files| files.map(number))),
            ("max_files_per_upload", max_files_per_upload.map(|files| files.map(number))),
        ] {
            match to {
                None => {}
                Some(None) => changed.remove.push(name),
                Some(Some(value)) => {
                    changed.set.push(format!("{name} = :{name}"));
                    changed.values.insert(format!(":{name}"), value);
                }
            }
        }
        changed
    }

    fn expression(&self) -> String {
        let part =
            |word: &str, parts: String| if parts.is_empty() { parts } else { format!("{word} {parts} ") };
        part("SET", self.set.join(", ")) + &part("REMOVE", self.remove.join(", "))
    }
}

#[async_trait]
impl Users for Dynamo {
    async fn user(&self, project: ProjectId, user: &UserId) -> Result<Option<ProjectUser>, StoreError> {
        self.get_as(&keys::project_user(project, user)).await
    }

    async fn user_settings(&self, project: ProjectId, user: &UserId) -> Result<UserSettings, StoreError> {
        let keys = vec![keys::project_user(project, user), keys::user_defaults(project)];
        let (mut own, mut defaults) = (UserSettings::default(), UserSettings::default());
        for row in self.batch(keys, Reading::Eventual).await? {
            let is_own = row.contains_key("customer");
            let settings = value(row)?;
            *(if is_own { &mut own } else { &mut defaults }) = settings;
        }
        Ok(own.or(defaults))
    }

    async fn user_defaults(&self, project: ProjectId) -> Result<UserSettings, StoreError> {
        Ok(self.get_as(&keys::user_defaults(project)).await?.unwrap_or_default())
    }

    async fn change_user_defaults(&self, project: ProjectId, change: UserChange) -> Result<(), StoreError> {
        if change.is_empty() {
            return Ok(());
        }
        let changed = Changed::of(change);
        self.update_row(&keys::user_defaults(project), &changed.expression(), None, changed.values).await
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

    async fn note_runs_removed(
        &self,
        project: ProjectId,
        user: &UserId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let update = "SET deletion.runs_removed_at = if_not_exists(deletion.runs_removed_at, :at)";
        let values = Row::from([(":at".to_owned(), attribute(&at)?)]);
        let key = keys::project_user(project, user);
        won(self.update_row(&key, update, Some("attribute_exists(deletion)"), values).await).map(drop)
    }
}
