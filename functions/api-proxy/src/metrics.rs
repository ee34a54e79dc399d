//! Metrics of a call.

use std::{sync::Arc, task::Poll};

use futures_util::{StreamExt, stream};
use http::{Response, StatusCode};
use http_body_util::BodyExt;
use reqwest::Body;
use shared::{
    answer::ApiError,
    metrics::{Metric, Metrics, Subject},
};

use crate::{Proxy, proxy::Known, refusal};

/// Counts a call by its answer, and the answer's bytes as they are sent.
pub(crate) fn counted(
    proxy: &Proxy,
    known: Known,
    answer: Result<Response<Body>, ApiError>,
) -> Response<Body> {
    let subject = known.subject;
    let count = |metric| proxy.metrics.count(subject, metric, 1);
    count(Metric::ProxyCalls);
    match &answer {
        Ok(answer) if answer.status() == StatusCode::TOO_MANY_REQUESTS => {
            count(Metric::ProxyCallsRateLimited);
        }
        Err(error) if error.status == StatusCode::TOO_MANY_REQUESTS => {
            count(Metric::ProxyCallsRateLimited);
        }
        Err(error) if error.status.is_client_error() => count(Metric::ProxyCallsRefused),
        Ok(_) | Err(_) => {}
    }
    match answer {
        Ok(answer) => answer.map(|body| counted_out(proxy.metrics.clone(), subject, body)),
        Err(error) => {
            proxy.metrics.publish();
            refusal::response(&error, known.errors)
        }
    }
}

/// Wraps a body so that its bytes are counted, and the metrics published at its end, even if it breaks or the
/// caller does not read all of it.
pub(crate) fn counted_out(metrics: Arc<dyn Metrics>, subject: Subject, body: Body) -> Body {
    let mut end = Some(PublishedAtTheEnd(metrics.clone()));
    let bytes = body.into_data_stream().inspect(move |piece| match piece {
        Ok(bytes) => metrics.count(subject, Metric::ProxyBytesOut, bytes.len() as u64),
        Err(_) => metrics.count(subject, Metric::ProxyAnswersCut, 1),
    });
    // Lambda freezes the process after the last byte, so the metrics are published before the stream reports
    // its end.
    let end = stream::poll_fn(move |_| {
        end.take();
        Poll::Ready(None)
    });
    Body::wrap_stream(bytes.chain(end))
}

struct PublishedAtTheEnd(Arc<dyn Metrics>);

impl Drop for PublishedAtTheEnd {
    fn drop(&mut self) {
        self.0.publish();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Mutex, PoisonError},
    };

    use bytes::Bytes;

    use super::*;

    #[derive(Default)]
    struct Notes(Mutex<Vec<String>>);

    impl Notes {
        fn note(&self, note: String) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(note);
        }

        fn taken(&self) -> Vec<String> {
            std::mem::take(&mut *self.0.lock().unwrap())
        }
    }

    impl Metrics for Notes {
        fn count(&self, _: Subject, metric: Metric, amount: u64) {
            self.note(format!("{} {amount}", metric.name()));
        }

        fn observe(&self, _: Subject, metric: Metric, values: &[u64]) {
            self.note(format!("{} {values:?}", metric.name()));
        }

        fn publish(&self) {
            self.note("published".to_owned());
        }
    }

    fn body_of(notes: &Arc<Notes>, pieces: Vec<io::Result<&'static str>>) -> Body {
        let pieces = pieces.into_iter().map(|piece| piece.map(Bytes::from));
        counted_out(notes.clone(), Subject::NOBODY, Body::wrap_stream(stream::iter(pieces)))
    }

    fn body(notes: &Arc<Notes>) -> Body {
        body_of(notes, vec![Ok("four"), Ok("seven!!")])
    }

    #[tokio::test]
    async fn bytes_are_counted_as_they_go_out_and_published_before_the_end() {
        let notes = Arc::new(Notes::default());
        let mut body = body(&notes).into_data_stream();
        assert!(body.next().await.is_some());
        assert_eq!(notes.taken(), ["ProxyBytesOut 4"]);
        assert!(body.next().await.is_some());
        assert!(body.next().await.is_none());
        assert_eq!(notes.taken(), ["ProxyBytesOut 7", "published"]);
        drop(body);
        assert!(notes.taken().is_empty(), "nothing is published twice");
    }

    #[tokio::test]
    async fn a_caller_who_goes_away_is_counted_as_far_as_they_came() {
        let notes = Arc::new(Notes::default());
        let mut body = body(&notes).into_data_stream();
        assert!(body.next().await.is_some());
        drop(body);
        assert_eq!(notes.taken(), ["ProxyBytesOut 4", "published"]);
    }

    // T32
    #[tokio::test]
    async fn an_answer_that_breaks_is_counted_once_and_published() {
        for (before, counted) in [
            (vec![], vec!["ProxyAnswersCut 1", "published"]),
            (vec![Ok("four")], vec!["ProxyBytesOut 4", "ProxyAnswersCut 1", "published"]),
        ] {
            let notes = Arc::new(Notes::default());
            let pieces = before.into_iter().chain([Err(io::Error::other("cut"))]).collect();
            let mut body = body_of(&notes, pieces).into_data_stream();
            while body.next().await.is_some_and(|piece| piece.is_ok()) {}
            drop(body);
            assert_eq!(notes.taken(), counted);
        }
    }
}
