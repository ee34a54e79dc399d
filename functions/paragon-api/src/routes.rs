//! Routing: first the caller is checked, then the request.

use http::Request;
use lambda_http::Body;
use shared::{
    answer::ApiError,
    caller::{Caller, Operation},
    metrics::Subject,
};

use crate::{
    ParagonApi, answer::Answer, configurations, credentials, event, install, integrations, me, metadata,
    portal, request::AuthorizedRequest, subscriptions, triggers, ui, uninstall, workflows,
};

/// Answers a request. `subject` is set to the project as soon as it is known.
pub(crate) async fn route(
    api: &ParagonApi,
    path: &str,
    request: &Request<Body>,
    subject: &mut Subject,
) -> Answer {
    let Some((operation, parameters)) = Operation::find(request.method(), path) else {
        return Err(unknown());
    };
    if operation == Operation::ShowUi {
        return ui::show(api, request).await;
    }
    if operation == Operation::ShowIntegrationIcon {
        return Ok(ui::icon());
    }
    let [project, rest @ ..] = parameters.as_slice() else { return Err(unknown()) };
    let (projects, now) = (api.store.as_ref(), api.clock.now());
    let caller = Caller::check(projects, operation, project, request.headers(), now).await?;
    *subject = Subject::of_project(caller.project);
    let asked = AuthorizedRequest {
        caller,
        parameters: rest.to_vec(),
        headers: request.headers(),
        query: request.uri().query().unwrap_or_default(),
        body: request.body(),
    };
    answer(api, operation, &asked).await
}

async fn answer(api: &ParagonApi, operation: Operation, asked: &AuthorizedRequest<'_>) -> Answer {
    match operation {
        Operation::GetSdkUser => me::get(api, asked).await,
        Operation::UpdateSdkUser => metadata::update(api, asked).await,
        Operation::GetSdkPortal => portal::get(api, asked).await,
        Operation::ListSdkIntegrations => integrations::list(api, asked).await,
        Operation::UninstallSdkIntegration => uninstall::uninstall(api, asked).await,
        Operation::ListSdkCredentials => credentials::list(api, asked).await,
        Operation::CompleteSdkInstall => install::complete(api, asked).await,
        Operation::GetSdkCredential => credentials::get(api, asked).await,
        Operation::UpdateSdkCredential => credentials::update(api, asked).await,
        Operation::CreateSdkConfiguration => configurations::create(api, asked).await,
        Operation::UpdateSdkConfiguration => configurations::update(api, asked).await,
        Operation::DeleteSdkConfiguration => configurations::delete(api, asked).await,
        Operation::EnableSdkWorkflow => workflows::enable(api, asked).await,
        Operation::DisableSdkWorkflow => workflows::disable(api, asked).await,
        Operation::TriggerSdkWorkflow => workflows::start(api, asked).await,
        Operation::TriggerSdkEvent => event::publish(api, asked).await,
        Operation::ListTriggers => triggers::list(api, asked).await,
        Operation::ListTriggerSubscriptions => subscriptions::list(api, asked).await,
        Operation::SubscribeToTrigger => subscriptions::create(api, asked).await,
        Operation::GetTriggerSubscription => subscriptions::get(api, asked).await,
        Operation::ChangeTriggerSubscription => subscriptions::change(api, asked).await,
        Operation::UnsubscribeFromTrigger => subscriptions::remove(api, asked).await,
        _ => Err(unknown()),
    }
}

fn unknown() -> ApiError {
    ApiError::not_found("route_not_found", "There is no such route, or not with this method.")
}
