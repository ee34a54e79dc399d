//! Data of the page, read through the public API.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{
    Demo,
    actions::TEXT_LIMIT,
    app::App,
    call::{Logged, Reply},
    events::History,
    faults,
    fields::text,
    place::Place,
    preview::Preview,
};

/// Maximum number of pages of synced files that are read.
const PAGES: usize = 4;
/// Maximum number of entries of a folder in Dropbox that are listed.
const ENTRIES: u32 = 100;

/// Everything on the page.
pub(super) struct View {
    pub(super) place: Place,
    /// Call whose answer is reported at the top.
    pub(super) notice: Option<Logged>,
    pub(super) users: Vec<String>,
    /// The user's connections, or why they cannot be read.
    pub(super) connections: Result<Vec<Value>, String>,
    pub(super) open: Option<Open>,
    pub(super) history: History,
    pub(super) calls: Vec<Logged>,
}

/// The connection that the page is about.
pub(super) struct Open {
    pub(super) details: Value,
    /// Directory that is the account's Dropbox.
    pub(super) directory: Option<PathBuf>,
    /// Answer to a listing of the current folder in Dropbox.
    pub(super) listing: Reply,
    /// File or folder that is being changed: its path, and its text if it is a small text.
    pub(super) change: Option<(String, Option<String>)>,
    /// Synced files and folders, in the order of their paths.
    pub(super) files: Vec<Value>,
    /// Whether there are more of them than are read.
    pub(super) more_files: bool,
    pub(super) preview: Option<Preview>,
    /// Faults that are set at the fake Dropbox.
    pub(super) broken: Vec<String>,
}

impl View {
    pub(super) async fn of(demo: &Demo, mut place: Place) -> Self {
        let asking = place.clone();
        let app = App::at(demo, &asking);
        let users = app.read("List the project's users", &["users"]).await;
        let users =
            users.body["users"].as_array().into_iter().flatten().map(|one| text(one, "id").to_owned());
        let users = users.collect();
        let answer = app.read("List the user's connections", &["connections"]).await;
        let connections = match answer.trouble() {
            Some(trouble) => Err(trouble),
            None => Ok(answer.body["connections"].as_array().cloned().unwrap_or_default()),
        };
        let known = connections.as_deref().unwrap_or_default();
        let is_known = |id: &String| known.iter().any(|connection| text(connection, "id") == id);
        place.connection =
            place.connection.filter(is_known).or_else(|| Some(text(known.first()?, "id").to_owned()));
        let open = match &place.connection {
            Some(connection) => Open::of(demo, &place, connection).await,
            None => None,
        };
        let log = demo.0.caller.log();
        Self {
            notice: place.call.and_then(|number| log.entry(number)),
            users,
            connections,
            open,
            history: History::of(demo).await,
            calls: log.latest(),
            place,
        }
    }
}

impl Open {
    async fn of(demo: &Demo, place: &Place, connection: &str) -> Option<Self> {
        let app = &App::at(demo, place);
        let listing = list(app, place.folder.as_deref()).await;
        let change = match &place.change {
            Some(path) if is_file(&listing, path) => Some((path.clone(), editable(app, path).await)),
            change => change.clone().map(|path| (path, None)),
        };
        let preview = match &place.file {
            Some(file) => Preview::of(app, connection, file).await,
            None => None,
        };
        let (files, more_files) = files(app, connection).await;
        // Last, so that it includes what the calls before have met.
        let details = app.read("How is the connection?", &["connections", connection]).await;
        if !details.is_good() {
            return None;
        }
        let details = details.body;
        let email = text(&details, "email");
        let accounts = &demo.0.surroundings.accounts;
        let directory = accounts.iter().find(|account| account.email == email);
        Some(Self {
            directory: directory.map(|account| account.directory.clone()),
            listing,
            change,
            files,
            more_files,
            preview,
            broken: faults::broken(app, email).await,
            details,
        })
    }

    /// Whether something is under way or wrong, so that the page looks again by itself.
    pub(super) fn is_in_progress(&self) -> bool {
        let is =
            |pointer: &str, quiet: &Value| self.details.pointer(pointer).is_some_and(|value| value != quiet);
        let selections = self.details["selections"].as_array();
        let under_way = |selection: &Value| matches!(text(selection, "state"), "wanted" | "unwanted");
        is("/health/state", &json!("ok"))
            || is("/paused_until", &Value::Null)
            || is("/writes_paused_until", &Value::Null)
            || is("/progress/comparing_since", &Value::Null)
            || is("/progress/files/pending", &json!(0))
            || is("/log/applied", &self.details["log"]["head"])
            || selections.is_some_and(|selections| selections.iter().any(under_way))
    }

    /// Returns the state of the selection of a target, if it is selected.
    pub(super) fn selection(&self, target: &str) -> Option<&str> {
        let selections = self.details["selections"].as_array()?;
        let selection = selections.iter().find(|selection| text(selection, "target") == target)?;
        Some(text(selection, "state"))
    }
}

async fn list(app: &App<'_>, folder: Option<&str>) -> Reply {
    let argument = json!({"path": folder.unwrap_or_default(), "limit": ENTRIES});
    app.dropbox("List a folder in Dropbox", "files/list_folder", argument, true).await
}

/// Whether a listed path is a file's.
fn is_file(listing: &Reply, path: &str) -> bool {
    let entries = listing.body["entries"].as_array().into_iter().flatten();
    entries.into_iter().any(|entry| text(entry, "path_display") == path && text(entry, ".tag") == "file")
}

async fn editable(app: &App<'_>, path: &str) -> Option<String> {
    let reply = app.download(path, TEXT_LIMIT + 1).await;
    let text =
        reply.text().filter(|text| reply.is_good() && text.len() <= TEXT_LIMIT && !text.contains('\0'));
    text.map(str::to_owned)
}

/// Reads the synced files and folders. Returns whether there are more.
async fn files(app: &App<'_>, connection: &str) -> (Vec<Value>, bool) {
    let (mut files, mut cursor) = (Vec::new(), None);
    for _ in 0..PAGES {
        let page = app.files(connection, cursor.as_deref()).await;
        files.extend(page.body["files"].as_array().cloned().unwrap_or_default());
        cursor = page.body["cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    files.sort_by(|one, other| text(one, "path_lower").cmp(text(other, "path_lower")));
    (files, cursor.is_some())
}
