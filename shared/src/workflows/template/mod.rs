//! Texts with references, such as `/reports/{{ trigger.file.name }}`.
//!
//! A reference is an expression of the library `minijinja`: a name and the way from there, filters, tests,
//! comparisons, `and`, `or`, `not`, `if … else`, `+`, `-`, `/`, `//`, `%` and `~`. What other templates have
//! besides (statements, functions, loading of other templates) there is not. Each expression has a bounded
//! length and a bounded amount of work, and makes no text or list of a size that its inputs do not have: see
//! `environment`.
//!
//! - [`render()`]: a JSON value with references replaced.
//! - [`uses_of`]: what the texts of a JSON value refer to, with places.

mod context;
mod environment;
mod filters;
mod json;
mod reference;
mod render;
mod text;
mod token;
mod uses;

pub use context::Context;
pub use environment::FILTERS;
pub use reference::{Reference, Segment};
pub use render::{RenderError, is_true, render, render_text};
pub use uses::{Use, is_one_reference, uses_of};

/// Error in a text, as the end of a sentence that begins with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(String);

impl Malformed {
    fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}
