//! The end of a session: it tells the application, and leads back to it.

use http::{Response, StatusCode};
use lambda_http::Body;
use maud::html;
use page_kit::{card, fill, isolated, redirect};
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    model::{ConnectionId, LinkPage},
    store::LinkStatus,
};

use crate::{opened::Opened, view::origins};

/// Shows how the session ended, or returns the browser to the application.
pub(crate) async fn show(opened: &Opened<'_>) -> Result<Response<Body>, ApiError> {
    let session = &opened.session;
    let link = opened.pages.links.link(session.project, session.link).await?;
    let status = link.map(|link| link.status);
    let ended = Ended::of(status.as_ref());
    if let Some(mut url) = opened.return_to() {
        let link = session.link.to_string();
        url.query_pairs_mut().append_pair("link", &link).append_pair("status", ended.word());
        return Ok(redirect(url.as_str()));
    }
    let words = opened.words();
    let (title, text) = match ended {
        Ended::Chosen(_) => (words.saved_title, words.saved_text),
        Ended::Closed if session.page == LinkPage::Manage => (words.finished_title, words.closed_text),
        Ended::Closed => (words.closed_title, words.closed_text),
    };
    let body = card(
        Some(&opened.project.name),
        &html! {
            div data-news=(ended.news(session.link).to_string()) data-origins=(origins(opened)) {
                h1 { (title) }
                p { (fill(text, &[("app", &isolated(&opened.project.name))])) }
                p.actions {
                    button.go type="button" data-close hidden { (words.close_window) }
                    @if let Ended::Chosen(connection) = ended {
                        a.quiet href=(opened.address(&format!("/connections/{connection}"))) { (words.see_progress) }
                    }
                }
            }
        },
    );
    Ok(opened.page(title.to_owned(), body).respond(StatusCode::OK))
}

/// End of a session.
#[derive(Debug, Clone, Copy)]
enum Ended {
    Chosen(ConnectionId),
    Closed,
}

impl Ended {
    fn of(status: Option<&LinkStatus>) -> Self {
        match status {
            Some(LinkStatus::Chosen { connection, .. }) => Self::Chosen(*connection),
            _ => Self::Closed,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Chosen(_) => "chosen",
            Self::Closed => "closed",
        }
    }

    /// Returns the message for the window that opened this one.
    fn news(self, link: uuid::Uuid) -> Value {
        let mut news = json!({"type": format!("dropline:{}", self.word()), "link": link});
        if let Self::Chosen(connection) = self {
            news["connection"] = json!(connection);
        }
        news
    }
}
