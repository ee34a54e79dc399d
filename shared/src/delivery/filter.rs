//! Filters: which events an endpoint wants.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{EventType, path_pattern::PathPattern};
use crate::model::{Change, ChangeKind, ConnectionId, Event, EventBody, Formats, ItemKind, Metadata, UserId};

/// Filter of the events that an endpoint wants.
///
/// Every given condition must hold; without any, it wants all events. Conditions on files (from `folders` on) leave
/// events alone that are about no file or folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Types of events; empty for all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub types: BTreeSet<EventType>,
    /// Connections; empty for all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schemars(with = "BTreeSet<String>")]
    pub connections: BTreeSet<ConnectionId>,
    /// Users; empty for all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schemars(with = "BTreeSet<String>")]
    pub users: BTreeSet<UserId>,
    /// Paths of folders, without regard to case: files and folders in one of them, or one of them itself.
    /// Empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<String>,
    /// A pattern for the whole path, without regard to case, such as `/contracts/**/*.pdf`: `*` and `?` match
    /// within a name, `**` any number of folders, `{a,b}` either, `[ab]` one character of several. Braces at most ten
    /// times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glob: Option<String>,
    /// Formats of files. Folders are left alone.
    #[serde(default, skip_serializing_if = "is_all")]
    pub formats: Formats,
    /// Smallest size of a file, in bytes. Folders are left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_size: Option<u64>,
    /// Largest size of a file, in bytes. Folders are left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_size: Option<u64>,
    /// Files only, or folders only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ItemKind>,
}

fn is_all(formats: &Formats) -> bool {
    *formats == Formats::All
}

/// A filter that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFilter {
    /// The pattern cannot be read.
    #[error("`glob` is no pattern: {0}")]
    Glob(String),
    /// The pattern is too long.
    #[error("`glob` has more than {} bytes", Filter::LONGEST_GLOB)]
    GlobTooLong,
    /// A list is too long.
    #[error("`{0}` has more than {max} entries", max = Filter::LONGEST_LIST)]
    TooMany(&'static str),
    /// A folder's path is not one.
    #[error("`folders` has paths that begin with a slash, such as `/contracts`")]
    Folder,
    /// The sizes contradict each other.
    #[error("`min_size` is larger than `max_size`")]
    Sizes,
}

impl Filter {
    /// Maximum number of bytes of the pattern.
    pub const LONGEST_GLOB: usize = 500;
    /// Maximum number of entries of each list.
    pub const LONGEST_LIST: usize = 100;

    /// Returns whether events of this type are wanted.
    #[must_use]
    pub fn includes_type(&self, kind: EventType) -> bool {
        self.types.is_empty() || self.types.contains(&kind)
    }

    /// Returns the filter in the form in which events are compared with it.
    ///
    /// # Errors
    /// Says what is wrong with the filter.
    pub fn compiled(&self) -> Result<Matcher, InvalidFilter> {
        let lists = [
            ("connections", self.connections.len()),
            ("users", self.users.len()),
            ("folders", self.folders.len()),
        ];
        if let Some((name, _)) = lists.into_iter().find(|(_, length)| *length > Self::LONGEST_LIST) {
            return Err(InvalidFilter::TooMany(name));
        }
        if self.folders.iter().any(|folder| !folder.starts_with('/')) {
            return Err(InvalidFilter::Folder);
        }
        if self.min_size.zip(self.max_size).is_some_and(|(min, max)| min > max) {
            return Err(InvalidFilter::Sizes);
        }
        let folders = self.folders.iter().map(|folder| folder.trim_end_matches('/').to_lowercase()).collect();
        let glob = self.glob.as_deref().map(glob).transpose()?;
        Ok(Matcher { filter: self.clone(), folders, glob })
    }
}

fn glob(pattern: &str) -> Result<PathPattern, InvalidFilter> {
    if pattern.len() > Filter::LONGEST_GLOB {
        return Err(InvalidFilter::GlobTooLong);
    }
    PathPattern::read(pattern).map_err(InvalidFilter::Glob)
}

/// A filter, ready to compare events with.
#[derive(Debug, Clone)]
pub struct Matcher {
    filter: Filter,
    folders: Vec<String>,
    glob: Option<PathPattern>,
}

impl Matcher {
    /// Returns whether an event is wanted.
    #[must_use]
    pub fn wants(&self, event: &Event) -> bool {
        let filter = &self.filter;
        filter.includes_type(EventType::of(event))
            && (filter.users.is_empty()
                || event.user.as_ref().is_some_and(|user| filter.users.contains(user)))
            && (filter.connections.is_empty()
                || event.connection.is_some_and(|connection| filter.connections.contains(&connection)))
            && self.wants_file(&event.body)
    }

    fn wants_file(&self, body: &EventBody) -> bool {
        match body {
            EventBody::Change(change) => self.wants_item(&change.item, moved_from(change)),
            EventBody::Ready { metadata, .. } | EventBody::Failed { metadata, .. } => {
                // Without metadata nobody knows whether it is wanted: nothing is left out.
                metadata.as_ref().is_none_or(|metadata| self.wants_item(metadata, None))
            }
            _ => true,
        }
    }

    /// A file or folder that moved is wanted if one of its two places is.
    fn wants_item(&self, item: &Metadata, from: Option<&str>) -> bool {
        let filter = &self.filter;
        let is_file = item.kind == ItemKind::File;
        let places = std::iter::once(item.path_lower.as_str()).chain(from);
        filter.kind.is_none_or(|kind| kind == item.kind)
            && (!is_file || filter.formats.want(&item.name))
            && (!is_file || filter.min_size.is_none_or(|min| item.size >= min))
            && (!is_file || filter.max_size.is_none_or(|max| item.size <= max))
            && places.into_iter().any(|path| self.wants_path(path))
    }

    fn wants_path(&self, path: &str) -> bool {
        let is_in = |folder: &String| {
            path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        (self.folders.is_empty() || self.folders.iter().any(is_in))
            && self.glob.as_ref().is_none_or(|glob| glob.matches(path))
    }
}

fn moved_from(change: &Change) -> Option<&str> {
    match &change.kind {
        ChangeKind::Moved { from, .. } => Some(from),
        _ => None,
    }
}
