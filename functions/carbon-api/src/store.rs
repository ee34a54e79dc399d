//! The part of the table that this function reads and writes.

use shared::{
    linking::LinkingStore,
    store::{
        Deliveries, Dynamo, Endpoints, HealthStore, Items, Labels, Links, Log, Ordinals, Purges, Records,
        Transfers,
    },
};

/// The table, by the ports that the function uses.
pub trait Store:
    LinkingStore
    + Deliveries
    + Endpoints
    + HealthStore
    + Items
    + Labels
    + Links
    + Log
    + Ordinals
    + Purges
    + Records
    + Transfers
{
}

impl Store for Dynamo {}
