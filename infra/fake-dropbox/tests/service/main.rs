//! Tests of the fake Dropbox as its clients see it: over HTTP, with real directories.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected has failed")]

mod console;
mod copies;
mod defects;
mod disk;
mod download;
mod errors;
mod export;
mod faults;
mod faults_over_http;
mod history;
mod hosts;
mod listing;
mod longpoll;
mod names;
mod oauth;
mod pages;
mod restart;
mod roots;
mod search;
mod shared_folders;
mod subjects;
mod teams;
mod temporary_links;
mod upload_sessions;
mod users;
mod webhook_faults;
mod webhooks;
mod world;
mod writes;
