//! Routing: first the session is found, then its form is checked, and then the request.

use http::{Request, Response};
use lambda_http::Body;
use page_kit::serve_asset;
use shared::{answer::ApiError, caller::Operation, metrics::Subject};
use url::Url;

use crate::{
    Pages, accounts,
    api::Refused,
    choose, done, leave, look,
    opened::{Opened, gone},
    theme, workflows,
};

/// Answers a request. `subject` is set to the project or connection as soon as it is known.
pub(crate) async fn route(
    pages: &Pages,
    base: &Url,
    path: &str,
    request: &Request<Body>,
    subject: &mut Subject,
) -> Result<Response<Body>, Refused> {
    // A typed address may end with a slash.
    let path = path.strip_suffix('/').unwrap_or(path);
    let (operation, parameters) = Operation::find(request.method(), path).ok_or_else(unknown)?;
    match (operation, parameters.as_slice()) {
        (Operation::ShowUnknownPageOfNobody | Operation::ShowUnknownPageOfConnect, _) => {
            return Err(gone().into());
        }
        (Operation::ShowAsset, [asset]) => return serve_asset(asset).ok_or_else(|| no_asset().into()),
        (Operation::ShowTheme, [project, part]) => return Ok(theme::show(pages, project, part).await?),
        _ => {}
    }
    let [session, rest @ ..] = parameters.as_slice() else { return Err(unknown().into()) };
    let opened = Opened::find(pages, base, session, request).await?;
    *subject = Subject::of_project(opened.project.id);
    let mut back = opened.address("");
    let answer = answer(&opened, operation, rest, subject, &mut back).await.map_err(|error| {
        let page = opened.error_page(&error, &back);
        Refused::with_page(error, page)
    });
    answer.map(|answer| opened.with_cookie(answer))
}

/// Answers a request of a session. `back` is set to the page of the account as soon as it is known.
async fn answer(
    opened: &Opened<'_>,
    operation: Operation,
    rest: &[&str],
    subject: &mut Subject,
    back: &mut String,
) -> Result<Response<Body>, ApiError> {
    match (operation, rest) {
        (Operation::ShowAccounts, []) => accounts::show(opened).await,
        (Operation::ActOnAccounts, []) => accounts::act(opened).await,
        (Operation::ShowDone, []) => done::show(opened).await,
        (Operation::ShowWorkflows, []) => workflows::list(opened).await,
        (Operation::ShowWorkflow | Operation::ActOnWorkflow, [workflow]) => {
            *back = opened.address("/workflows");
            let workflow = workflows::named(opened, workflow).await?;
            match operation {
                Operation::ShowWorkflow => workflows::show(opened, &workflow).await,
                _ => workflows::act(opened, &workflow).await,
            }
        }
        (Operation::ShowRun, [run]) => {
            *back = opened.address("/workflows");
            workflows::show_run(opened, &workflows::run_named(opened, run).await?).await
        }
        (operation, [connection]) => {
            let connection = opened.connection(connection).await?;
            *subject = Subject::of(&connection);
            *back = opened.address_of(&connection, "");
            match operation {
                Operation::ShowAccount => look::show(opened, &connection).await,
                Operation::ActOnAccount => look::act(opened, &connection).await,
                Operation::ShowDisconnect => leave::ask(opened, &connection).await,
                Operation::ShowChoose => choose::show(opened, &connection).await,
                Operation::Choose => choose::act(opened, &connection).await,
                Operation::CountFolder => choose::count(opened, &connection).await,
                _ => Err(gone()),
            }
        }
        _ => Err(gone()),
    }
}

fn no_asset() -> ApiError {
    ApiError::not_found("asset_not_found", "There is no such file, or no longer.")
}

fn unknown() -> ApiError {
    ApiError::not_found("route_not_found", "There is no such route, or not with this method.")
}
