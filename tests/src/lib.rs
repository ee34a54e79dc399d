//! End-to-end and contract tests of Dropline.
//!
//! A [`World`] is the whole of Dropline on this machine, in a temporary place, with verbs for what happens in it. It is
//! wired by `local`, as `cargo run -p local` is, so what the tests run is the production code.
//!
//! A [`simulation`] plays the sync loop alone, in virtual time, with everything that can go wrong. A [`token_life`] does the same to tokens.

mod app;
pub mod bench;
mod carbon;
pub mod cost;
mod disk;
pub mod simulation;
pub mod sinks;
pub mod token_life;
mod world;

pub use app::{Answer, App};
pub use carbon::CarbonClient;
pub use disk::Tree;
pub use world::{Place, World};
