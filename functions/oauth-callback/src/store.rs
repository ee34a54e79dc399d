//! The part of the table that this function reads and writes.

use shared::store::{
    ChoiceStore, Connections, CredentialSettingsStore, Dynamo, Links, PageSessions, Popups, Projects,
    Schedules, SourceTags, TokenStore, Users,
};

/// The table, by the ports that the function uses.
pub trait Store:
    ChoiceStore
    + Connections
    + CredentialSettingsStore
    + Links
    + PageSessions
    + Popups
    + Projects
    + Schedules
    + SourceTags
    + TokenStore
    + Users
{
}

impl Store for Dynamo {}
