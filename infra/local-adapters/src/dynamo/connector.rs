//! HTTP client for the SDK that answers requests in this process.

use std::{fmt, sync::Arc};

use aws_smithy_runtime_api::{
    client::{
        http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use dynoxide::Database;

use super::{
    intercept::{DynamoAnswer, DynamoCall, DynamoInterceptor},
    operations, rounds,
};
use crate::watch::{Operation, Watched};

/// Header that names the operation, such as `DynamoDB_20120810.GetItem`.
const TARGET: &str = "x-amz-target";

/// HTTP client whose only server is the embedded database.
#[derive(Clone)]
pub(super) struct EmbeddedHttp {
    database: Database,
    /// If set, calls run in the calling thread, through this interceptor; otherwise in a thread for blocking
    /// work.
    interceptor: Option<Arc<dyn DynamoInterceptor>>,
    watched: Watched,
}

impl EmbeddedHttp {
    pub(super) fn new(database: Database, watched: Watched) -> Self {
        Self { database, interceptor: None, watched }
    }

    /// Creates a client with an interceptor instead of an observer.
    pub(super) fn intercepted(database: Database, interceptor: Arc<dyn DynamoInterceptor>) -> Self {
        Self { database, interceptor: Some(interceptor), watched: Watched::default() }
    }
}

impl fmt::Debug for EmbeddedHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmbeddedHttp")
    }
}

impl HttpClient for EmbeddedHttp {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for EmbeddedHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let database = self.database.clone();
        if let Some(interceptor) = self.interceptor.clone() {
            return HttpConnectorFuture::new(async move {
                intercepted(interceptor.as_ref(), &database, &request).await
            });
        }
        // The database blocks its thread, under one mutex: mostly for well under a millisecond, but for tens
        // of milliseconds in a large query.
        let watched = self.watched.clone();
        HttpConnectorFuture::new(async move {
            let _turn = rounds::turn().await;
            // The database blocks its thread, under one mutex: for well under a millisecond mostly, but for tens of them
            // in a large query.
            let answer = tokio::task::spawn_blocking(move || {
                response(watched_answer(&database, call(&request), &watched))
            });
            answer.await.map_err(|error| ConnectorError::other(error.into(), None))?
        })
    }
}

async fn intercepted(
    interceptor: &dyn DynamoInterceptor,
    database: &Database,
    request: &HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let call = call(request);
    let sent = match interceptor.before(call).await {
        Some(instead) => instead,
        None => {
            let first = answer(database, call);
            let is_repeated = first.status == 200 && interceptor.is_sent_twice(call).await;
            let last = if is_repeated { answer(database, call) } else { first };
            // A second answer that says no is no answer to the first one.
            let is_known = !is_repeated || last.status == 200;
            interceptor.after(call, last).await.filter(|_| is_known)
        }
    };
    response(sent.ok_or_else(|| ConnectorError::io("the connection broke".into()))?)
}

fn call(request: &HttpRequest) -> DynamoCall<'_> {
    let target = request.headers().get(TARGET).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    DynamoCall { operation, body: request.body().bytes().unwrap_or_default() }
}

fn answer(database: &Database, call: DynamoCall<'_>) -> DynamoAnswer {
    match operations::run(database, call.operation, call.body) {
        Ok(body) => DynamoAnswer { status: 200, body },
        Err(error) => DynamoAnswer { status: error.status_code(), body: error.to_json() },
    }
}

/// Answers a call. For an observer, the response includes the units that the request consumed.
fn watched_answer(database: &Database, call: DynamoCall<'_>, watched: &Watched) -> DynamoAnswer {
    let Some(watch) = watched.watch() else { return answer(database, call) };
    let body = operations::asking_for_units(call.body);
    let answer = answer(database, DynamoCall { body: &body, ..call });
    watch.observe(&Operation::Table { call, answer: &answer.body });
    answer
}

fn response(answer: DynamoAnswer) -> Result<HttpResponse, ConnectorError> {
    let status =
        StatusCode::try_from(answer.status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}
