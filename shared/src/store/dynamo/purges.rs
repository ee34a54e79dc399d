//! Removal of all rows of a connection.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, TransactWriteItem, WriteRequest};
use futures_util::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};

use super::{
    Dynamo,
    keys::{self, Key, SHARDS, TRANSFER_SHARDS},
    table::{PRESENT, Row, attribute, failed, number, text, won},
};
use crate::{
    delivery::Stream,
    model::{Connection, ConnectionId, ConnectionStatus, Lane, ProjectId, Receipt, Timestamp, UserId},
    store::{Connections, EndpointReader, PurgeWork, Purges, StoreError, StoredEndpoint},
};

/// Maximum number of rows read before they are removed.
const PAGE: i32 = 500;

/// A partition with rows of one connection.
struct Partition {
    pk: String,
    /// Whether its rows are items, each with a row for its path.
    of_items: bool,
}

/// Returns the partitions of a connection. Its own is last, because it holds the rows that fence off late
/// writers.
fn partitions(id: ConnectionId) -> Vec<Partition> {
    let plain = |pk| Partition { pk, of_items: false };
    let items = (0..SHARDS).map(|shard| Partition { pk: keys::item_partition(id, shard), of_items: true });
    let transfers = (0..TRANSFER_SHARDS).map(|shard| plain(keys::transfer_partition(id, shard)));
    let holders = (0..SHARDS).map(|shard| plain(keys::content_index_partition(id, shard)));
    let lists = plain(keys::transfer_list_partition(id));
    let notices = plain(keys::notice_partition(Stream::Connection(id)));
    let subscriptions = plain(keys::endpoints(Stream::Connection(id)));
    let rest =
        [lists, notices, subscriptions, plain(keys::log_partition(id)), plain(keys::own_partition(id))];
    items.chain(transfers).chain(holders).chain(rest).collect()
}

impl Dynamo {
    /// Returns the first rows of a partition that are to be removed, with the attributes from which keys are
    /// made.
    async fn rows_to_purge(&self, id: ConnectionId, pk: &str) -> Result<Vec<Row>, StoreError> {
        let request = self.query_whole(pk).projection_expression("pk, sk, facts.path_lower").limit(PAGE);
        let rows = request.send().await.map_err(failed)?.items.unwrap_or_default();
        let kept = [keys::connection(id), keys::schedule(id)];
        let goes = |row: &Row| !Key::of(row).is_some_and(|key| kept.contains(&key));
        Ok(rows.into_iter().filter(goes).collect())
    }

    /// Removes the first rows of a partition. Returns the number of items among them, or `None` if there are
    /// no rows.
    async fn purge_page(&self, id: ConnectionId, partition: &Partition) -> Result<Option<u64>, StoreError> {
        let rows = self.rows_to_purge(id, &partition.pk).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let items = rows.iter().filter(|_| partition.of_items);
        let paths: Vec<Key> = items.filter_map(path_of).map(|path| keys::path(id, path)).collect();
        let items = paths.len() as u64;
        let removed = rows.iter().filter_map(Key::of).collect();
        // Rows of paths go first, because only the rows of the items say where they are.
        self.remove_all(paths).await?;
        self.remove_all(removed).await?;
        Ok(Some(items))
    }

    /// Removes what lies outside the connection's partitions of its trigger subscriptions: how far their deliveries are,
    /// the attempts, and the rows by which they are found.
    async fn purge_subscriptions(&self, id: ConnectionId) -> Result<u64, StoreError> {
        for StoredEndpoint { endpoint, .. } in self.subscriptions(id).await? {
            for pk in [keys::deliveries(endpoint.id), keys::attempts(endpoint.id)] {
                while self.purge_page(id, &Partition { pk: pk.clone(), of_items: false }).await?.is_some() {}
            }
            self.remove_all(vec![keys::endpoint_home(endpoint.id)]).await?;
        }
        Ok(0)
    }

    /// Returns the write that stores the receipt in the connection's row.
    fn receipt(&self, id: ConnectionId, receipt: &Receipt) -> Result<TransactWriteItem, StoreError> {
        let values = Row::from([(":receipt".to_owned(), attribute(receipt)?)]);
        self.update(&keys::connection(id), "SET receipt = :receipt", Some(PRESENT), values)
    }

    pub(super) async fn remove_all(&self, mut keys: Vec<Key>) -> Result<(), StoreError> {
        keys.sort();
        keys.dedup();
        let corrupt = |error: aws_sdk_dynamodb::error::BuildError| StoreError::Corrupt(error.to_string());
        let delete = |key: Key| {
            let request = DeleteRequest::builder().set_key(Some(key.attributes())).build()?;
            Ok(WriteRequest::builder().delete_request(request).build())
        };
        let writes = keys.into_iter().map(delete).collect::<Result<Vec<_>, _>>().map_err(corrupt)?;
        self.write_all(writes).await
    }
}

fn flag() -> AttributeValue {
    AttributeValue::Bool(true)
}

fn path_of(row: &Row) -> Option<&str> {
    let metadata = row.get("facts")?.as_m().ok()?;
    metadata.get("path_lower")?.as_s().ok().map(String::as_str)
}

#[async_trait]
impl Purges for Dynamo {
    async fn disconnect(&self, connection: &Connection, now: Timestamp) -> Result<bool, StoreError> {
        let Connection { id, project, user, app, account, .. } = connection;
        let disconnected = self.update(
            &keys::connection(*id),
            "SET #status = :disconnected, receipt = :receipt REMOVE account_profile",
            Some("attribute_exists(pk) AND #status <> :disconnected"),
            Row::from([
                (":disconnected".to_owned(), attribute(&ConnectionStatus::Disconnected)?),
                (":receipt".to_owned(), attribute(&Receipt::requested(now))?),
            ]),
        )?;
        let due = self.update(
            &keys::schedule(*id),
            "SET wake_at = :now, wake_shard = :shard, failures = :none",
            None,
            Row::from([
                (":now".to_owned(), number(now.0)),
                (":shard".to_owned(), text(keys::wake_shard(*id))),
                (":none".to_owned(), number(0)),
            ]),
        )?;
        let writes = vec![
            disconnected,
            due,
            self.update(&keys::transfer_schedule(*id), "REMOVE wake_at, wake_shard", None, Row::new())?,
            self.delete(&keys::user_connection(*project, user, app, account), None)?,
            self.delete(&keys::account_connection(app, account, *id), None)?,
            self.new_list_version(*project, user)?,
        ];
        won(self.transact(writes).await)
    }

    async fn forget_list_version(&self, project: ProjectId, user: &UserId) -> Result<(), StoreError> {
        let Some(version) = self.list_version(project, user).await? else { return Ok(()) };
        // A connection that is added from here on gives the list another version, which stays.
        if self.connection_ids_of_user(project, user).await?.is_empty() {
            self.remove_list_version(project, user, version).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl PurgeWork for Dynamo {
    async fn close_log(&self, id: ConnectionId) -> Result<(), StoreError> {
        let values = Row::from([(":closed".to_owned(), flag()), (":one".to_owned(), number(1))]);
        let closed = self.update(&keys::head(id), "SET closed = :closed ADD epoch :one", None, values)?;
        self.transact(vec![closed]).await
    }

    async fn forget_tokens(&self, id: ConnectionId, receipt: &Receipt) -> Result<(), StoreError> {
        let writes = vec![self.receipt(id, receipt)?, self.delete(&keys::tokens(id), None)?];
        self.transact(writes).await
    }

    fn purge(&self, id: ConnectionId) -> BoxStream<'_, Result<u64, StoreError>> {
        let pages = stream::try_unfold(partitions(id).into_iter().peekable(), move |mut left| async move {
            while let Some(partition) = left.peek() {
                if let Some(items) = self.purge_page(id, partition).await? {
                    return Ok(Some((items, left)));
                }
                left.next();
            }
            Ok(None)
        });
        // They come first, because only their own rows, which go with the pages, say which there are. They are no step
        // of their own: a purge whose time is over after its first step must come further than this each time.
        let subscriptions = self.purge_subscriptions(id).into_stream();
        subscriptions.filter(|done| std::future::ready(done.is_err())).chain(pages).boxed()
    }

    async fn note_receipt(&self, id: ConnectionId, receipt: &Receipt) -> Result<(), StoreError> {
        self.write_attribute(&keys::connection(id), "receipt", receipt).await
    }

    async fn end_purge(
        &self,
        id: ConnectionId,
        receipt: &Receipt,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        let finished = self.update(
            &keys::connection(id),
            "SET receipt = :receipt, expires_at = :expires",
            Some(PRESENT),
            Row::from([
                (":receipt".to_owned(), attribute(receipt)?),
                (":expires".to_owned(), number(expires.unix_seconds())),
            ]),
        )?;
        let mut writes = vec![finished, self.delete(&keys::schedule(id), None)?];
        for lane in Lane::ALL {
            writes.push(self.delete(&keys::claim(id, lane), None)?);
        }
        self.transact(writes).await
    }
}
