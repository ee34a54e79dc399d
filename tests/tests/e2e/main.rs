//! End to end: what users and projects see, on the production wiring.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod accounts;
mod adversity;
mod browsers;
mod connect;
mod disconnect;
mod duplicates;
mod events;
mod files;
mod grants;
mod health;
mod isolation;
mod lanes;
mod late_listings;
mod metrics;
mod owed;
mod own_app;
mod paragon;
mod poison;
mod progress;
mod proxy;
mod proxy_breaks;
mod proxy_content;
mod proxy_headers;
mod proxy_polls;
mod proxy_refusals;
mod recased;
mod reconnect;
mod refused_selections;
mod relists;
mod replay;
mod rewired;
mod routes;
mod security_headers;
mod start_form;
mod sync;
mod transfers;
mod unreadable_entries;
mod unreadable_files;
mod user_keys;
mod user_tokens;
mod webhook;
mod worker;
mod write_limits;
