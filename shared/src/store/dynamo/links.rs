//! Rows of links: the link itself, its ticket and its authorization.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{ReturnValue, TransactWriteItem};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Dynamo,
    keys::{self, Key},
    table::{PRESENT, Row, attribute, expiring, failed, row, text, value},
};
use crate::{
    model::{ProjectId, SecretHash, Timestamp},
    store::{Authorization, Link, LinkStatus, Links, StoreError, WindowReports},
};

/// Time after its ticket's expiry for which a link's status can be read.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Serialize, Deserialize)]
struct TicketRow {
    project: ProjectId,
    link: Uuid,
}

impl Dynamo {
    /// Returns the row of a link, which is kept for a day after its ticket.
    fn link_row(link: &Link) -> Result<Row, StoreError> {
        Ok(expiring(row(&keys::link(link.project, link.id), link)?, link.valid_until.plus(REMEMBERED)))
    }

    /// Returns the write that removes a row which works once; it fails if the row is gone.
    fn spend(&self, key: &Key) -> Result<TransactWriteItem, StoreError> {
        self.delete(key, Some(PRESENT))
    }
}

#[async_trait]
impl Links for Dynamo {
    async fn add_link(&self, link: &Link, ticket: &SecretHash) -> Result<(), StoreError> {
        let opens = TicketRow { project: link.project, link: link.id };
        let writes = [
            self.put_new(Self::link_row(link)?)?,
            self.put_new(expiring(row(&keys::ticket(ticket), &opens)?, link.valid_until))?,
        ];
        self.transact(writes.into()).await
    }

    async fn link(&self, project: ProjectId, id: Uuid) -> Result<Option<Link>, StoreError> {
        match self.get_as(&keys::link(project, id)).await? {
            None => self.get_as(&keys::link_before(project, id)).await,
            link => Ok(link),
        }
    }

    async fn ticket(&self, ticket: &SecretHash, now: Timestamp) -> Result<Option<Link>, StoreError> {
        match self.get_fresh::<TicketRow>(&keys::ticket(ticket), now).await? {
            Some(opens) => self.link(opens.project, opens.link).await,
            None => Ok(None),
        }
    }

    async fn authorize(
        &self,
        ticket: &SecretHash,
        state: &SecretHash,
        authorization: &Authorization,
    ) -> Result<(), StoreError> {
        let started = expiring(row(&keys::state(state), authorization)?, authorization.link.valid_until);
        self.transact(vec![self.spend(&keys::ticket(ticket))?, self.put_new(started)?]).await
    }

    async fn take_authorization(
        &self,
        state: &SecretHash,
        browser: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Authorization>, StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::state(state).attributes()))
            .condition_expression("browser = :browser AND expires_at > :now")
            .expression_attribute_values(":browser", text(browser.as_str()))
            .expression_attribute_values(":now", super::table::number(now.unix_seconds()))
            .return_values(ReturnValue::AllOld);
        match request.send().await.map_err(failed) {
            Ok(answer) => answer.attributes.map(value).transpose(),
            Err(StoreError::Conflict) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn finish_link(&self, project: ProjectId, id: Uuid, status: &LinkStatus) -> Result<(), StoreError> {
        let link = self.link(project, id).await?.ok_or(StoreError::Conflict)?;
        // Writes the whole row, because the stored one may be under the old key, where no function writes.
        let finished = Self::link_row(&Link { status: status.clone(), ..link })?;
        self.transact(vec![self.put(finished, None)?]).await
    }

    async fn change_link(
        &self,
        read: &Link,
        status: &LinkStatus,
        window: WindowReports,
    ) -> Result<(), StoreError> {
        let changed = Link { status: status.clone(), window, ..read.clone() };
        let as_read =
            if read.window.is_empty() { "attribute_not_exists(#window)" } else { "#window = :window" };
        // Absent here, it is still under the old key, where no function writes.
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(Self::link_row(&changed)?))
            .condition_expression(format!("(#status = :read AND {as_read}) OR attribute_not_exists(pk)"))
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#window", "window")
            .expression_attribute_values(":read", attribute(&read.status)?);
        let request = if read.window.is_empty() {
            request
        } else {
            request.expression_attribute_values(":window", attribute(&read.window)?)
        };
        request.send().await.map(drop).map_err(failed)
    }

    async fn remove_link(&self, project: ProjectId, id: Uuid) -> Result<(), StoreError> {
        self.remove(keys::link(project, id)).await
    }
}
