//! The part of the table that this function reads and writes.

use shared::store::{
    ChoiceStore, Connections, Dynamo, HealthStore, Items, Log, Projects, Purges, Schedules, Transfers, Users,
};

/// The table, by the ports that the function uses.
pub trait Store:
    ChoiceStore + Connections + HealthStore + Items + Log + Projects + Purges + Schedules + Transfers + Users
{
}

impl Store for Dynamo {}
