//! Rows of leases.

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    Dynamo,
    keys::{self, Key},
    table::{expiring, failed, number, text, won},
};
use crate::{
    model::Timestamp,
    store::{Lease, Leases, StoreError},
};

fn key_of(lease: Lease) -> Key {
    match lease {
        Lease::Refresh(connection) => keys::refresh(connection),
        Lease::Transfers(connection) => keys::transfers_lease(connection),
        Lease::Poll(project, slot) => keys::poll(project, slot),
        Lease::PollWithoutCredentials(project, slot) => keys::poll_without_credentials(project, slot),
        Lease::AnyPollWithoutCredentials(slot) => keys::any_poll_without_credentials(slot),
        Lease::Step(project, slot) => keys::step_lease(project, slot),
    }
}

#[async_trait]
impl Leases for Dynamo {
    async fn take_lease(
        &self,
        lease: Lease,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Uuid>, StoreError> {
        let holder = Uuid::new_v4();
        let mut row = expiring(key_of(lease).attributes(), until);
        row.insert("holder".to_owned(), text(holder.to_string()));
        row.insert("until".to_owned(), number(until.0));
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row))
            .condition_expression("attribute_not_exists(pk) OR #until <= :now OR holder = :holder")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":now", number(now.0))
            .expression_attribute_values(":holder", text(holder.to_string()));
        Ok(won(request.send().await.map(drop).map_err(failed))?.then_some(holder))
    }

    async fn end_lease(&self, lease: Lease, holder: Uuid) -> Result<(), StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key_of(lease).attributes()))
            .condition_expression("holder = :holder")
            .expression_attribute_values(":holder", text(holder.to_string()));
        won(request.send().await.map(drop).map_err(failed)).map(drop)
    }
}
