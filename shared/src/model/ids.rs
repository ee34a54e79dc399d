//! Ids. Each kind has its own type, so that one cannot be passed where another is meant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::unseen;

/// Error for an id from outside that cannot be one of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidId(&'static str);

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $invalid:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Returns a new random id.
            #[must_use]
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId($invalid))
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Returns the id as Dropbox wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

uuid_id!(
    /// The id of an application on this deployment.
    ProjectId,
    "a project's id is a UUID"
);
uuid_id!(
    /// The id of one Dropbox account linked by one user of one project.
    ConnectionId,
    "a connection's id is a UUID"
);
uuid_id!(
    /// The id of an endpoint: an address of an application to which events are delivered.
    EndpointId,
    "an endpoint's id is a UUID"
);
uuid_id!(
    /// The id of a workflow: steps that run when something happens.
    WorkflowId,
    "a workflow's id is a UUID"
);
uuid_id!(
    /// The id of a run of a workflow. Ids of runs that started later are greater (see `workflows::run_id`).
    RunId,
    "a run's id is a UUID"
);
text_id!(
    /// The id of a Dropbox account: `dbid:` and 35 characters.
    AccountId
);
text_id!(
    /// The key (client id) of a Dropbox app. Public.
    AppKey
);
text_id!(
    /// A Dropbox file's or folder's id: `id:` and an opaque text. It follows the item when it is renamed or
    /// moved.
    ItemId
);
text_id!(
    /// The id of one revision of a file: at least nine hexadecimal digits.
    Rev
);

/// A user of a project, named by the project's own id for them: 1 to 255 bytes, compared byte for byte.
///
/// An id that comes from outside ([`FromStr`]) has no character that is invisible or that changes how others
/// are displayed (T24), because two users could otherwise look alike. Ids are not normalised, so é as one and
/// as two code points are two users, as they are for the project. A stored id is accepted as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

impl UserId {
    /// Returns the project's own id for the user.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UserId {
    type Error = InvalidId;

    /// Reads a stored id, which may have been accepted by an older rule.
    fn try_from(text: String) -> Result<Self, InvalidId> {
        let fits = (1..=255).contains(&text.len()) && !text.chars().any(char::is_control);
        if fits {
            Ok(Self(text))
        } else {
            Err(InvalidId("a user's id has 1 to 255 bytes and no control characters"))
        }
    }
}

impl FromStr for UserId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.starts_with(' ') || text.ends_with(' ') {
            return Err(InvalidId("a user's id neither begins nor ends with a blank"));
        }
        if text.chars().any(unseen::is_unseen) {
            return Err(InvalidId(
                "a user's id holds no invisible, private-use or direction-changing characters",
            ));
        }
        Self::try_from(text.to_owned())
    }
}

impl From<UserId> for String {
    fn from(user: UserId) -> Self {
        user.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ProjectId {
    /// Returns the id of the project's Dropbox integration, as Paragon's clients know it. It is derived, so it
    /// is always the same.
    #[must_use]
    pub fn dropbox_integration(self) -> Uuid {
        Uuid::new_v5(&self.0, b"integration:dropbox")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_id_is_short_and_printable() {
        assert!("user-1@example.com".parse::<UserId>().is_ok());
        assert!("".parse::<UserId>().is_err());
        assert!("a\nb".parse::<UserId>().is_err());
        assert!("x".repeat(256).parse::<UserId>().is_err());
        assert!("\u{e4}".repeat(127).parse::<UserId>().is_ok());
        assert!("\u{e4}".repeat(128).parse::<UserId>().is_err(), "bytes are counted");
    }

    #[test]
    fn a_user_id_looks_like_no_other() {
        for good in
            ["user 1", "\u{e9}", "e\u{301}", "\u{5e9}\u{5dc}", "\u{4f60}\u{597d}", "\u{1f600}", "a/b#c%20"]
        {
            assert!(good.parse::<UserId>().is_ok(), "{good:?}");
        }
        for bad in [
            " user",
            "user ",
            "us\u{a0}er",
            "\u{3000}user",
            "user\u{2009}",
            "us\u{200b}er",
            "us\u{200d}er",
            "\u{feff}user",
            "us\u{202e}er",
            "us\u{2066}er",
            "us\u{61c}er",
            "us\u{ad}er",
            "us\u{2060}er",
            "us\u{34f}er",
            "us\u{fe0f}er",
            "us\u{e0041}er",
            "us\u{e000}er",
            "us\u{100000}er",
            "us\u{ffff}er",
            "us\u{2028}er",
            "us\u{2800}er",
            "us\u{3164}er",
            "us\u{85}er",
            "us\ter",
            "us\u{0}er",
        ] {
            assert!(bad.parse::<UserId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_id_that_was_stored_before_is_still_read() {
        for stored in ["\" user\"", "\"us\u{200b}er\""] {
            assert!(serde_json::from_str::<UserId>(stored).is_ok(), "{stored:?}");
        }
    }

    #[test]
    fn a_project_id_is_a_uuid() {
        assert!("0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a".parse::<ProjectId>().is_ok());
        assert!("../../etc".parse::<ProjectId>().is_err());
    }
}
