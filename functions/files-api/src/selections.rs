//! Selections: the files and folders that a user chose to sync.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, accepted},
    choosing::check_number,
    model::{Connection, Selection, SelectionState, Target},
    representation,
};

use crate::{FilesApi, api::queue_walk, target};

/// Selects a file, a folder or the whole account.
pub(crate) async fn select(
    api: &FilesApi,
    connection: &Connection,
    part: &str,
) -> Result<Response<Body>, ApiError> {
    let target = target::parse(part)?;
    let mut selections = api.store.choices(connection.id).await?.selections;
    check_number(&selections, std::slice::from_ref(&target))?;
    let known = selections.iter().position(|one| one.target == target).map(|at| selections.swap_remove(at));
    let now = api.clock.now();
    api.store.select(connection.id, &target, now).await?;
    queue_walk(api, connection).await?;
    let selection = known.map_or_else(|| Selection::new(target, now), again);
    Ok(accepted(&to_json(&selection)))
}

/// Ends a selection.
pub(crate) async fn deselect(
    api: &FilesApi,
    connection: &Connection,
    part: &str,
) -> Result<Response<Body>, ApiError> {
    let target = target::parse(part)?;
    if !api.store.deselect(connection.id, &target).await? {
        return Err(ApiError::not_found("selection_not_found", "The connection has no such selection."));
    }
    queue_walk(api, connection).await?;
    Ok(accepted(&removed(&target)))
}

/// Returns a selection after it was selected again.
fn again(selection: Selection) -> Selection {
    use SelectionState::{Listed, Requested};
    let state = if selection.state == Listed { Listed } else { Requested };
    Selection { state, ..selection }
}

/// Returns a selection as JSON.
pub(crate) fn to_json(selection: &Selection) -> Value {
    let mut json = json!({
        "target": representation::target(&selection.target),
        "state": selection.state,
        "selected_at": selection.selected_at.to_string(),
    });
    if let Some(refusal) = selection.refusal.as_ref().filter(|_| selection.state == SelectionState::Refused) {
        json["refusal"] = json!({
            "code": refusal.code,
            "summary": refusal.summary,
            "since": refusal.since.to_string(),
        });
    }
    json
}

fn removed(target: &Target) -> Value {
    json!({"target": representation::target(target), "state": SelectionState::Deselected})
}
