//! The part of the table that this function reads and writes.

use shared::store::{
    ChoiceStore, Connections, Deliveries, Dynamo, Endpoints, HealthStore, Items, Labels, Links, Log,
    Ordinals, Projects, Purges, Records, Schedules, SourceTags, TokenStore, Transfers, Users,
};

/// The table, by the ports that the function uses.
pub trait Store:
    ChoiceStore
    + Connections
    + Deliveries
    + Endpoints
    + HealthStore
    + Items
    + Labels
    + Links
    + Log
    + Ordinals
    + Projects
    + Purges
    + Records
    + Schedules
    + SourceTags
    + TokenStore
    + Transfers
    + Users
{
}

impl Store for Dynamo {}
