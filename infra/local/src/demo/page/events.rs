//! Events, newest first.

use local_adapters::Published;
use maud::{Markup, html};

use super::parts::{heading, name, readable_json, time};
use crate::demo::{
    events::{History, LIMIT},
    fields::text,
};

pub(super) fn section(history: &History) -> Markup {
    html! {
        section.sheet #events aria-labelledby="events-title" {
            div.bar {
                (heading("events", 4, "Events"))
                p.hint { "As your application gets them from EventBridge." }
                span.live #live data-keep { span.dot aria-hidden="true" {} span { "Reload to see new ones" } }
            }
            p.hidden #news role="status" data-keep {}
            @if history.events.is_empty() { p.empty #no-events { "Nothing has happened yet." } }
            ol.list.rows #rows data-keep data-after=(history.newest) data-limit=(LIMIT) aria-labelledby="events-title" {
                @for (published, subject) in &history.events { (event(published, subject)) }
            }
        }
    }
}

/// One event and what it is about, with its content folded.
pub(in crate::demo) fn event(published: &Published, subject: &str) -> Markup {
    let detail = &published.detail;
    html! {
        li.event id={ "event-" (published.position) } data-position=(published.position) {
            details {
                summary {
                    span class={ "kind " (colour(&published.detail_type)) } { (published.detail_type) }
                    span.subject { (name(subject)) }
                    span.when { (name(text(detail, "user"))) " · " (time(&published.at.to_string())) }
                }
                pre tabindex="0" role="group" aria-label="Content of the event" { (readable_json(detail)) }
            }
        }
    }
}

fn colour(kind: &str) -> &'static str {
    match kind {
        "File Ready"
        | "Connected"
        | "Listed"
        | "Connection Recovered"
        | "Selection Restored"
        | "Files Queued"
        | "Files Processed"
        | "Resynced" => "ready",
        "File Failed"
        | "Needs Reauthorization"
        | "Connection Degraded"
        | "Selection Refused"
        | "Selection Missing" => "fail",
        "File Deleted" | "Folder Deleted" | "File Removed" | "Folder Removed" | "Deletions Held"
        | "File Limit Reached" | "Sync Cancelled" | "User Deleted" | "Disconnected" => "skip",
        _ => "busy",
    }
}
