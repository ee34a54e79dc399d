//! Origins of the pages that open popups. The query's origin is not signed, so it counts only if the project
//! has registered it.

use shared::{
    answer::ApiError,
    model::{Project, web_origin},
};

/// Returns an origin as browsers write it, if it is one of the project's.
pub(crate) fn registered(project: Option<&Project>, given: Option<&str>) -> Result<String, ApiError> {
    let origin = given.and_then(|given| web_origin(given).ok()).ok_or_else(not_registered)?;
    if project.is_some_and(|project| project.has_origin_of(&origin)) {
        Ok(origin)
    } else {
        Err(not_registered())
    }
}

fn not_registered() -> ApiError {
    let message = "The page's origin (originForPostMessage) is not one of the project's registered origins; the \
        application's server adds it to return_origins in its settings.";
    ApiError::invalid("origin_not_registered", message)
}
