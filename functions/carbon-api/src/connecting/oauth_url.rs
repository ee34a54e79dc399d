//! `POST /integrations/oauth_url`: returns a URL at which a user connects an account.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::json;
use shared::{
    address,
    answer::ApiError,
    dropbox::AppTerms,
    model::{Connection, ConnectionId, ConnectionName, ConnectionStatus, Tags},
    store::{Link, OtherAccount},
};

use super::options;
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    data_sources::{connection_name, connection_named},
    fields::{Fields, WrongField, flag, list, one_of, text},
    request::Asked,
};

/// Maximum length of a scope, in bytes.
const MAX_SCOPE: usize = 100;

struct OauthUrlRequest {
    data_source: Option<ConnectionName>,
    is_new_account: bool,
    scopes: Option<Vec<String>>,
    tags: Tags,
}

/// Creates a link of our own. It can be used once, within ten minutes, and leads to Dropbox.
pub(crate) async fn oauth_url(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let request = read(asked.body)?;
    let connection = to_repair(api, asked, &request).await?;
    let (now, user) = (api.clock.now(), asked.user()?.clone());
    let (mut link, ticket) = Link::new(asked.caller.project, user, now);
    link.connection = connection;
    link.other_account = OtherAccount::Refuse;
    link.scopes = request.scopes;
    link.tags = request.tags;
    api.links.add_link(&link, &ticket.hash()).await?;
    Ok(found(&json!({"oauth_url": address::of_connect(asked.base, &ticket)})))
}

fn read(body: &[u8]) -> Result<OauthUrlRequest, Refusal> {
    let mut fields = Fields::of(body)?;
    let service = fields.required("service", one_of(&[("DROPBOX", ())]));
    let data_source = fields.optional("data_source_id", connection_name);
    let is_new_account = fields.optional("connecting_new_account", flag).unwrap_or_default();
    let scopes = scopes(&mut fields);
    let tags = options::read(&mut fields);
    fields.end(service)?;
    Ok(OauthUrlRequest { data_source, is_new_account, scopes, tags })
}

/// Reads the scopes to request; returns `None` if there are none.
fn scopes(fields: &mut Fields) -> Option<Vec<String>> {
    let listed = fields.optional("scopes", list(0..=100, text(1..=MAX_SCOPE))).unwrap_or_default();
    let scope = fields.optional("scope", text(0..=10 * MAX_SCOPE)).unwrap_or_default();
    let all: Vec<String> =
        if listed.is_empty() { scope.split_whitespace().map(str::to_owned).collect() } else { listed };
    if all.is_empty() {
        return None;
    }
    let is_scope =
        |scope: &String| scope.bytes().all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte));
    if !all.iter().all(is_scope) {
        fields.refuse(
            "scopes",
            WrongField::new("a scope is lower-case words, with dots between", "value_error.scope"),
        );
    }
    let terms = AppTerms { scopes: all, ..AppTerms::default() };
    let missing = terms.missing_scopes();
    if !missing.is_empty() {
        let message = format!("without these nothing can be synced: {}", missing.join(", "));
        fields.refuse("scopes", WrongField::new(message, "value_error.scopes_missing"));
    }
    Some(terms.scopes)
}

/// Returns the connection that the link is to connect again, if the request is about one.
async fn to_repair(
    api: &CarbonApi,
    asked: &Asked<'_>,
    request: &OauthUrlRequest,
) -> Result<Option<ConnectionId>, Refusal> {
    if request.is_new_account {
        return Ok(None);
    }
    let all = match request.data_source {
        Some(id) => vec![connection_named(api, asked, id, false).await?],
        None => api.connections.connections_of_user(asked.caller.project, asked.user()?).await?,
    };
    if all.iter().any(|connection| connection.status == ConnectionStatus::Active) {
        return Err(picker_missing());
    }
    Ok(request.data_source.and_then(|_| all.first()).map(|connection: &Connection| connection.id))
}

/// 409: with a working connection, this would open Carbon's hosted page.
fn picker_missing() -> Refusal {
    let message = "This user has an account that works, and there is no hosted page to choose files in. Choose files with \
        /integrations/items/list and /integrations/files/sync, or send connecting_new_account to connect another account.";
    ApiError::new(StatusCode::CONFLICT, "picker_not_there", message).into()
}
