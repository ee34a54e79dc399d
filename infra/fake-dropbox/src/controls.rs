//! Controls for tests: actions of accounts' owners, and faults.

use std::sync::Arc;

use anyhow::ensure;

use crate::{FakeDropbox, Faults, Listings, Pages, WebhookFaults, oauth::grants, service::blocking, sharing};

impl FakeDropbox {
    /// Returns the faults of the calls for an account.
    ///
    /// # Panics
    ///
    /// If no account has this email address, because a fault that never happens would go unnoticed.
    #[must_use]
    pub fn faults(&self, email: &str) -> Arc<Faults> {
        let account = self.service.account_by_email(email).expect("faults are for an account that there is");
        Arc::clone(&account.faults)
    }

    /// Returns the adversity of an account's listings.
    ///
    /// # Panics
    ///
    /// If no account has this email address.
    #[must_use]
    pub fn pages(&self, email: &str) -> Arc<Pages> {
        let account = self.service.account_by_email(email).expect("pages are of an account that there is");
        Arc::clone(&account.pages)
    }

    /// Returns the defects of an account's listings.
    ///
    /// # Panics
    ///
    /// If no account has this email address.
    #[must_use]
    pub fn listings(&self, email: &str) -> Arc<Listings> {
        let account = self.service.account_by_email(email).expect("listings are of an account that there is");
        Arc::clone(&account.listings)
    }

    /// Returns the faults of the notifications about an account.
    ///
    /// # Panics
    ///
    /// If no account has this email address.
    #[must_use]
    pub fn webhooks(&self, email: &str) -> Arc<WebhookFaults> {
        let account = self.service.account_by_email(email).expect("faults are for an account that there is");
        Arc::clone(&account.webhook_faults)
    }

    /// Revokes all grants of an account to an app, as when its owner removes the app.
    pub fn revoke_access(&self, email: &str, app_key: &str) -> anyhow::Result<()> {
        let account = self.service.account_by_email(email)?.profile.namespace;
        let was_granted = self.service.db.transact(|db| grants::revoke_app(db, app_key, account))?;
        ensure!(was_granted, "{email} has granted nothing to {app_key}");
        Ok(())
    }

    /// Moves an account's root to another namespace, as when its owner joins, leaves or changes a team.
    pub fn change_root(&self, email: &str) -> anyhow::Result<()> {
        Ok(self.service.account_by_email(email)?.change_root()?)
    }

    /// Makes the owner of an account a member of a team: the contents of the account are moved into the
    /// folder `member_folder` of the team's space, on disk as well. Ids and the namespace of the home stay
    /// the same.
    pub async fn join_team(&self, email: &str, member_folder: &str) -> anyhow::Result<()> {
        let (account, folder) = (Arc::clone(self.service.account_by_email(email)?), member_folder.to_owned());
        blocking(move || account.join_team(&folder)).await
    }

    /// Ends the membership: the account's root is its home again, and the rest of the team's space is not
    /// visible. On disk everything stays where it is.
    pub async fn leave_team(&self, email: &str) -> anyhow::Result<()> {
        let account = Arc::clone(self.service.account_by_email(email)?);
        blocking(move || account.leave_team()).await
    }

    /// Shares the folder `path` of one account with another, which displays it at `at`. Returns the id of the
    /// shared folder.
    ///
    /// The other account's directory gets an empty directory; files are only in the owner's.
    pub async fn mount(&self, owner: &str, path: &str, member: &str, at: &str) -> anyhow::Result<String> {
        let owner = Arc::clone(self.service.account_by_email(owner)?);
        let member = Arc::clone(self.service.account_by_email(member)?);
        let (path, at) = (path.to_owned(), at.to_owned());
        blocking(move || sharing::mount(&owner, &path, &member, &at)).await
    }

    /// Makes an account leave the shared folder that it displays at `at`; the owner's files stay.
    pub async fn unmount(&self, member: &str, at: &str) -> anyhow::Result<()> {
        let (member, at) = (Arc::clone(self.service.account_by_email(member)?), at.to_owned());
        blocking(move || sharing::unmount(&member, &at)).await
    }
}
