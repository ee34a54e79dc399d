//! Parts of the page that several sections have.

use std::fmt::Write;

use http::StatusCode;
use maud::{Markup, html};
use serde_json::Value;

use crate::demo::invisible::is_invisible;

/// Heading of a section, to which focus goes when what had it is gone.
pub(super) fn heading(id: &str, number: u8, title: &str) -> Markup {
    html! {
        h2 id={ (id) "-title" } tabindex="-1" { span.number aria-hidden="true" { (number) } (title) }
    }
}

/// Name of a file, user or account, whose direction does not affect the text around it.
pub(super) fn name(text: &str) -> Markup {
    html! { bdi { (text) } }
}

/// Word for a state, coloured.
pub(super) fn tag(colour: &str, word: &str) -> Markup {
    html! { span class={ "tag " (colour) } { (word) } }
}

/// Status of an answer.
pub(super) fn status(status: Option<StatusCode>) -> String {
    status.map_or_else(|| "no answer".to_owned(), |status| status.to_string())
}

/// A time of the API; the script writes how far away it is.
pub(super) fn time(text: &str) -> Markup {
    let seconds = text.split_once('T').map_or(text, |(_, time)| time);
    let seconds = seconds.get(..8).unwrap_or(seconds);
    html! { time datetime=(text) { (seconds) " UTC" } }
}

/// Size of a file.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// A button that does one thing and needs no other fields than these hidden ones.
pub(super) fn button(id: &str, action: &str, hidden: &[(&str, &str)], class: &str, label: &Markup) -> Markup {
    html! {
        form method="post" action=(action) {
            @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
            button id=(id) class=(class) { (label) }
        }
    }
}

/// Picture of a folder or a file.
pub(super) fn icon(is_folder: bool) -> Markup {
    html! {
        @if is_folder {
            svg.icon.folder viewBox="0 0 28 28" aria-hidden="true" {
                path d="M3 7a3 3 0 0 1 3-3h5l3 3h8a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3z" {}
            }
        } @else {
            svg.icon.file viewBox="0 0 28 28" aria-hidden="true" {
                path d="M7 3h9l6 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z" {}
                path.fold d="M16 3l6 6h-6z" {}
            }
        }
    }
}

/// Dropline's mark.
pub(super) fn logo() -> Markup {
    html! {
        svg.logo viewBox="0 0 40 40" aria-hidden="true" {
            rect width="40" height="40" rx="10" {}
            path d="M20 7c5 6.2 8.5 10 8.5 15.2a8.5 8.5 0 0 1-17 0C11.5 17 15 13.2 20 7z" {}
            path.line d="M8 33h24" {}
        }
    }
}

/// Part of an id from a name that others have chosen.
pub(super) fn slug(text: &str) -> String {
    let part = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("_{byte:02x}"),
    };
    text.bytes().map(part).collect()
}

/// JSON for people, in which invisible characters are escaped.
pub(super) fn readable_json(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut readable = String::with_capacity(text.len());
    for character in text.chars() {
        // The line breaks are the layout's: those of texts are escaped already.
        if is_invisible(character) && character != '\n' {
            // Writing to a `String` cannot fail.
            let _ = write!(readable, "\\u{:04x}", u32::from(character));
        } else {
            readable.push(character);
        }
    }
    readable
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sizes_are_told_with_their_unit() {
        let sizes = [
            (0, "0 B"),
            (999, "999 B"),
            (1_234, "1.2 KB"),
            (50_000_000, "50.0 MB"),
            (2_100_000_000, "2.1 GB"),
        ];
        for (bytes, text) in sizes {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn a_name_is_text_whatever_it_is() {
        assert_eq!(
            name("</bdi><b a='1'>\"&\u{202e}").into_string(),
            "<bdi>&lt;/bdi&gt;&lt;b a='1'&gt;&quot;&amp;\u{202e}</bdi>"
        );
    }

    #[test]
    fn what_nobody_sees_is_escaped_and_still_the_same_json() {
        let value = json!({"name": "a\u{202e}b\u{200b}c\u{e9}\n"});
        let text = readable_json(&value);
        assert!(text.contains(r"a\u202eb\u200bcé\n"), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn different_names_have_different_ids() {
        assert_ne!(slug("/a b"), slug("/a_b"));
        assert!(slug("/ü\"'<\u{202e}").bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    }
}
