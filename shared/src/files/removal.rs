//! Removal of files from the mirror. They stay in Dropbox.

use std::collections::HashSet;

use http::StatusCode;

use crate::{
    answer::ApiError,
    model::{Connection, Exclusion, ItemId, ItemKind, Lane, Metadata, Selection, Target, WalkReason},
    queue::Requests,
    store::{ChoiceStore, Items},
};

/// Maximum number of excluded files per connection: the walker has them in memory.
const MAX_EXCLUDED: usize = 10_000;

/// Removal of files from the mirror.
#[derive(Clone, Copy)]
pub struct Removal<'a> {
    /// Store of items.
    pub items: &'a dyn Items,
    /// Store of the connections' selections and exclusions.
    pub choices: &'a dyn ChoiceStore,
    /// Requests for walks.
    pub requests: &'a Requests,
    /// Whether it is quiet ([`DeselectedQuietly`](crate::model::Removal::DeselectedQuietly)).
    pub quietly: bool,
}

impl Removal<'_> {
    /// Removes files and folders of a connection. Selections of these files and folders are removed. A file
    /// that another selection contains is also excluded, so that no listing brings it back until it is
    /// selected again. A folder that another selection contains stays, for files that are added to it.
    ///
    /// # Errors
    /// 409 if too many files of the connection would be excluded, and nothing is removed; 503 if the store or
    /// the queue cannot be reached.
    pub async fn remove(&self, connection: &Connection, files: &[&Metadata]) -> Result<(), ApiError> {
        let ids: HashSet<&ItemId> = files.iter().map(|metadata| &metadata.id).collect();
        let selections = self.choices.choices(connection.id).await?.selections;
        let wanted = selections.iter().filter(|selection| selection.is_wanted());
        let (own, others): (Vec<&Selection>, Vec<&Selection>) =
            wanted.partition(|selection| selection.target.item().is_some_and(|id| ids.contains(id)));
        let taken_in = self.taken_in(connection, &others, files).await?;
        let known = self.choices.exclusions(connection.id).await?;
        let is_new = |one: &&Exclusion| !known.iter().any(|known| known.item == one.item);
        if known.len() + taken_in.iter().filter(is_new).count() > MAX_EXCLUDED {
            return Err(too_many());
        }
        // Exclusions first, so that a walk in between brings nothing back.
        self.choices.exclude(connection.id, &taken_in).await?;
        for selection in own {
            match self.quietly {
                true => self.choices.deselect_quietly(connection.id, &selection.target).await?,
                false => self.choices.deselect(connection.id, &selection.target).await?,
            };
        }
        self.requests.walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
        Ok(())
    }

    /// Returns exclusions for those of the files that these selections contain.
    async fn taken_in(
        &self,
        connection: &Connection,
        selections: &[&Selection],
        files: &[&Metadata],
    ) -> Result<Vec<Exclusion>, ApiError> {
        let targets: Vec<ItemId> = selections.iter().filter_map(|one| one.target.item().cloned()).collect();
        let chosen = self.items.items(connection.id, &targets).await?;
        let paths: Vec<String> =
            chosen.into_values().map(|item| format!("{}/", item.metadata.path_lower)).collect();
        let is_whole = selections.iter().any(|one| one.target == Target::Everything);
        let files = files.iter().filter(|metadata| metadata.kind == ItemKind::File);
        let taken = files
            .filter(|metadata| is_whole || paths.iter().any(|path| metadata.path_lower.starts_with(path)));
        let exclusion = |metadata: &&Metadata| Exclusion {
            item: metadata.id.clone(),
            path: metadata.path_lower.clone(),
            removed: false,
            quietly: self.quietly,
        };
        Ok(taken.map(exclusion).collect())
    }
}

/// 409: more exclusions would slow down each walk.
fn too_many() -> ApiError {
    let message =
        format!("At most {MAX_EXCLUDED} files of a connection are excluded; choose other folders instead.");
    ApiError::new(StatusCode::CONFLICT, "too_many_exclusions", message)
}
