//! A sealed value and the key that opens it.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::SealError;
use crate::model::{AppKey, ConnectionId, EndpointId, ProjectId};

/// A 256-bit key that seals the secrets of one project. Its `Debug` form is redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// Returns the key with these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the key's bytes, for wrapping.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey([redacted])")
    }
}

/// A data key wrapped by the master key, in Base64.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WrappedKey(pub String);

impl WrappedKey {
    /// Returns the wrapped key with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(STANDARD.encode(bytes))
    }

    /// Returns the bytes from the master key.
    ///
    /// # Errors
    /// [`SealError::Broken`] if the text is not Base64.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SealError> {
        STANDARD.decode(&self.0).map_err(|_| SealError::Broken)
    }
}

/// Encryption context of a sealed value, which cannot be opened in any other.
#[derive(Debug, Clone, Copy)]
pub struct EncryptionContext<'a> {
    /// The project.
    pub project: ProjectId,
    /// The owner.
    pub owner: Owner<'a>,
    /// The field.
    pub field: &'a str,
}

/// Owner of a sealed value within a project.
#[derive(Debug, Clone, Copy)]
pub enum Owner<'a> {
    /// A connection.
    Connection(ConnectionId),
    /// The project's own Dropbox app.
    App(&'a AppKey),
    /// An endpoint.
    Endpoint(EndpointId),
    /// The project as a whole.
    Project,
}

impl EncryptionContext<'_> {
    fn additional_data(&self, version: u32) -> Aad<Vec<u8>> {
        let Self { project, owner, field } = self;
        let owner = match owner {
            Owner::Connection(id) => format!("connection {id}"),
            Owner::App(key) => format!("app {key}"),
            Owner::Endpoint(id) => format!("endpoint {id}"),
            Owner::Project => "project".to_owned(),
        };
        Aad::from(format!("{project}|{owner}|{field}|{version}").into_bytes())
    }
}

/// A sealed value: the data key's version, and nonce, ciphertext and tag in Base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The version of the project's data key.
    pub version: u32,
    /// Nonce, ciphertext and tag, in Base64.
    pub data: String,
}

impl Sealed {
    /// Seals a value for its context.
    ///
    /// # Errors
    /// [`SealError::Broken`] if the value is too long for AES-GCM; tokens never are.
    pub fn seal(
        key: &DataKey,
        version: u32,
        context: EncryptionContext<'_>,
        value: &str,
    ) -> Result<Self, SealError> {
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, &key.0).map_err(|_| SealError::Broken)?;
        let mut sealed = value.as_bytes().to_vec();
        let nonce = cipher
            .seal_in_place_append_tag(context.additional_data(version), &mut sealed)
            .map_err(|_| SealError::Broken)?;
        let mut data = nonce.as_ref().to_vec();
        data.extend_from_slice(&sealed);
        Ok(Self { version, data: STANDARD.encode(data) })
    }

    /// Opens the value of this context.
    ///
    /// # Errors
    /// [`SealError::Broken`] if it was sealed under another key or for another context, or was altered.
    pub fn open(&self, key: &DataKey, context: EncryptionContext<'_>) -> Result<String, SealError> {
        let mut data = STANDARD.decode(&self.data).map_err(|_| SealError::Broken)?;
        if data.len() < NONCE_LEN {
            return Err(SealError::Broken);
        }
        let mut sealed = data.split_off(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(&data).map_err(|_| SealError::Broken)?;
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, &key.0).map_err(|_| SealError::Broken)?;
        let opened = cipher
            .open_in_place(nonce, context.additional_data(self.version), &mut sealed)
            .map_err(|_| SealError::Broken)?;
        String::from_utf8(opened.to_vec()).map_err(|_| SealError::Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(field: &str) -> EncryptionContext<'_> {
        let id = "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a";
        EncryptionContext {
            project: id.parse().unwrap(),
            owner: Owner::Connection(id.parse().unwrap()),
            field,
        }
    }

    #[test]
    fn a_sealed_value_opens_in_its_context_only() {
        let key = DataKey::new([7; 32]);
        let sealed = Sealed::seal(&key, 1, context("access"), "sl.secret").unwrap();
        assert_eq!(sealed.open(&key, context("access")).unwrap(), "sl.secret");
        assert!(sealed.open(&key, context("refresh")).is_err());
        assert!(sealed.open(&DataKey::new([8; 32]), context("access")).is_err());
        assert!(Sealed { version: 2, ..sealed.clone() }.open(&key, context("access")).is_err());
        assert!(Sealed { data: STANDARD.encode([1, 2]), ..sealed }.open(&key, context("access")).is_err());
    }

    #[test]
    fn the_same_value_never_seals_to_the_same_bytes() {
        let key = DataKey::new([7; 32]);
        let seal = || Sealed::seal(&key, 1, context("access"), "sl.secret").unwrap();
        assert_ne!(seal().data, seal().data);
    }
}
