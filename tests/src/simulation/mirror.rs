//! Check that items, log and bytes equal Dropbox's (invariant I11).

use std::collections::{BTreeMap, BTreeSet};

use shared::model::{
    Change, ChangeKind, Content, Item, ItemId, ItemKind, Metadata, NotFetched, Rev,
    SelectionState::{self, Deselected, Requested},
};

use super::{
    choices::taken_in,
    dropbox::{Node, NodeKind},
    faults::Fault,
    fixture::Fixture,
    history::Violation,
    other_project::is_of_other_project,
    wiring,
};

/// Compared properties by path: id and name, and for a file its hash and revision.
type Mirror = BTreeMap<String, Thing>;
type Thing = (String, String, Option<(String, String)>);
type Place = (String, Thing);

/// Extent of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Everything that Dropbox reports as a change. It does not report a changed case of a name.
    Drained,
    /// Everything.
    Resynced,
}

/// Checks that items, replayed log and bytes each equal Dropbox's tree (I11), and that no violation was
/// recorded.
pub(super) async fn mirror(fixture: &Fixture, depth: Depth) -> Result<(), Violation> {
    if let Some(violation) = fixture.history.seen().violations.first() {
        return Err(violation.clone());
    }
    if !fixture.wiring.is_active().await {
        return Err(Violation::new("I6", "the connection waits for its user although its tokens work"));
    }
    let selections = fixture.wiring.selections().await;
    if let Some(selection) = selections.iter().find(|one| matches!(one.state, Requested | Deselected)) {
        return Err(Violation::new("quiet", format!("{selection:?} is still to be seen to")));
    }
    let exclusions = fixture.wiring.exclusions().await;
    if let Some(exclusion) = exclusions.iter().find(|one| !one.removed) {
        return Err(Violation::new("quiet", format!("{exclusion:?} is still to be removed")));
    }
    // Refused selections are only repaired by the resync that tries them again.
    let is_refused = selections.iter().any(|one| one.state == SelectionState::Refused);
    if depth == Depth::Drained && (is_refused || is_left_to_a_resync(fixture)) {
        return Ok(());
    }
    if let Some(selection) = selections.iter().find(|one| one.state == SelectionState::Refused) {
        return Err(Violation::new("I11", format!("{selection:?} is refused, and Dropbox tells of it")));
    }
    let nodes = taken_in(&selections, fixture.ports.dropbox.account().nodes());
    let items = fixture.wiring.items().await;
    let mut nodes = with_twins(nodes, fixture, &items);
    nodes.retain(|(_, node)| node.is_folder() || exclusions.iter().all(|one| one.item.as_str() != node.id));
    let truth = as_deep(depth, nodes.iter().map(|(path, node)| truth(path, node)));
    same("the items", &truth, &as_deep(depth, items.iter().map(|item| stored(&item.metadata))))?;
    let log = fixture.wiring.log().await;
    same("the replayed log", &truth, &as_deep(depth, replay(&log)?.values().map(stored)))?;
    if depth == Depth::Drained {
        return Ok(());
    }
    display_paths(&items)?;
    let nodes: BTreeMap<String, Node> = nodes.into_iter().map(|(_, node)| (node.id.clone(), node)).collect();
    let wanted = items.iter().filter(|item| item.content.is_wanted()).count() as u64;
    if fixture.wiring.max_files.is_some_and(|most| wanted > most) {
        return Err(Violation::new("file limit", format!("{wanted} files are wanted")));
    }
    let is_full = fixture.wiring.max_files == Some(wanted);
    items
        .iter()
        .try_for_each(|item| content(fixture, item, nodes.get(item.metadata.id.as_str()), is_full))?;
    nothing_else(fixture, &items).await
}

/// Whether an earlier response of Dropbox can only be repaired by a resync.
fn is_left_to_a_resync(fixture: &Fixture) -> bool {
    let struck = [Fault::LookupRefused, Fault::EntryUnreadable].map(|fault| struck(fixture, fault));
    struck != [0, 0] || fixture.ports.dropbox.account().has_had_twins()
}

/// Accepts either of two files with the same path: takes the one that the mirror has.
fn with_twins(nodes: Vec<(String, Node)>, fixture: &Fixture, items: &[Item]) -> Vec<(String, Node)> {
    let twins = fixture.ports.dropbox.account().twins();
    let is_held = |twin: &Node| items.iter().any(|item| item.metadata.id.as_str() == twin.id);
    let either = |(path, node): (String, Node)| match twins.get(&path) {
        Some(twin) if !node.is_folder() && is_held(twin) => (path, twin.clone()),
        _ => (path, node),
    };
    nodes.into_iter().map(either).collect()
}

/// Checks that each item's display path is its folder's, followed by its own name.
fn display_paths(items: &[Item]) -> Result<(), Violation> {
    let by_path: BTreeMap<&str, &Metadata> =
        items.iter().map(|item| (item.metadata.path_lower.as_str(), &item.metadata)).collect();
    for metadata in by_path.values() {
        let (above, _) = metadata.path_lower.rsplit_once('/').unwrap_or_default();
        let (shown_above, name) = metadata.path_display.rsplit_once('/').unwrap_or_default();
        let folder = if above.is_empty() {
            Some("")
        } else {
            by_path.get(above).map(|folder| folder.path_display.as_str())
        };
        if name != metadata.name || folder.is_some_and(|folder| folder != shown_above) {
            let what = format!("{} is shown as {}", metadata.path_lower, metadata.path_display);
            return Err(Violation::new("I11", what));
        }
    }
    Ok(())
}

/// Checks that the bucket contains only the bytes of items, and that no transfer waits.
async fn nothing_else(fixture: &Fixture, items: &[Item]) -> Result<(), Violation> {
    let ready = |item: &Item| match &item.content {
        Content::Ready { rev, .. } => Some(wiring::content_key(&item.metadata.id, rev)),
        _ => None,
    };
    let known: BTreeSet<String> = items.iter().filter_map(ready).collect();
    if let Some(key) =
        fixture.ports.bucket.keys().into_iter().find(|key| !known.contains(key) && !is_of_other_project(key))
    {
        let what = format!("{} lies in the bucket and is no item's", wiring::shortened(&key));
        return Err(Violation::new("I11", what));
    }
    match fixture.wiring.transfers().await.first() {
        Some(transfer) => Err(Violation::new("I11", format!("{transfer:?} waits for ever"))),
        None => Ok(()),
    }
}

/// Reduces nodes to what must be equal at this depth.
fn as_deep(depth: Depth, nodes: impl Iterator<Item = Place>) -> Mirror {
    nodes
        .map(|(path, (id, name, file))| {
            let name = if depth == Depth::Drained { String::new() } else { name };
            (path, (id, name, file))
        })
        .collect()
}

fn truth(path: &str, node: &Node) -> Place {
    let file = match &node.kind {
        NodeKind::File { rev, hash, .. } => Some((hash.clone(), rev.clone())),
        NodeKind::Folder => None,
    };
    (path.to_owned(), (node.id.clone(), node.name.clone(), file))
}

fn stored(metadata: &Metadata) -> Place {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let file = (text(metadata.content_hash.as_deref()), text(metadata.rev.as_ref().map(Rev::as_str)));
    let file = (metadata.kind == ItemKind::File).then_some(file);
    (metadata.path_lower.clone(), (metadata.id.as_str().to_owned(), metadata.name.clone(), file))
}

fn same(what: &str, truth: &Mirror, stored: &Mirror) -> Result<(), Violation> {
    let missing = truth.iter().find(|(path, node)| stored.get(*path) != Some(node));
    let extra = stored.iter().find(|(path, _)| !truth.contains_key(*path));
    match (missing, extra) {
        (Some((path, node)), _) => {
            let stored = stored.get(path);
            Err(Violation::new("I11", format!("{what}: {path} should be {node:?} and is {stored:?}")))
        }
        (None, Some((path, node))) => {
            Err(Violation::new("I11", format!("{what}: {path} should be gone and is {node:?}")))
        }
        (None, None) => Ok(()),
    }
}

/// Replays the log into items. Its numbers must have no gap (I12).
fn replay(log: &[Change]) -> Result<BTreeMap<ItemId, Metadata>, Violation> {
    let mut items = BTreeMap::new();
    for (change, number) in log.iter().zip(1..) {
        if change.number != number {
            return Err(Violation::new("I12", format!("change {number} is missing from the log")));
        }
        match change.kind {
            ChangeKind::Deleted { .. } => drop(items.remove(&change.item.id)),
            _ => drop(items.insert(change.item.id.clone(), change.item.clone())),
        }
    }
    Ok(items)
}

/// Checks that the bytes in the bucket are the file's, or that there is a valid reason why there are none.
fn content(fixture: &Fixture, item: &Item, node: Option<&Node>, is_full: bool) -> Result<(), Violation> {
    let settings = &fixture.wiring.settings;
    let fine = match (&item.content, node.map(|node| (&node.kind, node.restricted))) {
        (Content::None, Some((NodeKind::Folder, _))) => true,
        (Content::Ready { rev, .. }, Some((NodeKind::File { bytes, .. }, _))) => {
            fixture.ports.bucket.object(&wiring::content_key(&item.metadata.id, rev)).as_ref() == Some(bytes)
        }
        (Content::Skipped { reason: NotFetched::TooLarge, .. }, Some(_)) => {
            item.metadata.size > settings.max_file_bytes
        }
        (Content::Skipped { reason: NotFetched::UnwantedFormat, .. }, Some(_)) => {
            !settings.formats.want(&item.metadata.name)
        }
        (Content::Skipped { reason: NotFetched::FileLimit, .. }, Some(_)) => is_full,
        (Content::Skipped { reason: NotFetched::Removed, rev }, Some(_)) => {
            let key = wiring::content_key(&item.metadata.id, rev);
            fixture.wiring.is_manual && fixture.ports.bucket.object(&key).is_none()
        }
        (Content::Failed { reason: NotFetched::Restricted, .. }, Some((_, restricted))) => restricted,
        (Content::Failed { reason: NotFetched::HashMismatch, .. }, Some(_)) => may_have_given_up(fixture),
        (Content::Failed { reason: NotFetched::Unreachable, .. }, Some(_)) => {
            may_have_given_up(fixture) || may_have_killed(fixture)
        }
        _ => false,
    };
    let what = || format!("{} is {:?} in the bucket", item.metadata.path_lower, item.content);
    if fine { Ok(()) } else { Err(Violation::new("I11", what())) }
}

/// Whether enough faults struck that a transfer may have been abandoned.
fn may_have_given_up(fixture: &Fixture) -> bool {
    use Fault::{
        BodyCut, BodyShort, BucketAnswerLost, BucketRefused, CutAfter, CutBefore, HtmlError, WrongBytes,
    };
    let all =
        [BodyCut, BodyShort, BucketAnswerLost, BucketRefused, CutAfter, CutBefore, HtmlError, WrongBytes];
    all.into_iter().map(|fault| struck(fixture, fault)).sum::<u64>() >= 8
}

/// Whether enough processes died that all of one file's deaths may be among them.
fn may_have_killed(fixture: &Fixture) -> bool {
    use Fault::{CrashAfter, CrashBefore, Zombie};
    [CrashBefore, CrashAfter, Zombie].into_iter().map(|fault| struck(fixture, fault)).sum::<u64>() >= 3
}

/// Returns how many times a fault has struck.
fn struck(fixture: &Fixture, fault: Fault) -> u64 {
    fixture.gate.state().faults.get(&fault).copied().unwrap_or_default()
}
