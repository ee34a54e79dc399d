//! `GET …/build-oauth`: makes the link of a popup. It opens only in a browser in which this user has a popup
//! of this project open.

use http::{HeaderMap, Request, Response, StatusCode, header::AUTHORIZATION};
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    address,
    answer::{ApiError, json},
    caller::{Caller, Operation},
    model::{ConnectionId, Project, ProjectId, SecretHash, TicketSecret, UserId, is_external_id},
    store::{Link, OtherAccount, PopupCall, PopupOutcome, PopupTerms, StoreError},
};
use url::Url;
use uuid::Uuid;

use super::{external, external::name_of, origin};
use crate::{
    connect::{Connect, field},
    links,
};

/// Maximum length of a page's key, in characters.
const MAX_KEY: usize = 64;
/// Maximum length of the installation's options, in bytes.
const MAX_OPTIONS: usize = 4 * 1024;
/// Name of the only integration.
const DROPBOX: &str = "dropbox";

/// Fields of a page's request.
struct BuildRequest {
    key: String,
    origin: String,
    integration: Uuid,
    redirect_uri: Option<String>,
    options: Options,
}

/// Options of an installation that mean something here.
#[derive(Default)]
struct Options {
    credential: Option<String>,
    external_id: Option<String>,
    allows_several: bool,
}

/// Makes the link, and leaves the outcome for the window, which the page does not tell it.
pub(super) async fn run(
    connect: &Connect,
    base: &Url,
    project: &str,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let (projects, now) = (connect.store.as_ref(), connect.clock.now());
    let caller = Caller::check(projects, Operation::BuildSdkOauth, project, request.headers(), now).await?;
    let token = token_hash(request.headers());
    let made = make(connect, &caller, request.uri().query().unwrap_or_default().as_bytes()).await;
    let outcome = match &made {
        Ok((link, ticket)) => PopupOutcome::Made { link: *link, ticket: ticket.hash() },
        Err(ApiError { code, message, .. }) => {
            PopupOutcome::Refused { code: (*code).to_owned(), message: message.clone() }
        }
    };
    let call = PopupCall { at: now, outcome, valid_until: now.plus(Link::LIFE) };
    let recorded = connect.store.record_popup_call(&token, &call).await;
    let (_, ticket) = made?;
    recorded?;
    Ok(json(StatusCode::OK, &json!({"redirectUrl": address::of_connect(base, &ticket)})))
}

async fn make(connect: &Connect, caller: &Caller, query: &[u8]) -> Result<(Uuid, TicketSecret), ApiError> {
    let project = connect.store.project(caller.project).await?.ok_or_else(no_integration)?;
    let asked = read(&project, query)?;
    let known = external::external_ids(connect, caller).await?;
    if let Some(own) = &asked.options.external_id
        && known.iter().any(|(_, other)| other.as_ref() == Some(own))
    {
        let message = "Another credential of the user has this externalId.";
        return Err(ApiError::new(StatusCode::CONFLICT, "external_id_taken", message));
    }
    let connection = match &asked.options.credential {
        Some(credential) => Some(connection_meant(connect, caller, credential, &known).await?),
        None => None,
    };
    let (link, ticket) = Link::new(caller.project, caller.user.clone(), connect.clock.now());
    let other_account = if asked.options.allows_several { OtherAccount::Add } else { OtherAccount::Refuse };
    let popup = PopupTerms {
        origin: asked.origin,
        integration: asked.integration,
        redirect_uri: asked.redirect_uri,
        external_id: asked.options.external_id,
    };
    let id = link_id(caller.project, &caller.user, &asked.key);
    let link = Link { id, connection, other_account, popup: Some(popup), ..link };
    match connect.store.add_link(&link, &ticket.hash()).await {
        Err(StoreError::Conflict) => Err(key_taken()),
        added => added.map(|()| (id, ticket)).map_err(ApiError::from),
    }
}

/// Returns the user's connection that an option names.
async fn connection_meant(
    connect: &Connect,
    caller: &Caller,
    credential: &str,
    known: &[(ConnectionId, Option<String>)],
) -> Result<ConnectionId, ApiError> {
    match name_of(credential) {
        Ok(name) => links::connection_to_repair(connect, caller, name).await,
        Err(external) => {
            let mut all = known.iter();
            let found = all.find(|(_, own)| own.as_deref() == Some(external)).map(|(id, _)| *id);
            found.ok_or_else(no_credential)
        }
    }
}

/// Returns the id of the link that a page's key stands for.
pub(super) fn link_id(project: ProjectId, user: &UserId, key: &str) -> Uuid {
    Uuid::new_v5(&project.0, format!("popup:{key}:{user}").as_bytes())
}

/// Returns whether a text can be a page's key.
pub(super) fn is_key(key: &str) -> bool {
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-_".contains(&c);
    (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(is_plain)
}

/// Checks that a query is about Dropbox. Returns the integration's id.
pub(super) fn integration(project: ProjectId, query: &[u8]) -> Result<Uuid, ApiError> {
    let own = project.dropbox_integration();
    let is_own = |id: String| id == DROPBOX || id.parse() == Ok(own);
    let is_meant = field(query, "integrationId").is_some_and(is_own)
        && field(query, "action").is_none_or(|action| action == DROPBOX);
    is_meant.then_some(own).ok_or_else(no_integration)
}

fn read(project: &Project, query: &[u8]) -> Result<BuildRequest, ApiError> {
    Ok(BuildRequest {
        origin: origin::registered(Some(project), field(query, "originForPostMessage").as_deref())?,
        integration: integration(project.id, query)?,
        key: field(query, "oauthMetaKeyId").filter(|key| is_key(key)).ok_or_else(no_key)?,
        redirect_uri: redirect_uri(project, query)?,
        options: options(query)?,
    })
}

/// Returns the application's own redirect URI. Elsewhere than on its origins a code must not go.
fn redirect_uri(project: &Project, query: &[u8]) -> Result<Option<String>, ApiError> {
    let Some(url) = field(query, "redirectUrl") else { return Ok(None) };
    if project.has_origin_of(&url) {
        return Ok(Some(url));
    }
    let message = "redirectUrl must be an https address on one of the project's registered origins, without a user name.";
    Err(ApiError::invalid("redirect_url_not_allowed", message))
}

fn options(query: &[u8]) -> Result<Options, ApiError> {
    let Some(text) = field(query, "installOptions") else { return Ok(Options::default()) };
    let parsed = Some(&text).filter(|text| text.len() <= MAX_OPTIONS);
    let parsed: Option<Value> = parsed.and_then(|text| serde_json::from_str(text).ok());
    let options = parsed.filter(Value::is_object).ok_or_else(|| malformed("must be an object of JSON"))?;
    let text = |name: &str| match &options[name] {
        Value::Null => Ok(None),
        Value::String(text) if text.trim().is_empty() => Ok(None),
        Value::String(text) => Ok(Some(text.trim().to_owned())),
        _ => Err(malformed(&format!("has another {name} than a text"))),
    };
    let external_id = text("externalId")?;
    if external_id.as_ref().is_some_and(|id| !is_external_id(id)) {
        return Err(malformed(
            "has an externalId that is longer than 255 bytes, a UUID, or begins with ext:",
        ));
    }
    Ok(Options {
        credential: text("selectedCredentialId")?,
        external_id,
        allows_several: options["allowMultipleCredentials"] == true,
    })
}

/// Returns the hash of the token in the header, whose form the check of the caller has seen.
fn token_hash(headers: &HeaderMap) -> SecretHash {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    SecretHash::of(value.split_once(' ').map_or("", |(_, token)| token.trim()))
}

fn malformed(what: &str) -> ApiError {
    ApiError::invalid("invalid_field", format!("installOptions {what}."))
}

fn no_integration() -> ApiError {
    ApiError::not_found("integration_not_found", "There is no such integration; the only one is dropbox.")
}

fn no_credential() -> ApiError {
    ApiError::not_found("credential_not_found", "This user has no such credential (selectedCredentialId).")
}

fn no_key() -> ApiError {
    let message = "oauthMetaKeyId must be 1 to 64 letters, digits, - or _: by it the page asks for the end.";
    ApiError::invalid("invalid_field", message)
}

fn key_taken() -> ApiError {
    let message = "This oauthMetaKeyId was used before; make another one for each connect.";
    ApiError::new(StatusCode::CONFLICT, "key_taken", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_plain() {
        assert!(is_key("k3x0mzjt2gq0s") && is_key("a") && is_key(&"x".repeat(64)));
        for bad in ["", "a b", "a/b", "ä", "a#b", &"x".repeat(65)] {
            assert!(!is_key(bad), "{bad}");
        }
    }

    #[test]
    fn a_key_is_of_one_user_of_one_project() {
        let (project, user) = (ProjectId::random(), |id: &str| id.parse::<UserId>().unwrap());
        let id = link_id(project, &user("u"), "k");
        assert_eq!(link_id(project, &user("u"), "k"), id);
        assert_ne!(link_id(project, &user("v"), "k"), id);
        assert_ne!(link_id(project, &user("u"), "l"), id);
        assert_ne!(link_id(ProjectId::random(), &user("u"), "k"), id);
        // A key has no colon, so the user begins after the first one.
        assert!(!is_key("a:b"));
    }

    #[test]
    fn options_are_read_leniently_where_the_sdk_leaves_them_empty() {
        let query = |text: &str| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("installOptions", text).finish()
        };
        let read = |text: &str| options(query(text).as_bytes());
        let empty =
            read("{\"isApiInstallation\":false,\"externalId\":null,\"selectedCredentialId\":\"\"}").unwrap();
        assert!(empty.credential.is_none() && empty.external_id.is_none() && !empty.allows_several);
        let full = read(
            "{\"selectedCredentialId\":\"ext:a\",\"externalId\":\"b\",\"allowMultipleCredentials\":true}",
        );
        let full = full.unwrap();
        assert_eq!((full.credential.as_deref(), full.external_id.as_deref()), (Some("ext:a"), Some("b")));
        assert!(full.allows_several);
        for bad in ["", "[]", "{", "1", "{\"externalId\":1}", "{\"externalId\":\"ext:a\"}"] {
            assert_eq!(read(bad).is_err(), !bad.is_empty(), "{bad}");
        }
    }
}
