//! The closed list of reasons that hinder a connection's work.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Number of failures in a row after which trouble that usually passes is reported.
const PASSING: u32 = 5;
/// Number of rate limits in a row after which they are reported: every large account meets some while it is first
/// listed.
const EXPECTED: u32 = 10;
/// Number of failures in a row after which trouble that lasts until somebody helps is reported.
const AT_ONCE: u32 = 1;

macro_rules! trouble_codes {
    ($($name:ident $code:literal $failures:ident: $meaning:literal, $remedy:literal;)+) => {
        /// A reason that hinders a connection's work. The list is closed: `infra/openapi.yaml` names the
        /// codes, and the runbook in `infra/README.md` says for each what to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum TroubleCode {
            $(#[doc = $meaning] #[serde(rename = $code)] $name,)+
        }

        impl TroubleCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the code as written in answers, events and metrics.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// Returns what is wrong, as a sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $meaning,)+
                }
            }

            /// Returns what to do about it, as a sentence.
            #[must_use]
            pub fn remedy(self) -> &'static str {
                match self {
                    $(Self::$name => $remedy,)+
                }
            }

            /// Returns the number of failures in a row after which the connection counts as degraded, which
            /// is an event.
            #[must_use]
            pub fn reported_after(self) -> u32 {
                match self {
                    $(Self::$name => $failures,)+
                }
            }
        }
    };
}

trouble_codes! {
    NeedsReauth "needs_reauth" AT_ONCE:
        "Dropbox no longer accepts the tokens: the user revoked the access, or the app was removed.",
        "Let the user connect again with a new link; nothing is tried until then.";
    MissingScope "missing_scope" AT_ONCE:
        "The user's grant lacks a permission that the work needs.",
        "Tick the named permission in the app's settings at Dropbox, then let the user connect again.";
    AccountSuspended "account_suspended" AT_ONCE:
        "Dropbox has suspended the account.",
        "Only the user or the team's administrator can resolve this with Dropbox; it is retried automatically.";
    TeamNotAllowed "team_not_allowed" AT_ONCE:
        "The account's team does not allow this app, or does not allow it for this member.",
        "The team's administrator must allow the app in Dropbox's admin console; it is retried automatically.";
    PermissionDenied "permission_denied" AT_ONCE:
        "Dropbox denies access: the account's plan or permissions do not cover it.",
        "Compare the account's plan and permissions with what the app asks for; it is retried automatically.";
    TokenRefused "token_refused" AT_ONCE:
        "Dropbox refuses an access token that it has just issued.",
        "Let the user connect again; if many connections are affected, look at the app's page at Dropbox.";
    AppRefused "app_refused" AT_ONCE:
        "Dropbox refuses the app's key or secret, or the app is no longer known to this deployment.",
        "The operator must check the secret in AppParameter, or the project's own app (`project app`).";
    RootMissing "root_missing" AT_ONCE:
        "The account's root folder is gone, or out of the user's reach.",
        "Check whether the account has left its team; it is retried automatically, and a reconnect asks for the root again.";
    RestrictedContent "restricted_content" AT_ONCE:
        "Dropbox withholds the requested content, for instance after a takedown.",
        "Only the user can resolve this with Dropbox; it is retried automatically.";
    Locked "locked" PASSING:
        "The requested content is locked in Dropbox.",
        "Whoever holds the lock must release it; it is retried automatically.";
    RequestRefused "request_refused" AT_ONCE:
        "Dropbox refuses a request for an unknown reason.",
        "The operator must look for the reason in the function's log; it is retried automatically.";
    RateLimited "rate_limited" EXPECTED:
        "Dropbox keeps asking to wait.",
        "Call Dropbox less often for this user; the work continues when Dropbox allows it.";
    DropboxUnreachable "dropbox_unreachable" PASSING:
        "Dropbox cannot be reached, or answers with errors of its own.",
        "Look at Dropbox's status page; it is retried automatically.";
    PageUnreadable "page_unreadable" PASSING:
        "Dropbox's answer cannot be read.",
        "The operator must look at the function's log, and for a newer version; it is retried automatically.";
    PageTooSlow "page_too_slow" PASSING:
        "Dropbox takes too long for a page of the listing, however small it is.",
        "Select folders instead of the whole account, or wait; it is retried automatically.";
    CursorRefused "cursor_refused" PASSING:
        "Dropbox keeps refusing its own cursors, so that listings start over again and again.",
        "Wait; if it lasts for a day, tell Dropbox. It is retried automatically, after a longer delay each time.";
    WorkUnfinished "work_unfinished" AT_ONCE:
        "Hundreds of walks in a row ran out of time before they reached their end.",
        "Select less of the account; the work continues by itself where it stopped.";
    StorageUnavailable "storage_unavailable" PASSING:
        "The bucket cannot be reached, or refuses a request.",
        "The operator must check the bucket and the function's role; it is retried automatically.";
    KeyUnavailable "key_unavailable" PASSING:
        "The master key cannot be reached, or refuses to unwrap the project's data key.",
        "The operator must check the KMS key and the function's role; it is retried automatically.";
    TokensUnreadable "tokens_unreadable" AT_ONCE:
        "The stored tokens cannot be opened with the project's key.",
        "Let the user connect again; if many connections are affected, the operator must check the table and the key.";
    StoreUnavailable "store_unavailable" PASSING:
        "The table cannot be reached, or refuses a request.",
        "The operator must check the table and the function's role; it is retried automatically.";
    RecordUnreadable "record_unreadable" AT_ONCE:
        "A row of the connection cannot be read.",
        "The operator must look at the function's log; the table may have to be restored.";
    QueueUnavailable "queue_unavailable" PASSING:
        "A queue cannot be reached, or refuses messages.",
        "The operator must check the queues and the function's role; it is retried automatically.";
    BusUnavailable "bus_unavailable" PASSING:
        "The event bus cannot be reached, or refuses events.",
        "The operator must check the bus and the function's role; it is retried automatically.";
}

impl TroubleCode {
    /// Returns whether it lasts until somebody helps: it is then reported at once, and tried again rarely.
    #[must_use]
    pub fn is_lasting(self) -> bool {
        self.reported_after() == AT_ONCE
    }
}

impl fmt::Display for TroubleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENAPI: &str = include_str!("../../../../infra/openapi.yaml");
    const RUNBOOK: &str = include_str!("../../../../infra/README.md");

    #[test]
    fn the_codes_are_those_of_the_specification() {
        let (_, schema) = OPENAPI.split_once("\n    TroubleCode:\n").unwrap();
        let schema = schema.lines().take_while(|line| line.starts_with("      "));
        let listed: Vec<&str> = schema.filter_map(|line| line.strip_prefix("        - ")).collect();
        let codes: Vec<&str> = TroubleCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(listed, codes);
    }

    #[test]
    fn the_runbook_says_of_each_code_what_to_do() {
        let (_, section) = RUNBOOK.split_once("\n### What hinders a connection\n").unwrap();
        let section = section.lines().take_while(|line| !line.starts_with('#'));
        let listed: Vec<&str> = section.filter(|line| line.starts_with("| `")).collect();
        let row = |code: &TroubleCode| {
            let reported = match code.reported_after() {
                AT_ONCE => "at once".to_owned(),
                failures => format!("after {failures} failures"),
            };
            format!("| `{code}` | {} | {} | {reported} |", code.meaning(), code.remedy())
        };
        assert_eq!(listed, TroubleCode::ALL.iter().map(row).collect::<Vec<_>>());
    }

    #[test]
    fn a_code_is_stored_as_it_is_shown() {
        for code in TroubleCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
