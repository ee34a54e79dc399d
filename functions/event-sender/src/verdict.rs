//! Meaning of an endpoint's answer. Pure.

use std::time::Duration;

use shared::delivery::{AwsPlace, DeliveryError};

use crate::{Refusal, RefusalKind, Reply};

/// Meaning of an answer, or of its absence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The events arrived.
    Delivered,
    /// These events were refused; others may be accepted.
    Refused(DeliveryError),
    /// The endpoint cannot take anything now; it may have asked for a pause.
    Unable(DeliveryError, Option<Duration>),
    /// The endpoint wants nothing any more.
    Gone,
}

impl Verdict {
    /// Returns the meaning of an answer (Standard Webhooks 1.0.0): 2xx is a success, 410 the end, and 429, 502,
    /// 503 and 504 ask for less. A redirect is not followed, so it is a failure.
    pub(crate) fn of(answer: &Result<Reply, String>) -> Self {
        match answer {
            Ok(Reply { status: 200..=299, .. }) => Self::Delivered,
            Ok(Reply { status: 410, .. }) => Self::Gone,
            Ok(Reply { status: status @ (429 | 502..=504), retry_after, .. }) => {
                Self::Unable(format!("It answered {status}.").into(), *retry_after)
            }
            // Whoever names a time asks for a pause.
            Ok(Reply { status, retry_after: Some(wait), .. }) => {
                Self::Unable(format!("It answered {status}.").into(), Some(*wait))
            }
            Ok(Reply { status, .. }) => Self::Refused(format!("It answered {status}.").into()),
            Err(reason) => Self::Unable(reason.clone().into(), None),
        }
    }

    /// Returns the meaning of what a queue or bus did with an entry. Only a refusal of the entry itself lets others
    /// be tried: what hinders one for any other reason hinders all.
    pub(crate) fn of_entry(outcome: &Result<String, Refusal>, place: &AwsPlace) -> Self {
        let Err(refusal) = outcome else { return Self::Delivered };
        let kind = refusal.kind;
        let error = DeliveryError { code: Some(kind.code()), sentence: kind.sentence(place) };
        match kind {
            RefusalKind::EntryRefused => Self::Refused(error),
            _ => Self::Unable(error, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, retry_after: Option<u64>) -> Verdict {
        let retry_after = retry_after.map(Duration::from_secs);
        Verdict::of(&Ok(Reply { status, retry_after, excerpt: String::new() }))
    }

    #[test]
    fn success_is_2xx_and_nothing_else() {
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(of(status, None), Verdict::Delivered, "{status}");
        }
        for status in [100, 199, 300, 301, 302, 307, 308, 400, 401, 403, 404, 409, 413, 422, 500, 501] {
            assert!(matches!(of(status, None), Verdict::Refused(_)), "{status}");
        }
    }

    #[test]
    fn an_endpoint_that_cannot_take_anything_now_is_left_alone() {
        for status in [429, 502, 503, 504] {
            assert!(matches!(of(status, None), Verdict::Unable(_, None)), "{status}");
            assert!(matches!(of(status, Some(7)), Verdict::Unable(_, Some(_))), "{status}");
        }
        assert!(matches!(of(500, Some(7)), Verdict::Unable(_, Some(_))));
        assert!(matches!(Verdict::of(&Err("no answer".to_owned())), Verdict::Unable(_, None)));
        assert_eq!(of(410, None), Verdict::Gone);
    }

    #[test]
    fn only_a_refusal_of_the_entry_itself_lets_others_be_tried() {
        let queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/events".parse().unwrap();
        let place = AwsPlace::Queue(queue);
        assert_eq!(Verdict::of_entry(&Ok("id".to_owned()), &place), Verdict::Delivered);
        let verdict = |kind| Verdict::of_entry(&Err(Refusal { kind, said: String::new() }), &place);
        let refused = verdict(RefusalKind::EntryRefused);
        assert!(matches!(refused, Verdict::Refused(DeliveryError { code: Some("message_refused"), .. })));
        for kind in [
            RefusalKind::RoleNotAssumed,
            RefusalKind::AccessDenied,
            RefusalKind::NotFound,
            RefusalKind::KeyDenied,
            RefusalKind::Throttled,
            RefusalKind::Unavailable,
            RefusalKind::Unexpected,
        ] {
            let code = kind.code();
            let Verdict::Unable(error, None) = verdict(kind) else { panic!("{kind:?} hinders all") };
            assert!(error.code == Some(code) && error.sentence.ends_with('.'), "{error:?}");
        }
    }
}
