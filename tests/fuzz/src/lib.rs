//! Fuzz targets: properties that must hold for every input from outside.
//!
//! A target passes its input to a function that is reachable from outside, and panics if something was sent,
//! stored or returned that must not be. `tests/fuzz/run` lets libFuzzer search for such inputs; `cargo test`
//! replays those that are stored in `corpus` and `findings`. Inputs are readable texts: requests and tokens.

mod argument;
mod callback;
mod draft;
mod fixture;
mod known;
mod proxy;
mod traffic;
mod user_token;
mod webhook;

/// A function that panics if the input breaks a rule.
pub type Target = fn(&[u8]);

/// All targets, by name.
pub const TARGETS: [(&str, Target); 5] = [
    ("argument", argument::target),
    ("callback", callback::target),
    ("proxy", proxy::target),
    ("user_token", user_token::target),
    ("webhook", webhook::target),
];

/// Returns the target with this name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(known, _)| *known == name).map(|(_, target)| *target)
}
