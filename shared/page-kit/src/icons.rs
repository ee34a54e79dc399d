//! Pictures of files and folders, drawn by the stylesheet's colours.

use maud::{Markup, html};

/// Returns a folder's picture.
#[must_use]
pub fn folder_icon() -> Markup {
    html! {
        svg class="icon folder" viewBox="0 0 28 28" aria-hidden="true" {
            path d="M3 7a3 3 0 0 1 3-3h5l3 3h8a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3z" {}
        }
    }
}

/// Returns a file's picture.
#[must_use]
pub fn file_icon() -> Markup {
    html! {
        svg class="icon file" viewBox="0 0 28 28" aria-hidden="true" {
            path d="M7 3h9l6 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z" {}
            path class="fold" d="M16 3l6 6h-6z" {}
        }
    }
}
