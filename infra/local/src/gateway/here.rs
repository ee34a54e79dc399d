//! The functions in this process: the same handlers that Lambda runs.

use std::sync::Arc;

use async_trait::async_trait;
use axum::{
    body::Body,
    http::{Request, Response},
};
use bytes::Bytes;
use url::Url;

use super::{Found, Function, Functions};
use crate::stack;

/// The functions in this process.
pub(crate) struct Here {
    functions: Arc<stack::Functions>,
    base: Url,
}

impl Here {
    /// `base` is what the gateway is called by its clients.
    pub(crate) fn new(functions: Arc<stack::Functions>, base: Url) -> Self {
        Self { functions, base }
    }
}

#[async_trait]
impl Functions for Here {
    async fn call(&self, found: Found, request: Request<Bytes>) -> anyhow::Result<Response<Body>> {
        let path = request.uri().path().to_owned();
        let request = request.map(of_bytes);
        Ok(match found.function {
            Function::OauthCallback => {
                let connect = &self.functions.connect;
                oauth_callback::handle(connect, &self.base, &path, request).await.map(of_lambda)
            }
            Function::WebhookReceiver => {
                webhook_receiver::handle(&self.functions.receiver, &path, request).await.map(of_lambda)
            }
            Function::FilesApi => {
                files_api::handle(&self.functions.files, &path, request).await.map(of_lambda)
            }
            Function::Pages => {
                pages::handle(&self.functions.pages, &self.base, &path, request).await.map(of_lambda)
            }
            Function::CarbonApi => {
                let api = &self.functions.carbon;
                carbon_api::handle(api, &self.base, &path, request).await.map(of_lambda)
            }
            Function::ParagonApi => {
                paragon_api::handle(&self.functions.paragon, &path, request).await.map(of_lambda)
            }
            Function::ProjectApi => {
                project_api::handle(&self.functions.project, &path, request).await.map(of_lambda)
            }
            Function::EndpointsApi => {
                endpoints_api::handle(&self.functions.endpoints, &path, request).await.map(of_lambda)
            }
            Function::WorkflowsApi => {
                let api = &self.functions.workflows;
                workflows_api::handle(api, &self.base, &path, request).await.map(of_lambda)
            }
            Function::ApiProxy => {
                api_proxy::serve(&self.functions.actions, &path, request).await.map(Body::new)
            }
        })
    }
}

fn of_bytes(bytes: Bytes) -> lambda_http::Body {
    if bytes.is_empty() { lambda_http::Body::Empty } else { lambda_http::Body::Binary(bytes.into()) }
}

fn of_lambda(body: lambda_http::Body) -> Body {
    match body {
        lambda_http::Body::Text(text) => Body::from(text),
        lambda_http::Body::Binary(bytes) => Body::from(bytes),
        _ => Body::empty(),
    }
}
