//! The part of the table that this function reads and writes.

use shared::store::{Attempts, Connections, Deliveries, Dynamo, Endpoints, Log, Notices, Projects};

/// The table, by the ports that the function uses.
pub trait Store: Attempts + Connections + Deliveries + Endpoints + Log + Notices + Projects {}

impl Store for Dynamo {}
