//! The demo's calls as `curl`, newest first.

use maud::{Markup, html};

use super::parts::{heading, name, status};
use crate::demo::call::Logged;

pub(super) fn section(calls: &[Logged]) -> Markup {
    let (reads, changes): (Vec<&Logged>, Vec<&Logged>) = calls.iter().partition(|call| call.reads);
    html! {
        section.sheet.terminal #calls aria-labelledby="calls-title" {
            div.bar {
                (heading("calls", 7, "Calls"))
                p.hint {
                    "All that this page has called, as curl. The terminal prints the line that sets "
                    code { "DROPLINE_KEY" } "."
                }
            }
            div.duo.tight {
                div {
                    h3 { "What you did" }
                    @if changes.is_empty() { p.pad.soft { "Nothing yet. Each button's calls appear here." } }
                    ol.calls #changes {
                        @for call in changes { li id={ "call-" (call.number) } { (change(call)) } }
                    }
                }
                div {
                    h3 { "What the page has read" }
                    ol.calls #reads {
                        @for call in reads { li id={ "call-" (call.number) } { (read(call)) } }
                    }
                }
            }
        }
    }
}

/// A call that has changed something, unfolded.
fn change(call: &Logged) -> Markup {
    html! {
        p.call-head { (head(call)) (copy()) }
        (curl(call))
        @if !call.answer.is_empty() { details { summary { "Answer" } (answer(call)) } }
    }
}

/// A call that has only read, folded.
fn read(call: &Logged) -> Markup {
    html! {
        details {
            summary.call-head { (head(call)) }
            (curl(call))
            p.call-head { span.soft { "Answer" } (copy()) }
            (answer(call))
        }
    }
}

fn head(call: &Logged) -> Markup {
    let colour = match call.status {
        Some(status) if status.is_success() => "ready",
        Some(status) if status.as_u16() == 429 || status.is_server_error() => "skip",
        _ => "fail",
    };
    html! {
        strong { (call.purpose) }
        span class={ "tag " (colour) } { (status(call.status)) }
        span.soft { (call.duration.as_millis()) " ms" @if call.times > 1 { " · " (call.times) " times" } }
    }
}

/// Button that copies the call; the script shows it.
fn copy() -> Markup {
    html! { button.link type="button" data-copy hidden { "Copy" span.hidden { " this call" } } }
}

fn curl(call: &Logged) -> Markup {
    html! { pre.curl tabindex="0" role="group" aria-label="The call as curl" { code { (call.curl) } } }
}

fn answer(call: &Logged) -> Markup {
    html! { pre tabindex="0" role="group" aria-label="The answer" { (name(&call.answer)) } }
}
