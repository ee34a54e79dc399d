//! The part of the table that this function reads and writes.

use shared::store::{Connections, Dynamo, Projects, Schedules};

/// The table, by the ports that the function uses.
pub trait Store: Connections + Projects + Schedules {}

impl Store for Dynamo {}
