//! The part of the table that this function reads and writes.

use shared::store::{Connections, Dynamo, Projects, Runs, Users, Workflows};

/// The table, by the ports that the function uses.
pub trait Store: Connections + Projects + Runs + Users + Workflows {}

impl Store for Dynamo {}
