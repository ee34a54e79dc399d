//! The master key on AWS KMS.

use async_trait::async_trait;
use aws_sdk_kms::{Client, operation::decrypt::DecryptError, primitives::Blob, types::DataKeySpec};

use super::{DataKey, MasterKey, SealError, WrappedKey};
use crate::{
    aws::{LazyClient, describe},
    model::ProjectId,
};

/// Name of the project in the encryption context: a wrapped key can be unwrapped only with its project's id.
const PROJECT: &str = "project";

/// A KMS key.
#[derive(Debug, Clone)]
pub struct KmsKey {
    client: LazyClient<Client>,
    id: String,
}

impl KmsKey {
    /// Returns the key with this id, ARN or alias.
    pub fn new(client: impl Into<LazyClient<Client>>, id: impl Into<String>) -> Self {
        Self { client: client.into(), id: id.into() }
    }
}

#[async_trait]
impl MasterKey for KmsKey {
    async fn generate(&self, project: ProjectId) -> Result<(DataKey, WrappedKey), SealError> {
        let answer = self
            .client
            .generate_data_key()
            .key_id(&self.id)
            .key_spec(DataKeySpec::Aes256)
            .encryption_context(PROJECT, project.to_string())
            .send()
            .await
            .map_err(|error| SealError::Unavailable(describe(&error)))?;
        let wrapped = answer
            .ciphertext_blob()
            .map(Blob::as_ref)
            .map(WrappedKey::from_bytes)
            .ok_or(SealError::Broken)?;
        Ok((data_key(answer.plaintext())?, wrapped))
    }

    async fn unwrap_key(&self, project: ProjectId, wrapped: &WrappedKey) -> Result<DataKey, SealError> {
        let request = self
            .client
            .decrypt()
            .key_id(&self.id)
            .ciphertext_blob(Blob::new(wrapped.to_bytes()?))
            .encryption_context(PROJECT, project.to_string());
        match request.send().await {
            Ok(answer) => data_key(answer.plaintext()),
            Err(error)
                if error.as_service_error().is_some_and(DecryptError::is_invalid_ciphertext_exception) =>
            {
                Err(SealError::Broken)
            }
            Err(error) => Err(SealError::Unavailable(describe(&error))),
        }
    }
}

fn data_key(plaintext: Option<&Blob>) -> Result<DataKey, SealError> {
    let bytes = plaintext.map(Blob::as_ref).unwrap_or_default();
    bytes.try_into().map(DataKey::new).map_err(|_| SealError::Broken)
}
