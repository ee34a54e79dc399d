//! The common parts of the pages for people: layout, stylesheet, script, words in six languages, and the cookie
//! that binds a page to its browser.
//!
//! Pages are HTML from the server and work without their script. They load nothing from elsewhere, run no
//! inline script and have no inline style.

mod assets;
mod browser;
mod card;
mod format;
mod icons;
mod language;
mod opener_message;
mod page;
mod text;
mod theme;
mod words;

pub use assets::{asset_address, asset_name, serve_asset};
pub use browser::{cookie, own_page};
pub use card::{card, close_button, error_page, error_text, error_texts, logo};
pub use format::{dated, number, size, when};
pub use icons::{file_icon, folder_icon};
pub use language::Language;
pub use opener_message::OpenerMessage;
pub use page::{Page, bare, redirect, wants_page};
pub use text::{fill, fill_text, isolated};
pub use theme::stylesheet;
pub use words::{Plural, PortalWords, Words, portal_words, words};
