//! External ids, by which the trust policy of a role tells for whom Dropline assumes it.

use serde::{Deserialize, Serialize};

use crate::{hex::hex, model::random_bytes};

/// The external id of an endpoint.
///
/// It is random, and made by Dropline, so that nobody can have another project's role assumed for an endpoint of their
/// own: that endpoint has another external id, which the role does not trust (IAM User Guide, *The confused deputy
/// problem*). It is no secret: the role's account shows it to whoever reads its roles.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExternalId(String);

impl ExternalId {
    /// Returns a new one, with 128 random bits.
    #[must_use]
    pub fn random() -> Self {
        Self(format!("dropline-{}", hex(&random_bytes::<16>())))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_the_same_and_sts_takes_them() {
        let (one, other) = (ExternalId::random(), ExternalId::random());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), "dropline-".len() + 32);
        assert!(one.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    }
}
