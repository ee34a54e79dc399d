//! Ends the exclusion of files that a client has deleted here and now chooses again.

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    answer::ApiError,
    dropbox::{Dropbox, Entry, Session},
    dropbox_calls::DropboxCalls,
    model::{Connection, Exclusion, ItemId, Target},
    store::ChoiceStore,
};

/// Number of lookups at the same time.
const PARALLEL: usize = 4;

/// Includes files again that are chosen, or that are in chosen folders. Dropbox is only asked for the
/// targets' paths if any files are excluded.
pub(super) async fn include(
    choices: &dyn ChoiceStore,
    calls: &DropboxCalls,
    connection: &Connection,
    targets: &[Target],
) -> Result<(), ApiError> {
    let excluded = choices.exclusions(connection.id).await?;
    if excluded.is_empty() {
        return Ok(());
    }
    let paths = stream::iter(targets.to_vec()).map(|target| path_of(calls, connection, target));
    let paths: Vec<Option<String>> = paths.buffered(PARALLEL).try_collect().await?;
    for (target, path) in targets.iter().zip(paths) {
        let is_meant = |one: &&Exclusion| is_chosen(one, target, path.as_deref());
        let items: Vec<ItemId> = excluded.iter().filter(is_meant).map(|one| one.item.clone()).collect();
        if !items.is_empty() {
            choices.include(connection.id, &items).await?;
            choices.list_again(connection.id, target).await?;
        }
    }
    Ok(())
}

/// Whether an excluded file is the target, or is below it.
fn is_chosen(excluded: &Exclusion, target: &Target, path: Option<&str>) -> bool {
    let below = |path: &str| excluded.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    target.item() == Some(&excluded.item) || path.is_some_and(below)
}

/// Returns the lower-cased path of a target in the account, or `None` if there is no such item. The whole
/// account has the empty path.
async fn path_of(
    calls: &DropboxCalls,
    connection: &Connection,
    target: Target,
) -> Result<Option<String>, ApiError> {
    let Target::Item(id) = target else { return Ok(Some(String::new())) };
    let call = |dropbox: Dropbox, session: Session| {
        let id = id.clone();
        async move { dropbox.metadata(&session, &id).await }
    };
    let entry = calls.ask(connection, call).await?;
    Ok(entry.as_ref().and_then(Entry::metadata).map(|metadata| metadata.path_lower.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_folder_lets_what_is_below_it_come_back() {
        let excluded =
            Exclusion { item: "id:1".into(), path: "/a/b/c".to_owned(), removed: true, quietly: false };
        let (file, folder) = (Target::Item("id:1".into()), Target::Item("id:2".into()));
        assert!(is_chosen(&excluded, &file, Some("/elsewhere")));
        assert!(is_chosen(&excluded, &folder, Some("/a")) && is_chosen(&excluded, &folder, Some("/a/b")));
        assert!(is_chosen(&excluded, &Target::Everything, Some("")));
        for path in [None, Some("/a/b/c"), Some("/a/bc"), Some("/b")] {
            assert!(!is_chosen(&excluded, &folder, path), "{path:?}");
        }
    }
}
