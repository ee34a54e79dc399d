//! Rows of connections and their tokens.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::TransactWriteItem;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};

use super::{
    Dynamo, keys,
    schedules::schedule_row,
    table::{Row, attribute, failed, number, row, value, won},
};
use crate::{
    model::{
        AccountId, AppKey, Cancellation, Connection, ConnectionId, ConnectionName, ConnectionStatus, Linked,
        ProjectId, Selection, Target, UserId,
    },
    store::{
        Accounts, Connections, ListVersion, Ordinals, SealedTokens, StoreError, TokenStore, UserConnection,
    },
};

/// Maximum number of connections read at the same time.
const PARALLEL: usize = 8;

/// Row of a user or an account that points to a connection.
#[derive(Clone, Serialize, Deserialize)]
struct PointerRow {
    connection: ConnectionId,
    #[serde(default)]
    project: Option<ProjectId>,
    /// In a user's row: the connection's ordinal, which never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ordinal: Option<u32>,
}

/// Row of the version of the list of a user's connections.
#[derive(Serialize, Deserialize)]
struct VersionRow {
    version: ListVersion,
}

impl Dynamo {
    /// Returns the write that gives the list of a user's connections another version, for the transaction that changes
    /// the list.
    pub(super) fn new_list_version(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<TransactWriteItem, StoreError> {
        let version = VersionRow { version: ListVersion::random() };
        self.put(row(&keys::list_version(project, user), &version)?, None)
    }

    /// Removes a version, unless the list has another one by now.
    pub(super) async fn remove_list_version(
        &self,
        project: ProjectId,
        user: &UserId,
        version: ListVersion,
    ) -> Result<(), StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::list_version(project, user).attributes()))
            .condition_expression("version = :version")
            .expression_attribute_values(":version", attribute(&version)?);
        won(request.send().await.map(drop).map_err(failed)).map(drop)
    }

    async fn pointers(&self, partition: &str) -> Result<Vec<PointerRow>, StoreError> {
        self.partition(partition, "").await?.into_iter().map(value).collect()
    }

    /// Returns the connections to which the rows of a user's partition point.
    pub(super) async fn connections_in(&self, partition: &str) -> Result<Vec<UserConnection>, StoreError> {
        let of = |PointerRow { connection, ordinal, .. }| UserConnection { id: connection, ordinal };
        Ok(self.pointers(partition).await?.into_iter().map(of).collect())
    }
}

#[async_trait]
impl Accounts for Dynamo {
    async fn connections_of_account(
        &self,
        app: &AppKey,
        account: &AccountId,
    ) -> Result<Vec<Linked>, StoreError> {
        let linked = |PointerRow { connection, project, .. }| Linked { connection, project };
        let found = self.pointers(&keys::account_partition(app, account)).await?;
        Ok(found.into_iter().map(linked).collect())
    }
}

#[async_trait]
impl Connections for Dynamo {
    async fn add_connection(
        &self,
        connection: &Connection,
        tokens: &SealedTokens,
        selected: Option<Target>,
    ) -> Result<(), StoreError> {
        let Connection { id, project, user, app, account, .. } = connection;
        let ordinal = self.ordinal_of_new(*project).await?;
        let points = PointerRow { connection: *id, project: Some(*project), ordinal: None };
        let of_user = PointerRow { ordinal, ..points.clone() };
        let selection = selected.map(|target| Selection::new(target, connection.created_at));
        let mut writes = vec![
            self.put_new(row(&keys::connection(*id), connection)?)?,
            self.put_new(row(&keys::tokens(*id), tokens)?)?,
            self.put_new(row(&keys::user_connection(*project, user, app, account), &of_user)?)?,
            self.put_new(row(&keys::account_connection(app, account, *id), &points)?)?,
            self.put_new(schedule_row(*id, connection.created_at))?,
            self.new_list_version(*project, user)?,
        ];
        if let Some(ordinal) = ordinal {
            writes.extend(self.ordinal_writes(*project, *id, ordinal)?);
        }
        if let Some(selection) = selection {
            writes.push(self.put_new(row(&keys::selection(*id, &selection.target), &selection)?)?);
        }
        self.transact(writes).await
    }

    async fn connection(&self, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
        self.get_as(&keys::connection(id)).await
    }

    async fn connections_of_user(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Vec<Connection>, StoreError> {
        let ids = self.connection_ids_of_user(project, user).await?;
        let found: Vec<Option<Connection>> =
            stream::iter(ids).map(|id| self.connection(id)).buffered(PARALLEL).try_collect().await?;
        let mut found: Vec<Connection> = found.into_iter().flatten().collect();
        found.sort_by_key(|connection| connection.created_at);
        Ok(found)
    }

    async fn connection_named(
        &self,
        project: ProjectId,
        name: ConnectionName,
    ) -> Result<Option<ConnectionId>, StoreError> {
        match name {
            ConnectionName::Id(id) => Ok(Some(id)),
            ConnectionName::Ordinal(ordinal) => self.connection_with(project, ordinal).await,
        }
    }

    async fn connection_ids_of_user(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Vec<ConnectionId>, StoreError> {
        let found = self.connections_in(&keys::user_partition(project, user)).await?;
        Ok(found.into_iter().map(|one| one.id).collect())
    }

    async fn list_version(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Option<ListVersion>, StoreError> {
        let row: Option<VersionRow> = self.get_as(&keys::list_version(project, user)).await?;
        Ok(row.map(|row| row.version))
    }

    async fn refuse(&self, connection: &Connection) -> Result<bool, StoreError> {
        let refused = self.update(
            &keys::connection(connection.id),
            "SET #status = :refused",
            Some("#status = :active AND (reconnects = :reconnects OR attribute_not_exists(reconnects))"),
            Row::from([
                (":refused".to_owned(), attribute(&ConnectionStatus::NeedsReauth)?),
                (":active".to_owned(), attribute(&ConnectionStatus::Active)?),
                (":reconnects".to_owned(), number(connection.reconnects.into())),
            ]),
        )?;
        let asleep = "REMOVE wake_at, wake_shard";
        let writes = vec![
            refused,
            self.update(&keys::schedule(connection.id), asleep, None, Row::new())?,
            self.update(&keys::transfer_schedule(connection.id), asleep, None, Row::new())?,
        ];
        won(self.transact(writes).await)
    }

    async fn reconnect(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut values = account_values(connection)?;
        values.extend([
            (":scopes".to_owned(), attribute(&connection.scopes)?),
            (":active".to_owned(), attribute(&ConnectionStatus::Active)?),
            (":one".to_owned(), number(1)),
        ]);
        let update = format!("{SET_ACCOUNT}, scopes = :scopes, #status = :active ADD reconnects :one");
        let write = self.update(&keys::connection(connection.id), &update, Some(NOT_DISCONNECTED), values)?;
        self.transact(vec![write]).await
    }

    async fn note_cancellation(
        &self,
        id: ConnectionId,
        cancellation: Cancellation,
    ) -> Result<(), StoreError> {
        let values = Row::from([
            (":cancellation".to_owned(), attribute(&cancellation)?),
            (":disconnected".to_owned(), attribute(&ConnectionStatus::Disconnected)?),
        ]);
        let update = "SET cancellation = :cancellation";
        let write = self.update(&keys::connection(id), update, Some(NOT_DISCONNECTED), values)?;
        self.transact(vec![write]).await
    }

    async fn update_account(&self, connection: &Connection) -> Result<(), StoreError> {
        let key = keys::connection(connection.id);
        let write = self.update(&key, SET_ACCOUNT, Some(NOT_DISCONNECTED), account_values(connection)?)?;
        self.transact(vec![write]).await
    }
}

/// Update that sets the values of [`account_values`]. No attribute is a reserved word; they are named like
/// the row's fields.
const SET_ACCOUNT: &str = "SET root = :root, account_profile = :profile";
/// Condition that a connection exists and is not disconnected: of a disconnected one nothing is kept but its
/// receipt.
const NOT_DISCONNECTED: &str = "attribute_exists(pk) AND #status <> :disconnected";

fn account_values(connection: &Connection) -> Result<Row, StoreError> {
    Ok(Row::from([
        (":root".to_owned(), attribute(&connection.root)?),
        (":profile".to_owned(), attribute(&connection.profile)?),
        (":disconnected".to_owned(), attribute(&ConnectionStatus::Disconnected)?),
    ]))
}

#[async_trait]
impl TokenStore for Dynamo {
    async fn tokens(&self, id: ConnectionId) -> Result<Option<SealedTokens>, StoreError> {
        self.get_as(&keys::tokens(id)).await
    }

    async fn replace_tokens(
        &self,
        id: ConnectionId,
        tokens: &SealedTokens,
        replaced: u64,
    ) -> Result<(), StoreError> {
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row(&keys::tokens(id), tokens)?))
            .condition_expression("version = :replaced")
            .expression_attribute_values(":replaced", number(replaced))
            .send()
            .await
            .map(drop)
            .map_err(failed)
    }

    async fn update_scopes(&self, id: ConnectionId, scopes: &[String]) -> Result<(), StoreError> {
        let values = Row::from([
            (":scopes".to_owned(), attribute(&scopes)?),
            (":disconnected".to_owned(), attribute(&ConnectionStatus::Disconnected)?),
        ]);
        let key = keys::connection(id);
        let write = self.update(&key, "SET scopes = :scopes", Some(NOT_DISCONNECTED), values)?;
        self.transact(vec![write]).await
    }
}
