//! Files and folders as Dropbox's JSON.

use serde_json::{Value, json};

use super::{
    Account,
    tree::{Node, NodeKind},
};

impl Account {
    /// Returns the listing's entry for a path.
    pub(super) fn entry(&self, path: &str) -> Value {
        let display = self.tree.display(path, self.manners.lowers_ancestors);
        match self.tree.get(path) {
            Some(node) => metadata(node, path, &display, true),
            None => {
                let name = path.rsplit('/').next().unwrap_or_default();
                json!({".tag": "deleted", "name": name, "path_lower": path, "path_display": display})
            }
        }
    }

    /// Returns all entries for a path: its own and that of its twin.
    pub(super) fn entries(&self, path: &str) -> Vec<Value> {
        let twin = self.twins.at(path).map(|twin| self.twin_entry(path, twin));
        std::iter::once(self.entry(path)).chain(twin).collect()
    }

    /// Returns the entry of a twin.
    pub(super) fn twin_entry(&self, path: &str, twin: &Node) -> Value {
        metadata(twin, path, &self.tree.display(path, self.manners.lowers_ancestors), true)
    }

    /// Returns the metadata in the header of a download.
    pub(super) fn file_header(&self, path: &str) -> String {
        let display = self.tree.display(path, self.manners.lowers_ancestors);
        self.tree.get(path).map(|node| metadata(node, path, &display, false)).unwrap_or_default().to_string()
    }
}

fn metadata(node: &Node, path: &str, display: &str, tagged: bool) -> Value {
    let mut json = json!({"name": node.name, "id": node.id, "path_lower": path, "path_display": display});
    if tagged {
        json[".tag"] = if node.is_folder() { json!("folder") } else { json!("file") };
    }
    if let NodeKind::File { rev, bytes, hash } = &node.kind {
        json["rev"] = json!(rev);
        json["size"] = json!(bytes.len());
        json["content_hash"] = json!(hash);
        json["client_modified"] = json!("2026-01-01T00:00:00Z");
        json["server_modified"] = json!("2026-01-01T00:00:00Z");
        json["is_downloadable"] = json!(true);
    }
    json
}
