//! The body of a request: the action's name and its parameters.

use serde_json::{Map, Value};
use shared::answer::ApiError;

use super::table::{self, Action};

/// A request for an action. Other members of the body are ignored.
pub(crate) struct ActionRequest {
    pub(crate) action: &'static Action,
    pub(crate) parameters: Value,
}

impl ActionRequest {
    /// Reads a body in which the member `named_by` names the action.
    pub(crate) fn read(body: &[u8], named_by: &str) -> Result<Self, ApiError> {
        let mut body: Map<String, Value> = serde_json::from_slice(body).map_err(|_| malformed(named_by))?;
        let name = body.get(named_by).and_then(Value::as_str).ok_or_else(|| malformed(named_by))?;
        let action = table::find(name).ok_or_else(unknown)?;
        let parameters = body.remove("parameters").unwrap_or_else(|| Map::new().into());
        Ok(Self { action, parameters })
    }
}

fn malformed(named_by: &str) -> ApiError {
    let message =
        format!("The body must be {{\"{named_by}\": the name of an action, \"parameters\": an object}}.");
    ApiError::invalid("malformed_body", message)
}

fn unknown() -> ApiError {
    let message = "There is no action of this name; GET the same address for a list of them.";
    ApiError::not_found("action_not_found", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> &'static str {
        ActionRequest::read(body.as_bytes(), "action").err().map_or("", |error| error.code)
    }

    #[test]
    fn a_body_names_an_action() {
        let asked = ActionRequest::read(br#"{"tool": "DROPBOX_LIST_FILES", "version": 2}"#, "tool").unwrap();
        assert_eq!((asked.action.name, asked.parameters), ("DROPBOX_LIST_FILES", serde_json::json!({})));
        for body in ["", "null", "[]", "{", "{}", r#"{"tool": "DROPBOX_LIST_FILES"}"#, r#"{"action": 7}"#] {
            assert_eq!(code(body), "malformed_body", "{body}");
        }
        for body in
            [r#"{"action": ""}"#, r#"{"action": "dropbox_list_files"}"#, r#"{"action": "BOX_LIST_FILES"}"#]
        {
            assert_eq!(code(body), "action_not_found", "{body}");
        }
    }
}
