//! Routing: first the caller is checked, then the request.

use http::{Request, Response};
use lambda_http::Body;
use shared::{answer::ApiError, caller::Operation, metrics::Subject};
use url::Url;

use crate::{
    CarbonApi, access_token,
    answer::Refusal,
    caller::{self, Checked},
    choosing, connecting, data_sources, files, organization,
    request::AuthorizedRequest,
    users, webhooks, white_labeling, who_am_i,
};

/// Answers a request. `subject` is set to the project as soon as it is known.
pub(crate) async fn route(
    api: &CarbonApi,
    base: &Url,
    path: &str,
    request: &Request<Body>,
    subject: &mut Subject,
) -> Result<Response<Body>, Refusal> {
    let (operation, parameters) = Operation::find(request.method(), path)
        .filter(|(operation, _)| is_ours(*operation))
        .ok_or_else(unknown)?;
    let Checked { caller, connections } = caller::check(api, operation, request.headers(), subject).await?;
    answer(api, operation, &AuthorizedRequest { caller, connections, parameters, body: request.body(), base })
        .await
}

/// Whether an operation is one of Carbon's. A test of the table makes sure that their names begin like this.
fn is_ours(operation: Operation) -> bool {
    operation.route().id.starts_with("carbon")
}

async fn answer(
    api: &CarbonApi,
    operation: Operation,
    asked: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    match operation {
        Operation::CarbonGetAccessToken => access_token::get(api, asked).await,
        Operation::CarbonGetWhiteLabeling => white_labeling::get(api, asked).await,
        Operation::CarbonGetMe => who_am_i::get(api, asked).await,
        Operation::CarbonUpdateUsers => users::update(api, asked).await,
        Operation::CarbonGetUser => users::show(api, asked).await,
        Operation::CarbonListUsers => users::list(api, asked).await,
        Operation::CarbonDeleteUsers => users::delete(api, asked).await,
        Operation::CarbonGetOrganization => organization::show(api, asked).await,
        Operation::CarbonUpdateOrganization => organization::update(api, asked).await,
        Operation::CarbonModifyUserConfiguration => users::modify_features(api, asked).await,
        Operation::CarbonAddWebhook => webhooks::add(api, asked).await,
        Operation::CarbonListWebhooks => webhooks::list(api, asked).await,
        Operation::CarbonDeleteWebhook => webhooks::delete(api, asked).await,
        Operation::CarbonGetOauthUrl => connecting::oauth_url(api, asked).await,
        Operation::CarbonConnect => connecting::import(api, asked).await,
        Operation::CarbonRevoke => connecting::revoke(api, asked).await,
        Operation::CarbonListDataSources => data_sources::list_of_project(api, asked).await,
        Operation::CarbonListUserDataSources => data_sources::list_of_user(api, asked).await,
        Operation::CarbonAddDataSourceTags => data_sources::add(api, asked).await,
        Operation::CarbonRemoveDataSourceTags => data_sources::remove(api, asked).await,
        Operation::CarbonListItems => choosing::list_items(api, asked).await,
        Operation::CarbonSyncItems => choosing::sync_items(api, asked).await,
        Operation::CarbonCancelItems => choosing::cancel_items(api, asked).await,
        Operation::CarbonDeleteFiles => files::delete(api, asked).await,
        Operation::CarbonDeleteFilesOfBefore => files::delete_of_before(api, asked).await,
        Operation::CarbonSyncFiles => choosing::sync_files(api, asked).await,
        Operation::CarbonListFiles => files::list(api, asked).await,
        Operation::CarbonListFilesOfBefore => files::list_of_before(api, asked).await,
        Operation::CarbonGetRawFile => files::raw_file(api, asked).await,
        Operation::CarbonResyncFile => files::resync_file(api, asked).await,
        Operation::CarbonCreateFileTags => files::create_tags(api, asked).await,
        Operation::CarbonDeleteFileTags => files::delete_tags(api, asked).await,
        _ => Err(unknown()),
    }
}

fn unknown() -> Refusal {
    ApiError::not_found("route_not_found", "There is no such route, or not with this method.").into()
}
