//! Rows of the choices made for a connection.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};

use super::{
    Dynamo,
    items::PARALLEL,
    keys,
    table::{PRESENT, Row, attribute, failed, row, value, won},
};
use crate::{
    model::{
        Choices, Confirmation, ConnectionId, Exclusion, ItemId, ResyncChoice, Selection, SelectionState,
        Target, Timestamp,
    },
    store::{ChoiceStore, StoreError},
};

/// Row of how often a connection is compared. Versions before 2026-11-28 do not read `manual`.
#[derive(Serialize, Deserialize)]
struct ResyncRow {
    #[serde(flatten)]
    choice: ResyncChoice,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    manual: bool,
}

impl Dynamo {
    async fn put_choice(&self, row: Row) -> Result<(), StoreError> {
        let request = self.client.put_item().table_name(&self.table).set_item(Some(row));
        request.send().await.map(drop).map_err(failed)
    }

    /// Sets the state of a selection that is in one of the states `from`. Returns false if it is in another,
    /// or does not exist.
    async fn turn_selection(
        &self,
        connection: ConnectionId,
        target: &Target,
        from: &[SelectionState],
        to: SelectionState,
    ) -> Result<bool, StoreError> {
        let names: Vec<String> = (0..from.len()).map(|place| format!(":from{place}")).collect();
        let mut request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::selection(connection, target).attributes()))
            .update_expression("SET #state = :to REMOVE listing, quietly")
            .condition_expression(format!("#state IN ({})", names.join(", ")))
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":to", attribute(&to)?);
        for (name, state) in names.into_iter().zip(from) {
            request = request.expression_attribute_values(name, attribute(state)?);
        }
        won(request.send().await.map(drop).map_err(failed))
    }

    async fn new_selection(&self, connection: ConnectionId, selection: &Selection) -> Result<(), StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row(&keys::selection(connection, &selection.target), selection)?))
            .condition_expression(super::table::ABSENT);
        // A conflict means that it is selected already.
        won(request.send().await.map(drop).map_err(failed)).map(drop)
    }
}

/// Adds one row to the choices.
fn add_row(choices: &mut Choices, row: Row) -> Result<(), StoreError> {
    let sort = row.get(keys::SK).and_then(|sort| sort.as_s().ok()).cloned().unwrap_or_default();
    if sort.starts_with(keys::SELECTIONS) {
        choices.selections.push(value(row)?);
    } else if sort.ends_with("resync") {
        let ResyncRow { choice, manual } = value(row)?;
        (choices.resync, choices.manual) = (Some(choice), manual);
    } else {
        choices.confirmed = Some(value(row)?);
    }
    Ok(())
}

/// Returns the choices in these rows.
pub(super) fn of_rows(rows: Vec<Row>) -> Result<Choices, StoreError> {
    let mut choices = Choices::default();
    rows.into_iter().try_for_each(|row| add_row(&mut choices, row))?;
    choices
        .selections
        .sort_by(|one, two| (one.selected_at, &one.target).cmp(&(two.selected_at, &two.target)));
    Ok(choices)
}

#[async_trait]
impl ChoiceStore for Dynamo {
    async fn choices(&self, connection: ConnectionId) -> Result<Choices, StoreError> {
        let rows = self.partition(&keys::connection(connection).pk, keys::CHOICES).await?;
        of_rows(rows)
    }

    async fn select(
        &self,
        connection: ConnectionId,
        target: &Target,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        use SelectionState::{Deselected, Missing, Refused, Requested};
        if let Some(item) = target.item() {
            self.remove(keys::exclusion(connection, item)).await?;
        }
        if self.turn_selection(connection, target, &[Deselected, Missing, Refused], Requested).await? {
            return Ok(());
        }
        self.new_selection(connection, &Selection::new(target.clone(), now)).await
    }

    async fn deselect(&self, connection: ConnectionId, target: &Target) -> Result<bool, StoreError> {
        use SelectionState::{Deselected, Listed, Missing, Refused, Requested};
        let any = [Requested, Listed, Missing, Refused, Deselected];
        self.turn_selection(connection, target, &any, Deselected).await
    }

    async fn deselect_quietly(&self, connection: ConnectionId, target: &Target) -> Result<bool, StoreError> {
        let values = Row::from([
            (":to".to_owned(), attribute(&SelectionState::Deselected)?),
            (":quietly".to_owned(), AttributeValue::Bool(true)),
        ]);
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::selection(connection, target).attributes()))
            .update_expression("SET #state = :to, quietly = :quietly REMOVE listing")
            .condition_expression(PRESENT)
            .expression_attribute_names("#state", "state")
            .set_expression_attribute_values(Some(values));
        won(request.send().await.map(drop).map_err(failed))
    }

    async fn choose_resync(
        &self,
        connection: ConnectionId,
        choice: Option<ResyncChoice>,
    ) -> Result<(), StoreError> {
        let key = keys::resync_choice(connection);
        match choice {
            Some(choice) => self.put_choice(row(&key, &ResyncRow { choice, manual: false })?).await,
            None => self.remove(key).await,
        }
    }

    async fn stop_automatic_sync(&self, connection: ConnectionId) -> Result<(), StoreError> {
        let choice = ResyncRow { choice: ResyncChoice::Off, manual: true };
        self.put_choice(row(&keys::resync_choice(connection), &choice)?).await
    }

    async fn confirm_deletions(
        &self,
        connection: ConnectionId,
        confirmation: Confirmation,
    ) -> Result<(), StoreError> {
        self.put_choice(row(&keys::confirmation(connection), &confirmation)?).await
    }

    async fn exclude(&self, connection: ConnectionId, excluded: &[Exclusion]) -> Result<(), StoreError> {
        let row = |one: &Exclusion| row(&keys::exclusion(connection, &one.item), one);
        let rows: Vec<Row> = excluded.iter().map(row).collect::<Result<_, _>>()?;
        self.put_all(rows.into_iter()).await
    }

    async fn include(&self, connection: ConnectionId, items: &[ItemId]) -> Result<(), StoreError> {
        self.remove_all(items.iter().map(|item| keys::exclusion(connection, item)).collect()).await
    }

    async fn exclusions(&self, connection: ConnectionId) -> Result<Vec<Exclusion>, StoreError> {
        let rows = self.partition(&keys::own_partition(connection), keys::EXCLUSIONS).await?;
        rows.into_iter().map(value).collect()
    }

    async fn note_removed(&self, connection: ConnectionId, items: &[ItemId]) -> Result<(), StoreError> {
        stream::iter(items.to_vec())
            .map(|item| async move {
                let values = Row::from([(":removed".to_owned(), AttributeValue::Bool(true))]);
                let key = keys::exclusion(connection, &item);
                let noted = self.update_row(&key, "SET removed = :removed", Some(PRESENT), values).await;
                won(noted).map(drop)
            })
            .buffer_unordered(PARALLEL)
            .try_collect()
            .await
    }

    async fn list_again(&self, connection: ConnectionId, target: &Target) -> Result<(), StoreError> {
        let listed = [SelectionState::Listed];
        self.turn_selection(connection, target, &listed, SelectionState::Requested).await.map(drop)
    }
}
