//! Webhooks: endpoints that Carbon's clients make. Events are delivered to them as to all endpoints, with Carbon's
//! bodies and signatures; in our own API they are endpoints of the format `carbon`.

mod add;
mod delete;
mod list;
mod stored;

pub(crate) use self::{add::add, delete::delete, list::list};
