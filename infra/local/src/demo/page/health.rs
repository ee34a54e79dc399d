//! The connection's health and progress, as the API says them.

use maud::{Markup, html};

use super::{
    connect::colour,
    parts::{button, heading, tag, time},
};
use crate::demo::{
    fields::{number, text},
    place::Place,
    view::Open,
};

pub(super) fn section(place: &Place, open: &Open) -> Markup {
    let (health, files) = (&open.details["health"], &open.details["progress"]["files"]);
    let state = text(health, "state");
    let (ready, pending) = (number(files, "ready"), number(files, "pending"));
    html! {
        section.sheet #health aria-labelledby="health-title" {
            div.bar {
                (heading("health", 5, "Health"))
                (tag(colour(state), &state.replace('_', " ")))
            }
            dl.stats {
                div { dt { "Ready" } dd { (ready) } }
                div { dt { "On their way" } dd { (pending) } }
                div { dt { "Skipped" } dd { (number(files, "skipped")) } }
                div { dt { "Failed" } dd { (number(files, "failed")) } }
            }
            progress aria-label="Files that are ready" max=((ready + pending).max(1)) value=(if ready + pending == 0 { 1 } else { ready }) {}
            (warnings(open))
            dl.details { (details(open)) }
            div.pad {
                (button("resync", &place.action("resync"), &[], "quiet", &html! { "Compare everything now" }))
            }
        }
    }
}

/// Troubles of the connection, with their remedies.
fn warnings(open: &Open) -> Markup {
    let health = &open.details["health"];
    let colour = if text(health, "state") == "retrying" { "warn" } else { "bad" };
    html! {
        @if let Some(until) = open.details["paused_until"].as_str() {
            p.note.warn.inset #paused {
                strong { "Dropbox asked to wait" }
                span { "Everything goes on by itself " (time(until)) "." }
            }
        }
        @if let Some(message) = health["message"].as_str() {
            p class={ "note inset " (colour) } { strong { (message) } span { (text(health, "remedy")) } }
        }
    }
}

fn details(open: &Open) -> Markup {
    let (health, log) = (&open.details["health"], &open.details["log"]);
    let (last_synced, last_error) = (health["last_synced_at"].as_str(), &health["last_error"]);
    html! {
        dt { "state" } dd { code { (text(health, "state")) } }
        @if let Some(code) = health["code"].as_str() { dt { "code" } dd { code { (code) } } }
        @if number(health, "failures") > 0 { dt { "failures" } dd { (number(health, "failures")) " in a row" } }
        @if let Some(at) = health["retry_at"].as_str() { dt { "retry_at" } dd { (time(at)) ", or at once with the button below" } }
        dt { "last_synced_at" }
        dd { @match last_synced { Some(at) => (time(at)), None => "not yet" } }
        @if !last_error.is_null() {
            dt { "last_error" } dd { code { (text(last_error, "code")) } " " (time(text(last_error, "at"))) }
        }
        dt { "log" } dd { (number(log, "applied")) " of " (number(log, "head")) " changes applied" }
        dt { "next full check" }
        dd { @match open.details["resync"]["next_at"].as_str() { Some(at) => (time(at)), None => "none" } }
    }
}
