//! What must hold for every input at Dropline's doors.
//!
//! A target takes bytes, brings them through a door that the outside reaches, and fails where something went out that
//! may not. `tests/fuzz/run` lets libFuzzer look for such bytes; `cargo test` replays those that are kept, in
//! `corpus` and `findings`. The bytes are texts that a person can read and write: requests, tokens.

mod argument;
mod callback;
mod draft;
mod proxy;
mod residents;
mod stage;
mod traffic;
mod user_token;
mod webhook;

/// Fails by panicking where the bytes break a rule.
pub type Target = fn(&[u8]);

/// All targets, by their names.
pub const TARGETS: [(&str, Target); 5] = [
    ("argument", argument::target),
    ("callback", callback::target),
    ("proxy", proxy::target),
    ("user_token", user_token::target),
    ("webhook", webhook::target),
];

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(known, _)| *known == name).map(|(_, target)| *target)
}
