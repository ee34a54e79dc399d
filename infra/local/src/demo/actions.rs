//! Actions of the page's buttons: each makes its calls, and sends the browser back to the page.

use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{Method, StatusCode};
use serde_json::json;

use super::{
    Demo,
    app::App,
    assets::PICTURE,
    call::{Content, Reply},
    faults,
    place::Place,
};

/// Maximum size of a text that is written, in bytes.
pub(super) const TEXT_LIMIT: usize = 16 * 1024;
/// Seconds of a rate limit if the form does not say.
const RATE_LIMIT_SECONDS: u32 = 30;
/// Longest rate limit, in seconds.
const LONGEST_RATE_LIMIT: u32 = 600;

/// Fields of a form.
struct Form(Vec<(String, String)>);

impl Form {
    fn parse(body: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(body).into_owned().collect())
    }

    fn field(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// Does what a button says.
pub(super) async fn act(
    State(demo): State<Demo>,
    Path(action): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let (place, form) = (Place::parse(query.as_deref().unwrap_or_default()), Form::parse(&body));
    if form.field("text").len() > TEXT_LIMIT {
        return (StatusCode::PAYLOAD_TOO_LARGE, "The demo writes texts of up to 16 KiB.\n").into_response();
    }
    let app = App::at(&demo, &place);
    let (next, reply) = match action.as_str() {
        "connect" => return connect(&demo, &app, &place, &form).await,
        "disconnect" => (
            place.of_user().at("connect"),
            of_connection(&app, &place, "Disconnect", Method::DELETE, &[]).await,
        ),
        "resync" => (
            place.at("health"),
            of_connection(&app, &place, "Compare everything", Method::POST, &["resync"]).await,
        ),
        "select" | "deselect" => {
            (place.at("dropbox"), select(&app, &place, &action, form.field("target")).await)
        }
        "break" => {
            let seconds =
                form.field("seconds").parse().unwrap_or(RATE_LIMIT_SECONDS).clamp(1, LONGEST_RATE_LIMIT);
            match faults::break_it(&app, form.field("preset"), form.field("email"), seconds).await {
                Some(reply) => (place.at("break"), reply),
                None => return StatusCode::NOT_FOUND.into_response(),
            }
        }
        "clear" => (place.at("break"), faults::clear(&app, form.field("email")).await),
        _ => match change(&app, &place, &action, &form).await {
            Some((place, reply)) => (place.at("dropbox"), reply),
            None => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    Redirect::to(&Place { call: Some(reply.number), ..next }.href()).into_response()
}

/// Makes a link to connect an account, to choose files or to manage accounts, and sends the browser to it.
async fn connect(demo: &Demo, app: &App<'_>, place: &Place, form: &Form) -> Response {
    let origin = demo.0.surroundings.gateway.origin().ascii_serialization();
    register(app, &origin).await;
    let from = Place { connection: place.connection.clone(), ..place.of_user() };
    let mut body = json!({"return_to": format!("{origin}{}", from.href())});
    for field in ["connection", "page"] {
        if !form.field(field).is_empty() {
            body[field] = form.field(field).into();
        }
    }
    let reply = app.ask("Make a link for the user", Method::POST, &["connect", "links"], Some(body)).await;
    match reply.body["url"].as_str().filter(|_| reply.is_good()) {
        Some(url) => Redirect::to(url).into_response(),
        None => {
            Redirect::to(&Place { call: Some(reply.number), ..place.at("connect") }.href()).into_response()
        }
    }
}

/// Registers the demo's origin, to which connects may return, unless it is registered.
async fn register(app: &App<'_>, origin: &str) {
    let settings = app.read("Which origins may a connect return to?", &["settings"]).await;
    let mut origins = settings.body["return_origins"].as_array().cloned().unwrap_or_default();
    if settings.is_good() && !origins.iter().any(|known| known == origin) {
        origins.push(origin.into());
        let change = json!({"return_origins": origins});
        app.ask("Register this page's origin", Method::PATCH, &["settings"], Some(change)).await;
    }
}

/// Asks how a link ended, and returns the place of the connection that it was about.
pub(super) async fn returned(demo: &Demo, place: &Place, link: &str) -> Place {
    let app = App::at(demo, place);
    let reply = app.read("How did the link end?", &["connect", "links", link]).await;
    let connection = reply.body["connection"].as_str().map(str::to_owned);
    Place {
        connection: connection.or_else(|| place.connection.clone()),
        call: Some(reply.number),
        ..place.of_user().at("dropbox")
    }
}

async fn of_connection(
    app: &App<'_>,
    place: &Place,
    purpose: &'static str,
    method: Method,
    path: &[&str],
) -> Reply {
    let connection = place.connection.as_deref().unwrap_or_default();
    let path: Vec<&str> = ["connections", connection].into_iter().chain(path.iter().copied()).collect();
    app.ask(purpose, method, &path, None).await
}

async fn select(app: &App<'_>, place: &Place, action: &str, target: &str) -> Reply {
    let (purpose, method) = match action {
        "select" => ("Choose what to sync", Method::PUT),
        _ => ("Remove a choice", Method::DELETE),
    };
    of_connection(app, place, purpose, method, &["selections", target]).await
}

/// Changes something in Dropbox. `None`: there is no such action.
async fn change(app: &App<'_>, place: &Place, action: &str, form: &Form) -> Option<(Place, Reply)> {
    let (path, folder) = (form.field("path"), place.folder.as_deref().unwrap_or_default());
    let below = |name: &str| format!("{folder}/{}", name.trim_matches('/'));
    let text = || Content::Text(form.field("text").replace("\r\n", "\n"));
    let done = Place { change: None, ..place.clone() };
    Some(match action {
        "create" => {
            let argument = json!({"path": below(form.field("name")), "mode": "add"});
            (done, app.upload("Create a file in Dropbox", &argument, text()).await)
        }
        "picture" => {
            let path = below("Sunrise.png");
            let argument = json!({"path": path, "mode": "add", "autorename": true, "strict_conflict": true});
            (done, app.upload("Add a picture in Dropbox", &argument, Content::Bytes(PICTURE)).await)
        }
        "folder" => {
            let argument = json!({"path": below(form.field("name"))});
            (done, app.dropbox("Create a folder in Dropbox", "files/create_folder_v2", argument, false).await)
        }
        "edit" => {
            let argument = json!({"path": path, "mode": "overwrite"});
            (place.clone(), app.upload("Edit a file in Dropbox", &argument, text()).await)
        }
        "rename" => {
            let argument = json!({"from_path": path, "to_path": form.field("to")});
            (done, app.dropbox("Rename in Dropbox", "files/move_v2", argument, false).await)
        }
        "delete" => {
            let argument = json!({"path": path});
            (done, app.dropbox("Delete in Dropbox", "files/delete_v2", argument, false).await)
        }
        _ => return None,
    })
}
