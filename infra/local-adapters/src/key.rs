//! Master key in a file.

use std::{fmt, fs, io::Write, path::Path};

use async_trait::async_trait;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    error::Unspecified,
    rand,
};
use shared::{
    model::ProjectId,
    seal::{DataKey, MasterKey, SealError, WrappedKey},
};
use tempfile::NamedTempFile;

const KEY_LEN: usize = 32;

/// A 256-bit master key in a file that only its owner can read. A wrapped key can only be unwrapped for its
/// project.
pub struct FileKey(RandomizedNonceKey);

impl FileKey {
    /// Reads the key from this file, or creates one if there is none.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] if the file cannot be read or created, or contains no key.
    pub fn open(file: &Path) -> Result<Self, SealError> {
        let unavailable =
            |error: &dyn fmt::Display| SealError::Unavailable(format!("{}: {error}", file.display()));
        if !file.exists() {
            create(file).map_err(|error| unavailable(&error))?;
        }
        let key = fs::read(file).map_err(|error| unavailable(&error))?;
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, &key);
        cipher.map(Self).map_err(|_| unavailable(&"a master key has 32 bytes"))
    }

    fn wrap(&self, project: ProjectId, key: &DataKey) -> Result<WrappedKey, Unspecified> {
        let mut wrapped = key.expose().to_vec();
        let nonce = self.0.seal_in_place_append_tag(additional_data(project), &mut wrapped)?;
        wrapped.splice(..0, *nonce.as_ref());
        Ok(WrappedKey::from_bytes(&wrapped))
    }

    fn open_wrapped(&self, project: ProjectId, wrapped: &[u8]) -> Result<DataKey, Unspecified> {
        let (nonce, key) = wrapped.split_at_checked(NONCE_LEN).ok_or(Unspecified)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce)?;
        let mut key = key.to_vec();
        let key: &[u8] = self.0.open_in_place(nonce, additional_data(project), &mut key)?;
        key.try_into().map(DataKey::new).map_err(|_| Unspecified)
    }
}

#[async_trait]
impl MasterKey for FileKey {
    async fn generate(&self, project: ProjectId) -> Result<(DataKey, WrappedKey), SealError> {
        let key = DataKey::new(random().map_err(|_| SealError::Broken)?);
        let wrapped = self.wrap(project, &key).map_err(|_| SealError::Broken)?;
        Ok((key, wrapped))
    }

    async fn unwrap_key(&self, project: ProjectId, wrapped: &WrappedKey) -> Result<DataKey, SealError> {
        self.open_wrapped(project, &wrapped.to_bytes()?).map_err(|_| SealError::Broken)
    }
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey([redacted])")
    }
}

/// Creates the file atomically, and never replaces an existing one, because everything sealed under a lost
/// key would be lost.
fn create(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut temporary = NamedTempFile::new_in(folder)?;
    temporary.write_all(&random().map_err(|_| std::io::Error::other("the system has no random bytes"))?)?;
    match temporary.persist_noclobber(file) {
        Err(error) if error.error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

fn random() -> Result<[u8; KEY_LEN], Unspecified> {
    let mut bytes = [0; KEY_LEN];
    rand::fill(&mut bytes)?;
    Ok(bytes)
}

fn additional_data(project: ProjectId) -> Aad<Vec<u8>> {
    Aad::from(project.to_string().into_bytes())
}
