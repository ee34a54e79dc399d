//! Runs: what became of them, and how they are started, repeated and ended.

mod cancel;
mod from;
mod list;
mod replay;
mod show;
mod start;

pub(crate) use self::{
    cancel::cancel,
    list::list,
    replay::{again, replay},
    show::{show, steps},
    start::start,
};
