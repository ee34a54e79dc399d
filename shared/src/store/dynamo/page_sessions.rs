//! Rows of page sessions.

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    Dynamo, keys,
    table::{PRESENT, attribute, expiring, failed, number, row},
};
use crate::{
    model::{ConnectionId, Draft, KeptDraft, PageSession, SecretHash, Timestamp},
    store::{PageSessions, StoreError},
};

#[async_trait]
impl PageSessions for Dynamo {
    async fn add_page_session(
        &self,
        session: &PageSession,
        ticket: Option<&SecretHash>,
    ) -> Result<(), StoreError> {
        let added = expiring(row(&keys::page_session(session.id), session)?, session.valid_until);
        let mut writes = vec![self.put_new(added)?];
        if let Some(ticket) = ticket {
            writes.push(self.delete(&keys::ticket(ticket), Some(PRESENT))?);
        }
        self.transact(writes).await
    }

    async fn page_session(&self, id: Uuid, now: Timestamp) -> Result<Option<PageSession>, StoreError> {
        self.get_fresh(&keys::page_session(id), now).await
    }

    async fn extend_page_session(&self, id: Uuid, until: Timestamp) -> Result<(), StoreError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::page_session(id).attributes()))
            .update_expression("SET valid_until = :until, expires_at = :end")
            .condition_expression(PRESENT)
            .expression_attribute_values(":until", attribute(&until)?)
            .expression_attribute_values(":end", number(until.unix_seconds()));
        request.send().await.map(drop).map_err(failed)
    }

    async fn draft(&self, session: Uuid, connection: ConnectionId) -> Result<KeptDraft, StoreError> {
        Ok(self.get_as(&keys::draft(connection, session)).await?.unwrap_or_default())
    }

    async fn keep_draft(
        &self,
        session: &PageSession,
        connection: ConnectionId,
        kept: &KeptDraft,
        draft: &Draft,
    ) -> Result<(), StoreError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::draft(connection, session.id).attributes()))
            .update_expression("SET #draft = :draft, #version = :next, expires_at = :end")
            .condition_expression("#version = :version OR (attribute_not_exists(pk) AND :version = :none)")
            .expression_attribute_names("#draft", "draft")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":draft", attribute(draft)?)
            .expression_attribute_values(":version", number(kept.version))
            .expression_attribute_values(":none", number(0))
            .expression_attribute_values(":next", number(kept.version + 1))
            .expression_attribute_values(":end", number(session.latest_end().unix_seconds()));
        request.send().await.map(drop).map_err(failed)
    }

    async fn forget_draft(&self, session: Uuid, connection: ConnectionId) -> Result<(), StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::draft(connection, session).attributes()));
        request.send().await.map(drop).map_err(failed)
    }
}
