//! Files of the page, and those that browsers request by themselves.

use axum::{
    Router,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::Demo;

const STYLE: &str = include_str!("assets/demo.css");
const SCRIPT: &str = include_str!("assets/demo.js");
const ICON: &[u8] = include_bytes!("assets/icon.png");
/// Nothing on this machine is for a search engine.
const ROBOTS: &str = "User-agent: *\nDisallow: /\n";

/// Small picture that the demo adds to an account.
pub(super) const PICTURE: &[u8] = include_bytes!("assets/picture.png");

/// Returns the files' routes.
pub(super) fn router() -> Router<Demo> {
    let icon = || async { file("image/png", ICON) };
    Router::new()
        .route("/demo/demo.css", get(|| async { file("text/css; charset=utf-8", STYLE.as_bytes()) }))
        .route("/demo/demo.js", get(|| async { file("text/javascript; charset=utf-8", SCRIPT.as_bytes()) }))
        .route("/favicon.ico", get(icon))
        .route("/apple-touch-icon.png", get(icon))
        .route("/apple-touch-icon-precomposed.png", get(icon))
        .route("/index.html", get(|| async { Redirect::permanent("/") }))
        .route("/robots.txt", get(|| async { file("text/plain; charset=utf-8", ROBOTS.as_bytes()) }))
}

fn file(kind: &'static str, bytes: &'static [u8]) -> Response {
    // The files change with the program, whose address stays the same.
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], bytes).into_response()
}
