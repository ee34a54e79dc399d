//! Rows that exist before each input: two projects, three connections, two pending connects.

use std::time::Duration;

use admin::user_keys::UserKeyPair;
use serde_json::json;
use shared::{
    dropbox::Grant,
    model::{
        AccessToken, AccountProfile, ApiKey, BrowserSecret, Connection, ConnectionId, ConnectionStatus,
        KeyAlgorithm, LinkPage, Project, ProjectId, ProjectSettings, RefreshToken, RootInfo, StateSecret,
        Target, TicketSecret, Timestamp, UserTokenRules,
    },
    store::{Authorization, Connections, Dynamo, Link, LinkStatus, Links, OtherAccount, Projects},
    tokens::Tokens,
};
use uuid::Uuid;

/// Current time in every run.
pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);
/// Projects, with their API keys.
pub(crate) const PROJECTS: [(ProjectId, &str); 2] =
    [(ProjectId(Uuid::from_u128(1)), "dl_one"), (ProjectId(Uuid::from_u128(2)), "dl_two")];
/// Connections. The first project has both accounts, the second project only the second one.
pub(crate) const CONNECTIONS: [KnownConnection; 3] = [
    KnownConnection { number: 11, root: "7", project: 0, user: "user", account: "dbid:one", life: 3600 },
    KnownConnection { number: 12, root: "5", project: 0, user: "ended", account: "dbid:two", life: 0 },
    KnownConnection { number: 13, root: "5", project: 1, user: "user", account: "dbid:two", life: 3600 },
];
/// Prefix of every token from Dropbox, and of nothing else.
pub(crate) const CANARY: &str = "canary-";
/// Access token that Dropbox issues on a refresh.
pub(crate) const NEW_TOKEN: &str = "canary-access-new";
/// State of the connect whose browser is at Dropbox.
pub(crate) const STATE: &str = "the-state";
/// Cookie of that connect's browser.
pub(crate) const BROWSER: &str = "the-browser";
/// Ticket of the connect whose link has not been opened.
pub(crate) const TICKET: &str = "the-ticket";
/// Origin to which the first project's browsers may return.
pub(crate) const ORIGIN: &str = "https://app.example.com";

/// A connection.
#[derive(Debug)]
pub(crate) struct KnownConnection {
    number: u128,
    /// Root namespace. The user's home namespace is `5`.
    root: &'static str,
    /// Index of its project.
    pub(crate) project: usize,
    pub(crate) user: &'static str,
    pub(crate) account: &'static str,
    /// Life of its access token, in seconds.
    life: u64,
}

impl KnownConnection {
    pub(crate) fn id(&self) -> ConnectionId {
        ConnectionId(Uuid::from_u128(self.number))
    }

    pub(crate) fn access_token(&self) -> String {
        format!("{CANARY}access-{}", self.number)
    }

    fn grant(&self) -> Grant {
        Grant {
            access: AccessToken::new(self.access_token()),
            refresh: RefreshToken::new(format!("{CANARY}refresh-{}", self.number)),
            life: Duration::from_secs(self.life),
            account: self.account.into(),
            scopes: Vec::new(),
        }
    }

    fn connection(&self) -> Connection {
        Connection {
            id: self.id(),
            project: PROJECTS[self.project].0,
            user: self.user.parse().expect("it is a user's id"),
            app: "app".into(),
            account: self.account.into(),
            root: RootInfo {
                root_namespace: self.root.to_owned(),
                home_namespace: "5".to_owned(),
                app_folder: false,
            },
            profile: AccountProfile::default(),
            scopes: Vec::new(),
            status: ConnectionStatus::Active,
            created_at: NOW,
            reconnects: 0,
            receipt: None,
            cancellation: None,
        }
    }
}

/// Returns Dropbox's default response.
pub(crate) fn answer(path: &str) -> String {
    let root = json!({".tag": "user", "root_namespace_id": "1", "home_namespace_id": "1"});
    match path {
        crate::traffic::TOKEN_PATH => json!({
            "access_token": NEW_TOKEN, "refresh_token": "canary-refresh-new", "token_type": "bearer",
            "expires_in": 14400, "account_id": "dbid:new",
            "scope": "account_info.read files.metadata.read files.content.read files.content.write",
        }),
        "/2/users/get_current_account" => json!({"account_id": "dbid:new", "root_info": root}),
        _ => json!({}),
    }
    .to_string()
}

/// Generates a key pair for each algorithm, named after it.
pub(crate) fn key_pairs() -> Vec<UserKeyPair> {
    let algorithms =
        [("rs256", KeyAlgorithm::Rs256), ("es256", KeyAlgorithm::Es256), ("eddsa", KeyAlgorithm::EdDsa)];
    let pair = |(name, algorithm)| UserKeyPair::generate(name, algorithm).expect("key pairs can be made");
    algorithms.map(pair).into()
}

/// Stores all rows. The first project gets these key pairs.
pub(crate) async fn add_rows(store: &Dynamo, tokens: &Tokens, keys: &[UserKeyPair]) {
    for (index, (id, key)) in PROJECTS.iter().enumerate() {
        let project = Project {
            id: *id,
            name: "<b>Notes & \"Co\"".to_owned(),
            return_origins: vec![ORIGIN.to_owned()],
            user_keys: keys.iter().filter(|_| index == 0).map(|pair| pair.key.clone()).collect(),
            user_tokens: UserTokenRules::default(),
            app: None,
            settings: ProjectSettings::default(),
            created_at: NOW,
        };
        store.add_project(&project, &ApiKey::new(*key).hash()).await.expect("the store answers");
    }
    for known in &CONNECTIONS {
        let connection = known.connection();
        let sealed = tokens.seal(connection.project, connection.id, &known.grant(), 1).await;
        let sealed = sealed.expect("tokens can be sealed");
        let added = store.add_connection(&connection, &sealed, Some(Target::Everything)).await;
        added.expect("the store answers");
    }
    connect(store, 21, TICKET, None).await;
    let link = connect(store, 22, "spent", Some(format!("{ORIGIN}/done?a=b"))).await;
    let authorization =
        Authorization { link, browser: BrowserSecret::new(BROWSER).hash(), app: "app".into() };
    let (ticket, state) = (TicketSecret::new("spent").hash(), StateSecret::new(STATE).hash());
    store.authorize(&ticket, &state, &authorization).await.expect("the store answers");
}

/// Stores a connect link that a ticket opens.
async fn connect(store: &Dynamo, number: u128, ticket: &str, return_to: Option<String>) -> Link {
    let link = Link {
        id: Uuid::from_u128(number),
        project: PROJECTS[0].0,
        user: "<i>new</i>".parse().expect("it is a user's id"),
        return_to,
        connection: None,
        other_account: OtherAccount::Refuse,
        scopes: None,
        tags: Default::default(),
        page: LinkPage::Connect,
        asks_dropbox: false,
        syncs_at_once: false,
        visit: None,
        label: None,
        language: None,
        popup: None,
        browser: None,
        status: LinkStatus::Pending,
        window: Default::default(),
        valid_until: NOW.plus(Duration::from_secs(600)),
    };
    store.add_link(&link, &TicketSecret::new(ticket).hash()).await.expect("the store answers");
    link
}
