//! Routes below `/2/`.
//!
//! [`dispatch`] finds the route of a request, checks the token and the path root, and reads the argument. The
//! route's file in [`routes`] handles it; [`wire`] defines the format of results, [`error`] and [`failure`]
//! that of errors. [`faulty`] handles calls with an injected fault.

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
