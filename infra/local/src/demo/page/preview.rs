//! The opened file: its text as text, or its picture.

use maud::{Markup, html};

use super::parts::{name, size};
use crate::demo::{
    fields::{number, text},
    place::Place,
    preview::{Preview, Viewed},
};

pub(super) fn panel(place: &Place, preview: &Preview) -> Markup {
    let file = &preview.file;
    let closed = Place { file: None, ..place.at("files") };
    html! {
        div.panel #preview tabindex="-1" role="group" aria-label="Preview" {
            p.panel-head {
                strong { (name(text(file, "path"))) }
                a.link #close-preview href=(closed.href()) data-soft { "Close" }
            }
            @match &preview.viewed {
                Viewed::Text { text, cut, .. } => {
                    pre.text tabindex="0" role="group" aria-label="Text of the file" dir="auto" { (text) }
                    @if *cut { p.soft { "The rest is not shown." } }
                },
                Viewed::Picture { link } => img.picture src=(link) alt={ "Picture " (text(file, "name")) };,
                Viewed::Other { .. } => p.soft { "Neither a text nor a picture: " (size(number(file, "size"))) "." },
                Viewed::Nothing(why) => p.soft { (why) },
            }
            @if let Viewed::Text { link, .. } | Viewed::Picture { link } | Viewed::Other { link } = &preview.viewed {
                p {
                    a href=(link) download { "Download" }
                    span.soft { " by a link that needs no key and ends in an hour" }
                }
            }
        }
    }
}
