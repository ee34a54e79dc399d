//! Routing: first the caller is checked, then the request.

use http::Request;
use lambda_http::Body;
use shared::{
    answer::ApiError,
    caller::{Caller, Callers, Operation, ProjectCaller},
    metrics::Subject,
    model::ProjectId,
};
use url::Url;

use crate::{WorkflowsApi, answer::Answer, editing, enablement, find, history, runs};

/// Answers a request. `subject` is set to the project as soon as it is known.
pub(crate) async fn route(
    api: &WorkflowsApi,
    base: &Url,
    path: &str,
    request: &Request<Body>,
    subject: &mut Subject,
) -> Answer {
    let (operation, parameters) = Operation::find(request.method(), path).ok_or_else(unknown)?;
    let [project, named @ ..] = parameters.as_slice() else { return Err(unknown()) };
    let (projects, headers, now) = (api.store.as_ref(), request.headers(), api.clock.now());
    match operation.route().callers {
        Callers::Project => {
            let caller = ProjectCaller::of_path(projects, operation, project, headers, now).await?;
            *subject = Subject::of_project(caller.project);
            of_project(api, base, caller.project, (operation, named), request).await
        }
        Callers::Server => {
            let caller = Caller::check(projects, operation, project, headers, now).await?;
            *subject = Subject::of_project(caller.project);
            of_user(api, &caller, (operation, named), request.body()).await
        }
        _ => Err(unknown()),
    }
}

async fn of_project(
    api: &WorkflowsApi,
    base: &Url,
    project: ProjectId,
    (operation, named): (Operation, &[&str]),
    request: &Request<Body>,
) -> Answer {
    let (query, body) = (request.uri().query().unwrap_or_default(), request.body());
    match (operation, named) {
        (Operation::ListWorkflows, []) => editing::list(api, project).await,
        (Operation::AddWorkflow, []) => editing::add(api, project, body).await,
        (Operation::CheckWorkflow, []) => editing::check(body),
        (Operation::GetWorkflowSchema, []) => Ok(editing::schema()),
        (Operation::ListScope, []) => editing::scope(body),
        (Operation::ListRuns, []) => runs::list(api, project, query).await,
        (Operation::ListWorkflowExecutions, []) => history::list(api, base, project, query).await,
        (
            Operation::GetRun
            | Operation::ListRunSteps
            | Operation::ReplayRun
            | Operation::CancelRun
            | Operation::GetWorkflowExecution
            | Operation::ReplayWorkflowExecution,
            [run],
        ) => {
            let run = find::run(api, project, run).await?;
            match operation {
                Operation::GetRun => Ok(runs::show(&run)),
                Operation::ListRunSteps => runs::steps(api, &run, query).await,
                Operation::ReplayRun => runs::replay(api, &run, body).await,
                Operation::CancelRun => runs::cancel(api, run, body).await,
                Operation::GetWorkflowExecution => history::show(api, &run).await,
                _ => history::replay(api, &run).await,
            }
        }
        (operation, [workflow]) => {
            let workflow = find::workflow(api, project, workflow).await?;
            match operation {
                Operation::GetWorkflow => Ok(editing::show(&workflow)),
                Operation::ChangeWorkflow => editing::change(api, workflow, body).await,
                Operation::DeleteWorkflow => editing::delete(api, &workflow).await,
                Operation::ListEnablements => enablement::list(api, &workflow, query).await,
                _ => Err(unknown()),
            }
        }
        _ => Err(unknown()),
    }
}

async fn of_user(
    api: &WorkflowsApi,
    caller: &Caller,
    (operation, named): (Operation, &[&str]),
    body: &[u8],
) -> Answer {
    let [workflow] = named else { return Err(unknown()) };
    let workflow = find::workflow(api, caller.project, workflow).await?;
    match operation {
        Operation::GetEnablement => enablement::show(api, &workflow, &caller.user).await,
        Operation::ChangeEnablement => enablement::change(api, &workflow, &caller.user, body).await,
        Operation::StartRun => runs::start(api, &workflow, &caller.user, body).await,
        _ => Err(unknown()),
    }
}

fn unknown() -> ApiError {
    ApiError::not_found("route_not_found", "There is no such route, or not with this method.")
}
