//! What is counted: the one table of metrics, with their units.

/// A metric's unit, as CloudWatch calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// So many of them.
    Count,
    /// So many bytes.
    Bytes,
}

impl Unit {
    /// CloudWatch's name for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Bytes => "Bytes",
        }
    }
}

macro_rules! metrics {
    ($($(#[doc = $doc:literal])+ $name:ident: $unit:ident,)+) => {
        /// What is counted. A metric's name in CloudWatch is its name here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Metric {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Metric {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name in CloudWatch.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }

            /// Its unit.
            #[must_use]
            pub fn unit(self) -> Unit {
                match self {
                    $(Self::$name => Unit::$unit,)+
                }
            }
        }
    };
}

metrics! {
    /// Webhooks whose work was queued.
    NotificationsAccepted: Count,
    /// Webhooks that were not Dropbox's, or no notifications.
    NotificationsRefused: Count,
    /// Walks that webhooks queued: one for each connection of an account.
    ConnectionsQueued: Count,
    /// Walks that began because a webhook asked for them. Unlike the metrics of the receiver, which knows no projects,
    /// it tells of which project.
    NotifiedWalks: Count,
    /// Walks that came to their end or to the end of their time, and those that found nothing left to do.
    WalksSucceeded: Count,
    /// Walks that could not do their work now and are tried again later; the line's `reason` says why.
    WalksPutOff: Count,
    /// Runs of transfers that ended because something hinders all of them, and are tried again later; the line's
    /// `reason` says what.
    TransfersPutOff: Count,
    /// Pages of Dropbox's listings.
    Pages: Count,
    /// Entries of those pages.
    Entries: Count,
    /// Of these, entries that could not be read, and answers about one file or folder that could not.
    EntriesUnreadable: Count,
    /// Files and folders that are new.
    ItemsCreated: Count,
    /// Files and folders that changed where they are.
    ItemsUpdated: Count,
    /// Files and folders that have another path.
    ItemsMoved: Count,
    /// Files and folders that Dropbox has no more.
    ItemsDeleted: Count,
    /// Files and folders that Dropbox has, and that nothing selects any more.
    ItemsRemoved: Count,
    /// Bytes of files that Dropbox sent to the worker, also those that had to be sent again.
    BytesTransferred: Bytes,
    /// Revisions whose bytes reached the bucket.
    FilesReady: Count,
    /// Revisions whose bytes will not come.
    FilesFailed: Count,
    /// Revisions whose bytes are not wanted: too large, of another format, not downloadable.
    FilesSkipped: Count,
    /// Runs of the worker that were put off because Dropbox asks for silence.
    RateLimitWaits: Count,
    /// Full comparisons that came to their end.
    ResyncsFinished: Count,
    /// Differences that full comparisons found and repaired. 0 is counted, too.
    DriftRepaired: Count,
    /// Changes that were found when a full comparison was due, and that no webhook had announced. 0 is counted, too.
    ChangesUnannounced: Count,
    /// Selections that Dropbox began to refuse, or refused for another reason than before.
    SelectionsRefused: Count,
    /// Connections that began to leave files out, since their user has as many as they may have.
    FileLimitsReached: Count,
    /// Messages that went to a dead-letter queue with the reason.
    MessagesGivenUp: Count,
    /// Connections that stopped until their users connect again.
    ReauthorizationsNeeded: Count,
    /// Access tokens that were refreshed.
    TokenRefreshes: Count,
    /// Refreshes that failed. A grant that its user took back is no failure of a refresh: see
    /// `ReauthorizationsNeeded`.
    TokenRefreshFailures: Count,
    /// Calls of the proxy, answered in whatever way.
    ProxyCalls: Count,
    /// Of these, calls that were refused here.
    ProxyCallsRefused: Count,
    /// Of these, calls that were answered with 429: by Dropbox, or here while Dropbox asks for silence or a project has
    /// too many long polls.
    ProxyCallsRateLimited: Count,
    /// Bytes of Dropbox's answers that were passed on.
    ProxyBytesOut: Bytes,
    /// Answers of Dropbox that broke in their middle: the callers' answers broke, too.
    ProxyAnswersCut: Count,
    /// Workflow actions that were asked for, answered in whatever way, and requests for their list or
    /// for what a field can be.
    ActionCalls: Count,
    /// Of these, requests that were refused, here or by Dropbox.
    ActionCallsRefused: Count,
    /// Bytes that actions saved at Dropbox.
    ActionBytesSaved: Bytes,
    /// Accounts that users connected, also again.
    AccountsConnected: Count,
    /// Browsers that came back from Dropbox and ended in an error. Users who said no are not counted.
    CallbacksFailed: Count,
    /// Grants of a connect that failed, whose tokens could not be ended at Dropbox either.
    GrantsNotRevoked: Count,
    /// Requests to the files API.
    FilesApiCalls: Count,
    /// Of these, requests that were refused.
    FilesApiCallsRefused: Count,
    /// Requests to the API of Paragon's SDK.
    ParagonApiCalls: Count,
    /// Of these, requests that were refused.
    ParagonApiCallsRefused: Count,
    /// Requests to the API of projects.
    ProjectApiCalls: Count,
    /// Of these, requests that were refused.
    ProjectApiCallsRefused: Count,
    /// Requests to the API of Carbon's clients.
    CarbonApiCalls: Count,
    /// Of these, requests that were refused.
    CarbonApiCallsRefused: Count,
}

/// A line in embedded metric format has at most this many metrics.
const MOST_IN_A_LINE: usize = 100;
const _: () = assert!(Metric::ALL.len() <= MOST_IN_A_LINE);
