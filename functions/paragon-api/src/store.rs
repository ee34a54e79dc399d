//! The part of the table that this function reads and writes.

use shared::store::{
    ChoiceStore, Connections, CredentialSettingsStore, Deliveries, Dynamo, Endpoints, Log, Projects, Purges,
    Runs, Schedules, SourceTags, TokenStore, UserMetadata, Users, Workflows,
};

/// The table, by the ports that the function uses.
pub trait Store:
    ChoiceStore
    + Connections
    + CredentialSettingsStore
    + Deliveries
    + Endpoints
    + Log
    + Projects
    + Purges
    + Runs
    + Schedules
    + SourceTags
    + TokenStore
    + UserMetadata
    + Users
    + Workflows
{
}

impl Store for Dynamo {}
