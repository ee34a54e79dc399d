//! Users, their accounts, and the button that connects another.

use maud::{Markup, html};
use serde_json::Value;

use super::parts::{button, heading, name, tag};
use crate::demo::{fields::text, place::Place, view::View};

/// Users that the demo proposes.
const USERS: [&str; 3] = ["ada", "ben", "chidi"];

pub(super) fn section(view: &View) -> Markup {
    let place = &view.place;
    html! {
        section.sheet.connect #connect aria-labelledby="connect-title" {
            div.bar {
                (heading("connect", 1, "Connect"))
                p.hint { "A user of the application links an account: a link, the consent at Dropbox, and back." }
            }
            div.pad.row {
                form.user method="get" action="/" {
                    label for="user" { "User" }
                    span.field {
                        input #user name="user" value=(place.user) list="users" maxlength="200" required
                            autocomplete="off" dir="auto";
                        button.quiet #switch { "Switch" }
                    }
                    datalist #users { @for user in known(view) { option value=(user) {} } }
                }
                div.accounts {
                    p.label #accounts { "Accounts of " (name(&place.user)) }
                    (accounts(view))
                }
                form.row.tight method="post" action=(place.action("connect")) data-leave {
                    button.quiet #connect-choosing name="page" value="choose" { "Connect and choose" }
                    button.go #connect-account { "Connect a Dropbox account" }
                }
            }
        }
    }
}

/// Returns the users whom the API lists, and those whom the demo proposes.
fn known(view: &View) -> Vec<&str> {
    let listed = view.users.iter().map(String::as_str);
    let proposed = USERS.into_iter().filter(|user| !view.users.iter().any(|listed| listed == user));
    listed.chain(proposed).collect()
}

fn accounts(view: &View) -> Markup {
    match &view.connections {
        Err(trouble) => html! { p.note.bad { (trouble) } },
        Ok(connections) if connections.is_empty() => html! { p.soft { "None yet." } },
        Ok(connections) => html! {
            ul.chips aria-labelledby="accounts" {
                @for connection in connections { li { (chip(&view.place, connection)) } }
            }
        },
    }
}

fn chip(place: &Place, connection: &Value) -> Markup {
    let id = text(connection, "id");
    let is_open = place.connection.as_deref() == Some(id);
    let there = Place { connection: Some(id.to_owned()), ..place.of_user() };
    let state = text(&connection["health"], "state");
    let email = connection["email"].as_str().unwrap_or(id);
    html! {
        a.chip href=(there.href()) id={ "chip-" (id) } aria-current=[is_open.then_some("true")] data-soft {
            span class={ "dot " (colour(state)) } aria-hidden="true" {}
            (name(email))
            @if state != "ok" { " " (tag(colour(state), &state.replace('_', " "))) }
        }
        @if is_open {
            (button("disconnect", &there.action("disconnect"), &[], "link bad", &html! { "Disconnect" }))
            @if text(connection, "status") == "needs_reauth" {
                form method="post" action=(there.action("connect")) data-leave {
                    input type="hidden" name="connection" value=(id);
                    button.go.small #reconnect { "Reconnect" }
                }
            }
        }
    }
}

/// Returns the colour for a state of the health.
pub(super) fn colour(state: &str) -> &'static str {
    match state {
        "ok" => "ready",
        "retrying" => "busy",
        "degraded" | "missing_scope" => "skip",
        _ => "fail",
    }
}

/// First steps of a newcomer, before an account is connected.
pub(super) fn steps() -> Markup {
    html! {
        section.sheet #steps aria-labelledby="steps-title" {
            div.bar { h2 #steps-title tabindex="-1" { "What you will see" } }
            ol.steps.pad {
                li { strong { "Connect." } " A link, a consent page, and back. The fake Dropbox has two accounts." }
                li { strong { "Change a file" } " in the account: here, or in the directory on your disk." }
                li { strong { "Watch the events" } " arrive live, and the bytes in the bucket, with a preview." }
                li {
                    strong { "Break Dropbox:" }
                    " rate limits, outages, wrong bits, revoked access. See what the health says."
                }
                li { strong { "Copy a call" } " as curl. Everything here is the public API." }
            }
        }
    }
}
