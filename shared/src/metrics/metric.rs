//! The table of metrics, with their units.

/// Unit of a metric, as in CloudWatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number of occurrences.
    Count,
    /// A number of bytes.
    Bytes,
    /// A time in milliseconds.
    Milliseconds,
}

impl Unit {
    /// Returns CloudWatch's name of the unit.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Bytes => "Bytes",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

macro_rules! metrics {
    ($($(#[doc = $doc:literal])+ $name:ident: $unit:ident,)+) => {
        /// A metric. Its name in CloudWatch is its name here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Metric {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Metric {
            /// All metrics.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns its name in CloudWatch.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }

            /// Returns its unit.
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
    /// Requests to the webhook that did not come from Dropbox, or were not notifications.
    NotificationsRefused: Count,
    /// Walks that webhooks queued: one for each connection of an account that was not owed one already.
    ConnectionsQueued: Count,
    /// Walks that began because a webhook asked for them. Unlike the metrics of the receiver, which knows no
    /// projects, this one has the project.
    NotifiedWalks: Count,
    /// Walks that reached their end or the end of their time, and those that found nothing to do.
    WalksSucceeded: Count,
    /// Walks that could not do their work now and are tried again later; the line's `reason` says why.
    WalksPutOff: Count,
    /// Runs of transfers that ended because something hinders all transfers, and are tried again later; the
    /// line's `reason` says why.
    TransfersPutOff: Count,
    /// Pages of Dropbox's listings.
    Pages: Count,
    /// Entries of those pages.
    Entries: Count,
    /// Entries of those pages, and answers about one file or folder, that could not be read.
    EntriesUnreadable: Count,
    /// New files and folders.
    ItemsCreated: Count,
    /// Files and folders that changed without moving.
    ItemsUpdated: Count,
    /// Files and folders with another path.
    ItemsMoved: Count,
    /// Files and folders that are gone from Dropbox.
    ItemsDeleted: Count,
    /// Files and folders that still exist in Dropbox, but are no longer selected.
    ItemsRemoved: Count,
    /// Bytes of files that Dropbox sent to the worker, including those sent again.
    BytesTransferred: Bytes,
    /// Revisions whose bytes reached the bucket.
    FilesReady: Count,
    /// Revisions whose transfer failed, with no attempts left.
    FilesFailed: Count,
    /// Revisions whose bytes are not wanted: too large, of another format, not downloadable.
    FilesSkipped: Count,
    /// Runs of the worker that were put off because Dropbox asked for a pause.
    RateLimitWaits: Count,
    /// Full comparisons that reached their end.
    ResyncsFinished: Count,
    /// Differences found and repaired by full comparisons. 0 is recorded, too.
    DriftRepaired: Count,
    /// Changes that were found when a full comparison was due, and that no webhook had announced. 0 is
    /// recorded, too.
    ChangesUnannounced: Count,
    /// Selections that Dropbox began to refuse, or refused for another reason than before.
    SelectionsRefused: Count,
    /// Connections that began to leave files out, because their user has the maximum number of files.
    FileLimitsReached: Count,
    /// Messages that were sent to a dead-letter queue with the reason.
    MessagesGivenUp: Count,
    /// Connections that stopped until their users connect again.
    ReauthorizationsNeeded: Count,
    /// Access tokens that were refreshed.
    TokenRefreshes: Count,
    /// Refreshes that failed. A grant that its user has revoked is not counted here: see
    /// `ReauthorizationsNeeded`.
    TokenRefreshFailures: Count,
    /// Calls of the proxy, with whatever answer.
    ProxyCalls: Count,
    /// Calls of the proxy that were refused here.
    ProxyCallsRefused: Count,
    /// Calls of the proxy that were answered with 429: by Dropbox, or here during a pause or because the
    /// project had too many long polls.
    ProxyCallsRateLimited: Count,
    /// Bytes of Dropbox's answers that the proxy passed on.
    ProxyBytesOut: Bytes,
    /// Answers of Dropbox that broke off, and with them the answers to the callers.
    ProxyAnswersCut: Count,
    /// Requests to run workflow actions, with whatever answer, and requests for the list of actions or for
    /// the options of a field.
    ActionCalls: Count,
    /// Requests about workflow actions that were refused, here or by Dropbox.
    ActionCallsRefused: Count,
    /// Bytes that actions saved to Dropbox.
    ActionBytesSaved: Bytes,
    /// Accounts that users connected, including again.
    AccountsConnected: Count,
    /// Browsers that came back from Dropbox and ended in an error. Users who declined are not counted.
    CallbacksFailed: Count,
    /// Grants of failed connects whose tokens could not be revoked at Dropbox either.
    GrantsNotRevoked: Count,
    /// Requests to the files API.
    FilesApiCalls: Count,
    /// Requests to the files API that were refused.
    FilesApiCallsRefused: Count,
    /// Requests to the API of Paragon's SDK.
    ParagonApiCalls: Count,
    /// Requests to the API of Paragon's SDK that were refused.
    ParagonApiCallsRefused: Count,
    /// Requests to the API of projects.
    ProjectApiCalls: Count,
    /// Requests to the API of projects that were refused.
    ProjectApiCallsRefused: Count,
    /// Requests to the pages on which users choose and look.
    PagesCalls: Count,
    /// Requests to these pages that were refused.
    PagesCallsRefused: Count,
    /// Requests to the API of Carbon's clients.
    CarbonApiCalls: Count,
    /// Requests to the API of Carbon's clients that were refused.
    CarbonApiCallsRefused: Count,
    /// Requests to the API of endpoints.
    EndpointsApiCalls: Count,
    /// Requests to the API of endpoints that were refused.
    EndpointsApiCallsRefused: Count,
    /// Requests to the API of workflows.
    WorkflowsApiCalls: Count,
    /// Requests to the API of workflows that were refused.
    WorkflowsApiCallsRefused: Count,
    /// Events that endpoints took.
    EventsDelivered: Count,
    /// Time of each of these events until the endpoint's answer, one value for each event: for a change, since
    /// Dropbox's notification of it, or since its commit if no notification announced it; for any other event, since
    /// it was recorded.
    DeliveryLatency: Milliseconds,
    /// Requests to endpoints that failed.
    DeliveriesFailed: Count,
    /// Requests to endpoints that failed, with no attempts left.
    DeliveriesGivenUp: Count,
    /// Requests that failed at endpoints from which none has succeeded for an hour.
    EndpointsFailing: Count,
    /// Endpoints that were disabled, because they answered 410 or have failed for five days.
    EndpointsDisabled: Count,
    /// Runs of workflows that events and schedules have started, or would have if they had not before.
    RunsStarted: Count,
    /// Runs of workflows whose steps are all done.
    RunsSucceeded: Count,
    /// Runs of workflows that ended because a step has failed.
    RunsFailed: Count,
    /// Steps of workflows that were done.
    StepsDone: Count,
    /// Attempts at steps of workflows that failed.
    StepsFailed: Count,
    /// Steps of workflows that had to wait because their project had too many under way.
    StepsPutOff: Count,
}

/// Maximum number of metrics in a line in embedded metric format.
const MOST_IN_A_LINE: usize = 100;
const _: () = assert!(Metric::ALL.len() <= MOST_IN_A_LINE);
