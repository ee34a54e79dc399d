//! The demo at `/`, through HTTP, as a browser uses it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod buttons;
mod curl;
mod events;
mod names;
mod own_browser;
mod page;
mod visitor;
mod welcome;
