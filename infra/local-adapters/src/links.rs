//! Links to the objects of this machine's bucket: S3's presigned requests, with a secret of the process.

use std::time::Duration;

use async_trait::async_trait;
use aws_lc_rs::{hmac, rand};
use shared::{
    content::{ContentError, ContentLinks},
    model::{Clock, ContentKey, SystemClock},
};

/// Longest validity: seven days, as on S3.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Creates and checks links to objects. All of them end with the process at the latest.
#[derive(Debug, Clone)]
pub struct MachineLinks {
    /// Address below which objects are served, with a slash at its end.
    base: String,
    key: hmac::Key,
}

impl MachineLinks {
    /// Creates links below `base`, which must end with a slash.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn below(base: impl Into<String>) -> Result<Self, ContentError> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &rand::SystemRandom::new());
        let key = key.map_err(|_| ContentError("no randomness".to_owned()))?;
        Ok(Self { base: base.into(), key })
    }

    /// Whether a link to this object, downloaded under this name, was created here and has not expired.
    #[must_use]
    pub fn is_good(&self, key: &ContentKey, name: &str, expires: u64, signature: &str) -> bool {
        let Some(tag) = unhex(signature) else { return false };
        let signed = hmac::verify(&self.key, signed(key, name, expires).as_bytes(), &tag).is_ok();
        signed && SystemClock.now().unix_seconds() < expires
    }
}

#[async_trait]
impl ContentLinks for MachineLinks {
    async fn link(&self, key: &ContentKey, name: &str, valid: Duration) -> Result<String, ContentError> {
        if valid > LONGEST {
            return Err(ContentError("a link lasts seven days at most".to_owned()));
        }
        let expires = SystemClock.now().plus(valid).unix_seconds();
        let tag = hmac::sign(&self.key, signed(key, name, expires).as_bytes());
        let signature: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        Ok(format!("{}{}?name={name}&expires={expires}&signature={signature}", self.base, key.as_str()))
    }
}

fn signed(key: &ContentKey, name: &str, expires: u64) -> String {
    format!("{expires}\n{}\n{name}", key.as_str())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_link_is_good_for_what_it_was_made_for() {
        let links = MachineLinks::below("http://localhost:1/objects/").unwrap();
        let key = ContentKey::listed("a/b".to_owned());
        let link = links.link(&key, "x.txt", Duration::from_secs(60)).await.unwrap();
        let (rest, signature) = link.rsplit_once("&signature=").unwrap();
        let expires: u64 = rest.rsplit_once("expires=").unwrap().1.parse().unwrap();
        assert!(links.is_good(&key, "x.txt", expires, signature));
        assert!(!links.is_good(&ContentKey::listed("a/c".to_owned()), "x.txt", expires, signature));
        assert!(!links.is_good(&key, "y.txt", expires, signature));
        assert!(!links.is_good(&key, "x.txt", expires + 1, signature));
        for other in ["", "0", "zz", &signature[2..]] {
            assert!(!links.is_good(&key, "x.txt", expires, other), "{other}");
        }
        let ended = links.link(&key, "x.txt", Duration::ZERO).await.unwrap();
        let (rest, signature) = ended.rsplit_once("&signature=").unwrap();
        let expires: u64 = rest.rsplit_once("expires=").unwrap().1.parse().unwrap();
        assert!(!links.is_good(&key, "x.txt", expires, signature));
    }
}
