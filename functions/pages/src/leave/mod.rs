//! Leaving: the question, the disconnect, and its receipt.

use http::{Response, StatusCode};
use lambda_http::Body;
use maud::html;
use page_kit::{card, close_button, fill, fill_text, isolated, number, redirect, when};
use shared::{
    answer::ApiError,
    linking,
    model::{Connection, ConnectionStatus, FileProgress, Receipt},
};

use crate::{
    opened::Opened,
    view::{leave_form, name_of, proof},
};

/// Asks before an account is disconnected, and says what will be removed.
pub(crate) async fn ask(opened: &Opened<'_>, connection: &Connection) -> Result<Response<Body>, ApiError> {
    if connection.status == ConnectionStatus::Disconnected {
        return Ok(redirect(&opened.address_of(connection, "")));
    }
    let (words, language) = (opened.words(), opened.language);
    let (head, transfers) = tokio::try_join!(
        opened.pages.store.head(connection.id),
        opened.pages.store.transfer_counts(connection.id)
    )?;
    let ready = FileProgress::of(head.files, transfers).ready;
    let files = fill(words.files.of(language, ready), &[("n", &number(language, ready))]);
    let (app, account) = (isolated(&opened.project.name), isolated(name_of(connection)));
    let body = card(
        opened.base,
        Some(&opened.project),
        &html! {
            h1 { (fill(words.leave_title, &[("account", &account)])) }
            p { (fill(words.leave_text, &[("app", &app)])) }
            @if ready > 0 { p { (fill(words.leave_removed, &[("files", &files), ("app", &app)])) } }
            form.actions method="post" action=(opened.address_of(connection, "")) {
                (proof(opened))
                button class="go danger" name="do" value="disconnect" { (words.leave_button) }
                a.quiet href=(opened.address_of(connection, "")) { (words.keep) }
            }
            (leave_form(opened))
        },
    );
    let title = fill_text(words.leave_title, &[("account", name_of(connection))]);
    Ok(opened.page(title, body).respond(StatusCode::OK))
}

/// Disconnects an account, as the API does.
pub(crate) async fn disconnect(opened: &Opened<'_>, connection: &Connection) -> Result<(), ApiError> {
    let (pages, requests) = (opened.pages, &opened.pages.requests);
    linking::disconnect(pages.store.as_ref(), requests, pages.clock.as_ref(), connection).await
}

/// Shows the receipt of a disconnected account. The script loads it again until it is complete.
pub(crate) fn left(opened: &Opened<'_>, connection: &Connection) -> Result<Response<Body>, ApiError> {
    let (words, language) = (opened.words(), opened.language);
    let receipt = connection.receipt.unwrap_or(Receipt::requested(opened.pages.clock.now()));
    // The account's name was removed with everything else.
    let (app, account) = (isolated(&opened.project.name), html! { (words.root) });
    let entries = words.entries.of(language, receipt.items);
    let body = card(
        opened.base,
        Some(&opened.project),
        &html! {
            div data-receipt[receipt.finished_at.is_none()] {
                h1 { (words.left_title) }
                p { (fill(words.left_text, &[("app", &app), ("account", &account)])) }
                h2 { (words.receipt) }
                dl.receipt {
                    dt { (words.receipt_requested) } dd { (when(receipt.requested_at)) }
                    dt { (words.receipt_revoked) }
                    dd {
                        @match receipt.revoked {
                            Some(true) => (words.yes),
                            Some(false) => (words.state_failed),
                            None => (words.under_way),
                        }
                    }
                    dt { (words.receipt_removed) }
                    dd { (fill(entries, &[("n", &number(language, receipt.items))])) }
                    dt { (words.receipt_finished) }
                    dd {
                        @match receipt.finished_at {
                            Some(at) => (when(at)),
                            None => (words.under_way),
                        }
                    }
                }
                p.actions {
                    (close_button(words))
                    a.quiet href=(opened.address("")) { (words.accounts_nav) }
                }
            }
            form.actions method="post" action=(opened.address("")) {
                (proof(opened))
                button.quiet name="do" value="close" { (fill(words.back_to, &[("app", &app)])) }
            }
            (leave_form(opened))
        },
    );
    Ok(opened.page(words.left_title.to_owned(), body).respond(StatusCode::OK))
}
