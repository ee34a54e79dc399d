//! Connections by the e-mail address of their account, for operators.

use super::{
    Dynamo,
    table::{failed, text, value},
};
use crate::{model::Connection, store::StoreError};

impl Dynamo {
    /// Returns the connections whose account has this e-mail address, ignoring case. No row is keyed by an
    /// address, so this reads the whole table: it is for operators, never for a function.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    pub async fn connections_with_email(&self, email: &str) -> Result<Vec<Connection>, StoreError> {
        let scan = self.client.scan().table_name(&self.table);
        let rows: Vec<_> = scan
            .filter_expression("sk = :connection AND attribute_exists(account_profile)")
            .expression_attribute_values(":connection", text("connection"))
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(failed)?;
        let connections: Vec<Connection> = rows.into_iter().map(value).collect::<Result<_, _>>()?;
        let has_it = |connection: &Connection| {
            connection
                .profile
                .email
                .as_ref()
                .is_some_and(|stored| stored.to_lowercase() == email.to_lowercase())
        };
        Ok(connections.into_iter().filter(has_it).collect())
    }
}
