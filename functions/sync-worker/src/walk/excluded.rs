//! Files that a client has deleted here and not in Dropbox: they leave the mirror, and no listing brings them
//! back.

use shared::model::ItemId;

use super::{Reached, removal, removal::RemovalCause, state::Walk};
use crate::Failure;

/// Removes what was excluded since the last walk. If the time is up before that, the next walk removes
/// the rest.
pub(super) async fn remove(walk: &mut Walk<'_>) -> Result<Reached, Failure> {
    for quietly in [false, true] {
        if let Reached::ItsBudget = remove_some(walk, quietly).await? {
            return Ok(Reached::ItsBudget);
        }
    }
    Ok(Reached::TheEnd)
}

async fn remove_some(walk: &mut Walk<'_>, quietly: bool) -> Result<Reached, Failure> {
    let fresh = walk.exclusions.iter().filter(|one| !one.removed && one.quietly == quietly);
    let fresh: Vec<ItemId> = fresh.map(|one| one.item.clone()).collect();
    if fresh.is_empty() {
        return Ok(Reached::TheEnd);
    }
    let removals = removal::plan(walk, fresh.clone(), RemovalCause::Deselected { quietly }).await?;
    if let Reached::ItsBudget = removal::run(walk, removals, |_| (), |_| ()).await? {
        return Ok(Reached::ItsBudget);
    }
    walk.worker.store.note_removed(walk.connection.id, &fresh).await?;
    Ok(Reached::TheEnd)
}
