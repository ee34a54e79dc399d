//! A project's own parts of the pages: a stylesheet with its colour, and its logo.

use http::{
    HeaderValue, Response,
    header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use lambda_http::Body;
use page_kit::stylesheet;
use shared::{answer::ApiError, model::ProjectId};

use crate::Pages;

pub(crate) async fn show(pages: &Pages, project: &str, part: &str) -> Result<Response<Body>, ApiError> {
    let project = project.parse().map_err(|_| missing())?;
    match part {
        "style.css" => sheet(pages, project).await,
        file => logo(pages, project, file).await,
    }
}

async fn sheet(pages: &Pages, project: ProjectId) -> Result<Response<Body>, ApiError> {
    let project = pages.store.project(project).await?.ok_or_else(missing)?;
    // Without a colour of its own, the pages' stylesheet says everything.
    let sheet = project.settings.accent.map(stylesheet).unwrap_or_default();
    Ok(answer(Body::Text(sheet), "text/css; charset=utf-8", "public, max-age=300"))
}

/// Returns the logo that has this file name. Another picture has another name, so caches may keep it for good.
async fn logo(pages: &Pages, project: ProjectId, file: &str) -> Result<Response<Body>, ApiError> {
    if !file.starts_with("logo-") {
        return Err(missing());
    }
    let found = pages.store.logo(project).await?.filter(|picture| picture.logo.file_name() == file);
    let picture = found.ok_or_else(missing)?;
    let media_type = picture.logo.format.media_type();
    Ok(answer(Body::Binary(picture.data), media_type, "public, max-age=31536000, immutable"))
}

fn answer(body: Body, media_type: &'static str, cached: &'static str) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cached));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn missing() -> ApiError {
    ApiError::not_found("asset_not_found", "There is no such file, or no longer.")
}
