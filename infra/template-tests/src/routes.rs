//! Operations of the API's description.

use serde_json::Value;

use crate::{
    files::DESCRIPTION,
    template::{members, text},
};

/// Member of a path for the methods that have no member of their own.
pub const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// Member of an operation that says what answers it.
pub const INTEGRATION: &str = "x-amazon-apigateway-integration";
/// Member of the description with the gateway's own responses.
pub const OWN_RESPONSES: &str = "x-amazon-apigateway-gateway-responses";

/// A route to a function.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// Method in capitals; `*` for any.
    method: &'static str,
    /// Path, with parameters in braces.
    pub path: &'static str,
    /// Operation in the description.
    pub operation: &'static Value,
}

impl Route {
    /// Returns the method in capitals; `*` for any.
    #[must_use]
    pub fn method(&self) -> String {
        if self.method == ANY_METHOD { "*".to_owned() } else { self.method.to_uppercase() }
    }

    /// Returns method and path.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method(), self.path)
    }

    /// Returns its integration.
    #[must_use]
    pub fn integration(&self) -> &'static Value {
        &self.operation[INTEGRATION]
    }

    /// Returns the name of the function that answers it.
    #[must_use]
    pub fn function(&self) -> &'static str {
        function_of(self.operation)
    }
}

/// Returns every route to a function.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, methods) in paths() {
        for (method, operation) in members(methods) {
            if !is_refusal(operation) {
                routes.push(Route { method, path, operation });
            }
        }
    }
    routes
}

/// Returns every path, with its operations by method.
pub fn paths() -> impl Iterator<Item = (&'static str, &'static Value)> {
    members(&DESCRIPTION["paths"]).iter().map(|(path, methods)| (path.as_str(), methods))
}

/// Whether the gateway itself answers, to methods that the path does not have.
#[must_use]
pub fn is_refusal(operation: &Value) -> bool {
    operation[INTEGRATION]["type"] == "mock"
}

/// Returns the name of the function that answers an operation.
///
/// # Panics
/// If none does.
#[must_use]
pub fn function_of(operation: &Value) -> &str {
    let uri = text(&operation[INTEGRATION]["uri"]["Fn::Sub"]);
    let (_, function) = uri.split_once("/functions/${").unwrap_or_else(|| panic!("{uri} is no function's"));
    function
        .split_once(".Arn}")
        .map(|(function, _)| function)
        .unwrap_or_else(|| panic!("{uri} is no function's"))
}

/// Returns the names of the parameters in a path.
#[must_use]
pub fn parameters(path: &str) -> Vec<&str> {
    let parts = path.split('/').filter_map(|part| part.split_once('{')?.1.split_once('}'));
    parts.map(|(name, _)| name.trim_end_matches('+')).collect()
}
