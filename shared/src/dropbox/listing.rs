//! `files/list_folder`, and `files/get_metadata` for one of the listed items.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::{
    Dropbox, DropboxError, Entry, Session,
    client::unreadable,
    entry::{self, Unreadable},
};
use crate::model::ItemId;

/// Maximum number of entries in a page: Dropbox returns no more, and treats the number as approximate.
pub const PAGE_LIMIT: u32 = 2000;

/// A page of a listing. It may be empty although more pages follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The entries, to be processed strictly in order.
    pub entries: Vec<Entry>,
    /// Cursor of the next page; always newer than the one before.
    pub cursor: String,
    /// Whether the next page is available now. Nothing else says so.
    pub has_more: bool,
}

#[derive(Deserialize)]
struct PageAnswer<'a> {
    /// Each entry is parsed by itself.
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
    cursor: String,
    has_more: bool,
}

#[derive(Deserialize)]
struct SearchAnswer<'a> {
    /// Each match is parsed by itself.
    #[serde(borrow)]
    matches: Vec<&'a RawValue>,
    has_more: bool,
}

#[derive(Deserialize)]
struct MatchAnswer<'a> {
    #[serde(borrow)]
    metadata: MatchMetadata<'a>,
}

#[derive(Deserialize)]
struct MatchMetadata<'a> {
    /// Absent for a match that is not a file or folder.
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
}

/// Returns the entry of a match; `None` if it cannot be parsed.
fn entry_of(found: &RawValue) -> Option<Entry> {
    let answer: MatchAnswer<'_> = serde_json::from_str(found.get()).ok()?;
    entry::read(answer.metadata.metadata?)
}

#[derive(Deserialize)]
struct CursorAnswer {
    cursor: String,
}

impl From<PageAnswer<'_>> for Page {
    fn from(answer: PageAnswer<'_>) -> Self {
        let entries = answer.entries.into_iter().filter_map(entry::read).collect();
        Self { entries, cursor: answer.cursor, has_more: answer.has_more }
    }
}

/// Replacement for bytes that are not UTF-8: two lone surrogates, so that one is left if a backslash precedes
/// them.
const NO_UNICODE: &str = r"\ud800\ud800";

/// Returns an answer as text. Bytes that are not UTF-8 become escapes that are not Unicode either, so that
/// the entry that contains them cannot be parsed, and its neighbours can.
fn text(body: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(body) {
        return Cow::Borrowed(text);
    }
    let chunks = body
        .utf8_chunks()
        .flat_map(|chunk| [chunk.valid(), if chunk.invalid().is_empty() { "" } else { NO_UNICODE }]);
    Cow::Owned(chunks.collect())
}

impl Dropbox {
    /// Returns the first page of everything in a folder, recursively: of the root if `folder` is empty, or of
    /// a folder by its id. This page and those that follow have at most about `limit` entries.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn list(&self, session: &Session, folder: &str, limit: u32) -> Result<Page, DropboxError> {
        self.page(session, "/2/files/list_folder", &everything(folder, limit)).await.map_err(without_cursor)
    }

    /// Returns the first page of a folder's direct children; otherwise like [`Self::list`].
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn list_children(
        &self,
        session: &Session,
        folder: &str,
        limit: u32,
    ) -> Result<Page, DropboxError> {
        let argument = json!({"path": folder, "limit": limit});
        self.page(session, "/2/files/list_folder", &argument).await.map_err(without_cursor)
    }

    async fn page(
        &self,
        session: &Session,
        route: &str,
        argument: &serde_json::Value,
    ) -> Result<Page, DropboxError> {
        let body = self.rpc_body(session, route, argument).await?;
        let text = text(&body);
        let answer: PageAnswer<'_> = serde_json::from_str(&text).map_err(unreadable)?;
        Ok(answer.into())
    }

    /// Returns the page at a cursor.
    ///
    /// # Errors
    /// See [`DropboxError`]; [`DropboxError::CursorReset`] also if the listed folder itself is gone.
    pub async fn list_continue(&self, session: &Session, cursor: &str) -> Result<Page, DropboxError> {
        // Dropbox would refuse any other field.
        let argument = json!({"cursor": cursor});
        match self.page(session, "/2/files/list_folder/continue", &argument).await {
            Err(DropboxError::NotFound(summary)) => Err(DropboxError::CursorReset(summary)),
            page => page,
        }
    }

    /// Returns a cursor behind everything in the account, whose pages have at most about `limit` entries.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn latest_cursor(&self, session: &Session, limit: u32) -> Result<String, DropboxError> {
        let answer: CursorAnswer =
            self.rpc(session, "/2/files/list_folder/get_latest_cursor", &everything("", limit)).await?;
        Ok(answer.cursor)
    }

    /// Returns files and folders whose names match a text, the best matches first: at most `limit`, and whether
    /// there are more.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn search(
        &self,
        session: &Session,
        text: &str,
        limit: u32,
    ) -> Result<(Vec<Entry>, bool), DropboxError> {
        let options = json!({"filename_only": true, "max_results": limit});
        let argument = json!({"query": text, "options": options});
        let body = self.rpc_body(session, "/2/files/search_v2", &argument).await.map_err(without_cursor)?;
        let text = self::text(&body);
        let answer: SearchAnswer<'_> = serde_json::from_str(&text).map_err(unreadable)?;
        Ok((answer.matches.into_iter().filter_map(entry_of).collect(), answer.has_more))
    }

    /// Returns the current state of a file or folder at a path; otherwise like [`Self::metadata`].
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn metadata_at(&self, session: &Session, path: &str) -> Result<Option<Entry>, DropboxError> {
        self.metadata(session, &ItemId::from(path)).await
    }

    /// Returns the current state of a file or folder, by its id; `None` if it does not exist, or is out of
    /// reach. An answer that cannot be parsed becomes an unreadable entry with this id.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn metadata(&self, session: &Session, id: &ItemId) -> Result<Option<Entry>, DropboxError> {
        let argument = json!({"path": id.as_str()});
        match self.rpc_body(session, "/2/files/get_metadata", &argument).await {
            Ok(body) => metadata(id, &body),
            Err(DropboxError::NotFound(_)) => Ok(None),
            Err(error) => Err(without_cursor(error)),
        }
    }
}

/// Converts the error of a request without a cursor: a text that mentions one quotes an id.
fn without_cursor(error: DropboxError) -> DropboxError {
    match error {
        DropboxError::CursorReset(text) if text != "reset" => DropboxError::Refused(400, text),
        error => error,
    }
}

fn metadata(id: &ItemId, body: &[u8]) -> Result<Option<Entry>, DropboxError> {
    let text = text(body);
    let raw: &RawValue = serde_json::from_str(&text).map_err(unreadable)?;
    Ok(match entry::read(raw) {
        Some(Entry::Unreadable(entry)) => {
            Some(Entry::Unreadable(Unreadable { id: Some(id.clone()), ..entry }))
        }
        Some(Entry::Deleted(_)) | None => None,
        entry => entry,
    })
}

fn everything(folder: &str, limit: u32) -> serde_json::Value {
    json!({"path": folder, "recursive": true, "limit": limit})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ItemKind;

    fn page(body: &[u8]) -> Result<Page, DropboxError> {
        let text = text(body);
        Ok(serde_json::from_str::<PageAnswer<'_>>(&text).map_err(unreadable)?.into())
    }

    fn page_of(entries: &[&[u8]]) -> Vec<u8> {
        [
            br#"{"cursor": "c", "new": [1], "entries": ["#,
            entries.join(&b", "[..]).as_slice(),
            br#"], "has_more": true}"#,
        ]
        .concat()
    }

    const GOOD: &[u8] = br#"{".tag": "folder", "name": "B", "path_lower": "/b", "path_display": "/B", "id": "id:b", "x": []}"#;

    #[test]
    fn unknown_fields_are_read_over_and_what_is_mounted_nowhere_is_left_out() {
        let gone = br#"{".tag": "deleted", "name": "c", "path_lower": "/c", "path_display": "/c"}"#;
        let unmounted = br#"{".tag": "file", "name": "u", "id": "id:u", "rev": "015", "size": 1}"#;
        let page = page(&page_of(&[GOOD, gone, unmounted])).unwrap();
        assert_eq!((page.cursor.as_str(), page.has_more, page.entries.len()), ("c", true, 2));
        assert!(
            matches!(&page.entries[0], Entry::Present { metadata, .. } if metadata.kind == ItemKind::Folder)
        );
        assert_eq!(page.entries[1], Entry::Deleted("/c".into()));
    }

    /// T5: also if its text is not Unicode.
    #[test]
    fn an_entry_that_cannot_be_read_spoils_nothing_beside_it() {
        let nested = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        let strange: [&[u8]; 14] = [
            b"null",
            b"7",
            b"-1e999",
            b"[]",
            b"[[{}]]",
            br#""text""#,
            b"{}",
            br#"{".tag": "hologram", "name": "a", "path_lower": "/a", "id": "id:a"}"#,
            br#"{".tag": "folder", "name": "\ud83d", "path_lower": "/a", "id": "id:a"}"#,
            br#"{".tag": "folder", "name": "\udc00\ud83d", "path_lower": "/a", "id": "id:a"}"#,
            b"{\".tag\": \"folder\", \"name\": \"\xff\", \"path_lower\": \"/a\", \"id\": \"id:a\"}",
            b"{\".tag\": \"folder\", \"name\": \"\\\xff\", \"path_lower\": \"/a\", \"id\": \"id:a\"}",
            b"{\".tag\": \"folder\", \"\xc3\x28\": 1, \"name\": \"a\", \"path_lower\": \"/a\", \"id\": \"id:a\"}",
            &nested,
        ];
        for entry in strange {
            let shown = String::from_utf8_lossy(&entry[..entry.len().min(100)]).into_owned();
            let page = page(&page_of(&[GOOD, entry, GOOD])).expect(&shown);
            let unreadable: Vec<bool> = page.entries.iter().map(Entry::is_unreadable).collect();
            assert_eq!((unreadable, page.cursor.as_str()), (vec![false, true, false], "c"), "{shown}");
        }
    }

    #[test]
    fn a_page_whose_own_fields_cannot_be_read_is_an_error() {
        let broken: [&[u8]; 7] = [
            b"",
            b"<html></html>",
            br#"{"entries": [], "has_more": false}"#,
            br#"{"entries": {}, "cursor": "c", "has_more": false}"#,
            br#"{"entries": [], "cursor": "\ud800", "has_more": false}"#,
            br#"{"entries": [], "cursor": "c", "has_more": "no"}"#,
            br#"{"entries": [{".tag": "file"}, {".tag": "fi"#,
        ];
        for body in broken {
            assert!(matches!(page(body), Err(DropboxError::Unreadable(_))));
        }
    }

    #[test]
    fn metadata_that_cannot_be_read_is_of_the_id_that_was_asked_for() {
        let id = ItemId::from("id:asked");
        for body in [&b"null"[..], b"[]", b"{}", b"{\"id\": \"\xff\"}", br#"{".tag": "file", "id": 7}"#] {
            let read = metadata(&id, body).unwrap();
            assert!(matches!(read, Some(Entry::Unreadable(entry)) if entry.id == Some(id.clone())));
        }
        assert!(matches!(metadata(&id, GOOD), Ok(Some(Entry::Present { .. }))));
        assert_eq!(metadata(&id, br#"{".tag": "deleted", "name": "a", "path_lower": "/a"}"#), Ok(None));
        assert!(metadata(&id, b"<html>").is_err());
    }
}
