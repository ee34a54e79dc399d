//! The routes, read from `infra/openapi.yaml`: the file that API Gateway reads.

use std::sync::{Arc, OnceLock};

use anyhow::{Context, bail};
use axum::http::Method;
use serde_json::{Map, Value};

use super::refusal::Refusal;

const OPENAPI: &str = include_str!("../../../openapi.yaml");
const ANY_METHOD: &str = "x-amazon-apigateway-any-method";

/// A function behind the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Function {
    OauthCallback,
    ApiProxy,
    FilesApi,
    Pages,
    CarbonApi,
    ParagonApi,
    ProjectApi,
    EndpointsApi,
    WorkflowsApi,
    WebhookReceiver,
}

impl Function {
    /// All of them.
    pub(crate) const ALL: [Self; 10] = [
        Self::OauthCallback,
        Self::ApiProxy,
        Self::FilesApi,
        Self::Pages,
        Self::CarbonApi,
        Self::ParagonApi,
        Self::ProjectApi,
        Self::EndpointsApi,
        Self::WorkflowsApi,
        Self::WebhookReceiver,
    ];

    /// Its logical id in the template.
    pub(crate) fn logical_id(self) -> &'static str {
        match self {
            Self::OauthCallback => "OauthCallbackFunction",
            Self::ApiProxy => "ApiProxyFunction",
            Self::FilesApi => "FilesApiFunction",
            Self::Pages => "PagesFunction",
            Self::CarbonApi => "CarbonApiFunction",
            Self::ParagonApi => "ParagonApiFunction",
            Self::ProjectApi => "ProjectApiFunction",
            Self::EndpointsApi => "EndpointsApiFunction",
            Self::WorkflowsApi => "WorkflowsApiFunction",
            Self::WebhookReceiver => "WebhookReceiverFunction",
        }
    }

    /// Name of its binary.
    pub(crate) fn binary(self) -> &'static str {
        match self {
            Self::OauthCallback => "oauth-callback",
            Self::ApiProxy => "api-proxy",
            Self::FilesApi => "files-api",
            Self::Pages => "pages",
            Self::CarbonApi => "carbon-api",
            Self::ParagonApi => "paragon-api",
            Self::ProjectApi => "project-api",
            Self::EndpointsApi => "endpoints-api",
            Self::WorkflowsApi => "workflows-api",
            Self::WebhookReceiver => "webhook-receiver",
        }
    }
}

/// Receiver of a request.
#[derive(Debug, Clone)]
pub(crate) enum Answerer {
    Function(Found),
    /// The gateway, since the path does not take the method.
    Gateway(Arc<Refusal>),
}

/// Route of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) function: Function,
    /// The route's template, as in `/projects/{project}/connections`.
    pub(crate) resource: String,
}

/// All routes, and the gateway's own answers.
#[derive(Debug)]
pub(crate) struct Routes {
    routes: Vec<Route>,
    pub(super) not_found: String,
    pub(super) too_large: String,
    pub(super) failed: String,
}

#[derive(Debug)]
struct Route {
    parts: Vec<Part>,
    /// Absent: every method that no other route of the path takes.
    method: Option<Method>,
    answerer: Answerer,
}

#[derive(Debug)]
enum Part {
    Text(String),
    /// `{name}`: one part, whatever it is.
    One,
    /// `{name+}`: one part or more, to the end.
    Rest,
}

impl Routes {
    /// The routes, read once in a process: the file is long.
    pub(crate) fn of_all() -> anyhow::Result<Arc<Self>> {
        static ALL: OnceLock<Arc<Routes>> = OnceLock::new();
        if let Some(all) = ALL.get() {
            return Ok(all.clone());
        }
        let read = Arc::new(Self::read()?);
        Ok(ALL.get_or_init(|| read).clone())
    }

    fn read() -> anyhow::Result<Self> {
        let api: Value = serde_saphyr::from_str(OPENAPI).context("openapi.yaml cannot be read")?;
        let mut routes = Vec::new();
        for (path, operations) in api["paths"].as_object().context("openapi.yaml has no paths")? {
            for (method, operation) in operations.as_object().unwrap_or(&Map::new()) {
                routes
                    .push(Route::read(path, method, operation).with_context(|| format!("{method} {path}"))?);
            }
        }
        let own = |name: &str| {
            let text =
                &api["x-amazon-apigateway-gateway-responses"][name]["responseTemplates"]["application/json"];
            text.as_str().map(str::to_owned).with_context(|| format!("openapi.yaml has no answer {name}"))
        };
        Ok(Self {
            routes,
            not_found: own("RESOURCE_NOT_FOUND")?,
            too_large: own("REQUEST_TOO_LARGE")?,
            failed: own("INTEGRATION_FAILURE")?,
        })
    }

    /// Returns the receiver of a request, if there is such a path. If several paths match, it is the one with the
    /// fewest parameters, as at API Gateway. A slash at the end of a path does not matter here, and the function
    /// gets it, as at API Gateway's REST APIs (aws-powertools/powertools-lambda-python issue 1552).
    pub(crate) fn find(&self, method: &Method, path: &str) -> Option<&Answerer> {
        self.find_exactly(method, path)
            .or_else(|| self.find_exactly(method, path.strip_suffix('/').filter(|path| !path.is_empty())?))
    }

    fn find_exactly(&self, method: &Method, path: &str) -> Option<&Answerer> {
        let matching = || self.routes.iter().filter(|route| matches(&route.parts, path));
        let fewest = matching().map(Route::parameters).min()?;
        let of_path = || matching().filter(|route| route.parameters() == fewest);
        let route = of_path().find(|route| route.method.as_ref() == Some(method));
        route.or_else(|| of_path().find(|route| route.method.is_none())).map(|route| &route.answerer)
    }
}

impl Route {
    fn parameters(&self) -> usize {
        self.parts.iter().filter(|part| !matches!(part, Part::Text(_))).count()
    }

    fn read(path: &str, method: &str, operation: &Value) -> anyhow::Result<Self> {
        let method = match method {
            ANY_METHOD => None,
            method => Some(method.to_uppercase().parse()?),
        };
        let integration = &operation["x-amazon-apigateway-integration"];
        let answerer = match integration["type"].as_str() {
            Some("mock") => Answerer::Gateway(Arc::new(Refusal::read(integration)?)),
            _ => Answerer::Function(Found {
                function: function(integration["uri"]["Fn::Sub"].as_str().context("no integration")?)?,
                resource: path.to_owned(),
            }),
        };
        let parts = path.split('/').skip(1).map(part).collect();
        Ok(Self { parts, method, answerer })
    }
}

fn part(text: &str) -> Part {
    match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        Some(name) if name.ends_with('+') => Part::Rest,
        Some(_) => Part::One,
        None => Part::Text(text.to_owned()),
    }
}

fn function(uri: &str) -> anyhow::Result<Function> {
    let named = |function: &Function| uri.contains(&format!("${{{}.Arn}}", function.logical_id()));
    match Function::ALL.into_iter().find(named) {
        Some(function) => Ok(function),
        None => bail!("no function of ours in {uri}"),
    }
}

fn matches(parts: &[Part], path: &str) -> bool {
    let mut given = path.split('/').skip(1);
    for part in parts {
        match (part, given.next()) {
            (Part::Rest, Some(_)) => return true,
            (Part::One, Some(given)) if !given.is_empty() => {}
            (Part::Text(text), Some(given)) if text == given => {}
            _ => return false,
        }
    }
    given.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_find_their_function() {
        let routes = Routes::read().unwrap();
        let find = |method: Method, path: &str| match routes.find(&method, path) {
            Some(Answerer::Function(found)) => Some(found.function),
            _ => None,
        };
        assert_eq!(find(Method::GET, "/webhook"), Some(Function::WebhookReceiver));
        assert_eq!(find(Method::POST, "/webhook"), Some(Function::WebhookReceiver));
        assert_eq!(find(Method::POST, "/webhook/app"), Some(Function::WebhookReceiver));
        for redirect in ["/oauth/callback", "/oauth", "/integrations/dropbox"] {
            assert_eq!(find(Method::GET, redirect), Some(Function::OauthCallback), "{redirect}");
        }
        assert_eq!(find(Method::POST, "/projects/p/connect/links"), Some(Function::OauthCallback));
        let proxied = "/projects/p/sdk/proxy/dropbox/2/files/list_folder";
        assert_eq!(find(Method::POST, proxied), Some(Function::ApiProxy));
        assert_eq!(find(Method::DELETE, proxied), Some(Function::ApiProxy));
        let connection = "/projects/p/connections/c";
        assert_eq!(find(Method::GET, "/projects/p/connections"), Some(Function::FilesApi));
        assert_eq!(find(Method::GET, connection), Some(Function::FilesApi));
        assert_eq!(find(Method::DELETE, &format!("{connection}/selections/id:1")), Some(Function::FilesApi));
        assert_eq!(find(Method::POST, &format!("{connection}/files")), None);
        assert_eq!(find(Method::POST, "/projects/p/sdk/proxy/dropbox"), Some(Function::ApiProxy));
        assert_eq!(find(Method::OPTIONS, proxied), Some(Function::ApiProxy));
        assert_eq!(find(Method::OPTIONS, "/projects/p/sdk/me"), Some(Function::ParagonApi));
        assert_eq!(find(Method::POST, "/v2/projects/p/sdk/events/trigger"), Some(Function::ParagonApi));
        assert_eq!(find(Method::POST, "/projects/p/sdk/actions"), Some(Function::ApiProxy));
        assert_eq!(find(Method::OPTIONS, "/projects/p/connect/links"), None);
        assert_eq!(find(Method::POST, "/projects/p/connections"), Some(Function::OauthCallback));
        assert_eq!(find(Method::DELETE, "/projects/p/users/u"), Some(Function::ProjectApi));
        assert_eq!(find(Method::POST, "/projects/p/endpoints/preview"), Some(Function::EndpointsApi));
        assert_eq!(find(Method::GET, "/projects/p/endpoints/preview"), None);
        assert_eq!(find(Method::GET, "/projects/p/endpoints/e"), Some(Function::EndpointsApi));
        assert_eq!(find(Method::GET, "/.well-known/webhook-keys"), Some(Function::EndpointsApi));
        assert_eq!(find(Method::OPTIONS, "/projects/p/settings"), None);
        assert_eq!(find(Method::GET, "/whoami"), Some(Function::CarbonApi));
        assert_eq!(find(Method::OPTIONS, "/auth/v1/white_labeling"), Some(Function::CarbonApi));
        for (path, same) in
            [("/webhook/", "/webhook"), ("/projects/p/sdk/actions/", "/projects/p/sdk/actions")]
        {
            assert_eq!(find(Method::POST, path), find(Method::POST, same), "{path}");
        }
        for path in
            ["/", "//", "/webhook//", "/webhook/x/y", "/projects//connect/links", "/projects/p/sdk/proxy"]
        {
            assert_eq!(find(Method::POST, path), None, "{path}");
        }
        assert_eq!(find(Method::PUT, "/webhook"), None);
    }
}
