//! Upload sessions: bytes that come in several requests, before it is settled where they go.
//!
//! The bytes of one request are a [`Piece`], a file of its own in a folder beside the database. It counts once the whole
//! request was received and is what comes next in its session, so that a request that breaks off leaves nothing, and
//! its repetition finds the session as it was. Sessions outlive a restart.

mod piece;
mod problem;
mod sessions;

pub(crate) use piece::Piece;
pub(crate) use problem::Problem;
pub(crate) use sessions::{Holder, Position, Sessions};
