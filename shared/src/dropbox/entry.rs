//! Entries of listings, and answers of `files/get_metadata`. Each is parsed by itself, so that a fault in one
//! does not affect its neighbours.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::model::{ItemId, ItemKind, Metadata, Rev};

/// Longest component of a path, in bytes. Dropbox allows 255 characters, and a key of the table has room for
/// this.
const LONGEST_COMPONENT: usize = 1024;
/// Longest path, in bytes. Both paths of a change must fit into a row of the log.
const LONGEST_PATH: usize = 16 * 1024;
/// Longest id, revision, hash or format, in bytes.
const LONGEST_WORD: usize = 256;
/// Largest file, in bytes: more than Dropbox accepts, and as much as a JSON number represents exactly.
const LARGEST_FILE: u64 = (1 << 53) - 1;

/// An entry of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "nearly all entries are of the largest variant")]
pub enum Entry {
    /// A file or folder as it is now.
    Present {
        /// Its metadata.
        metadata: Metadata,
        /// Whether it has bytes to download.
        downloadable: bool,
    },
    /// Nothing exists any more at this lower-cased path or below it.
    Deleted(String),
    /// An entry that cannot be parsed: a file or folder may exist, of which nothing is known.
    Unreadable(Unreadable),
}

/// The readable parts of an entry that cannot be parsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unreadable {
    /// The id of the file or folder.
    pub id: Option<ItemId>,
    /// Its kind.
    pub kind: Option<ItemKind>,
}

impl Entry {
    /// Returns the metadata of an existing file or folder.
    #[must_use]
    pub fn metadata(&self) -> Option<&Metadata> {
        match self {
            Self::Present { metadata, .. } => Some(metadata),
            Self::Deleted(_) | Self::Unreadable(_) => None,
        }
    }

    /// Returns whether the entry cannot be parsed.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable(_))
    }

    /// Returns whether the entry is an existing folder, or may be one because its kind cannot be read.
    #[must_use]
    pub fn may_be_folder(&self) -> bool {
        match self {
            Self::Present { metadata, .. } => metadata.kind == ItemKind::Folder,
            Self::Unreadable(entry) => entry.kind != Some(ItemKind::File),
            Self::Deleted(_) => false,
        }
    }
}

/// Parses an entry; `None` for a file or folder that is not mounted, and so has no path.
pub(super) fn read(raw: &RawValue) -> Option<Entry> {
    // Serde would read a list as the fields in their order.
    let answer: Option<EntryAnswer> =
        raw.get().starts_with('{').then(|| serde_json::from_str(raw.get()).ok()).flatten();
    match answer {
        Some(answer) if answer.is_unmounted() => None,
        answer => {
            let entry = answer.and_then(EntryAnswer::entry).filter(fits);
            Some(entry.unwrap_or_else(|| Entry::Unreadable(Unreadable::of(raw))))
        }
    }
}

#[derive(Deserialize)]
struct EntryAnswer {
    #[serde(rename = ".tag")]
    tag: String,
    name: String,
    path_lower: Option<String>,
    path_display: Option<String>,
    id: Option<ItemId>,
    rev: Option<Rev>,
    size: Option<u64>,
    content_hash: Option<String>,
    server_modified: Option<String>,
    is_downloadable: Option<bool>,
    export_info: Option<ExportInfo>,
    symlink_info: Option<SymlinkInfo>,
}

#[derive(Deserialize)]
struct ExportInfo {
    export_as: Option<String>,
    export_options: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct SymlinkInfo {
    target: String,
}

impl ExportInfo {
    /// Returns the format that Dropbox would choose, or else the first that it offers, and whether it can be
    /// requested by its name: `export_format` must be one of the options, and without it Dropbox chooses
    /// `export_as`.
    fn format(self) -> Option<(String, bool)> {
        let options = self.export_options.unwrap_or_default();
        match self.export_as {
            Some(format) => Some((format.clone(), options.contains(&format))),
            None => options.into_iter().next().map(|format| (format, true)),
        }
    }
}

impl EntryAnswer {
    fn is_unmounted(&self) -> bool {
        self.tag != "deleted" && self.path_lower.is_none() && self.path_display.is_none()
    }

    /// Returns the entry; `None` if its tag is unknown, or a required field is missing.
    fn entry(self) -> Option<Entry> {
        let kind = match self.tag.as_str() {
            "deleted" => return Some(Entry::Deleted(self.path_lower?)),
            tag => kind(tag)?,
        };
        let is_file = kind == ItemKind::File;
        let path_lower = self.path_lower?;
        let downloadable = self.is_downloadable.unwrap_or(true);
        let export = self.export_info.filter(|_| !downloadable).and_then(ExportInfo::format);
        let (export_as, export_by_name) =
            export.map_or((None, false), |(format, named)| (Some(format), named));
        let metadata = Metadata {
            id: self.id?,
            kind,
            name: self.name,
            path_display: self.path_display.unwrap_or_else(|| path_lower.clone()),
            path_lower,
            rev: if is_file { Some(self.rev?) } else { None },
            size: if is_file { self.size? } else { 0 },
            content_hash: self.content_hash,
            export_as,
            export_by_name,
            symlink_target: self.symlink_info.map(|link| link.target),
            server_modified: self.server_modified,
        };
        Some(Entry::Present { metadata, downloadable })
    }
}

fn kind(tag: &str) -> Option<ItemKind> {
    match tag {
        "file" => Some(ItemKind::File),
        "folder" => Some(ItemKind::Folder),
        _ => None,
    }
}

/// Returns whether an entry is of a size and form that rows, keys and messages can store.
fn fits(entry: &Entry) -> bool {
    match entry {
        Entry::Unreadable(_) => false,
        Entry::Deleted(path) => is_path(path),
        Entry::Present { metadata, .. } => {
            let words = [
                metadata.content_hash.as_ref(),
                metadata.export_as.as_ref(),
                metadata.server_modified.as_ref(),
            ];
            is_id(&metadata.id)
                && is_path(&metadata.path_lower)
                && is_component(&metadata.name)
                && is_short(&metadata.path_display)
                && metadata.symlink_target.as_deref().is_none_or(is_short)
                && metadata.rev.as_ref().is_none_or(|rev| is_word(rev.as_str()))
                && words.into_iter().flatten().all(|word| is_word(word))
                && metadata.size <= LARGEST_FILE
        }
    }
}

fn is_path(path: &str) -> bool {
    is_short(path) && path.strip_prefix('/').is_some_and(|path| path.split('/').all(is_component))
}

fn is_short(path: &str) -> bool {
    path.len() <= LONGEST_PATH
}

fn is_component(name: &str) -> bool {
    (1..=LONGEST_COMPONENT).contains(&name.len()) && !name.contains('/')
}

/// Ids, revisions and similar texts become parts of keys.
fn is_word(word: &str) -> bool {
    (1..=LONGEST_WORD).contains(&word.len()) && !word.contains(['/', '#'])
}

fn is_id(id: &ItemId) -> bool {
    is_word(id.as_str()) && id.as_str().strip_prefix("id:").is_some_and(|rest| !rest.is_empty())
}

impl Unreadable {
    fn of(raw: &RawValue) -> Self {
        let fields: Fields<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
        let id = fields.text("id").map(ItemId::from).filter(is_id);
        Self { id, kind: fields.text(".tag").as_deref().and_then(kind) }
    }
}

/// The fields of an object, unparsed. A name may occur twice.
#[derive(Default)]
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl Fields<'_> {
    /// Returns the text in a field; `None` if the field occurs twice.
    fn text(&self, name: &str) -> Option<String> {
        let mut found = self.0.iter().filter(|(field, _)| field == name);
        let (_, value) = found.next()?;
        if found.next().is_some() { None } else { serde_json::from_str(value.get()).ok() }
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests;
