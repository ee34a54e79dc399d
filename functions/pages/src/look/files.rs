//! The lists of an account: what is chosen, and the newest files.

use std::collections::HashMap;

use maud::{Markup, html};
use page_kit::{dated, file_icon, fill, folder_icon, isolated, size};
use shared::{
    answer::ApiError,
    model::{Connection, Draft, Item, ItemId, ItemKind, Selection, SelectionState, Target},
};

use super::{
    seen::{FILES, Seen},
    state::{of_content, of_selection, reason},
};
use crate::{opened::Opened, view::proof};

/// Maximum number of selections that the page lists.
const SELECTIONS: usize = 100;

/// Reads the items of the selections that the page lists.
pub(super) async fn selected(
    opened: &Opened<'_>,
    connection: &Connection,
    seen: &Seen,
) -> Result<HashMap<ItemId, Item>, ApiError> {
    let listed = seen.choices.selections.iter().take(SELECTIONS);
    let ids: Vec<ItemId> = listed.filter_map(|one| one.target.item().cloned()).collect();
    Ok(opened.pages.store.items(connection.id, &ids).await?)
}

/// Returns what is chosen.
pub(super) fn chosen(opened: &Opened<'_>, seen: &Seen, items: &HashMap<ItemId, Item>) -> Markup {
    let words = opened.words();
    let selections = &seen.choices.selections;
    html! {
        h2 { (words.chosen_heading) }
        div.sheet {
            @if selections.is_empty() { p.hint { (words.nothing_chosen_yet) } }
            ul {
                @for selection in selections.iter().take(SELECTIONS) {
                    (of_target(opened, selection, items))
                }
                @if selections.len() > SELECTIONS { li.hint { "…" } }
            }
        }
    }
}

fn of_target(opened: &Opened<'_>, selection: &Selection, items: &HashMap<ItemId, Item>) -> Markup {
    let words = opened.words();
    let (text, style) = of_selection(words, selection.state);
    let item = selection.target.item().and_then(|id| items.get(id));
    let is_folder = item.is_none_or(|item| item.metadata.kind == ItemKind::Folder);
    html! {
        li class="item plain" {
            @if is_folder { (folder_icon()) } @else { (file_icon()) }
            div.name {
                b {
                    @match (&selection.target, item) {
                        (Target::Everything, _) => (words.everything),
                        (_, Some(item)) => (isolated(&item.metadata.path_display)),
                        (_, None) => "…",
                    }
                }
                small {
                    @if selection.target == Target::Everything { (words.everything_note) }
                    @else if is_folder && item.is_some() { (words.whole_folder) }
                    @if let Some(refusal) = &selection.refusal { " " (isolated(&refusal.code)) }
                }
            }
            span.joined {
                span class={ "tag " (style) } { (text) }
                @if matches!(selection.state, SelectionState::Missing | SelectionState::Refused) {
                    form method="post" {
                        (proof(opened))
                        input type="hidden" name="target" value=(Draft::key(&selection.target));
                        button.open name="do" value="remove" { (words.remove) }
                    }
                }
            }
        }
    }
}

/// Returns the newest files, `skip` of which were on the pages before.
pub(super) fn newest(opened: &Opened<'_>, connection: &Connection, seen: &Seen, skip: u32) -> Markup {
    let words = opened.words();
    let files = seen.files.iter().take(FILES as usize).filter(|one| one.item.metadata.kind == ItemKind::File);
    let is_more = seen.files.len() > FILES as usize;
    html! {
        h2 { (words.files_heading) }
        div.sheet {
            ul {
                @for record in files.clone() { (file(opened, &record.item)) }
            }
            @if !is_more && files.clone().next().is_none() { p.hint { (words.no_files) } }
            @if is_more {
                div.parts {
                    a.quiet href=(format!("{}?after={}", opened.address_of(connection, ""), skip + FILES)) {
                        (words.more_files)
                    }
                }
            }
        }
    }
}

fn file(opened: &Opened<'_>, item: &Item) -> Markup {
    let words = opened.words();
    let (text, style) = of_content(words, &item.content);
    let folder = item.metadata.path_display.rsplit_once('/').map_or("", |(folder, _)| folder);
    html! {
        li class="item plain" {
            (file_icon())
            div.name {
                b { (isolated(&item.metadata.name)) }
                small {
                    (size(opened.language, item.metadata.size)) "\u{a0}· "
                    (isolated(if folder.is_empty() { words.root } else { folder }))
                    @if let Some(at) = &item.metadata.server_modified { "\u{a0}· " (fill(words.changed, &[("time", &dated(at))])) }
                    @if let Some(reason) = reason(words, &item.content) { "\u{a0}· " (reason) }
                }
            }
            span class={ "tag " (style) } data-file=(item.metadata.id) { (text) }
        }
    }
}
