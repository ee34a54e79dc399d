//! The page, as HTML: what others have named is text, and isolated.

mod calls;
mod changing;
mod choosing;
mod connect;
mod dropbox;
mod events;
mod files;
mod health;
mod parts;
mod preview;
mod trouble;

use axum::response::{IntoResponse, Response};
pub(super) use events::event;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use maud::{DOCTYPE, Markup, html};

use super::{Demo, view::View};

/// Seconds after which the page looks again while something is under way.
const AGAIN: u32 = 2;

/// Returns the page.
pub(super) fn respond(view: &View, demo: &Demo) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_SECURITY_POLICY, policy(demo)),
    ];
    (headers, whole(view).into_string()).into_response()
}

/// Returns what the page may load: its own files, and pictures by links to the bucket.
fn policy(demo: &Demo) -> String {
    let gateway = &demo.0.surroundings.gateway;
    format!(
        "default-src 'none'; script-src {gateway}demo/demo.js; style-src {gateway}demo/demo.css; \
         img-src {gateway}favicon.ico {gateway}_local/objects/; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types demo"
    )
}

fn whole(view: &View) -> Markup {
    let again = view.open.as_ref().filter(|open| open.is_in_progress()).map(|_| AGAIN);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { "Dropline on this machine" }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="icon" href="/favicon.ico" type="image/png";
                link rel="stylesheet" href="/demo/demo.css";
                script type="module" src="/demo/demo.js" {}
            }
            body {
                a.skip-link href="#main" { "To the content" }
                (header(view))
                main #main data-again=[again] {
                    (notice(view))
                    (connect::section(view))
                    // The list of events stays the same element, whatever stands around it.
                    div.trio #work {
                        @if let Some(open) = &view.open {
                            (dropbox::section(&view.place, open))
                            (files::section(&view.place, open))
                        } @else {
                            (connect::steps())
                        }
                        (events::section(&view.history))
                    }
                    @if let Some(open) = &view.open {
                        div.duo.uneven #state {
                            (health::section(&view.place, open))
                            (trouble::section(&view.place, open))
                        }
                    }
                    (calls::section(&view.calls))
                }
            }
        }
    }
}

fn header(view: &View) -> Markup {
    let sections: &[(&str, &str)] = if view.open.is_some() {
        &[
            ("connect", "Connect"),
            ("dropbox", "Dropbox"),
            ("files", "Files"),
            ("events", "Events"),
            ("health", "Health"),
            ("break", "Break"),
            ("calls", "Calls"),
        ]
    } else {
        &[("connect", "Connect"), ("events", "Events"), ("calls", "Calls")]
    };
    html! {
        header.top #top {
            div.brand {
                (parts::logo())
                div {
                    h1 { "Dropline on this machine" }
                    p { "An application, its users, and a Dropbox made of directories, through the public API." }
                }
            }
            nav aria-label="Sections" {
                ul { @for (id, name) in sections { li { a href={ "#" (id) } { (name) } } } }
            }
        }
    }
}

/// Reports what the last button has led to.
fn notice(view: &View) -> Markup {
    html! {
        div #notice role="status" {
            @if let Some(call) = &view.notice {
                @match &call.trouble {
                    Some(trouble) => p.note.bad {
                        strong { (call.purpose) ": " (parts::status(call.status)) }
                        bdi { (trouble) }
                    },
                    None => p.note.good {
                        strong { (call.purpose) ": " (parts::status(call.status)) }
                        @if let Some(state) = &call.state { span { (state) } }
                        a href="#calls" { "See it as curl" }
                    },
                }
            }
        }
    }
}
