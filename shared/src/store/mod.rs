//! The store: one port per capability, so that a function gets only what it may use, and the DynamoDB
//! adapter.
//!
//! Decisions read base rows, consistently. Only [`Schedules::due`] and [`Records`] read
//! an index, and what they find is read again.

mod api_keys;
mod attempts;
mod choices;
mod claims;
mod connections;
mod credential_settings;
mod deliveries;
pub mod dynamo;
mod endpoints;
mod health;
mod labels;
mod leases;
mod links;
mod log;
mod notices;
mod ordinals;
mod page_sessions;
mod piece;
mod popups;
mod project_settings;
mod projects;
mod purges;
mod records;
mod runs;
mod source_tags;
mod transfers;
mod user_metadata;
mod users;
mod walk_rows;
mod workflows;

pub use api_keys::{ApiKeys, StoredApiKey};
pub use attempts::{Attempt, Attempts};
pub use choices::ChoiceStore;
pub use claims::{Claim, Claims};
pub use connections::{
    Accounts, Connections, Due, ListVersion, Schedules, SealedTokens, TokenStore, Upcoming, Wake,
};
pub use credential_settings::{CredentialSettingsStore, StoredSettings, change_credential_settings};
pub use deliveries::{
    Deliveries, DeliveryWork, OwedDeliveries, OwedDelivery, Rest, SenderId, StoredDelivery,
};
pub use dynamo::Dynamo;
pub use endpoints::{EndpointReader, Endpoints, StoredEndpoint};
pub use health::HealthStore;
pub use labels::Labels;
pub use leases::{
    ALL_POLLS_WITHOUT_CREDENTIALS, HeadLease, Holder, Lease, Leases, POLLS_WITH_CREDENTIALS,
    POLLS_WITHOUT_CREDENTIALS, WorkLeases,
};
pub use links::{Authorization, Link, LinkStatus, Links, OtherAccount, WindowReports};
pub use log::{
    Commit, DatedChange, DatedHistory, History, ItemPage, ItemWriter, Items, Log, LogWriter, PathEntry,
    SelectionStep,
};
pub use notices::{NoticeWriter, Notices};
pub use ordinals::{Ordinals, UserConnection};
pub use page_sessions::PageSessions;
pub use piece::{Bookmark, Piece};
pub use popups::{Popup, PopupCall, PopupOutcome, PopupTerms, Popups};
pub use project_settings::{Logos, SettingsStore};
pub use projects::{AppStore, DataKeys, Projects, SealedApp, UserKeys};
pub use purges::{PurgeWork, Purges};
pub use records::{RecordOrder, RecordPage, Records};
pub use runs::{CountedRuns, RunFilter, RunPage, RunRemoval, Runs};
pub use source_tags::{SourceTags, change_source_tags, tag_source};
pub use transfers::{Sweep, TransferSchedule, TransferWork, Transfers};
pub use user_metadata::{StoredMetadata, UserMetadata, change_user_metadata};
pub use users::{MAX_USERS_AT_ONCE, Users};
pub use walk_rows::{WalkReader, WalkRows};
pub use workflows::{Enablement, Workflows};

/// Error of the store, by what the caller can do about it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Somebody else wrote meanwhile: read again, then decide again or stop.
    #[error("somebody else wrote the same row first")]
    Conflict,
    /// The store cannot be reached or is throttling: try again later.
    #[error("store: {0}")]
    Unavailable(String),
    /// A row cannot be parsed: a bug of ours.
    #[error("a row cannot be read: {0}")]
    Corrupt(String),
}
