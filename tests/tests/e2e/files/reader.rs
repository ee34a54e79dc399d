//! Reader that knows only the files and the changes.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use serde_json::Value;
use shared::model::ConnectionId;
use tests::{App, Tree};

/// Items that the reader knows, by id.
#[derive(Default)]
pub(super) struct Reader(BTreeMap<String, Value>);

impl Reader {
    /// Reads one page of the files. Returns its number, and the cursor of the next page.
    pub(super) async fn read_page(
        &mut self,
        app: &App,
        connection: ConnectionId,
        cursor: Option<&str>,
    ) -> (u64, Option<String>) {
        let query = cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
        let page = app.get(&format!("connections/{connection}/files{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        for file in page.body["files"].as_array().unwrap() {
            self.0.insert(file["id"].as_str().unwrap().to_owned(), file.clone());
        }
        (page.body["number"].as_u64().unwrap(), page.body["cursor"].as_str().map(str::to_owned))
    }

    /// Reads all pages. Returns the number that they name.
    pub(super) async fn read_all(&mut self, app: &App, connection: ConnectionId) -> u64 {
        let (number, mut cursor) = self.read_page(app, connection, None).await;
        while let Some(at) = cursor {
            let page = self.read_page(app, connection, Some(&at)).await;
            assert_eq!(page.0, number);
            cursor = page.1;
        }
        number
    }

    /// Replays the changes after a number, a few at a time.
    pub(super) async fn replay(&mut self, app: &App, connection: ConnectionId, mut after: u64) {
        loop {
            let page = app.get(&format!("connections/{connection}/changes?after={after}&limit=3")).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            for change in page.body["changes"].as_array().unwrap() {
                after += 1;
                assert_eq!(change["number"], after);
                self.take(change);
            }
            assert_eq!(page.body["next"], after);
            if page.body["head"] == after {
                return;
            }
        }
    }

    fn take(&mut self, change: &Value) {
        let id = change["item"]["id"].as_str().unwrap().to_owned();
        if change["kind"] == "deleted" {
            self.0.remove(&id);
        } else {
            self.0.insert(id, change["item"].clone());
        }
    }

    /// Returns the number of known items.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the account's tree according to the known items.
    pub(super) fn tree(&self) -> Tree {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let entry = |item: &Value| (text(&item["path_lower"]).unwrap(), text(&item["content_hash"]));
        self.0.values().map(entry).collect()
    }
}
