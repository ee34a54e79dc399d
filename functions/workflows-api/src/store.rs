//! The part of the table that this function reads and writes.

use shared::store::{Connections, Deliveries, Dynamo, Endpoints, Projects, Runs, Workflows};

/// The table, by the ports that the function uses.
pub trait Store: Connections + Deliveries + Endpoints + Projects + Runs + Workflows {}

impl Store for Dynamo {}
