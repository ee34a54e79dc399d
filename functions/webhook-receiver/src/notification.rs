//! Content of Dropbox's notifications.

use serde::{Deserialize, de::IgnoredAny};
use shared::model::AccountId;

/// Returns the accounts in which something changed, each once.
///
/// # Errors
/// If the body is not a JSON object. Unknown or missing keys are no error.
pub(crate) fn accounts(body: &[u8]) -> Result<Vec<AccountId>, serde_json::Error> {
    let notification: Notification = serde_json::from_slice(body)?;
    let mut accounts = notification.list_folder.unwrap_or_default().accounts;
    accounts.sort();
    accounts.dedup();
    Ok(accounts)
}

#[derive(Deserialize)]
struct Notification {
    list_folder: Option<ListFolder>,
    /// Makes serde accept only an object here; without it, an array of the fields would be valid, too.
    #[serde(flatten)]
    _others: IgnoredAny,
}

#[derive(Default, Deserialize)]
struct ListFolder {
    #[serde(default)]
    accounts: Vec<AccountId>,
    #[serde(flatten)]
    _others: IgnoredAny,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_accounts_are_read() {
        let body = br#"{"list_folder":{"accounts":["dbid:b","dbid:a","dbid:b"],"x":1},"delta":{"users":[1]},"new":{}}"#;
        assert_eq!(accounts(body).unwrap(), vec![AccountId::from("dbid:a"), AccountId::from("dbid:b")]);
    }

    #[test]
    fn a_notification_may_be_about_something_else() {
        assert!(accounts(br#"{"delta":{"users":[1]}}"#).unwrap().is_empty());
        assert!(accounts(br#"{"list_folder":{"teams":{"dbtid:x":["dbmid:y"]}}}"#).unwrap().is_empty());
        assert!(accounts(b"[1").is_err());
    }
    #[test]
    fn an_array_is_no_notification() {
        for body in ["[]", "[null]", r#"[{"accounts":["dbid:a"]}]"#, r#"{"list_folder":[["dbid:a"]]}"#] {
            assert!(accounts(body.as_bytes()).is_err(), "{body}");
        }
    }
}
