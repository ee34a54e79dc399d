//! Pages of a popup's window.

use http::{Response, StatusCode};
use lambda_http::Body;
use maud::{Markup, html};
use page_kit::{Language, Page, card, close_button, fill, isolated, portal_words, words};
use shared::{
    address,
    dropbox::{Dropbox, Host},
    model::Project,
    store::Popup,
};
use url::Url;

use super::nonce::WINDOW;
use crate::page::Form;

/// Script of the pages.
pub(super) const SCRIPT: &str = "popup.js";

/// Returns the page of a window. It waits for its opener to send it on. If that does not happen although the
/// application's page has called, it asks for a click, as every start page does.
pub(super) fn window(
    (base, language): (&Url, Language),
    (project, popup): (&Project, &Popup),
    form: &Form<'_>,
    dropbox: &Dropbox,
) -> Response<Body> {
    let (words, own) = (words(language), portal_words(language));
    let (app, user) = (isolated(&project.name), html! { strong { (isolated(popup.user.as_str())) } });
    let confirm = address::below(base, &format!("{WINDOW}/opener"));
    let close = html! { p.actions { (close_button(words)) } };
    let part = |name: &str, is_hidden: bool, content: Markup| {
        html! { div data-part=(name) hidden[is_hidden] role=[(name != "ask").then_some("status")] { (content) } }
    };
    let ask = html! {
        h1 { (fill(words.connect_title, &[("app", &app)])) }
        p { (fill(words.connect_text, &[("app", &html! { strong { (app) } }), ("user", &user)])) }
        form method="post" action="popup" class="actions" {
            input type="hidden" name="ticket" value=(form.ticket.expose());
            input type="hidden" name="proof" value=(form.proof);
            button class="go" { (words.connect_button) }
        }
    };
    let body = card(
        base,
        Some(project),
        &html! {
            div data-popup="window" data-origin=(popup.origin) data-user=(popup.user.as_str())
                data-integration=(project.id.dropbox_integration()) data-confirm=(confirm.path()) {
                (part("wait", false, html! { h1 { (own.wait_title) } p { (own.wait_text) } }))
                (part("ask", true, ask))
                (part("late", true, html! { h1 { (words.failed_title) } p { (own.late_text) } (close) }))
                (part("refused", true, html! {
                    h1 { (words.failed_title) }
                    p { (own.refused_text) }
                    p.soft data-detail {}
                    (close)
                }))
            }
        },
    );
    let page = Page {
        base,
        language,
        title: own.connect_button.to_owned(),
        project: Some(project),
        form_target: Some(dropbox.hosts().url(Host::Www, "/").origin().ascii_serialization()),
        body,
    };
    page.respond_with(StatusCode::OK, SCRIPT)
}

/// Returns the page of a window that was not opened, by the code of the error. Its address can be made up, so
/// it shows none of it.
pub(super) fn refused((base, language): (&Url, Language), code: &str) -> Response<Body> {
    let (words, own) = (words(language), portal_words(language));
    let text = match code {
        "token_refused" | "token_missing" | "unauthorized" => own.signed_out_text,
        "origin_not_registered" => own.origin_text,
        _ => own.refused_text,
    };
    let body = card(
        base,
        None,
        &html! {
            div data-popup="refused" {
                h1 { (words.failed_title) }
                p { (text) }
                p.actions { (close_button(words)) }
            }
        },
    );
    let title = words.failed_title.to_owned();
    Page { base, language, title, project: None, form_target: None, body }
        .respond_with(StatusCode::BAD_REQUEST, SCRIPT)
}
