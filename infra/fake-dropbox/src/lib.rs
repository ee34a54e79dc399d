#![doc = include_str!("../README.md")]

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
