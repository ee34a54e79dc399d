//! Baseline: a handler that reads what it is sent, and says hello.

use async_trait::async_trait;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use reqwest::Body;

use crate::bench::server::{Server, refused};

/// Says hello to everything.
pub(super) struct Hello;

#[async_trait]
impl Server for Hello {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        match request.into_body().collect().await {
            Ok(_) => Response::new(Body::from("hello")),
            Err(_) => refused(),
        }
    }
}
