//! `POST /integrations/oauth_url`: returns a URL at which a user connects an account.

use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::{
    address,
    dropbox::AppTerms,
    model::{Connection, ConnectionName, ConnectionStatus, Label, LinkPage},
    store::{Link, OtherAccount},
};

use super::options::{self, Options};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    data_sources::{connection_name, connection_named},
    fields::{Fields, WrongField, flag, list, one_of, text},
    request::AuthorizedRequest,
};

/// Maximum length of a scope, in bytes.
const MAX_SCOPE: usize = 100;

struct OauthUrlRequest {
    data_source: Option<ConnectionName>,
    is_new_account: bool,
    scopes: Option<Vec<String>>,
    options: Options,
}

/// Creates a link of our own. It can be used once, within ten minutes. It leads to Dropbox, or, for an account
/// that works, to the page on which its files are chosen.
pub(crate) async fn oauth_url(
    api: &CarbonApi,
    asked: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let request = read(asked.body)?;
    let connection = meant(api, asked, &request).await?;
    let (now, user) = (api.clock.now(), asked.user()?.clone());
    let (mut link, ticket) = Link::new(asked.caller.project, user, now);
    link.asks_dropbox = request.is_new_account;
    link.syncs_at_once = request.options.syncs_at_once;
    link.page = match &connection {
        // Without a connect there is nothing else that the link could be for.
        Some(one) if one.status == ConnectionStatus::Active => LinkPage::Choose,
        _ if request.options.opens_picker => LinkPage::Choose,
        _ => LinkPage::Connect,
    };
    link.connection = connection.map(|connection| connection.id);
    link.other_account = OtherAccount::Refuse;
    link.scopes = request.scopes;
    link.tags = request.options.data_source_tags;
    link.label = Some(request.options.label).filter(|label| *label != Label::default());
    api.store.add_link(&link, &ticket.hash()).await?;
    Ok(found(&json!({"oauth_url": address::of_connect(asked.base, &ticket)})))
}

fn read(body: &[u8]) -> Result<OauthUrlRequest, Refusal> {
    let mut fields = Fields::of(body)?;
    let service = fields.required("service", one_of(&[("DROPBOX", ())]));
    let data_source = fields.optional("data_source_id", connection_name);
    let is_new_account = fields.optional("connecting_new_account", flag).unwrap_or_default();
    let scopes = scopes(&mut fields);
    let options = options::read(&mut fields);
    fields.end(service)?;
    Ok(OauthUrlRequest { data_source, is_new_account, scopes, options })
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

/// Returns the connection that the link is about: to choose its files, or to connect it again.
async fn meant(
    api: &CarbonApi,
    asked: &AuthorizedRequest<'_>,
    request: &OauthUrlRequest,
) -> Result<Option<Connection>, Refusal> {
    if request.is_new_account {
        return Ok(None);
    }
    if let Some(name) = request.data_source {
        return Ok(Some(connection_named(api, asked, name, false).await?));
    }
    let all = api.store.connections_of_user(asked.caller.project, asked.user()?).await?;
    let preferred = Connection::preferred(all);
    Ok(preferred.filter(|connection| connection.status == ConnectionStatus::Active))
}
