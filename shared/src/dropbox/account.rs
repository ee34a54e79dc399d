//! `users/get_current_account`.

use serde::Deserialize;

use super::{Dropbox, DropboxError, Session};
use crate::model::{AccessToken, AccountId, AccountProfile, RootInfo, Team};

/// Data of an account that we store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its namespaces.
    pub root: RootInfo,
    /// Its owner.
    pub profile: AccountProfile,
}

#[derive(Deserialize)]
struct Answer {
    account_id: AccountId,
    root_info: RootAnswer,
    email: Option<String>,
    name: Option<NameAnswer>,
    country: Option<String>,
    team: Option<TeamAnswer>,
}

#[derive(Deserialize)]
struct RootAnswer {
    root_namespace_id: String,
    home_namespace_id: String,
}

#[derive(Deserialize)]
struct NameAnswer {
    display_name: Option<String>,
}

#[derive(Deserialize)]
struct TeamAnswer {
    id: String,
    name: String,
}

impl From<Answer> for Account {
    fn from(answer: Answer) -> Self {
        let Answer { account_id, root_info, email, name, country, team } = answer;
        let RootAnswer { root_namespace_id, home_namespace_id } = root_info;
        Self {
            id: account_id,
            root: RootInfo {
                root_namespace: root_namespace_id,
                home_namespace: home_namespace_id,
                app_folder: false,
            },
            profile: AccountProfile {
                email,
                display_name: name.and_then(|name| name.display_name),
                country,
                team: team.map(|TeamAnswer { id, name }| Team { id, name }),
            },
        }
    }
}

impl Dropbox {
    /// Returns the account of a token. Dropbox does not say whether the app sees only its own folder:
    /// `app_folder` is false.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn current_account(&self, token: &AccessToken) -> Result<Account, DropboxError> {
        // Dropbox requires the body `null` for a route without argument.
        let answer: Answer = self.rpc(&Session::from(token), "/2/users/get_current_account", &()).await?;
        Ok(answer.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn account(json: serde_json::Value) -> Account {
        serde_json::from_value::<Answer>(json).unwrap().into()
    }

    #[test]
    fn a_member_of_a_team_is_read_with_the_team() {
        let account = account(json!({
            "account_id": "dbid:a", "email": "a@example.com", "country": "US", "locale": "en",
            "name": {"display_name": "Ada L", "given_name": "Ada"},
            "team": {"id": "dbtid:t", "name": "Example", "sharing_policies": {}},
            "root_info": {".tag": "team", "root_namespace_id": "7", "home_namespace_id": "1", "home_path": "/Ada"},
        }));
        assert_eq!(account.root.path_root(), Some("7"));
        assert_eq!(account.profile.display_name.as_deref(), Some("Ada L"));
        assert_eq!(account.profile.team.map(|team| team.name).as_deref(), Some("Example"));
    }

    #[test]
    fn what_is_left_out_is_not_known() {
        let root = json!({".tag": "user", "root_namespace_id": "1", "home_namespace_id": "1"});
        let bare = account(json!({"account_id": "dbid:a", "root_info": root, "country": null, "name": {}}));
        assert!(bare.profile.is_empty());
        assert_eq!(bare.root.path_root(), None);
    }
}
