//! Links: a project's server requests and polls them; what every page of a link needs.

use http::{HeaderMap, Request, Response, StatusCode};
use lambda_http::Body;
use page_kit::{Language, cookie};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::{
    address,
    answer::{ApiError, json},
    body::object,
    caller::{Caller, Operation},
    model::{ConnectionId, ConnectionName, LinkPage, Project},
    store::{Link, LinkStatus, OtherAccount},
};
use url::Url;
use uuid::Uuid;

use crate::connect::Connect;

/// Maximum size of a request body, in bytes.
const BODY_LIMIT: usize = 8 * 1024;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkRequest {
    return_to: Option<String>,
    connection: Option<ConnectionName>,
    #[serde(default)]
    other_account: OtherAccount,
    #[serde(default)]
    page: LinkPage,
    #[serde(default)]
    new_account: bool,
    language: Option<String>,
}

pub(crate) async fn add(
    connect: &Connect,
    base: &Url,
    project: &str,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let caller = server(connect, Operation::CreateConnectLink, project, request).await?;
    let asked = read(request.body())?;
    let LinkRequest { return_to, connection, other_account, page, new_account, language } = asked;
    let connection = match connection {
        Some(name) => Some(connection_to_repair(connect, &caller, name).await?),
        None => None,
    };
    if let Some(url) = &return_to {
        let project = connect.store.project(caller.project).await?;
        check_return(project.as_ref(), url)?;
    }
    let (project, user) = (caller.project, caller.user);
    let (link, ticket) = Link::new(project, user, connect.clock.now());
    let link =
        Link { return_to, connection, other_account, page, language, asks_dropbox: new_account, ..link };
    connect.store.add_link(&link, &ticket.hash()).await?;
    let url = address::of_connect(base, &ticket);
    Ok(json(StatusCode::CREATED, &json!({"id": link.id, "url": url, "expires_in": Link::LIFE.as_secs()})))
}

pub(crate) async fn server(
    connect: &Connect,
    operation: Operation,
    project: &str,
    request: &Request<Body>,
) -> Result<Caller, ApiError> {
    let (projects, now) = (connect.store.as_ref(), connect.clock.now());
    Caller::check(projects, operation, project, request.headers(), now).await
}

/// Returns the user's connection that is to be connected again.
pub(crate) async fn connection_to_repair(
    connect: &Connect,
    caller: &Caller,
    name: ConnectionName,
) -> Result<ConnectionId, ApiError> {
    let id = connect.store.connection_named(caller.project, name).await?;
    let all = connect.store.connection_ids_of_user(caller.project, &caller.user).await?;
    id.filter(|id| all.contains(id)).ok_or_else(|| {
        let message = "This user of the project has no such connection.";
        ApiError::not_found("connection_not_found", message)
    })
}

pub(crate) async fn show(
    connect: &Connect,
    project: &str,
    link: &str,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let caller = server(connect, Operation::GetConnectLink, project, request).await?;
    let missing = || ApiError::not_found("link_not_found", "This user of the project has no such link.");
    let id = Uuid::try_parse(link).map_err(|_| missing())?;
    let link = connect.store.link(caller.project, id).await?;
    let link = link.filter(|link| link.user == caller.user).ok_or_else(missing)?;
    let now = connect.clock.now();
    let expired = link.status == LinkStatus::Pending && link.valid_until <= now;
    let link = Link { status: link.status.at(now), ..link };
    Ok(json(StatusCode::OK, &if expired { json!({"id": id, "status": "expired"}) } else { to_json(&link) }))
}

/// Returns a link as its project sees it.
pub(crate) fn to_json(link: &Link) -> Value {
    let mut json = serde_json::to_value(&link.status).unwrap_or_default();
    json["id"] = json!(link.id);
    json
}

/// Checks that a link is opened in the browser for which it was made, if it was made for one.
pub(crate) fn check_browser(link: &Link, headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(own) = &link.browser else { return Ok(()) };
    if cookie::read(headers).is_some_and(|browser| browser.hash() == *own) {
        return Ok(());
    }
    let message = "This address works only in the browser in which it was opened. It is not used up.";
    Err(ApiError::new(StatusCode::FORBIDDEN, "other_browser", message))
}

/// Returns the language that a link's pages have in this browser.
pub(crate) fn language(link: &Link, request: &Request<Body>) -> Language {
    let asked = link.language.as_deref().and_then(Language::with_tag);
    asked.unwrap_or_else(|| Language::of_browser(request.headers()))
}

/// Stores a link's status, and returns the link with it.
pub(crate) async fn finish_link(connect: &Connect, link: Link, status: LinkStatus) -> Result<Link, ApiError> {
    connect.store.finish_link(link.project, link.id, &status).await?;
    Ok(Link { status, ..link })
}

fn read(body: &[u8]) -> Result<LinkRequest, ApiError> {
    if body.is_empty() {
        return Ok(LinkRequest::default());
    }
    let message = "The body must be empty or an object with return_to, connection, other_account (refuse, add), page \
        (connect, choose, manage, workflows), new_account (true, false) or language (en, de, fr, es, ja, pt).";
    let request: Option<LinkRequest> = object(body, BODY_LIMIT);
    let is_known = |tag: &str| Language::with_tag(tag).is_some();
    request
        .filter(|request| request.language.as_deref().is_none_or(is_known))
        .ok_or_else(|| ApiError::invalid("malformed_body", message))
}

/// Checks that the browser would return to an origin that the project has registered; otherwise any link
/// would be an open redirector.
fn check_return(project: Option<&Project>, url: &str) -> Result<(), ApiError> {
    if project.is_some_and(|project| project.has_origin_of(url)) {
        return Ok(());
    }
    let message =
        "return_to must be an https address on one of the project's registered origins, without a user name.";
    Err(ApiError::invalid("return_to_not_allowed", message))
}

#[cfg(test)]
mod tests {
    use shared::model::{ProjectId, ProjectSettings, Timestamp, UserTokenRules};

    use super::*;

    #[test]
    fn only_registered_origins_are_returned_to() {
        let project = Project {
            id: ProjectId::random(),
            name: "Notes".into(),
            return_origins: vec!["https://app.example.com".into()],
            user_keys: Vec::new(),
            user_tokens: UserTokenRules::default(),
            app: None,
            settings: ProjectSettings::default(),
            created_at: Timestamp(0),
        };
        assert!(check_return(Some(&project), "https://app.example.com/done?x=1").is_ok());
        for url in [
            "https://evil.example/",
            "https://app.example.com.evil.example/",
            "https://app.example.com@evil.example/",
            "http://app.example.com/",
            "https://app.example.com:8443/",
            "https://user@app.example.com/",
            "blob:https://app.example.com/x",
            "https://\u{430}pp.example.com/",
            "https://app.example.com\\@evil.example/",
            "javascript:alert(1)",
            "/done",
            "",
        ] {
            assert!(check_return(Some(&project), url).is_err(), "{url}");
        }
    }
}
