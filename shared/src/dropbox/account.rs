//! `users/get_current_account`.

use serde::Deserialize;

use super::{Dropbox, DropboxError, Session};
use crate::model::{AccessToken, AccountId, RootInfo};

/// What we keep of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Where its files are rooted.
    pub root: RootInfo,
}

#[derive(Deserialize)]
struct Answer {
    account_id: AccountId,
    root_info: RootAnswer,
}

#[derive(Deserialize)]
struct RootAnswer {
    root_namespace_id: String,
    home_namespace_id: String,
}

impl Dropbox {
    /// The account that a token opens.
    ///
    /// # Errors
    /// See [`DropboxError`].
    pub async fn current_account(&self, token: &AccessToken) -> Result<Account, DropboxError> {
        // Of a route without argument, Dropbox wants the body `null`.
        let answer: Answer = self.rpc(&Session::from(token), "/2/users/get_current_account", &()).await?;
        let root_namespace = answer.root_info.root_namespace_id;
        let home_namespace = answer.root_info.home_namespace_id;
        Ok(Account {
            id: answer.account_id,
            root: RootInfo { root_namespace, home_namespace, app_folder: false },
        })
    }
}
