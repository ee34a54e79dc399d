//! Faults of the simulation.

/// Port at which a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Port {
    /// DynamoDB.
    Store,
    /// Dropbox.
    Dropbox,
    /// Sending to a queue.
    Queue,
    /// Receiving from a queue.
    Delivery,
    /// The bus.
    Bus,
    /// The bucket.
    Bucket,
    /// The process itself.
    Process,
    /// Dropbox's notifications.
    Webhook,
}

/// Kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the table below says what each is")]
pub enum Fault {
    Throttled,
    ThroughputExceeded,
    StoreError,
    StoreUnreachable,
    StoreAnswerLost,
    UnprocessedKeys,
    StaleIndex,
    WaitByHeader,
    WaitByBody,
    WaitByText,
    WaitLong,
    HtmlError,
    CutBefore,
    CutAfter,
    BodyCut,
    BodyShort,
    WrongBytes,
    CursorReset,
    CursorNotFound,
    CursorRefused,
    TokenExpired,
    Revoked,
    FileNotFound,
    EmptyPage,
    LookupRefused,
    LateListing,
    EntryUnreadable,
    SendRefused,
    SendAnswerLost,
    SendPartial,
    Duplicate,
    LateDelivery,
    AckLost,
    PublishRefused,
    PublishPartial,
    PublishAnswerLost,
    BucketRefused,
    BucketAnswerLost,
    CrashBefore,
    CrashAfter,
    Zombie,
    WebhookLost,
    WebhookDoubled,
    WebhookLate,
}

impl Fault {
    /// All faults, each with its port and its description.
    pub(super) const TABLE: [(Self, Port, &'static str); 44] = [
        (Self::Throttled, Port::Store, "store: throttled"),
        (Self::ThroughputExceeded, Port::Store, "store: throughput exceeded"),
        (Self::StoreError, Port::Store, "store: error 500 before the effect"),
        (Self::StoreUnreachable, Port::Store, "store: connection broken before the effect"),
        (Self::StoreAnswerLost, Port::Store, "store: answer lost after the effect"),
        (Self::UnprocessedKeys, Port::Store, "store: unprocessed keys in a batch"),
        (Self::StaleIndex, Port::Store, "store: index that lags"),
        (Self::WaitByHeader, Port::Dropbox, "Dropbox: 429, header"),
        (Self::WaitByBody, Port::Dropbox, "Dropbox: 429, body"),
        (Self::WaitByText, Port::Dropbox, "Dropbox: 429, text"),
        (Self::WaitLong, Port::Dropbox, "Dropbox: 429, 300 s"),
        (Self::HtmlError, Port::Dropbox, "Dropbox: 5xx in HTML"),
        (Self::CutBefore, Port::Dropbox, "Dropbox: cut before the effect"),
        (Self::CutAfter, Port::Dropbox, "Dropbox: cut after the effect"),
        (Self::BodyCut, Port::Dropbox, "Dropbox: body cut"),
        (Self::BodyShort, Port::Dropbox, "Dropbox: bytes missing at the end"),
        (Self::WrongBytes, Port::Dropbox, "Dropbox: wrong bytes"),
        (Self::CursorReset, Port::Dropbox, "Dropbox: cursor reset"),
        (Self::CursorNotFound, Port::Dropbox, "Dropbox: cursor's folder not found"),
        (Self::CursorRefused, Port::Dropbox, "Dropbox: cursor refused in text"),
        (Self::TokenExpired, Port::Dropbox, "Dropbox: token expired early"),
        (Self::Revoked, Port::Dropbox, "Dropbox: access revoked"),
        (Self::FileNotFound, Port::Dropbox, "Dropbox: file not found for now"),
        (Self::EmptyPage, Port::Dropbox, "Dropbox: empty page with more"),
        (Self::LookupRefused, Port::Dropbox, "Dropbox: file or folder refused for now"),
        (Self::LateListing, Port::Dropbox, "Dropbox: change not listed yet"),
        (Self::EntryUnreadable, Port::Dropbox, "Dropbox: an entry that cannot be read"),
        (Self::SendRefused, Port::Queue, "queue: refused"),
        (Self::SendAnswerLost, Port::Queue, "queue: answer lost after the effect"),
        (Self::SendPartial, Port::Queue, "queue: some of a batch refused"),
        (Self::Duplicate, Port::Delivery, "queue: delivered twice"),
        (Self::LateDelivery, Port::Delivery, "queue: delivered late"),
        (Self::AckLost, Port::Delivery, "queue: acknowledgement lost"),
        (Self::PublishRefused, Port::Bus, "bus: refused"),
        (Self::PublishPartial, Port::Bus, "bus: some of a batch refused"),
        (Self::PublishAnswerLost, Port::Bus, "bus: answer lost after the effect"),
        (Self::BucketRefused, Port::Bucket, "bucket: refused"),
        (Self::BucketAnswerLost, Port::Bucket, "bucket: answer lost after the effect"),
        (Self::CrashBefore, Port::Process, "crash before an effect"),
        (Self::CrashAfter, Port::Process, "crash after an effect"),
        (Self::Zombie, Port::Process, "process frozen past its message's time"),
        (Self::WebhookLost, Port::Webhook, "webhook lost"),
        (Self::WebhookDoubled, Port::Webhook, "webhook doubled"),
        (Self::WebhookLate, Port::Webhook, "webhook late"),
    ];

    /// Returns the description.
    #[must_use]
    pub fn words(self) -> &'static str {
        Self::TABLE[self as usize].2
    }

    /// Whether it can affect an operation of its port.
    pub(super) fn fits(self, operation: &str) -> bool {
        let writes = |operation: &str| {
            ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"].contains(&operation)
        };
        match self {
            Self::StoreAnswerLost => writes(operation),
            Self::UnprocessedKeys => operation == "BatchGetItem",
            Self::StaleIndex => operation == "QueryIndex",
            Self::BodyShort | Self::WrongBytes | Self::FileNotFound => operation == "download",
            Self::CursorReset
            | Self::CursorNotFound
            | Self::CursorRefused
            | Self::EmptyPage
            | Self::LateListing => operation == "list_folder/continue",
            Self::LookupRefused => ["get_metadata", "list_folder"].contains(&operation),
            Self::EntryUnreadable => {
                ["list_folder", "list_folder/continue", "get_metadata"].contains(&operation)
            }
            Self::TokenExpired | Self::Revoked => operation != "token",
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_faults() {
        for (place, (fault, ..)) in Fault::TABLE.iter().enumerate() {
            assert_eq!(*fault as usize, place, "{fault:?}");
        }
    }
}
