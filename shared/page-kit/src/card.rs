//! Pages with one question or message.

use http::{HeaderValue, Response, header::RETRY_AFTER};
use lambda_http::Body;
use maud::{Markup, html};
use shared::{address, answer::ApiError, model::Project};
use url::Url;

use crate::{Language, Page, words, words::Words};

/// Returns a card with this content, under the mark of the application.
#[must_use]
pub fn card(base: &Url, project: Option<&Project>, content: &Markup) -> Markup {
    html! {
        main.page {
            div.sheet.card {
                (logo(base, project))
                (content)
            }
        }
    }
}

/// Returns the mark of an application: its logo, or else the first letter of its name.
#[must_use]
pub fn logo(base: &Url, project: Option<&Project>) -> Markup {
    let own = project.and_then(|project| Some((project, project.settings.logo.as_ref()?)));
    if let Some((project, logo)) = own {
        let path = format!("projects/{}/theme/{}", project.id, logo.file_name());
        let address = address::below(base, &path);
        return html! {
            img.logo src=(address.path()) alt=(project.name) width=(logo.width) height=(logo.height);
        };
    }
    let initial = project.and_then(|project| project.name.chars().find(|c| c.is_alphanumeric()));
    html! { div.logo aria-hidden="true" { (initial.map(String::from).unwrap_or_else(|| "•".to_owned())) } }
}

/// Returns the button that closes the window, which the script shows where it can.
#[must_use]
pub fn close_button(words: &Words) -> Markup {
    html! { button.quiet type="button" data-close hidden { (words.close_window) } }
}

/// Returns the page for an error, in words for the user. `more` is what follows the text, as the way back.
#[must_use]
pub fn error_page(
    base: &Url,
    language: Language,
    project: Option<&Project>,
    error: &ApiError,
    more: &Markup,
) -> Response<Body> {
    let words = words(language);
    let (title, _) = error_texts(words, error);
    let body = card(base, project, &error_text(words, error, more));
    let page = Page { base, language, title: title.to_owned(), project, form_target: None, body };
    let mut response = page.respond(error.status);
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Returns what a card says about an error: its title, its text, and its code for whoever is asked for help.
/// `more` is what follows, as the way back.
#[must_use]
pub fn error_text(words: &Words, error: &ApiError, more: &Markup) -> Markup {
    let (title, text) = error_texts(words, error);
    html! {
        h1 { (title) }
        p { (text) }
        p.soft { code { (error.code) } }
        (more)
        p.actions { (close_button(words)) }
    }
}

/// Returns title and text for an error.
#[must_use]
pub fn error_texts<'a>(words: &'a Words, error: &'a ApiError) -> (&'a str, &'a str) {
    explained(words, error.code).unwrap_or((words.failed_title, &error.message))
}

/// Returns title and text for an error's code; `None` for errors that only a faulty request gets.
fn explained<'a>(words: &'a Words, code: &str) -> Option<(&'a str, &'a str)> {
    Some(match code {
        "access_denied" => (words.denied_title, words.denied_text),
        "ticket_unknown" | "ticket_missing" => (words.expired_title, words.expired_text),
        "state_unknown" | "malformed_callback" | "other_browser" | "popup_unknown" => {
            (words.wrong_browser_title, words.wrong_browser_text)
        }
        "cookie_missing" => (words.cookies_title, words.cookies_text),
        "not_from_start_page" | "not_from_own_page" => (words.forged_title, words.forged_text),
        "page_not_found" => (words.gone_title, words.gone_text),
        "item_not_found" => (words.not_found_title, words.not_found_text),
        "too_many_requests" | "resync_too_soon" => (words.paused_title, words.paused_text),
        "dropbox_unreachable" | "dropbox_refused" | "code_refused" => {
            (words.dropbox_title, words.dropbox_text)
        }
        "unavailable" => (words.unavailable_title, words.unavailable_text),
        _ => return None,
    })
}
