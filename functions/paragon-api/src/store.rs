//! The part of the table that this function reads and writes.

use shared::{
    linking::LinkingStore,
    store::{
        CredentialSettingsStore, Deliveries, Dynamo, Endpoints, Log, Purges, Runs, UserMetadata, Workflows,
    },
};

/// The table, by the ports that the function uses.
pub trait Store:
    LinkingStore
    + CredentialSettingsStore
    + Deliveries
    + Endpoints
    + Log
    + Purges
    + Runs
    + UserMetadata
    + Workflows
{
}

impl Store for Dynamo {}
