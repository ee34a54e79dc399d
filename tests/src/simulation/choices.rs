//! What the user selects, and what that takes in.

use std::collections::BTreeSet;

use fastrand::Rng;
use shared::model::{ItemId, Lane, Selection, SelectionState, Target, WalkReason};

use super::{
    dropbox::{Account, Node},
    pick::any,
    run::Run,
};

/// The user selects something, or gives something up. Nothing where there is nothing to choose from.
pub(super) async fn choose(run: &Run, rng: &mut Rng) {
    let selections = run.stage.wiring.selections().await;
    let (is_selected, target) = match rng.u32(0..10) {
        0 => (true, Some(Target::Everything)),
        1..4 => (false, chosen(&selections, rng)),
        _ => (true, something(&run.stage.ports.dropbox.account(), rng)),
    };
    let Some(target) = target else { return };
    if is_selected {
        run.stage.wiring.select(&target).await;
    } else {
        run.stage.wiring.deselect(&target).await;
    }
    run.stage.gate.note("user", &format!("{} {target:?}", if is_selected { "selects" } else { "gives up" }));
    walk(run).await;
}

/// The deletions that wait are confirmed; false where none do.
pub(super) async fn confirm(run: &Run) -> bool {
    let waited = run.stage.wiring.confirm_deletions().await;
    if waited {
        run.stage.gate.note("user", "confirms deletions");
        walk(run).await;
    }
    waited
}

/// The walk that follows a choice.
async fn walk(run: &Run) {
    run.stage.wiring.ask(&run.stage.ports, Lane::Changes, WalkReason::Chosen).await;
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

/// Those of Dropbox's files and folders that selections take in.
pub(super) fn taken_in(selections: &[Selection], nodes: Vec<(String, Node)>) -> Vec<(String, Node)> {
    let wanted = || selections.iter().filter(|one| one.state != SelectionState::Unwanted);
    if wanted().any(|one| one.target == Target::Everything) {
        return nodes;
    }
    let ids: BTreeSet<&str> = wanted().filter_map(|one| one.target.item()).map(ItemId::as_str).collect();
    let is_selected = |(_, node): &&(String, Node)| ids.contains(node.id.as_str());
    let roots: Vec<String> = nodes.iter().filter(is_selected).map(|(path, _)| format!("{path}/")).collect();
    let is_below = |path: &str| roots.iter().any(|root| format!("{path}/").starts_with(root));
    nodes.into_iter().filter(|(path, _)| is_below(path)).collect()
}
