//! Grants of access to an account: the authorize page and the token endpoint.

mod authorize;
mod client;
mod code;
mod form;
pub(crate) mod grants;
mod page;
mod pkce;
mod redirect;
mod refusal;
mod scope;
mod session;
mod token;

pub(crate) use authorize::{answer, show};
pub(crate) use token::token;
