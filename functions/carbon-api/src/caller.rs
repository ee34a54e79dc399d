//! The check of the caller, and what lists read first at the same time.

use http::HeaderMap;
use shared::{
    caller::{Operation, ProjectCaller, UncheckedCaller},
    metrics::Subject,
    model::{ProjectId, UserId},
    store::{StoreError, UserConnection},
};

use crate::{CarbonApi, answer::Refusal, token_of_deleted};

/// A caller who may make the request, and their user's connections, if they were read already.
pub(crate) struct Checked {
    pub(crate) caller: ProjectCaller,
    pub(crate) connections: Option<Vec<UserConnection>>,
}

/// Checks the caller. For lists that begin with a user's connections these are read at the same time: with an
/// API key that names its project together with the key, with a token together with its user. So a caller
/// with an invented key causes one query more, of the few rows of one user; its result is dropped, and the
/// refusal does not wait for it. `subject` is set to the project as soon as it is known.
pub(crate) async fn check(
    api: &CarbonApi,
    operation: Operation,
    headers: &HeaderMap,
    subject: &mut Subject,
) -> Result<Checked, Refusal> {
    let reads_ahead = begins_with_connections(operation);
    let unchecked = UncheckedCaller::of(headers).filter(|_| reads_ahead);
    let ahead = async {
        let UncheckedCaller { project, user } = unchecked.as_ref()?;
        Some(read(api, *project, user).await)
    };
    let checked = async {
        let checked = ProjectCaller::check(api.store.as_ref(), &api.issued, operation, headers).await;
        checked.map_err(Refusal::from)
    };
    let (caller, ahead) = tokio::try_join!(checked, async { Ok(ahead.await) })?;
    *subject = Subject::of_project(caller.project);
    let ahead = ahead.filter(|_| unchecked.is_some_and(|unchecked| unchecked.is(&caller)));
    let connections = async {
        match (ahead, &caller.user) {
            (Some(read), _) => read.map(Some),
            (None, Some(user)) if reads_ahead => read(api, caller.project, user).await.map(Some),
            (None, _) => Ok(None),
        }
    };
    let is_valid = token_of_deleted::refuse(api, &caller);
    let ((), connections) = tokio::try_join!(is_valid, async { Ok(connections.await) })?;
    Ok(Checked { connections: connections?, caller })
}

/// Returns whether a list of this operation is found through the user's connections.
fn begins_with_connections(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::CarbonListFiles
            | Operation::CarbonListFilesOfBefore
            | Operation::CarbonListUserDataSources
            | Operation::CarbonListItems
    )
}

async fn read(api: &CarbonApi, project: ProjectId, user: &UserId) -> Result<Vec<UserConnection>, StoreError> {
    api.store.connections_with_ordinals(project, user).await
}
