//! The end of a session: it tells the application, and leads back to it.

use http::{Response, StatusCode};
use lambda_http::Body;
use maud::html;
use page_kit::{OpenerMessage, card, close_button, fill, isolated, redirect};
use shared::{answer::ApiError, store::LinkStatus};

use crate::opened::Opened;

/// Shows how the session ended, or returns the browser to the application.
pub(crate) async fn show(opened: &Opened<'_>) -> Result<Response<Body>, ApiError> {
    let session = &opened.session;
    let link = opened.pages.store.link(session.project, session.link).await?;
    let status = ended(link.map(|link| link.status));
    if let Some(mut url) = opened.return_to() {
        let link = session.link.to_string();
        url.query_pairs_mut().append_pair("link", &link).append_pair("status", status.word());
        return Ok(redirect(url.as_str()));
    }
    let words = opened.words();
    let (title, text) = match status {
        LinkStatus::Chosen { .. } => (words.saved_title, words.saved_text),
        _ if session.page.is_for_looking() => (words.finished_title, words.closed_text),
        _ => (words.closed_title, words.closed_text),
    };
    let content = html! {
        h1 { (title) }
        p { (fill(text, &[("app", &isolated(&opened.project.name))])) }
        p.actions {
            (close_button(words))
            @if let LinkStatus::Chosen { connection, .. } = status {
                a.quiet href=(opened.address(&format!("/connections/{connection}"))) { (words.see_progress) }
            }
        }
    };
    let message = OpenerMessage::of_link(Some(&opened.project), session.link, &status);
    let body = card(opened.base, Some(&opened.project), &message.element(&content));
    Ok(opened.page(title.to_owned(), body).respond(StatusCode::OK))
}

/// Returns how a session has ended, by the status of its link: without a choice it was closed.
fn ended(link: Option<LinkStatus>) -> LinkStatus {
    match link {
        Some(status @ (LinkStatus::Chosen { .. } | LinkStatus::Closed { .. })) => status,
        _ => LinkStatus::Closed { connection: None, left_at: None },
    }
}
