//! Benchmarks: of the [`sync`] loop and of the [`proxy`].
//!
//! Times of one machine say little, so each is set beside a baseline of the same run.

mod process;
pub mod proxy;
mod seed;
pub mod sync;
