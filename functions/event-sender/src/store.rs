//! The part of the table that this function reads and writes.

use shared::store::{Attempts, Connections, DeliveryWork, Dynamo, Endpoints, Log, Notices, Ordinals, Users};

/// The table, by the ports that the function uses.
pub trait Store:
    Attempts + Connections + DeliveryWork + Endpoints + Log + Notices + Ordinals + Users
{
}

impl Store for Dynamo {}
