//! Inputs of a project's integration: what its users set for each of their accounts in Paragon's portal.

mod check;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use check::{WrongSetting, checked_settings};

/// Kind of values that an input takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// A line of text of at most 1,000 characters.
    Text,
    /// Text of several lines, of at most 2,000 characters.
    LongText,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// An e-mail address.
    Email,
    /// A web address, with http or https.
    Url,
    /// One of the input's options; if it has none, one that the application's page gives.
    Choice,
    /// A folder's Dropbox id.
    Folder,
    /// A file's Dropbox id.
    File,
}

/// An input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalInput {
    /// Its name among a connection's settings.
    pub id: String,
    /// Kind of its values.
    #[serde(rename = "type")]
    pub kind: InputKind,
    /// Its label.
    pub title: String,
    /// A sentence that explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Whether the form asks for a value.
    #[serde(default)]
    pub required: bool,
    /// The value that the form has at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The options of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<InputOption>,
}

/// An option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputOption {
    /// The value that is stored.
    pub value: String,
    /// Label for users.
    pub label: String,
}
