//! Parts that several pages have.

use maud::{Markup, html};
use page_kit::{OpenerMessage, Words, isolated, logo};
use shared::{
    model::{Connection, ConnectionStatus},
    store::LinkStatus,
};

use crate::opened::Opened;

/// Returns the head of a page: the application's mark, a title, a line below it, and the account.
pub(crate) fn head(
    opened: &Opened<'_>,
    title: &Markup,
    line: &Markup,
    account: Option<&Connection>,
) -> Markup {
    html! {
        header.head {
            (logo(opened.base, Some(&opened.project)))
            div { h1 { (title) } p { (line) } }
            @if let Some(connection) = account {
                span class={ "chip" (condition(connection)) } { (isolated(name_of(connection))) }
            }
        }
    }
}

/// Returns the class of a connection's chip.
pub(crate) fn condition(connection: &Connection) -> &'static str {
    match connection.status {
        ConnectionStatus::Active => "",
        ConnectionStatus::NeedsReauth => " broken",
        ConnectionStatus::Disconnected => " gone",
    }
}

/// Returns what an account is called: its e-mail address, or else its name or id.
pub(crate) fn name_of(connection: &Connection) -> &str {
    let profile = &connection.profile;
    profile.email.as_deref().or(profile.display_name.as_deref()).unwrap_or(connection.account.as_str())
}

/// Returns the hidden field that proves a form to be of our own page.
pub(crate) fn proof(opened: &Opened<'_>) -> Markup {
    html! { input type="hidden" name="proof" value=(opened.proof()); }
}

/// Returns the form that the script sends when the window is left, and when it was only loaded again.
pub(crate) fn leave_form(opened: &Opened<'_>) -> Markup {
    let closed = LinkStatus::Closed { connection: None, left_at: None };
    let closing = OpenerMessage::of_link(Some(&opened.project), opened.session.link, &closed);
    html! {
        form method="post" action=(opened.address("")) data-leave=(closing.message()) data-origins=(closing.origins()) hidden {
            (proof(opened))
            input type="hidden" name="do" value="leave";
        }
    }
}

/// Joins texts by "and".
pub(crate) fn joined(words: &Words, parts: Vec<Markup>) -> Markup {
    let join =
        |first: Markup, second: Markup| page_kit::fill(words.and, &[("first", &first), ("second", &second)]);
    parts.into_iter().reduce(join).unwrap_or_default()
}
