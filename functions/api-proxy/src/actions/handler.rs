//! The HTTP handler of the actions: finds the caller, the action and the account.

use http::{Method, Request, Response, StatusCode};
use lambda_http::Body;
use serde_json::json;
use shared::{
    answer::{self, ApiError},
    caller::{Caller, Operation},
    cors,
    metrics::{Metric, Subject},
    request_log::logged,
};
use tracing::Instrument;

use super::{
    Actions,
    account::Account,
    answer::Answer,
    field_options::{self, FieldOptions},
    request::ActionRequest,
    table,
};
use crate::{admission::find_connection, call::check_size, metrics::counted_out};

/// Text that Paragon's clients look for in a message before they offer their user a link to connect.
const NOT_ENABLED: &str = "Integration not enabled for user.";

/// Whether a path belongs to the actions: `/projects/{project}/actions`, or `/tools`, their newer name, or
/// `/projects/{project}/sdk/actions`, which lists the options of a form's field.
pub(crate) fn is_asked(path: &str) -> bool {
    let rest = path.strip_prefix("/projects/").and_then(|rest| rest.split_once('/'));
    rest.is_some_and(|(_, rest)| matches!(rest, "actions" | "tools" | "sdk/actions"))
}

/// Answers one request to the actions. Pages of any origin may call them.
pub(crate) async fn handle(actions: &Actions, path: &str, request: Request<Body>) -> Response<reqwest::Body> {
    let method = request.method().clone();
    let answer = async {
        let mut subject = Subject::NOBODY;
        let answer = actions.answer(path, &request, &mut subject).await;
        actions.counted(subject, answer)
    };
    logged(&method, path, cors::open(&method, answer)).await
}

impl Actions {
    /// Answers a request. `subject` is set to the project or connection as soon as it is known.
    async fn answer(&self, path: &str, request: &Request<Body>, subject: &mut Subject) -> Answer {
        let (operation, parameters) =
            Operation::find(request.method(), path).ok_or_else(|| unknown(request.method()))?;
        let project = parameters.first().copied().unwrap_or_default();
        let (projects, now) = (self.proxy.store.as_ref(), self.proxy.clock.now());
        let caller = Caller::check(projects, operation, project, request.headers(), now).await?;
        *subject = Subject::of_project(caller.project);
        if operation == Operation::ListSdkFieldOptions {
            // Boxed, as the actions are, because the compiler limits the depth of nested futures.
            return Box::pin(self.field_options(&caller, request, subject)).await;
        }
        let (list, named_by) = match operation {
            Operation::ListActions | Operation::RunAction => ("actions", "action"),
            _ => ("tools", "tool"),
        };
        if request.method() == Method::GET {
            return Ok(answer::json(StatusCode::OK, &json!({list: {"dropbox": table::list()}})));
        }
        check_size(request.body())?;
        let asked = ActionRequest::read(request.body(), named_by)?;
        let connection =
            find_connection(&self.proxy, &caller, request.headers()).await.map_err(for_clients)?;
        *subject = Subject::of(&connection);
        let span = tracing::info_span!("action", name = asked.action.name, connection = %connection.id);
        let account = Account { actions: self, caller: caller.kind, connection };
        (asked.action.run)(asked.parameters, &account).instrument(span).await
    }

    async fn field_options(&self, caller: &Caller, request: &Request<Body>, subject: &mut Subject) -> Answer {
        check_size(request.body())?;
        let asked = FieldOptions::read(request.body())?;
        let connection =
            find_connection(&self.proxy, caller, request.headers()).await.map_err(for_clients)?;
        *subject = Subject::of(&connection);
        let span = tracing::info_span!("field options", connection = %connection.id);
        let account = Account { actions: self, caller: caller.kind, connection };
        field_options::run(asked, &account).instrument(span).await
    }

    /// Counts a request by its answer, and the answer's bytes as they are sent.
    fn counted(&self, subject: Subject, answer: Answer) -> Response<reqwest::Body> {
        let metrics = &self.proxy.metrics;
        metrics.count(subject, Metric::ActionCalls, 1);
        match answer {
            Ok(answer) => answer.map(|body| counted_out(metrics.clone(), subject, body)),
            Err(failure) => {
                if failure.status().is_client_error() {
                    metrics.count(subject, Metric::ActionCallsRefused, 1);
                }
                metrics.publish();
                failure.into_response()
            }
        }
    }
}

fn unknown(method: &Method) -> ApiError {
    let message = format!("Actions are listed with GET, and done with POST, not with {method}.");
    ApiError::method_not_allowed("GET, POST, OPTIONS", message)
}

fn for_clients(error: ApiError) -> ApiError {
    match error.code {
        "not_connected" => ApiError { message: format!("{NOT_ENABLED} {}", error.message), ..error },
        _ => error,
    }
}
