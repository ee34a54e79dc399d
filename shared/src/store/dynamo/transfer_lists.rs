//! Rows of lists of transfers.

use serde::{Deserialize, Serialize};

use super::{
    Dynamo, keys,
    table::{Row, failed, row, value, won},
    transfers::has_stamp,
};
use crate::{
    model::{ConnectionId, FileRevision, Stamp, TransferList},
    store::StoreError,
};

#[derive(Serialize, Deserialize)]
struct ListRow {
    /// The revisions as JSON: smaller than DynamoDB's own form, and never used in queries.
    files: String,
    stamp: Stamp,
}

impl ListRow {
    fn of(files: &[FileRevision], stamp: Stamp) -> Result<Self, StoreError> {
        let files = serde_json::to_string(files).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(Self { files, stamp })
    }
}

fn list_of(row: Row) -> Result<TransferList, StoreError> {
    let corrupt = |error: &dyn std::fmt::Display| StoreError::Corrupt(error.to_string());
    let number = row.get(keys::SK).and_then(|sort| sort.as_s().ok()?.parse().ok());
    let number = number.ok_or_else(|| corrupt(&"a list of transfers without a number"))?;
    let ListRow { files, stamp } = value(row)?;
    let files = serde_json::from_str(&files).map_err(|error| corrupt(&error))?;
    Ok(TransferList { number, files, stamp })
}

impl Dynamo {
    /// Returns at most `limit` lists after a number, consistently; fewer only if there are no more.
    pub(super) async fn lists_after(
        &self,
        connection: ConnectionId,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<TransferList>, StoreError> {
        let after = after.map(|number| keys::transfer_list(connection, number));
        let rows = self.rows_from(keys::transfer_list_partition(connection), after.as_ref(), limit).await?;
        rows.into_iter().map(list_of).collect()
    }

    /// Writes lists with different numbers.
    pub(super) async fn put_lists(
        &self,
        connection: ConnectionId,
        lists: &[(u64, &[FileRevision])],
    ) -> Result<(), StoreError> {
        let rows = lists.iter().map(|(number, files)| {
            row(&keys::transfer_list(connection, *number), &ListRow::of(files, Stamp::random())?)
        });
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        self.put_all(rows.into_iter()).await
    }

    /// Writes what is left on a list, or removes it, unless it was written again.
    pub(super) async fn leave_on_list(
        &self,
        connection: ConnectionId,
        list: &TransferList,
        left: &[FileRevision],
    ) -> Result<bool, StoreError> {
        let (key, (condition, values)) =
            (keys::transfer_list(connection, list.number), has_stamp(list.stamp));
        if left.is_empty() {
            let request = self.client.delete_item().table_name(&self.table).set_key(Some(key.attributes()));
            let request =
                request.condition_expression(condition).set_expression_attribute_values(Some(values));
            return won(request.send().await.map(drop).map_err(failed));
        }
        // Under another stamp: a run that was overtaken cannot remove what this one leaves.
        let row = row(&key, &ListRow::of(left, Stamp::random())?)?;
        let request = self.client.put_item().table_name(&self.table).set_item(Some(row));
        let request = request.condition_expression(condition).set_expression_attribute_values(Some(values));
        won(request.send().await.map(drop).map_err(failed))
    }
}
