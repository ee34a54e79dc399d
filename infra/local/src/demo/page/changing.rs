//! Forms that change something in Dropbox.

use maud::{Markup, html};

use super::parts::{button, name, slug};
use crate::demo::{actions::TEXT_LIMIT, place::Place};

/// Forms that change one file or folder.
pub(super) fn change(place: &Place, path: &str, written: Option<&str>) -> Markup {
    let id = slug(path);
    let closed = Place { change: None, ..place.at("dropbox") };
    html! {
        div.panel #change tabindex="-1" aria-label="Change" role="group" {
            p.panel-head {
                strong { "Change " (name(path)) }
                a.link href=(closed.href()) data-soft { "Close" }
            }
            @if let Some(written) = written {
                form method="post" action=(place.action("edit")) {
                    input type="hidden" name="path" value=(path);
                    label for={ "text-" (id) } { "Text" }
                    // A parser drops the first line break after the tag.
                    textarea id={ "text-" (id) } name="text" rows="4" maxlength=(TEXT_LIMIT) dir="auto" {
                        "\n" (written)
                    }
                    button.go.small id={ "save-" (id) } { "Save" }
                }
            }
            form.line method="post" action=(place.action("rename")) {
                input type="hidden" name="path" value=(path);
                label for={ "to-" (id) } { "New path" }
                span.field {
                    input id={ "to-" (id) } name="to" value=(path) required dir="auto" autocomplete="off";
                    button.quiet id={ "rename-" (id) } { "Rename" }
                }
            }
            (delete(place, path, &id))
        }
    }
}

fn delete(place: &Place, path: &str, id: &str) -> Markup {
    let label = html! { "Delete it in Dropbox" };
    button(&format!("delete-{id}"), &place.action("delete"), &[("path", path)], "link bad", &label)
}

/// Forms that create something in the current folder.
pub(super) fn new(place: &Place) -> Markup {
    html! {
        div.pad.new {
            form method="post" action=(place.action("create")) data-reset {
                label for="new-name" { "New file" }
                span.field {
                    input #new-name name="name" value="Notes.txt" required maxlength="255" dir="auto"
                        autocomplete="off";
                    button.go.small #create { "Create" }
                }
                label.hidden for="new-text" { "Its text" }
                textarea #new-text name="text" rows="2" maxlength=(TEXT_LIMIT) dir="auto" { "Hello from the demo.\n" }
            }
            div.row.tight {
                (button("picture", &place.action("picture"), &[], "quiet small", &html! { "Add a picture" }))
                form.line method="post" action=(place.action("folder")) {
                    label.hidden for="folder-name" { "Name of a new folder" }
                    span.field {
                        input #folder-name name="name" value="Photos" required maxlength="255" dir="auto"
                            autocomplete="off";
                        button.quiet.small #folder { "New folder" }
                    }
                }
            }
        }
    }
}
