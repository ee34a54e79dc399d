//! Fetching with a note in the transfer's row, by which the next process finds out what was in flight if this
//! one dies.

use shared::model::{InFlight, Item, Transfer};

use super::{
    conditions::Conditions,
    fetch::{self, Fetched, Twin},
};
use crate::Failure;

/// Fetches the bytes, with the note meanwhile. What follows cannot kill the process. A transfer on a list gets a row for
/// the note. Returns the transfer with it, and what became of it.
pub(super) async fn fetch(
    conditions: Conditions<'_>,
    in_flight: InFlight,
    (item, twin): (&Item, &Twin),
    transfer: Transfer,
) -> Result<(Transfer, Result<Fetched, Failure>), Failure> {
    let Conditions { worker, connection, .. } = conditions;
    let noted = Transfer { in_flight: Some(in_flight), ..transfer };
    let noted = worker.store.note_transfer(connection.id, noted).await?;
    let transfer = Transfer { in_flight: None, ..noted };
    let fetched = fetch::run(conditions, (item, twin), &transfer).await;
    // Whatever is stored of the transfer next takes the note away, too.
    if let Err(error) = worker.store.note_transfer(connection.id, transfer.clone()).await {
        tracing::warn!(connection = %connection.id, %error, "a transfer is still noted as in flight");
    }
    Ok((transfer, fetched))
}
