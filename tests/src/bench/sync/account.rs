//! Account whose listing is computed on the fly, so that the fake Dropbox is not measured.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use async_trait::async_trait;
use reqwest::{Request, Response};
use serde_json::{Value, json};
use shared::{
    dropbox::{Entry, Transport, TransportError},
    model::{Facts, Formats, ItemKind},
};
use sync_worker::plan::{Rules, Scope, Standing, View, plan};

/// Entries per page, as Dropbox returns them.
const PAGE: u32 = 2000;
/// Every entry whose number is a multiple of this is a folder; it contains those up to the next one.
const FOLDER: u32 = 50;

/// Account with a given number of entries.
pub(super) struct ListedAccount {
    entries: u32,
    /// Numbers of the edited files, in order.
    edited: Mutex<Vec<u32>>,
    calls: AtomicU64,
}

impl ListedAccount {
    pub(super) fn new(entries: u32) -> Self {
        Self { entries, edited: Mutex::default(), calls: AtomicU64::new(0) }
    }

    /// Edits the first `files` files.
    pub(super) fn edit(&self, files: u32) {
        let numbers = (0..self.entries).filter(|number| number % FOLDER != 0).take(files as usize);
        self.edited.lock().unwrap_or_else(PoisonError::into_inner).extend(numbers);
    }

    /// Returns the number of requests so far.
    pub(super) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Returns the page at a cursor: `l<entry>` within the listing, `c<edit>` after it.
    fn page(&self, cursor: &str) -> Value {
        let edited = self.edited.lock().unwrap_or_else(PoisonError::into_inner);
        let (kind, from) = cursor.split_at(1);
        let from: u32 = from.parse().unwrap_or_default();
        let all = if kind == "l" { self.entries } else { u32::try_from(edited.len()).unwrap_or_default() };
        let to = (from + PAGE).min(all);
        let number = |place: u32| if kind == "l" { place } else { edited[place as usize] };
        let entries: Vec<Value> = (from..to).map(|place| entry(number(place), kind == "c")).collect();
        json!({"entries": entries, "cursor": format!("{kind}{to}"), "has_more": to < all})
    }
}

fn path(number: u32) -> String {
    let folder = number - number % FOLDER;
    if number == folder { format!("/folder {folder}") } else { format!("/folder {folder}/file {number}.txt") }
}

fn entry(number: u32, edited: bool) -> Value {
    let path = path(number);
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let id = format!("id:{number:022}");
    if number.is_multiple_of(FOLDER) {
        return json!({".tag": "folder", "name": name, "path_lower": path, "path_display": path, "id": id});
    }
    let rev = format!("{:015x}", number * 2 + u32::from(edited));
    let hash = format!("{:064x}", number * 2 + u32::from(edited));
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
pub(super) fn plan_one_page(entries: u32, began: &mut Option<Instant>) {
    let facts = |number: u32| Facts {
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
    let page = (0..entries).map(|number| Entry::Present { facts: facts(number), downloadable: true });
    let (page, rules): (Vec<Entry>, _) =
        (page.collect(), Rules { max_file_bytes: 50_000_000, formats: Formats::All, room: None });
    let mut standing = Standing { scope: Scope::everything(), ..Standing::default() };
    let view = View { items: HashMap::new(), paths: HashMap::new() };
    *began = Some(Instant::now());
    let planned = plan(0, &mut standing, view, page, &rules);
    assert_eq!(planned.changes.len(), entries as usize, "every entry is new");
}
