//! End-to-end and contract tests of Dropline.
//!
//! A [`World`] is the whole of Dropline on this machine, in a temporary directory, with methods for the
//! events of a test. It is built by `local`, as `cargo run -p local` is, so the tests run the production
//! code. A [`Receiver`] is an application's address, a [`Cloud`] has its queues and buses.
//!
//! A [`simulation`] runs the sync loop alone, in virtual time, with all kinds of faults. A [`token_life`]
//! does the same for tokens, [`deliveries`] for endpoints, and [`runs`] for workflows. [`seeds`] plays many of them.

mod answers;
mod app;
pub mod bench;
mod carbon;
mod cloud;
pub mod cost;
pub mod deliveries;
mod disk;
mod filled;
mod receiver;
pub mod runs;
pub mod seeds;
pub mod simulation;
pub mod sinks;
pub mod token_life;
mod world;

pub use app::{Answer, App};
pub use carbon::CarbonClient;
pub use cloud::{Assumed, Cloud, Taken, Trouble};
pub use disk::Tree;
pub use filled::{fill, fill_log};
pub use receiver::{Received, Receiver, Reply};
pub use world::{Place, World};
