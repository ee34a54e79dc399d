//! Check that the rows of paths agree with the items, whenever all commits are applied (T14).

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use super::{
    history::History,
    wiring::{self, Placed},
};

/// Checker of the path rows, which runs each time a walk takes HEAD or has applied its commit.
pub(super) struct Places {
    history: Arc<History>,
    rows: OnceLock<wiring::Rows>,
}

impl Places {
    pub(super) fn new(history: Arc<History>) -> Self {
        Self { history, rows: OnceLock::new() }
    }

    /// Sets the rows to check.
    pub(super) fn watch(&self, rows: wiring::Rows) {
        // The fixture is set up only once.
        let _ = self.rows.set(rows);
    }

    /// Checks the rows after a request to the store took effect.
    pub(super) async fn check(&self, label: &str) {
        let Some(rows) = self.rows.get().filter(|_| wiring::updates_head(label)) else { return };
        if let Some(placed) = rows.placed().await
            && let Some(how) = disagreement(&placed)
        {
            self.history.broken("T14", how);
        }
    }
}

/// Finds an item without a row at its path and without a mark that explains it, or a row whose item is not at
/// that path.
fn disagreement(placed: &Placed) -> Option<String> {
    let Placed { items, paths, marks } = placed;
    let is_there = |path: &String, id: &str| paths.get(path).is_some_and(|at| at == id);
    let lost = items.iter().find(|item| {
        !is_there(&item.metadata.path_lower, item.metadata.id.as_str()) && marks.why(item).is_none()
    });
    if let Some(item) = lost {
        let (id, path) = (&item.metadata.id, &item.metadata.path_lower);
        return Some(format!("{id} is at {path}, and the path's row names {:?}", paths.get(path)));
    }
    let by_id: BTreeMap<&str, &String> =
        items.iter().map(|item| (item.metadata.id.as_str(), &item.metadata.path_lower)).collect();
    let wrong = paths.iter().find(|(path, id)| by_id.get(id.as_str()) != Some(path));
    wrong.map(|(path, id)| format!("the row of {path} names {id}, which is at {:?}", by_id.get(id.as_str())))
}
