//! A fake Dropbox: real directories as accounts, behind Dropbox's own API.
//!
//! [`FakeDropbox::start`] serves the API, content, notify and web hosts of Dropbox on one port, distinguished
//! by the address of a request, as described in `hosts`. Each account is a directory. A change made there by
//! any program appears in the account's listing, with ids and revisions that behave like Dropbox's, and
//! linked apps are notified by webhook. A change made through the API appears in the directory.
//!
//! - `content`: accounts, with the journal of changes, the directory, and the code that keeps both equal.
//! - `api`: the `/2/` routes, with one file per route, one table of them, and one module each for formats and
//!   failures.
//! - `oauth`: the authorize page, the token endpoint and the grants.
//! - [`faults`]: injected faults of calls; [`pages`]: adversity of listings; [`listings`]: defects of
//!   listings; [`webhook_faults`]: lost, late and repeated notifications.
//! - `console`: actions of accounts' owners and apps' developers, over HTTP.
//! - `uploads`: the bytes of upload sessions.
//! - `webhook`: notifications of linked apps.

mod api;
mod clock;
mod console;
mod content;
mod control;
mod controls;
mod crypto;
mod db;
mod dice;
pub mod faults;
mod hosts;
pub mod listings;
mod oauth;
pub mod pages;
mod server;
mod service;
mod settings;
mod sharing;
mod uploads;
mod webhook;
pub mod webhook_faults;

pub use clock::Clock;
pub use faults::{Fault, Faults};
pub use hosts::Host;
pub use listings::{Defects, Listings};
pub use pages::{Adversity, Pages};
pub use server::FakeDropbox;
pub use settings::{AccountSettings, AppAccess, AppSettings, Settings};
pub use webhook_faults::{WebhookFault, WebhookFaults};
