//! The pages: their dependencies and entry point.

use std::sync::Arc;

use http::{Request, Response};
use lambda_http::Body;
use page_kit::{Language, error_page, wants_page};
use shared::{
    answer::ApiError,
    choosing::{Choosing, Resyncs},
    dropbox_calls::DropboxCalls,
    metrics::{Metric, Metrics, Subject},
    model::Clock,
    queue::Requests,
    request_log::logged,
};
use url::Url;

use crate::{routes::route, store::Store};

/// Dependencies of the pages.
pub struct Pages {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Calls of Dropbox.
    pub calls: Arc<DropboxCalls>,
    /// Requests for walks.
    pub requests: Requests,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request to the pages or their assets. `base` is the public URL of the routes, and `path` the
/// request's path below it.
pub async fn handle(pages: &Pages, base: &Url, path: &str, request: Request<Body>) -> Response<Body> {
    let answer = async {
        let mut subject = Subject::NOBODY;
        let answer = route(pages, base, path, &request, &mut subject).await;
        pages.count(subject, answer.as_ref().err().map(|refused| &refused.error));
        answer.unwrap_or_else(|refused| refused.respond(base, &request))
    };
    logged(request.method(), path, answer).await
}

/// A request that was refused.
pub(crate) struct Refused {
    error: ApiError,
    /// The page for a person, where the session is known.
    page: Option<Response<Body>>,
}

impl Refused {
    /// Returns an error with its page.
    pub(crate) fn with_page(error: ApiError, page: Response<Body>) -> Self {
        Self { error, page: Some(page) }
    }

    /// Returns the page for a person, and JSON for the script.
    fn respond(self, base: &Url, request: &Request<Body>) -> Response<Body> {
        if !wants_page(request.headers()) {
            return self.error.into_response();
        }
        let language = Language::of_browser(request.headers());
        self.page.unwrap_or_else(|| error_page(base, language, None, &self.error, &maud::html! {}))
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self { error, page: None }
    }
}

impl Pages {
    fn count(&self, subject: Subject, error: Option<&ApiError>) {
        self.metrics.count(subject, Metric::PagesCalls, 1);
        if error.is_some_and(|error| error.status.is_client_error()) {
            self.metrics.count(subject, Metric::PagesCallsRefused, 1);
        }
        self.metrics.publish();
    }

    /// Returns what changes of selections need.
    pub(crate) fn choosing(&self) -> Choosing<'_> {
        Choosing {
            choices: self.store.as_ref(),
            requests: &self.requests,
            calls: &self.calls,
            clock: self.clock.as_ref(),
        }
    }

    /// Returns what requests for comparisons need.
    pub(crate) fn resyncs(&self) -> Resyncs<'_> {
        Resyncs {
            schedules: self.store.as_ref(),
            log: self.store.as_ref(),
            requests: &self.requests,
            clock: self.clock.as_ref(),
        }
    }
}
