//! Target for the proxy: what it sends to Dropbox of a caller's request, and returns of the response.

mod answered;
mod sent;

use uuid::Uuid;

use crate::{
    draft::Draft,
    fixture::with_fixture,
    known::{CONNECTIONS, KnownConnection, PROJECTS},
    traffic::Answer,
};

/// The input is Dropbox's first response, followed by the caller's request:
///
/// ```text
/// 200 {"entries": []}
/// POST /projects/{project}/sdk/proxy/dropbox/2/files/list_folder
/// authorization: Bearer dl_one
/// customer-id: user
///
/// {"path": ""}
/// ```
pub(crate) fn target(bytes: &[u8]) {
    let (answer, text) = Answer::read(bytes);
    let Some(draft) = Draft::read(text) else { return };
    let Some(request) = draft.request() else { return };
    with_fixture(async |fixture| {
        fixture.traffic.answer_call(answer);
        let response = api_proxy::handle(&fixture.proxy(), draft.path, request).await;
        let sent = std::mem::take(&mut fixture.traffic.record().sent);
        sent::check(&sent, &draft);
        answered::check(response, &sent, bytes).await;
    });
}

/// Returns the index of the project that the path names.
fn project(draft: &Draft<'_>) -> Option<usize> {
    let named = draft.path.strip_prefix("/projects/")?.split('/').next()?;
    let id = Uuid::try_parse(named).ok()?;
    PROJECTS.iter().position(|(project, _)| project.0 == id)
}

/// Returns the connections of the named user, if the API key is the project's.
fn connections_of(draft: &Draft<'_>) -> Vec<&'static KnownConnection> {
    let Some(project) = project(draft) else { return Vec::new() };
    let secret = draft.header("authorization").and_then(|value| value.split_once(' '));
    if secret.is_none_or(|(_, secret)| secret.trim() != PROJECTS[project].1) {
        return Vec::new();
    }
    let user = draft.header("customer-id");
    let is_named = |known: &&KnownConnection| known.project == project && Some(known.user) == user;
    CONNECTIONS.iter().filter(is_named).collect()
}
