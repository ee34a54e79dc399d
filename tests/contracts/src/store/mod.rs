//! Contracts of the store, with one module per group of its ports.

pub mod api_keys;
pub mod choices;
pub mod claims;
pub mod connections;
pub mod credential_settings;
pub mod deliveries;
pub mod head;
pub mod health;
pub mod items;
pub mod labels;
pub mod leases;
pub mod links;
pub mod log;
mod mirror;
pub mod ordinals;
pub mod page_sessions;
pub mod paths;
pub mod popups;
pub mod project_settings;
pub mod projects;
pub mod purges;
pub mod records;
pub mod runs;
pub mod schedules;
pub mod source_tags;
pub mod transfers;
pub mod user_metadata;
pub mod users;
pub mod workflows;

use shared::store::{
    Accounts, ApiKeys, AppStore, Attempts, ChoiceStore, Claims, Connections, CredentialSettingsStore,
    DataKeys, DeliveryWork, Endpoints, HealthStore, ItemWriter, Labels, Leases, Links, LogWriter, Logos,
    Notices, Ordinals, PageSessions, Popups, Projects, PurgeWork, Records, Runs, Schedules, SettingsStore,
    SourceTags, StoreError, TokenStore, TransferWork, UserKeys, UserMetadata, Users, WalkReader, WorkLeases,
    Workflows,
};

use crate::Harness;

/// Creates a store.
pub trait StoreHarness: Harness {
    /// Type of the store, with all of its ports.
    type Store: Accounts
        + AppStore
        + Attempts
        + ChoiceStore
        + Claims
        + Connections
        + CredentialSettingsStore
        + DeliveryWork
        + Endpoints
        + TokenStore
        + Schedules
        + HealthStore
        + Leases
        + Links
        + LogWriter
        + Logos
        + ItemWriter
        + Labels
        + Notices
        + Ordinals
        + PageSessions
        + Popups
        + Records
        + Runs
        + TransferWork
        + Users
        + UserMetadata
        + WalkReader
        + WorkLeases
        + Workflows
        + Projects
        + UserKeys
        + ApiKeys
        + SettingsStore
        + PurgeWork
        + SourceTags
        + DataKeys;

    /// Returns a store, which may contain rows of other cases; no case may depend on them.
    fn store(&self) -> &Self::Store;
}

/// Returns the value of a call that must not fail.
fn ok<T>(result: Result<T, StoreError>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("the store failed: {error}"),
    }
}

/// Asserts that a call conflicted.
fn conflict<T: std::fmt::Debug>(result: &Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::Conflict)), "this should conflict: {result:?}");
}

/// Returns the number of successful calls, where each either succeeds or conflicts.
fn winners<T: std::fmt::Debug>(results: Vec<Result<T, StoreError>>) -> usize {
    let won = |result: Result<T, StoreError>| match result {
        Ok(_) => true,
        Err(StoreError::Conflict) => false,
        Err(error) => panic!("the store failed: {error}"),
    };
    results.into_iter().filter_map(|result| won(result).then_some(())).count()
}

/// Runs every case of [`store`](crate::store) as a separate test, with one module per group of ports.
#[macro_export]
macro_rules! store_suite {
    (@in $arguments:tt $($module:ident $suite:ident),*) => {
        $($crate::store_suite! { @one $arguments $module $suite })*
    };
    (@one [$($arguments:tt)*] $module:ident $suite:ident) => {
        mod $module {
            use super::*;
            $crate::$suite!($($arguments)*);
        }
    };
    ($($arguments:tt)*) => {
        $crate::store_suite! { @in [$($arguments)*]
            api_keys api_keys_suite, choices choices_suite, claims claims_suite, connections connections_suite, credential_settings credential_settings_suite, deliveries deliveries_suite, head head_suite, health health_suite, items items_suite,
            labels labels_suite, leases leases_suite, links links_suite, log log_suite, ordinals ordinals_suite, page_sessions page_sessions_suite, paths paths_suite, popups popups_suite, project_settings project_settings_suite, projects projects_suite, purges purges_suite, records records_suite, runs runs_suite, schedules schedules_suite, source_tags source_tags_suite, transfers transfers_suite, user_metadata user_metadata_suite, users users_suite, workflows workflows_suite
        }
    };
}
