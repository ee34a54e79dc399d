//! Direct calls of the handlers, without the gateway.

use anyhow::{Context, bail};
use axum::body::to_bytes;
use bytes::Bytes;
use http::{Request, Response};
use lambda_http::RequestExt;

use super::Stack;
use crate::gateway::{Answerer, Found, Function, Functions, Here, Routes};

impl Stack {
    /// Passes an event of a REST API, as JSON, to the function of its route, parsed as that function's
    /// runtime parses it.
    ///
    /// # Errors
    /// If it is not such an event, or has no route.
    pub async fn answer(&self, event: &str) -> anyhow::Result<Response<Bytes>> {
        let event = lambda_http::request::from_str(event).context("it is no event of API Gateway")?;
        let (path, query) = (event.raw_http_path().to_owned(), event.uri().query().unwrap_or_default());
        let Some(Answerer::Function(found)) = Routes::of_all()?.find(event.method(), &path).cloned() else {
            bail!("no function answers {} {path}", event.method());
        };
        let uri = format!("{path}?{query}").parse()?;
        let (mut parts, body) = event.into_parts();
        parts.uri = uri;
        self.ask(found, Request::from_parts(parts, Bytes::copy_from_slice(body.as_ref()))).await
    }

    /// Passes a request to the function with this binary, whatever the routes say.
    ///
    /// # Errors
    /// If there is no such function behind the gateway.
    pub async fn answer_of(&self, binary: &str, request: Request<Bytes>) -> anyhow::Result<Response<Bytes>> {
        let function = Function::ALL.into_iter().find(|function| function.binary() == binary);
        let function = function.with_context(|| format!("no route leads to {binary}"))?;
        self.ask(Found { function, resource: String::new() }, request).await
    }

    async fn ask(&self, found: Found, request: Request<Bytes>) -> anyhow::Result<Response<Bytes>> {
        let here = Here::new(self.functions.clone(), self.url.clone());
        let (parts, body) = here.call(found, request).await?.into_parts();
        Ok(Response::from_parts(parts, to_bytes(body, usize::MAX).await?))
    }
}
