//! The last page of a popup's window.

use http::{Response, StatusCode};
use lambda_http::Body;
use maud::html;
use page_kit::{Language, Page, card, close_button, error_text, error_texts, portal_words, words};
use shared::{answer::ApiError, store::PopupTerms};
use url::Url;

use super::page::SCRIPT;

/// Returns the page that closes itself. The application learns of the connection by its key.
pub(crate) fn connected((base, language): (&Url, Language)) -> Response<Body> {
    let (words, own) = (words(language), portal_words(language));
    let body = card(
        base,
        None,
        &html! {
            div data-popup="connected" {
                h1 { (words.connected_title) }
                p { (own.closes_text) }
                p.actions { (close_button(words)) }
            }
        },
    );
    let title = words.connected_title.to_owned();
    Page { base, language, title, project: None, form_target: None, body }
        .respond_with(StatusCode::OK, SCRIPT)
}

/// Returns the page that tells the application's page why nothing was connected, and closes itself then. If
/// the application's page cannot be reached, it stays and says so itself.
pub(crate) fn not_connected(
    (base, language): (&Url, Language),
    terms: &PopupTerms,
    error: &ApiError,
) -> Response<Body> {
    let words = words(language);
    let (title, _) = error_texts(words, error);
    let (integration, code) = (terms.integration, error.code);
    let body = card(
        base,
        None,
        &html! {
            div data-popup="failed" data-origin=(terms.origin) data-integration=(integration) data-code=(code)
                data-message=(error.message) {
                (error_text(words, error, &html! {}))
            }
        },
    );
    Page { base, language, title: title.to_owned(), project: None, form_target: None, body }
        .respond_with(error.status, SCRIPT)
}
