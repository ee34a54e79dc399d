//! Owners of accounts.

use crate::crypto;

/// Owner of an account. All ids derive from the email address, so they are the same in any database.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// `dbid:` and 35 characters.
    pub(crate) account_id: String,
    /// Older, numeric id.
    pub(crate) uid: i64,
    /// Id of the home namespace, by which the database identifies the account.
    pub(crate) namespace: i64,
    /// Display name.
    pub(crate) name: String,
    /// Email address.
    pub(crate) email: String,
}

impl Profile {
    pub(crate) fn new(name: &str, email: &str) -> Self {
        let seed = crypto::sha256(email.to_lowercase().as_bytes());
        let encoded = crypto::base64url(&seed);
        Self {
            account_id: format!("dbid:AA{}", &encoded[..33]),
            uid: crypto::ten_digits(&seed),
            namespace: crypto::ten_digits(&seed[8..]),
            name: name.to_owned(),
            email: email.to_owned(),
        }
    }

    /// Returns the id of the root's namespace after it was moved `moves` times.
    pub(crate) fn root(&self, moves: i64) -> i64 {
        let name = format!("root {moves} of {}", self.email.to_lowercase());
        crypto::ten_digits(&crypto::sha256(name.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_shape_of_dropboxs_and_do_not_change() {
        let owner = Profile::new("First", "first@example.com");
        assert_eq!(owner.account_id.len(), 40);
        assert_eq!(owner.account_id, Profile::new("Renamed", "First@Example.com").account_id);
        assert_ne!(owner.account_id, Profile::new("First", "second@example.com").account_id);
        assert_ne!(owner.uid, owner.namespace);
    }
}
