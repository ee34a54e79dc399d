//! The closed list of reasons that hinder a connection's work.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Number of failures in a row after which trouble that usually passes is reported.
const PASSING: u32 = 5;
/// The same for rate limits, which every large account meets while it is first listed.
const EXPECTED: u32 = 10;
/// The same for trouble that lasts until somebody helps: its first failure is reported.
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
        "Dropbox no longer accepts the tokens: its user took the access back, or the app was removed.",
        "Let the user connect again with a new link; nothing is tried before.";
    MissingScope "missing_scope" AT_ONCE:
        "The user's grant lacks a permission that the work needs.",
        "Tick the named permission in the app's settings at Dropbox, then let the user connect again.";
    AccountSuspended "account_suspended" AT_ONCE:
        "Dropbox has suspended the account.",
        "Only the user or the team's administrator can mend this with Dropbox; it is tried again by itself.";
    TeamNotAllowed "team_not_allowed" AT_ONCE:
        "The account's team does not allow this app, or not for this member.",
        "The team's administrator must allow the app in Dropbox's admin console; it is tried again by itself.";
    PermissionDenied "permission_denied" AT_ONCE:
        "Dropbox denies the access: the account's plan or its rights do not cover it.",
        "Compare the account's plan and rights with what the app asks for; it is tried again by itself.";
    TokenRefused "token_refused" AT_ONCE:
        "Dropbox refuses an access token that it has just given out.",
        "Let the user connect again; where it happens to many, look at the app's page at Dropbox.";
    AppRefused "app_refused" AT_ONCE:
        "Dropbox refuses the app's key or secret, or the app is not known here any more.",
        "The operator must look at the secret in AppParameter, or at the project's own app (`project app`).";
    RootMissing "root_missing" AT_ONCE:
        "The folder at which the account is rooted is gone, or out of the user's reach.",
        "Look whether the account left its team; it is tried again by itself, and a reconnect asks for the root anew.";
    RestrictedContent "restricted_content" AT_ONCE:
        "Dropbox holds back what was asked for, after a takedown for instance.",
        "Only the user can settle this with Dropbox; it is tried again by itself.";
    Locked "locked" PASSING:
        "What was asked for is locked in Dropbox.",
        "Whoever holds the lock must give it up; it is tried again by itself.";
    RequestRefused "request_refused" AT_ONCE:
        "Dropbox refuses a request for a reason that is not known here.",
        "The operator must look for the reason in the function's log; it is tried again by itself.";
    RateLimited "rate_limited" EXPECTED:
        "Dropbox asks for silence again and again.",
        "Call Dropbox less often for this user; the work goes on when Dropbox allows it.";
    DropboxUnreachable "dropbox_unreachable" PASSING:
        "Dropbox cannot be reached, or answers with errors of its own.",
        "Look at Dropbox's status page; it is tried again by itself.";
    PageUnreadable "page_unreadable" PASSING:
        "Dropbox's answer cannot be read.",
        "The operator must look at the function's log, and for a newer version; it is tried again by itself.";
    PageTooSlow "page_too_slow" PASSING:
        "Dropbox takes too long for a page of the listing, however small it is.",
        "Select folders instead of the whole account, or wait; it is tried again by itself.";
    CursorRefused "cursor_refused" PASSING:
        "Dropbox refuses its own cursors, so that listings begin anew again and again.",
        "Wait; where it lasts for a day, tell Dropbox. It is tried again by itself, each time later.";
    WorkUnfinished "work_unfinished" AT_ONCE:
        "Hundreds of walks in a row ran out of time before they came to an end.",
        "Select less of the account; it goes on by itself where it stopped.";
    StorageUnavailable "storage_unavailable" PASSING:
        "The bucket cannot be reached, or refuses what is written.",
        "The operator must look at the bucket and at the function's role; it is tried again by itself.";
    KeyUnavailable "key_unavailable" PASSING:
        "The master key cannot be reached, or refuses to open the project's data key.",
        "The operator must look at the KMS key and at the function's role; it is tried again by itself.";
    TokensUnreadable "tokens_unreadable" AT_ONCE:
        "The stored tokens do not open under the project's key.",
        "Let the user connect again; where it happens to many, the operator must look at the table and the key.";
    StoreUnavailable "store_unavailable" PASSING:
        "The table cannot be reached, or refuses a request.",
        "The operator must look at the table and at the function's role; it is tried again by itself.";
    RecordUnreadable "record_unreadable" AT_ONCE:
        "A row of the connection cannot be read.",
        "The operator must look at the function's log; a restore of the table may be needed.";
    QueueUnavailable "queue_unavailable" PASSING:
        "A queue cannot be reached, or refuses messages.",
        "The operator must look at the queues and at the function's role; it is tried again by itself.";
    BusUnavailable "bus_unavailable" PASSING:
        "The event bus cannot be reached, or refuses events.",
        "The operator must look at the bus and at the function's role; it is tried again by itself.";
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
