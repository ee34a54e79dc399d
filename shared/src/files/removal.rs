//! Removing files from the mirror. They stay in Dropbox.

use std::collections::HashSet;

use http::StatusCode;

use crate::{
    answer::ApiError,
    model::{Connection, Exclusion, Facts, ItemId, ItemKind, Lane, Selection, Target, WalkReason},
    queue::Requests,
    store::{ChoiceStore, Items},
};

/// Maximum number of files of a connection that are excluded: the walker has them in memory.
const MAX_EXCLUDED: usize = 10_000;

/// Removes files from the mirror.
#[derive(Clone, Copy)]
pub struct Removal<'a> {
    /// The items.
    pub items: &'a dyn Items,
    /// The connections' selections and exclusions.
    pub choices: &'a dyn ChoiceStore,
    /// Requests for walks.
    pub requests: &'a Requests,
}

impl Removal<'_> {
    /// Removes files and folders of a connection. A selection of its own is given up. A file that another selection takes in
    /// is excluded as well: no listing brings it back, until it is chosen again. A folder goes with the selection that it is;
    /// another one stays, for what is added to it.
    ///
    /// # Errors
    /// 409 where too many files of the connection would be excluded, and nothing is removed then; 503 where store or queue
    /// cannot be reached.
    pub async fn remove(&self, connection: &Connection, files: &[&Facts]) -> Result<(), ApiError> {
        let ids: HashSet<&ItemId> = files.iter().map(|facts| &facts.id).collect();
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
        // The exclusions first: a walk in between brings nothing back.
        self.choices.exclude(connection.id, &taken_in).await?;
        for selection in own {
            self.choices.deselect(connection.id, &selection.target).await?;
        }
        self.requests.walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
        Ok(())
    }

    /// The files among some that these selections take in.
    async fn taken_in(
        &self,
        connection: &Connection,
        selections: &[&Selection],
        files: &[&Facts],
    ) -> Result<Vec<Exclusion>, ApiError> {
        let targets: Vec<ItemId> = selections.iter().filter_map(|one| one.target.item().cloned()).collect();
        let chosen = self.items.items(connection.id, &targets).await?;
        let paths: Vec<String> =
            chosen.into_values().map(|item| format!("{}/", item.facts.path_lower)).collect();
        let is_whole = selections.iter().any(|one| one.target == Target::Everything);
        let files = files.iter().filter(|facts| facts.kind == ItemKind::File);
        let taken =
            files.filter(|facts| is_whole || paths.iter().any(|path| facts.path_lower.starts_with(path)));
        let exclusion = |facts: &&Facts| Exclusion {
            item: facts.id.clone(),
            path: facts.path_lower.clone(),
            removed: false,
        };
        Ok(taken.map(exclusion).collect())
    }
}

/// 409: so many exclusions would slow each walk down.
fn too_many() -> ApiError {
    let message =
        format!("At most {MAX_EXCLUDED} files of a connection are excluded; choose other folders instead.");
    ApiError::new(StatusCode::CONFLICT, "too_many_exclusions", message)
}
