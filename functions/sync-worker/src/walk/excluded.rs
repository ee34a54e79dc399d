//! Files that a client has deleted here and not in Dropbox: they leave the mirror, and no listing brings them
//! back.

use shared::model::ItemId;

use super::{Reached, removal::Cause, step::Step};
use crate::Failure;

impl Step<'_> {
    /// Removes what was excluded since the last walk. If the time is up before that, the next walk removes
    /// the rest.
    pub(super) async fn remove_excluded(&mut self) -> Result<Reached, Failure> {
        let fresh = self.exclusions.iter().filter(|one| !one.removed);
        let fresh: Vec<ItemId> = fresh.map(|one| one.item.clone()).collect();
        if fresh.is_empty() {
            return Ok(Reached::TheEnd);
        }
        let removals = self.to_remove(fresh.clone(), Cause::Deselected).await?;
        if let Reached::ItsBudget = self.remove(removals, |_| (), |_| ()).await? {
            return Ok(Reached::ItsBudget);
        }
        self.worker.choices.note_removed(self.connection.id, &fresh).await?;
        Ok(Reached::TheEnd)
    }
}
