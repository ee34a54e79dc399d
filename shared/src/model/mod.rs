//! Values without I/O. Everything here can be made, compared and serialised in a test without a server.

mod change;
mod clock;
mod connection;
mod event;
mod head;
mod ids;
mod item;
mod message;
mod project;
mod secret;

pub use change::{Change, ChangeKind, Segment};
pub use clock::{Clock, SystemClock, Timestamp};
pub use connection::{Connection, ConnectionStatus, RootInfo, Schedule};
pub use event::{Event, EventBody, ResyncReport};
pub use head::{Gone, Head, Phase};
pub use ids::{AccountId, AppKey, ConnectionId, InvalidId, ItemId, ProjectId, Rev, UserId};
pub use item::{Content, ContentKey, Facts, Item, ItemKind, NotFetched};
pub use message::{Message, TransferJob, WalkReason};
pub use project::{Project, ProjectSettings};
pub use secret::{
    AccessToken, ApiKey, AppSecret, BrowserSecret, PkceVerifier, RefreshToken, SecretHash, StateSecret,
    TicketSecret,
};
