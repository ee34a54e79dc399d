//! The user's selections, and which files they include.

use std::collections::BTreeSet;

use fastrand::Rng;
use shared::model::{Exclusion, Item, ItemId, ItemKind, Lane, Selection, SelectionState, Target, WalkReason};

use super::{
    dice::chance,
    dropbox::{Account, Node},
    pick::any,
    run::Run,
};

/// Selects something, removes a selection, or deletes a file from the mirror. Does nothing if there is
/// nothing to choose from.
pub(super) async fn choose(run: &Run, rng: &mut Rng) {
    if chance(rng, 250) {
        return delete_here(run, rng).await;
    }
    let selections = run.fixture.wiring.selections().await;
    let (is_selected, target) = match rng.u32(0..11) {
        10 => (true, excluded(run, rng).await),
        0 => (true, Some(Target::Everything)),
        1..4 => (false, chosen(&selections, rng)),
        _ => (true, something(&run.fixture.ports.dropbox.account(), rng)),
    };
    let Some(target) = target else { return };
    if is_selected {
        run.fixture.wiring.select(&target).await;
    } else {
        run.fixture.wiring.deselect(&target).await;
    }
    run.fixture
        .gate
        .note("user", &format!("{} {target:?}", if is_selected { "selects" } else { "gives up" }));
    walk(run).await;
}

/// Deletes a file from the mirror but not from Dropbox, as the API for Carbon's clients does.
async fn delete_here(run: &Run, rng: &mut Rng) {
    let items = run.fixture.wiring.items().await;
    let files: Vec<&Item> = items.iter().filter(|item| item.metadata.kind == ItemKind::File).collect();
    let Some(file) = rng.choice(files) else { return };
    let (item, path) = (file.metadata.id.clone(), file.metadata.path_lower.clone());
    run.fixture.gate.note("user", &format!("deletes {item:?} here"));
    run.fixture.wiring.exclude(Exclusion { item: item.clone(), path, removed: false, quietly: false }).await;
    run.fixture.wiring.deselect(&Target::Item(item)).await;
    walk(run).await;
}

/// Returns a file that was deleted from the mirror.
async fn excluded(run: &Run, rng: &mut Rng) -> Option<Target> {
    let exclusions = run.fixture.wiring.exclusions().await;
    rng.choice(exclusions).map(|one| Target::Item(one.item))
}

/// Confirms the deletions that wait for it; returns false if there are none.
pub(super) async fn confirm(run: &Run) -> bool {
    let waited = run.fixture.wiring.confirm_deletions().await;
    if waited {
        run.fixture.gate.note("user", "confirms deletions");
        walk(run).await;
    }
    waited
}

/// Queues the walk that follows a choice.
async fn walk(run: &Run) {
    run.fixture.wiring.ask(&run.fixture.ports, Lane::Changes, WalkReason::Chosen).await;
    run.schedule_changed();
}

fn chosen(selections: &[Selection], rng: &mut Rng) -> Option<Target> {
    (!selections.is_empty()).then(|| selections[rng.usize(0..selections.len())].target.clone())
}

fn something(account: &Account, rng: &mut Rng) -> Option<Target> {
    let path = any(account, rng, |_| true)?;
    let id = account.node(&path)?.id.clone();
    Some(Target::Item(ItemId::from(id)))
}

/// Returns Dropbox's files and folders that the selections include.
pub(super) fn taken_in(selections: &[Selection], nodes: Vec<(String, Node)>) -> Vec<(String, Node)> {
    let wanted = || selections.iter().filter(|one| one.state != SelectionState::Deselected);
    if wanted().any(|one| one.target == Target::Everything) {
        return nodes;
    }
    let ids: BTreeSet<&str> = wanted().filter_map(|one| one.target.item()).map(ItemId::as_str).collect();
    let is_selected = |(_, node): &&(String, Node)| ids.contains(node.id.as_str());
    let roots: Vec<String> = nodes.iter().filter(is_selected).map(|(path, _)| format!("{path}/")).collect();
    let is_below = |path: &str| roots.iter().any(|root| format!("{path}/").starts_with(root));
    nodes.into_iter().filter(|(path, _)| is_below(path)).collect()
}
