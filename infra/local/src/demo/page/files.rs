//! Synced files, each with the state of its bytes, and a preview.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    parts::{heading, icon, name, size, slug, tag},
    preview,
};
use crate::demo::{
    fields::{number, text},
    place::Place,
    view::Open,
};

/// Maximum number of files on the page.
const LIMIT: usize = 100;

pub(super) fn section(place: &Place, open: &Open) -> Markup {
    let hidden = open.files.len().saturating_sub(LIMIT);
    html! {
        section.sheet #files aria-labelledby="files-title" {
            div.bar {
                (heading("files", 3, "In your bucket"))
                p.hint { "What is synced, and where the bytes are." }
            }
            @if let Some(opened) = &open.preview { (preview::panel(place, opened)) }
            @if open.files.is_empty() { p.empty { "Nothing is synced." } }
            ul.list #synced {
                @for file in open.files.iter().take(LIMIT) { (row(place, file)) }
            }
            @if hidden > 0 || open.more_files {
                p.pad.soft { "And " (hidden) @if open.more_files { " or more" } " others." }
            }
        }
    }
}

fn row(place: &Place, file: &Value) -> Markup {
    let (id, is_folder) = (text(file, "id"), text(file, "kind") == "folder");
    let is_open = place.file.as_deref() == Some(id);
    let there = Place { file: Some(id.to_owned()), ..place.at("preview") };
    let above = text(file, "path").rsplit_once('/').map_or("", |(above, _)| above);
    html! {
        li.item id={ "file-" (slug(id)) } {
            (icon(is_folder))
            div.name {
                @if is_folder { span.plain { (name(text(file, "name"))) } }
                @else {
                    a href=(there.href()) id={ "preview-" (slug(id)) } aria-current=[is_open.then_some("true")] data-soft {
                        (name(text(file, "name")))
                    }
                }
                small {
                    @if !above.is_empty() { (name(above)) " · " }
                    @if is_folder { "folder" } @else { (size(number(file, "size"))) }
                    @if let Some(reason) = file["content"]["reason"].as_str() { " · " (reason.replace('_', " ")) }
                }
            }
            @if !is_folder { (state(&file["content"])) }
        }
    }
}

fn state(content: &Value) -> Markup {
    match text(content, "state") {
        "ready" => tag("ready", "Ready"),
        "pending" => tag("busy", "On its way"),
        "skipped" => tag("skip", "Skipped"),
        "failed" => tag("fail", "Failed"),
        _ => html! {},
    }
}
