//! The document of a workflow: what starts it, and what it does.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::delivery::Filter;

/// A workflow, as its project writes it.
///
/// A text in `parameters`, `argument`, `url`, `headers`, `body`, `if`, `items` and `seconds` may contain
/// references, such as `{{ trigger.file.path }}`. A text that is one reference and nothing else becomes the value
/// itself, with its type; otherwise the value is written into the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its name, for people.
    pub name: String,
    /// The project's own text about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its trigger.
    pub trigger: Trigger,
    /// Settings that each user may fill in: `{{ settings.<id> }}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Setting>,
    /// Whether it runs for users who have neither enabled nor disabled it.
    #[serde(default)]
    pub enabled_by_default: bool,
    /// Its steps, in their order.
    pub steps: Vec<Step>,
}

/// Trigger of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Trigger {
    /// An event of Dropbox: a change of a file or folder, its bytes, or news of the connection.
    Event {
        /// Which events. Its `types` must name at least one.
        filter: Filter,
    },
    /// An event of the application (`POST /v2/projects/{project}/sdk/events/trigger`).
    ApplicationEvent {
        /// The event's name.
        name: String,
    },
    /// A request (`POST /projects/{project}/sdk/triggers/{workflow}`).
    Request {},
    /// A time, for each user who has the workflow enabled.
    Schedule {
        /// Minutes between two runs: 5 to 10,080, counted from Monday, 00:00 UTC.
        every_minutes: u32,
        /// Minutes after that at which it runs: below `every_minutes`. 420 with 1,440 is 07:00 UTC each day.
        #[serde(default)]
        at_minute: u32,
    },
}

/// A setting that a user fills in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Its id in references.
    pub id: String,
    /// Its title, for people.
    pub title: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: SettingKind,
    /// Whether the workflow cannot be enabled without it.
    #[serde(default)]
    pub required: bool,
    /// Its value where the user gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
}

/// Type of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    /// A text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A folder in the user's Dropbox: its path.
    Folder,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Its id, unique in the workflow: a small letter, then small letters, digits and `_`; at most 40 characters.
    pub id: String,
    /// The project's own text about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Number of attempts before it has failed: 1 to 10; 5 if absent. Only failures that may pass are tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u8>,
    /// Whether the run goes on after it has failed. `{{ steps.<id>.error }}` then says why.
    #[serde(default)]
    pub continue_on_error: bool,
    /// Kind of the step.
    #[serde(flatten)]
    pub kind: StepKind,
}

/// Kind of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum StepKind {
    /// Does a workflow action, such as `DROPBOX_SAVE_FILE`, in the user's Dropbox. Its output is the answer.
    Action {
        /// The action's name.
        action: String,
        /// Its parameters.
        #[serde(default)]
        parameters: Map<String, Value>,
    },
    /// Calls a route of Dropbox's API that takes and answers JSON. Its output is the answer.
    Dropbox {
        /// The route, such as `files/get_metadata`.
        route: String,
        /// Its argument; null for none.
        #[serde(default)]
        argument: Value,
    },
    /// Sends a request to an address in the public internet. Its output has `status`, `headers` and `body`.
    Http {
        /// The method.
        #[serde(default)]
        method: HttpMethod,
        /// The address: https.
        url: String,
        /// Headers.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, String>,
        /// The body, as JSON; absent for none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
    },
    /// Goes one of two ways. Its output has `result`.
    Condition {
        /// One reference. False, null, 0, an empty text, list or object, and nothing at all count as false.
        #[serde(rename = "if")]
        condition: String,
        /// Steps if it holds.
        #[serde(default)]
        then: Vec<Step>,
        /// Steps if not.
        #[serde(default, rename = "else", skip_serializing_if = "Vec::is_empty")]
        otherwise: Vec<Step>,
    },
    /// Does steps for each item of a list, one item after another. Its output has `count`.
    ForEach {
        /// One reference to a list of at most 1,000 items.
        items: String,
        /// Name of the item in references of its steps; `item` if absent.
        #[serde(default = "item", rename = "as")]
        name: String,
        /// Steps for each item.
        steps: Vec<Step>,
    },
    /// Waits.
    Delay {
        /// Seconds: a number or one reference; 1 second to 30 days.
        seconds: Value,
    },
    /// Answers the request that started the run. The run goes on. Without such a request it only records the
    /// answer.
    Response {
        /// The status: 200 to 599; 200 if absent.
        #[serde(default = "ok")]
        status: u16,
        /// The body, as JSON.
        #[serde(default)]
        body: Value,
    },
}

/// Method of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "they are HTTP's")]
pub enum HttpMethod {
    Get,
    #[default]
    Post,
    Put,
    Patch,
    Delete,
}

fn item() -> String {
    "item".to_owned()
}

fn ok() -> u16 {
    200
}
