//! Content of the Dropbox account: browse, choose what to sync, and change it.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    changing, choosing,
    parts::{heading, icon, name, size, slug},
};
use crate::demo::{
    fields::{number, text},
    place::Place,
    view::Open,
};

pub(super) fn section(place: &Place, open: &Open) -> Markup {
    html! {
        section.sheet #dropbox aria-labelledby="dropbox-title" {
            div.bar {
                (heading("dropbox", 2, "In Dropbox"))
                p.hint { "Choose what to sync, and change something." }
            }
            (choosing::choice(place, open))
            (crumbs(place))
            @match open.listing.trouble() {
                Some(trouble) => p.note.warn.inset { "Dropbox cannot be listed now: " (name(&trouble)) },
                None => (listing(place, open)),
            }
            @if let Some((path, text)) = &open.change { (changing::change(place, path, text.as_deref())) }
            (changing::new(place))
            @if let Some(directory) = &open.directory {
                p.pad.soft.disk { "On your disk: " code { (directory.display()) } }
            }
        }
    }
}

fn crumbs(place: &Place) -> Markup {
    let folder = place.folder.as_deref().unwrap_or_default();
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to = |depth: usize| Place {
        folder: (depth > 0).then(|| format!("/{}", parts[..depth].join("/"))),
        change: None,
        ..place.at("dropbox")
    };
    let current = |depth: usize| (depth == parts.len()).then_some("page");
    html! {
        nav.crumbs aria-label="Folder in Dropbox" {
            ol {
                li { a href=(to(0).href()) aria-current=[current(0)] data-soft { "Dropbox" } }
                @for (index, part) in parts.iter().enumerate() {
                    li { a href=(to(index + 1).href()) aria-current=[current(index + 1)] data-soft { (name(part)) } }
                }
            }
        }
    }
}

fn listing(place: &Place, open: &Open) -> Markup {
    let mut entries: Vec<&Value> = open.listing.body["entries"].as_array().into_iter().flatten().collect();
    entries.sort_by_key(|entry| (text(entry, ".tag") != "folder", text(entry, "path_lower")));
    html! {
        @if entries.is_empty() { p.empty { "This folder is empty." } }
        ul.list #entries {
            @for entry in &entries { (row(place, open, entry)) }
        }
        @if open.listing.body["has_more"] == true { p.pad.soft { "More entries are not listed here." } }
    }
}

fn row(place: &Place, open: &Open, entry: &Value) -> Markup {
    let (path, is_folder) = (text(entry, "path_display"), text(entry, ".tag") == "folder");
    let inside = Place { folder: Some(path.to_owned()), change: None, ..place.at("dropbox") };
    let changing = Place { change: Some(path.to_owned()), ..place.at("change") };
    let id = slug(path);
    html! {
        li.item id={ "entry-" (id) } {
            (icon(is_folder))
            div.name {
                @if is_folder { a href=(inside.href()) id={ "open-" (id) } data-soft { (name(text(entry, "name"))) } }
                @else { span.plain { (name(text(entry, "name"))) } small { (size(number(entry, "size"))) } }
            }
            div.does {
                @if open.selection(choosing::EVERYTHING).is_none() && !text(entry, "id").is_empty() {
                    (choosing::toggle(place, open, text(entry, "id"), text(entry, "name")))
                }
                a.quiet.small href=(changing.href()) id={ "change-" (id) } data-soft {
                    "Change" span.hidden { " " (name(text(entry, "name"))) }
                }
            }
        }
    }
}
