//! The part of the table that this function reads and writes.

use shared::store::{
    ChoiceStore, Connections, Dynamo, HealthStore, ItemWriter, Labels, LogWriter, Projects, PurgeWork,
    RunRemoval, Schedules, TransferWork, Users, WalkReader,
};

/// The table, by the ports that the function uses.
pub trait Store:
    ChoiceStore
    + Connections
    + HealthStore
    + ItemWriter
    + Labels
    + LogWriter
    + Projects
    + PurgeWork
    + RunRemoval
    + Schedules
    + TransferWork
    + Users
    + WalkReader
{
}

impl Store for Dynamo {}
