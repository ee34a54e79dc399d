//! The part of the table that this function reads and writes.

use shared::store::{
    ChoiceStore, Connections, Dynamo, HealthStore, Items, Labels, Links, Log, Logos, PageSessions, Projects,
    Purges, Records, Runs, Schedules, Users, Workflows,
};

/// The table, by the ports that the function uses.
pub trait Store:
    ChoiceStore
    + Connections
    + HealthStore
    + Items
    + Labels
    + Links
    + Log
    + Logos
    + PageSessions
    + Projects
    + Purges
    + Records
    + Runs
    + Schedules
    + Users
    + Workflows
{
}

impl Store for Dynamo {}
