//! The routes below `/2/`.
//!
//! A request goes one way: [`dispatch`] finds the route, checks the token and the path root and reads the argument; the
//! route's file in [`routes`] decides; [`wire`] has the shapes of answers, [`error`] and [`failure`] those of refusals.
//! [`faulty`] is the way of a call that is to go wrong.

mod argument;
mod ascii;
mod bytes;
mod caller;
mod commit;
mod cursor;
mod dispatch;
mod error;
mod export;
mod failure;
mod faulty;
mod link;
mod listing;
mod mark;
mod opening;
mod page;
mod path;
mod path_root;
mod receiving;
mod route;
mod routes;
mod seal;
mod search;
mod serving;
mod view;
mod wire;

pub(crate) use dispatch::{call, retired};
pub(crate) use failure::{json_body, text};
pub(crate) use link::{ADDRESS as LINK, follow};
pub(crate) use route::Routes;
pub(crate) use wire::RootInfo;
