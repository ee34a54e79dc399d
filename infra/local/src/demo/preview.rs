//! Preview of a synced file: the beginning of a text, or a picture.

use serde_json::Value;

use super::{app::App, fields::text};

/// Maximum size of a text that is shown, in bytes.
const TEXT_LIMIT: usize = 64 * 1024;
/// Endings of files that are shown as pictures.
const PICTURES: [&str; 5] = [".png", ".jpg", ".jpeg", ".gif", ".webp"];

/// A synced file, and what can be shown of it.
pub(super) struct Preview {
    pub(super) file: Value,
    pub(super) viewed: Viewed,
}

/// Preview of a file.
pub(super) enum Viewed {
    Text {
        text: String,
        /// Whether more follows.
        cut: bool,
        link: String,
    },
    Picture {
        link: String,
    },
    /// Neither text nor a picture; it can be downloaded.
    Other {
        link: String,
    },
    /// Why there is nothing to show, as a sentence.
    Nothing(String),
}

impl Preview {
    /// Reads a file of a connection. `None`: there is no such file any more.
    pub(super) async fn of(app: &App<'_>, connection: &str, file: &str) -> Option<Self> {
        let path = ["connections", connection, "files", file];
        let item = app.read("Read about one file", &path).await;
        if !item.is_good() {
            return None;
        }
        let link = app.read("Make a link to the bytes", &[&path[..], &["link"]].concat()).await;
        let viewed = match link.trouble() {
            Some(trouble) => Viewed::Nothing(trouble),
            None => Self::show(app, text(&item.body, "name"), text(&link.body, "url").to_owned()).await,
        };
        Some(Self { file: item.body, viewed })
    }

    async fn show(app: &App<'_>, name: &str, link: String) -> Viewed {
        let name = name.to_lowercase();
        if PICTURES.iter().any(|ending| name.ends_with(ending)) {
            return Viewed::Picture { link };
        }
        let Ok(url) = link.parse() else { return Viewed::Nothing("The link is no address.".to_owned()) };
        let reply = app.fetch(url, TEXT_LIMIT).await;
        match (reply.trouble(), reply.text()) {
            (Some(trouble), _) => Viewed::Nothing(trouble),
            (None, Some(text)) if !text.contains('\0') => {
                Viewed::Text { cut: reply.bytes.len() >= TEXT_LIMIT, text: text.to_owned(), link }
            }
            _ => Viewed::Other { link },
        }
    }
}
