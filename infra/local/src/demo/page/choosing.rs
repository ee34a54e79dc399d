//! The selection of an account: all of it, or some of its files and folders.

use maud::{Markup, html};
use serde_json::Value;

use super::parts::{button, name, slug, tag};
use crate::demo::{fields::text, place::Place, view::Open};

/// Target of the selection of the whole account.
pub(super) const EVERYTHING: &str = "everything";

/// The whole account, and the other selections.
pub(super) fn choice(place: &Place, open: &Open) -> Markup {
    let others = open.details["selections"].as_array().into_iter().flatten();
    let others: Vec<_> = others.filter(|selection| text(selection, "target") != EVERYTHING).collect();
    html! {
        div.pad.choice {
            p { strong { "Synced: " }
                @match (open.selection(EVERYTHING), others.len()) {
                    (Some(_), 0) => "the whole account",
                    (Some(_), count) => { "the whole account, and " (count) " of its own" },
                    (None, 0) => "nothing yet",
                    (None, 1) => "one file or folder",
                    (None, count) => { (count) " files and folders" },
                }
            }
            (toggle(place, open, EVERYTHING, "the whole account"))
            form.row.tight method="post" action=(place.action("connect")) data-leave {
                input type="hidden" name="connection" value=(text(&open.details, "id"));
                button.go.small #choose-files name="page" value="choose" { "Choose files" }
                button.quiet.small #manage name="page" value="manage" { "Manage" }
            }
        }
        @if !others.is_empty() {
            ul.chosen {
                @for selection in others {
                    @let target = text(selection, "target");
                    @let path = path_of(open, target);
                    li { (name(path)) " " (selection_tag(selection)) (toggle(place, open, target, path)) }
                }
            }
        }
    }
}

/// Returns the path of a selected file or folder. The API names it only by its id, so the path is
/// that of the synced file.
fn path_of<'a>(open: &'a Open, target: &'a str) -> &'a str {
    let file = open.files.iter().find(|file| text(file, "id") == target);
    file.map_or(target, |file| text(file, "path"))
}

fn selection_tag(selection: &Value) -> Markup {
    match text(selection, "state") {
        "held" => tag("ready", "followed"),
        "wanted" => tag("busy", "being listed"),
        "unwanted" => tag("skip", "being removed"),
        state => tag("fail", state),
    }
}

/// Button that chooses something, or removes the choice.
pub(super) fn toggle(place: &Place, open: &Open, target: &str, what: &str) -> Markup {
    let (action, word) = match open.selection(target) {
        Some("unwanted") | None => ("select", "Sync"),
        Some(_) => ("deselect", "Stop"),
    };
    let label = match what {
        "the whole account" => html! { (word) " the whole account" },
        what => html! { (word) span.hidden { " syncing " (name(what)) } },
    };
    let id = format!("choose-{}", slug(target));
    button(&id, &place.action(action), &[("target", target)], "quiet small", &label)
}
