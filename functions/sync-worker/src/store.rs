//! The part of the table that this function reads and writes.

use shared::store::{
    ChoiceStore, Connections, Dynamo, HealthStore, Items, Labels, Log, Projects, Purges, RunRemoval,
    Schedules, Transfers, Users,
};

/// The table, by the ports that the function uses.
pub trait Store:
    ChoiceStore
    + Connections
    + HealthStore
    + Items
    + Labels
    + Log
    + Projects
    + Purges
    + RunRemoval
    + Schedules
    + Transfers
    + Users
{
}

impl Store for Dynamo {}
