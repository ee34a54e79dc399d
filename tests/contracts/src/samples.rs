//! Sample values, different in each case because cases may share a store.

use std::time::Duration;

use shared::{
    delivery::{Destination, Endpoint, Filter, Format, Order, Purpose},
    model::{
        AccountId, AccountProfile, AppKey, Brake, Connection, ConnectionId, ConnectionStatus, EndpointId,
        Event, EventBody, Family, Formats, Head, ItemId, ItemKind, KeyAlgorithm, LinkPage, Metadata, Project,
        ProjectId, ProjectSettings, Rev, RootInfo, Timestamp, UserId, UserKey, UserTokenRules,
    },
    seal::Sealed,
    store::{HeadLease, Link, LinkStatus, OtherAccount, SealedTokens, StoreError, WindowReports, WorkLeases},
};
use uuid::Uuid;

/// Time at which every case takes place.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp(1_763_700_000_123)
}

/// Creates a project.
#[must_use]
pub fn project() -> Project {
    Project {
        id: ProjectId::random(),
        name: "Ünïcode ☃".to_owned(),
        return_origins: vec!["https://app.example.com".to_owned(), "http://localhost:3000".to_owned()],
        user_keys: vec![UserKey {
            id: "2026".to_owned(),
            algorithm: KeyAlgorithm::Es256,
            public_key: "-----BEGIN PUBLIC KEY-----".to_owned(),
        }],
        user_tokens: UserTokenRules::default(),
        app: None,
        settings: ProjectSettings {
            max_file_bytes: u64::MAX,
            formats: Formats::Only { families: vec![Family::Text], endings: vec!["dat".to_owned()] },
            select_everything: false,
            brake: Brake { percent: 20, items: 10 },
            resync_seconds: 3_600,
            accent: None,
            logo: None,
            inputs: Vec::new(),
            concurrent_steps: 7,
            concurrent_transfers: 9,
        },
        created_at: now(),
    }
}

/// Creates a user with this id.
///
/// # Panics
/// If the id is not valid.
#[must_use]
pub fn user(name: &str) -> UserId {
    name.parse().expect("a user can have this name")
}

/// Creates an account's id.
#[must_use]
pub fn account() -> AccountId {
    AccountId::from(format!("dbid:{}", Uuid::new_v4().simple()))
}

/// Creates a connection with a user, project and account of its own.
#[must_use]
pub fn connection() -> Connection {
    Connection {
        id: ConnectionId::random(),
        project: ProjectId::random(),
        user: user("user@example.com"),
        app: AppKey::from("appkey0123456789"),
        account: account(),
        root: RootInfo {
            root_namespace: "3235641".to_owned(),
            home_namespace: "7".to_owned(),
            app_folder: false,
        },
        profile: AccountProfile {
            email: Some("user@example.com".to_owned()),
            display_name: Some("Sample User".to_owned()),
            ..AccountProfile::default()
        },
        scopes: vec!["files.metadata.read".to_owned(), "files.content.read".to_owned()],
        status: ConnectionStatus::Active,
        created_at: now(),
        reconnects: 0,
        receipt: None,
        cancellation: None,
    }
}

/// Creates tokens with this version.
#[must_use]
pub fn tokens(version: u64) -> SealedTokens {
    let sealed = |name: &str| Sealed { version: 3, data: format!("{name} token {version}") };
    let expires_at_ms = now().plus(Duration::from_secs(4 * 60 * 60));
    SealedTokens { access: sealed("access"), refresh: sealed("refresh"), expires_at_ms, version }
}

/// Creates a pending connect link.
#[must_use]
pub fn link() -> Link {
    Link {
        id: Uuid::new_v4(),
        project: ProjectId::random(),
        user: user("user@example.com"),
        return_to: Some("https://app.example.com/done?x=1".to_owned()),
        connection: Some(ConnectionId::random()),
        other_account: OtherAccount::Add,
        scopes: None,
        tags: Default::default(),
        page: LinkPage::Choose,
        asks_dropbox: true,
        syncs_at_once: true,
        visit: Some(Uuid::new_v4()),
        label: None,
        language: Some("de".to_owned()),
        popup: None,
        browser: None,
        status: LinkStatus::Pending,
        window: WindowReports::default(),
        valid_until: now().plus(Duration::from_secs(600)),
    }
}

/// Creates the metadata of a folder at a path.
#[must_use]
pub fn folder(id: &str, path: &str) -> Metadata {
    Metadata {
        id: ItemId::from(format!("id:{id}")),
        kind: ItemKind::Folder,
        name: path.rsplit('/').next().unwrap_or_default().to_owned(),
        path_lower: path.to_lowercase(),
        path_display: path.to_owned(),
        rev: None,
        size: 0,
        content_hash: None,
        export_as: None,
        export_by_name: false,
        symlink_target: None,
        server_modified: None,
    }
}

/// Creates the metadata of a file at a path, in one of its revisions.
#[must_use]
pub fn file(id: &str, path: &str, rev: &str) -> Metadata {
    Metadata {
        kind: ItemKind::File,
        rev: Some(Rev::from(rev)),
        size: 1 << 40,
        content_hash: Some(format!("hash of {rev}")),
        server_modified: Some("2026-01-31T12:00:00Z".to_owned()),
        ..folder(id, path)
    }
}

/// Creates an endpoint that wants all events of its project since their beginning, each in an unsigned request of its
/// own.
#[must_use]
pub fn endpoint(project: ProjectId, url: &str) -> Endpoint {
    Endpoint {
        id: EndpointId::random(),
        project,
        version: 1,
        purpose: Purpose::Events,
        destination: Destination::Address,
        url: url.to_owned(),
        description: None,
        filter: Filter::default(),
        format: Format::default(),
        signatures: Vec::new(),
        order: Order::default(),
        batch: 1,
        paused: false,
        created_at: Timestamp(0),
        starts_at: Timestamp(0),
        keys: Vec::new(),
        headers: None,
    }
}

/// Creates an event of a connection: the bytes of file `number` are ready.
#[must_use]
pub fn event(connection: ConnectionId, number: u64) -> Event {
    Event {
        id: format!("{connection}:id:{number}:015f:ready"),
        project: ProjectId::random(),
        user: Some(user("user@example.com")),
        connection: Some(connection),
        body: EventBody::Ready {
            item: ItemId::from(format!("id:{number}")),
            rev: Rev::from("015f"),
            key: format!("key/ünïcode ☃/{number}"),
            size: 1 << 40,
            content_hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned(),
            exported_as: None,
            metadata: None,
            created: None,
        },
    }
}

/// Returns numbers that change when they are written as JSON and parsed again.
///
/// # Panics
/// Panics if there is no such number.
#[must_use]
pub fn restless_numbers() -> Vec<serde_json::Value> {
    let any = (1..10_000_u64).map(|number| f64::from_bits(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    let any = any.filter_map(serde_json::Number::from_f64).map(serde_json::Value::Number);
    let is_restless = |number: &serde_json::Value| {
        serde_json::from_str::<serde_json::Value>(&number.to_string()).is_ok_and(|read| read != *number)
    };
    let found: Vec<_> = any.filter(is_restless).take(3).collect();
    assert!(!found.is_empty(), "serde_json parses numbers exactly");
    found
}

/// Takes HEAD from whoever has it, and makes the first one if there is none. Others can take it at any time.
///
/// # Errors
/// [`StoreError::Conflict`] if the connection is disconnected. Fails if the store cannot be reached.
pub async fn taken_head(store: &impl WorkLeases, connection: ConnectionId) -> Result<Head, StoreError> {
    let (long_after, at_once) = (Timestamp::NEVER, Timestamp(0));
    for _ in 0..2 {
        if let HeadLease::Taken(head) = store.take_head(connection, long_after, at_once).await? {
            return Ok(*head);
        }
        match store.first_head(connection, at_once).await {
            // Somebody else has made it, unless the log is closed.
            Err(StoreError::Conflict) => {}
            made => return made,
        }
    }
    Err(StoreError::Conflict)
}
