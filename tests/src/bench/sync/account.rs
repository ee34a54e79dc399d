//! Account whose listing is computed on the fly, so that the fake Dropbox is not measured.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use async_trait::async_trait;
use reqwest::{Request, Response};
use serde_json::{Value, json};
use shared::{
    dropbox::{Entry, Transport, TransportError},
    model::{Formats, ItemKind, Metadata},
};
use sync_worker::plan::{DrainState, Rules, Scope, View, plan};

/// Entries per page, as Dropbox returns them.
const PAGE: usize = 2000;
/// Every entry whose number is a multiple of this is a folder; it contains those up to the next one.
const FOLDER: usize = 50;

/// Account with a given number of entries.
pub(super) struct ListedAccount {
    files: Mutex<Files>,
    calls: AtomicU64,
}

struct Files {
    /// Number of edits of each entry.
    versions: Vec<u32>,
    /// Numbers of the edited files that Dropbox reports as changes, in order.
    changes: Vec<usize>,
}

impl ListedAccount {
    pub(super) fn new(entries: u32) -> Self {
        let files = Files { versions: vec![0; entries as usize], changes: Vec::new() };
        Self { files: Mutex::new(files), calls: AtomicU64::new(0) }
    }

    /// Edits the first `count` files.
    pub(super) fn edit(&self, count: u32) {
        let files = &mut *self.files();
        let all = 0..files.versions.len();
        for place in all.filter(|place| !place.is_multiple_of(FOLDER)).take(count as usize) {
            files.versions[place] += 1;
            files.changes.push(place);
        }
    }

    /// Edits every second file without reporting a change, as a mirror finds it whose table was restored from a backup.
    /// Returns the number of edited files.
    pub(super) fn edit_every_second_unseen(&self) -> u64 {
        let mut edited = 0;
        for version in self.files().versions.iter_mut().skip(1).step_by(2) {
            *version += 1;
            edited += 1;
        }
        edited
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of requests so far.
    pub(super) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Returns the page at a cursor: `l<entry>` within the listing, `c<change>` after it.
    fn page(&self, cursor: &str) -> Value {
        let files = self.files();
        let (kind, from) = cursor.split_at(1);
        let from: usize = from.parse().unwrap_or_default();
        let all = if kind == "l" { files.versions.len() } else { files.changes.len() };
        let to = (from + PAGE).min(all);
        let number = |place: usize| if kind == "l" { place } else { files.changes[place] };
        let entries: Vec<Value> =
            (from..to).map(number).map(|number| entry(number, files.versions[number])).collect();
        json!({"entries": entries, "cursor": format!("{kind}{to}"), "has_more": to < all})
    }
}

fn path(number: usize) -> String {
    let folder = number - number % FOLDER;
    if number == folder { format!("/folder {folder}") } else { format!("/folder {folder}/file {number}.txt") }
}

/// Returns an entry as Dropbox lists it. Each of the first 256 versions has a revision of its own.
fn entry(number: usize, version: u32) -> Value {
    let path = path(number);
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let id = format!("id:{number:022}");
    if number.is_multiple_of(FOLDER) {
        return json!({".tag": "folder", "name": name, "path_lower": path, "path_display": path, "id": id});
    }
    let rev = format!("{number:013x}{version:02x}");
    let hash = format!("{number:062x}{version:02x}");
    json!({".tag": "file", "name": name, "path_lower": path, "path_display": path, "id": id, "rev": rev,
        "size": 1000, "content_hash": hash, "server_modified": "2026-01-01T00:00:00Z", "is_downloadable": true})
}

#[async_trait]
impl Transport for ListedAccount {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let argument: Value = serde_json::from_slice(body).unwrap_or_default();
        let answer = match request.url().path() {
            "/2/files/list_folder" => self.page("l0"),
            "/2/files/list_folder/continue" => self.page(argument["cursor"].as_str().unwrap_or("c0")),
            "/2/files/list_folder/get_latest_cursor" => json!({"cursor": "c0"}),
            other => return Err(TransportError(format!("{other} is no part of a benchmark"))),
        };
        let response = http::Response::new(serde_json::to_vec(&answer).unwrap_or_default());
        Ok(response.into())
    }
}

/// Plans one page of new entries. Sets `began` when planning begins, so that the setup is not measured.
pub(super) fn plan_one_page(entries: usize, began: &mut Option<Instant>) {
    let metadata = |number: usize| Metadata {
        id: format!("id:{number:022}").as_str().into(),
        kind: if number.is_multiple_of(FOLDER) { ItemKind::Folder } else { ItemKind::File },
        name: path(number).rsplit('/').next().unwrap_or_default().to_owned(),
        path_lower: path(number),
        path_display: path(number),
        rev: Some(format!("{number:015x}").as_str().into()),
        size: 1000,
        content_hash: Some(format!("{number:064x}")),
        export_as: None,
        export_by_name: false,
        symlink_target: None,
        server_modified: None,
    };
    let page = (0..entries).map(|number| Entry::Present { metadata: metadata(number), downloadable: true });
    let (page, rules): (Vec<Entry>, _) =
        (page.collect(), Rules { max_file_bytes: 50_000_000, formats: Formats::All, room: None });
    let mut drain = DrainState { scope: Scope::everything(), ..DrainState::default() };
    let view = View { items: HashMap::new(), paths: HashMap::new() };
    *began = Some(Instant::now());
    let planned = plan(0, &mut drain, view, page, &rules);
    assert_eq!(planned.changes.len(), entries, "every entry is new");
}
