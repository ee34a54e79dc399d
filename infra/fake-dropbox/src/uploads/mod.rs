//! Upload sessions: bytes that arrive in several requests before their destination is known.
//!
//! The bytes of one request are a [`Piece`], which is a file in a folder beside the database. A piece counts
//! once the whole request was received and it continues its session. So an interrupted request leaves
//! nothing, and its repetition finds the session unchanged. Sessions survive a restart.

mod piece;
mod problem;
mod sessions;

pub(crate) use piece::Piece;
pub(crate) use problem::Problem;
pub(crate) use sessions::{Owner, Position, Sessions};
