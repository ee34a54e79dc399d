//! A fake Dropbox: real directories as accounts, behind Dropbox's own wire.
//!
//! [`FakeDropbox::start`] serves the API, content, notify and web hosts of Dropbox on one port, told apart by the address
//! of a request, as `hosts` says.
//! Each account is a directory. A change made there by any program appears in the account's listing under ids and
//! revisions that behave like Dropbox's, and linked apps are told by webhook. A change made through the API appears
//! in the directory.
//!
//! - `content` holds accounts: the journal of what changed, the directory, and how the two are kept equal.
//! - `api` holds the `/2/` routes: one file a route, one table of them, one module each for shapes and failures.
//! - `oauth` holds the authorize page, the token endpoint and the grants.
//! - [`faults`] decides which calls go wrong, [`pages`] in which way listings are told, [`listings`] what is wrong with
//!   them, [`mishaps`] what happens to notifications.
//! - `console` is for what owners of accounts and developers of apps do, over HTTP.
//! - `uploads` holds the bytes of upload sessions.
//! - `webhook` tells linked apps that an account changed.

mod api;
mod clock;
mod console;
mod content;
mod controls;
mod crypto;
mod db;
mod dice;
mod door;
pub mod faults;
mod hosts;
pub mod listings;
pub mod mishaps;
mod oauth;
pub mod pages;
mod server;
mod service;
mod settings;
mod sharing;
mod uploads;
mod webhook;

pub use clock::Clock;
pub use faults::{Fault, Faults};
pub use hosts::Host;
pub use listings::{Defects, Listings};
pub use mishaps::{Mishap, Mishaps};
pub use pages::{Adversity, Pages};
pub use server::FakeDropbox;
pub use settings::{AccountSettings, AppAccess, AppSettings, Settings};
