//! Values without I/O. All of them can be made, compared and serialised in a test without a server.

mod accent;
mod account_profile;
mod change;
mod change_counts;
mod clock;
mod connection;
mod connection_name;
mod credential_settings;
mod event;
mod formats;
mod head;
mod health;
mod ids;
mod item;
mod logo;
mod mark;
mod message;
mod number;
mod page_session;
mod portal_input;
mod progress;
mod project;
mod project_user;
mod record;
mod secret;
mod selection;
mod settings_change;
mod tags;
mod transfer;
mod unseen;
mod user_key;
mod web_origin;

pub use accent::{Accent, NotAColour};
pub use account_profile::{AccountProfile, Team};
pub use change::{Change, ChangeKind, Removal, Segment};
pub use change_counts::ChangeCounts;
pub use clock::{Clock, SystemClock, Timestamp};
pub use connection::{
    Cancellation, Connection, ConnectionOwner, ConnectionStatus, Linked, Receipt, RootInfo, Schedule,
};
pub use connection_name::{ConnectionName, NoConnectionName};
pub use credential_settings::{CredentialConfiguration, CredentialSettings, is_external_id};
pub use event::{ApplicationEvent, Event, EventBody, FilesRequest, ResyncReport};
pub use formats::{Family, Formats};
pub use head::{Head, HeldDeletions, PathsChecked, Swept, Unlisted};
pub use health::{
    Cause, Degraded, Episode, Health, HealthEvent, HealthState, LastError, Recovered, Trouble, TroubleCode,
    Work,
};
pub use ids::{
    AccountId, AppKey, ConnectionId, EndpointId, InvalidId, ItemId, ProjectId, Rev, RunId, UserId, WorkflowId,
};
pub use item::{Content, ContentKey, Exported, Item, ItemKind, Metadata, NotFetched};
pub use logo::{Logo, LogoFormat, LogoPicture, MAX_LOGO_BYTES, MAX_LOGO_SIDE};
pub use mark::{Mark, MarkRows};
pub use message::{Lane, Message, WalkReason};
pub use number::ItemNumber;
pub use page_session::{Draft, KeptDraft, LinkPage, PageSession, Pick};
pub use portal_input::{InputKind, InputOption, PortalInput, WrongSetting, checked_settings};
pub use progress::{FileCounts, FileProgress, TransferCounts};
pub use project::{
    Brake, MOST_CONCURRENT_STEPS, MOST_CONCURRENT_TRANSFERS, Project, ProjectSettings, RESYNC_HOURS,
    UserTokenRules,
};
pub use project_user::{ProjectUser, UserChange, UserDeletion, UserSettings};
pub use record::Record;
pub(crate) use secret::random_bytes;
pub use secret::{
    AccessToken, ApiKey, AppSecret, BrowserSecret, FormSubject, PkceVerifier, RefreshToken, SecretHash,
    StateSecret, TicketSecret, UserToken, WebhookSecret,
};
pub use selection::{
    Choices, Confirmation, Exclusion, Label, ResyncChoice, Selection, SelectionRefusal, SelectionState,
    Target,
};
pub use settings_change::SettingsChange;
pub use tags::{StoredTags, Tags};
pub use transfer::{FileRevision, InFlight, Resume, Stamp, Transfer, TransferList};
pub use user_key::{KeyAlgorithm, UserKey};
pub use web_origin::{InvalidWebAddress, web_address, web_origin};
