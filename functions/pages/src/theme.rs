//! The stylesheet of a project, with its colour.

use http::{
    HeaderValue, Response,
    header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use lambda_http::Body;
use page_kit::stylesheet;
use shared::answer::ApiError;

use crate::Pages;

pub(crate) async fn show(pages: &Pages, project: &str, part: &str) -> Result<Response<Body>, ApiError> {
    let id = project.parse().map_err(|_| missing())?;
    if part != "style.css" {
        return Err(missing());
    }
    let project = pages.projects.project(id).await?.ok_or_else(missing)?;
    // Without a colour of its own, the pages' stylesheet says everything.
    let sheet = project.settings.accent.map(stylesheet).unwrap_or_default();
    let mut response = Response::new(Body::Text(sheet));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

fn missing() -> ApiError {
    ApiError::not_found("asset_not_found", "There is no such file, or no longer.")
}
