//! The part of the table that this function reads and writes.

use shared::store::{ApiKeys, ChoiceStore, Connections, Dynamo, Projects, Purges, SettingsStore, Users};

/// The table, by the ports that the function uses.
pub trait Store: ApiKeys + ChoiceStore + Connections + Projects + Purges + SettingsStore + Users {}

impl Store for Dynamo {}
