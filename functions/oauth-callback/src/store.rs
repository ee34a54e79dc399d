//! The part of the table that this function reads and writes.

use shared::{
    linking::LinkingStore,
    store::{CredentialSettingsStore, Dynamo, Links, PageSessions, Popups},
};

/// The table, by the ports that the function uses.
pub trait Store: LinkingStore + CredentialSettingsStore + Links + PageSessions + Popups {}

impl Store for Dynamo {}
